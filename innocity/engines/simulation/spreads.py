"""How amounts of money are spread: a lognormal body with a Pareto tail, never above a known top."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from innocity.engines.simulation.draws import Floats, Ints

_BODY_END = 63 / 64  # from here on the Pareto tail
_STEPS = 512
_TAIL_STEPS = 20
_LEAST = 1 / 2048  # the quantile that stands for the smallest amount


@dataclass(frozen=True)
class Spread:
    """Amounts in fen with this median; `sigma` of the logarithm, `alpha` of the tail, none above `top`.

    Amounts are multiples of `unit` (fen). The table of quantiles holds whole fen, so that the same
    uniform number gives the same amount on every machine.

    >>> Spread(100_000, 0.5, 1_000_000).amounts(np.array([0.5, 0.999999999])).tolist()
    [100000, 1000000]
    """

    median: int
    sigma: float
    top: int
    unit: int = 1
    alpha: float = 1.3

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        body = [k / _STEPS for k in range(_STEPS) if k / _STEPS < _BODY_END]
        tail = [1 - (1 - _BODY_END) * 2.0**-k for k in range(_TAIL_STEPS)]
        places = [*body, *tail, 1.0]
        values = [min(self.top, round(self._quantile(place))) for place in places[:-1]]
        return np.array(places), np.array([*values, self.top], dtype=np.float64)

    def _quantile(self, place: float) -> float:
        body = NormalDist().inv_cdf(min(max(place, _LEAST), _BODY_END))
        value = self.median * math.exp(self.sigma * body)
        if place > _BODY_END:
            value *= ((1 - _BODY_END) / (1 - place)) ** (1 / self.alpha)
        return value

    def amounts(self, uniform: Floats) -> Ints:
        """The amounts (fen) at these quantiles; at least one `unit` each."""
        places, values = self._table
        raw = np.interp(uniform, places, values)
        return np.maximum(np.asarray(raw / self.unit, dtype=np.int64), 1) * self.unit
