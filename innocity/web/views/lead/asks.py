"""What a leader is asked to look into, what falls due next, and what stands behind it in money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from innocity.actions.overview import Overview
from innocity.actions.report_input import names
from innocity.core.dates import add_months
from innocity.engines.indicators.model import Standing
from innocity.engines.tasks.model import TaskState
from innocity.engines.tasks.supervision import SupervisionItem
from innocity.web.cities import Run
from innocity.web.views.lead.tiles import ordered, units_of

ASKED = 3  # matters on one screen
AHEAD = 13  # months looked ahead for deadlines


@dataclass(frozen=True, slots=True)
class Ask:
    """One matter: `status` its light, `why` the sentence, `next` what is needed from now, `who` is to be asked."""

    kind: str  # target or task
    status: str
    id: str
    title: str
    why: str
    next: str
    who: tuple[str, ...]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something falls due: names of targets and tasks, and how many there are."""

    on: date
    days: int
    targets: tuple[Standing, ...]
    tasks: tuple[TaskState, ...]

    @property
    def first(self) -> str:
        """The name of what falls due, a milestone before a value."""
        named = [one.name for one in self.targets] + [one.task.title for one in self.tasks]
        return named[0]

    @property
    def total(self) -> int:
        """How many fall due."""
        return len(self.targets) + len(self.tasks)


def asks(state: Overview) -> list[Ask]:
    """All matters, the most pressing first: red targets, what is overdue, figures owed, tasks at risk.

    What rests on a simulated report stands behind what is real.
    """
    red = ordered(one for one in state.board.distinct if one.status == "alert")
    owed = ordered(one for one in state.board.distinct if one.status == "not_reported")
    watched = ordered(one for one in state.board.distinct if one.status == "watch")
    late = [_task(state, one) for one in state.supervision if one.level == "overdue"]
    risky = [_task(state, one) for one in state.supervision if one.level != "overdue"]
    found = [
        *(_target(state, one) for one in red), *late, *(_target(state, one) for one in (*owed, *watched)), *risky,
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.simulated)


def _target(state: Overview, one: Standing) -> Ask:
    return Ask("target", one.status, one.indicator.id, one.name, one.why, one.next, units_of(state.pack, one))


def _task(state: Overview, item: SupervisionItem) -> Ask:
    one = item.state
    who = names(state.pack, item.units)
    return Ask("task", one.status, one.id, one.task.title, one.why, one.next, who, one.simulated)


def deadlines(state: Overview, number: int = 4) -> list[Deadline]:
    """The next days on which targets or open tasks fall due."""
    last = add_months(state.as_of, AHEAD)
    days: dict[date, tuple[list[Standing], list[TaskState]]] = {}
    for target in state.board.distinct:
        if target.due and state.as_of <= target.due <= last and not target.reached:
            days.setdefault(target.due, ([], []))[0].append(target)
    for task in state.tasks.leaves():
        if task.due and state.as_of <= task.due <= last and task.open:
            days.setdefault(task.due, ([], []))[1].append(task)
    found = []
    for on in sorted(days)[:number]:
        targets, tasks = days[on]
        targets.sort(key=lambda one: one.target.operator != "milestone")
        found.append(Deadline(on, (on - state.as_of).days, tuple(targets), tuple(tasks)))
    return found


def awaited(state: Overview) -> list[Standing]:
    """Targets whose next figure is awaited or overdue."""
    return [one for one in state.board.distinct if one.owed_period]


@dataclass(frozen=True, slots=True)
class Purse:
    """The newest run in sums that are never added up: each is money of its own kind, in fen."""

    run: Run

    @property
    def clauses(self) -> list[tuple[str, int]]:
        """(clause, payable fen), the largest first."""
        rows = [(row["clause"], row["payable"]) for row in self.run.report["clauses"] if row["payable"]]
        return sorted(rows, key=lambda row: -row[1])

    def behind(self, clauses: tuple[str, ...]) -> int:
        """What clauses come to together, payable fen of this run."""
        return sum(fen for name, fen in self.clauses if name in clauses)
