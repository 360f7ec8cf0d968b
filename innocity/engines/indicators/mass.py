"""Lights by the million: many indicators, periods and divisions at once, in whole numbers of 64 bits.

The same decisions as `innocity.engines.indicators.status` takes one by one, for plain levels (a baseline, a goal, a
path): no rounding, so the two agree cell by cell. Values are scaled integers (a decimal times a power of ten).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.indicators.model import STATUSES
from innocity.engines.indicators.path import Way
from innocity.packs.model_city import Pace

register_codes({"E-MASS-RANGE": ("批量判断的数超出范围", "a value is too large for evaluation in bulk")})

Numbers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
MISSING = np.iinfo(np.int64).min  # no figure
_MET, _NEAR, _WATCH, _ALERT, _NONE = (STATUSES.index(s) for s in ("met", "near", "watch", "alert", "not_assessable"))
_CHUNK = 1 << 16  # cells that are worked on together: they fit in the processor's cache


@dataclass(frozen=True, slots=True)
class Lane:
    """How one indicator's figures are read: its path from 0 to 1, and whether more is better (1) or less (-1).

    `strict` is operator `>`: reaching the goal exactly is not enough at the deadline.
    """

    way: Way
    sign: int = 1
    strict: bool = False


def evaluate(lanes: Sequence[Lane], days: Sequence[date], values: Numbers, bases: Numbers, goals: Numbers,
             pace: Pace | None = None) -> Codes:  # fmt: skip
    """The status of every figure, each seen on its own day: an index into `STATUSES`.

    `values[lane, period, division]` are scaled integers or MISSING (gives not_assessable), `bases` and `goals`
    `[lane, division]` in the same scale. A baseline that has the goal already makes a level to be held. Error:
    E-MASS-RANGE where products would not fit in 64 bits.
    """
    pace = pace or Pace()
    shares: dict[Way, list[Fraction]] = {}
    out = np.empty(values.shape, np.int8)
    step = max(1, _CHUNK // max(1, values.shape[1] * values.shape[2]))
    for first in range(0, len(lanes), step):
        part = slice(first, min(first + step, len(lanes)))
        chosen = lanes[part]
        for lane in chosen:
            if lane.way not in shares:
                shares[lane.way] = [lane.way.expected(day) for day in days]
        expected = [shares[lane.way] for lane in chosen]
        ends = np.array([[day >= lane.way.goal[0] for day in days] for lane in chosen])
        out[part] = _chunk(chosen, expected, ends, values[part], bases[part], goals[part], pace)
    return out


def _chunk(
    lanes: Sequence[Lane], expected: list[list[Fraction]], ends: npt.NDArray[np.bool_], values: Numbers,
    bases: Numbers, goals: Numbers, pace: Pace,
) -> Codes:  # fmt: skip
    sign = np.array([lane.sign for lane in lanes], np.int64)[:, None, None]
    strict = np.array([lane.strict for lane in lanes])[:, None, None]
    known = values != MISSING
    value = np.where(known, values, 0) * sign
    base, goal = bases[:, None, :] * sign, goals[:, None, :] * sign
    top = [[e.numerator for e in row] for row in expected]
    bottom = [[e.denominator for e in row] for row in expected]
    _check_range(value, base, goal, top, bottom, pace)
    reached = (value > goal) | ((value == goal) & ~strict)
    found = _paces(value, base, goal, top, bottom, pace)
    held = np.broadcast_to(base >= goal, value.shape)
    if held.any():
        found = np.where(held, _levels(value, goal, sign, pace), found)
    found[np.broadcast_to(ends[:, :, None], found.shape)] = _ALERT
    found[reached] = _MET
    found[~known] = _NONE
    return found


def _paces(value: Numbers, base: Numbers, goal: Numbers, top: Any, bottom: Any, pace: Pace) -> Codes:
    """a against e and its bands, both multiplied out. The bands lie within each other, so they count down."""
    gone = (value - base) * np.array(bottom, np.int64)[:, :, None]
    asked = (goal - base) * np.array(top, np.int64)[:, :, None]
    found = np.full(value.shape, _ALERT, np.int8)
    found -= gone >= asked
    found -= gone * pace.near.denominator >= asked * pace.near.numerator
    found -= gone * pace.watch.denominator >= asked * pace.watch.numerator
    return found


def _levels(value: Numbers, goal: Numbers, sign: Numbers, pace: Pace) -> Codes:
    """A level that is not held, by how much of it is there; values and goals carry their sign."""
    have, need = np.where(sign > 0, value, -goal), np.where(sign > 0, goal, -value)
    real = (have > 0) & (need > 0)
    near = real & (have * pace.near.denominator >= need * pace.near.numerator)
    watch = real & (have * pace.watch.denominator >= need * pace.watch.numerator)
    return np.where(near, _NEAR, np.where(watch, _WATCH, _ALERT)).astype(np.int8)


def _check_range(value: Numbers, base: Numbers, goal: Numbers, top: Any, bottom: Any, pace: Pace) -> None:
    """Refuse what would overflow, before it does."""
    largest = max(
        (abs(int(edge)) for one in (value, base, goal) if one.size for edge in (one.min(), one.max())), default=0
    )
    parts = max((n for rows in (top, bottom) for row in rows for n in row), default=1)
    bands = max(n for share in (pace.near, pace.watch) for n in (share.numerator, share.denominator))
    if 2 * largest * max(parts, 1) * bands >= 2**63:
        raise InnoCityError(
            "E-MASS-RANGE", f"数值到了 {largest}，放不进64位整数", None, "换大一些的计量单位，或逐个判断"
        )


def straight(way: Way) -> Way:
    """A path from 0 to 1 with the same shares: what lanes of different values have in common."""
    return Way(tuple((day, way.share(value)) for day, value in way.knots), way.hold)
