"""产业链: one page a chain for its chief, its office and a firm on it; roadmaps; the four kinds of technology."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from innocity.actions.exchange_records import exchange_records
from innocity.actions.issue_token import issue_token
from innocity.actions.post_listing import Posting, decide_listing, post_listings
from innocity.actions.record_facts import record_facts
from innocity.actions.simulate_chains import REGISTERS, simulate_chains
from innocity.actions.simulate_exchange import cast_of, simulate_exchange
from innocity.actions.view_chain import view_chain
from innocity.core.errors import InnoCityError
from innocity.engines.matching.model import Side
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import registers_read
from innocity.packs.facts_text import case_table
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.web.cities import pack_of
from tests.web.conftest import Persona

OPERATOR = Viewer.operator("tests")
CHAIN = "/weihai/office/chains/carbon/"


def with_chains(records: Path) -> Path:
    """The small city with invented chains and demands."""
    pack = pack_of("weihai")
    cast = cast_of(OPERATOR, ["F0000001", "F0000002", "F0000003"])
    simulate_exchange(pack, OPERATOR, cast, records)
    assert simulate_chains(pack, OPERATOR, cast) > 100
    return records


@pytest.fixture
def chains(records: Path) -> Path:
    """The same, for one test."""
    return with_chains(records)


def record(register: str, **row: str) -> None:
    pack = pack_of("weihai")
    table = case_table([row], pack.registers[register], pack.codes)
    record_facts(pack, OPERATOR, {register: table}, simulated=True)


def test_everything_of_a_chain_stands_on_one_page_by_node_with_gaps_chief_tasks_and_proposals(
    chains: Path, persona: Persona
) -> None:
    party = persona("science").get(CHAIN).context["view"].nodes[0].held.firms[0].party
    record("st_project", fact_id="J1", party_id=party, project_no="ST-2023-1", program="joint_project", chain="carbon",
           approved_on="2023-03-01", fiscal="80万元")  # fmt: skip
    record("loan_filing", fact_id="L1", party_id="B0000001", loan_no="L-1", product="talent_loan", borrower=party,
           principal="300万元", filed_on="2023-04-01")  # fmt: skip
    answer = persona("science").get(CHAIN)
    view, text = answer.context["view"], answer.content.decode()
    assert "ST-2023-1" in text and "贷款 1 笔 300万元" in text and "项目财政资金 1 笔 80万元" in text
    strengths = {one.strength for one in view.steps}
    assert strengths >= {"gap", "weak"} and len(view.whole.firms) >= 10
    assert view.whole.people and view.whole.projects and view.whole.platforms and view.whole.money
    for node in view.nodes:
        assert node.name in text
    assert "市领导同志（模拟）" in text and "任务看板" in text and "过期" in text and 'class="sim"' in text
    assert answer.context["proposals"] and all(one.answers for one in answer.context["proposals"])
    assert "命中" in text or "都是" in text, "each proposal says why"
    assert sum(len(one.held.firms) for one in view.steps) >= 10


def test_the_map_is_drawn_from_its_table_and_each_node_says_its_place_strength_and_size(
    chains: Path, persona: Persona
) -> None:
    answer = persona("science").get(CHAIN)
    text = answer.content.decode()
    rows = answer.context["rows"]
    assert all(one.at for one in rows) and text.count("data-at=") == len(rows)
    columns = {one.node.name: int(one.at.split(",")[1]) for one in rows}
    assert columns["聚丙烯腈原丝（模拟）"] == 0 < columns["大丝束碳纤维（模拟）"] < columns["复合材料回收（模拟）"]
    assert 'data-chart="chain"' in text and 'data-table="chain-nodes"' in text and 'id="chain-nodes"' in text
    assert all(one.light in ("alert", "watch", "met") for one in rows if one.node.step)


def test_a_chain_without_a_map_says_what_to_do(chains: Path, persona: Persona) -> None:
    text = persona("science").get("/weihai/office/chains/tyre/").content.decode()
    assert "这条链的图谱还没有登记" in text and 'data-chart="chain"' not in text
    assert persona("science").get("/weihai/office/chains/nothing/").status_code == 404


def test_a_chain_is_read_on_the_day_asked_for_and_changes_with_its_registers(chains: Path, persona: Persona) -> None:
    client = persona("science")
    before = client.get(CHAIN, {"on": "2023-01-01"}).context["view"]
    assert before.nodes == () and client.get(CHAIN).context["view"].nodes
    gap = next(one.id for one in client.get(CHAIN).context["view"].gaps if one.strength == "gap")
    record("chain_node", fact_id="N1", party_id="F0000002", chain="carbon", node="新", kind="firm", name="新来的",
           part_of=gap, as_on="2023-12-01")  # fmt: skip
    held = {one.id: one for one in client.get(CHAIN).context["view"].nodes}[gap]
    assert [one.party for one in held.held.firms] == ["F0000002"] and held.strength != "gap"


def test_a_chain_is_exported_line_by_line(chains: Path, persona: Persona) -> None:
    client = persona("science")
    answer = client.get(CHAIN, {"file": "csv"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    view = client.get(CHAIN).context["view"]
    assert {line["环节"] for line in lines} >= {one.name for one in view.nodes}
    firms = [line for line in lines if line["什么"] == "企业"]
    assert len(firms) == len(view.whole.firms), "each firm is at one step here, or at none"
    assert {line["是否模拟"] for line in lines} == {"是"}


def test_a_county_sees_the_steps_and_its_own_firms_alone(chains: Path, persona: Persona) -> None:
    whole, own = (persona(name).get(CHAIN).context["view"] for name in ("science", "county"))
    assert [one.name for one in own.steps] == [one.name for one in whole.steps]
    mine = {one.party for one in own.whole.firms}
    near = next(iter(mine))
    record("loan_filing", fact_id="L2", party_id="B0000001", loan_no="L-2", product="talent_loan", borrower=near,
           principal="100万元", filed_on="2023-04-01")  # fmt: skip
    money = persona("county").get(CHAIN).context["view"].whole.money
    assert money["loan"][0] >= 1, "a bank elsewhere lent it to a firm of the county"
    county = Viewer.of(get_user_model().objects.get(username="county"))
    assert mine < {one.party for one in whole.whole.firms}
    assert mine <= queries.visible_parties(county)
    assert "您只看得到本区市的主体" in persona("county").get(CHAIN).content.decode()


def test_a_firm_sees_where_its_chain_lacks_something_and_no_other_firm(chains: Path, persona: Persona) -> None:
    whole = persona("science").get(CHAIN).context["view"]
    viewer = Viewer("firm", "x", None, whole.whole.firms[0].party)
    seen = view_chain(pack_of("weihai"), viewer, "carbon")
    assert {(one.name, one.strength, one.lacks) for one in seen.steps} == {
        (one.name, one.strength, one.lacks) for one in whole.steps
    }  # fmt: skip
    assert {one.party for one in seen.whole.firms} == {viewer.party} and seen.whole.money == {}
    others = {one.name for node in whole.nodes for one in node.held.firms if one.party != viewer.party}
    assert others and not others & {one.name for node in seen.nodes for one in node.held.firms}


def test_the_page_of_a_firm_names_its_steps(chains: Path, persona: Persona) -> None:
    party = persona("firm").get("/weihai/my/entitlements/").context["own"].party.id
    record("chain_node", fact_id="N2", party_id=party, chain="medical", node="我", kind="firm", name="我们",
           part_of="S1", as_on="2023-12-01")  # fmt: skip
    answer = persona("firm").get("/weihai/my/chain/")
    text = answer.content.decode()
    assert answer.context["own"] == ["精密注塑（模拟）"] and "您在：" in text and "要补的环节" in text
    assert persona("science").get("/weihai/my/chain/").status_code == 403
    assert persona("firm").get(CHAIN).status_code == 403


def test_whoever_has_not_signed_in_sees_no_chain() -> None:
    with pytest.raises(InnoCityError) as told:
        view_chain(pack_of("weihai"), Viewer(), "carbon")
    assert told.value.code == "E-RECORDS-FORBIDDEN"
    with pytest.raises(InnoCityError) as unknown:
        view_chain(pack_of("weihai"), OPERATOR, "nothing")
    assert unknown.value.code == "E-CHAIN-UNKNOWN"


def test_roadmaps_stand_on_a_time_line_with_what_is_behind_lit_and_the_projects_that_carry_it(
    chains: Path, persona: Persona
) -> None:
    answer = persona("science").get("/weihai/office/roadmaps/")
    text, maps = answer.content.decode(), answer.context["maps"]
    assert len(maps) == 2 and answer.context["behind"] == 2 and "已过期" in text and "▲" in text
    one, drawn, about, steps = maps[0]
    assert ("关键原料", False) in steps[1][1] and ("中试线", True) in steps[2][1], "what a step waits for"
    assert text.count("<rect") == sum(len(each.steps) for each, _, _, _ in maps) and "碳纤维等新材料产业集群" in about
    assert drawn.now is not None and {bar.step.id for bar in drawn.bars} == {step.id for step in one.steps}
    carried = [project.number for each, _, _, _ in maps for step in each.steps for project in step.projects]
    assert carried and all(number in text for number in carried)
    assert "高模量碳纤维（模拟）" in text and len(answer.context["reserves"]) == 4


def test_technologies_are_counted_by_kind_and_way_and_what_is_otherwise_is_pointed_out(
    chains: Path, persona: Persona
) -> None:
    answer = persona("science").get("/weihai/office/technologies/")
    text = answer.content.decode()
    assert [line["count"].total for line in answer.context["lines"]] == [3, 3, 3, 3]
    assert sum(line["count"].otherwise for line in answer.context["lines"]) == 1
    assert (
        "链条协同类用链上企业联合攻关，这里是竞争性评审" in text and "默认，未确认" in text and "没有写组织方式" in text
    )


def test_chains_are_read_by_token(chains: Path, persona: Persona) -> None:
    from django.test import Client

    token = issue_token(OPERATOR, "wh_science", "试")
    client, how = Client(SERVER_NAME="localhost"), {"authorization": f"Bearer {token.token}"}

    def read(address: str) -> Any:
        answer = client.get(f"/api/v1/cities/weihai/{address}", headers=how)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    view = persona("science").get(CHAIN).context["view"]
    found = read("chains/carbon")
    assert [one["id"] for one in found["nodes"]] == [one.id for one in view.nodes]
    assert found["whole"]["firms"] == len(view.whole.firms) and found["simulated"] is True
    lines = {one["id"]: one for one in read("chains")}
    assert lines["carbon"]["gaps"] == sum(one.strength == "gap" for one in view.steps) and "tyre" in lines
    assert read("chains/carbon?on=2023-01-01")["nodes"] == []
    roads = read("roadmaps")
    assert {step["state"] for one in roads["roadmaps"] for step in one["steps"]} >= {"done", "behind"}
    kinds = read("technologies")
    assert [one["total"] for one in kinds["kinds"]] == [3, 3, 3, 3] and kinds["kinds"][0]["settled"] is False
    assert client.get("/api/v1/cities/weihai/chains").status_code == 401
    assert client.get("/api/v1/cities/weihai/chains/nothing", headers=how).status_code == 404


def test_what_is_invented_is_read_by_no_clause(records: Path) -> None:
    pack = pack_of("weihai")
    read = registers_read(compile_rules(pack, 2023, date(2023, 12, 31), {}, simulated=True))
    assert not set(REGISTERS) & set(read)


def test_projects_firms_people_platforms_and_money_are_matched_within_the_chain(
    chains: Path, persona: Persona
) -> None:  # fmt: skip
    """Whatever a firm of the chain asks for stands on its page with who answers it; other chains' demands do not."""
    pack, day = pack_of("weihai"), date.today()
    firms = persona("science").get(CHAIN).context["view"].whole.firms
    wanted = {
        "joint_projects": {"field": "materials"}, "orders": {"chain": "carbon"}, "talents": {"field": "materials"},
        "joint_platforms": {"field": "materials"}, "finance": {"stage": "growth", "loan": "500万元"},
    }  # fmt: skip
    for kind, values in wanted.items():
        office = pack.matching[kind].office[0]
        own: tuple[Side, str, str] = ("demand", firms[0].party, firms[0].name)
        for side, party, by in (own, ("offer", office, "某单位")):
            posting = Posting(kind, side, f"{kind}-{side}", by, party, day, values, simulated=True)
            [row] = post_listings(pack, [posting], chains, today=day, viewer=OPERATOR)
            if row["state"] == "pending":
                decide_listing(pack, row["listing"], "open", office, "", chains, viewer=OPERATOR)
    found = persona("science").get(CHAIN).context["proposals"]
    assert set(wanted) <= {one.kind.id for one in found}
    for one in found:
        listing = exchange_records(pack, chains).listings[one.listing]
        assert listing.values.get("chain") == "carbon" or listing.firm in {firm.party for firm in firms}
    other = persona("science").get("/weihai/office/chains/tyre/").context["proposals"]
    assert other == []


