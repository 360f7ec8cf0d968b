"""对接: what waits to be looked at, pairs with their next step, events; posting, deciding, recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from innocity.actions.exchange_records import Exchange, ExchangeEvent
from innocity.actions.exchange_sight import as_seen
from innocity.actions.post_listing import decide_listing, post_listings
from innocity.actions.record_exchange import Stepped, known_step, record_event, record_step
from innocity.actions.registered_deals import deal_of, registered
from innocity.actions.task_records import read_list
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.engines.matching.model import Listing, PairState
from innocity.packs.model import MatchKind, Pack
from innocity.records.viewer import Viewer
from innocity.records.views import Page
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.exchange import Pair, card, exchange_of, fields_of, pair_shown, pairs_in_order, posting, today
from innocity.web.views import listed, lists
from innocity.web.views.lists import Columns, Listed
from innocity.web.views.office.common import Fault, faults_of, page_number, rest_of, staff_page, units_for, var

STEPS = {"proposed": "推荐", "introduced": "见面", "agreed": "签约", "fulfilled": "履约", "failed": "未成"}
_MOST = 50  # pairs a page; of what waits the first, of events the latest
_OPTIONS = 1000  # listings that a field of the form names; any other is typed by its id


@staff_page
def office_exchange(request: HttpRequest, city: str) -> HttpResponse:
    """One kind at a time: the first that the asker's unit looks after unless another is chosen."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    own, number = units_for(pack, request), page_number(request)
    kind = _chosen(pack, request.GET.get("kind", ""), {unit.id for unit in own})
    faults: list[Fault] = []
    if request.method == "POST" and kind is not None:
        try:
            done = _write(pack, kind, viewer, request.POST)
            return redirect(f"{reverse('office_exchange', args=[city])}?kind={kind.id}&done={done}")
        except InnoCityError as error:
            faults = faults_of(error)
    found, day = exchange_of(city), today()
    mine = [unit for unit in own if kind is not None and unit.id in kind.office]
    listings = [one for one in found.listings.values() if kind is not None and one.kind == kind.id]
    waiting = [as_seen(found, one, viewer) for one in listings if one.state == "pending"]
    standing = [as_seen(found, one, viewer) for one in listings if one.open_on(day)]
    events = sorted((one for one in found.events.values() if kind is not None and one.kind == kind.id),
                    key=lambda one: (one.planned_on, one.id), reverse=True)  # fmt: skip
    pairs = pairs_in_order(found, kind.id, day) if kind else []
    page = Page(tuple(pairs[(number - 1) * _MOST : number * _MOST]), len(pairs), number, _MOST)
    forms = pack.codes["exchange_form"].codes
    context: dict[str, Any] = {
        "kind": kind, "kinds": list(pack.matching.values()), "own": mine, "faults": faults, "given": request.POST,
        "pending": [card(pack, one) for one in waiting[:_MOST]], "waiting": len(waiting), "most": _MOST,
        "standing": standing[:_OPTIONS], "steps": STEPS, "today": day,
        "pairs": _with_deals(pack, kind, viewer, [pair_shown(found, one, viewer) for one in page.items]),
        "contract": pack.registers[kind.becomes.register_] if kind and kind.becomes else None,
        "page": page, "rest": rest_of(request),
        "next": number + 1 if number < page.pages else 0, "previous": number - 1,
        "fields": fields_of(pack, kind, request.POST) if kind else [], "done": request.GET.get("done", ""),
        "events": events[:_MOST], "held": len(events), "planned": [
            one for one in events if one.held_on is None and one.unit in {unit.id for unit in mine[:1]}
        ],
        "forms": forms, "form_names": {code.id: code.name for code in forms},
        "offices": [pack.units[name].name for name in kind.office] if kind else [],
    }  # fmt: skip
    files = _files(pack, found, kind, viewer, (waiting, pairs, events)) if kind else ()
    return lists.page(request, "web/office/exchange.html", context, *files, status=422 if faults else 200)


