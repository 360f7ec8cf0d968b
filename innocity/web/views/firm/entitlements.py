"""What a firm is owed: the page, the letter on paper, the deadlines for a calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.web import deadlines
from innocity.web.access import opens_to
from innocity.web.entitled import Mine, mine
from innocity.web.views import lists
from innocity.web.views.firm import listed


def _context(own: Mine) -> dict[str, Any]:
    found = own.found
    claim = [item for item in found.items if item.counts]
    return {
        "own": own, "found": found, "groups": own.groups(), "claim": len(claim), "apart": found.apart(),
        "settled": found.settled(), "beyond": own.beyond(), "windows": bool(deadlines.windows(own)),
        "automatic": sum(item.fen or 0 for item in claim if item.clause.delivery == "automatic"),
        "call_to_come": any(item.stage == "upcoming" for item in claim), "units": own.pack.units,
        "payers": {key: payer.name for key, payer in own.pack.payers.items()},
    }  # fmt: skip


@opens_to("firm")
def entitlements(request: HttpRequest, city: str) -> HttpResponse:
    """Everything that the clauses of a year say of the firm."""
    context = _context(mine(request, city))
    rows = listed.entitlements(context["own"], context["groups"], context["found"].others)
    return lists.page(request, "web/firm/entitlements.html", context, rows)


@opens_to("firm")
def letter(request: HttpRequest, city: str) -> HttpResponse:
    """The same as a letter on two pages of A4."""
    return render(request, "web/firm/letter.html", _context(mine(request, city)))


@opens_to("firm")
def calendar(request: HttpRequest, city: str) -> HttpResponse:
    """The windows of the firm's calls as a calendar file."""
    own = mine(request, city)
    answer = HttpResponse(deadlines.as_calendar(own, request.build_absolute_uri), "text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="deadlines-{own.found.year}.ics"'
    return answer


@opens_to("firm")
def near(request: HttpRequest, city: str) -> HttpResponse:
    """Near misses: what is lacking, how much, and what it would bring; the dearest first."""
    own = mine(request, city)
    items = [one for one in own.shown() if one.item.award.status == "near"]
    items.sort(key=lambda one: -(one.most or 0))
    context = {"own": own, "found": own.found, "items": items}
    return lists.page(request, "web/firm/near.html", context, listed.near(own, items))