def test_roadmaps_and_key_technologies_are_imported_from_sheets(records: Path, persona: Persona) -> None:
    client = persona("science")
    sheets = {
        "technology_roadmap": ("路线图,步骤编号,名称,目标,到期年度,进展,日期,产业集群",
                               "氢能路线图,1,电解槽,到兆瓦级,2022,在建,2022-01-01,新能源产业集群"),
        "key_technology": ("技术编号,名称,技术类别,攻关组织方式,列入日期", "T-1,大丝束,系统集成,竞争性评审,2023-05-01"),
        "reserve_technology": ("技术编号,名称,技术成熟度,何年要用,列入日期", "R-1,固态电池,3,2027,2023-05-01"),
        "chain_node": ("产业链,节点编号,类别,名称,所在环节,日期", "轮胎,1,产品,子午线轮胎,,2023-05-01"),
    }  # fmt: skip
    code = client.get("/weihai/office/registers/organization/").context["page"].items[-1].party.code
    for register, (heads, row) in sheets.items():
        file = SimpleUploadedFile("表.csv", f"统一社会信用代码,{heads}\n{code},{row}\n".encode("utf-8-sig"), "text/csv")
        address = f"/weihai/office/registers/{register}/import/"
        preview = client.post(address, {"file": file})
        shown = preview.context["preview"]
        assert (shown.new, shown.problem_count) == (1, 0), (register, preview.context["problems"])
        assert client.post(address, {"kept": preview.context["kept"], "digest": shown.digest}).status_code == 302
    roads = client.get("/weihai/office/roadmaps/").content.decode()
    assert "氢能路线图" in roads and "晚了 1 年" in roads and "固态电池" in roads and "新能源产业集群" in roads
    told = client.get("/weihai/office/technologies/").content.decode()
    assert "系统集成类用体系化任务型创新联合体，这里是竞争性评审" in told
    tyre = client.get("/weihai/office/chains/tyre/").context["view"]
    assert [(one.name, one.strength) for one in tyre.steps] == [("子午线轮胎", "gap")]


