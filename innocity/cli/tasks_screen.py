"""What `innocity tasks` shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.engines.tasks.model import TaskBoard, TaskState, TaskStatus
    from innocity.engines.tasks.supervision import SupervisionItem
    from innocity.packs.model import Pack

Keep = Callable[["TaskState"], bool]
SIMULATED_TASKS = "进展和销号是模拟数据（*），不代表任何单位的实际工作；加 --real 只看真实台账。"
_COLUMNS: tuple[TaskStatus, ...] = ("overdue", "at_risk", "not_started", "on_time", "done", "no_deadline")
_STYLES = {"overdue": "red", "at_risk": "yellow"}


def as_data(pack: Pack, state: TaskState) -> dict[str, Any]:
    """A state for JSON: ids, dates, sentences; units as printed and as answerable."""
    roles = {"lead": state.lead, "responsible": state.responsible, "cooperating": state.cooperating}
    units = {
        role: [{"printed": one.unit, "answer": list(one.answer), "dated": one.dated} for one in printed]
        for role, printed in roles.items()
    }
    report, closure, task = state.report, state.closure, state.task
    return {
        "id": task.id, "title": task.title, "kind": task.kind, "path": task.path, "article": task.article,
        "place": task.place, "parent": task.parent, "status": state.status, "counted": state.counted,
        "progress": state.progress, "expected": state.expected, "rolled_up": state.rolled_up, "phase": state.phase,
        "starts": state.starts, "due": state.due, "due_from": state.due_from, "overdue_days": state.overdue_days,
        "units": units, "as_printed": task.as_printed.model_dump(exclude_none=True), "everyone": task.everyone,
        "reported_on": report.reported_on if report else None, "reported_by": report.unit if report else None,
        "report": report.text if report else None, "problem": report.problem if report else None,
        "closed_on": closure.decided_on if closure and closure.outcome == "closed" else None,
        "evidence": list(state.evidence), "waits_for": list(state.waits_for), "below": list(state.below),
        "targets": list(task.targets), "clauses": list(task.clauses), "simulated": state.simulated,
        "why": state.why, "next": state.next, "meeting": state.resolution.meeting if state.resolution else None,
    }  # fmt: skip


def ledger(screen: Screen, pack: Pack, board: TaskBoard, keep: Keep, *, tree: bool, listing: bool) -> None:
    """The whole ledger: phases, counts by document, whom to ask; with `listing` or `tree`, the tasks kept."""
    from innocity.engines.tasks.supervision import supervision_list

    kept = [state for state in board.states.values() if keep(state)]
    items = [item for item in supervision_list(board) if keep(item.state)]
    data = {
        "city": pack.city.id, "as_of": board.as_of, "simulated": any(state.simulated for state in kept),
        "counts": board.counts([state for state in kept if state.counted]),
        "phases": [
            {"id": p.task.id, "title": p.task.title, "state": p.state, "starts": p.starts, "due": p.due,
             "counts": p.counts, "milestones": list(p.milestones)} for p in board.phases
        ],
        "documents": _by_document(pack, kept),
        "supervision": [_item_data(pack, item) for item in items],
        "tasks": [as_data(pack, state) for state in kept],
    }  # fmt: skip
    screen.show(data, lambda: _render(screen, pack, board, kept, items, tree, listing, keep))


def _render(
    screen: Screen, pack: Pack, board: TaskBoard, kept: Sequence[TaskState], items: list[SupervisionItem],
    tree: bool, listing: bool, keep: Keep,
) -> None:  # fmt: skip
    screen.line(f"{pack.city.name}任务台账（截至 {board.as_of}）", "bold")
    if any(state.simulated for state in kept):
        screen.line(SIMULATED_TASKS, "yellow")
    if tree:
        _tree(screen, board, keep)
        return
    if listing:
        _list(screen, pack, [state for state in kept if state.counted])
    else:
        _phases(screen, board)
        _documents(screen, pack, kept)
    _supervise(screen, pack, board, items)
    if not listing:
        screen.line("\n看提纲 --tree；看一项 --only ID；按单位 --unit 市科技局；督办 --supervise")


def _phases(screen: Screen, board: TaskBoard) -> None:
    from innocity.engines.tasks.model import STATUS_NAMES

    words = {"to_come": "未到", "running": "进行中", "past": "已过"}
    for phase in board.phases:
        state = board.states[phase.task.id]
        gone = f"，时间已过{state.expected}%" if phase.state == "running" and state.expected is not None else ""
        inside = "、".join(f"{STATUS_NAMES[name]}{n}" for name, n in phase.counts.items() if n)
        told = f"任务{phase.total}项（{inside}），平均进展{state.progress or 0}%" if phase.total else "没有单列的任务"
        screen.line(f"{phase.task.title}  {phase.starts} 至 {phase.due}  {words[phase.state]}{gone}  {told}")
        for name in phase.milestones:
            one = board.states[name]
            screen.line(f"  节点：{one.task.title}，{one.due}，{STATUS_NAMES[one.status]}", _STYLES.get(one.status))


def _by_document(pack: Pack, states: Sequence[TaskState]) -> list[dict[str, Any]]:
    """Counts by document, the newest first, meetings' resolutions before all."""
    found: dict[str, dict[str, Any]] = {}
    for state in states:
        document = pack.documents.get(state.document)
        row = found.setdefault(state.document, {
            "document": state.document or "meeting", "title": document.title if document else "会议议定事项",
            "date": (document.issued_on or document.valid_from) if document else None, "state":
            document.state if document else None, "total": 0, "shown_only": 0, "repeated": 0,
            **dict.fromkeys(_COLUMNS, 0),
        })  # fmt: skip
        if state.counted:
            row["total"] += 1
            row[state.status] += 1
        elif state.status == "shown_only":
            row["shown_only"] += 1
        elif state.task.same_as:
            row["repeated"] += 1
    return sorted(found.values(), key=lambda row: row["date"].toordinal() if row["date"] else 10**7, reverse=True)


