"""States of tasks: deadlines, pace, closing, phases, trees, repetitions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.engines.tasks.board import task_board
from innocity.engines.tasks.model import STATUS_NAMES, Bands, Closure, Report, Resolution, TaskBoard, TaskState
from innocity.engines.tasks.tree import tree
from innocity.packs.model import Pack, Task
from tests.engines.tasks.conftest import make_pack

YEAR = {"from": "2023-01-01", "due": "2023-12-31", "lead": ["science"]}


def at(day: str, tasks: list[dict[str, Any]], *records: Any, **more: Any) -> TaskBoard:
    return task_board(
        make_pack(tasks), date.fromisoformat(day),
        [one for one in records if isinstance(one, Report)], [one for one in records if isinstance(one, Closure)],
        **more,
    )  # fmt: skip


def one(day: str, *records: Any, task: dict[str, Any] | None = None) -> TaskState:
    return at(day, [{"id": "t", **YEAR, **(task or {})}], *records).states["t"]


def told(day: str, progress: int | None, **more: Any) -> Report:
    return Report("t", "science", date.fromisoformat(day), progress, **more)


def closed(day: str, outcome: Any = "closed", **more: Any) -> Closure:
    return Closure("t", date.fromisoformat(day), outcome, ("验收报告",), **more)


@pytest.mark.parametrize(
    ("day", "records", "status"),
    [
        ("2022-12-31", (), "none"),  # the document is not there yet
        ("2023-06-01", (), "not_started"),
        ("2023-11-30", (), "not_started"),
        ("2023-12-01", (), "at_risk"),  # 30 days left: the warning begins
        ("2023-12-31", (), "at_risk"),
        ("2024-01-01", (), "overdue"),
        ("2023-07-02", (told("2023-07-02", 50),), "on_time"),  # 182 of 364 days: half of the way
        ("2023-07-02", (told("2023-07-02", 35),), "on_time"),  # exactly 70 % of 50 %
        ("2023-07-02", (told("2023-07-02", 34),), "at_risk"),
        ("2023-10-01", (told("2023-07-02", 50),), "on_time"),  # judged by the day of the report
        ("2023-07-02", (told("2023-07-02", 90, work="blocked", problem="用地"),), "at_risk"),
        ("2023-07-02", (told("2023-07-02", None),), "on_time"),
        ("2024-01-01", (told("2023-12-30", 100),), "overdue"),  # done is what was closed
        ("2023-12-30", (told("2023-12-30", 100),), "on_time"),
        ("2023-12-31", (closed("2023-12-31"),), "done"),
        ("2023-12-30", (closed("2023-12-31"),), "at_risk"),  # not closed yet on that day
        ("2024-05-01", (closed("2024-03-01"),), "done"),
        ("2023-07-02", (told("2023-07-02", 50), closed("2023-07-01", "returned", text="缺材料")), "on_time"),
        ("2024-01-01", (closed("2023-07-01"), closed("2023-08-01", "reopened")), "overdue"),
    ],
)
def test_status(day: str, records: tuple[Any, ...], status: str) -> None:
    board = at(day, [{"id": "t", **YEAR}], *records)
    if status == "none":
        assert board.states == {}
        return
    state = board.states["t"]
    assert state.status == status, state.why
    assert state.why and (state.next or status == "done")


def test_days_are_counted_from_the_deadline() -> None:
    assert one("2024-01-10").overdue_days == 10
    late = one("2024-05-01", closed("2024-01-05"))
    assert (late.status, late.overdue_days, late.progress) == ("done", 5, 100)
    assert "晚5天" in late.why
    assert one("2023-12-31").overdue_days == 0


def test_sentences_say_why_and_what_next() -> None:
    state = one("2024-01-10", told("2023-11-30", 60))
    assert state.why == "本项期限2023-12-31已过10天，台账没有销号记录；2023-11-30报进展60%"
    assert state.next == "说明逾期原因和新的完成日期；已经完成的，附佐证材料销号"
    assert one("2023-12-31", task={"lead": []}).next.startswith("先由领导小组办公室明确责任单位")
    assert one("2024-01-10", told("2023-11-30", 100)).next == "备齐佐证材料，申请销号"
    returned = one("2023-07-02", told("2023-07-01", 100), closed("2023-07-02", "returned", text="缺验收意见"))
    assert "2023-07-02销号退回（缺验收意见）" in returned.why
    assert returned.next == "补齐佐证材料，重新申请销号"


def test_own_deadline_then_the_phase_s_then_the_parent_s() -> None:
    tasks = [
        {"id": "full", "kind": "phase", "from": "2023-07-16", "due": "2024-10-31"},
        {"id": "above", "due": "2025-06-30"},
        {"id": "own", "due": "2024-03-31", "phase": "full", "parent": "above"},
        {"id": "by_phase", "phase": "full", "parent": "above"},
        {"id": "by_parent", "parent": "above"},
        {"id": "none"},
    ]
    states = at("2023-12-31", tasks).states
    assert [(states[n].due and str(states[n].due), states[n].due_from) for n in ("own", "by_phase", "by_parent")] == [
        ("2024-03-31", "own"), ("2024-10-31", "phase"), ("2025-06-30", "parent")
    ]  # fmt: skip
    assert states["none"].status == "no_deadline"
    assert states["by_phase"].starts == date(2023, 7, 16)


@pytest.mark.parametrize("kind", ["guideline", "policy_focus", "problem", "recommendation", "attachment"])
def test_some_kinds_are_shown_never_owed(kind: str) -> None:
    board = at("2024-06-01", [{"id": "t", **YEAR, "kind": kind}])
    assert board.states["t"].status == "shown_only" and board.leaves() == [] and not board.states["t"].open


def test_a_lapsed_document_is_not_followed_up() -> None:
    pack = make_pack([{"id": "t", **YEAR}], plan={"issued_on": "2023-01-01", "valid_to": "2023-06-01"})
    assert task_board(pack, date(2023, 5, 31)).states["t"].status == "not_started"
    assert task_board(pack, date(2024, 6, 1)).states["t"].status == "shown_only"


def test_what_is_said_twice_counts_once() -> None:
    tasks = [{"id": "t", **YEAR}, {"id": "again", "same_as": ["t"], "article": "news#a1"}]
    pack = make_pack(tasks, news={"issued_on": "2023-02-01"})
    board = task_board(pack, date(2024, 1, 10))
    assert board.counts()["overdue"] == 1
    assert board.states["again"].status == "overdue" and "同一项" in board.states["again"].why


def test_a_task_that_waits_for_an_overdue_one_is_at_risk() -> None:
    tasks = [{"id": "t", **YEAR, "due": "2023-03-31"}, {"id": "after", **YEAR, "depends_on": ["t"]}]
    board = at("2023-05-01", tasks, Report("after", "science", date(2023, 5, 1), 90))
    assert board.states["after"].status == "at_risk" and board.states["after"].waits_for == ("t",)
    board = at("2023-05-01", tasks, Report("after", "science", date(2023, 5, 1), 90), closed("2023-03-01"))
    assert board.states["after"].status == "on_time" and board.states["after"].waits_for == ()


def test_real_records_stand_before_simulated_ones() -> None:
    simulated = Report("t", "science", date(2023, 7, 1), 90, simulated=True)
    state = one("2023-07-02", simulated)
    assert state.simulated and state.progress == 90
    state = one("2023-07-02", simulated, told("2023-06-01", 10))
    assert not state.simulated and state.progress == 10
    state = one("2023-07-02", Closure("t", date(2023, 6, 1), "closed", ("x",), simulated=True), told("2023-06-01", 10))
    assert state.status == "at_risk" and not state.simulated


def test_what_a_meeting_resolves_is_a_task() -> None:
    task = Task(id="m_1", title="月调度", lead=("science",), due=date(2023, 9, 1), parent="t")
    resolution = Resolution(task, "m", date(2023, 8, 1), "领导小组会议")
    report = told("2023-07-02", 50)
    board = at("2023-09-02", [{"id": "t", **YEAR}], report, resolutions=[resolution])
    state = board.states["m_1"]
    assert (state.status, state.due_from, state.starts) == ("overdue", "meeting", date(2023, 8, 1))
    # The document's own task goes on being counted beside it, with its own reports.
    assert {one.id for one in board.leaves()} == {"t", "m_1"} and board.states["t"].progress == 50
    assert "m_1" not in at("2023-07-31", [{"id": "t", **YEAR}], resolutions=[resolution]).states


def test_a_divided_task_follows_from_those_below() -> None:
    tasks = [{"id": "top", **YEAR}, *({"id": f"t{n}", **YEAR, "parent": "top"} for n in range(3))]
    reports = [Report(f"t{n}", "science", date(2023, 7, 2), 60 + n) for n in range(2)]
    top = at("2023-07-02", tasks, *reports).states["top"]
    assert (top.status, top.progress, top.rolled_up, top.splits) == ("on_time", 40, True, True)
    closures = [Closure(f"t{n}", date(2023, 8, n + 1), evidence=("x",)) for n in range(3)]
    done = at("2024-02-01", tasks, *closures).states["top"]
    assert (done.status, done.progress, done.overdue_days) == ("done", 100, 0)
    late = at("2024-02-01", tasks, *closures[:2]).states["top"]
    assert late.status == "overdue" and "下列3项中已销号2项" in late.why


def test_bands_are_the_city_s() -> None:
    tasks = [{"id": "t", **YEAR}]
    report = [told("2023-07-02", 34)]
    assert (
        task_board(make_pack(tasks), date(2023, 7, 2), report, bands=Bands(60, 30, 90)).states["t"].status == "on_time"
    )
    assert task_board(make_pack(tasks), date(2023, 11, 20), bands=Bands(70, 60, 90)).states["t"].status == "at_risk"


# --- properties -----------------------------------------------------------------------------------------


@st.composite
def forests(draw: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """A forest of tasks of all kinds, with reports and closures."""
    size = draw(st.integers(1, 12))
    kinds = st.sampled_from(["task", "task", "task_group", "subtask", "recommendation", "goal", "milestone"])
    tasks, records = [], []
    for number in range(size):
        task: dict[str, Any] = {"id": f"t{number}", "kind": draw(kinds), "lead": ["science"]}
        if number and draw(st.booleans()):
            task["parent"] = f"t{draw(st.integers(0, number - 1))}"
        if draw(st.booleans()):
            task["due"] = (date(2023, 2, 1) + timedelta(draw(st.integers(0, 400)))).isoformat()
        tasks.append(task)
        if draw(st.booleans()):
            day = date(2023, 1, 5) + timedelta(draw(st.integers(0, 300)))
            records.append(Report(f"t{number}", "science", day, draw(st.integers(0, 100))))
        if draw(st.integers(0, 3)) == 0:
            records.append(Closure(f"t{number}", date(2023, 3, 1), evidence=("x",)))
    return tasks, records


@settings(max_examples=80, deadline=None)
@given(forests(), st.integers(0, 500))
def test_the_tree_adds_up(forest: tuple[list[dict[str, Any]], list[Any]], days: int) -> None:
    """A row's counts are its own and those of its children; the roots add up to the whole."""
    tasks, records = forest
    board = at((date(2023, 1, 1) + timedelta(days)).isoformat(), tasks, *records)
    rows = {row.state.id: row for row in tree(board)}
    assert set(rows) == set(board.states)
    for row in rows.values():
        own = {name: int(row.state.counted and row.state.status == name) for name in STATUS_NAMES}
        below = [rows[name].counts for name in row.state.below]
        assert row.counts == {name: own[name] + sum(b[name] for b in below) for name in STATUS_NAMES}
    roots = [row.counts for row in rows.values() if row.depth == 0]
    assert board.counts() == {name: sum(root[name] for root in roots) for name in STATUS_NAMES}
    assert board.counts()["shown_only"] == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 364), st.integers(0, 60))
