"""Confidence: of findings of a rule, the share that was right on documents read by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from innocity.engines.reading.model import Finding, Reading

#: Right and all findings of a rule on the annotated documents (docs/explain/reading.md says how they are counted).
COUNTS: Mapping[str, tuple[int, int]] = {
    "benefit-budget": (7, 7),
    "benefit-intent": (8, 16),
    "benefit-kind": (9, 16),
    "benefit-ladder": (33, 34),
    "benefit-limit": (17, 17),
    "benefit-matching": (11, 11),
    "benefit-monthly": (2, 2),
    "benefit-per-unit": (4, 4),
    "benefit-rate": (29, 29),
    "benefit-split": (4, 4),
    "benefit-sum": (30, 31),
    "benefit-support": (37, 43),
    "fact-figure": (160, 163),
    "fact-rank": (7, 16),
    "procedure-exclusion": (3, 3),
    "procedure-materials": (0, 1),
    "procedure-materials-headed": (1, 1),
    "procedure-publicity": (1, 1),
    "procedure-section-headed": (1, 1),
    "procedure-window": (1, 1),
    "relation-based_on": (8, 8),
    "relation-describes": (2, 5),
    "relation-implements": (3, 4),
    "relation-mentions": (0, 10),
    "relation-mentions_prior": (2, 8),
    "relation-stacks_on": (3, 4),
    "relation-supersedes": (1, 1),
    "relation-supersedes_inconsistent": (1, 1),
    "target-<=": (2, 2),
    "target-=": (4, 4),
    "target->": (11, 11),
    "target->=": (83, 84),
    "target-coverage": (7, 8),
    "target-delta>=": (1, 1),
    "target-growth>=": (4, 4),
    "target-milestone": (17, 19),
    "target-order": (3, 3),
    "target-phase": (2, 2),
    "target-qualitative": (1, 1),
    "target-range": (1, 1),
    "target-words": (13, 14),
    "target-≈": (10, 10),
    "task-heading": (74, 74),
    "task-heading-first": (3, 5),
    "task-heading-inline": (37, 37),
    "task-heading-inline-units": (3, 3),
    "task-heading-like": (7, 7),
    "task-heading-series": (4, 4),
    "task-heading-units": (69, 69),
}
#: Right and all findings by kind on documents that no rule was written for (tests: second, third/untouched).
FIRST_SIGHT: Mapping[str, tuple[int, int]] = {
    "benefit": (46, 61),
    "target": (25, 26),
    "task": (7, 10),
    "fact": (8, 8),
    "relation": (5, 5),
    "procedure": (5, 5),
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
