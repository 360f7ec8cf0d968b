"""The supervision list (督办): open tasks that somebody must be asked about, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from innocity.engines.tasks.judge import days_left
from innocity.engines.tasks.model import TaskBoard, TaskState

Level = Literal["overdue", "at_risk", "due_soon", "silent"]
LEVEL_NAMES: dict[Level, str] = {
    "overdue": "逾期未销号", "at_risk": "有风险", "due_soon": "临近期限未报送", "silent": "久未报送",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SupervisionItem:
    """One task to ask about, why, and whom: units that answer at the date (empty where the text names none)."""

    level: Level
    state: TaskState
    units: tuple[str, ...]
    days: int | None  # days past the deadline (overdue), else days left


def supervision_list(board: TaskBoard) -> list[SupervisionItem]:
    """Counted tasks that are overdue, at risk, near their deadline or long without a report.

    Order: level, then the shortest overdue or the nearest deadline, then the documents' order.
    """
    order = list(LEVEL_NAMES)
    found = [item for state in board.leaves() if (item := _item(state, board)) is not None]
    return sorted(found, key=lambda one: (order.index(one.level), one.days if one.days is not None else 10**6))


def _item(state: TaskState, board: TaskBoard) -> SupervisionItem | None:
    level = _level(state, board)
    if level is None:
        return None
    days = state.overdue_days if level == "overdue" else days_left(state)
    return SupervisionItem(level, state, asked_units(state), days)


def _level(state: TaskState, board: TaskBoard) -> Level | None:
    if state.status == "overdue":
        return "overdue"
    if state.status == "at_risk":
        return "at_risk"
    if state.status not in ("on_time", "not_started") or (state.starts and state.starts > board.as_of):
        return None
    left = days_left(state)
    if left is not None and left <= board.bands.warn_days:
        return "due_soon"
    since = state.report.reported_on if state.report else state.starts
    return "silent" if since and (board.as_of - since).days > board.bands.report_days else None


def asked_units(state: TaskState) -> tuple[str, ...]:
    """Who is asked: the units in the lead, else those responsible, as answerable at the date."""
    printed = state.lead or state.responsible
    return tuple(dict.fromkeys(unit for one in printed for unit in one.answer))


def supervised_units(items: Iterable[SupervisionItem]) -> dict[str, list[SupervisionItem]]:
    """The items by unit asked; those nobody is named for under the empty id."""
    found: dict[str, list[SupervisionItem]] = {}
    for item in items:
        for unit in item.units or ("",):
            found.setdefault(unit, []).append(item)
    return found