def _documents(screen: Screen, pack: Pack, states: Sequence[TaskState]) -> None:
    from innocity.engines.tasks.model import STATUS_NAMES

    heads = ("编号", "文件", ">应办", *(f">{STATUS_NAMES[name]}" for name in _COLUMNS), ">只列示", ">重复")
    rows = _by_document(pack, states)
    table = [
        (row["document"], row["title"], row["total"], *(row[name] or "" for name in _COLUMNS),
         row["shown_only"] or "", row["repeated"] or "") for row in rows
    ]  # fmt: skip
    sums = [sum(row[name] for row in rows) for name in ("total", *_COLUMNS, "shown_only", "repeated")]
    screen.table(heads, [*table, ("", "合计", *sums)], "按文件")


def _list(screen: Screen, pack: Pack, states: Sequence[TaskState]) -> None:
    from innocity.engines.tasks.judge import answering_names
    from innocity.engines.tasks.model import STATUS_NAMES

    rows = (
        (state.id, state.task.title, answering_names(state, pack.units) or "未写明", state.due or "",
         level(state), STATUS_NAMES[state.status]) for state in states
    )  # fmt: skip
    screen.table(("编号", "任务", "责任单位（今）", "期限", ">进展", "状态"), rows, f"任务 {len(states)} 项")


def level(state: TaskState) -> str:
    """Progress for a table; a star where it is simulated."""
    if state.progress is None:
        return ""
    return f"{state.progress}%" + ("*" if state.simulated else "")


def _tree(screen: Screen, board: TaskBoard, keep: Keep) -> None:
    from innocity.engines.tasks.model import STATUS_NAMES
    from innocity.engines.tasks.tree import tree

    rows: list[tuple[object, ...]] = []
    document = None
    for row in tree(board, keep):
        state = row.state
        if state.document != document:
            document = state.document
            rows.append((document or "会议议定", "", "", "", ""))
        bad = "、".join(f"{STATUS_NAMES[n]}{row.counts[n]}" for n in ("overdue", "at_risk") if row.counts[n])
        below = f"下列{row.total}项{'：' + bad if bad else ''}" if state.splits else ""
        title = "  " * (row.depth + 1) + f"{state.task.path or ''} {state.task.title}"
        rows.append((title, state.due or "", level(state), STATUS_NAMES[state.status], below))
    screen.table(("任务", "期限", ">进展", "状态", ""), rows)