def _files(
    pack: Pack, found: Exchange, kind: MatchKind, viewer: Viewer,
    rows: tuple[Sequence[Listing], Sequence[PairState], Sequence[ExchangeEvent]],
) -> Iterator[Listed]:  # fmt: skip
    """The lists of the page whole: what waits, the pairs, the events."""
    waiting, pairs, events = rows
    text: Columns = {"说明": lambda card: card.one.values.get("text")}
    yield listed.listings("pending", pack, kind, [card(pack, one) for one in waiting], more=text)
    yield listed.pairs(kind, (pair_shown(found, one, viewer) for one in pairs))
    forms = {code.id: code.name for code in pack.codes["exchange_form"].codes}
    yield listed.events(kind, events, forms, office=True)


def _with_deals(
    pack: Pack, kind: MatchKind | None, viewer: Viewer, pairs: Sequence[Pair]
) -> list[tuple[Pair, str, str]]:  # fmt: skip
    """Each pair with the query of the form that registers what it agreed, and the fact as which it is registered.

    At most one of the two is there: nothing where a pair has agreed on nothing, or somebody may not know or do it.
    """
    if kind is None or kind.becomes is None:
        return [(pair, "", "") for pair in pairs]
    register = pack.registers[kind.becomes.register_]
    deals = {deal.pair: deal for pair in pairs if pair.whole
             if (deal := deal_of(kind, pair.state, pair.demand, pair.offer)) is not None}  # fmt: skip
    facts, writes = registered(register, viewer, list(deals.values())), viewer.writes(register)
    rows = []
    for pair in pairs:
        key = (pair.state.demand, pair.state.offer)
        begins = key in deals and key not in facts and writes
        rows.append((pair, urlencode(deals[key].begun()) if begins else "", facts.get(key, "")))
    return rows


def _chosen(pack: Pack, name: str, own: set[str]) -> MatchKind | None:
    if name in pack.matching:
        return pack.matching[name]
    first = next((one for one in pack.matching.values() if own & set(one.office)), None)
    return first or next(iter(pack.matching.values()), None)


def _write(pack: Pack, kind: MatchKind, viewer: Viewer, data: Mapping[str, str]) -> str:
    """Record what a form says; gives which. Errors: those of the actions, E-DATE-FORMAT, E-MONEY-*."""
    do, unit = data.get("do", ""), data.get("unit", "")
    if do in ("open", "refused", "closed"):
        decide_listing(pack, data.get("listing", ""), do, unit, data.get("note", "").strip(), var(), viewer=viewer)
    elif do == "post":
        post_listings(pack, [posting(kind, data, data.get("by", ""), unit, today())], var(), viewer=viewer)
    elif do == "event":
        record_event(pack, _event(kind, data, unit), var(), viewer=viewer)
    else:
        record_step(pack, _step(data, unit), var(), viewer=viewer)
        do = "step"
    return do


def _step(data: Mapping[str, str], unit: str) -> Stepped:
    amount = data.get("amount", "").strip()
    return Stepped(
        data.get("demand", ""), data.get("offer", ""), known_step(data.get("step", "")),
        parse_date(data.get("on", "").strip()), unit, data.get("event", ""), parse_money(amount) if amount else None,
        data.get("text", "").strip()[:1000], read_list(data.get("evidence", "")[:500]),
    )  # fmt: skip


def _event(kind: MatchKind, data: Mapping[str, str], unit: str) -> ExchangeEvent:
    held = data.get("held_on", "").strip()
    return ExchangeEvent(
        data.get("event", ""), kind.id, data.get("form", ""), data.get("title", "").strip()[:100],
        parse_date(data.get("planned_on", "").strip()), unit, parse_date(held) if held else None,
        data.get("host", "").strip()[:100], read_list(data.get("guests", "")[:500]),
        data.get("text", "").strip()[:2000],
    )  # fmt: skip
