"""Chains, roadmaps and the four kinds of technology, read from registers as a chain's office would keep them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from innocity.engines.chains.gather import chains_of, read_chain
from innocity.engines.chains.kinds import counts, key_technologies
from innocity.engines.chains.model import ChainView
from innocity.engines.chains.picture import columns, links, places
from innocity.engines.chains.roadmap import reserves, roadmaps
from tests.systems.built import DAY, Rows, pack_of, platform, tables

Row = dict[str, str]


def node(name: str, kind: str = "product", **more: str) -> Row:
    return {"party_id": name, "chain": "carbon", "node": name, "kind": kind, "name": name, "as_on": "2023-01-01"} | more


def firm(name: str, chain: str = "carbon", **more: str) -> Row:
    return {"party_id": name, "uscc": f"9137{name}", "name": f"{name}公司", "chain": chain,
            "valid_from": "2020-01-01"} | more  # fmt: skip


def project(number: str, party: str, **more: str) -> Row:
    return {"party_id": party, "project_no": number, "program": "joint_project", "approved_on": "2023-02-01"} | more


def facts(**more: Rows) -> dict[str, Any]:
    """A chain of four steps: 原丝 is strong, 碳丝 weak, 织物 and 回收 are gaps; 丁 is on the chain, at no node."""
    return tables(**({
        "chain_node": [
            node("原丝"), node("碳丝", upstream="原丝"), node("织物", upstream="碳丝"),
            node("回收", "technology", upstream="织物", local="false"),
            node("n1", "firm", party_id="甲", part_of="原丝"), node("n2", "firm", party_id="乙", part_of="碳丝"),
            node("n3", "platform", party_id="甲", part_of="原丝", platform_id="P1"),
        ],
        "organization": [firm("甲", revenue="3亿元"), firm("乙", chain="other", revenue="5亿元"), firm("丁"),
                         firm("戊", chain="marine")],
        "st_project": [project("X1", "甲", fiscal="100万元"), project("X2", "丁", chain="carbon"),
                       project("X3", "甲", chain="marine"), project("X4", "戊")],
        "innovation_platform": [platform("P1", "tech_centre", party_id="甲"),
                                platform("P2", "key_lab", party_id="戊", chain="carbon"),
                                platform("P3", "key_lab", party_id="甲", status="withdrawn")],
        "person": [{"party_id": f"T{n}", "name": "某", "employer": who} for n, who in enumerate("甲甲乙戊")],
        "loan_filing": [{"party_id": "某银行", "loan_no": "L1", "product": "talent_loan", "borrower": "乙",
                         "principal": "200万元", "filed_on": "2023-03-01"}],
        "equity_stake": [{"party_id": "甲", "stake": "S1", "investor": "基金", "amount": "300万元",
                          "invested_on": "2022-01-01"},
                         {"party_id": "甲", "stake": "S2", "investor": "基金", "amount": "900万元",
                          "invested_on": "2021-01-01", "exited_on": "2023-01-01"}],
    } | more))  # fmt: skip


def chain(day: date = DAY, **more: Rows) -> ChainView:
    return read_chain(pack_of(), "carbon", facts(**more), day)


def test_projects_firms_people_platforms_and_money_stand_together_at_the_nodes_of_a_chain() -> None:
    found = {one.id: one for one in chain().nodes}
    assert list(found) == ["原丝", "碳丝", "织物", "回收"], "who works at a step is no node of its own"
    first = found["原丝"].held
    assert [one.name for one in first.firms] == ["甲公司"] and [one.key for one in first.projects] == ["X1"]
    assert [one.key for one in first.platforms] == ["P1"] and first.people == 2
    assert first.money == {"fiscal": (1, 100_0000_00), "equity": (1, 300_0000_00)}, "sold stakes are none; kinds apart"
    assert found["碳丝"].held.money == {"loan": (1, 200_0000_00)}


def test_at_a_node_stands_what_holds_on_the_day_whichever_state_was_written_down_last() -> None:
    known = platform("P1", "tech_centre", party_id="甲", approved_on="2022-01-01")
    left = known | {"status": "withdrawn", "valid_from": "2023-10-01", "recorded_at": "2023-09-01"}
    for states in ([known, left], [left, known | {"recorded_at": "2024-06-01"}]):
        held = {day: chain(day, innovation_platform=states).nodes[0].held for day in
                (date(2023, 9, 30), date(2023, 10, 1))}  # fmt: skip
        assert [[one.key for one in found.platforms] for found in held.values()] == [["P1"], ["n3"]]


def test_what_is_part_of_no_step_is_a_node_of_its_own() -> None:
    rows = [node("n1", "firm", party_id="甲", part_of="没有的"), node("n2", "firm", party_id="丁", part_of="n1"),
            node("n3", "platform", party_id="U")]  # fmt: skip
    found = chain(chain_node=rows)
    assert [(one.id, one.step) for one in found.nodes] == [("n1", False), ("n2", False), ("n3", False)]
    assert [one.held.firms[0].party for one in found.nodes[:2]] == ["甲", "丁"] and found.nodes[2].held.platforms


def test_gaps_are_steps_without_firm_platform_or_project() -> None:
    found = chain()
    assert {one.id: one.strength for one in found.steps} == {
        "原丝": "strong", "碳丝": "weak", "织物": "gap", "回收": "gap"
    }  # fmt: skip
    assert [one.id for one in found.gaps] == ["织物", "回收", "碳丝"]
    assert found.gaps[2].lacks == ("项目", "平台")
    assert [found.without(word) for word in ("企业", "项目", "平台")] == [2, 3, 3]


def test_a_chain_counts_each_thing_once_and_tells_what_stands_at_no_node() -> None:
    found = chain(chain_node=[node("原丝"), node("碳丝"), node("n1", "firm", party_id="甲", part_of="原丝"),
                              node("n2", "firm", party_id="甲", part_of="碳丝")])  # fmt: skip
    assert all([one.party for one in step.held.firms] == ["甲"] for step in found.steps), "a firm may be at two steps"
    assert [one.party for one in found.whole.firms] == ["甲", "丁"] and found.whole.money["fiscal"] == (1, 100_0000_00)
    assert {one.key for one in found.whole.projects} == {"X1", "X2"}, "those of other chains are left out"
    assert {one.key for one in found.whole.platforms} == {"P1", "P2"}, "what withdrew is gone"
    assert [one.party for one in found.loose.firms] == ["丁"] and [one.key for one in found.loose.platforms] == ["P2"]


def test_a_chain_is_as_of_a_day() -> None:
    later = chain(chain_node=[node("原丝"), node("n1", "firm", party_id="甲", part_of="原丝", as_on="2023-06-01")])
    earlier = chain(date(2023, 5, 31), chain_node=[node("原丝"),
                    node("n1", "firm", party_id="甲", part_of="原丝", as_on="2023-06-01")])  # fmt: skip
    assert [one.strength for one in (*earlier.steps, *later.steps)] == ["gap", "strong"]
    assert chain(date(2023, 1, 31)).whole.projects == (), "projects came in February"


def test_a_node_that_ended_is_gone_though_an_earlier_row_of_it_has_no_end() -> None:
    rows = [node("原丝"), node("n1", "firm", party_id="丁"), node("n1", "firm", party_id="丁", valid_to="2023-06-01",
                                                                  as_on="2023-02-01")]  # fmt: skip
    assert [one.id for one in chain(chain_node=rows).nodes] == ["原丝"]


def test_a_chain_has_its_chief_team_scientist_and_service_and_a_board_of_tasks() -> None:
    duties = [{"party_id": "U", "chain": "carbon", "role": role, "name": f"某{role}", "since": "2023-01-01", **more}
              for role, more in (("chief", {}), ("team", {}), ("scientist", {"until": "2023-12-31"}))]  # fmt: skip

    def task(number: str, kind: str, stage: str, **more: str) -> Row:
        return {"party_id": "U", "chain": "carbon", "task": number, "kind": kind, "name": number, "stage": stage,
                "as_on": "2023-01-01"} | more  # fmt: skip

    found = chain(chain_duty=duties, chain_task=[
        task("1", "research", "started", due_on="2023-06-30"), task("2", "platforms", "planned", due_on="2024-12-31"),
        task("3", "firms", "started", due_on="2023-06-30"), task("3", "firms", "done", as_on="2023-06-01"),
    ])  # fmt: skip
    assert [one.role for one in found.duties] == ["chief", "team"]
    assert [(one.id, one.late) for one in found.tasks] == [("1", True), ("2", False), ("3", False)]


def test_the_chains_that_the_texts_name_have_codes_and_the_rest_is_not_made_up() -> None:
    names = set(chains_of(pack_of()).values())
    assert {"打印设备及智能服务终端", "轮胎", "电机", "专用汽车", "船舶与海工装备"} <= names
    known = {one.id: one.name for one in pack_of().codes["chain"].codes}
    assert {code: name for code, name in chains_of(pack_of()).items() if code in known} == {
        code: name for code, name in known.items() if code != "other"
    }  # fmt: skip


# --- the picture ------------------------------------------------------------------------------------------------


def test_the_picture_goes_from_upstream_to_downstream_and_circles_do_not_stop_it() -> None:
    nodes = chain().nodes
    assert columns(nodes) == {"原丝": 0, "碳丝": 1, "织物": 2, "回收": 3}
    assert links(nodes) == [("原丝", "碳丝"), ("碳丝", "织物"), ("织物", "回收")]
    circle = chain(chain_node=[node("a", upstream="c"), node("b", upstream="a"), node("c", upstream="b；没有的")]).nodes
    assert sorted(columns(circle).values()) == [0, 1, 2] and len(links(circle)) == 3
    assert columns(()) == {} == places(())


def test_a_picture_of_three_hundred_firms_shows_the_steps_and_the_largest_and_says_how_many_not() -> None:
    many = [node("原丝"), *(node(f"f{n}", "firm", party_id=f"F{n}", upstream="原丝") for n in range(300))]
    found = chain(chain_node=many, organization=[firm(f"F{n}", revenue=f"{n + 1}万元") for n in range(300)])
    drawn = places(found.nodes)
    assert len(found.nodes) == 301 and len(drawn) == 25 and drawn["原丝"] == (0, 0)
    assert "f299" in drawn and "f0" not in drawn


# --- roadmaps ---------------------------------------------------------------------------------------------------


def stage(step: str, year: str, **more: str) -> Row:
    return {"party_id": "U", "roadmap": "大丝束", "step": step, "name": f"第{step}步", "goal": "目标", "year": year,
            "stage": "building", "as_on": "2022-01-01", "cluster": "new_materials"} | more  # fmt: skip


def test_a_roadmap_shows_its_steps_by_year_and_those_behind_light_up() -> None:
    rows = [
        stage("1", "2022", stage="done"), stage("2", "2023", depends_on="1"), stage("3", "2024", depends_on="1"),
        stage("4", "2025", from_year="2024", depends_on="2；3"), stage("5", "2026", from_year="2025", depends_on="4"),
        stage("6", "2025", from_year="2023", stage="planned"),
    ]  # fmt: skip
    carried = [{"party_id": "甲", "roadmap": "大丝束", "step": "3", "project_no": number, "since": "2023-01-01"}
               for number in ("X1", "没有的")]  # fmt: skip
    [found] = roadmaps(tables(technology_roadmap=rows, roadmap_project=carried, st_project=[
        project("X1", "甲", accepted_on="2024-02-01")]), DAY)  # fmt: skip
    states = {one.id: one.state for one in found.steps}
    assert states == {"1": "done", "2": "behind", "3": "due", "4": "waiting", "5": "ahead", "6": "waiting"}
    assert [(one.id, one.light, one.word) for one in found.behind] == [("2", "alert", "晚了 1 年")]
    assert next(one.open for one in found.steps if one.id == "4") == ("2", "3")
    assert list(found.years) == [2022, 2023, 2024, 2025, 2026] and found.cluster == "new_materials"
    projects = next(one.projects for one in found.steps if one.id == "3")
    assert [(one.number, one.party, one.known, one.done) for one in projects] == [
        ("X1", "甲", True, True), ("没有的", "甲", False, False)
    ]  # fmt: skip


def test_a_step_that_is_told_again_stands_as_it_was_told_last() -> None:
    rows = [stage("1", "2022"), stage("1", "2024", as_on="2023-01-01")]
    for day, year, state in ((date(2022, 6, 1), 2022, "due"), (DAY, 2024, "due")):
        [found] = roadmaps(tables(technology_roadmap=rows), day)
        assert [(one.last, one.state) for one in found.steps] == [(year, state)]


def test_technologies_held_in_reserve_are_listed_with_when_they_are_needed() -> None:
    def one(number: str, **more: str) -> Row:
        return {"party_id": "U", "technology": number, "name": number, "listed_on": "2022-01-01"} | more

    found = reserves(tables(reserve_technology=[
        one("固态电池", needed_by="2028", readiness="3"), one("氢储运", needed_by="2026", cluster="new_energy"),
        one("旧的", withdrawn_on="2023-01-01"),
    ]), DAY)  # fmt: skip
    assert [(each.id, each.needed_by, each.readiness) for each in found] == [
        ("氢储运", 2026, None), ("固态电池", 2028, 3)
    ]  # fmt: skip


# --- the four kinds ---------------------------------------------------------------------------------------------


def key(number: str, form: str, **more: str) -> Row:
    return {"party_id": "U", "technology": number, "name": number, "form": form, "posed_by": "甲公司",
            "listed_on": "2023-01-01"} | more  # fmt: skip


def technologies(rows: Rows, projects: Rows = []) -> Any:  # noqa: B006  never written to
    pack = pack_of()
    names = {one.id: one.name for one in pack.codes["organising_mode"].codes}
    return key_technologies(tables(key_technology=rows, st_project=projects), pack.technology_kinds, names, DAY)


def test_each_of_the_four_kinds_has_ways_of_its_own_and_what_the_texts_do_not_say_is_unconfirmed() -> None:
    kinds = pack_of().technology_kinds
    assert set(kinds) == pack_of().codes["technology_form"].ids()
    ways = [set(one.modes) for one in kinds.values()]
    assert all(not first & second for at, first in enumerate(ways) for second in ways[:at]), "each its own"
    assert not any(one.settled for one in kinds.values())


def test_a_technology_that_is_organised_otherwise_than_its_kind_is_told() -> None:
    fits = {"single_firm": "open_challenge", "chain": "chain_team", "system": "consortium", "disruptive": "scouting"}
    rows = [key(f"{form}-{mode}", form, mode=mode) for form in fits for mode in fits.values()]
    found = technologies(rows)
    assert {one.id for one in found if not one.otherwise} == {f"{form}-{mode}" for form, mode in fits.items()}
    says = next(one.says for one in found if one.id == "system-open_challenge")
    assert says == ("系统集成类用体系化任务型创新联合体，这里是揭榜挂帅",)


def test_how_a_project_is_organised_counts_for_the_technology_and_a_difference_is_told() -> None:
    found = {one.id: one for one in technologies(
        [key("a", "single_firm", project_no="X1"), key("b", "single_firm", project_no="X2", mode="open_challenge"),
         key("c", "single_firm", project_no="没有的", mode="open_challenge"), key("d", "chain", posed_by="")],
        [project("X1", "甲", mode="commissioned"), project("X2", "甲", mode="open_call")],
    )}  # fmt: skip
    assert (found["a"].mode, found["a"].otherwise) == ("commissioned", True)
    assert found["b"].says == ("项目 X2 立项写的是竞争性评审",) and not found["b"].otherwise
    assert found["c"].says == ("科技计划项目里没有 没有的",)
    assert found["d"].says == ("没有写组织方式", "没有写哪家企业出的题")


def test_kinds_are_counted_with_the_ways_of_organising() -> None:
    rows = [key("1", "system", mode="consortium", closed_on="2023-06-01"), key("2", "system", mode="open_call"),
            key("3", "system")]  # fmt: skip
    lines = {one.kind: one for one in counts(technologies(rows), pack_of().technology_kinds)}
    one = lines["system"]
    assert (one.total, dict(one.modes), one.otherwise, one.unsaid, one.done) == (
        3, {"consortium": 1, "open_call": 1}, 1, 1, 1
    )  # fmt: skip
    assert lines["disruptive"].total == 0, "a kind without technologies has its line"


@pytest.mark.parametrize("name", ["chain_tasks", "roadmap_steps", "reserve_technologies", "key_technologies"])
def test_the_registers_have_their_lists(name: str) -> None:
    assert name in pack_of().rosters
