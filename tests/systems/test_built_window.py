"""一窗受理: papers that may come later, promises in their place, answers side by side, bookings, help with applying."""

from __future__ import annotations

from datetime import date
from typing import Any

from innocity.actions.ledger import ledger
from innocity.actions.procedure_records import open_cases, waiting_for
from innocity.records.viewer import Viewer
from tests.cli.conftest import data, typed
from tests.systems.built import VAR, Matter, pack_of

SCIENCE, INDUSTRY, HR, MARKET, WINDOW = "wh_science", "wh_industry", "wh_hr", "wh_market", "wh_approval"
ANSWERS = (INDUSTRY, HR, MARKET)


def applied() -> Matter:
    return Matter("one_window").take("apply_now", "F1", party="F1", text="申请", evidence=("申请表",))


def answered(matter: Matter, *units: str, agrees: bool = True) -> Matter:
    for unit in units:
        matter.take("opinions", unit, agrees=agrees, text="意见")
    return matter


def waits_for(unit: str, day: date) -> dict[str, date | None]:
    """The matters that wait for a unit on a day, with the soonest term."""
    found = open_cases(pack_of(), day, VAR)
    waiting = waiting_for(pack_of(), Viewer("officer", "甲", unit), found.values(), day)
    return {one.id: min((each.due for each in one.next if each.due), default=None) for one in waiting}


def test_a_matter_is_taken_on_without_some_papers_and_is_not_granted_before_they_come() -> None:
    matter = applied()
    matter.refuses("accept_lacking", WINDOW, "E-STEP-ASKS", lacking=("场地证明",))
    matter.refuses("accept_lacking", WINDOW, "E-STEP-LACKING", lacking=("场地证明",), until=date(2022, 12, 1))
    matter.take("accept_lacking", WINDOW, lacking=("场地证明", "章程"), until=date(2023, 1, 20))
    assert matter.now().taken[-1].lacking == ("场地证明", "章程")
    early = open_cases(pack_of(), date(2023, 1, 5), VAR)[matter.case]
    assert early.open and {one.step.id: one.due for one in early.next}["supply"] == date(2023, 1, 20)
    answered(matter, INDUSTRY).take("supply", "F1", evidence=("场地证明", "章程"))
    assert matter.now().lacking == () and matter.now().left == (HR, MARKET), "answers given stand"
    matter.refuses("supply", "F1", evidence=("再补",))
    answered(matter, HR, MARKET).take("grant", SCIENCE, text="同意").take("finish", SCIENCE, text="送达")
    assert matter.now().state == "已办结"


def test_what_was_decided_waits_for_papers_that_are_lacking() -> None:
    matter = applied().take("accept_lacking", WINDOW, lacking=("场地证明",), until=date(2023, 1, 20))
    answered(matter, *ANSWERS).refuses("grant", SCIENCE, text="同意")
    matter.take("supply", "F1", evidence=("场地证明",)).refuses("opinions", HR, agrees=True, text="再答")
    matter.take("grant", SCIENCE, text="同意")


def test_papers_that_do_not_come_in_time_end_the_matter_by_themselves() -> None:
    matter = applied().take("accept_lacking", WINDOW, lacking=("场地证明",), until=date(2023, 1, 3))
    last, after = (open_cases(pack_of(), date(2023, 1, day), VAR)[matter.case] for day in (3, 4))
    assert last.open and not after.open and after.next == () and after.state == "材料没有按期补齐，自行终止"
    assert waits_for(INDUSTRY, date(2023, 1, 3)) and not waits_for(INDUSTRY, date(2023, 1, 4))
    matter.day = 3  # the next step is taken on the fourth
    matter.refuses("supply", "F1", evidence=("场地证明",))


def test_units_answer_side_by_side_each_in_its_time_and_what_follows_waits_for_the_last() -> None:
    matter = applied().take("accept", WINDOW)
    assert all(waits_for(unit, date(2023, 1, 3)) == {matter.case: date(2023, 1, 7)} for unit in ANSWERS)
    answered(matter, MARKET)
    assert waits_for(MARKET, date(2023, 1, 4)) == {} and waits_for(HR, date(2023, 1, 4)) == {
        matter.case: date(2023, 1, 7)}, "the term runs from taking it on"  # fmt: skip
    assert open_cases(pack_of(), date(2023, 1, 8), VAR)[matter.case].overdue
    matter.refuses("opinions", MARKET, "E-STEP-ACTOR", agrees=True, text="又一次")
    matter.refuses("grant", SCIENCE, text="不等")
    matter.refuses("refuse", SCIENCE, text="不等")
    matter.refuses("opinions", HR, "E-STEP-ASKS", text="没有说同意不同意")
    answered(matter, INDUSTRY)
    answered(matter, HR, agrees=False).refuses("grant", SCIENCE, text="有一家不同意")
    matter.take("refuse", SCIENCE, text="人社部门不同意")
    assert matter.now().state == "未办成"