def test_less_progress_never_looks_better(low: int, high: int, day: int, later: int) -> None:
    low, high = sorted((low, high))
    order = {"on_time": 0, "at_risk": 1, "overdue": 2}
    told_on = date(2023, 1, 1) + timedelta(day)
    worse, better = (one((told_on + timedelta(later)).isoformat(), told(told_on.isoformat(), p)) for p in (low, high))
    assert order[worse.status] >= order[better.status]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 700), st.integers(0, 300))
def test_time_without_news_never_looks_better(day: int, more: int) -> None:
    order = {"not_started": 0, "at_risk": 1, "overdue": 2}
    first, later = (one((date(2023, 1, 1) + timedelta(d)).isoformat()).status for d in (day, day + more))
    assert order[later] >= order[first]


# --- Weihai ---------------------------------------------------------------------------------------------


def test_weihai_at_the_mid_term_check(weihai: Pack) -> None:
    board = task_board(weihai, date(2023, 12, 31))
    full, summary = board.phases
    assert (full.task.id, full.state, full.starts, full.due) == (
        "full_push", "running", date(2023, 7, 16), date(2024, 10, 31)
    )  # fmt: skip
    assert (summary.task.id, summary.state) == ("summary_review", "to_come")
    assert full.milestones == ("midterm_check",)
    check = board.states["midterm_check"]
    assert (check.status, check.due, check.due_from) == ("at_risk", date(2023, 12, 31), "own")
    assert "今天到期" in check.why
    assert task_board(weihai, date(2024, 1, 1)).states["midterm_check"].status == "overdue"
    plan = [state for state in board.states.values() if state.document == "plan-2023" and state.task.phase]
    assert all(state.due == date(2024, 10, 31) for state in plan if state.task.due is None)


def test_weihai_s_phases_later(weihai: Pack) -> None:
    states = {day: [p.state for p in task_board(weihai, day).phases] for day in (date(2024, 10, 15), date(2025, 1, 1))}
    assert states == {date(2024, 10, 15): ["running", "running"], date(2025, 1, 1): ["past", "past"]}


def test_weihai_s_announcements_are_not_counted_again(weihai: Pack) -> None:
    board = task_board(weihai, date(2023, 12, 31))
    counted = {state.id for state in board.leaves()}
    assert not {name for name in counted if name.startswith("announced_")}
    assert not [state for state in board.leaves() if not state.task.owed()]
    assert {s.id for s in board.states.values() if s.task.kind == "recommendation"} <= {
        s.id for s in board.states.values() if s.status == "shown_only"
    }


def test_before_the_plan_there_is_no_plan(weihai: Pack) -> None:
    board = task_board(weihai, date(2022, 12, 31))
    assert not [state for state in board.states.values() if state.document == "plan-2023"]
    assert board.states["tiered_firm_cultivation"].status == "overdue"
