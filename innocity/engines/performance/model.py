"""What is scored, and a score with its lines. Points are exact fractions; only what is shown is rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Role = Literal["lead", "responsible", "cooperating"]
#: What every showing of a score says first.
NOTICE = "考核得分只供本单位和领导小组查看，不得外传。"


@dataclass(frozen=True, slots=True)
class TargetInput:
    """A target that a unit answers for, with its light (`met near watch alert not_due ...`)."""

    id: str
    title: str
    status: str
    article: str = ""
    document: str = ""
    due: date | None = None
    why: str = ""
    simulated: bool = False
    label: str = ""  # the status in Chinese


@dataclass(frozen=True, slots=True)
class TaskInput:
    """A task that a unit answers for, with its state, the unit's role, and the day its state rests on."""

    id: str
    title: str
    status: str
    role: Role = "responsible"
    overdue_days: int = 0
    article: str = ""
    document: str = ""
    due: date | None = None
    on: date | None = None
    why: str = ""
    simulated: bool = False
    label: str = ""  # the status in Chinese


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Points that one target or task brought: `points` of at most `most`; a deduction has points below 0.

    `article` is where the commitment stands, `on` the day that decides (report, closing, deadline or as-of).
    """

    part: str
    kind: Literal["target", "task"]
    id: str
    title: str
    status: str
    points: Fraction
    most: Fraction
    article: str
    document: str
    on: date | None
    why: str
    simulated: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Unscored:
    """An item that the rule leaves out of the score, and why."""

    kind: Literal["target", "task"]
    id: str
    title: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class PartScore:
    """A part of the score. `share` is its share of the total once parts without items gave theirs to the others."""

    id: str
    name: str
    share: Fraction
    points: Fraction
    most: Fraction
    items: int


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The score of a unit as of a date, out of `total`; None where nothing of it can be scored.

    It equals the sum of the points of `lines`, but never less than 0. `simulated` where any line is.
    """

    unit: str
    as_of: date
    rule: str
    rule_name: str
    demonstration: bool
    score: Fraction | None
    total: Fraction
    parts: tuple[PartScore, ...]
    lines: tuple[ScoreLine, ...]
    unscored: tuple[Unscored, ...]
    simulated: bool
    notice: str = NOTICE
