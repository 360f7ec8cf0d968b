"""The state of one task, and the sentences that say why and what next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from innocity.engines.tasks.model import Bands, Report, TaskState, TaskStatus
from innocity.engines.tasks.units import Answerable
from innocity.packs.model import Unit


def judge(state: TaskState, bands: Bands, late_before: Sequence[str] = ()) -> TaskState:
    """A task with nothing below it. `late_before`: titles of tasks it depends on that are overdue."""
    if not state.task.owed():
        return replace(state, status="shown_only", why="只列示，不督办、不考核")
    closed = state.closure is not None and state.closure.outcome == "closed"
    progress = 100 if closed else state.report.progress if state.report else None
    state = replace(state, progress=progress, expected=_expected(state), overdue_days=_late(state))
    status, reason = _status(state, bands, late_before)
    state = replace(state, status=status)
    return replace(state, why="；".join(p for p in (reason, _told(state)) if p), next=_next(state, bands))


def _expected(state: TaskState, on: date | None = None) -> int | None:
    """The share of the time gone by on a day (the state's, by default), whole per cent, rounded down."""
    if state.due is None or state.starts is None or state.due <= state.starts:
        return None
    gone = ((on or state.as_of) - state.starts).days
    return max(0, min(100, 100 * gone // (state.due - state.starts).days))


def _late(state: TaskState) -> int:
    if state.due is None:
        return 0
    closed = state.closure is not None and state.closure.outcome == "closed"
    until = state.closure.decided_on if closed and state.closure else state.as_of
    return max(0, (until - state.due).days)


def _status(state: TaskState, bands: Bands, late_before: Sequence[str]) -> tuple[TaskStatus, str]:
    """The state and the reason for it; the first that holds."""
    if state.closure is not None and state.closure.outcome == "closed":
        day, days = state.closure.decided_on, state.overdue_days
        return "done", f"{day}凭佐证销号，比期限晚{days}天" if days else f"{day}凭佐证销号"
    if state.due is None:
        return "no_deadline", "文件没有期限，也不在有期限的阶段内"
    limit = _limit(state)
    if state.as_of > state.due:
        return "overdue", f"{limit}已过{state.overdue_days}天，台账没有销号记录"
    if state.starts is not None and state.as_of < state.starts:
        return "not_started", f"{state.starts}才开始"
    left = (state.due - state.as_of).days
    if late_before:
        return "at_risk", f"前置任务逾期：{'、'.join(late_before)}"
    if state.report is None:
        if left <= bands.warn_days:
            today = f"{limit}今天到期，台账没有进展报送"
            return "at_risk", f"{limit}只剩{left}天，台账没有进展报送" if left else today
        return "not_started", f"{limit}，还有{left}天，台账没有进展报送"
    return _by_report(state, bands, limit, left)


def _limit(state: TaskState) -> str:
    """The deadline and where it comes from: one text for each, so that it can be put into English."""
    said = {"own": f"本项期限{state.due}", "parent": f"上级任务期限{state.due}", "phase": f"阶段期限{state.due}",
            "meeting": f"会议议定{state.due}"}  # fmt: skip
    return said[state.due_from or "own"]


def _behind(level: str, report: Report) -> str:
    """What the unit itself says of its delay."""
    problem = report.problem
    if report.work == "blocked":
        return f"{level}，单位自报受阻：{problem}" if problem else f"{level}，单位自报受阻"
    return f"{level}，单位自报滞后：{problem}" if problem else f"{level}，单位自报滞后"


def _by_report(state: TaskState, bands: Bands, limit: str, left: int) -> tuple[TaskStatus, str]:
    """What was reported is set against the time gone by on the day of the report."""
    assert state.report is not None
    day, progress = state.report.reported_on, state.progress
    level = f"{day}报进展{progress}%" if progress is not None else f"{day}报送，没有写百分比"
    if state.report.work in ("blocked", "delayed"):
        return "at_risk", _behind(level, state.report)
    gone = _expected(state, day)
    if gone is not None and progress is not None and 100 * progress < gone * bands.pace_percent:
        return "at_risk", f"{level}，当时时间已过{gone}%；{limit}"
    if (progress or 0) >= 100:
        return "on_time", f"{day}已报完成，还没有销号；{limit}"
    rest = f"还有{left}天" if left else "今天到期"
    return "on_time", f"{level}；{limit}，{rest}"


def _told(state: TaskState) -> str:
    """What was last reported or sent back, for the end of the reason."""
    if state.closure is not None and state.closure.outcome in ("returned", "reopened"):
        day, text = state.closure.decided_on, state.closure.text
        if state.closure.outcome == "returned":
            return f"{day}销号退回（{text}）" if text else f"{day}销号退回"
        return f"{day}销号恢复办理（{text}）" if text else f"{day}销号恢复办理"
    report = state.report
    if report is None or state.status not in ("overdue", "no_deadline"):
        return ""
    day, progress = report.reported_on, report.progress
    return f"{day}报进展{progress}%" if progress is not None else f"{day}报进展"


def _next(state: TaskState, bands: Bands) -> str:
    """What the units answering for it do next; a text that names nobody first needs somebody."""
    step = _step(state, bands)
    nobody = not (state.lead or state.responsible or state.task.everyone)
    return f"先由领导小组办公室明确责任单位，再{step}" if step and nobody else step


def _step(state: TaskState, bands: Bands) -> str:
    if state.status == "done":
        return ""
    if state.closure is not None and state.closure.outcome == "returned":
        return "补齐佐证材料，重新申请销号"
    if (state.progress or 0) >= 100:
        return "备齐佐证材料，申请销号"
    if state.status == "overdue":
        return "说明逾期原因和新的完成日期；已经完成的，附佐证材料销号"
    if state.report is None:
        return f"报送进展，{state.due}前完成并销号" if state.due else "报送进展"
    if state.status == "at_risk":
        return state.report.next_step or "提出追赶办法，报领导小组办公室"
    stale = (state.as_of - state.report.reported_on).days
    if stale > bands.report_days:
        return f"更新进展：距上次报送已{stale}天"
    return state.report.next_step or "继续推进，按期报送"


def judge_above(state: TaskState, beneath: Sequence[TaskState], units: Mapping[str, Unit]) -> TaskState:
    """A task with others below it (or a phase with its members): how it stands follows from those.

    Progress is the mean over the lowest tasks, those without a report counting as 0, rounded down.
    """
    if not state.task.owed():
        return replace(state, status="shown_only", why="只列示，不督办、不考核")
    closed = state.closure is not None and state.closure.outcome == "closed"
    done = sum(one.status == "done" for one in beneath)
    progress = 100 if closed else sum(one.progress or 0 for one in beneath) // len(beneath)
    state = replace(
        state, progress=progress, expected=_expected(state), rolled_up=not closed,
        simulated=state.simulated or any(one.simulated for one in beneath),
    )  # fmt: skip
    late = _finished_late(state, beneath) if done == len(beneath) and not closed else _late(state)
    state = replace(state, overdue_days=late)
    status, reason = _status_above(state, beneath, closed, done)
    after = "" if status == "done" else _next_above(state, beneath, units)
    return replace(state, status=status, why=reason, next=after)


def _finished_late(state: TaskState, beneath: Sequence[TaskState]) -> int:
    """Days from the deadline to the last closing below."""
    last = max((one.closure.decided_on for one in beneath if one.closure), default=state.as_of)
    return max(0, (last - state.due).days) if state.due else 0


def _status_above(state: TaskState, beneath: Sequence[TaskState], closed: bool, done: int) -> tuple[TaskStatus, str]:
    if closed and state.closure is not None:
        day = state.closure.decided_on
        return "done", f"{day}凭佐证销号"
    said = f"下列{len(beneath)}项中已销号{done}项"
    if done == len(beneath):
        return "done", f"{said}，全部办结"
    late = sum(one.status == "overdue" for one in beneath)
    risky = sum(one.status == "at_risk" for one in beneath)
    if late and risky:
        said = f"下列{len(beneath)}项中已销号{done}项，逾期{late}项，有风险{risky}项"
    elif late or risky:
        some = f"下列{len(beneath)}项中已销号{done}项，有风险{risky}项"
        said = f"下列{len(beneath)}项中已销号{done}项，逾期{late}项" if late else some
    if state.due is None:
        return "no_deadline", f"{said}；本项没有期限"
    if state.as_of > state.due:
        return "overdue", f"{_limit(state)}已过{state.overdue_days}天；{said}"
    if late or risky:
        return "at_risk", said
    if all(one.status == "not_started" for one in beneath):
        return "not_started", f"{said}，都没有进展报送"
    return "on_time", said


def _next_above(state: TaskState, beneath: Iterable[TaskState], units: Mapping[str, Unit]) -> str:
    worst = [one for kind in ("overdue", "at_risk", "not_started") for one in beneath if one.status == kind]
    if not worst:
        return ""
    first = worst[0]
    who = answering_names(first, units)
    return f"先办“{first.task.title}”（{who}）" if who else f"先办“{first.task.title}”"


def answering_names(state: TaskState, units: Mapping[str, Unit], most: int = 3) -> str:
    """Who answers at the date: those in the lead, else those responsible; empty where the text names nobody."""
    return unit_names(state.lead or state.responsible, units, most)


def unit_names(printed: Iterable[Answerable], units: Mapping[str, Unit], most: int = 3) -> str:
    """Names of the units that answer, collective ones by their own name: 市科技局、各区市政府 等5家."""
    names: dict[str, None] = {}
    for one in printed:
        ids = (one.unit,) if one.collective or not one.answer else one.answer
        names.update(dict.fromkeys(units[name].name for name in ids))
    shown = "、".join(list(names)[:most])
    return f"{shown}等{len(names)}家" if len(names) > most else shown


def days_left(state: TaskState) -> int | None:
    """Days to the deadline; below 0 once it is past; None without a deadline."""
    return None if state.due is None else (state.due - state.as_of).days
