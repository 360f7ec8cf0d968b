"""What a correction does to what its firm is owed: the same evaluation with the fact as it was and as it would be.

    found = weigh_correction(pack, viewer, correction, 2023, day, simulated=False)
    found.before, found.after, [(one.name, one.before, one.after) for one in found.changes]

Nothing is written. Everything is 测算.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.actions.correct_fact import corrected_values
from innocity.actions.recording import typed_row
from innocity.actions.view_entitlements import Entitlements, Instead, view_entitlements
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.model import Pack, Register
from innocity.packs.registers import all_columns
from innocity.records.models import Fact
from innocity.records.queries.corrections import CorrectionView
from innocity.records.rows import own_value
from innocity.records.viewer import Viewer

_NEW = "as-if"  # stands for the id of a fact that is asked to be added


@dataclass(frozen=True, slots=True)
class Weighed:
    """A clause whose result the correction changes; states as in awards ("" where there was no award), sums in fen."""

    clause: str
    name: str
    state_before: str
    state_after: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Consequence:
    """Before and after by clause, the sums that count, and days that no longer fit: (name, day, other name, day).

    `above` are decided sums that the facts would no longer bear: (clause, fen decided, fen that it would give).
    """

    year: int
    before: int
    after: int
    changes: tuple[Weighed, ...]
    apart: tuple[tuple[str, date, str, date], ...]
    done: bool
    above: tuple[tuple[str, int, int], ...] = ()


def weigh_correction(
    pack: Pack, viewer: Viewer, one: CorrectionView, year: int, day: date, *, simulated: bool
) -> Consequence | None:
    """What a request would do, or what it did once it was approved; None where nobody can tell (any more)."""
    register = pack.registers.get(one.register)
    if register is None or one.state not in ("open", "approved"):
        return None
    try:
        found = _rows(register, one, day)
        if found is None:
            return None
        key, old, new = found
        now = view_entitlements(pack, viewer, one.party, year, day, simulated=simulated)
        done = one.state == "approved"
        other = view_entitlements(
            pack, viewer, one.party, year, day, simulated=simulated,
            instead={(register.id, key): old if done else new},
        )  # fmt: skip
    except InnoCityError:  # who sees part of a party alone weighs nothing, nor does a change that cannot be read
        return None
    before, after = (other, now) if done else (now, other)
    changes = tuple(_differences(before, after))
    return Consequence(year, before.total, after.total, changes, tuple(_apart(register, old, new)), done,
                       tuple(_above(before, after)))  # fmt: skip


def _rows(register: Register, one: CorrectionView, day: date) -> tuple[str, Instead, Instead] | None:
    """The fact's id, its row as it was and as it is asked for; None where it was corrected again since."""
    if one.add and one.state == "open":
        errors = ErrorList()
        typed = typed_row(dict(one.changes), register, Place(register.id), errors)
        errors.raise_if_any()
        blank: dict[str, Any] = {column.id: None for column in all_columns(register)}
        return _NEW, None, {**blank, **typed, "fact_id": _NEW, "party_id": one.party, "recorded_at": day}
    current = Fact.objects.filter(register=register.id, fact_id=one.fact_id, current=True).first()
    if one.add:
        first = current is not None and current.revision == 1
        return (one.fact_id, None, row_of(register, current, day)) if first and current is not None else None
    old = Fact.objects.filter(register=register.id, fact_id=one.fact_id, revision=one.revision).first()
    if old is None or current is None or current.revision != one.revision + (one.state == "approved"):
        return None
    new = None if one.strike else corrected_values(old, register, one.changes, day)
    return one.fact_id, row_of(register, old, day), new


def row_of(register: Register, fact: Fact, day: date) -> dict[str, Any]:
    """A stored fact as a row of its register, known by the day."""
    base = {"fact_id": fact.fact_id, "party_id": fact.party_id, "valid_from": fact.valid_from,
            "valid_to": fact.valid_to, "recorded_at": min(fact.recorded_at or day, day),
            "source": fact.source}  # fmt: skip
    return base | {column.id: own_value(column, fact.data) for column in register.columns}


def _differences(before: Entitlements, after: Entitlements) -> Iterator[Weighed]:
    """Clauses by what they give, where that is not the same."""
    sides = [_by_clause(one) for one in (before, after)]
    names = {item.clause.id: item.clause.name for one in (before, after) for item in one.items}
    for clause in dict.fromkeys((*sides[0], *sides[1])):
        (old, old_fen), (new, new_fen) = (side.get(clause, ("", None)) for side in sides)
        if (old, old_fen) != (new, new_fen):
            yield Weighed(clause, names[clause], old, new, old_fen, new_fen)


def _by_clause(found: Entitlements) -> dict[str, tuple[str, int | None]]:
    """The state of the first award of each clause, and the sum of all of them."""
    told: dict[str, tuple[str, int | None]] = {}
    for item in found.items:
        state, fen = told.get(item.clause.id, (item.award.status, None))
        told[item.clause.id] = state, fen if item.fen is None else (fen or 0) + item.fen
    return told


def _above(before: Entitlements, after: Entitlements) -> Iterator[tuple[str, int, int]]:
    """Sums decided on the facts as they were, above what the clause gives on the facts as they would be.

    A run refuses them (E-DECISION-ABOVE-CEILING), or finds no award to which they belong.
    """
    found = {(one.clause.id, one.award.object): one.award for one in after.items}
    for item in before.items:
        decided, now = item.award.decided, found.get((item.clause.id, item.award.object))
        if not decided or (now is not None and now.decided == decided and now.computed is None):
            continue  # judged by a person, whatever the facts
        bound = now.computed if now is not None and now.decided == decided else None
        if bound is None or decided > bound:
            yield item.clause.name, decided, bound or 0


def _apart(register: Register, old: Instead, new: Instead) -> Iterator[tuple[str, date, str, date]]:
    """Days that stood in one order with the beginning of validity, and in another after the change."""
    if old is None or new is None:
        return
    begins, began = new.get("valid_from"), old.get("valid_from")
    if begins is None or began is None:
        return
    for column in register.columns:
        day, was = new.get(column.id), old.get(column.id)
        if column.type != "date" or not isinstance(day, date) or not isinstance(was, date):
            continue
        if _order(began, was) != _order(begins, day):
            yield column.name, day, "有效期起", begins


def _order(one: date, other: date) -> int:
    return (one > other) - (one < other)
