"""The self-evaluation for acceptance (验收自评) with a numbered binder of evidence (佐证材料)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from innocity.engines.reports.blocks import (
    Block,
    Break,
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
from innocity.engines.reports.model import STATES, Evidence, ReportInput, TargetLine, TaskLine
from innocity.engines.reports.sections import (
    NONE,
    WAITING,
    banner,
    body,
    fake_count,
    gaps,
    latest_cell,
    reasons,
    scope_sentence,
    task_breakdown,
    task_table,
    unconfirmed_sentence,
    waiting_table,
)
from innocity.engines.reports.words import day, listed, short_day


@dataclass
class Binder:
    """The binder: part 1 for targets, part 2 for tasks; each paper is numbered once, and rows name its number."""

    papers: list[tuple[str, Evidence, str]] = field(default_factory=list)  # number, paper, what it shows
    numbers: dict[str, str] = field(default_factory=dict)  # by target or task
    missing: list[str] = field(default_factory=list)

    def file(self, part: int, item: str, name: str, papers: Sequence[Evidence]) -> None:
        """Number the papers of one target or task; one without any is noted as lacking."""
        known = {(number.split("-")[0], paper): number for number, paper, _ in self.papers}
        found = []
        for paper in papers:
            number = known.get((str(part), paper))
            if number is None:
                number = f"{part}-{1 + sum(1 for n, _, _ in self.papers if n.startswith(f'{part}-')):02d}"
                self.papers.append((number, paper, name))
                known[(str(part), paper)] = number
            found.append(number)
        if found:
            self.numbers[item] = "、".join(found)
        else:
            self.missing.append(name)

    def table(self, part: int, caption: str) -> Table | None:
        """The catalogue of one part; the column of pages is for those who bind it."""
        rows = tuple(
            (f"佐证{number}", _marked(paper), shows, paper.origin or NONE,
             short_day(paper.day), "")
            for number, paper, shows in self.papers
            if number.startswith(f"{part}-")
        )  # fmt: skip
        layout = columns("编号:22c 材料:50 证明事项:32 来源:22 日期:22c 页码:12c")
        return Table(caption, layout, rows, note="注：页码在装订时填写。") if rows else None


def _marked(paper: Evidence) -> str:
    """Its name; one that is simulated says so, once."""
    return f"（模拟）{paper.name.removeprefix('（模拟）')}" if paper.simulated else paper.name


def binder(targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> Binder:
    """Number all evidence in the order of targets and tasks."""
    found = Binder()
    for target in targets:
        found.file(1, target.id, target.name, target.evidence)
    for task in tasks:
        found.file(2, task.id, task.title, task.evidence)
    return found


def selfeval(data: ReportInput) -> Report:
    """The report: conclusion, target by target, task by task, what is not done, the binder's catalogue."""
    targets = data.in_main()
    tasks = [one for one in data.tasks_in_main() if one.counted and one.state != "shown_only"]
    papers = binder(targets, tasks)
    title = (f"《{data.main.title}》", "验收自评报告")
    blocks: tuple[Block, ...] = (
        Head(), Title(title), *banner(data),
        *_conclusion(data, targets, tasks), *_targets(targets, papers), *_tasks(tasks, papers),
        *_open(data, targets, tasks), Signature(data.issuer), Break(), *_catalogue(papers),
        Break(), SourceList("数据来源"),
    )  # fmt: skip
    return Report("selfeval", "".join(title), data.city, data.as_of, blocks, data.simulated)


def outcome(one: TargetLine) -> str:
    """What acceptance asks: does the target hold? Pace does not count here."""
    if not one.settled:
        return WAITING
    if one.reached:
        return "已达到"
    return "未达到" if one.light in ("met", "near", "watch", "alert") else one.word


def _conclusion(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    found: dict[str, int] = {}
    for one in targets:
        found[outcome(one)] = found.get(outcome(one), 0) + 1
    order = ["已达到", "未达到", *sorted(set(found) - {"已达到", "未达到"})]
    text = "、".join(f"{word}{found[word]}项" for word in order if found.get(word))
    early = sum(1 for one in targets if one.due and one.due > data.as_of)
    caution = f"其中{early}项期限未到，所列为截至{day(data.as_of)}的情况。" if early else ""
    return (
        Heading(1, "一、自评结论"),
        scope_sentence(data),
        body(f"目标{len(targets)}项：{text or '无'}。{caution}"),
        body(f"任务{len(tasks)}项：{task_breakdown(tasks)}。"),
        body("本自评只以责任单位确认过的数据判断是否达到；未确认的数据不作结论。"),
    )  # fmt: skip


def _targets(targets: Sequence[TargetLine], papers: Binder) -> tuple[Block, ...]:
    layout = columns("序号:11c 目标:42 要求:28 期限:22c 完成值:28 自评:16c 佐证:16c")
    rows = tuple(_target(number, one, papers) for number, one in enumerate(targets, 1))
    note = f"注：“{WAITING}”为数据未经责任单位确认；“缺”为没有佐证材料。方括号内为数据来源序号。"
    blocks: list[Block] = [
        Heading(1, "二、目标逐项自评"),
        Table("表1　目标完成情况", layout, rows, formal=True, note=note),
    ]
    if table := waiting_table(targets, "参考表　尚未确认的最新数据"):
        sentence = unconfirmed_sentence(targets)
        blocks += [*((sentence,) if sentence else ()), table]
    return tuple(blocks)


def _target(number: int, one: TargetLine, papers: Binder) -> tuple[Cell, ...]:
    value = latest_cell(one)
    aim: Cell = (one.aim, Cite((one.source,)))
    return (
        str(number),
        one.name,
        aim,
        short_day(one.due),
        value,
        outcome(one),
        papers.numbers.get(one.id, "缺").replace("、", "\n"),
    )


def _tasks(tasks: Sequence[TaskLine], papers: Binder) -> tuple[Block, ...]:
    if not tasks:
        return ()
    done = [one for one in tasks if one.state == "done"]
    return (
        Heading(1, "三、任务完成情况"),
        body(f"已凭佐证销号{len(done)}项{fake_count(done)}，其余{len(tasks) - len(done)}项未销号。"),
        task_table(tasks, "表2　任务完成情况", papers.numbers),
    )


def _open(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine]) -> tuple[Block, ...]:
    behind = [
        one for one in targets if one.settled and not one.reached and one.light in ("met", "near", "watch", "alert")
    ]
    late = [one for one in tasks if one.state in ("overdue", "at_risk")]
    blocks: list[Block] = [Heading(1, "四、未完成事项和原因")]
    blocks += reasons(behind)
    if late:
        names = listed(f"{one.title}（{STATES[one.state]}{'，模拟' if one.simulated else ''}）" for one in late)
        blocks.append(body(f"逾期或有风险的任务{len(late)}项{fake_count(late)}：{names}。"))
    blocks += gaps(targets)
    if len(blocks) == 1:
        blocks.append(body("没有未完成事项。"))
    return tuple(blocks)


def _catalogue(papers: Binder) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(1, "佐证材料目录")]
    for part, name in ((1, "第一部分　目标"), (2, "第二部分　任务")):
        if table := papers.table(part, ""):
            blocks += [Heading(2, name), table]
    if not papers.papers:
        blocks.append(body("尚未登记任何佐证材料。"))
    if papers.missing:
        blocks.append(body(f"缺佐证材料的事项{len(papers.missing)}项：{'、'.join(dict.fromkeys(papers.missing))}。"))
    return tuple(blocks)
