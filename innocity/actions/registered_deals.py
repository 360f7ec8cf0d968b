"""Deals that were agreed between demand and supply: the fact as which each is to be registered, or already was.

deal = deal_of(kind, state, demand, offer)
registered(pack.registers[kind.becomes.register_], viewer, [deal])[deal.pair]  # a fact's id, where there is one
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.core.errors import ErrorList
from innocity.core.money import format_money
from innocity.engines.matching.model import Listing, PairState
from innocity.packs.model import MatchKind, Register
from innocity.packs.model_matching import Contracted
from innocity.records.queries import fact_lists, imports
from innocity.records.viewer import Viewer

Pair = tuple[str, str]
_FROM = "供需对接 "


@dataclass(frozen=True, slots=True)
class Deal:
    """What a pair agreed: `sides` are its parties as they are written (an id, a code or a name), `amount` in fen."""

    pair: Pair
    becomes: Contracted
    sides: Mapping[str, str]
    on: date
    amount: int | None

    @property
    def source(self) -> str:
        """What a fact that was registered from this deal names as its source: by it the two are found again."""
        return f"{_FROM}{self.pair[0]} {self.pair[1]}"

    @property
    def whom(self) -> str:
        """The side that the fact is about."""
        return self.sides[self.becomes.about]

    def begun(self) -> dict[str, str]:
        """What the form of its registration begins with, by column."""
        after = self.becomes
        amount = "" if self.amount is None else format_money(self.amount)
        known = {after.demand: self.sides["demand"], after.offer: self.sides["offer"], after.amount: amount,
                 after.day: self.on.isoformat()}  # fmt: skip
        told = {name: text for name, text in known.items() if name and text}
        return {"whom": self.whom, **told, **after.set_, "source": self.source}


def deal_of(kind: MatchKind, state: PairState, demand: Listing | None, offer: Listing | None) -> Deal | None:
    """What a pair of a kind agreed; None where it has not, or deals of the kind are not registered."""
    agreed = next((step for step in state.steps if step.step == "agreed"), None)
    if kind.becomes is None or agreed is None or state.step not in ("agreed", "fulfilled"):
        return None
    both = {"demand": demand, "offer": offer}
    sides = {name: (one.firm or one.by) if one is not None else "" for name, one in both.items()}
    return Deal((state.demand, state.offer), kind.becomes, sides, agreed.on, agreed.amount)


def registered(register: Register, viewer: Viewer, deals: Sequence[Deal]) -> dict[Pair, str]:
    """The ids of the facts as which deals stand in a register, of those that the asker may see.

    A fact that was begun from a deal names it. Of others one counts that is about the same parties and was agreed on
    the same day for the same sum: the register may have heard of the deal from somebody else.
    """
    named = {one.source: one.fact_id for one in fact_lists.facts_from(viewer, register, [d.source for d in deals])}
    found = {deal.pair: named[deal.source] for deal in deals if deal.source in named}
    rest = [deal for deal in deals if deal.pair not in found]
    ids = _ids(viewer, {text for deal in rest for text in deal.sides.values() if text})
    rows = _unnamed(viewer, register, {ids[deal.whom] for deal in rest if deal.whom in ids})
    for deal in rest:
        taken = set(found.values())
        same = (row["fact_id"] for row in rows if row["fact_id"] not in taken and _same(deal, row, ids))
        if (fact := next(same, None)) is not None:
            found[deal.pair] = fact
    return found


def _ids(viewer: Viewer, texts: Collection[str]) -> dict[str, str]:
    """The parties that are meant by ids, codes or names; a name that several bear means none."""
    if not texts:
        return {}
    names = imports.parties_by_name(viewer, texts)
    found = {text: bearers[0].id for text, bearers in names.items() if len(bearers) == 1}
    found |= {text: one.id for text, one in imports.parties_by_code(viewer, texts).items()}
    return found | {text: text for text in imports.parties_by_id(viewer, texts)}


def _unnamed(viewer: Viewer, register: Register, parties: Collection[str]) -> list[dict[str, Any]]:
    """The current facts of parties that were not begun from a deal, as values by column."""
    if not parties:
        return []
    errors = ErrorList()
    facts = imports.recorded_facts(viewer, register, parties, (), errors)
    errors.raise_if_any()
    rows: Iterable[dict[str, Any]] = [] if facts is None else facts.table.to_pylist()
    return [row for row in rows if not (row["source"] or "").startswith(_FROM)]


def _same(deal: Deal, row: Mapping[str, Any], ids: Mapping[str, str]) -> bool:
    """Whether a fact is the deal: of its parties and its day all that its columns hold, of its sum where it is told."""
    after = deal.becomes
    if row["party_id"] != ids.get(deal.whom):
        return False
    sides = ((after.demand, deal.sides["demand"]), (after.offer, deal.sides["offer"]))
    if any(name and row[name] not in (text, ids.get(text)) for name, text in sides):
        return False
    if after.day is None or row[after.day] != deal.on:
        return False
    sums = {deal.amount, row[after.amount] if after.amount else None} - {None}
    return len(sums) < 2
