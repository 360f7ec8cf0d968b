"""What grading takes and gives: subjects with their measures, grades with their points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from innocity.packs.model import GradingCriterion, Tier

#: The word for those of whom the registers hold no measure.
NOT_GRADED = "未评"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is graded; `values` by the roster's headings, `words` as they are shown."""

    party: str
    name: str
    values: Mapping[str, Any]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Point:
    """What one criterion earned: of `most` points, `earned`; `value` None where the registers say nothing."""

    criterion: GradingCriterion
    value: Fraction | None
    word: str
    most: Fraction
    earned: Fraction


@dataclass(frozen=True, slots=True)
class Grade:
    """A subject's grade: points from 0 to 100, the tier they fall into, its rank among all (1 is best).

    Of whom the registers hold none of the measures nothing is said: `score`, `tier` and `rank` are None.
    """

    subject: Subject
    score: Fraction | None
    tier: Tier | None
    rank: int | None
    points: tuple[Point, ...]

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return NOT_GRADED if self.tier is None else self.tier.name

    @property
    def missing(self) -> tuple[str, ...]:
        """The criteria of which the registers say nothing."""
        return tuple(one.criterion.name for one in self.points if one.value is None)

    @property
    def leaves(self) -> bool:
        """Whether its place ends by the rule: nobody's does for what was not reported."""
        return self.tier is not None and self.tier.leaves and not self.missing

    @property
    def support(self) -> str:
        """The share of support that the tier opens, in per cent; empty where the rule says none."""
        share = None if self.tier is None else self.tier.support
        return "" if share is None else f"{float(share * 100):g}%"

    def as_dict(self) -> dict[str, Any]:
        """As JSON; shares and points as decimals, null where nothing is graded."""
        tier = self.tier
        return {
            "party": self.subject.party, "name": self.subject.name, "rank": self.rank,
            "score": None if self.score is None else float(self.score),
            "tier": None if tier is None else tier.id, "tier_name": self.tier_name, "leaves": self.leaves,
            "missing": list(self.missing),
            "support": None if tier is None or tier.support is None else float(tier.support),
            "points": [
                {"criterion": one.criterion.id, "name": one.criterion.name, "value": one.word,
                 "most": float(one.most), "earned": float(one.earned)} for one in self.points
            ],
        }  # fmt: skip
