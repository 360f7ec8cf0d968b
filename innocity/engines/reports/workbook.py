"""The full ledgers as a workbook: notes, targets, tasks, figures not confirmed, sources. Nothing is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

import xlsxwriter

from innocity.engines.reports.blocks import Number
from innocity.engines.reports.ledgers import CORE
from innocity.engines.reports.model import LIGHTS, STATES, ReportInput, TargetLine, TaskLine, lights
from innocity.engines.reports.words import SIMULATED, day, written

CELL_MAX = 32_000  # a cell of a workbook holds 32,767 characters
Columns = Sequence[tuple[str, int]]


def workbook_bytes(data: ReportInput, unit: str | None = None) -> bytes:
    """The workbook of all targets and tasks, or of one unit's; the same input gives the same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    moment = datetime.combine(data.as_of, time())
    book.set_properties({"title": f"{data.city}指标与任务台账", "created": moment})
    targets = [one for one in data.targets if unit is None or unit in one.units]
    tasks = [one for one in data.tasks if unit is None or unit in one.units]
    sheets = _Sheets(book)
    _notes(sheets, data, targets, tasks, unit)
    _targets(sheets, data, targets)
    _tasks(sheets, data, tasks)
    _waiting(sheets, targets)
    _forecasts(sheets, data, targets)
    book.close()
    return buffer.getvalue()


class _Sheets:
    """Writes tables: a head row that stays, filters, texts always as texts."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bg_color": "#e8eef5", "border": 1, "text_wrap": True})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """One sheet."""
        sheet = self.book.add_worksheet(name)
        for i, (title, width) in enumerate(columns):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, title, self.head)
        line = 0
        for line, row in enumerate(rows, 1):
            for i, value in enumerate(row):
                self.cell(sheet, line, i, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(line, 1), len(columns) - 1)

    def cell(self, sheet: Any, line: int, column: int, value: Any) -> None:
        """A value by its type: shares in per cent, days as days, all else as text."""
        if value is None or value == "":
            return
        if isinstance(value, Fraction):
            sheet.write_number(line, column, float(value), self.share)
        elif isinstance(value, date):
            sheet.write_datetime(line, column, datetime.combine(value, time()), self.date)
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(line, column, value, self.text)
        else:
            sheet.write_string(line, column, str(value)[:CELL_MAX], self.text)


def _notes(
    sheets: _Sheets, data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine], unit: str | None
) -> None:
    rows: list[tuple[str, Any]] = [
        ("城市", data.city), ("单位", data.unit(unit).name if unit else "全部"), ("数据截至", data.as_of),
        *((("只用截至这一天已知的数据", data.known_on),) if data.known_on else ()),
        ("目标", f"{len(targets)} 项"),
        *((f"　{LIGHTS[light]}", f"{count} 项") for light, count in lights(targets).items() if count),
        ("任务", f"{len(tasks)} 条（计数的 {sum(1 for one in tasks if one.counted)} 项）"), ("评价方法", data.bands),
        ("标记", "※ 未经责任单位确认；（模拟）程序生成，不对应真实情况；（预测）外推，不是完成情况"),
    ]  # fmt: skip
    if data.simulated:
        rows.insert(0, ("注意", SIMULATED))
    rows += [("文件", one.quoted() + (f"　{day(one.day)}" if one.day else "")) for one in data.documents]
    sheets.table("说明", (("项目", 16), ("内容", 100)), rows)


def _figure(number: Number | None) -> tuple[str, str, str]:
    """What is printed, its mark and its period; its source."""
    if number is None:
        return "", "", ""
    return number.text + number.mark, number.period, written(number.source)


def _targets(sheets: _Sheets, data: ReportInput, targets: Sequence[TargetLine]) -> None:
    columns = _columns(
        "编号 22 文件 26 位置 14 板块 16 指标 30 目标 20 期限 11 核心指标 9 基期值 14 基期 12 基期来源 34 "
        "最新值 16 最新时期 12 最新来源 34 已确认 8 模拟 7 登记簿测算 16 测算减最新 12 应达进度 10 "
        "实际进度 10 评价 10 性质 12 为什么 48 还要做什么 48 责任单位 30 文件写的单位 30 任务 24 条款 24 "
        "备注 30"
    )
    titles = {one.id: one.title for one in data.documents}
    sheets.table("指标台账", columns, (_target(one, titles) for one in targets))


def _target(one: TargetLine, titles: dict[str, str]) -> tuple[Any, ...]:
    base, base_period, base_source = _figure(one.baseline)
    value, period, source = _figure(one.latest)
    computed = one.computed.text if one.computed else ""
    return (
        one.id, titles.get(one.document, one.document), one.path, one.group, one.name, one.aim, one.due, CORE[one.core],
        base, base_period + ("" if one.stated or not base else "（首次数据）"), base_source, value, period, source,
        _yes(one.latest and one.latest.confirmed), _yes(one.latest and one.latest.simulated), computed, one.difference,
        one.expected, one.achieved, one.word, "" if one.settled else "初步判断", one.why, one.next,
        "、".join(one.unit_names), one.printed, "、".join(one.tasks), "、".join(one.clauses), one.note,
    )  # fmt: skip


def _columns(text: str) -> Columns:
    """Headings and widths from a text of both in turn.

    >>> _columns("编号 22 文件 26")
    [('编号', 22), ('文件', 26)]
    """
    words = text.split()
    return [(name, int(width)) for name, width in zip(words[::2], words[1::2], strict=True)]


def _yes(value: object) -> str:
    return "" if value is None else "是" if value else "否"


def _tasks(sheets: _Sheets, data: ReportInput, tasks: Sequence[TaskLine]) -> None:
    columns = _columns(
        "编号 26 文件 26 位置 16 类别 10 层级 6 任务 40 计数 7 牵头单位 24 责任单位 40 文件写的单位 40 "
        "期限 11 期限出自 14 进度（%） 9 状态 10 逾期天数 9 最近报送 11 报送内容 40 销号日期 11 佐证材料 30 "
        "为什么 40 下一步 40 督办原因 16 模拟 7"
    )
    titles = {one.id: one.title for one in data.documents}
    rows = (
        (
            one.id, titles.get(one.document, one.document), one.path, one.kind, one.depth, one.title, _yes(one.counted),
            "、".join(one.lead), "、".join(one.responsible), one.printed, one.due, one.due_from, one.progress,
            STATES[one.state], one.overdue_days or None, one.reported_on, one.report, one.closed_on,
            "；".join(paper.name for paper in one.evidence), one.why, one.next, one.urgent, _yes(one.simulated),
        )
        for one in tasks
    )  # fmt: skip
    sheets.table("任务台账", columns, rows)


def _waiting(sheets: _Sheets, targets: Sequence[TargetLine]) -> None:
    columns = (("编号", 22), ("指标", 30), ("最新值", 16), ("时期", 12), ("来源", 44), ("应确认单位", 40))
    rows = (
        (one.id, one.name, *_figure(one.latest), "、".join(one.unit_names)) for one in targets if not one.settled
    )  # fmt: skip
    sheets.table("待确认数据", columns, rows)


def _forecasts(sheets: _Sheets, data: ReportInput, targets: Sequence[TargetLine]) -> None:
    known = {one.id for one in targets}
    rows = [(one.target, one.name, f"（预测）{one.says}") for one in data.forecasts if one.target in known]
    if rows:
        sheets.table("预测（不作结论）", (("编号", 22), ("指标", 30), ("预测", 80)), rows)
