"""What a report is made from: plain data, already judged by others. Nothing in this package computes a light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from innocity.engines.reports.blocks import Number, Source

Kind = Literal["midterm", "selfeval", "bulletin", "supervision", "decision"]
KINDS: dict[Kind, str] = {
    "midterm": "中期评估报告", "selfeval": "验收自评报告", "bulletin": "工作月报", "supervision": "督办通知单",
    "decision": "呈阅件",
}  # fmt: skip
#: The lights of indicators, and `to_come`: a milestone before its day, of which nothing is missing.
Light = Literal["met", "near", "watch", "alert", "not_due", "to_come", "not_reported", "not_assessable"]
LIGHTS: dict[Light, str] = {
    "met": "达标", "near": "接近", "watch": "关注", "alert": "预警", "not_due": "未到发布期",
    "to_come": "未到期", "not_reported": "逾期未报", "not_assessable": "无法判定",
}  # fmt: skip
LIGHT_COLORS: dict[Light, str] = {
    "met": "#2E7D32", "near": "#9CCC65", "watch": "#F9A825", "alert": "#C62828", "not_due": "#90A4AE",
    "to_come": "#B7C4CC", "not_reported": "#6D4C41", "not_assessable": "#CFD8DC",
}  # fmt: skip
Core = Literal["yes", "no", "missing", ""]
#: Lights that say something about pace; the others say why nothing can be said.
JUDGED: tuple[Light, ...] = ("met", "near", "watch", "alert")
State = Literal["done", "on_time", "at_risk", "overdue", "not_started", "no_deadline", "shown_only"]
STATES: dict[State, str] = {
    "done": "已销号", "on_time": "正常", "at_risk": "有风险", "overdue": "逾期", "not_started": "未报进展",
    "no_deadline": "无期限", "shown_only": "只列示",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of the city."""

    id: str
    title: str
    number: str = ""
    issuer: str = ""
    day: date | None = None
    in_force: Literal["in_force", "expired", "repealed", "unknown"] = "unknown"
    missing: tuple[str, ...] = ()
    place: str = ""  # `file:line`

    def quoted(self) -> str:
        """Title in book quotation marks, with the number where there is one."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence (佐证材料): what it is, where it comes from, of which day."""

    name: str
    origin: str = ""
    day: date | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target as of the day: what is wanted, what was found, its light, and the sentences about it.

    `aim` and `path` are as printed (`不低于1600家`, `二、（三）3`); `expected` and `achieved` are shares of the
    way. `stated` tells that the baseline stands in the document itself; otherwise the first observation serves.
    """

    id: str
    name: str
    document: str
    aim: str
    light: Light
    source: Source
    label: str = ""  # the light in words, where it differs from LIGHTS
    path: str = ""
    group: str = ""  # the goal or group under which it stands
    due: date | None = None
    expected: Fraction | None = None
    achieved: Fraction | None = None
    baseline: Number | None = None
    stated: bool = False
    latest: Number | None = None
    known_on: date | None = None  # since when the latest figure is known, where that is not the day of its source
    computed: Number | None = None
    difference: str = ""
    units: tuple[str, ...] = ()  # ids of the units that answer at the day
    unit_names: tuple[str, ...] = ()
    printed: str = ""
    core: Core = ""
    why: str = ""
    next: str = ""
    tasks: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reached: bool = False  # the target itself holds, whatever its pace
    owed_period: str = ""
    repeats: str = ""  # the target that says the same and is counted in its place
    note: str = ""

    @property
    def word(self) -> str:
        """The light in words."""
        return self.label or LIGHTS[self.light]

    @property
    def since(self) -> date | None:
        """The day since which the latest figure is known."""
        return self.known_on or (self.latest.source.day if self.latest else None)

    @property
    def still_at_base(self) -> bool:
        """Whether the latest figure is the baseline itself: nothing newer is known."""
        if self.latest is None or self.baseline is None:
            return False
        return (self.latest.text, self.latest.period) == (self.baseline.text, self.baseline.period)

    @property
    def simulated(self) -> bool:
        """Whether its latest figure is simulated: nobody can confirm it, a real one must come."""
        return self.latest is not None and self.latest.simulated

    @property
    def settled(self) -> bool:
        """Whether its light may stand in a formal table: it rests on no figure, or on a confirmed one.

        A light that only says that nothing newer than the document's own baseline is known rests on no figure.
        """
        return self.latest is None or self.latest.formal or (self.nothing_new and self.light not in JUDGED)

    @property
    def nothing_new(self) -> bool:
        """Whether all that is known is the baseline that stands in the document itself."""
        return self.stated and self.still_at_base


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as of the day; `counted` ones are owed, lowest of their tree, each said once."""

    id: str
    title: str
    document: str
    state: State
    source: Source
    path: str = ""
    kind: str = ""  # in Chinese
    depth: int = 0
    group: str = ""
    counted: bool = True
    lead: tuple[str, ...] = ()  # names as answerable at the day
    responsible: tuple[str, ...] = ()
    printed: str = ""
    units: tuple[str, ...] = ()  # ids of all units that answer
    asked: tuple[str, ...] = ()  # ids of those that are asked: the lead, else the responsible ones
    due: date | None = None
    due_from: str = ""
    overdue_days: int = 0
    progress: int | None = None
    reported_on: date | None = None
    report: str = ""
    closed_on: date | None = None
    report_known_on: date | None = None  # since when the report is known, where that is later than its own day
    close_known_on: date | None = None  # and the closing
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    next: str = ""
    simulated: bool = False
    urgent: str = ""  # why it stands on the supervision list, in words; empty: it does not

    @property
    def who(self) -> tuple[str, ...]:
        """Names of those who answer: the lead, else the responsible."""
        return self.lead or self.responsible


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that answers for something at the day."""

    id: str
    name: str
    full_name: str = ""
    parent: str = ""

    @property
    def formal_name(self) -> str:
        """The full name where it is known."""
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """What a forecast says of a target; never part of a formal table."""

    target: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything that a report may use, as of one day.

    `main` is the document that is reported on. `known_on` is the day by which everything in it was known (None: all
    that is known now); `left_out` counts the records of days up to `as_of` that became known only later; who is asked
    answers by `reply_by`. `before` holds the lights of the month before (bulletin).
    `bands` says in words how lights follow from pace; `issuer` is blank until an office fills it in.
    """

    city: str
    as_of: date
    main: DocumentLine
    documents: tuple[DocumentLine, ...]
    targets: tuple[TargetLine, ...]
    tasks: tuple[TaskLine, ...]
    units: Mapping[str, UnitLine]
    bands: str = ""
    before: Mapping[str, Light] | None = None
    forecasts: tuple[ForecastLine, ...] = ()
    issuer: str = ""
    simulated: bool = False
    known_on: date | None = None
    left_out: int = 0
    reply_by: date | None = None  # the day by which those who are asked answer

    def in_main(self) -> tuple[TargetLine, ...]:
        """The targets of the document that is reported on, each said once."""
        own = tuple(one for one in self.targets if one.document == self.main.id)
        known = {one.id for one in own}
        return tuple(one for one in own if one.repeats not in known)

    def tasks_in_main(self) -> tuple[TaskLine, ...]:
        """Its tasks, in the order of the text."""
        return tuple(one for one in self.tasks if one.document == self.main.id)

    def unit(self, name: str) -> UnitLine:
        """A unit by its id."""
        return self.units.get(name) or UnitLine(name, name)


def lights(targets: Iterable[TargetLine]) -> dict[Light, int]:
    """How many targets have each light, every light present."""
    found = Counter(one.light for one in targets)
    return {light: found[light] for light in LIGHTS}


def states(tasks: Iterable[TaskLine]) -> dict[State, int]:
    """How many counted tasks are in each state, every state present."""
    found = Counter(one.state for one in tasks if one.counted)
    return {state: found[state] for state in STATES}
