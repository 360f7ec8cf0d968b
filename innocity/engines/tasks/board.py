"""All tasks of a city as of a date: deadlines, progress, who answers, what must happen next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from innocity.engines.tasks.judge import judge, judge_above
from innocity.engines.tasks.model import (
    STATUS_NAMES,
    Bands,
    Closure,
    DueFrom,
    PhaseState,
    Report,
    Resolution,
    TaskBoard,
    TaskState,
    TaskStatus,
)
from innocity.engines.tasks.units import Answerable, answerable
from innocity.packs.model import Document, Pack, Task

DEFAULT_BANDS = Bands()


@dataclass(frozen=True, slots=True)
class Known:
    """What was recorded up to the date, by task; real records stand before simulated ones."""

    reports: Mapping[str, Sequence[Report]]
    closures: Mapping[str, Sequence[Closure]]

    @classmethod
    def of(cls, reports: Iterable[Report], closures: Iterable[Closure], as_of: date) -> Known:
        """Records of each task in the order of their days; simulated ones only of tasks without real ones."""
        told: dict[str, list[Report]] = {}
        decided: dict[str, list[Closure]] = {}
        for report in reports:
            if report.reported_on <= as_of:
                told.setdefault(report.task, []).append(report)
        for closure in closures:
            if closure.decided_on <= as_of:
                decided.setdefault(closure.task, []).append(closure)
        for name in {*told, *decided}:
            if any(not one.simulated for one in (*told.get(name, ()), *decided.get(name, ()))):
                told[name] = [one for one in told.get(name, ()) if not one.simulated]
                decided[name] = [one for one in decided.get(name, ()) if not one.simulated]
        return cls(
            {name: sorted(rows, key=lambda one: one.reported_on) for name, rows in told.items()},
            {name: sorted(rows, key=lambda one: one.decided_on) for name, rows in decided.items()},
        )


def task_board(
    pack: Pack,
    as_of: date,
    reports: Iterable[Report] = (),
    closures: Iterable[Closure] = (),
    resolutions: Iterable[Resolution] = (),
    bands: Bands = DEFAULT_BANDS,
) -> TaskBoard:
    """The state of every task that was set by `as_of`; records after it are not looked at.

    Tasks stand in the order of the documents, what meetings resolved last.
    """
    resolved = {one.task.id: one for one in resolutions if one.held_on <= as_of}
    tasks = {name: task for name, task in pack.tasks.items() if pack.set_by(task, as_of)}
    tasks |= {name: one.task for name, one in resolved.items()}
    known = Known.of(reports, closures, as_of)
    maker = _Maker(pack, tasks, resolved, known, as_of, bands)
    states = maker.states()
    return TaskBoard(as_of, states, tuple(_phases(states, as_of)), bands)


class _Maker:
    """Makes the states, from the lowest tasks upwards."""

    def __init__(
        self,
        pack: Pack,
        tasks: Mapping[str, Task],
        resolved: Mapping[str, Resolution],
        known: Known,
        as_of: date,
        bands: Bands,
    ) -> None:
        self.pack, self.tasks, self.resolved = pack, tasks, resolved
        self.known, self.as_of, self.bands = known, as_of, bands
        self.below: dict[str, list[str]] = {name: [] for name in tasks}
        for task in tasks.values():
            if task.parent in self.below:
                self.below[task.parent].append(task.id)
        self._units: dict[str, Answerable] = {}
        self._made: dict[str, TaskState] = {}

    def states(self) -> dict[str, TaskState]:
        """All states, in the order of the tasks."""
        for name in _lowest_first(self.tasks, self.below):
            self._made[name] = self._state(self.tasks[name])
        for name, task in self.tasks.items():
            if task.kind == "phase":
                self._made[name] = self._phase(self._made[name])
        for name, task in self.tasks.items():
            if task.same_as:
                self._made[name] = self._repeated(self._made[name])
        return {name: self._waiting(self._made[name]) for name in self.tasks}

    def _state(self, task: Task) -> TaskState:
        due, due_from = self._due(task)
        reports, closures = self.known.reports.get(task.id, ()), self.known.closures.get(task.id, ())
        resolved = self.resolved.get(task.id)
        report, closure = reports[-1] if reports else None, closures[-1] if closures else None
        papers = (*(e for one in reports for e in one.evidence), *(e for one in closures for e in one.evidence))
        bare = TaskState(
            task, "no_deadline", self.as_of, phase=task.phase, starts=self._start(task), due=due, due_from=due_from,
            lead=self._answer(task.lead), responsible=self._answer(task.responsible),
            cooperating=self._answer(task.cooperating), report=report, closure=closure,
            evidence=tuple(dict.fromkeys(papers)), below=tuple(self.below[task.id]),
            splits=any(child not in self.resolved and self.tasks[child].owed() for child in self.below[task.id]),
            simulated=any(one is not None and one.simulated for one in (report, closure, resolved)),
            resolution=resolved,
        )  # fmt: skip
        if task.owed() and self._lapsed(self.pack.document_of(task)):
            return replace(bare, status="shown_only", why="所在文件已经失效，不再跟踪", next="")
        return self._judged(bare)

    def _judged(self, bare: TaskState) -> TaskState:
        beneath = self._counted(bare.id) if bare.splits else []
        if beneath:
            return judge_above(bare, beneath, self.pack.units)
        waits = [self._made[name] for name in bare.task.depends_on if name in self._made]
        late = [one.task.title for one in waits if one.status == "overdue"]
        return judge(bare, self.bands, late)

    def _counted(self, name: str) -> list[TaskState]:
        """The counted tasks below."""
        found = []
        for child in self.below[name]:
            state = self._made[child]
            found += [state] if state.counted else []
            found += self._counted(child)
        return found

    def _phase(self, state: TaskState) -> TaskState:
        members = phase_members(state.id, self._made.values())
        return judge_above(state, members, self.pack.units) if members and state.status != "shown_only" else state

    def _repeated(self, state: TaskState) -> TaskState:
        """A task said again elsewhere takes over how it stands there."""
        other = self._made.get(state.task.same_as[0])
        if other is None or state.status == "shown_only":
            return state
        return replace(
            state, status=other.status, progress=other.progress, expected=other.expected, rolled_up=other.rolled_up,
            starts=other.starts, due=other.due, due_from=other.due_from, overdue_days=other.overdue_days,
            lead=state.lead or other.lead, responsible=state.responsible or other.responsible,
            cooperating=state.cooperating or other.cooperating, report=other.report, closure=other.closure,
            evidence=other.evidence, simulated=other.simulated,
            why=f"与“{other.task.title}”（{other.id}）是同一项，在那里跟踪，只计一次", next="",
        )  # fmt: skip

    def _waiting(self, state: TaskState) -> TaskState:
        waits = tuple(name for name in state.task.depends_on if name in self._made and self._made[name].open)
        return replace(state, waits_for=waits) if waits else state

    def _due(self, task: Task) -> tuple[date | None, DueFrom | None]:
        """Its own deadline, else that of its phase, else that of a task above it."""
        if task.due:
            return task.due, "meeting" if task.id in self.resolved else "own"
        phase = self.tasks.get(task.phase or "")
        if phase is not None and phase.due:
            return phase.due, "phase"
        seen = {task.id}
        above = self.tasks.get(task.parent or "")
        while above is not None and above.id not in seen:
            if above.due:
                return above.due, "parent"
            seen.add(above.id)
            above = self.tasks.get(above.parent or "")
        return None, None

    def _start(self, task: Task) -> date | None:
        """Its own beginning, else that of its phase, else the day of its document or meeting."""
        phase = self.tasks.get(task.phase or "")
        if task.from_ or (phase is not None and phase.from_):
            return task.from_ or (phase.from_ if phase else None)
        if task.id in self.resolved:
            return self.resolved[task.id].held_on
        document = self.pack.document_of(task)
        return document.begins() if document else None

    def _lapsed(self, document: Document | None) -> bool:
        if document is None:
            return False
        ended = document.valid_to is not None and document.valid_to <= self.as_of
        return ended or document.state in ("expired", "repealed")

    def _answer(self, names: Iterable[str]) -> tuple[Answerable, ...]:
        return tuple(self._unit(name) for name in names)

    def _unit(self, name: str) -> Answerable:
        if name not in self._units:
            self._units[name] = answerable(self.pack.units, name, self.as_of)
        return self._units[name]


def _lowest_first(tasks: Mapping[str, Task], below: Mapping[str, Sequence[str]]) -> list[str]:
    """Every task after those below it and those it depends on. Circles are the pack's errors; none get here."""
    order: dict[str, None] = {}
    stack = [(name, False) for name in reversed(list(tasks))]
    entered: set[str] = set()
    while stack:
        name, ready = stack.pop()
        if name in order or name not in tasks:
            continue
        if ready or name in entered:
            order[name] = None
            continue
        entered.add(name)
        stack.append((name, True))
        stack += [(one, False) for one in (*below[name], *tasks[name].depends_on) if one not in entered]
    return list(order)


def phase_members(phase: str, states: Iterable[TaskState]) -> list[TaskState]:
    """The counted tasks of a phase, those below the phase itself too."""
    return [one for one in states if (one.phase == phase or one.task.parent == phase) and one.counted]


def _phases(states: Mapping[str, TaskState], as_of: date) -> Iterable[PhaseState]:
    for state in states.values():
        if state.task.kind != "phase":
            continue
        members = phase_members(state.id, states.values())
        counts: dict[TaskStatus, int] = dict.fromkeys(STATUS_NAMES, 0)
        for one in members:
            counts[one.status] += 1
        begins, ends = state.task.from_, state.task.due
        running = "to_come" if begins and as_of < begins else "past" if ends and as_of > ends else "running"
        milestones = tuple(one.id for one in members if one.task.kind == "milestone")
        yield PhaseState(state.task, running, begins, ends, counts, milestones)  # type: ignore[arg-type]
