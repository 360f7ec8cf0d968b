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
    "benefit-table": (8, 8),
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
    "target-coverage": (8, 8),
    "target-delta>=": (1, 1),
    "target-growth>=": (4, 4),
    "target-milestone": (17, 19),
    "target-order": (3, 3),
    "target-phase": (2, 2),
    "target-qualitative": (1, 1),
    "target-range": (1, 1),
    "target-table": (12, 12),
    "target-words": (14, 15),
    "target-≈": (10, 10),
    "task-heading": (96, 96),
    "task-heading-first": (3, 5),
    "task-heading-inline": (37, 37),
    "task-heading-inline-units": (3, 3),
    "task-heading-like": (7, 7),
    "task-heading-series": (4, 4),
    "task-heading-units": (121, 121),
    "task-table": (9, 9),
}
#: Right and all findings by kind on documents that no rule was written for (tests: second, third/untouched, fifth,
#: seventh); of tables, what their rows gave when they were first read (sixth).
FIRST_SIGHT: Mapping[str, tuple[int, int]] = {
    "benefit": (86, 96),
    "benefit-words": (5, 7),
    "benefit-table": (5, 5),
    "target": (29, 29),
    "target-words": (2, 4),
    "target-table": (12, 12),
    "task": (18, 22),
    "task-units": (19, 19),
    "task-table": (7, 9),
    "fact": (8, 8),
    "relation": (11, 11),
    "procedure": (5, 5),
}
#: Rules whose findings are found less or more surely than others of their kind, which are counted apart.
_APART: Mapping[str, tuple[str, ...]] = {
    "benefit-words": ("benefit-support", "benefit-kind", "benefit-intent"),
    "target-words": (
        "target-phase", "target-words", "target-milestone", "target-coverage", "target-order", "target-qualitative",
    ),
    "task-units": ("task-heading-units", "task-heading-inline-units", "task-heading-series-units"),
}  # fmt: skip
_KIND = {rule: kind for kind, rules in _APART.items() for rule in rules}
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
    return tuple(replace(f, confidence=trust(f.rule)) for f in findings)


@lru_cache(maxsize=200)
def trust(rule: str) -> float:
    """How sure a rule's findings are, from 0 to 1: its share, and at most that of its kind at first sight.

    >>> trust("benefit-sum") <= share(*FIRST_SIGHT["benefit"]), trust("no-such-rule")
    (True, 0.5)
    """
    own = share(*COUNTS.get(rule, (0, 0)))
    kind = rule if rule in FIRST_SIGHT else _KIND.get(rule, rule.partition("-")[0])
    return min(own, share(*FIRST_SIGHT.get(kind, (0, 0))))