def _supervise(screen: Screen, pack: Pack, board: TaskBoard, items: list[SupervisionItem]) -> None:
    """Current documents first; those over three years old whose validity nobody confirmed stand apart."""
    from innocity.actions.supervise import old_document

    old = [item for item in items if old_document(pack.documents.get(item.state.document), board.as_of)]
    silent = [item for item in items if item not in old and item.level == "silent"]
    urgent = [item for item in items if item not in old and item not in silent]
    _items(screen, pack, urgent, f"督办 {len(urgent)} 项")
    if silent:
        screen.title(f"久未报送 {len(silent)} 项（超过{board.bands.report_days}天没有进展报送）")
        _silent(screen, pack, silent)
    if old:
        _items(screen, pack, old, f"文件印发已过三年、效力未经确认 {len(old)} 项：先核实文件效力，再定是否督办")
    if not items:
        screen.line("没有需要督办的任务。", "green")


def _silent(screen: Screen, pack: Pack, items: Sequence[SupervisionItem], most: int = 12) -> None:
    """How many of each unit, most first: the tasks themselves are in --supervise."""
    from innocity.engines.tasks.supervision import supervised_units

    units = sorted(supervised_units(items).items(), key=lambda pair: -len(pair[1]))
    names = [f"{pack.units[unit].name if unit else '没有写责任单位'}{len(own)}" for unit, own in units]
    rest = f"，另有{len(names) - most}家" if len(names) > most else ""
    screen.line("按应报送的单位（一项任务多家负责的各计一次）：" + "、".join(names[:most]) + rest)


def _items(screen: Screen, pack: Pack, items: Sequence[SupervisionItem], title: str, most: int = 30) -> None:
    from innocity.engines.tasks.judge import answering_names
    from innocity.engines.tasks.supervision import LEVEL_NAMES

    if not items:
        return
    rows = (
        (LEVEL_NAMES[item.level], item.state.task.title, answering_names(item.state, pack.units, 2) or "未写明",
         item.state.why + ("*" if item.state.simulated else ""), item.state.next) for item in items[:most]
    )  # fmt: skip
    screen.table(("", "任务", "责任单位（今）", "为什么", "下一步"), rows, title)
    if len(items) > most:
        screen.line(f"只列出前 {most} 项，共 {len(items)} 项；--supervise 按单位看全部。")


def _item_data(pack: Pack, item: SupervisionItem) -> dict[str, Any]:
    from innocity.engines.tasks.supervision import LEVEL_NAMES

    return {
        "task": item.state.id, "title": item.state.task.title, "level": item.level, "says": LEVEL_NAMES[item.level],
        "days": item.days, "units": [{"id": one, "name": pack.units[one].name} for one in item.units],
        "why": item.state.why, "next": item.state.next, "simulated": item.state.simulated,
    }  # fmt: skip


