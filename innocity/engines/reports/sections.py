"""Parts that several reports share: sentences, tables and charts made from targets and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from innocity.engines.reports.blocks import (
    Bar,
    Block,
    Cell,
    Chart,
    Cite,
    Number,
    Paragraph,
    Parts,
    Source,
    Table,
    columns,
)
from innocity.engines.reports.model import (
    JUDGED,
    LIGHT_COLORS,
    LIGHTS,
    STATES,
    Light,
    ReportInput,
    State,
    TargetLine,
    TaskLine,
    lights,
    states,
)
from innocity.engines.reports.words import SIMULATED, day, listed, per_cent, short_day

WAITING = "待确认"
NONE = "—"
NOTHING_NEW = "无新数"


def body(*parts: Cell) -> Paragraph:
    """A paragraph of running text."""
    flat: list[str | Number | Cite] = []
    for part in parts:
        flat.extend(part if isinstance(part, tuple) else (part,))
    return Paragraph(tuple(flat))


def banner(data: ReportInput) -> tuple[Block, ...]:
    """What a report with simulated content says at its head; nothing where there is none."""
    return (Paragraph((SIMULATED + "。",), "banner"),) if data.simulated else ()


def breakdown(targets: Sequence[TargetLine]) -> str:
    """Lights and how many, those that occur: `达标3项、接近1项`.

    >>> breakdown([])
    '无'
    """
    return _counted({LIGHTS[light]: n for light, n in lights(targets).items()})


def task_breakdown(tasks: Iterable[TaskLine]) -> str:
    """States and how many, those that occur; how many of them rest on simulated progress is said."""
    every = tuple(tasks)
    fake = sum(1 for one in every if one.counted and one.simulated and one.state != "shown_only")
    mark = f"（其中{fake}项的状态出自模拟进展，不对应真实情况）" if fake else ""
    return _counted({STATES[state]: n for state, n in states(every).items() if state != "shown_only"}) + mark


def fake_mark(one: TaskLine) -> str:
    """What stands behind the name of a task whose state is simulated."""
    return "（模拟）" if one.simulated else ""


def fake_count(tasks: Sequence[TaskLine]) -> str:
    """How many of some tasks are simulated, for behind their number; empty where none is.

    >>> fake_count([])
    ''
    """
    fake = sum(1 for one in tasks if one.simulated)
    return f"（其中模拟{fake}项）" if fake else ""


def _counted(found: dict[str, int]) -> str:
    return "、".join(f"{word}{count}项" for word, count in found.items() if count) or "无"


def verdict(targets: Sequence[TargetLine]) -> Paragraph:
    """How the targets stand: judged (on confirmed figures, or as milestones), provisionally judged, not judged."""
    judged = [one for one in targets if one.light in JUDGED]
    firm, waiting = [one for one in judged if one.settled], [one for one in judged if not one.settled]
    silent = [one for one in targets if one.light not in JUDGED]
    text = f"{len(targets)}项目标中，已作评价的{len(firm)}项"
    text += f"（{breakdown(firm)}）" if firm else ""
    if waiting:
        text += f"；最新数据尚未经责任单位确认、只作初步判断的{len(waiting)}项（{breakdown(waiting)}）"
    if silent:
        text += f"；暂不能评价的{len(silent)}项（{breakdown(silent)}）"
    return body(text + "。")


def lights_chart(targets: Sequence[TargetLine], caption: str, as_of: str) -> Chart:
    """Lights of the targets by group, in the order of the document."""
    groups: dict[str, list[TargetLine]] = {}
    for one in targets:
        groups.setdefault(one.group or "其他", []).append(one)
    shown = [light for light, count in lights(targets).items() if count]
    bars = tuple(_bar(name, members, shown) for name, members in groups.items())
    caution = "" if all(one.settled for one in targets) else "含未经责任单位确认的初步判断，"
    note = f"数据截至{as_of}；{caution}来源见文末数据来源。"
    names, colors = (tuple(words[light] for light in shown) for words in (LIGHTS, LIGHT_COLORS))
    return Chart("counts", caption, names, colors, bars, note)


def _bar(name: str, members: Sequence[TargetLine], shown: Sequence[Light]) -> Bar:
    found = lights(members)
    return Bar(name, tuple(float(found[light]) for light in shown), breakdown(members))


def pace_chart(targets: Sequence[TargetLine], caption: str, as_of: str) -> Chart | None:
    """How far each target is against how far it should be; hollow bars rest on figures not confirmed."""
    bars = tuple(
        Bar(one.name, (_percent(one.achieved), _percent(one.expected)),
            f"{per_cent(one.achieved)}／{per_cent(one.expected)}", hollow=not one.settled)
        for one in targets
        if one.achieved is not None and one.expected is not None
    )  # fmt: skip
    if not bars:
        return None
    note = (
        f"数据截至{as_of}。条为实际进度，竖线为应达进度，右侧数字为“实际／应达”；空心条的数据未经责任单位确认；"
        "小于-10%或大于125%的画在边上。来源见文末数据来源。"
    )
    return Chart("pace", caption, ("实际进度", "应达进度"), ("#2F5D8A", "#C62828"), bars, note)


def _percent(share: Fraction | None) -> float:
    return float((share or Fraction(0)) * 100)


def indicator_table(targets: Sequence[TargetLine], caption: str) -> Table:
    """The formal table: targets with their latest figures where these are confirmed."""
    layout = columns("序号:11c 指标:39 目标:25 基期:26 最新:26 应达进度:13r 实际进度:13r 评价:15c")
    rows = tuple(_indicator_row(number, one) for number, one in enumerate(targets, 1))
    note = (
        f"注：1.“{WAITING}”为责任单位尚未确认最新数据，不列入本表；初步情况见参考表。"
        f"2. “{NOTHING_NEW}”为基期以后还没有数。基期不加标记的为文件本身写明的数，写“从零计”的为累计数的起点。"
        "3. 进度为基期到目标之间已完成的比例。4. 方括号内为数据来源序号。"
    )
    return Table(caption, layout, rows, formal=True, note=note)


def _indicator_row(number: int, one: TargetLine) -> tuple[Cell, ...]:
    base: Cell = dated(one.baseline) if one.baseline and one.baseline.formal else WAITING if one.baseline else NONE
    achieved, light = (per_cent(one.achieved), one.word) if one.settled else (NONE, WAITING)
    return (
        str(number),
        one.name,
        (one.aim, Cite((one.source,))),
        base,
        latest_cell(one),
        per_cent(one.expected),
        achieved,
        light,
    )


def latest_cell(one: TargetLine) -> Cell:
    """The latest figure as a formal table may hold it: confirmed, or what there is instead."""
    if not one.settled:
        return WAITING
    return dated(one.latest) if one.latest is None or one.latest.formal else NOTHING_NEW


def dated(number: Number | None, remark: str = "") -> Cell:
    """A figure with the period that it is of."""
    if number is None:
        return NONE
    inside = "，".join(part for part in (number.period, remark) if part)
    return (number, f"（{inside}）") if inside else (number,)


def waiting_table(targets: Sequence[TargetLine], caption: str) -> Table | None:
    """Reference only: figures that are not confirmed or simulated, each marked, with the provisional light."""
    rows = tuple(
        (str(number), one.name, one.aim, _newest(one), per_cent(one.achieved), one.word, _names(one))
        for number, one in enumerate((t for t in targets if not t.settled), 1)
    )
    if not rows:
        return None
    layout = columns("序号:11c 指标:40 目标:26 最新（未确认）:32 实际进度:14r 初步判断:16c 应确认单位:28")
    note = "注：※为未经责任单位确认的数据。本表只供参考，不作为评价结论；确认后转入正式表格。"
    return Table(caption, layout, rows, note=note)


def _newest(one: TargetLine) -> Cell:
    """The latest figure; where nothing newer than the baseline is known, that is said."""
    return dated(one.latest, "即基期" if one.still_at_base else "")


def _names(one: TargetLine | TaskLine) -> str:
    names = one.unit_names if isinstance(one, TargetLine) else one.who
    return listed(names, 2, "个单位") or "文件未写明"


def unconfirmed_sentence(targets: Sequence[TargetLine]) -> Paragraph | None:
    """How many figures wait for whom."""
    waiting = [one for one in targets if not one.settled]
    if not waiting:
        return None
    simulated = sum(1 for one in waiting if one.latest and one.latest.simulated)
    text = f"以下{len(waiting)}项指标的最新数据尚未经责任单位确认，单独列示，不进入正式表格"
    return body(text + (f"，其中{simulated}项为模拟数据" if simulated else "") + "。")


def gaps(targets: Sequence[TargetLine]) -> tuple[Paragraph, ...]:
    """What cannot be judged: figures overdue or not yet published, milestones to come, nothing to judge by."""
    found: list[Paragraph] = []
    leads = {
        "not_reported": "已过发布期仍未报送", "not_due": "未到发布期", "to_come": "期限未到",
        "not_assessable": "依据现有文件和数据无法判定",
    }  # fmt: skip
    for light, lead in leads.items():
        members = [one for one in targets if one.light == light]
        if members:
            found.append(body(f"{lead}的{len(members)}项：{listed(_named(members))}。"))
    return tuple(found)


def _named(members: Sequence[TargetLine]) -> list[str]:
    """Names of targets; those with one name are told apart by what is wanted."""
    names = [one.name for one in members]
    return [f"{one.name}（{one.aim}）" if names.count(one.name) > 1 else one.name for one in members]


def task_group_table(tasks: Sequence[TaskLine], caption: str) -> Table:
    """Counted tasks by the group under which the document puts them."""
    groups: dict[str, list[TaskLine]] = {}
    for one in tasks:
        if one.counted and one.state != "shown_only":
            groups.setdefault(one.group or "其他", []).append(one)
    shown: tuple[State, ...] = ("done", "on_time", "at_risk", "overdue", "not_started", "no_deadline")
    counts = " ".join(f"{STATES[state]}:17c" for state in shown)
    layout = columns(f"任务板块:46 项数:13c {counts}")
    rows = [_group_row(name, members, shown) for name, members in groups.items()]
    rows.append(_group_row("合计", [one for members in groups.values() for one in members], shown))
    note = "注：按任务树最末一级计数，同一任务只计一次；阶段、指南、建议类只列示，不计入。"
    return Table(caption, layout, tuple(rows), note=note)


def _group_row(name: str, members: Sequence[TaskLine], shown: Sequence[State]) -> tuple[Cell, ...]:
    simulated = "（含模拟）" if any(one.simulated for one in members) else ""
    counts = {state: sum(1 for one in members if one.state == state) for state in shown}
    return (name + simulated, str(len(members)), *(str(counts[state] or NONE) for state in shown))


def task_table(tasks: Sequence[TaskLine], caption: str, numbers: dict[str, str] | None = None) -> Table:
    """Tasks one a row, with who answers, the deadline, the state, and what was reported."""
    layout = columns(
        f"序号:12c 任务:46 责任单位:37 期限:24c 进度:12r 状态:23c {'依据' if numbers is None else '佐证'}:14c"
    )
    rows = tuple(_task_row(number, one, numbers) for number, one in enumerate(tasks, 1))
    note = "注：责任单位为目前承担职责的单位；（模拟）为程序生成的进展，不对应真实情况。" if any(
        one.simulated for one in tasks
    ) else "注：责任单位为目前承担职责的单位。"  # fmt: skip
    return Table(caption, layout, rows, note=note)


def _task_row(number: int, one: TaskLine, numbers: dict[str, str] | None) -> tuple[Cell, ...]:
    progress = NONE if one.progress is None else f"{one.progress}%"
    state = f"逾期{one.overdue_days}天" if one.state == "overdue" and one.overdue_days else STATES[one.state]
    last: Cell = Cite((one.source,)) if numbers is None else numbers.get(one.id, "缺").replace("、", "\n")
    mark = "\n（模拟）" if one.simulated else ""
    return (str(number), one.title, _names(one), short_day(one.due), progress, state + mark, last)


def reasons(targets: Sequence[TargetLine]) -> tuple[Paragraph, ...]:
    """One paragraph a target: why its light, what is needed from now, who answers."""
    found = []
    for number, one in enumerate(targets, 1):
        mark = "" if one.settled else "（数据未经确认，初步判断）"
        who = listed(one.unit_names, 4, "个单位")
        parts: Parts = (
            f"{number}. {one.name}（{one.aim}）", Cite(_cited(one)), f"：{one.word}{mark}。", _ended(one.why),
            _ended(one.next), f"责任单位：{who}。" if who else "文件未写明责任单位。",
        )  # fmt: skip
        found.append(Paragraph(parts))
    return tuple(found)


def _cited(one: TargetLine) -> tuple[Source, ...]:
    numbers = (one.baseline, one.latest)
    return tuple(dict.fromkeys([one.source, *(number.source for number in numbers if number)]))


def _ended(sentence: str) -> str:
    text = sentence.strip().rstrip("。；;")
    return f"{text}。" if text else ""


def answering(targets: Iterable[TargetLine], tasks: Iterable[TaskLine]) -> tuple[str, ...]:
    """Ids of all units that answer for something, in the order in which they first do."""
    named = [one.units for one in targets] + [one.units for one in tasks]
    return tuple(dict.fromkeys(name for units in named for name in units))


def unit_table(data: ReportInput, targets: Sequence[TargetLine], tasks: Sequence[TaskLine], caption: str) -> Table:
    """What each unit answers for: lights of its targets, states of its tasks; the most urgent first."""
    rows = []
    for unit in answering(targets, tasks):
        mine = [one for one in targets if unit in one.units]
        work = [one for one in tasks if unit in one.units and one.counted and one.state != "shown_only"]
        red = sum(1 for one in mine if one.light in ("alert", "watch"))
        silent = sum(1 for one in mine if one.light == "not_reported")
        late = sum(1 for one in work if one.state == "overdue")
        risk = sum(1 for one in work if one.state == "at_risk")
        order = (-late, -red, -silent, -risk, -len(work))
        rows.append((order, data.unit(unit).name, len(mine), red, silent, len(work), late, risk))
    cells = tuple(
        (name, *(str(value) if value else NONE for value in (mine, red, silent, work, late, risk)))
        for _, name, mine, red, silent, work, late, risk in sorted(rows, key=lambda row: row[0])
        if mine or work
    )
    layout = columns("责任单位:48 目标:14c 其中关注、预警:20c 其中逾期未报:20c 任务:14c 其中逾期:16c 其中有风险:18c")
    note = "注：共同承担的目标、任务在各单位分别计数，不能相加。含未经确认数据的初步判断。"
    note += "任务状态含模拟进展，不对应真实情况。" if any(one.simulated for one in tasks) else ""
    return Table(caption, layout, cells, note=note)


def scope_sentence(data: ReportInput) -> Paragraph:
    """Which document, of whom, of which day, up to when."""
    main = data.main
    inside = "，".join(part for part in (main.number, main.issuer, day(main.day)) if part)
    issued = f"（{inside}）" if inside else ""
    force = {"unknown": "该文件目前是否有效尚未核实。", "expired": "该文件已经失效。", "repealed": "该文件已经废止。"}
    known = known_by(data)
    source = Source(main.title if main.number else f"《{main.title}》", main.number, "", main.day)
    return body(
        f"本报告对照《{main.title}》{issued}",
        Cite((source,)),
        f"，数据截至{day(data.as_of)}{'，' if known else ''}{known}。{force.get(main.in_force, '')}",
    )


def known_by(data: ReportInput) -> str:
    """By when the figures and records were known, in words; empty where all that is known now is used."""
    if data.known_on is None:
        return ""
    if data.known_on == data.as_of:
        rest = f"，当日以后才登记的{data.left_out}条没有用" if data.left_out else ""
        return f"只用截至当日已公布或登记的数据{rest}"
    if data.known_on > data.as_of:
        return f"含此后至{day(data.known_on)}公布或登记的数据"
    return f"只用截至{day(data.known_on)}已公布或登记的数据"
