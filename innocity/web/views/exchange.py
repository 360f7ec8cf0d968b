"""供需对接: the kinds, the two lists of each, one listing with what answers it. Public."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.exchange_records import Exchange
from innocity.actions.exchange_sight import as_seen
from innocity.engines.matching.model import Listing, Side
from innocity.packs.model import MatchKind, Pack
from innocity.web import cities
from innocity.web.access import public, viewer_of
from innocity.web.exchange import answers_to, card, exchange_of, today
from innocity.web.unchanged import unchanged
from innocity.web.views import listed, lists

SIDES: tuple[Side, ...] = ("demand", "offer")
EVENTS = 50  # the latest ones
BEST = 20  # of what answers a listing
MOST = 100  # of one list on a page; the rest is found by a word


@public
@unchanged
def exchange(request: HttpRequest, city: str) -> HttpResponse:
    """Every kind with its two lists counted, and what has come of them."""
    pack, found, day = cities.pack_of(city), exchange_of(city), today()
    rows = []
    for kind in pack.matching.values():
        rows.append({"kind": kind, "counts": [one for made_up in (False, True)
                                              if (one := _counts(found, kind, day, made_up)) is not None]})  # fmt: skip
    return render(request, "web/exchange.html", {"rows": rows, "pack": pack})


def _counts(found: Exchange, kind: MatchKind, day: date, simulated: bool) -> dict[str, Any] | None:
    """What is real of a kind counted, or what is simulated (None where nothing is)."""
    demands, offers = (
        sum(one.simulated == simulated for one in found.on_list(kind.id, side, day)) for side in SIDES
    )  # fmt: skip
    steps = Counter(one.step for one in found.pairs(kind.id, day) if one.simulated == simulated)
    if simulated and not (demands or offers or steps):
        return None
    return {"simulated": simulated, "demands": demands, "offers": offers, "fulfilled": steps["fulfilled"],
            "agreed": steps["agreed"] + steps["fulfilled"]}  # fmt: skip


@public
@unchanged
def exchange_kind(request: HttpRequest, city: str, kind: str) -> HttpResponse:
    """The two lists of a kind, narrowed by a word or a batch, and its events."""
    pack, found, day = cities.pack_of(city), exchange_of(city), today()
    one, viewer = _kind(pack, kind), viewer_of(request)
    word, batch = request.GET.get("q", "").strip()[:60], request.GET.get("batch", "")
    both: list[dict[str, Any]] = []
    batches: dict[str, None] = {}
    for side, name in zip(SIDES, (one.sides.demand, one.sides.offer), strict=True):
        every = [as_seen(found, row, viewer) for row in found.on_list(kind, side, day)]
        batches.update(dict.fromkeys(str(row.values["batch"]) for row in every if row.values.get("batch")))
        kept = [row for row in every if _kept(row, word, batch)]
        cards = [card(pack, row) for row in (kept if lists.asked(request) else kept[:MOST])]
        both.append({"side": side, "name": name, "total": len(kept), "cards": cards})
    events = sorted((row for row in found.events.values() if row.kind == kind), key=lambda row: row.planned_on)
    forms = {code.id: code.name for code in pack.codes["exchange_form"].codes}
    context = {
        "kind": one, "lists": both, "word": word, "batch": batch, "batches": sorted(batches), "most": MOST,
        "events": [(row, forms.get(row.form, row.form)) for row in events[::-1][:EVENTS]],
        "held": len(events), "latest": EVENTS,
        "offices": [pack.units[name].name for name in one.office],
        "tasks": [pack.tasks[name] for name in one.tasks], "pack": pack,
    }  # fmt: skip
    files = [listed.listings(row["side"], pack, one, row["cards"]) for row in both]
    held = listed.events(one, events[::-1], forms, office=False)
    return lists.page(request, "web/exchange_kind.html", context, *files, held)


def _kind(pack: Pack, name: str) -> MatchKind:
    if name not in pack.matching:
        raise Http404(f"no kind {name}")
    return pack.matching[name]


def _kept(one: Listing, word: str, batch: str) -> bool:
    fits = not word or word.casefold() in f"{one.by}\n{one.said()}".casefold()
    return fits and (not batch or one.values.get("batch") == batch)


@public
@unchanged
def exchange_listing(request: HttpRequest, city: str, kind: str, listing: str) -> HttpResponse:
    """One listing and what answers it, each with its reasons."""
    pack, found, day = cities.pack_of(city), exchange_of(city), today()
    one, own = _kind(pack, kind), found.listings.get(listing)
    if own is None or own.kind != kind or not own.open_on(day):
        raise Http404(f"no listing {listing}")
    viewer = viewer_of(request)
    answers = answers_to(found, own, viewer, day)
    rows = [
        {"other": each.other, "score": each.one and each.one.score,
         "reasons": [(reason, reason.earned * 100, reason.criterion.weight * 100) for reason in each.one.reasons]
         if each.one else []}
        for each in answers[:BEST]
    ]  # fmt: skip
    pairs = found.pairs_of(own, day)
    steps = Counter(each.step for each in pairs)
    context = {
        "kind": one, "card": card(pack, as_seen(found, own, viewer)), "rows": rows, "total": len(answers), "pack": pack,
        "best": BEST, "made_up": any(each.simulated for each in pairs),
        "pairs": sum(steps.values()), "agreed": steps["agreed"] + steps["fulfilled"],
        "firm": viewer.role == "firm",
    }  # fmt: skip
    return render(request, "web/exchange_listing.html", context)