def test_needs_of_technology_are_counted_by_kind_and_those_of_none_are_told(chains: Path, persona: Persona) -> None:
    answer = persona("science").get("/weihai/office/technologies/")
    needs = dict(answer.context["needs"])
    exchange = exchange_records(pack_of("weihai"), chains)
    own = [one.values.get("form") for one in exchange.on_list("results", "demand", date.today())]
    assert own and sum(needs.values()) == len(own) and needs[""] == own.count(None)
    assert ("没有归类" in answer.content.decode()) == bool(needs[""])


def test_a_firm_s_need_of_another_chain_does_not_stand_on_its_own_chain(chains: Path, persona: Persona) -> None:
    pack, day = pack_of("weihai"), date.today()
    firm = persona("science").get(CHAIN).context["view"].whole.firms[0]
    values = {"field": "materials", "words": "表面缺陷检测"}
    wanted: tuple[tuple[Side, str, str, dict[str, str]], ...] = (
        ("demand", "本链的", firm.party, {"chain": "carbon"}), ("demand", "别链的", firm.party, {"chain": "equipment"}),
        ("demand", "没有写链的", firm.party, {}), ("offer", "都供得上", "wh_science", {}),
    )  # fmt: skip
    for side, title, party, chain in wanted:
        posting = Posting("results", side, title, firm.name, party, day, values | chain, simulated=True)
        [row] = post_listings(pack, [posting], chains, today=day, viewer=OPERATOR)
        if row["state"] == "pending":
            decide_listing(pack, row["listing"], "open", "wh_science", "", chains, viewer=OPERATOR)
    titles = {one.title for one in persona("science").get(CHAIN).context["proposals"]}
    assert {"本链的", "没有写链的"} <= titles and "别链的" not in titles
