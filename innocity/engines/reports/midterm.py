"""The mid-term evaluation report (中期评估报告) on one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from innocity.engines.reports.blocks import Block, Break, Head, Heading, Paragraph, Report, Signature, SourceList, Title
from innocity.engines.reports.ledgers import target_ledger, task_ledger
from innocity.engines.reports.model import JUDGED, ReportInput, TargetLine, TaskLine
from innocity.engines.reports.sections import (
    banner,
    body,
    fake_count,
    gaps,
    indicator_table,
    lights_chart,
    pace_chart,
    reasons,
    scope_sentence,
    task_breakdown,
    task_group_table,
    task_table,
    unconfirmed_sentence,
    unit_table,
    verdict,
    waiting_table,
)
from innocity.engines.reports.words import day, numeral

AHEAD = timedelta(days=183)  # deadlines this near stand among the next steps


def midterm(data: ReportInput) -> Report:
    """The report: basis, verdict, indicators, tasks, units, next steps, and both ledgers as annexes."""
    targets, tasks = data.in_main(), data.tasks_in_main()
    title = (f"《{data.main.title}》", "中期评估报告")
    blocks: tuple[Block, ...] = (
        Head(), Title(title), *banner(data),
        *_basis(data, targets, tasks), *_verdict(data, targets, tasks), *_indicators(data, targets),
        *_tasks(data, tasks),
        *_units(data, targets, tasks), *_next(data, targets, tasks), Signature(data.issuer),
        Break(landscape=True), Heading(1, "附件1　指标台账"), target_ledger(targets),
        Break(landscape=True), Heading(1, "附件2　任务台账"), task_ledger(tasks),
        Break(), SourceList("附件3　数据来源"),
    )  # fmt: skip
    return Report("midterm", "".join(title), data.city, data.as_of, blocks, data.simulated)


def _basis(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    counted = [one for one in tasks if one.counted and one.state != "shown_only"]
    missing = data.main.missing
    lacks = body(f"文件现有文本缺少：{'；'.join(missing)}。有关内容不作推断。") if missing else None
    figures = [one.latest for one in targets if one.latest and not one.nothing_new]
    confirmed = sum(1 for one in figures if one.formal)
    known = f"有基期以后数据的目标{len(figures)}项，其中数据已由责任单位确认的{confirmed}项。"
    known = known if figures else "各项目标都还没有基期以后的数据。"
    return (
        Heading(1, "一、评估依据与方法"),
        Heading(2, "（一）依据和范围"),
        scope_sentence(data),
        body(f"共评估目标{len(targets)}项、任务{len(counted)}项。{known}"),
        *((lacks,) if lacks else ()),
        Heading(2, "（二）方法"),
        body(data.bands),
        body("正式表格只列责任单位确认过的数据；未确认的数据另表列示并加※，预测不进入正式表格。"),
    )  # fmt: skip


def _verdict(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    until = day(data.as_of)
    return (
        Heading(1, "二、总体情况"),
        verdict(targets),
        body(f"任务方面：{task_breakdown(tasks)}。"),
        lights_chart(targets, "图1　各板块目标评价", until),
    )


def _indicators(data: ReportInput, targets: Sequence[TargetLine]) -> tuple[Block, ...]:
    judged = [one for one in targets if one.light in JUDGED]
    blocks: list[Block] = [Heading(1, "三、指标完成情况"), Heading(2, "（一）主要指标")]
    numbered = [one for one in targets if one.light != "not_assessable"]
    blocks += [indicator_table(numbered, "表1　主要指标完成情况")]
    if chart := pace_chart(numbered, "图2　实际进度与应达进度", day(data.as_of)):
        blocks.append(chart)
    number = 1
    if table := waiting_table(targets, "参考表　尚未确认的最新数据"):
        number += 1
        sentence = unconfirmed_sentence(targets)
        blocks += [Heading(2, f"（{numeral(number)}）待确认的数据"), *((sentence,) if sentence else ()), table]
    if judged:
        number += 1
        blocks += [Heading(2, f"（{numeral(number)}）逐项说明"), *reasons(judged)]
    if found := gaps(targets):
        number += 1
        blocks += [Heading(2, f"（{numeral(number)}）暂不能评价的目标"), *found]
    return tuple(blocks)


def _tasks(data: ReportInput, tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    counted = [one for one in tasks if one.counted]
    late = [one for one in counted if one.state == "overdue"]
    risky = [one for one in counted if one.state == "at_risk"]
    blocks: list[Block] = [
        Heading(1, "四、任务推进情况"),
        body(f"截至{day(data.as_of)}，各项任务的状态为：{task_breakdown(tasks)}。"),
        task_group_table(tasks, "表2　任务推进情况"),
    ]
    if late or risky:
        blocks += [
            body(f"逾期{len(late)}项{fake_count(late)}、有风险{len(risky)}项{fake_count(risky)}，列表如下。"),
            task_table([*late, *risky], "表3　逾期和有风险的任务"),
        ]
    else:
        blocks.append(body("没有逾期或有风险的任务。"))
    return tuple(blocks)


def _units(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    return (Heading(1, "五、责任单位情况"), unit_table(data, targets, tasks, "表4　各责任单位承担事项"))


def _next(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    """What is needed, as far as the data say: targets behind, figures to report and confirm, deadlines near."""
    behind = [one for one in targets if one.light in JUDGED and not one.reached and one.next]
    near = [
        one for one in tasks
        if one.counted and one.state not in ("done", "shown_only")
        and one.due and data.as_of < one.due <= data.as_of + AHEAD
    ]  # fmt: skip
    silent = [one for one in targets if one.light == "not_reported"]
    waiting = [one for one in targets if not one.settled and not one.simulated]
    fake = [one for one in targets if one.simulated]
    items: list[str] = [f"{one.name}：{one.next.rstrip('。')}。" for one in behind]
    if silent:
        items.append(f"补报已过发布期的{len(silent)}项数据。")
    items += _to_come(targets)
    if waiting:
        items.append(f"由责任单位确认{len(waiting)}项最新数据。")
    if fake:
        items.append(f"只有模拟数据的{len(fake)}项（模拟），须由责任单位报送真实数据。")
    items += _deadlines(near, day(data.as_of + AHEAD))
    if not items:
        items = ["现有数据没有提示须另行安排的事项。"]
    return (
        Heading(1, "六、下一步"),
        *(Paragraph((f"{number}. {item}",)) for number, item in enumerate(items, 1)),
        *_forecasts(data, targets),
    )


def _to_come(targets: Sequence[TargetLine]) -> list[str]:
    """What must come before targets without a light can be judged: figures, or what the text leaves open."""
    awaited = sum(1 for one in targets if one.light == "not_due")
    unclear = sum(1 for one in targets if one.light == "not_assessable")
    found = [f"未到发布期的{awaited}项，到期按时报数。"] if awaited else []
    if unclear:
        found.append(f"无法判定的{unclear}项，须考核的明确期限、基数或者可以衡量的目标值，并报数。")
    return found


def _deadlines(near: Sequence[TaskLine], until: str) -> list[str]:
    """Tasks due soon; those whose state is simulated stand apart, as nobody knows where they are."""
    real, fake = [one for one in near if not one.simulated], [one for one in near if one.simulated]
    found = []
    if real:
        found.append(f"{until}前到期、尚未销号的任务{len(real)}项：{'、'.join(one.title for one in real)}。")
    if fake:
        names = "、".join(one.title for one in fake)
        found.append(f"{until}前到期、只有模拟进展的任务{len(fake)}项（模拟），须核实真实进展：{names}。")
    return found


def _forecasts(data: ReportInput, targets: Sequence[TargetLine]) -> tuple[Block, ...]:
    known = {one.id for one in targets}
    found = [one for one in data.forecasts if one.target in known]
    if not found:
        return ()
    return (
        Heading(2, "附：趋势测算（预测）"),
        body("以下为按历史数据外推的预测，不是完成情况，不列入任何正式表格。"),
        *(Paragraph((f"{one.name}（预测）：{one.says.rstrip('。')}。",)) for one in found),
    )
