"""Confidence: of findings of a rule, the share that was right on documents read by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from innocity.engines.reading.model import Finding, Reading

#: Right and all findings of a rule on the annotated documents (docs/explain/reading.md says how they are counted).
COUNTS: Mapping[str, tuple[int, int]] = {
    "benefit-budget": (14, 14),
    "benefit-intent": (25, 25),
    "benefit-kind": (16, 18),
    "benefit-ladder": (65, 65),
    "benefit-limit": (21, 21),
    "benefit-matching": (14, 14),
    "benefit-monthly": (5, 5),
    "benefit-per-unit": (7, 7),
    "benefit-rate": (60, 60),
    "benefit-split": (9, 9),
    "benefit-sum": (62, 62),
    "benefit-support": (54, 55),
    "fact-figure": (160, 163),
    "fact-rank": (7, 16),
    "procedure-exclusion": (3, 3),
    "procedure-materials": (0, 1),
    "procedure-materials-headed": (1, 1),
    "procedure-publicity": (1, 1),
    "procedure-section-headed": (1, 1),
    "procedure-window": (1, 1),
    "relation-based_on": (14, 14),
    "relation-coordinates_with": (1, 1),
    "relation-describes": (3, 3),
    "relation-implements": (5, 5),
    "relation-mentions": (3, 3),
    "relation-mentions_prior": (2, 2),
    "relation-recommends": (1, 1),
    "relation-revises_disbursement_rule": (1, 1),
    "relation-stacks_on": (5, 5),
    "relation-supersedes": (3, 3),
    "relation-supersedes_inconsistent": (3, 4),
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
#: Right and all findings by kind on documents that no rule was written for (tests: second, third/untouched, fifth).
FIRST_SIGHT: Mapping[str, tuple[int, int]] = {
    "benefit": (84, 93),
    "benefit-words": (5, 7),
    "target": (25, 26),
    "task": (7, 10),
    "fact": (8, 8),
    "relation": (11, 11),
    "procedure": (5, 5),
}
#: Rules of promises without a sum, which are found less surely than those with one.
_IN_WORDS = frozenset({"benefit-support", "benefit-kind", "benefit-intent"})
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
    kind = "benefit-words" if rule in _IN_WORDS else rule.partition("-")[0]
    return min(own, share(*FIRST_SIGHT.get(kind, (0, 0))))
