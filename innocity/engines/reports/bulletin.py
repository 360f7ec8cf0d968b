"""The monthly bulletin (月报): what was reported in the month, which lights changed, what is late, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from innocity.core.dates import add_months
from innocity.engines.reports.blocks import (
    Block,
    Cell,
    Cite,
    Head,
    Heading,
    Report,
    Signature,
    SourceList,
    Table,
    Title,
    columns,
)
from innocity.engines.reports.model import JUDGED, LIGHTS, ReportInput, TargetLine, TaskLine
from innocity.engines.reports.sections import (
    NONE,
    banner,
    body,
    fake_count,
    fake_mark,
    indicator_table,
    scope_sentence,
    task_breakdown,
    task_table,
    unconfirmed_sentence,
    verdict,
    waiting_table,
)
from innocity.engines.reports.words import day, ended, listed, short_day

_RANK = {light: number for number, light in enumerate(JUDGED)}


def bulletin(data: ReportInput) -> Report:
    """The bulletin of the month in which `as_of` lies."""
    first = data.as_of.replace(day=1)
    targets, tasks = data.in_main(), data.tasks_in_main()
    title = (f"《{data.main.title}》", f"{data.as_of.year}年{data.as_of.month}月工作月报")
    blocks: tuple[Block, ...] = (
        Head(), Title(title), *banner(data),
        Heading(1, "一、目标"), scope_sentence(data), verdict(targets), *_changes(data, targets),
        *_figures(targets, first, data.as_of, data.known_on), Heading(1, "二、任务"),
        body(f"截至{day(data.as_of)}：{task_breakdown(tasks)}。"), *_work(tasks, first, data.as_of),
        *_late(tasks), *_coming(tasks, data.as_of), Signature(data.issuer), SourceList("数据来源"),
    )  # fmt: skip
    return Report("bulletin", "".join(title), data.city, data.as_of, blocks, data.simulated)


def _changes(data: ReportInput, targets: Sequence[TargetLine]) -> tuple[Block, ...]:
    """Lights that differ from those of the last day of the month before."""
    if data.before is None:
        return ()
    up: list[str] = []
    down: list[str] = []
    other: list[str] = []
    for one in targets:
        was = data.before.get(one.id)
        if was is None or was == one.light:
            continue
        text = f"{one.name}由{LIGHTS[was]}转为{one.word}" + ("" if one.settled else "（数据未经确认）")
        if was in _RANK and one.light in _RANK:
            (up if _RANK[one.light] < _RANK[was] else down).append(text)
        else:
            other.append(text)
    if not (up or down or other):
        return (body("与上月末相比，各项目标的评价没有变化。"),)
    named = (("好转", up), ("退步", down), ("其他变化", other))
    return tuple(body(f"与上月末相比，{name}{len(found)}项：{'；'.join(found)}。") for name, found in named if found)


def _figures(
    targets: Sequence[TargetLine], first: date, last: date, known_on: date | None
) -> tuple[Block, ...]:  # fmt: skip
    """Figures that became known since the month began: the confirmed in the formal table, the others marked.

    A bulletin written by what was known later has those that came in until then: they are what its lights rest on.
    """
    until = max(last, known_on or last)
    fresh = [one for one in targets if one.latest and one.since and first <= one.since <= until]
    if not fresh:
        return (body(f"{first.year}年{first.month}月没有新的指标数据。"),)
    firm = [one for one in fresh if one.settled]
    blocks: list[Block] = [body(f"本月有新数据的目标{len(fresh)}项，其中已确认{len(firm)}项。")]
    if firm:
        blocks.append(indicator_table(firm, "表1　本月新数据"))
    if table := waiting_table(fresh, "参考表　本月尚未确认的数据"):
        sentence = unconfirmed_sentence(fresh)
        blocks += [*((sentence,) if sentence else ()), table]
    return tuple(blocks)


def _work(tasks: Sequence[TaskLine], first: date, last: date) -> tuple[Block, ...]:
    told = [one for one in tasks if one.counted and _news(first, last, one.reported_on, one.report_known_on)]
    closed = [one for one in tasks if one.counted and _news(first, last, one.closed_on, one.close_known_on)]
    blocks: list[Block] = []
    if closed:
        names = "、".join(one.title + fake_mark(one) for one in closed)
        late = _late_count([one.closed_on for one in closed], first)
        blocks.append(body(f"本月销号{len(closed)}项{fake_count(closed)}{late}：{names}。"))
    if not told:
        return (*blocks, body(f"{first.year}年{first.month}月没有收到任务进展报送。"))
    late = _late_count([one.reported_on for one in told], first)
    blocks.append(body(f"本月报送进展{len(told)}项{fake_count(told)}{late}，列表如下。"))
    rows = tuple(_told(number, one) for number, one in enumerate(told, 1))
    layout = columns("序号:11c 任务:50 报送日期:24c 进度:12r 进展:50 依据:13c")
    note = "注：（模拟）为程序生成的进展，不对应真实情况。" if any(one.simulated for one in told) else ""
    return (*blocks, Table("", layout, rows, note=note))


def _news(first: date, last: date, day: date | None, known_on: date | None) -> bool:
    """Whether something is of the month, or was recorded in it: what came too late for its own month is told now."""
    return day is not None and any(one is not None and first <= one <= last for one in (day, known_on))


def _late_count(days: Sequence[date | None], first: date) -> str:
    """How many are of an earlier month, for behind a number; empty where none is.

    >>> _late_count([date(2024, 1, 5)], date(2024, 1, 1))
    ''
    """
    late = sum(1 for day in days if day is not None and day < first)
    return f"（其中补登以前月份的{late}项）" if late else ""


def _told(number: int, one: TaskLine) -> tuple[Cell, ...]:
    """One report; the generated words of a simulated one say nothing more than its progress."""
    progress = NONE if one.progress is None else f"{one.progress}%"
    words = "（模拟）" if one.simulated else ended(one.report) or NONE
    return (str(number), one.title, short_day(one.reported_on), progress, words, Cite((one.source,)))


def _late(tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    late = [one for one in tasks if one.counted and one.state == "overdue"]
    if not late:
        return (body("没有逾期任务。"),)
    return (body(f"逾期任务{len(late)}项。"), task_table(late, "表2　逾期任务"))


def _coming(tasks: Sequence[TaskLine], as_of: date) -> tuple[Block, ...]:
    """Deadlines in the month after the bulletin's."""
    start = add_months(as_of.replace(day=1), 1)
    end = add_months(start, 1) - timedelta(days=1)
    near = [one for one in tasks if one.counted and one.due and start <= one.due <= end and one.state != "done"]
    text = f"{start.year}年{start.month}月到期的任务"
    heading = Heading(1, "三、下月到期")
    if not near:
        return (heading, body(f"没有{text}。"))
    names = "；".join(
        f"{one.title}（{listed(one.who, 3, '个单位') or '文件未写明责任单位'}，{day(one.due)}）" for one in near
    )
    return (heading, body(f"{text}{len(near)}项：{names}。"))
