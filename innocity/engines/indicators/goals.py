"""What a target asks for: its value in the indicator's unit, which way is better, whether a value satisfies it."""

from __future__ import annotations

from fractions import Fraction

from innocity.core.measures import base_unit, unit_factor
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Indicator, Target

#: Units of a growth rate as a share of one.
_RATES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "倍": Fraction(1)}


def better(target: Target, indicator: Indicator) -> int:
    """1 where more is better, -1 where less is, 0 where the value itself is meant."""
    if target.operator in (">=", ">", "stable_at"):
        return 1
    if target.operator == "<=":
        return -1
    if target.operator in ("growth", "delta") and target.value is not None and target.value < 0:
        return -1
    if target.operator in ("growth", "delta", "increase"):
        return 1
    return {"up": 1, "down": -1, "none": 0}[indicator.direction]


def written(target: Target, indicator: Indicator, value: Fraction) -> Fraction:
    """A value of the target in the indicator's unit."""
    if target.unit is None or indicator.unit is None:
        return value
    if target.unit in ("个百分点", "百分点") and indicator.unit in ("%", "‰"):
        return value if indicator.unit == "%" else value * 10
    return value * (unit_factor(target.unit, indicator.unit) or Fraction(1))


def rate_of(target: Target) -> Fraction:
    """The yearly growth that a target asks for, as a share of one."""
    assert target.value is not None
    unit = target.unit or "%"
    return target.value * _RATES.get(unit, base_unit(unit)[1])


def goal_of(target: Target, indicator: Indicator, base: Figure | None, years: int) -> Fraction | None:
    """The value that must be reached, in the indicator's unit; None where it cannot be told.

    `years` are those from the baseline to the deadline: growth compounds over them; a change stated for a span
    of years (`from`, `to`) is meant for each.
    """
    if target.operator == "range":
        edge = target.low if better(target, indicator) >= 0 else target.high
        return None if edge is None else written(target, indicator, edge)
    if target.value is None:
        return None
    if target.operator == "growth" and indicator.kind != "growth":
        # from nought, or below, nothing grows by a rate
        return None if base is None or base.value <= 0 else base.value * (1 + rate_of(target)) ** years
    if target.operator in ("delta", "increase"):
        times = years if target.from_ else 1
        return None if base is None else base.value + written(target, indicator, target.value) * times
    return written(target, indicator, target.value)


def satisfied(target: Target, indicator: Indicator, figure: Figure, goal: Fraction, about: Fraction) -> bool:
    """Whether a figure satisfies the target. What is written as 不足50 does not satisfy 不低于50."""
    value, lean, sign = figure.value, figure.leaning, better(target, indicator)
    if target.operator == ">":
        return value > goal or (value == goal and lean > 0)
    if target.operator == "about":
        slack = abs(goal) * about
        return (sign < 0 or value >= goal - slack) and (sign > 0 or value <= goal + slack)
    if target.operator == "range":
        low, high = (written(target, indicator, edge or Fraction(0)) for edge in (target.low, target.high))
        return (sign < 0 or value >= low) and (sign > 0 or value <= high)
    if sign > 0:
        return value > goal or (value == goal and lean >= 0)
    if sign < 0:
        return value < goal or (value == goal and lean <= 0)
    return value == goal and lean == 0


def overshot(target: Target, indicator: Indicator, figure: Figure, goal: Fraction, about: Fraction) -> bool:
    """Whether a value went beyond what is allowed and cannot come back by going on: a cap, an exact amount."""
    if satisfied(target, indicator, figure, goal, about):
        return False
    sign = better(target, indicator)
    if sign == 0:
        high = target.high if target.operator == "range" and target.high is not None else None
        return figure.value > (written(target, indicator, high) if high is not None else goal)
    return sign < 0 and indicator.kind in ("flow", "cumulative")


def needed(sign: int, goal: Fraction, value: Fraction) -> Fraction:
    """How much is still to go, never below 0."""
    return max(Fraction(0), goal - value if sign >= 0 else value - goal)
