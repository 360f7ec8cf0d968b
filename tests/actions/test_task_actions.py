"""Recording about tasks: reports, closings, meetings. What is wrong is refused with a code, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from innocity.actions import hold_meeting as meetings
from innocity.actions.close_task import Closing, close_task
from innocity.actions.hold_meeting import MeetingHeld, Resolved, hold_meeting, read_meeting
from innocity.actions.report_progress import Progress, report_progress
from innocity.actions.supervise import notices, supervise
from innocity.actions.task_records import Bands, bands_of, task_records, tasks_as_of
from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.engines.simulation import simulate
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

TODAY = date(2024, 3, 1)
SCIENCE, GROUP, TASK = "wh_science", "wh_innovation_group", "innovation_chain_system"
TOLD = Progress(TASK, SCIENCE, date(2023, 12, 1), 40, "建成两条链")
CLOSED = Closing(TASK, GROUP, date(2024, 2, 1), ("验收意见.pdf", "威科字〔2024〕1号"), "同意")


@pytest.fixture(scope="module")
def weihai() -> Pack:
    return load_pack("weihai")


def codes_of(caught: Any) -> list[str]:
    error = caught.value
    return [one.code for one in error.errors] if isinstance(error, InnoCityErrors) else [error.code]


def kept(var: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(var.rglob("*.csv"))}


# --- progress -------------------------------------------------------------------------------------------


def test_a_report_is_recorded_and_counts(weihai: Pack, tmp_path: Path) -> None:
    row = report_progress(weihai, replace(TOLD, evidence=("月报", "照片")), tmp_path, today=TODAY)
    assert (row["task"], row["party_id"], row["progress"], row["evidence"]) == (TASK, SCIENCE, 40, "月报；照片")
    state = tasks_as_of(weihai, date(2023, 12, 31), tmp_path).states[TASK]
    assert (state.status, state.progress, state.evidence) == ("on_time", 40, ("月报", "照片"))
    assert not state.simulated and state.report and state.report.place.endswith("task_progress.csv:2")
    # Before the day of the report nothing was known.
    assert tasks_as_of(weihai, date(2023, 11, 30), tmp_path).states[TASK].status == "not_started"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"task": "innovation_chain"}, "E-TASK-UNKNOWN"),
        ({"task": "recommend_talent"}, "E-TASK-NOT-OWED"),
        ({"task": "announced_modern_industry"}, "E-TASK-NOT-OWED"),
        ({"unit": "wh_tax"}, "E-TASK-UNIT"),
        ({"unit": "nobody"}, "E-UNIT-UNKNOWN"),
        ({"progress": 117}, "E-TASK-PROGRESS"),
        ({"progress": -1}, "E-TASK-PROGRESS"),
        ({"work": "finished"}, "E-TASK-PROGRESS"),
        ({"work": "sleeping"}, "E-FACTS-CODE"),
        ({"work": "blocked"}, "E-TASK-TEXT"),
        ({"text": "  "}, "E-TASK-TEXT"),
        ({"reported_on": date(2024, 3, 2)}, "E-TASK-DATE"),
        ({"reported_on": date(2023, 7, 15)}, "E-TASK-DATE"),
        ({"text": "控制符\x07"}, "E-FACTS-TYPE"),
    ],
)
def test_bad_reports_are_refused_and_nothing_is_lost(
    weihai: Pack, tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    report_progress(weihai, TOLD, tmp_path, today=TODAY)
    before = kept(tmp_path)
    with pytest.raises(InnoCityError) as caught:
        report_progress(weihai, replace(TOLD, reported_on=date(2024, 1, 1), **change)
                        if "reported_on" not in change else replace(TOLD, **change), tmp_path, today=TODAY)  # fmt: skip
    assert code in codes_of(caught)
    assert kept(tmp_path) == before


def test_all_that_is_wrong_is_told_at_once(weihai: Pack, tmp_path: Path) -> None:
    with pytest.raises(InnoCityErrors) as caught:
        report_progress(weihai, replace(TOLD, progress=200, text="", unit="wh_tax"), tmp_path, today=TODAY)
    assert codes_of(caught) == ["E-TASK-PROGRESS", "E-TASK-TEXT", "E-TASK-UNIT"]
    assert all(one.remedy for one in caught.value.errors)


def test_reports_of_one_day_must_agree_and_falling_back_is_explained(weihai: Pack, tmp_path: Path) -> None:
    report_progress(weihai, TOLD, tmp_path, today=TODAY)
    with pytest.raises(InnoCityError) as caught:
        report_progress(weihai, replace(TOLD, progress=50), tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-CONFLICT" and "task_progress.csv:2" in caught.value.message
    later = replace(TOLD, reported_on=date(2024, 1, 5), progress=30)
    with pytest.raises(InnoCityError) as caught:
        report_progress(weihai, later, tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-TEXT"
    report_progress(weihai, replace(later, problem="口径更正"), tmp_path, today=TODAY)
    assert tasks_as_of(weihai, TODAY, tmp_path).states[TASK].progress == 30


def test_successors_and_members_may_report(weihai: Pack, tmp_path: Path) -> None:
    """The plan prints the central bank's old name, and 各区市政府; the 2018 opinion the old departments."""
    for task, unit in (
        ("science_finance_integration", "wh_central_bank_branch"), ("university_partners", "wh_huancui"),
        ("cluster_key_technologies", "wh_industry"),
    ):  # fmt: skip
        report_progress(weihai, replace(TOLD, task=task, unit=unit), tmp_path, today=TODAY)
    assert len(task_records(weihai, tmp_path).reports) == 3


