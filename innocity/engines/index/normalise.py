"""Normalisation: raw values of one component to scores that can be added, the more the better.

Missing values (None) stay missing. All functions take the values of those compared, in order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Values = Sequence[float | None]
Scores = list[float | None]


def min_max(
    values: Values, *, up: bool, low: float | None = None, high: float | None = None,
    scale: tuple[float, float] = (0.0, 100.0),
) -> Scores:  # fmt: skip
    """Linear between `low` and `high` (the lowest and highest value by default) onto `scale`.

    Values beyond fixed goalposts are set to the nearer one. Where all are alike and no goalposts are given,
    all get the middle of the scale.

    >>> min_max([10.0, 20.0, None, 15.0], up=True), min_max([1.0, 3.0], up=False, scale=(0, 1))
    ([0.0, 100.0, None, 50.0], [1.0, 0.0])
    """
    known = [value for value in values if value is not None]
    if not known:
        return list(values)
    bottom = min(known) if low is None else low
    top = max(known) if high is None else high
    first, last = scale
    if top <= bottom:
        return [None if value is None else (first + last) / 2 for value in values]
    result: Scores = []
    for value in values:
        if value is None:
            result.append(None)
            continue
        share = (min(max(value, bottom), top) - bottom) / (top - bottom)
        result.append(first + (last - first) * (share if up else 1 - share))
    return result


def z_score(values: Values, *, up: bool) -> Scores:
    """Distance from the mean in standard deviations (of those compared, divided by their number).

    >>> z_score([1.0, 3.0], up=True), z_score([2.0, 2.0], up=True)
    ([-1.0, 1.0], [0.0, 0.0])
    """
    known = [value for value in values if value is not None]
    if not known:
        return list(values)
    mean = math.fsum(known) / len(known)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / len(known))
    sign = 1.0 if up else -1.0
    return [None if v is None else sign * (v - mean) / deviation if deviation else 0.0 for v in values]


def rank(values: Values, *, up: bool) -> Scores:
    """The place from below, 1 the worst; equal values share the mean of their places.

    >>> rank([5.0, 9.0, 5.0], up=True), rank([5.0, 9.0], up=False)
    ([1.5, 3.0, 1.5], [2.0, 1.0])
    """
    known = [value if up else -value for value in values if value is not None]

    def place(value: float) -> float:
        below = sum(other < value for other in known)
        equal = sum(other == value for other in known)
        return below + (equal + 1) / 2

    return [None if value is None else place(value if up else -value) for value in values]


def distance(values: Values, *, up: bool, reference: float | None = None) -> Scores:
    """The value as a share of the reference (default: the best), 100 at the reference; inverse where less is better.

    Error: ValueError where a value or the reference is not above 0: a share of it says nothing.

    >>> distance([50.0, 200.0, 100.0], up=True), distance([2.0, 4.0], up=False)
    ([25.0, 100.0, 50.0], [100.0, 50.0])
    """
    known = [value for value in values if value is not None]
    if not known:
        return list(values)
    base = (max(known) if up else min(known)) if reference is None else reference
    if base <= 0 or min(known) < 0 or (not up and min(known) <= 0):
        raise ValueError("distance needs values above 0")
    return [None if value is None else 100 * (value / base if up else base / value) for value in values]
