"""Report how far a task is: checked against the task and what was recorded before, then appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import check_acts_for
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.task_records import TaskRecords, known_task, task_records, written_list
from innocity.core.errors import ErrorList, register_codes
from innocity.engines.tasks.model import Closure, Report
from innocity.engines.tasks.units import answerable
from innocity.packs.model import Pack, Task, Unit

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-TASK-PROGRESS": ("进展百分比不对", "a progress is not a whole per cent from 0 to 100"),
    "E-TASK-DATE": ("任务记录的日期不对", "the date of a record of tasks is wrong"),
    "E-TASK-UNIT": ("报送单位不承担这项任务", "the unit does not answer for the task"),
    "E-TASK-CLOSED": ("任务已经销号", "the task is closed already"),
    "E-TASK-CONFLICT": ("同一天已报送不同的进展", "another progress was reported for the same day"),
    "E-TASK-TEXT": ("缺少说明", "a text is missing"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """What a unit reports: `unit` is its id; `progress` a whole per cent, or None where only words are told; `public`
    lets everybody read the words."""

    task: str
    unit: str
    reported_on: date
    progress: int | None
    text: str
    work: str = "under_way"
    problem: str = ""
    next_step: str = ""
    evidence: Sequence[str] = ()
    simulated: bool = False
    public: bool = False


def report_progress(
    pack: Pack, progress: Progress, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> LedgerRow:
    """Record a report in the city's ledger `task_progress` and return its row; `viewer` is who writes.

    Nothing is written unless all holds: the task is owed and open, the unit answers for it (as printed, today,
    or as a member of a collective name), the day is neither to come nor before the task was set, progress lies
    from 0 to 100, what falls back is explained. Errors, together: E-TASK-*, E-UNIT-UNKNOWN, those of ledgers;
    E-LEDGER-UNIT.
    """
    book = ledger(pack, "task_progress", var, viewer=viewer)
    with book.locked():
        row = _row(pack, progress, var, today or date.today())
        check_acts_for(pack, viewer, row["party_id"])
        return book.append([row], "report_progress")[0]


def _row(pack: Pack, progress: Progress, var: Path, today: date) -> dict[str, str]:
    """The report as it will stand, after all checks."""
    records = task_records(pack, var).real()
    task = known_task(pack, records, progress.task)
    errors = ErrorList()
    _check_numbers(progress, errors)
    _check_day(pack, task, records, progress, today, errors)
    _check_unit(pack, task, progress, errors)
    _check_before(task, records, progress, errors)
    errors.raise_if_any()
    return {
        "party_id": progress.unit, "task": task.id, "reported_on": progress.reported_on.isoformat(),
        "progress": "" if progress.progress is None else str(progress.progress), "work": progress.work,
        "text": progress.text, "problem": progress.problem, "next_step": progress.next_step,
        "evidence": written_list(progress.evidence), "simulated": "true" if progress.simulated else "",
        "public": "true" if progress.public else "",
        "valid_from": progress.reported_on.isoformat(), "source": "单位报送",
    }  # fmt: skip


def _check_numbers(progress: Progress, errors: ErrorList) -> None:
    if progress.progress is not None and not 0 <= progress.progress <= 100:
        errors.add("E-TASK-PROGRESS", f"进展 {progress.progress}% 不在 0 到 100 之间", None, "写 0 到 100 的整数")
    if progress.work == "finished" and progress.progress not in (None, 100):
        errors.add("E-TASK-PROGRESS", f"已完成，进展却是 {progress.progress}%", None, "进展写 100，或改办理情况")
    if not progress.text.strip():
        errors.add("E-TASK-TEXT", "没有进展说明", None, "写明做了什么、到什么程度")
    if progress.work in ("blocked", "delayed") and not progress.problem.strip():
        errors.add("E-TASK-TEXT", "滞后或受阻没有写原因", None, "写明存在问题（命令行用 --problem）")


def _check_day(
    pack: Pack, task: Task, records: TaskRecords, progress: Progress, today: date, errors: ErrorList
) -> None:
    if progress.reported_on > today:
        errors.add("E-TASK-DATE", f"报送日期 {progress.reported_on} 还没有到", None, "写实际报送的日期")
    since = set_on(pack, task, records)
    if since and progress.reported_on < since:
        errors.add("E-TASK-DATE", f"报送日期 {progress.reported_on} 早于任务下达的 {since}", None, "核对日期")


def set_on(pack: Pack, task: Task, records: TaskRecords) -> date | None:
    """The day on which a document or a meeting set the task; None where the document does not say."""
    for resolution in records.resolutions:
        if resolution.task.id == task.id:
            return resolution.held_on
    document = pack.document_of(task)
    return document.since() if document else None


def _check_unit(pack: Pack, task: Task, progress: Progress, errors: ErrorList) -> None:
    """The unit is one of those named, one that answers for them, or anybody where the text names nobody."""
    if progress.unit not in pack.units:
        errors.add("E-UNIT-UNKNOWN", f"没有单位“{progress.unit}”", None, "写单位的编号或名称")
        return
    named = (*task.lead, *task.responsible, *task.cooperating)
    allowed = allowed_units(pack, task, progress.reported_on)
    if named and not task.everyone and progress.unit not in allowed:
        names = "、".join(_name(pack.units[one]) for one in list(allowed)[:8])
        text = f"{_name(pack.units[progress.unit])}不承担“{task.title}”"
        errors.add("E-TASK-UNIT", text, None, f"承担的单位：{names}")


def allowed_units(pack: Pack, task: Task, day: date) -> dict[str, None]:
    """Who may report: the units printed, and those that answer for them on the day."""
    found: dict[str, None] = {}
    for name in (*task.lead, *task.responsible, *task.cooperating):
        found[name] = None
        found.update(dict.fromkeys(answerable(pack.units, name, day).answer))
    return found


def _name(unit: Unit) -> str:
    return unit.name


def _check_before(task: Task, records: TaskRecords, progress: Progress, errors: ErrorList) -> None:
    closing = last_closure(records, task.id)
    if closing is not None and closing.outcome == "closed":
        text = f"“{task.title}”已于 {closing.decided_on} 销号"
        errors.add("E-TASK-CLOSED", text, None, "确需续报，先恢复办理（命令行用 --reopen）")
    earlier = [one for one in records.reports if one.task == task.id]
    for one in earlier:
        if (one.unit, one.reported_on) == (progress.unit, progress.reported_on) and _differs(one, progress):
            text = f"{one.reported_on} 已报进展 {one.progress}%（{one.place}）"
            errors.add("E-TASK-CONFLICT", text, None, "更正请换一个日期报送，并写明原因；已有记录不改")
    before = [one for one in earlier if one.reported_on <= progress.reported_on and one.progress is not None]
    last = max(before, key=lambda one: one.reported_on, default=None)
    fell = last and progress.progress is not None and last.progress is not None and progress.progress < last.progress
    if fell and last and not progress.problem.strip():
        text = f"进展由 {last.progress}% 降到 {progress.progress}%，没有说明"
        errors.add("E-TASK-TEXT", text, None, "在存在问题（--problem）里写明原因")


def _differs(one: Report, progress: Progress) -> bool:
    return (one.progress, one.text) != (progress.progress, progress.text)


def last_closure(records: TaskRecords, task: str) -> Closure | None:
    """The latest decision on closing a task; of one day, the one recorded last."""
    found = [one for one in records.closures if one.task == task]
    return sorted(found, key=lambda one: one.decided_on)[-1] if found else None
