"""双随机: what is checked and who checks it are drawn, can be drawn again by anybody, and the results are followed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from innocity.actions.inspect import Announcement, announce, cancel_inspection, draw_inspection
from innocity.actions.inspection_records import Inspection, find_inspection
from innocity.actions.inspection_results import checked
from innocity.actions.ledger import ledger
from innocity.actions.procedure_records import open_cases, waiting_for
from innocity.actions.take_step import Step, take_step
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.engines.inspection.model import Quota
from innocity.engines.inspection.repeat import faults_of
from innocity.records.viewer import Viewer
from tests.cli.conftest import data
from tests.systems.built import VAR, Matter, pack_of

SCIENCE, FINANCE = "wh_science", "wh_finance"
ON, REVEAL, DRAW = date(2024, 1, 8), date(2024, 1, 10), date(2024, 1, 11)
CLAUSES = ("hnte_reward", "contract_payment_subsidy")


def awards(number: int = 20) -> None:
    """Awards of 2023, half of them under each of two clauses, and one of the year before."""
    rows = [
        {"party_id": f"F{n:02d}", "clause": CLAUSES[n % 2], "object": f"第{n}笔", "year": "2023", "amount": "10万元",
         "fact_id": f"AW{n:03d}"} for n in range(number)
    ]  # fmt: skip
    rows.append(rows[0] | {"fact_id": "AW900", "year": "2022"})
    ledger(pack_of(), "award", VAR).append(rows)


def people(*units: str, avoids: str = "") -> None:
    """Three inspectors of each unit; the first of all is partial to some parties."""
    rows = [{"party_id": unit, "inspector": f"{unit[3:]}-{n}"} for unit in units for n in range(3)]
    rows[0]["avoids"] = avoids
    ledger(pack_of(), "inspector", VAR).append(rows)


def announced(plan: str = "paid_awards", unit: str = SCIENCE, **more: object) -> Inspection:
    told = Announcement(plan, unit, 2023, "", "福彩3D第2024010期开奖号码", REVEAL, ON, **more)  # type: ignore[arg-type]
    return announce(pack_of(), told, VAR)


def test_what_is_checked_and_who_checks_are_drawn_from_a_frozen_list_that_anybody_can_draw_again() -> None:
    awards()
    people("wh_market", "wh_hr", "wh_development", FINANCE, avoids="F00；F02")
    one = announced(quotas={"hnte_reward": Quota(number=3)}, rest=Quota(rate=Quota().rate, number=2))
    assert (one.id, one.state, len(one.frozen.items), one.drawn) == ("paid_awards-2023-01", "announced", 20, ())
    ledger(pack_of(), "award", VAR).append([{"party_id": "F99", "clause": "hnte_reward", "object": "后来的",
                                             "year": "2023", "amount": "1万元"}])  # fmt: skip
    drawn = draw_inspection(pack_of(), one.id, "3 0 7", DRAW, VAR)
    assert drawn.list_hash == one.list_hash and len(drawn.frozen.items) == 20, "what came later is not on the list"
    by_stratum = [each.stratum for each in drawn.drawn]
    assert (by_stratum.count("hnte_reward"), by_stratum.count("contract_payment_subsidy")) == (3, 2)
    units = {each.id: each for each in drawn.frozen.inspectors}
    apart = {each.id: each.apart for each in drawn.frozen.items}
    for each in drawn.drawn:
        assert len(set(each.inspectors)) == 2
        assert all(units[name].unit not in apart[each.item] for name in each.inspectors), "who decided does not check"
        assert FINANCE not in {units[name].unit for name in each.inspectors}, "who paid does not check"
    assert set(units["market-0"].barred) == {"AW000", "AW002"}
    record = json.loads(json.dumps(drawn.record()))
    assert faults_of(record) == [] and drawn.sound and "F00" not in json.dumps(record)
    assert faults_of(record | {"number": "308"})
    with pytest.raises(InnoCityError, match="E-INSPECT-STATE"):
        draw_inspection(pack_of(), one.id, "308", DRAW, VAR)


def test_no_list_is_drawn_before_the_public_number_is_known_or_without_enough_who_may_check() -> None:
    awards()
    people(SCIENCE, FINANCE)
    with pytest.raises(InnoCityError, match="E-INSPECT-TEAM"):
        announced()
    people("wh_market")
    with pytest.raises(InnoCityError, match="E-INSPECT-UNIT"):
        announced(unit="wh_market")
    with pytest.raises(InnoCityError, match="E-INSPECT-NUMBER"):
        announce(pack_of(), Announcement("paid_awards", SCIENCE, 2023, "", "号码", ON, ON), VAR)
    with pytest.raises(InnoCityError, match="E-INSPECT-EMPTY"):
        announce(pack_of(), Announcement("paid_awards", SCIENCE, 2019, "", "号码", REVEAL, ON), VAR)
    one = announced()
    with pytest.raises(InnoCityError, match="E-INSPECT-NUMBER"):
        draw_inspection(pack_of(), one.id, "307", ON, VAR)
    gone = cancel_inspection(pack_of(), one.id, "名单有误", ON, VAR)
    assert (gone.state, gone.cancelled) == ("cancelled", "名单有误")
    with pytest.raises(InnoCityError, match="E-INSPECT-STATE"):
        draw_inspection(pack_of(), one.id, "307", DRAW, VAR)


def test_a_frozen_list_that_was_changed_is_not_drawn_from() -> None:
    awards()
    people("wh_market")
    one = announced()
    path = VAR / "weihai" / "inspection_list.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("AW003", "AW777", 1), encoding="utf-8-sig")
    assert not find_inspection(pack_of(), one.id, VAR).sound
    with pytest.raises(InnoCityError, match="E-INSPECT-BROKEN"):
        draw_inspection(pack_of(), one.id, "307", DRAW, VAR)


def test_those_drawn_are_checked_in_time_and_what_is_found_is_paid_back_or_becomes_bad_credit() -> None:
    awards(4)
    people("wh_market")
    one = announced(rest=Quota(number=2))
    draw_inspection(pack_of(), one.id, "307", DRAW, VAR)
    cases = open_cases(pack_of(), date(2024, 1, 31), VAR)
    waits = waiting_for(pack_of(), Viewer("officer", "甲", "wh_market"), cases.values(), date(2024, 1, 31))
    assert len(waits) == 4 and {each.due for case in waits for each in case.next} == {date(2024, 2, 9)}
    assert waiting_for(pack_of(), Viewer("officer", "乙", "wh_hr"), cases.values(), date(2024, 1, 31)) == []
    late = open_cases(pack_of(), date(2024, 2, 10), VAR)
    assert all(case.overdue for case in late.values())
    names = list(cases)

    def step(case: str, name: str, actor: str = "wh_market", **more: object) -> None:
        told = Step("random_inspection", name, actor, date(2024, 1, 20), case, text="说明", evidence=("记录",), **more)  # type: ignore[arg-type]
        take_step(pack_of(), told, VAR)

    with pytest.raises(InnoCityError, match="E-STEP-ACTOR"):
        step(names[0], "clear", SCIENCE)
    step(names[0], "clear")
    until = date(2024, 3, 1)
    for case in names[1:]:
        step(case, "problem", until=until)
    step(names[1], "corrected")
    step(names[2], "demand", sum=parse_money("5万元"), until=until)
    with pytest.raises(InnoCityError, match="E-STEP-SUM"):
        step(names[2], "returned", FINANCE, sum=parse_money("6万元"))
    step(names[2], "returned", FINANCE, sum=parse_money("5万元"))
    step(names[2], "settled")
    step(names[3], "listed")
    found = open_cases(pack_of(), date(2024, 3, 2), VAR)
    results = {row.case.id: row.state for row in checked(find_inspection(pack_of(), one.id, VAR), found) if row.case}
    assert [results[name] for name in names] == [
        "未发现问题", "发现问题，已改正", "发现问题，已退回", "发现问题，已记入诚信"]  # fmt: skip
    [bad] = ledger(pack_of(), "integrity_record", VAR).rows()
    assert (bad["party_id"], bad["list"], bad["starts_on"]) == (
        found[names[3]].applicant, "inspection_failed", date(2024, 1, 20))  # fmt: skip


def test_matters_that_ended_are_drawn_too_and_who_took_a_step_does_not_check() -> None:
    for n in range(3):
        matter = Matter("voucher", year=2023, month=n + 1).take("apply_general", f"F{n}", party=f"F{n}", text="检测")
        last = next(one.step for one in matter.now().next if one.step.ends and SCIENCE in one.step.by)
        matter.take(last.id, SCIENCE, text="说明", evidence=("x",))
    people(SCIENCE, "wh_market")
    one = announced("finished_matters", rest=Quota(number=2))
    drawn = draw_inspection(pack_of(), one.id, "1", DRAW, VAR)
    assert len(drawn.drawn) == 2 and all(name.startswith("market") for each in drawn.drawn for name in each.inspectors)


def test_the_command_line_announces_draws_and_repeats_from_the_published_record() -> None:
    awards()
    people("wh_market")
    told = data("inspect", "weihai", "--announce", "paid_awards", "--by", "市科技局", "--year", "2023", "--source",
                "福彩3D第2024010期", "--reveal-on", "2024-01-10", "--on", "2024-01-08", "--quota", "其余=10%",
                "--quota", "hnte_reward=4")  # fmt: skip
    drawn = data("inspect", "weihai", "--draw", told["inspection"], "--number", "307", "--on", "2024-01-11",
                 "--out", "record.json")  # fmt: skip
    assert len(drawn["drawn"]) == 5 and drawn["sound"] and {one["state"] for one in drawn["results"]} == {"待检查"}
    assert data("inspect", "weihai", "--repeat", "record.json")["sound"] is True
    assert len(data("inspect", "weihai")["inspections"]) == 1
