"""Confidence: of findings of a rule, the share that was right on documents read by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from innocity.engines.reading.model import Finding, Reading

#: Right and all findings of a rule on the annotated documents (docs/explain/reading.md says how they are counted).
COUNTS: Mapping[str, tuple[int, int]] = {
    "benefit-budget": (5, 5),
    "benefit-intent": (8, 16),
    "benefit-kind": (9, 16),
    "benefit-ladder": (26, 26),
    "benefit-limit": (15, 15),
    "benefit-matching": (11, 11),
    "benefit-monthly": (2, 2),
    "benefit-per-unit": (3, 3),
    "benefit-rate": (20, 20),
    "benefit-split": (4, 4),
    "benefit-sum": (24, 24),
    "benefit-support": (35, 42),
    "fact-figure": (160, 163),
    "fact-rank": (7, 16),
    "relation-based_on": (6, 6),
    "relation-describes": (2, 5),
    "relation-implements": (3, 4),
    "relation-mentions": (0, 9),
    "relation-mentions_prior": (2, 8),
    "relation-stacks_on": (3, 4),
    "relation-supersedes": (1, 1),
    "relation-supersedes_inconsistent": (1, 1),
    "target-<=": (1, 1),
    "target-=": (4, 4),
    "target->": (6, 6),
    "target->=": (66, 67),
    "target-coverage": (6, 7),
    "target-delta>=": (1, 1),
    "target-growth>=": (3, 3),
    "target-milestone": (11, 16),
    "target-order": (3, 3),
    "target-range": (1, 1),
    "target-≈": (9, 9),
    "task-heading": (67, 67),
    "task-heading-first": (3, 5),
    "task-heading-inline": (37, 37),
    "task-heading-inline-units": (3, 3),
    "task-heading-like": (7, 7),
    "task-heading-series": (4, 4),
    "task-heading-units": (63, 63),
}
#: Right and all findings by kind on documents read for the first time: what the rules had not been written for.
FIRST_SIGHT: Mapping[str, tuple[int, int]] = {
    "benefit": (42, 55),
    "target": (21, 27),
    "task": (13, 14),
    "fact": (10, 13),
    "relation": (5, 6),
}
#: What a rule without counts is taken for: one right of two, the prior that `share` adds to every count.
PRIOR = (1, 2)

Any_ = TypeVar("Any_", bound=Finding)


def share(right: int, all_: int) -> float:
    """Share with the prior added, so that few findings never give certainty.

    >>> share(0, 0), share(9, 10), share(98, 98)
    (0.5, 0.83, 0.99)
    """
    return round((right + PRIOR[0]) / (all_ + PRIOR[1]), 2)


def confident(reading: Reading) -> Reading:
    """The reading with the confidence of every finding set by its rule.

    No rule is trusted more than its kind was at first sight. Kinds that nobody has counted get the prior.

    >>> confident(Reading()).facts
    ()
    """
    return replace(
        reading, outline=_rated(reading.outline), tasks=_rated(reading.tasks), targets=_rated(reading.targets),
        benefits=_rated(reading.benefits), facts=_rated(reading.facts), procedures=_rated(reading.procedures),
        relations=_rated(reading.relations), definitions=_rated(reading.definitions),
    )  # fmt: skip


def _rated(findings: tuple[Any_, ...]) -> tuple[Any_, ...]:
    return tuple(replace(f, confidence=_trust(f.rule)) for f in findings)


@lru_cache(maxsize=200)
def _trust(rule: str) -> float:
    own = share(*COUNTS.get(rule, (0, 0)))
    return min(own, share(*FIRST_SIGHT.get(rule.partition("-")[0], (0, 0))))