# --- closing --------------------------------------------------------------------------------------------


def test_closing_with_evidence(weihai: Pack, tmp_path: Path) -> None:
    row = close_task(weihai, CLOSED, tmp_path, today=TODAY)
    assert (row["outcome"], row["by"]) == ("closed", "市科技暨创新型城市建设领导小组")
    state = tasks_as_of(weihai, TODAY, tmp_path).states[TASK]
    assert (state.status, state.progress, state.evidence) == ("done", 100, ("验收意见.pdf", "威科字〔2024〕1号"))
    assert tasks_as_of(weihai, date(2024, 1, 31), tmp_path).states[TASK].status == "not_started"


@pytest.mark.parametrize("evidence", [(), ("",), (" ", "　")])
def test_closing_needs_evidence(weihai: Pack, tmp_path: Path, evidence: tuple[str, ...]) -> None:
    with pytest.raises(InnoCityError) as caught:
        close_task(weihai, replace(CLOSED, evidence=evidence), tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-EVIDENCE" and kept(tmp_path) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"task": "nothing"}, "E-TASK-UNKNOWN"),
        ({"task": "problem_strength"}, "E-TASK-NOT-OWED"),
        ({"task": "modern_industry"}, "E-TASK-BELOW"),
        ({"unit": "nobody"}, "E-UNIT-UNKNOWN"),
        ({"decided_on": date(2024, 3, 2)}, "E-TASK-DATE"),
        ({"decided_on": date(2023, 7, 1)}, "E-TASK-DATE"),
        ({"outcome": "returned", "text": ""}, "E-TASK-TEXT"),
        ({"outcome": "reopened"}, "E-TASK-OPEN"),
        ({"outcome": "lost"}, "E-FACTS-CODE"),
    ],
)
def test_bad_closings_are_refused(weihai: Pack, tmp_path: Path, change: dict[str, Any], code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        close_task(weihai, replace(CLOSED, **change), tmp_path, today=TODAY)
    assert code in codes_of(caught) and kept(tmp_path) == {}


def test_a_closed_task_is_reopened_before_it_goes_on(weihai: Pack, tmp_path: Path) -> None:
    close_task(weihai, CLOSED, tmp_path, today=TODAY)
    for attempt in (
        lambda: report_progress(weihai, replace(TOLD, reported_on=date(2024, 2, 5)), tmp_path, today=TODAY),
        lambda: close_task(weihai, replace(CLOSED, decided_on=date(2024, 2, 5)), tmp_path, today=TODAY),
    ):
        with pytest.raises(InnoCityError) as caught:
            attempt()
        assert caught.value.code == "E-TASK-CLOSED"
    reopened = replace(CLOSED, outcome="reopened", text="验收后发现未投用", decided_on=date(2024, 2, 6))
    close_task(weihai, reopened, tmp_path, today=TODAY)
    report_progress(weihai, replace(TOLD, reported_on=date(2024, 2, 7)), tmp_path, today=TODAY)
    state = tasks_as_of(weihai, TODAY, tmp_path).states[TASK]
    assert (state.status, state.progress) == ("on_time", 40) and "恢复办理（验收后发现未投用）" in state.why
    with pytest.raises(InnoCityError) as caught:
        close_task(weihai, replace(CLOSED, decided_on=date(2024, 2, 5)), tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-DATE"


def test_tasks_that_come_first_are_closed_first(weihai: Pack, tmp_path: Path) -> None:
    after = weihai.tasks[TASK].model_copy(update={"depends_on": ("firm_cultivation",)})
    pack = weihai.model_copy(update={"tasks": {**weihai.tasks, TASK: after}})
    with pytest.raises(InnoCityError) as caught:
        close_task(pack, CLOSED, tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-DEPENDS" and "firm_cultivation" in caught.value.message
    close_task(pack, replace(CLOSED, task="firm_cultivation"), tmp_path, today=TODAY)
    close_task(pack, CLOSED, tmp_path, today=TODAY)


# --- meetings -------------------------------------------------------------------------------------------

HELD = MeetingHeld(
    "leading_group", "领导小组第三次会议", date(2023, 11, 20), GROUP,
    [Resolved("月底前补报进展", (SCIENCE,), due=date(2023, 11, 30), parent="firm_cultivation", targets=("hnte_2024",)),
     Resolved("研究认定批次安排", (), (SCIENCE, "wh_finance"))],
    attendees=(SCIENCE, "wh_finance"), minutes_no="〔2023〕3号",
)  # fmt: skip


def test_resolutions_become_tasks(weihai: Pack, tmp_path: Path) -> None:
    rows = hold_meeting(weihai, HELD, tmp_path, today=TODAY)
    assert [row["task"] for row in rows] == ["leading_group20231120_1", "leading_group20231120_2"]
    board = tasks_as_of(weihai, date(2023, 12, 31), tmp_path)
    first, second = (board.states[row["task"]] for row in rows)
    assert (first.status, first.overdue_days, first.due_from, first.task.parent) == (
        "overdue", 31, "meeting", "firm_cultivation"
    )  # fmt: skip
    assert second.status == "no_deadline" and set(second.units()) == {SCIENCE, "wh_finance"}
    assert first.id in board.states["firm_cultivation"].below and board.states["firm_cultivation"].counted
    report_progress(weihai, replace(TOLD, task=first.id, progress=100), tmp_path, today=TODAY)
    close_task(weihai, replace(CLOSED, task=first.id), tmp_path, today=TODAY)
    assert tasks_as_of(weihai, TODAY, tmp_path).states[first.id].status == "done"
    with pytest.raises(InnoCityError) as caught:
        report_progress(weihai, replace(TOLD, task=second.id, reported_on=date(2023, 11, 19)), tmp_path, today=TODAY)
    assert caught.value.code == "E-TASK-DATE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "party"}, "E-FACTS-CODE"),
        ({"title": " "}, "E-TASK-TEXT"),
        ({"unit": "nobody"}, "E-UNIT-UNKNOWN"),
        ({"attendees": ("nobody",)}, "E-UNIT-UNKNOWN"),
        ({"held_on": date(2025, 1, 1)}, "E-TASK-DATE"),
        ({"resolutions": [Resolved("无人负责")]}, "E-RESOLUTION"),
        ({"resolutions": [Resolved(" ", (SCIENCE,))]}, "E-RESOLUTION"),
        ({"resolutions": [Resolved("一", (SCIENCE,)), Resolved("一", (SCIENCE,))]}, "E-RESOLUTION"),
        ({"resolutions": [Resolved("一", (SCIENCE,), due=date(2023, 11, 19))]}, "E-RESOLUTION"),
        ({"resolutions": [Resolved("一", ("nobody",))]}, "E-UNIT-UNKNOWN"),
        ({"resolutions": [Resolved("一", (SCIENCE,), parent="nothing")]}, "E-TASK-UNKNOWN"),
        ({"resolutions": [Resolved("一", (SCIENCE,), targets=("hnte",))]}, "E-PACK-TARGET"),
        ({"resolutions": [Resolved("一", (SCIENCE,), clauses=("hnte",))]}, "E-PACK-CLAUSE"),
    ],
)
def test_bad_meetings_leave_nothing_behind(weihai: Pack, tmp_path: Path, change: dict[str, Any], code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        hold_meeting(weihai, replace(HELD, **change), tmp_path, today=TODAY)
    assert code in codes_of(caught) and kept(tmp_path) == {}


def test_a_meeting_that_broke_off_is_completed(weihai: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = meetings.ledger

    def broken(pack: Pack, name: str, var: Path, **more: Any) -> Any:
        if name == "resolution":
            raise InnoCityError("E-LEDGER-WRITE", "磁盘已满")
        return real(pack, name, var, **more)

    monkeypatch.setattr(meetings, "ledger", broken)
    with pytest.raises(InnoCityError):
        hold_meeting(weihai, HELD, tmp_path, today=TODAY)
    monkeypatch.setattr(meetings, "ledger", real)
    assert len(hold_meeting(weihai, HELD, tmp_path, today=TODAY)) == 2
    records = task_records(weihai, tmp_path)
    assert (len(records.meetings), len(records.resolutions)) == (1, 2)
    for again in (HELD, replace(HELD, title="另一个会")):
        with pytest.raises(InnoCityError) as caught:
            hold_meeting(weihai, again, tmp_path, today=TODAY)
        assert caught.value.code == "E-MEETING-EXISTS"
    more = replace(HELD, resolutions=[*HELD.resolutions, Resolved("补一项", (SCIENCE,))])
    assert [row["task"] for row in hold_meeting(weihai, more, tmp_path, today=TODAY)] == ["leading_group20231120_3"]


MEETING = """\
kind: consultation
title: 指标会商
held_on: 2023-12-10
unit: 市科技局
attendees: [市统计局, 财政局]
resolutions:
  - title: 核对高新技术企业数
    lead: 市科技局
    cooperating: [市统计局]
    due: 2023-12-20
    targets: [hnte_2024]
"""


def test_a_meeting_is_read_from_a_file(weihai: Pack, tmp_path: Path) -> None:
    path = tmp_path / "meeting.yaml"
    path.write_text(MEETING, encoding="utf-8")
    held = read_meeting(weihai, path)
    assert (held.kind, held.held_on, held.unit, held.attendees) == (
        "consultation", date(2023, 12, 10), SCIENCE, ("wh_statistics", "wh_finance")
    )  # fmt: skip
    assert held.resolutions == [
        Resolved("核对高新技术企业数", (SCIENCE,), (), ("wh_statistics",), date(2023, 12, 20), None, ("hnte_2024",))
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("kind: consultation\n", "", "E-MEETING-FILE", 1),
        ("title: 指标会商", "tittle: 指标会商", "E-MEETING-FILE", 2),
        ("2023-12-10", "2023-13-10", "E-DATE-FORMAT", 3),
        ("unit: 市科技局", "unit: 外星局", "E-UNIT-UNKNOWN", 4),
        ("due: 2023-12-20", "due: 年底", "E-DATE-FORMAT", 10),
        ("lead: 市科技局", "lead: 局", "E-UNIT-UNKNOWN", 8),
        ("  - title: 核对高新技术企业数\n", "  - parent: midterm_check\n", "E-MEETING-FILE", 7),
    ],
)
def test_a_broken_file_is_told_by_line(weihai: Pack, tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    path = tmp_path / "meeting.yaml"
    assert old in MEETING
    path.write_text(MEETING.replace(old, new), encoding="utf-8")
    with pytest.raises(InnoCityError) as caught:
        read_meeting(weihai, path)
    errors = caught.value.errors if isinstance(caught.value, InnoCityErrors) else (caught.value,)
    assert (code, line) in [(one.code, one.place.line if one.place else None) for one in errors], errors


def test_a_file_that_is_not_there(weihai: Pack, tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as caught:
        read_meeting(weihai, tmp_path / "nothing.yaml")
    assert caught.value.code == "E-FILE-MISSING"


# --- reading and asking ---------------------------------------------------------------------------------


def test_records_of_unknown_tasks_are_told_by_line(weihai: Pack, tmp_path: Path) -> None:
    report_progress(weihai, TOLD, tmp_path, today=TODAY)
    path = tmp_path / "weihai/task_progress.csv"
    path.write_text(path.read_text("utf-8-sig").replace(TASK, "nothing"), encoding="utf-8")
    with pytest.raises(InnoCityError) as caught:
        tasks_as_of(weihai, TODAY, tmp_path)
    assert caught.value.code == "E-TASK-RECORD" and caught.value.place and caught.value.place.line == 2


def test_who_is_asked_and_by_when(weihai: Pack, tmp_path: Path) -> None:
    day = date(2024, 11, 1)
    items = supervise(weihai, day, tmp_path, documents=frozenset({"plan-2023"}))
    assert len(items) > 40 and {item.state.document for item in items} == {"plan-2023"}
    asked = {one.unit: one for one in notices(weihai, items, day)}
    assert asked[SCIENCE].reply_by == date(2024, 11, 8) and not asked[SCIENCE].simulated
    assert "wh_huancui" in asked and "wh_counties" not in asked  # collective names are asked one by one
    assert "midterm_check" in {item.state.id for item in asked[""].items}


def test_bands_come_from_the_city(weihai: Pack) -> None:
    day = date(2023, 12, 31)
    assert bands_of(weihai, day) == Bands(70, 30, 90)
    assert bands_of(weihai.model_copy(update={"assessments": {}}), day) == Bands()


def test_simulated_progress_is_marked_and_can_be_left_out(weihai: Pack, tmp_path: Path) -> None:
    simulate(weihai, firms=200, out=tmp_path / "weihai/facts")
    day = date(2023, 12, 31)
    board = tasks_as_of(weihai, day, tmp_path)
    assert board.simulated and {s.status for s in board.leaves()} >= {"done", "on_time", "at_risk", "overdue"}
    assert all(state.simulated for state in board.states.values() if state.report or state.closure)
    real = tasks_as_of(weihai, day, tmp_path, simulated=False)
    assert not real.simulated and real.counts()["done"] == 0
    report_progress(weihai, TOLD, tmp_path, today=TODAY)
    assert not tasks_as_of(weihai, day, tmp_path).states[TASK].simulated


def test_who_sees_all_scores_does_not_therefore_close_tasks(weihai: Pack, tmp_path: Path) -> None:
    """`viewers` and `deciders` of an assessment rule are two lists; without deciders the city's office decides."""
    rule = weihai.assessments["demonstration"]

    def ruled(**change: Any) -> Pack:
        return weihai.model_copy(update={"assessments": {rule.id: rule.model_copy(update=change)}})

    seeing = ruled(viewers=("wh_innovation_group", "wh_organization"))
    with pytest.raises(InnoCityError) as refused:
        close_task(seeing, replace(CLOSED, unit="wh_organization"), tmp_path, today=TODAY)
    assert "E-TASK-CLOSER" in codes_of(refused)
    unnamed = ruled(deciders=(), viewers=())
    assert close_task(unnamed, replace(CLOSED, unit="wh_innovation_group"), tmp_path, today=TODAY)
    with pytest.raises(InnoCityError):
        close_task(unnamed, replace(CLOSED, unit="wh_statistics"), tmp_path / "other", today=TODAY)


@pytest.mark.parametrize("outcome", ["closed", "returned", "reopened"])
def test_only_the_leading_group_decides_on_closing(weihai: Pack, tmp_path: Path, outcome: Any) -> None:
    """Not the unit that does the work, nor any other."""
    for unit in (SCIENCE, "wh_public_security"):
        with pytest.raises(InnoCityError) as refused:
            close_task(weihai, replace(CLOSED, unit=unit, outcome=outcome), tmp_path, today=TODAY)
        assert "E-TASK-CLOSER" in codes_of(refused)
    assert not kept(tmp_path)
