"""One unit as of a date: its targets with their lights, its tasks, what is overdue, its score.

    view = view_unit(pack, "wh_science", board, tasks)

The score goes to the unit itself and to the rule's viewers. Without a `viewer` nobody in particular asks, and there
is no score; `INTERNAL` is the operator of the machine, who sees it as internal.
"""

from __future__ import annotations

from dataclasses import dataclass

from innocity.core.errors import InnoCityError
from innocity.engines.indicators.model import Board, Standing
from innocity.engines.performance.model import TargetInput, TaskInput, UnitScore
from innocity.engines.performance.score import may_view, rule_for, score_unit
from innocity.engines.tasks.model import STATUS_NAMES, TaskBoard
from innocity.engines.tasks.unit_page import UnitPage, UnitTask, unit_page
from innocity.packs.model import Pack

INTERNAL = "*"  # the viewer that is no unit: who runs commands on the machine itself


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's page, the lights of its targets, its score; `no_score` says why there is none."""

    page: UnitPage
    standings: tuple[Standing, ...]
    score: UnitScore | None
    no_score: str = ""


def view_unit(
    pack: Pack, unit: str, board: Board, tasks: TaskBoard, *, viewer: str | None = None, rule: str | None = None
) -> UnitView:
    """A unit (by id) as of the boards' date.

    `viewer` is a unit's id or `INTERNAL`; who may not see the score gets the page without it. `rule` names an
    assessment rule; without it the one in force is applied, and a city without any has no score.
    """
    page = unit_page(pack, tasks, unit)
    standings = tuple(_standings(page, board))
    try:
        chosen = rule_for(pack, board.as_of, rule)
    except InnoCityError as error:
        if rule is not None:
            raise
        return UnitView(page, standings, None, error.message)
    if viewer != INTERNAL and not may_view(unit, viewer or "", chosen.viewers):
        return UnitView(page, standings, None, "考核得分只供本单位和领导小组查看")
    score = score_unit(
        chosen, unit, [target_input(one) for one in standings], [task_input(one) for one in page.tasks], board.as_of
    )
    return UnitView(page, standings, score)


def _standings(page: UnitPage, board: Board) -> list[Standing]:
    """The lights of targets that name the unit or one it answers for; of repeated ones the first."""
    names, passed, found = {page.unit.id, *page.answers_for}, set[str](), []
    for one in board.standings:
        group = one.duplicate_of or one.target.id
        if group not in passed and names & set(one.target.units):
            passed.add(group)
            found.append(one)
    return found


def target_input(standing: Standing) -> TargetInput:
    """A target as performance scores it. A light that rests on a simulated figure says so."""
    target, latest = standing.target, standing.latest
    return TargetInput(
        target.id, standing.name, standing.status, target.article, target.article.partition("#")[0], standing.due,
        standing.why, bool(latest and latest.simulated), standing.label,
    )  # fmt: skip


def task_input(line: UnitTask) -> TaskInput:
    """A task as performance scores it; it rests on the closing, else on the last report."""
    state = line.state
    on = state.closure.decided_on if state.closure and state.status == "done" else None
    on = on or (state.report.reported_on if state.report else None)
    where = state.task.article or (f"meeting#{state.resolution.meeting}" if state.resolution else "")
    return TaskInput(
        state.id, state.task.title, state.status, line.role, state.overdue_days, where, where.partition("#")[0],
        state.due, on, state.why, state.simulated, STATUS_NAMES[state.status],
    )  # fmt: skip