def supervision(screen: Screen, pack: Pack, board: TaskBoard, keep: Keep, unit: str | None = None) -> None:
    """The supervision list by unit asked; with `unit` (an id) that unit's, or of those that answer for it."""
    from innocity.actions.supervise import notices, supervise
    from innocity.engines.tasks.units import answerable

    items = [item for item in supervise(pack, board.as_of, board=board) if keep(item.state)]
    if unit is not None:
        mine = {unit, *answerable(pack.units, unit, board.as_of).answer}
        items = [item for item in items if mine & set(item.units)]
    asked = [one for one in notices(pack, items, board.as_of) if unit is None or one.unit in mine]
    data = {
        "city": pack.city.id, "as_of": board.as_of,
        "notices": [
            {"unit": one.unit or None, "name": pack.units[one.unit].name if one.unit else None,
             "reply_by": one.reply_by, "simulated": one.simulated,
             "items": [_item_data(pack, item) for item in one.items]} for one in asked
        ],
    }  # fmt: skip

    def render() -> None:
        screen.line(
            f"{pack.city.name}督办事项（截至 {board.as_of}）：{len(items)} 项，涉及 {len(asked)} 个单位", "bold"
        )
        if any(one.simulated for one in asked):
            screen.line(SIMULATED_TASKS, "yellow")
        for one in asked:
            name = pack.units[one.unit].name if one.unit else "文件没有写责任单位，由领导小组办公室明确"
            _items(screen, pack, one.items, f"{name}：{len(one.items)} 项，{one.reply_by} 前书面答复", 200)

    screen.show(data, render)


def one(screen: Screen, pack: Pack, board: TaskBoard, name: str) -> None:
    """One task: where it stands, who answers, what it serves, what was recorded. Error: E-TASK-UNKNOWN."""
    from innocity.packs.invalid import suggest

    state = board.states.get(name)
    if state is None:
        raise InnoCityError("E-TASK-UNKNOWN", f"没有任务“{name}”", remedy=suggest(name, set(board.states)))
    screen.show(as_data(pack, state), lambda: _one(screen, pack, board, state))


def _one(screen: Screen, pack: Pack, board: TaskBoard, state: TaskState) -> None:
    from innocity.engines.tasks.model import DUE_NAMES, STATUS_NAMES
    from innocity.engines.tasks.tree import above

    document = pack.document_of(state.task)
    screen.line(f"{state.task.title}（{state.id}）：{STATUS_NAMES[state.status]}", "bold")
    if state.simulated:
        screen.line(SIMULATED_TASKS, "yellow")
    where = (
        f"{document.title} {state.task.path or ''}" if document else state.resolution and state.resolution.meeting_title
    )
    due = f"{state.due}（{DUE_NAMES[state.due_from]}）" if state.due and state.due_from else "没有"
    report, targets = state.report, [pack.targets[one] for one in state.task.targets]
    lines = [
        ("出处", f"{where}  {state.task.place}"), ("期限", due), ("进展", level(state)), ("为什么", state.why),
        ("下一步", state.next), *_unit_lines(pack, state),
        ("最近报送", f"{report.reported_on} {pack.units[report.unit].name}：{report.text}" if report else ""),
        ("佐证", "、".join(state.evidence)),
        ("上级", "、".join(board.states[one].task.title for one in above(board, state.id))),
        ("下级", "、".join(board.states[one].task.title for one in state.below)),
        ("前置", "、".join(board.states[one].task.title for one in state.task.depends_on if one in board.states)),
        ("指标", "、".join(f"{pack.indicators[one.indicator].name}（{one.id}）" for one in targets)),
        ("资金条款", "、".join(f"{pack.clauses[one].name}（{one}）" for one in state.task.clauses)),
        ("说明", state.task.note or ""),
    ]  # fmt: skip
    for head, text in lines:
        if text:
            screen.line(f"{head}：{text}")


def _unit_lines(pack: Pack, state: TaskState) -> list[tuple[str, str]]:
    """Units as printed, and who answers today where that differs."""
    found = []
    for head, printed in (("牵头", state.lead), ("责任单位", state.responsible), ("配合", state.cooperating)):
        parts = []
        for one in printed:
            name, answer = pack.units[one.unit].name, "、".join(pack.units[unit].name for unit in one.answer)
            if one.collective:
                parts.append(f"{name}（{answer}）")
            elif one.succeeded:
                parts.append(f"{name}（今{answer or '无承接单位'}{'' if one.dated else '，承接日期不详'}）")
            else:
                parts.append(name)
        found.append((head, "、".join(parts)))
    if state.task.everyone:
        found.append(("另有", "原文还写了各区市或有关部门，没有逐一点名"))
    return found
