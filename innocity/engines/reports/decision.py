"""The decision sheet (呈阅件): one page for a leader, what stands where, what is asked, space to write."""

from __future__ import annotations

from innocity.engines.reports.blocks import Block, Form, Paragraph, Parts, Report, Title
from innocity.engines.reports.model import ReportInput, TargetLine, TaskLine
from innocity.engines.reports.sections import breakdown, fake_count, fake_mark, known_by, task_breakdown
from innocity.engines.reports.words import day, listed

SHOWN, NAME = 2, 16  # of each list, and characters of a name; the page has no room for more
LINES = 4  # of what is pressing


def decision(data: ReportInput) -> Report:
    """The sheet: subject, state of targets and tasks, what is most pressing, space for opinions."""
    targets, tasks = data.in_main(), data.tasks_in_main()
    subject = f"《{data.main.title}》推进情况"
    form = Form((
        ("事由", (subject,), 1),
        ("截至", (_until(data),), 1),
        ("目标", _targets(targets), 3),
        ("任务", _tasks(tasks), 3),
        ("提请关注", _pressing(targets, tasks), 5),
        ("拟办意见", (), 3),
        ("领导批示", (), 4),
        ("办理结果", (), 1),
    ))  # fmt: skip
    signed = f"呈报单位：{data.issuer or _space(10)}{_space(3)}签发：{_space(7)}年{_space(2)}月{_space(2)}日"
    blocks: tuple[Block, ...] = (
        Title(("呈阅件",), compact=True), Paragraph((f"（送审稿）{'　' * 4}编号：{'　' * 8}",), "center"), form,
        Paragraph((signed,), "note"),
    )  # fmt: skip
    return Report("decision", f"{subject}呈阅件", data.city, data.as_of, blocks, data.simulated)


def _until(data: ReportInput) -> str:
    """The day, and by when what is said was known."""
    known = known_by(data)
    return day(data.as_of) + (f"（{known}）" if known else "")


def _space(characters: int) -> str:
    """Room to write in."""
    return "　" * characters


def _targets(targets: tuple[TargetLine, ...]) -> Parts:
    judged = [one for one in targets if one.light in ("met", "near", "watch", "alert")]
    waiting = sum(1 for one in judged if not one.settled)
    caution = f"其中{waiting}项的数据未经责任单位确认，为初步判断。" if waiting else ""
    return (f"共{len(targets)}项：{breakdown(targets)}。{caution}",)


def _tasks(tasks: tuple[TaskLine, ...]) -> Parts:
    counted = sum(1 for one in tasks if one.counted and one.state != "shown_only")
    return (f"共{counted}项：{task_breakdown(tasks)}。",)


def _pressing(targets: tuple[TargetLine, ...], tasks: tuple[TaskLine, ...]) -> Parts:
    """The worst first: red targets, overdue tasks, figures overdue, tasks at risk; then what nobody can judge yet."""
    red = [one for one in targets if one.light == "alert"] or [one for one in targets if one.light == "watch"]
    late = sorted((one for one in tasks if one.counted and one.state == "overdue"), key=lambda one: -one.overdue_days)
    silent = [one for one in targets if one.light == "not_reported"]
    risky = sorted((one for one in tasks if one.counted and one.state == "at_risk"), key=lambda one: one.simulated)
    dark = sum(1 for one in targets if one.light in ("not_due", "not_assessable"))
    lines = []
    if red:
        word = red[0].word
        lines.append(f"{word}指标：{listed((_red(one) for one in red), SHOWN)}。")
    if late:
        lines.append(f"逾期任务{fake_count(late)}：{listed((_late(one) for one in late), SHOWN)}。")
    if silent:
        lines.append(f"逾期未报数据：{listed((clipped(one.name) for one in silent), SHOWN)}。")
    if risky:
        names = listed((clipped(one.title) + fake_mark(one) for one in risky), SHOWN)
        lines.append(f"有风险的任务{fake_count(risky)}：{names}。")
    if dark and len(lines) < LINES:
        lines.append(f"还有{dark}项目标没有数据或者缺少依据，不能评价。")
    lines = lines[:LINES]
    return (
        "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)) or "没有预警、逾期或逾期未报的事项。",
    )


def _late(one: TaskLine) -> str:
    return f"{clipped(one.title)}（逾期{one.overdue_days}天）{fake_mark(one)}"


def _red(one: TargetLine) -> str:
    return clipped(one.name) if one.settled else f"{clipped(one.name)}（数据未确认）"


def clipped(name: str) -> str:
    """A name short enough for the sheet; the report has it in full.

    >>> clipped("高新技术企业数"), clipped("一二三四五六七八九十一二三四五六七八")
    ('高新技术企业数', '一二三四五六七八九十一二三四五…')
    """
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
