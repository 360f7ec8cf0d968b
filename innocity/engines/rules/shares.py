"""Who pays an award and among whom it is divided: rows below the award, conserved to the fen."""

from __future__ import annotations

from innocity.core.rates import apply_rate, split_by_rates, split_equally
from innocity.engines.rules.ir import ClausePlan


def payer_shares(clause: ClausePlan, fen: int) -> dict[str, int]:
    """Fen by payer; an odd fen falls on the first."""
    return split_by_rates(fen, dict(clause.payers))


def payee_parts(clause: ClausePlan, fen: int) -> dict[str, int]:
    """Fen by payee, in the order of the pack; empty where the award is not divided.

    A share is rounded half up and split equally among its payees; `rest` takes what remains. Where there is no rest
    and the shares make up the whole, the last of them takes what remains: no fen is lost by rounding.
    """
    parts: dict[str, int] = {}
    rest: tuple[str, ...] = ()
    left = fen
    whole = None not in clause.part_shares and sum(s for s in clause.part_shares if s is not None) == 1
    last = max((i for i, s in enumerate(clause.part_shares) if s), default=-1) if whole else -1
    for i, (part, share) in enumerate(zip(clause.parts, clause.part_shares, strict=True)):
        if share is None:
            rest = part.to
            parts |= dict.fromkeys(part.to, 0)
            continue
        sum_ = left if i == last else min(left, apply_rate(fen, share))
        left -= sum_
        parts |= split_equally(sum_, list(part.to), part.leftover)
    if rest:
        parts |= split_equally(left, list(rest))
    return parts
