"""The most that one award of a clause can come to, whatever the facts say: what its amounts and caps name."""

from __future__ import annotations

from innocity.engines.rules.ir import ClausePlan
from innocity.plan.amounts import Bracketed, Choice, Ladder, PerUnit, Plain, Rated, Sum
from innocity.plan.nodes import Lit, Node


def most_of(clause: ClausePlan) -> int | None:
    """Fen; None where no number bounds it, as with a rate of a base without a cap."""
    if clause.amount is None or clause.missing:
        return None
    found = [_most(clause.amount), *(cap.fen for cap in clause.caps if cap.per == "party")]
    return min((fen for fen in found if fen is not None), default=None)


def _most(amount: Sum) -> int | None:
    most, floor, cap = _unlimited(amount), _number(amount.floor), _number(amount.cap)
    if most is not None and amount.floor is not None:
        most = None if floor is None else max(most, floor)
    if cap is not None:
        most = cap if most is None else min(most, cap)
    return most


def _unlimited(amount: Sum) -> int | None:
    if isinstance(amount, Plain):
        return _number(amount.value)
    if isinstance(amount, PerUnit):
        each, times = _number(amount.each), _number(amount.times)
        return None if each is None or times is None else max(0, each * times)
    if isinstance(amount, Ladder):
        return _greatest([*map(_most, amount.values), *([] if amount.other is None else [_most(amount.other)])])
    if isinstance(amount, Choice):
        found = [_most(one) for one in amount.items]
        known = [fen for fen in found if fen is not None]
        if amount.how == "lesser":
            return min(known, default=None)
        if amount.how == "greater":
            return _greatest(found)
        return sum(known) if len(known) == len(found) else None
    assert isinstance(amount, Rated | Bracketed)
    return None


def _greatest(found: list[int | None]) -> int | None:
    known = [fen for fen in found if fen is not None]
    return max(known, default=0) if len(known) == len(found) else None


def _number(node: Node | None) -> int | None:
    if isinstance(node, Lit) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    return None
