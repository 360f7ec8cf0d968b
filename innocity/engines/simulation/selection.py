"""Exact numbers: of a pool so many, of a total so many each year, of a whole so many each kind."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from innocity.core.rates import share_out
from innocity.engines.simulation.draws import Draws, Ints, Shuffle

Flags = npt.NDArray[np.bool_]
K = TypeVar("K", bound=Hashable)


def rounded(value: Fraction) -> int:
    """The nearest whole number, halves up.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(1, 3))
    (3, 0)
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True)
class Selection:
    """`count` different numbers out of 0..pool-1 in random order, asked in both directions.

    >>> chosen = Selection.of(Draws(7), "x", pool=10, count=3)
    >>> members = chosen.member(np.arange(3))
    >>> chosen.position(members).tolist(), int(chosen.contains(np.arange(12)).sum())
    ([0, 1, 2], 3)
    """

    shuffle: Shuffle
    count: int

    @classmethod
    def of(cls, draws: Draws, name: str, pool: int, count: int) -> Selection:
        """`count` out of `pool`; all of the pool where it is smaller."""
        pool = max(1, pool)
        return cls(draws.shuffle(name, pool), min(count, pool))

    @property
    def pool(self) -> int:
        """How many there were to choose from."""
        return self.shuffle.size

    def member(self, position: Ints) -> Ints:
        """The numbers at these positions (below `count`; up to `pool` those that were not chosen)."""
        return self.shuffle.back(position)

    def position(self, number: Ints) -> Ints:
        """The positions of these numbers; not below `count` for those that were not chosen."""
        inside = number < self.pool
        result = np.full(number.shape, self.pool, dtype=np.int64)
        result[inside] = self.shuffle.forward(number[inside])
        return result

    def contains(self, number: Ints) -> Flags:
        """Whether these numbers were chosen."""
        return self.position(number) < self.count


@dataclass(frozen=True)
class Parts(Generic[K]):
    """A whole 0..total-1 made of named parts that follow one another.

    >>> parts = Parts.shared(5, {"a": 1, "b": 3})
    >>> parts.counts, parts.which(np.arange(5)).tolist(), parts.start("b")
    ((1, 4), [0, 1, 1, 1, 1], 1)
    """

    names: tuple[K, ...]
    counts: tuple[int, ...]

    @classmethod
    def given(cls, counts: Mapping[K, int]) -> Parts[K]:
        """Parts with these sizes."""
        return cls(tuple(counts), tuple(counts.values()))

    @classmethod
    def shared(cls, total: int, weights: Mapping[K, int]) -> Parts[K]:
        """Parts that add up to `total`, in proportion to the weights (largest remainder)."""
        keys = [f"{number:06d}" for number in range(len(weights))]
        return cls(tuple(weights), tuple(share_out(total, list(weights.values()), keys)))

    @cached_property
    def ends(self) -> Ints:
        """Where each part ends."""
        return np.cumsum(np.array(self.counts, dtype=np.int64))

    @property
    def total(self) -> int:
        """The size of the whole."""
        return sum(self.counts)

    def start(self, name: K) -> int:
        """Where a part begins."""
        return sum(self.counts[: self.names.index(name)])

    def size(self, name: K) -> int:
        """How large a part is."""
        return self.counts[self.names.index(name)]

    def which(self, index: Ints) -> Ints:
        """The place of each number's part in `names`."""
        return np.searchsorted(self.ends, index, side="right").astype(np.int64)

    def within(self, index: Ints) -> Ints:
        """The number of each within its part."""
        starts = self.ends - np.array(self.counts, dtype=np.int64)
        return np.asarray(index - starts[self.which(index)], dtype=np.int64)


Calendar = Parts[int]


def years_of(calendar: Calendar, index: Ints) -> Ints:
    """The year of each row of a calendar."""
    return np.array(calendar.names or (0,), dtype=np.int64)[calendar.which(index)]
