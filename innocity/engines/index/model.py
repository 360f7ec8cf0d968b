"""What goes into a composite index, and what comes out. Scores are floats: they are estimates, not money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from innocity.packs.model import Component, CompositeIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one component for one of those compared; None is missing. `filled` where it was imputed."""

    value: float | None
    filled: bool = False
    simulated: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class PartScore:
    """What one component gives to one of those compared: raw value, normalised, its weight there, what it adds.

    With arithmetic aggregation the contributions add to the score; with geometric ones they multiply to it.
    """

    component: str
    value: float | None
    normalised: float | None
    weight: float
    contribution: float | None
    filled: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of those compared: its score, its rank (1 is best, equal scores share the better rank), its parts."""

    unit: str
    score: float
    rank: int
    parts: tuple[PartScore, ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class Consistency:
    """How consistent pairwise judgements are (Saaty): acceptable up to a ratio of 0.1."""

    lambda_max: float
    index: float
    ratio: float

    @property
    def acceptable(self) -> bool:
        """Whether the judgements may be used."""
        return self.ratio <= 0.1


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Ranks of one of those compared over all draws: the middle one, the 5th and 95th of a hundred."""

    unit: str
    rank: int
    median: float
    low: int
    high: int
    same_share: float  # share of draws in which it keeps its rank


@dataclass(frozen=True, slots=True)
class Robustness:
    """Monte Carlo: rank intervals, and how many places the ranks move on average."""

    draws: int
    seed: int
    spread: float
    vary: tuple[str, ...]
    intervals: tuple[RankInterval, ...]
    average_shift: float


@dataclass(frozen=True, slots=True)
class IndexResult:
    """A computed index: ranking (best first), weights by component, notes in Chinese on what was done to the data."""

    index: CompositeIndex
    ranking: tuple[Ranked, ...]
    weights: Mapping[str, float]
    consistency: Consistency | None
    notes: tuple[str, ...]
    robustness: Robustness | None
    simulated: bool

    def component(self, name: str) -> Component:
        """The component of this id."""
        return next(one for one in self.index.components if one.id == name)
