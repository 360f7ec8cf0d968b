"""The tree of tasks: rows in outline order with the counts of what is below each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from innocity.engines.tasks.model import STATUS_NAMES, TaskBoard, TaskState, TaskStatus


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A task in the tree: its depth from 0, and the counted tasks at or below it, by state."""

    depth: int
    state: TaskState
    counts: dict[TaskStatus, int]

    @property
    def total(self) -> int:
        """Counted tasks at or below it."""
        return sum(self.counts.values())


def tree(board: TaskBoard, keep: Callable[[TaskState], bool] | None = None) -> list[TreeRow]:
    """All tasks, each after the one above it; with `keep`, those kept and whatever stands above them.

    The counts are of the whole tree, whatever is kept: a row's counts are the sums of those of its children.
    """
    rows: list[TreeRow] = []
    counted = {one.id for one in board.leaves()}
    for state in board.states.values():
        if state.task.parent not in board.states:
            rows += _rows(board, state, 0, counted)
    if keep is None:
        return rows
    wanted = {row.state.id for row in rows if keep(row.state)}
    for name in list(wanted):
        wanted.update(above(board, name))
    return [row for row in rows if row.state.id in wanted]


def _rows(board: TaskBoard, state: TaskState, depth: int, counted: Iterable[str]) -> list[TreeRow]:
    """A task and all below it. The pack has no circles (`E-PACK-CIRCLE`)."""
    counts: dict[TaskStatus, int] = dict.fromkeys(STATUS_NAMES, 0)
    if state.id in counted:
        counts[state.status] += 1
    below: list[TreeRow] = []
    for name in state.below:
        child = _rows(board, board.states[name], depth + 1, counted)
        for status, number in child[0].counts.items():
            counts[status] += number
        below += child
    return [TreeRow(depth, state, counts), *below]


def above(board: TaskBoard, name: str) -> list[str]:
    """The tasks above one, the nearest first."""
    found: list[str] = []
    parent = board.states[name].task.parent
    while parent in board.states and parent not in found:
        assert parent is not None
        found.append(parent)
        parent = board.states[parent].task.parent
    return found
