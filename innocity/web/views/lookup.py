"""Looking up a firm without an account: only what is published is shown, and nothing tells what else there is."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.records import queries
from innocity.records.queries.entitlements import organization_named
from innocity.records.viewer import Viewer
from innocity.records.views import PartyView
from innocity.web import cities
from innocity.web.access import public
from innocity.web.limits import allowed
from innocity.web.views.firm.facts import lines
from innocity.web.views.office.cells import words_for

ANYBODY = Viewer()  # whoever asks, even signed in: the page shows what is public
_A_MINUTE = 20
_SHORTEST, _LONGEST = 2, 40
_FACTS = 50


@public
def lookup(request: HttpRequest, city: str) -> HttpResponse:
    """A form, and the published facts of the firm whose whole credit code or whole name was entered.

    One that is unknown and one of which nothing is published get the same answer.
    """
    cities.pack_of(city)
    asked = request.GET.get("q", "").strip()[:_LONGEST]
    context: dict[str, Any] = {"asked": asked, "short": bool(asked) and len(asked) < _SHORTEST}
    if not asked or context["short"]:
        return render(request, "web/lookup.html", context)
    if not allowed(request, "lookup", _A_MINUTE):
        return render(request, "web/lookup.html", {**context, "often": True}, status=429)
    found = _found(city, asked)
    return render(request, "web/lookup.html", {**context, **(_published(city, found) if found else {"none": True})})


def _found(city: str, asked: str) -> PartyView | None:
    """The firm, where anything of it is published. Only the instance's own city has records."""
    if not cities.is_own(city):
        return None
    found = queries.find_party(ANYBODY, asked)
    if found is None:
        found = organization_named(ANYBODY, unicodedata.normalize("NFKC", asked)) or organization_named(ANYBODY, asked)
    return found if found is not None and found.kind == "organization" else None


def _published(city: str, party: PartyView) -> dict[str, Any]:
    pack = cities.pack_of(city)
    blocks = []
    for name, facts in queries.facts_of(ANYBODY, pack, party.id).items():
        register = pack.registers[name]
        words = words_for(pack, ANYBODY, register, facts)
        shown = [{"fact": fact, "lines": lines(words, fact)} for fact in facts[:_FACTS]]
        blocks.append({"register": register, "facts": shown, "total": len(facts)})
    return {"party": party, "blocks": blocks}
