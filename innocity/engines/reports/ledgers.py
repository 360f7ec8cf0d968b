"""The full ledgers of targets and tasks, as tables across the page and as rows of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from innocity.engines.reports.blocks import Cell, Cite, Number, Table, columns
from innocity.engines.reports.model import STATES, TargetLine, TaskLine
from innocity.engines.reports.sections import NONE, dated
from innocity.engines.reports.words import listed, per_cent, short_day

CORE = {"yes": "是", "no": "否", "missing": "缺失", "": NONE}


def target_ledger(targets: Sequence[TargetLine], caption: str = "") -> Table:
    """Every target with all figures, each marked for what it is; not a formal table."""
    registers = any(one.computed for one in targets)
    beside = "登记簿测算:24 " if registers else ""
    layout = columns(
        f"序号:13c 位置:35 指标:38 目标:26 期限:29c 基期:27 最新:28 {beside}应达:14r 实际:14r 评价:18c 责任单位:41"
    )
    rows = tuple(_target(number, one, registers) for number, one in enumerate(targets, 1))
    note = (
        "注：※为未经责任单位确认的数据；（模拟）为程序生成；带※或（模拟）的评价为初步判断。"
        "登记簿测算由程序按登记簿计算，仅供核对。"
    )
    return Table(caption, layout, rows, note=note)


def _target(number: int, one: TargetLine, registers: bool) -> tuple[Cell, ...]:
    mark = one.latest.mark if one.latest and not one.settled else ""
    base: Cell = (
        dated(one.baseline) if one.stated or one.baseline is None else (*_tuple(dated(one.baseline)), "首次数据")
    )
    return (
        str(number), one.path, one.name, (one.aim, Cite((one.source,))), short_day(one.due), base, dated(one.latest),
        *((computed(one),) if registers else ()), per_cent(one.expected), per_cent(one.achieved), one.word + mark,
        listed(one.unit_names, 3, "个单位") or "文件未写明",
    )  # fmt: skip


def computed(one: TargetLine) -> Cell:
    """What the registers give, with the difference to what was observed."""
    if one.computed is None:
        return NONE
    return (one.computed, f"，差{one.difference}") if one.difference else (one.computed,)


def _tuple(cell: Cell) -> tuple[str | Number | Cite, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def task_ledger(tasks: Sequence[TaskLine], caption: str = "") -> Table:
    """Every task with its place in the text, who answers, deadline, state and last report."""
    layout = columns("序号:11c 位置:37 类别:16c 任务:50 责任单位:43 期限:25c 进度:12r 状态:21c 最近报送:30")
    rows = tuple(_task(number, one) for number, one in enumerate(tasks, 1))
    note = "注：责任单位为目前承担职责的单位。只列示的事项不计时限、不督办。（模拟）为程序生成的进展。"
    return Table(caption, layout, rows, note=note)


def _task(number: int, one: TaskLine) -> tuple[Cell, ...]:
    indent = "　" * min(one.depth, 3)
    mark = "\n（模拟）" if one.simulated else ""
    state = f"逾期{one.overdue_days}天" if one.state == "overdue" and one.overdue_days else STATES[one.state]
    report = f"{short_day(one.reported_on)} {one.report}".strip() if one.reported_on else NONE
    return (
        str(number), one.path, one.kind, f"{indent}{one.title}", listed(one.who, 3, "个单位") or "文件未写明",
        short_day(one.due), NONE if one.progress is None else f"{one.progress}%", state + mark, report,
    )  # fmt: skip
