"""The supervision notice (督办通知单): to one unit, what is late or behind, and a receipt to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.reports.blocks import (
    Block,
    Break,
    Cell,
    Cite,
    Form,
    Head,
    Heading,
    Paragraph,
    Report,
    Signature,
    SourceList,
    Table,
    Title,
    columns,
)
from innocity.engines.reports.model import STATES, ReportInput, TargetLine, TaskLine, UnitLine
from innocity.engines.reports.sections import answering, banner, body, known_by, reasons
from innocity.engines.reports.words import day, ended, short_day

register_codes({
    "E-REPORT-EMPTY": ("没有可写的事项", "there is nothing to report"),
})  # fmt: skip


BLANK_DAY = "　　年　　月　　日"


def asked(data: ReportInput, unit: str) -> tuple[list[TargetLine], list[TaskLine]]:
    """What a unit is asked about: its targets behind or unreported, its tasks on the supervision list."""
    targets = [one for one in data.targets if unit in one.units and one.light in ("alert", "watch", "not_reported")]
    tasks = [one for one in data.tasks if unit in one.asked and one.urgent]
    return targets, tasks


def units_asked(data: ReportInput) -> list[UnitLine]:
    """All units that have something to be asked about, by the number of tasks late, most first."""
    counted = [(name, *asked(data, name)) for name in answering(data.targets, data.tasks)]
    counted.sort(key=lambda row: -sum(1 for one in row[2] if one.state == "overdue"))
    return [data.unit(name) for name, targets, tasks in counted if targets or tasks]


def supervision(data: ReportInput, unit: str) -> Report:
    """The notice to one unit. Error: E-REPORT-EMPTY where it has nothing late or behind."""
    line = data.unit(unit)
    targets, tasks = asked(data, unit)
    if not targets and not tasks:
        remedy = "督办对象可用 innocity tasks 查看"
        raise InnoCityError("E-REPORT-EMPTY", f"{line.name}截至{day(data.as_of)}没有须督办的事项", remedy=remedy)
    known = f"（{text}）" if (text := known_by(data)) else ""
    blocks: tuple[Block, ...] = (
        Head(), Title(("督办通知单",)), *banner(data),
        Paragraph((f"{line.formal_name}：",), "plain"),
        body(f"截至{day(data.as_of)}{known}，你单位承担的下列事项须抓紧办理：任务{len(tasks)}项{_fake(tasks)}，指标{len(targets)}项。"
             f"请逐项核实，于{day(data.reply_by, BLANK_DAY)}前填写回执反馈。"),
        *_tasks(tasks), *_targets(targets, len(tasks) > 0), Signature(data.issuer),
        SourceList("依据和数据来源"), *_receipt(line),
    )  # fmt: skip
    return Report("supervision", f"督办通知单（{line.name}）", data.city, data.as_of, blocks, data.simulated)


def _fake(tasks: Sequence[TaskLine]) -> str:
    """That the state of some is simulated; they are asked about all the same."""
    fake = sum(1 for one in tasks if one.simulated)
    return f"（其中{fake}项的现状出自模拟进展）" if fake else ""


def _tasks(tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    if not tasks:
        return ()
    layout = columns("序号:11c 督办任务:46 期限:22c 督办原因:26 现状:28 要求:36")
    rows = tuple(_row(number, one) for number, one in enumerate(tasks, 1))
    return (Heading(1, "一、任务"), Table("", layout, rows, note="注：方括号内为依据的序号。"))


def _row(number: int, one: TaskLine) -> tuple[Cell, ...]:
    mark = "（模拟）" if one.simulated else ""
    told = f"，{short_day(one.reported_on)}报送" if one.reported_on else "，没有报送记录"
    progress = "" if one.progress is None else f"，进度{one.progress}%"
    state = f"{STATES[one.state]}{progress}{told}{mark}"
    return (
        str(number),
        (one.title, Cite((one.source,))),
        short_day(one.due),
        one.urgent,
        state,
        ended(one.next) or "—",
    )


def _targets(targets: Sequence[TargetLine], second: bool) -> tuple[Block, ...]:
    if not targets:
        return ()
    return (Heading(1, f"{'二' if second else '一'}、指标"), *reasons(targets))


def _receipt(unit: UnitLine) -> tuple[Block, ...]:
    """The receipt that the unit sends back, on a page of its own."""
    return (
        Break(),
        Title(("督办回执",)),
        Form((
            ("承办单位", (unit.formal_name,), 1), ("承办人", (), 1), ("联系方式", (), 1), ("办理情况", (), 7),
            ("未完成原因", (), 4), ("完成时限", (), 2), ("单位意见", (), 3),
        )),
        Paragraph(("填写后连同佐证材料一并报送。",), "note"),
    )  # fmt: skip