def test_the_applicant_may_withdraw_while_units_still_owe_their_answers() -> None:
    matter = answered(applied().take("accept", WINDOW), HR)
    assert {one.step.id for one in matter.now().next} == {"opinions", "withdraw"}
    matter.take("withdraw", "F1", text="不办了")
    assert matter.now().state == "已撤回"


def promised() -> Matter:
    matter = applied().take("promise", "F1", promises=("无欠税证明",), text="属实，愿担责", evidence=("承诺书",))
    return answered(matter.take("accept", WINDOW), *ANSWERS).take("grant", SCIENCE, text="同意")


def test_a_promise_stands_for_a_paper_and_is_checked_later() -> None:
    matter = applied()
    matter.refuses("promise", "F1", "E-STEP-ASKS", text="承诺", evidence=("承诺书",))
    kept = promised()
    assert kept.now().promised == ("无欠税证明",)
    kept.refuses("finish", SCIENCE, text="不核查就办结")
    assert {one.step.id: one.due for one in kept.now().next} == {
        "kept": date(2023, 3, 8), "broken": date(2023, 3, 8)}  # fmt: skip
    kept.take("kept", SCIENCE, text="已核", evidence=("税务回函",))
    assert kept.now().state == "已办结，承诺属实" and ledger(pack_of(), "integrity_record", VAR).rows() == []
    plain = answered(applied().take("accept", WINDOW), *ANSWERS).take("grant", SCIENCE, text="同意")
    plain.refuses("broken", SCIENCE, text="没有承诺", evidence=("x",))


def test_a_broken_promise_becomes_bad_credit_of_who_gave_it() -> None:
    matter = promised().take("broken", SCIENCE, text="欠税", evidence=("税务回函",))
    assert matter.now().state == "已撤销，记入诚信"
    [bad] = ledger(pack_of(), "integrity_record", VAR).rows()
    assert (bad["party_id"], bad["list"], bad["starts_on"], bad["authority"]) == (
        "F1", "promise_broken", matter.now().taken[-1].taken_on, "市科技局")  # fmt: skip


def test_an_application_under_a_call_is_taken_on_without_one_of_the_papers_that_the_call_asks_for() -> None:
    matter = Matter("call_application", year=2024, month=3)
    matter.take("apply", "F1", party="F1", text="申报", evidence=("表",), clause="hnte_reward")
    matter.refuses("accept_lacking", SCIENCE, "E-STEP-LACKING", lacking=("没有要求的",), until=date(2024, 3, 20))
    matter.take("accept_lacking", SCIENCE, lacking=("高新技术企业证书",), until=date(2024, 3, 20))
    matter.refuses("approve", SCIENCE, sum="20万元", text="先批")
    matter.take("supply", "F1", evidence=("证书",))
    matter.refuses("approve", SCIENCE, "E-STEP-PAPERS", sum="20万元", text="符合")
    matter.take("approve", SCIENCE, sum="20万元", text="符合", reason="账户在上一年的申报里核过")
    assert matter.now().lacking == ()


def test_a_visit_is_booked_and_the_window_applies_for_whoever_brings_papers() -> None:
    matter = Matter("one_window").take("book", "F1", party="F1", text="上门办理", until=date(2023, 1, 9))
    assert open_cases(pack_of(), date(2023, 1, 10), VAR)[matter.case].overdue, "the day that was booked has passed"
    matter.take("apply", WINDOW, text="代办", evidence=("申请表",))
    assert matter.now().on_behalf(matter.now().taken[-1]) and matter.now().applicant == "F1"


def test_the_command_line_takes_such_steps_too_and_turns_applications_into_matters() -> None:
    def take(name: str, unit: str, *more: str) -> Any:
        words = [word for one in more for word in ("--with", one)]
        return data("procedures", "weihai", "--case", case, "--take", name, "--by", unit, "--on", "2023-01-02",
                    "--text", "意见", "--evidence", "材料", *words)  # fmt: skip

    rows = [{"party_id": "甲", "application": "A1", "program": "common_technology", "applied_on": "2023-01-01",
             "name": "攻关", "readiness": "3"}]  # fmt: skip
    ledger(pack_of(), "project_application", VAR).append(rows)
    listed = data(
        "procedures", "weihai", "--only", "joint_screening", "--start", "--by", "市科技局", "--on", "2023-01-02"
    )
    case = listed["procedures"][0]["cases"][0]["case"]
    for unit in ("市科技局", "市工业和信息化局", "市发展改革委"):
        take("opinions", unit, "answer=yes")
    error = typed("procedures", "weihai", "--case", case, "--take", "select", "--by", "市科技局", "--on", "2023-01-02",
                  "--text", "列入", code=1)  # fmt: skip
    assert "E-STEP-GATE" in error.stderr
    assert take("select", "市科技局", "reason=国家急需")["state"] == "已列入"
    assert "E-STEP-ASKS" in typed("procedures", "weihai", "--take", "ask", "--with", "answer=maybe", code=1).stderr
