"""Close a task with evidence (销号), send it back, or take it up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from innocity.actions.authority import check_acts_for, deciders, unit_names
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.report_progress import last_closure, set_on
from innocity.actions.task_records import TaskRecords, bands_of, known_task, task_records, written_list
from innocity.core.errors import ErrorList, register_codes
from innocity.engines.tasks.board import task_board
from innocity.engines.tasks.model import Outcome
from innocity.packs.model import Pack, Task

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-TASK-EVIDENCE": ("销号没有佐证材料", "a task is closed without evidence"),
    "E-TASK-BELOW": ("下级任务还没有销号", "tasks below are still open"),
    "E-TASK-DEPENDS": ("前置任务还没有销号", "tasks that must come first are still open"),
    "E-TASK-CLOSER": ("这个单位无权销号", "the unit may not decide on closing tasks"),
    "E-TASK-OPEN": ("任务没有销号，不用恢复", "the task is open already"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing:
    """A decision on closing: `unit` decides (id of the leading group or its office), `evidence` are papers."""

    task: str
    unit: str
    decided_on: date
    evidence: Sequence[str] = ()
    text: str = ""
    outcome: Outcome = "closed"
    simulated: bool = False


def close_task(
    pack: Pack, closing: Closing, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> LedgerRow:
    """Record the decision in the city's ledger `task_closure` and return its row; `viewer` is who writes.

    Closing needs evidence; tasks below it and those it depends on must be done (simulated records do not
    count). Sending back and reopening need a reason. Errors, together: E-TASK-*, E-UNIT-UNKNOWN, those of ledgers;
    E-LEDGER-UNIT.
    """
    book = ledger(pack, "task_closure", var, viewer=viewer)
    with book.locked():
        row = _row(pack, closing, var, today or date.today())
        check_acts_for(pack, viewer, row["party_id"])
        return book.append([row], "close_task")[0]


def _row(pack: Pack, closing: Closing, var: Path, today: date) -> dict[str, str]:
    """The decision as it will stand, after all checks."""
    records = task_records(pack, var).real()
    task = known_task(pack, records, closing.task)
    errors = ErrorList()
    _check_closer(pack, closing, errors)
    _check_day(pack, task, records, closing, today, errors)
    _check_outcome(pack, task, records, closing, errors)
    errors.raise_if_any()
    day = closing.decided_on.isoformat()
    return {
        "party_id": closing.unit, "task": task.id, "decided_on": day, "outcome": closing.outcome,
        "evidence": written_list(closing.evidence), "by": pack.units[closing.unit].name, "text": closing.text,
        "simulated": "true" if closing.simulated else "", "valid_from": day, "source": "销号审核",
    }  # fmt: skip


def _check_closer(pack: Pack, closing: Closing, errors: ErrorList) -> None:
    """The city's `deciders` decide; anybody may where it names none."""
    if closing.unit not in pack.units:
        errors.add("E-UNIT-UNKNOWN", f"没有单位“{closing.unit}”", None, "写审核机关的编号或名称")
        return
    named = deciders(pack)
    if named and closing.unit not in named:
        text = f"{pack.units[closing.unit].name}不能审核销号"
        errors.add("E-TASK-CLOSER", text, None, f"由领导小组审核：{unit_names(pack, named)}")


def _check_day(pack: Pack, task: Task, records: TaskRecords, closing: Closing, today: date, errors: ErrorList) -> None:
    if closing.decided_on > today:
        errors.add("E-TASK-DATE", f"审核日期 {closing.decided_on} 还没有到", None, "写实际审核的日期")
    since = set_on(pack, task, records)
    if since and closing.decided_on < since:
        errors.add("E-TASK-DATE", f"审核日期 {closing.decided_on} 早于任务下达的 {since}", None, "核对日期")
    last = last_closure(records, task.id)
    if last is not None and closing.decided_on < last.decided_on:
        text = f"审核日期 {closing.decided_on} 早于上一次审核的 {last.decided_on}"
        errors.add("E-TASK-DATE", text, None, "核对日期")


def _check_outcome(pack: Pack, task: Task, records: TaskRecords, closing: Closing, errors: ErrorList) -> None:
    if closing.outcome not in get_args(Outcome):
        errors.add("E-FACTS-CODE", f"不认识的结果“{closing.outcome}”", None, "写 closed、returned 或 reopened")
        return
    last = last_closure(records, task.id)
    closed = last is not None and last.outcome == "closed"
    if closing.outcome == "reopened":
        if not closed:
            errors.add("E-TASK-OPEN", f"“{task.title}”没有销号", None, "直接报送进展即可")
    elif closed and last is not None:
        text = f"“{task.title}”已于 {last.decided_on} 销号"
        errors.add("E-TASK-CLOSED", text, None, "要改变结果，先恢复办理（命令行用 --reopen）")
    if closing.outcome != "closed":
        if not closing.text.strip():
            errors.add("E-TASK-TEXT", "没有写审核意见", None, "写明退回或恢复的理由（命令行用 --text）")
        return
    if not written_list(closing.evidence):
        errors.add("E-TASK-EVIDENCE", f"“{task.title}”没有佐证材料", None, "写上文件名或文号（命令行用 --evidence）")
    _check_others(pack, task, records, closing, errors)


def _check_others(pack: Pack, task: Task, records: TaskRecords, closing: Closing, errors: ErrorList) -> None:
    """What lies below it and before it is done."""
    day = closing.decided_on
    board = task_board(pack, day, records.reports, records.closures, records.resolutions, bands_of(pack, day))
    state = board.states.get(task.id)
    if state is None:
        return
    for code, names in (("E-TASK-BELOW", state.below), ("E-TASK-DEPENDS", state.waits_for)):
        still = [board.states[name] for name in names if board.states[name].open]
        if still:
            titles = "、".join(f"{one.task.title}（{one.id}）" for one in still[:5])
            below = f"还有{len(still)}项下级任务没有销号：{titles}"
            before = f"还有{len(still)}项前置任务没有销号：{titles}"
            errors.add(code, below if code == "E-TASK-BELOW" else before, None, "先逐项销号")
