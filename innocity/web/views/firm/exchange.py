"""供需对接 of a firm: what it put on the lists, who answers it, asking to be brought together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from innocity.actions.exchange_records import Exchange
from innocity.actions.exchange_sight import as_seen
from innocity.actions.post_listing import decide_listing, post_listings
from innocity.actions.record_exchange import Stepped, record_step
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.engines.matching.model import Listing, PairState
from innocity.packs.model import MatchKind, Pack
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.records.views import Page
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.exchange import answers_to, card, exchange_of, fields_of, posting, today
from innocity.web.views import listed, lists
from innocity.web.views.office.common import Fault, faults_of, page_number, rest_of, var

_BEST = 5  # suggestions of a listing on the page
_SIZE = 20  # own listings a page


@opens_to("firm")
def my_exchange(request: HttpRequest, city: str) -> HttpResponse:
    """Own listings with their state, answers and pairs; the form of the kind that was chosen."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    kind = pack.matching.get(request.GET.get("kind", ""))
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            done = _write(pack, kind, viewer, request.POST)
            return redirect(f"{reverse('my_exchange', args=[city])}?done={done}")
        except InnoCityError as error:
            faults = faults_of(error)
    found, number = exchange_of(city), page_number(request)
    mine = [one for one in found.listings.values() if viewer.party and one.owner == viewer.party]
    mine.sort(key=lambda each: (each.posted_on, each.id), reverse=True)
    page = Page(tuple(mine[(number - 1) * _SIZE : number * _SIZE]), len(mine), number, _SIZE)
    context: dict[str, Any] = {
        "kinds": list(pack.matching.values()), "kind": kind, "rows": _rows(pack, found, viewer, list(page.items)),
        "page": page, "rest": rest_of(request), "next": number + 1 if number < page.pages else 0,
        "previous": number - 1, "party": viewer.party, "faults": faults,
        "fields": fields_of(pack, kind, request.POST) if kind else [], "given": request.POST,
        "side": request.POST.get("side") or request.GET.get("side", "demand"), "done": request.GET.get("done", ""),
    }  # fmt: skip
    whole = _rows(pack, found, viewer, mine) if lists.asked(request) else []
    return lists.page(request, "web/firm/exchange.html", context, listed.own_listings(pack, whole),
                      status=422 if faults else 200)  # fmt: skip


def _rows(pack: Pack, found: Exchange, viewer: Viewer, mine: list[Listing]) -> list[dict[str, Any]]:
    """Own listings with what answers them and their pairs, each as the firm may see it."""
    rows, day = [], today()
    for one in mine:
        begun = {(pair.demand, pair.offer): pair for pair in found.pairs_of(one, day)}
        answers = answers_to(found, one, viewer, day) if one.state == "open" else []
        rows.append({
            "card": card(pack, one), "kind": pack.matching.get(one.kind),
            "answers": [each for each in answers if each.pair not in begun][:_BEST], "all": len(answers),
            "pairs": [(pair, _partner(found, one, pair, viewer)) for pair in begun.values()
                      if {pair.demand, pair.offer} <= set(found.listings)],
        })  # fmt: skip
    return rows


def _partner(found: Exchange, own: Listing, pair: PairState, viewer: Viewer) -> Listing | None:
    """The other side as the firm may see it; None where it waits to be looked at or was refused."""
    other = found.listings[pair.offer if own.id == pair.demand else pair.demand]
    return None if other.state in ("pending", "refused") else as_seen(found, other, viewer)


def _write(pack: Pack, kind: MatchKind | None, viewer: Viewer, data: Mapping[str, str]) -> str:
    """Post, take off, ask to be brought together, say that both agreed; gives which.

    Errors: those of the actions, E-MONEY-*.
    """
    party, do = viewer.party or "", data.get("do", "")
    if do == "closed":
        decide_listing(pack, data.get("listing", ""), "closed", party, "", var(), viewer=viewer)
        return do
    if do == "ask":
        record_step(pack, Stepped(data.get("demand", ""), data.get("offer", ""), "proposed", today(), party,
                                  text="企业申请对接"), var(), viewer=viewer)  # fmt: skip
        return do
    if do == "agreed":
        told = data.get("amount", "").strip()[:30]
        record_step(pack, Stepped(data.get("demand", ""), data.get("offer", ""), "agreed", today(), party,
                                  amount=parse_money(told) if told else None), var(), viewer=viewer)  # fmt: skip
        return do
    if kind is None:
        raise InnoCityError("E-EXCHANGE-KIND", "没有选对接类别", None, "先选一类")
    own = queries.party(viewer, party)
    name = (own.name or own.id) if own else party
    post_listings(pack, [posting(kind, data, name, party, today())], var(), viewer=viewer)
    return "post"
