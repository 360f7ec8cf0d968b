"""The monthly bulletin (月报): what was reported in the month, which lights changed, what is late, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from innocity.core.dates import add_months
from innocity.engines.reports.blocks import Block, Cite, Head, Heading, Paragraph, Report, Signature, SourceList, Title
from innocity.engines.reports.model import JUDGED, LIGHTS, ReportInput, TargetLine, TaskLine
from innocity.engines.reports.sections import (
    banner,
    body,
    indicator_table,
    scope_sentence,
    task_breakdown,
    task_table,
    unconfirmed_sentence,
    verdict,
    waiting_table,
)
from innocity.engines.reports.words import day, listed

_RANK = {light: number for number, light in enumerate(JUDGED)}


def bulletin(data: ReportInput) -> Report:
    """The bulletin of the month in which `as_of` lies."""
    first = data.as_of.replace(day=1)
    targets, tasks = data.in_main(), data.tasks_in_main()
    title = (f"《{data.main.title}》", f"{data.as_of.year}年{data.as_of.month}月工作月报")
    blocks: tuple[Block, ...] = (
        Head(), Title(title), *banner(data),
        Heading(1, "一、目标"), scope_sentence(data), verdict(targets), *_changes(data, targets),
        *_figures(targets, first, data.as_of), Heading(1, "二、任务"),
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


def _figures(targets: Sequence[TargetLine], first: date, last: date) -> tuple[Block, ...]:
    """Figures that became known in the month: the confirmed in the formal table, the others marked."""
    fresh = [one for one in targets if one.latest and one.latest.source.day and first <= one.latest.source.day <= last]
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
    told = [one for one in tasks if one.counted and one.reported_on and first <= one.reported_on <= last]
    closed = [one for one in tasks if one.counted and one.closed_on and first <= one.closed_on <= last]
    blocks: list[Block] = []
    if closed:
        blocks.append(body(f"本月销号{len(closed)}项：{'、'.join(one.title for one in closed)}。"))
    if not told:
        return (*blocks, body(f"{first.year}年{first.month}月没有收到任务进展报送。"))
    blocks.append(body(f"本月报送进展{len(told)}项。"))
    for number, one in enumerate(told, 1):
        progress = "" if one.progress is None else f"，进度{one.progress}%"
        mark = "（模拟）" if one.simulated else ""
        text = f"{number}. {one.title}{mark}：{day(one.reported_on)}报送{progress}。{_ended(one.report)}"
        blocks.append(Paragraph((text, Cite((one.source,)))))
    return tuple(blocks)


def _ended(text: str) -> str:
    return f"{text.rstrip('。')}。" if text else ""


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
