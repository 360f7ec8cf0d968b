"""One unit: what it answers for, in which role, under which name the documents print it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from innocity.engines.tasks.impact import targets_of_unit
from innocity.engines.tasks.model import TaskBoard, TaskState, TaskStatus
from innocity.engines.tasks.units import answerable, predecessors
from innocity.packs.model import Pack, Target, Unit

Role = Literal["lead", "responsible", "cooperating"]
ROLE_NAMES: dict[Role, str] = {"lead": "牵头", "responsible": "责任", "cooperating": "配合"}


@dataclass(frozen=True, slots=True)
class UnitTask:
    """A task that the unit answers for; `printed` is the name in the document where it is another unit's."""

    state: TaskState
    role: Role
    printed: str = ""


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit as of a date.

    `answers` are the units that answer for it today (itself, its successor, its members); `answers_for` those
    that it answers for; `targets` name it or one of these.
    """

    unit: Unit
    as_of: date
    answers: tuple[str, ...]
    dated: bool
    answers_for: tuple[str, ...]
    targets: tuple[Target, ...]
    tasks: tuple[UnitTask, ...]
    shown: tuple[UnitTask, ...]  # recommendations and the like that name it

    def counts(self) -> dict[TaskStatus, int]:
        """Its tasks by state."""
        found: dict[TaskStatus, int] = {}
        for one in self.tasks:
            found[one.state.status] = found.get(one.state.status, 0) + 1
        return found

    def overdue(self) -> list[UnitTask]:
        """Its tasks past their deadline, in the role of lead or responsible first."""
        order = list(ROLE_NAMES)
        return sorted(
            (one for one in self.tasks if one.state.status == "overdue"), key=lambda one: order.index(one.role)
        )


def unit_page(pack: Pack, board: TaskBoard, unit: str) -> UnitPage:
    """What a unit answers for at the board's date.

    Of a unit that has a successor the page shows what documents print under its name; what it owes today is
    on the successor's page, which has this too.
    """
    here = answerable(pack.units, unit, board.as_of)
    former = predecessors(pack.units, unit, board.as_of)
    names = {unit, *former}
    counted = {one.id for one in board.leaves()}
    tasks, shown = [], []
    for state in board.states.values():
        role, printed = _role(state, names)
        if role is None or state.task.kind == "phase" or state.task.same_as:
            continue
        line = UnitTask(state, role, "" if printed == unit else pack.units[printed].name)
        if state.status == "shown_only":
            shown.append(line)
        elif state.id in counted:
            tasks.append(line)
    return UnitPage(
        pack.units[unit], board.as_of, here.answer, here.dated, tuple(former),
        tuple(targets_of_unit(pack, names)), tuple(tasks), tuple(shown),
    )  # fmt: skip


def _role(state: TaskState, names: set[str]) -> tuple[Role | None, str]:
    """The first role in which the task prints one of these names, and that name."""
    roles: tuple[tuple[Role, tuple[str, ...]], ...] = (
        ("lead", state.task.lead),
        ("responsible", state.task.responsible),
        ("cooperating", state.task.cooperating),
    )
    for role, printed in roles:
        for name in printed:
            if name in names:
                return role, name
    return None, ""
