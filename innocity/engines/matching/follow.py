"""How far pairs have come: the steps of each in their order, and which wait for the next one too long."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from innocity.engines.matching.model import NEXT, PairState, Step


def pairs(steps: Iterable[Step], day: date, reply_days: int, office: Collection[str] = ()) -> list[PairState]:
    """The pairs as of a day, in order of (demand, offer); steps of one day stand as they were recorded.

    Simulated steps count only where a pair has no real ones. `office` are the units whose word is enough (`settled`).
    """
    found: dict[tuple[str, str], list[Step]] = {}
    for one in steps:
        if one.on <= day:
            found.setdefault((one.demand, one.offer), []).append(one)
    return [_state(key, of_one_kind(own), day, reply_days, office) for key, own in sorted(found.items())]


def of_one_kind(steps: Sequence[Step]) -> list[Step]:
    """The real steps of a pair, or the simulated ones where there is none, in order of their days."""
    real = [one for one in steps if not one.simulated]
    return sorted(real or steps, key=lambda one: one.on)


def settled(steps: Sequence[Step], office: Collection[str]) -> tuple[list[Step], Step | None]:
    """The steps that stand, and what one side alone says that was agreed.

    That they agreed stands when the other side says so too, with the same sum, or a unit of the office does.
    """
    kept: list[Step] = []
    claim: Step | None = None
    for one in steps:
        if one.step == "agreed" and one.party and one.party not in office:
            if claim is None or claim.party == one.party or claim.amount != one.amount:
                claim = one
                continue
            one = replace(one, text=one.text or claim.text, evidence=one.evidence or claim.evidence)
        if one.step in ("agreed", "fulfilled", "failed"):
            claim = None
        kept.append(one)
    return kept, claim


def _state(
    key: tuple[str, str], steps: Sequence[Step], day: date, reply_days: int, office: Collection[str]
) -> PairState:  # fmt: skip
    kept, claim = settled(steps, office)
    if claim is not None and not kept:  # nobody brought them together, and one side alone says that they agreed
        kept = [replace(claim, step="proposed", amount=None)]
    silent = (day - steps[-1].on).days
    late = bool(NEXT[kept[-1].step]) and silent > reply_days
    return PairState(key[0], key[1], tuple(kept), silent, late, claim)
