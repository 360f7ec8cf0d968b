"""What goes into the states of tasks, and what comes out. Progress is a whole per cent, 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from innocity.engines.tasks.units import Answerable
from innocity.packs.model import Task

TaskStatus = Literal["done", "on_time", "at_risk", "overdue", "not_started", "no_deadline", "shown_only"]
#: Chinese words for the states, in the order in which they are listed.
STATUS_NAMES: dict[TaskStatus, str] = {
    "overdue": "逾期", "at_risk": "有风险", "not_started": "未报进展", "on_time": "正常", "done": "已销号",
    "no_deadline": "无期限", "shown_only": "只列示",
}  # fmt: skip
DueFrom = Literal["own", "parent", "phase", "meeting"]
DUE_NAMES: dict[DueFrom, str] = {
    "own": "本项期限",
    "parent": "上级任务期限",
    "phase": "阶段期限",
    "meeting": "会议议定",
}
Work = Literal["under_way", "blocked", "delayed", "finished"]
Outcome = Literal["closed", "returned", "reopened"]


@dataclass(frozen=True, slots=True)
class Report:
    """One progress report: a row of `task_progress`."""

    task: str
    unit: str
    reported_on: date
    progress: int | None = None
    work: Work = "under_way"
    text: str = ""
    problem: str = ""
    next_step: str = ""
    evidence: tuple[str, ...] = ()
    simulated: bool = False
    place: str = ""
    recorded_on: date | None = None  # where it was written down later than the day that it is of
    fact: str = ""  # the fact's id
    public: bool = False  # whether the unit lets everybody read its words


@dataclass(frozen=True, slots=True)
class Closure:
    """One decision on closing (销号): closed with evidence, returned, or reopened. A row of `task_closure`."""

    task: str
    decided_on: date
    outcome: Outcome = "closed"
    evidence: tuple[str, ...] = ()
    by: str = ""
    text: str = ""
    simulated: bool = False
    place: str = ""
    recorded_on: date | None = None  # as in Report


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a meeting resolved that somebody do; it is a task under its own id. A row of `resolution`."""

    task: Task
    meeting: str
    held_on: date
    meeting_title: str = ""
    simulated: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """When a task before its deadline is at risk; the city's to change (`assessment.yaml`, `supervision`).

    `pace`: at risk where the progress reported is below this share of the time gone by. `warn_days`: a task
    without any report is at risk so many days before its deadline. `report_days`: a report older than this
    is asked for again.
    """

    pace_percent: int = 70
    warn_days: int = 30
    report_days: int = 90


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task as of a date.

    `progress` is what was last reported; of a task above others, the mean of what is below it (`rolled_up`).
    `expected` is the share of the time gone by, per cent; None where there is no start or no deadline.
    `overdue_days` counts from the deadline: to `as_of` while it is open, to the closing once it is done late.
    `simulated` tells that the state rests on a simulated report or closure.
    """

    task: Task
    status: TaskStatus
    as_of: date
    progress: int | None = None
    expected: int | None = None
    rolled_up: bool = False
    phase: str | None = None
    starts: date | None = None
    due: date | None = None
    due_from: DueFrom | None = None
    overdue_days: int = 0
    lead: tuple[Answerable, ...] = ()
    responsible: tuple[Answerable, ...] = ()
    cooperating: tuple[Answerable, ...] = ()
    report: Report | None = None
    closure: Closure | None = None
    evidence: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()  # tasks it depends on that are not done
    below: tuple[str, ...] = ()  # tasks directly below it, what meetings resolved included
    splits: bool = False  # its document divides it into tasks below: those are counted in its place
    simulated: bool = False
    why: str = ""
    next: str = ""
    resolution: Resolution | None = None

    @property
    def id(self) -> str:
        """The task's id."""
        return self.task.id

    @property
    def open(self) -> bool:
        """Owed and not done."""
        return self.status not in ("done", "shown_only")

    @property
    def counted(self) -> bool:
        """Whether it is one of the tasks that are counted: owed, not divided further, said for the first time."""
        task = self.task
        return self.status != "shown_only" and task.kind != "phase" and not self.splits and not task.same_as

    @property
    def document(self) -> str:
        """The document that sets the task; empty for a meeting's resolution."""
        return self.task.article.partition("#")[0]

    def units(self) -> dict[str, str]:
        """Who answers for it at the date, by unit: `lead`, `responsible` or `cooperating` (the first that holds)."""
        found: dict[str, str] = {}
        for role, units in (("lead", self.lead), ("responsible", self.responsible), ("cooperating", self.cooperating)):
            for unit in (one for printed in units for one in printed.answer):
                found.setdefault(unit, role)
        return found


@dataclass(frozen=True, slots=True)
class PhaseState:
    """A phase of a document: its days, whether it is past, running or to come, and its tasks by state."""

    task: Task
    state: Literal["to_come", "running", "past"]
    starts: date | None
    due: date | None
    counts: dict[TaskStatus, int]
    milestones: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Owed tasks of the phase, the lowest of the tree."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """All tasks as of a date, in the order of the documents, resolutions of meetings last."""

    as_of: date
    states: dict[str, TaskState]
    phases: tuple[PhaseState, ...] = ()
    bands: Bands = field(default_factory=Bands)

    def leaves(self) -> list[TaskState]:
        """What is counted: owed tasks that are not divided further, each said once (no phases, no repetitions)."""
        return [one for one in self.states.values() if one.counted]

    def counts(self, states: list[TaskState] | None = None) -> dict[TaskStatus, int]:
        """How many of each state; of all counted tasks, or of some."""
        found: dict[TaskStatus, int] = dict.fromkeys(STATUS_NAMES, 0)
        for one in self.leaves() if states is None else states:
            found[one.status] += 1
        return found

    @property
    def simulated(self) -> bool:
        """Whether any state rests on simulated reports."""
        return any(one.simulated for one in self.states.values())
