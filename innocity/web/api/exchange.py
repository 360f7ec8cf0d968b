"""供需对接 for programs, as everybody sees it: kinds, lists, one listing with what answers it, events."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router

from innocity.actions.exchange_records import Exchange
from innocity.actions.exchange_sight import as_seen
from innocity.engines.matching.model import Listing, Side
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.api import schemas as s
from innocity.web.api import schemas_open as o
from innocity.web.api.errors import PROBLEMS
from innocity.web.api.paging import Id, Number, Size, Words, found, paged
from innocity.web.exchange import Answer, answers_to, card, exchange_of, filled, today
from innocity.web.views.exchange import BEST, SIDES, _counts, _kept

router = Router()
_CITY = "/cities/{city}/exchange"
_TAGS = ["供需对接"]
_ANYBODY = Viewer()  # whoever asks, even by a token: what is open to all


@router.get(_CITY, response={200: list[o.ExchangeKind], **PROBLEMS}, tags=_TAGS, summary="对接的类别")
def list_kinds(request: HttpRequest, city: Id) -> Any:
    """Every kind with its two lists counted; what is simulated stands apart."""
    pack, recorded, day = cities.pack_of(city), exchange_of(city), today()
    return [
        {"id": one.id, "name": one.name, "demand": one.sides.demand, "offer": one.sides.offer,
         "offices": list(one.office),
         "counts": [told for made_up in (False, True) if (told := _counts(recorded, one, day, made_up))]}
        for one in pack.matching.values()
    ]  # fmt: skip


@router.get(
    f"{_CITY}/{{kind}}/listings", response={200: s.PageOf[o.ListingView], **PROBLEMS}, tags=_TAGS,
    summary="需求和供给清单",
)  # fmt: skip
def list_listings(
    request: HttpRequest, city: Id, kind: Id, side: Literal["", "demand", "offer"] = "", words: Words = "",
    batch: Words = "", page: Number = 1, size: Size = 50,
) -> Any:  # fmt: skip
    """What stands on the lists of a kind today, demands before offers, the latest first."""
    pack, recorded = cities.pack_of(city), exchange_of(city)
    found(pack.matching, kind)
    sides: tuple[Side, ...] = (side,) if side else SIDES
    every = [as_seen(recorded, row, _ANYBODY) for each in sides for row in recorded.on_list(kind, each, today())]
    kept = [row for row in every if _kept(row, words.strip(), batch)]
    return paged(kept, lambda row: _listing(pack, row), page, size)


def _listing(pack: Pack, one: Listing) -> dict[str, Any]:
    """A listing that `as_seen` gave."""
    return {
        "id": one.id, "kind": one.kind, "side": one.side, "title": one.title, "by": one.by,
        "text": one.values.get("text") or "", "posted_on": one.posted_on, "until": one.until,
        "simulated": one.simulated, "values": {column.id: value for column, value in filled(pack, one)},
        "said": [{"name": name, "text": text} for name, text in card(pack, one).said],
    }  # fmt: skip


@router.get(
    f"{_CITY}/{{kind}}/listings/{{listing}}", response={200: o.ListingPage, **PROBLEMS}, tags=_TAGS,
    summary="一项需求或供给，和配得上的",
)  # fmt: skip
def get_listing(request: HttpRequest, city: Id, kind: Id, listing: Id) -> Any:
    """A listing and the best of what answers it, each with its reasons."""
    pack, recorded, day = cities.pack_of(city), exchange_of(city), today()
    found(pack.matching, kind)
    own = _open(recorded, kind, listing)
    answers = answers_to(recorded, own, _ANYBODY, day)
    pairs = recorded.pairs_of(own, day)
    steps = Counter(each.step for each in pairs)
    return {
        "listing": _listing(pack, as_seen(recorded, own, _ANYBODY)),
        "answers": [_answer(pack, each) for each in answers[:BEST]], "answered": len(answers),
        "pairs": len(pairs), "agreed": steps["agreed"] + steps["fulfilled"],
        "pairs_simulated": any(each.simulated for each in pairs),
    }  # fmt: skip


def _open(recorded: Exchange, kind: str, name: str) -> Listing:
    """A listing of a kind that stands on its list today. Raises Http404."""
    own = recorded.listings.get(name)
    if own is None or own.kind != kind or not own.open_on(today()):
        raise Http404(f"no listing {name}")
    return own


def _answer(pack: Pack, each: Answer) -> dict[str, Any]:
    reasons = each.one.reasons if each.one else ()
    return {
        "listing": _listing(pack, each.other), "score": float(each.one.score) if each.one else None,
        "reasons": [{"name": one.criterion.name, "earned": float(one.earned * 100),
                     "most": float(one.criterion.weight * 100), "says": one.says} for one in reasons],
    }  # fmt: skip


@router.get(
    f"{_CITY}/{{kind}}/events", response={200: s.PageOf[o.EventView], **PROBLEMS}, tags=_TAGS, summary="对接活动"
)
def list_events(request: HttpRequest, city: Id, kind: Id, page: Number = 1, size: Size = 50) -> Any:
    """Visits, fairs and diagnoses of a kind, the latest first."""
    pack, recorded = cities.pack_of(city), exchange_of(city)
    found(pack.matching, kind)
    forms = {code.id: code.name for code in pack.codes["exchange_form"].codes}
    rows = sorted((row for row in recorded.events.values() if row.kind == kind), key=lambda row: row.planned_on)
    keys = ("id", "title", "form", "planned_on", "held_on", "host", "simulated")
    return paged(
        rows[::-1],
        lambda one: {**{key: getattr(one, key) for key in keys}, "form_name": forms.get(one.form, one.form)},
        page,
        size,
    )
