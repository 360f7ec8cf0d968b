"""Scores of subjects by a rule of the pack: exact fractions; what the registers do not say earns nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from innocity.engines.grading.model import Grade, Point, Subject
from innocity.packs.model import Grading, GradingCriterion, Tier


def grades(grading: Grading, subjects: Iterable[Subject]) -> list[Grade]:
    """The grades, best first; equal scores share the better rank and stand in order of their ids.

    Those without a single measure stand last, without score, tier and rank.
    """
    scored, nothing = [], list[Grade]()
    earned: dict[tuple[int, str, Any, str], Point] = {}  # many of a city's firms have the same few values

    def point(place: int, one: GradingCriterion, group: str, subject: Subject) -> Point:
        value, word = subject.values.get(one.of), subject.words.get(one.of, "")
        key = (place, group, (type(value), value), word)
        if key not in earned:
            earned[key] = _point(one, group, subject)
        return earned[key]

    for subject in subjects:
        group = str(subject.values.get(grading.by) or "") if grading.by else ""
        points = tuple(point(place, one, group, subject) for place, one in enumerate(grading.criteria))
        if all(one.value is None for one in points):
            nothing.append(Grade(subject, None, None, None, points))
        else:
            scored.append((sum((one.earned for one in points), Fraction(0)), subject, points))
    scored.sort(key=lambda one: (-one[0], one[1].party, one[1].name))
    ranks: dict[Fraction, int] = {}
    for place, (score, _, _) in enumerate(scored, 1):
        ranks.setdefault(score, place)
    graded = [Grade(subject, score, tier_of(grading, score), ranks[score], points)
              for score, subject, points in scored]  # fmt: skip
    return graded + sorted(nothing, key=lambda one: (one.subject.party, one.subject.name))


def tier_of(grading: Grading, score: Fraction) -> Tier:
    """The tier of a score."""
    return next(one for one in grading.tiers if score >= one.from_)


def _point(one: GradingCriterion, group: str, subject: Subject) -> Point:
    most = one.weights.get(group, one.weight) * 100
    value = _number(subject.values.get(one.of))
    if value is None:
        return Point(one, None, "没有登记", most, Fraction(0))
    part = (value - one.zero) / (one.full - one.zero)  # `full` below `zero`: less is better
    earned = most * min(Fraction(1), max(Fraction(0), part))
    return Point(one, value, subject.words.get(one.of, str(value)), most, earned)


def _number(value: Any) -> Fraction | None:
    """A measure as a number: yes counts 1, a date or text counts 1 where there is one."""
    if value is None or value == "":
        return None
    if isinstance(value, (bool, int, Fraction)):
        return Fraction(value)
    return Fraction(1) if isinstance(value, (str, date)) else Fraction(str(value))
