"""What the pages of demand and supply share: the lists of a city, listings in words, the form of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from innocity.actions.exchange_records import REGISTER, Exchange, exchange_records
from innocity.actions.exchange_sight import as_seen, sees_whole
from innocity.actions.ledger import changed
from innocity.actions.post_listing import LONGEST, Posting
from innocity.core.errors import ErrorList
from innocity.core.money import format_money
from innocity.engines.matching.model import FIRST, NEXT, Listing, PairState, Side, StepName, Suggestion
from innocity.packs.model import Column, MatchKind, Pack
from innocity.packs.territory import offered
from innocity.records.viewer import Viewer
from innocity.web import cities

#: Shown apart, or not at all.
_APART = {"listing", "kind", "side", "title", "by", "firm", "posted_on", "state", "note", "simulated", "text"}
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True, slots=True)
class Card:
    """A listing as pages show it: `said` are its columns in words."""

    one: Listing
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as staff see it: both listings (None where one is gone), and what may come next.

    `whole`: sums, words and papers of the steps are shown.
    """

    state: PairState
    demand: Listing | None
    offer: Listing | None
    next: tuple[StepName, ...]
    whole: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a listing; `one`, with score and reasons, is None where those would tell what is kept back."""

    other: Listing
    pair: tuple[str, str]
    one: Suggestion | None


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of the form of a kind."""

    column: Column
    kind: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = field(default=())


def exchange_of(city: str) -> Exchange:
    """What was recorded, read again when something was; lines that cannot be read are left out."""
    var = Path(settings.INNOCITY_VAR)
    return _exchange(city, var, changed(cities.pack_of(city), var))


@lru_cache(maxsize=4)
def _exchange(city: str, var: Path, stamp: tuple[object, ...]) -> Exchange:
    return exchange_records(cities.pack_of(city), var, faults=ErrorList())


def today() -> date:
    """The day on which lists are looked at: they live with the calendar, not with the city's day of figures."""
    return timezone.localdate()


def card(pack: Pack, one: Listing) -> Card:
    """A listing in words."""
    return Card(one, tuple((column.name, in_words(pack, column, value)) for column, value in filled(pack, one)))


def filled(pack: Pack, one: Listing) -> list[tuple[Column, Any]]:
    """The columns of a listing that are shown in a row of their own and not empty, with their values."""
    held = ((column, one.values.get(column.id)) for column in pack.registers[REGISTER].columns)
    return [(column, value) for column, value in held if column.id not in _APART and value is not None and value != ""]


def in_words(pack: Pack, column: Column, value: Any) -> str:
    """A value of a column as people read it."""
    if column.codes and column.codes in pack.codes:
        return next((code.name for code in pack.codes[column.codes].codes if code.id == value), str(value))
    if column.type == "money":
        return format_money(value)
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else str(value)


def pairs_in_order(exchange: Exchange, kind: str, day: date) -> list[PairState]:
    """The pairs of a kind, those that wait too long first, then the latest."""
    return sorted(exchange.pairs(kind, day), key=lambda one: (not one.late, one.silent_days))


def pair_shown(exchange: Exchange, one: PairState, viewer: Viewer) -> Pair:
    """A pair as somebody sees it."""
    found = [exchange.listings.get(name) for name in (one.demand, one.offer)]
    demand, offer = (None if each is None else as_seen(exchange, each, viewer) for each in found)
    known = [each for each in found if each is not None]
    made_up = any(each.simulated for each in known)
    # Real steps begin anew where only simulated ones stand between two real listings.
    coming = FIRST if one.simulated and not made_up else NEXT[one.step]
    whole = all(sees_whole(exchange, each, viewer) for each in known)
    return Pair(one, demand, offer, coming, whole, one.simulated or made_up)


def answers_to(exchange: Exchange, own: Listing, viewer: Viewer, day: date) -> list[Answer]:
    """What answers a listing, best first; then what is not wholly shown, in the order of ids.

    Scores and reasons tell sums: they are left out where either side's are kept back.
    """
    demand = own.side == "demand"
    open_, kept_back = list[Answer](), list[Answer]()
    for one in exchange.offers_for(own, day) if demand else exchange.demands_for(own, day):
        other = one.offer if demand else one.demand
        whole = sees_whole(exchange, own, viewer) and sees_whole(exchange, other, viewer)
        answer = Answer(as_seen(exchange, other, viewer), (one.demand.id, one.offer.id), one if whole else None)
        (open_ if whole else kept_back).append(answer)
    return open_ + sorted(kept_back, key=lambda each: each.other.id)


def fields_of(pack: Pack, kind: MatchKind, given: Mapping[str, str]) -> list[FormField]:
    """The inputs of a kind's form, with what was typed."""
    columns = {column.id: column for column in pack.registers[REGISTER].columns}
    found = []
    for name in kind.columns:
        column = columns[name]
        choices = tuple((code.id, code.name) for code in offered(pack, column.codes, (given.get(name, ""),)))
        shape = "select" if choices else "area" if name == "text" else _INPUTS.get(column.type, "text")
        found.append(FormField(column, shape, given.get(name, ""), choices))
    return found


def posting(kind: MatchKind, data: Mapping[str, str], by: str, party: str, day: date) -> Posting:
    """What a form says, as it is posted."""
    asked: Side = "demand" if data.get("side") == "demand" else "offer"
    values = {name: data.get(name, "").strip()[: LONGEST["text"] + 1] for name in kind.columns}
    return Posting(kind.id, asked, data.get("title", "").strip(), by.strip(), party, day,
                   {name: text for name, text in values.items() if text})  # fmt: skip
