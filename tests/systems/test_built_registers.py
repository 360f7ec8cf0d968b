"""Systems that are kept as registers and read as rosters: who is on them, where there is nothing, how far each is."""

from __future__ import annotations

from datetime import date

from tests.systems.built import (
    DAY,
    Rows,
    answers,
    column,
    event,
    lines,
    pack_of,
    pair,
    platform,
    post,
    records,
    roster,
    step,
    tables,
    totals,
)


def test_five_kinds_of_carriers_stand_beside_every_industry_and_the_gaps_are_noughts() -> None:
    kinds = ("public_service", "research_institute", "tech_centre", "incubator", "science_park")
    whole = [platform(f"P{n}", kind, chain="medical") for n, kind in enumerate(kinds)]
    left = [platform("P9", "tech_centre", chain="carbon"), platform("P8", "science_park", chain="carbon"),
            platform("P9", "tech_centre", chain="carbon", status="withdrawn", valid_from="2023-01-01")]  # fmt: skip
    matrix = lines(roster("five_carriers", tables(innovation_platform=[*whole, *left])), "产业与载体")
    assert matrix["医药与医疗器械"] == [1, 1, 1, 1, 1]
    assert matrix["碳纤维等复合材料"] == [0, 0, 0, 0, 1], "what withdrew leaves a gap"
    industries = {code.name for code in pack_of().codes["chain"].codes if code.id != "other"}
    assert industries <= set(matrix), "each industry has its line, also where it has no carrier at all"


def test_one_table_of_fields_serves_projects_needs_results_and_experts_and_breakthroughs_are_counted_by_it() -> None:
    for city in ("weihai", "liaocheng"):
        registers = pack_of(city).registers
        for name in ("st_project", "exchange_listing", "person", "project_application"):
            one = registers[name].column("field")
            assert one is not None and one.codes == "technology_field"
        common = {"program": "joint_project", "approved_on": "2021-01-01"}
        done = {"accepted_on": "2023-05-01"}
        facts = tables(city, st_project=[
            {"party_id": "A", "project_no": "1", "field": "materials", **common, **done, "result": "pass"},
            {"party_id": "A", "project_no": "2", "field": "materials", **common, **done, "result": "fail"},
            {"party_id": "B", "project_no": "3", "field": "biology", **common},
            {"party_id": "B", "project_no": "4", **common},
        ])  # fmt: skip
        found = lines(roster("breakthroughs", facts, city=city), "各领域")
        assert found["新材料"] == [2, 1] and found["生物与新医药"] == [1, 0], city
        assert "航空航天" in found and found["未写明"] == [1, 0], (
            "fields without a project, and projects without a field"
        )


def test_titles_have_a_rank_a_first_day_and_an_end_and_none_stands_twice() -> None:
    """Listed first in 2020, again in 2023: one line with both days; another title of the firm is a line of its own."""
    champion = {"party_id": "A", "title": "single_champion", "level": "national"}
    facts = tables(qualification=[
        {**champion, "recognition_kind": "first", "issued_on": "2020-05-01", "expires_on": "2023-05-01"},
        {**champion, "recognition_kind": "again", "issued_on": "2023-05-01", "expires_on": "2026-05-01"},
        {"party_id": "A", "title": "little_giant", "level": "national", "recognition_kind": "first",
         "issued_on": "2022-01-01"},
    ])  # fmt: skip
    found = roster("firm_titles", facts)
    assert sorted(column(found, "称号", "级别", "首次列入", "认定日期", "有效期至")) == [
        ("专精特新小巨人企业", "国家级", "2022-01-01", "2022-01-01", ""),
        ("制造业单项冠军示范企业", "国家级", "2020-05-01", "2023-05-01", "2026-05-01"),
    ]  # fmt: skip
    assert totals(found, "各称号") == {"制造业单项冠军示范企业": 1, "专精特新小巨人企业": 1}


def year(firm: str, number: int, output: str) -> dict[str, str]:
    """A firm's year."""
    return {"party_id": firm, "year": str(number), "reported_on": f"{number + 1}-02-01", "output_value": output}


def test_firms_of_two_billion_and_more_are_listed_year_by_year() -> None:
    facts = tables(firm_year=[
        year("A", 2021, "18亿元"), year("A", 2022, "20亿元"), year("B", 2022, "35亿元"), year("C", 2022, "19.99亿元")
    ])  # fmt: skip
    found = roster("leading_firms", facts)
    assert sorted((one["party"], one["年度"]) for one in found["rows"]) == [("A", "2022"), ("B", "2022")]
    assert totals(found, "各年", "产值") == {"2022": 55 * 10**8 * 100}


def test_firms_choose_a_goal_and_its_progress_is_seen_by_the_year() -> None:
    goals: Rows = [{"party_id": "A", "goal": "100亿元", "chosen_on": "2022-01-01", "by_year": "2026"},
                   {"party_id": "B", "goal": "50亿元", "chosen_on": "2022-01-01", "by_year": "2025"},
                   {"party_id": "C", "goal": "1000亿元", "chosen_on": "2022-01-01"}]  # fmt: skip
    years = [year("A", 2020, "30亿元"), year("A", 2021, "40亿元"), year("A", 2022, "55亿元"), year("B", 2022, "51亿元"),
             year("D", 2022, "70亿元")]  # fmt: skip
    facts = tables(growth_goal=goals, firm_year=years)
    found = roster("growth_goals", facts)
    told = sorted((one["party"], one["目标"], one["年度"], one["已完成"]) for one in found["rows"])
    assert told == [
        ("A", "100亿元", "2021", "40.0%"), ("A", "100亿元", "2022", "55.0%"), ("B", "50亿元", "2022", "102.0%")
    ], "year by year from the choice on; who chose no goal is not asked"  # fmt: skip
    assert lines(found, "各年") == {"2021": [1, 0], "2022": [2, 1]}
    assert len(totals(roster("growth_goals_chosen", facts), "各目标档")) == 3


def item(programme: str, name: str, stage: str, on: str, **more: str) -> dict[str, str]:
    """Something of a programme."""
    return {"party_id": "wh_science", "programme": programme, "item": name, "name": name, "stage": stage,
            "as_on": on} | more  # fmt: skip


def test_what_a_programme_has_and_how_far_each_item_is() -> None:
    """The centre and its three platforms; four marine actions with projects; the year of platforms; the three years."""
    rows: Rows = [
        item("regional_centre", "区域创新中心", "building", "2019-01-01"),
        item("regional_centre", "区域创新中心", "done", "2021-01-01"),
        *(item("regional_centre", f"平台{n}", "building", "2021-01-01") for n in "一二三"),
        *(item(one, f"{one}项目", "started", "2022-01-01", parent=one)
          for one in ("marine_works", "deep_blue", "doubling", "blue_water")),
        item("platform_year", "现场观摩", "done", "2023-06-01", effect="新增省级平台3家"),
        item("transfer_plan", "培育技术经理人", "building", "2023-01-01", due="2023-12-31"),
        item("transfer_plan", "建成果库", "done", "2023-01-01", due="2023-12-31"),
    ]  # fmt: skip
    found = roster("special_programmes", tables(programme_item=rows))
    assert found["rows"][0]["事项"] == "培育技术经理人", "what is late and not done stands first"
    told = lines(found, "各专项")
    assert told["“一中心三平台”"] == [4, 1, 0] and told["科技成果转移转化三年行动"] == [2, 1, 1]
    assert [told[name][0] for name in ("百亿工程", "深蓝行动", "倍增计划", "蓝水工程")] == [1, 1, 1, 1]
    stages = dict(column(found, "事项", "阶段"))
    assert (stages["区域创新中心"], stages["平台一"]) == ("建成或完成", "在建"), "the latest stage stands"
    assert {one["属于"] for one in found["rows"] if one["专项"] == "深蓝行动"} == {"deep_blue"}
    assert dict(column(found, "事项", "成效"))["现场观摩"] == "新增省级平台3家"


def test_the_research_institute_has_its_council_dean_advisers_institutes_and_the_platforms_it_leads() -> None:
    def part(body: str, name: str, **more: str) -> dict[str, str]:
        return {"party_id": "I", "institution": "产研院", "body": body, "name": name, "since": "2020-01-01"} | more

    facts = tables(institution_member=[
        part("council", "理事会"), part("dean", "院长"), part("advisory", "专家咨询委员会"),
        part("specialised", "医疗器械研究所"), part("specialised", "旧研究所", until="2022-01-01"),
        *(part("platform", f"平台{n}") for n in range(4)),
    ])  # fmt: skip
    assert totals(roster("research_institute", facts), "各部分") == {
        "理事会": 1, "院长": 1, "专家咨询委员会": 1, "专业研究所": 1, "统筹的平台": 4
    }  # fmt: skip


def test_pools_of_firms_are_listed_and_commissioned_projects_say_what_their_contract_sets() -> None:
    facts = tables(
        innovation_pool=[{"party_id": "A", "pool": "P", "name": "骨干企业创新池", "amount": "2000万元",
                          "set_up_on": "2021-01-01"}],
        commissioned_project=[
            {"party_id": "A", "project_no": "1", "contract_no": "H1", "terms": "结余归课题组",
             "signed_on": "2021-02-01"},
            {"party_id": "A", "project_no": "2", "contract_no": "H2", "signed_on": "2021-03-01"},
        ],
    )  # fmt: skip
    assert column(roster("pools", facts), "资金池", "规模") == [("骨干企业创新池", "2000万元")]
    found = roster("innovation_pools", facts)
    assert column(found, "合同", "约定", "资金池") == [
        ("H2", "", "骨干企业创新池"),
        ("H1", "结余归课题组", "骨干企业创新池"),
    ]


def member(alliance: str, kind: str, name: str, **more: str) -> dict[str, str]:
    """A member of an alliance."""
    return {"party_id": name, "alliance": alliance, "kind": kind, "name": name, "joined_on": "2022-01-01"} | more


def test_alliances_have_members_and_projects() -> None:
    facts = tables(
        alliance_member=[member("碳纤维联盟", "industry", "甲", role="lead"), member("碳纤维联盟", "industry", "乙"),
                         member("碳纤维联盟", "industry", "丙", left_on="2023-01-01")],
        alliance_project=[{"party_id": "甲", "alliance": "碳纤维联盟", "project_no": "1", "name": "大丝束",
                           "started_on": "2022-06-01", "finished_on": "2023-06-01"}],
    )  # fmt: skip
    assert sorted(column(roster("alliances", facts), "成员", "角色")) == [("乙", ""), ("甲", "牵头")]
    assert lines(roster("alliance_projects", facts), "各联盟") == {"碳纤维联盟": [1, 1]}


def test_testing_institutions_are_listed_with_what_they_offer() -> None:
    facts = tables(alliance_member=[
        member("检测联盟", "testing", "某检测院", service="盐雾、疲劳试验", domain="材料"),
        member("检测联盟", "testing", "某计量所", service="计量校准", domain="计量"),
    ])  # fmt: skip
    found = roster("alliances", facts)
    assert sorted(column(found, "类别", "成员", "服务")) == [
        ("检验检测服务产业联盟", "某检测院", "盐雾、疲劳试验"), ("检验检测服务产业联盟", "某计量所", "计量校准")
    ]  # fmt: skip


def test_eighteen_fields_and_forty_two_providers_are_listed_and_what_talents_used_is_kept() -> None:
    members = [member("人才服务联盟", "talent_service", f"服务商{n}", domain=f"领域{n % 18}", discount="八折")
               for n in range(42)]  # fmt: skip
    uses: Rows = [{"party_id": "T1", "provider": "服务商1", "used_on": "2023-03-01", "text": "体检"},
                  {"party_id": "T2", "provider": "服务商1", "used_on": "2023-04-01"}]  # fmt: skip
    facts = tables(alliance_member=members, service_use=uses)
    found = roster("alliances", facts)
    assert lines(found, "各类联盟")["高层次人才服务联盟"] == [42, 18]
    assert {one["优惠"] for one in found["rows"]} == {"八折"}
    assert lines(roster("service_uses", facts), "各服务商") == {"服务商1": [2, 2]}


def test_schools_of_the_youth_alliance_and_contests_of_the_young() -> None:
    facts = tables(
        alliance_member=[member("青少年联盟", "youth", "某中学"), member("青少年联盟", "youth", "某小学")],
        event_hosting=[{"party_id": "S", "event_name": "机器人竞赛", "kind": "youth_contest", "held_on": "2023-05-01"}],
    )  # fmt: skip
    assert totals(roster("alliances", facts), "各类联盟") == {"青少年科创教育联盟": 2}
    assert column(roster("other_events", facts), "活动", "类别") == [("机器人竞赛", "青少年赛事")]


def test_trainings_of_managers_and_popular_science_are_recorded() -> None:
    facts = tables(
        event_hosting=[
            {"party_id": "S", "event_name": "创新大讲堂", "kind": "manager_training", "held_on": "2023-05-01",
             "lecturer": "某教授"},
            {"party_id": "S", "event_name": "科普进校园", "kind": "popularisation", "held_on": "2023-06-01"},
        ],
        shared_resource=[{"party_id": "S", "resource": "R", "kind": "popular_science", "name": "海洋馆科普展",
                          "listed_on": "2023-01-01"}],
    )  # fmt: skip
    found = roster("other_events", facts)
    assert lines(found, "各类活动")["科技管理培训"] == [1] and lines(found, "各类活动")["科普活动"] == [1]
    assert dict(column(found, "活动", "讲师"))["创新大讲堂"] == "某教授"
    assert column(roster("popular_science", facts), "资源") == [("海洋馆科普展",)]


def test_advisers_are_appointed_by_batch_and_what_they_were_asked_and_said_stays() -> None:
    facts = tables(
        adviser=[{"party_id": f"T{n}", "specialty": "海洋装备", "batch": "第一批", "appointed_on": "2019-01-01"}
                 for n in range(20)],
        advice=[{"party_id": "T1", "topic": "专项资金怎么投", "asked_by": "市科技局", "asked_on": "2023-01-01",
                 "opinion": "先投中试", "given_on": "2023-01-10", "adopted": "true"},
                {"party_id": "T2", "topic": "平台怎么评", "asked_on": "2023-02-01"}],
    )  # fmt: skip
    assert totals(roster("advisers", facts), "各批次") == {"第一批": 20}
    found = roster("advice", facts)
    assert column(found, "事项", "意见") == [("平台怎么评", ""), ("专项资金怎么投", "先投中试")]
    assert list(found["tables"][0]["total"].values()) == [2, 1, 1]


def test_workstations_of_experts_are_listed_with_their_flexible_contracts() -> None:
    kinds = ("academician_station", "expert_station", "talent_studio", "postdoc_base")
    facts = tables(
        innovation_platform=[platform(f"P{n}", kind, division="371002") for n, kind in enumerate(kinds)],
        talent_contract=[{"party_id": "T1", "platform_id": "P0", "contract_no": "1", "signed_on": "2022-01-01",
                          "ends_on": "2025-01-01", "duty": "每年到岗两个月"},
                         {"party_id": "T2", "platform_id": "P1", "contract_no": "2", "signed_on": "2020-01-01",
                          "ends_on": "2022-01-01"}],
    )  # fmt: skip
    found = totals(roster("expert_workstations", facts), "各类载体")
    assert found == {"院士工作站": 1, "专家工作站": 1, "领军人才工作室": 1, "博士后创新实践基地": 1}
    assert column(roster("talent_contracts", facts), "合同", "载体类型", "约定") == [
        ("1", "院士工作站", "每年到岗两个月")
    ]


def test_small_stations_and_studios_are_listed() -> None:
    facts = tables(innovation_platform=[platform("A", "ip_station"), platform("B", "standard_base"),
                                        platform("C", "worker_studio"), platform("D", "tech_centre")])  # fmt: skip
    found = totals(roster("small_stations", facts), "各类")
    assert found == {"知识产权保护工作站": 1, "标准化创新基地": 1, "职工创新工作室": 1}


def test_talents_are_sought_by_events_and_stations_and_every_lead_is_followed() -> None:
    facts = tables(
        innovation_platform=[platform("L", "liaison_station", name="海外引才联络站")],
        event_hosting=[{"party_id": "S", "event_name": "英创会", "kind": "talent_recruiting", "held_on": "2023-09-01"}],
    )  # fmt: skip
    assert column(roster("expert_workstations", facts), "载体", "类型") == [("海外引才联络站", "引才联络站")]
    assert column(roster("other_events", facts), "活动", "类别") == [("英创会", "引才活动")]
    for city, unit in (("weihai", "wh_organization"), ("liaocheng", "lc_leading_group")):
        lead = post(unit, "talents", "offer", "材料方向博士", "某联络站", field="materials", city=city)
        wanted = post(unit, "talents", "demand", "材料工程师", "甲公司", field="materials", city=city)
        assert answers(wanted, city=city) == {"某联络站": 60}
        step("introduced", wanted, lead, unit, "2024-01-20", city=city)
        assert [(one.offer, one.step) for one in records(city).pairs("talents", DAY)] == [(lead, "introduced")], city
        if city == "weihai":
            fair = event(
                unit, "talents", "roadshow", "英创会专场", "2024-01-15", held_on=date(2024, 1, 15), text="四条线索"
            )
            step("agreed", wanted, lead, unit, "2024-02-01", event=fair)
            assert [one.step for one in pair(wanted, lead).steps] == ["introduced", "agreed"]


def test_branches_for_technology_are_listed_with_the_loans_they_gave() -> None:
    loan = {"product": "result_conversion", "filed_on": "2023-03-01"}
    facts = tables(
        service_institution=[{"party_id": "B1", "kind": "technology_branch", "level": "city", "filed_on": "2021-01-01"},
                             {"party_id": "B2", "kind": "technology_branch", "filed_on": "2020-01-01",
                              "ended_on": "2022-01-01"}],
        loan_filing=[{"party_id": "B1", "loan_no": "1", "principal": "300万元", **loan},
                     {"party_id": "B1", "loan_no": "2", "principal": "200万元", **loan},
                     {"party_id": "X", "loan_no": "3", "principal": "900万元", **loan}],
    )  # fmt: skip
    assert [one["party"] for one in roster("technology_branches", facts)["rows"]] == ["B1"]
    assert lines(roster("branch_loans", facts), "各支行") == {"B1": [2, 500_0000_00]}


def test_stakes_in_firms_are_recorded_with_their_exit() -> None:
    facts = tables(equity_stake=[
        {"party_id": "A", "stake": "1", "investor": "市科创基金", "amount": "500万元", "invested_on": "2021-01-01",
         "exited_on": "2023-06-01", "proceeds": "800万元"},
        {"party_id": "B", "stake": "2", "investor": "市科创基金", "amount": "300万元", "invested_on": "2022-01-01"},
    ])  # fmt: skip
    assert lines(roster("equity_stakes", facts), "各投资方") == {"市科创基金": [2, 800_0000_00, 1, 800_0000_00]}


def test_shares_of_unlisted_firms_are_in_custody_or_pledged() -> None:
    held = {"custodian": "股权登记托管中心", "deposited_on": "2022-01-01"}
    facts = tables(share_custody=[
        {"party_id": "A", **held, "pledgee": "某银行", "pledged_on": "2023-01-01"},
        {"party_id": "B", **held, "pledgee": "某银行", "pledged_on": "2022-02-01", "released_on": "2023-02-01"},
        {"party_id": "C", **held, "ended_on": "2023-03-01"},
    ])  # fmt: skip
    found = roster("share_custody", facts)
    assert list(found["tables"][0]["total"].values()) == [2, 1]
    assert {one["party"]: one["解除质押"] for one in found["rows"]} == {"A": "", "B": "2023-02-01", "C": ""}


def test_research_at_a_platform_and_its_output_in_a_firm_stand_side_by_side() -> None:
    done = {"kind": "conversion", "dated_on": "2023-01-01"}
    facts = tables(
        innovation_platform=[platform("P", "research_institute", name="工研院")],
        platform_project=[{"party_id": "FP", "platform_id": "P", "item": "1", "name": "打印头", "partner": "甲",
                           **done},
                          {"party_id": "FP", "platform_id": "P", "item": "2", "name": "自用", **done}],
    )  # fmt: skip
    found = roster("lab_to_firm", facts)
    assert column(found, "平台", "名称", "产出企业") == [("工研院", "打印头", "甲")]


def test_firms_hatched_in_the_zone_are_followed_when_they_move_to_a_county() -> None:
    facts = tables(
        incubation=[{"party_id": "I", "tenant": "A", "entered_on": "2019-01-01", "left_on": "2022-01-01"}],
        firm_move=[{"party_id": "A", "from_zone": "gaoqu", "to_division": "371082", "moved_on": "2022-02-01"},
                   {"party_id": "B", "from_zone": "gaoqu", "to_division": "371082", "moved_on": "2022-03-01"}],
    )  # fmt: skip
    found = roster("firm_moves", facts)
    assert lines(found, "迁入各区市")["荣成市"] == [2, 1]
    assert {one["party"]: one["入孵日期"] for one in found["rows"]} == {"A": "2019-01-01", "B": ""}


def test_trades_of_marine_carbon_are_recorded() -> None:
    facts = tables(carbon_trade=[{"party_id": "A", "contract_no": "1", "seller": "甲渔业", "buyer": "乙公司",
                                  "tonnes": "1200", "amount": "12万元", "traded_on": "2023-04-01"}])  # fmt: skip
    assert list(roster("carbon_trades", facts)["tables"][0]["total"].values()) == [1, 1200, 12_0000_00]


def test_services_for_the_young_and_for_foreign_talents_are_listed() -> None:
    facts = tables(public_service_item=[
        {"party_id": "wh_hr", "audience": "youth", "name": "青年驿站", "provider": "团市委", "since": "2022-01-01"},
        {"party_id": "wh_foreign", "audience": "foreign_talent", "name": "工作许可一窗办", "provider": "市科技局",
         "how": "线上预约", "since": "2022-01-01"},
    ])  # fmt: skip
    assert totals(roster("service_items", facts), "各对象") == {"青年": 1, "外国人才": 1}


def test_the_map_of_a_chain_has_its_nodes_and_who_answers_for_it() -> None:
    def node(name: str, kind: str, **more: str) -> dict[str, str]:
        return {"party_id": name, "chain": "carbon", "node": name, "kind": kind, "name": name, "as_on": "2023-01-01",
                "local": "true"} | more  # fmt: skip

    facts = tables(
        chain_node=[node("原丝", "product"), node("甲公司", "firm", upstream="原丝"),
                    node("碳化炉", "technology", upstream="原丝", local="false"), node("重点实验室", "platform")],
        chain_duty=[{"party_id": "U", "chain": "carbon", "role": role, "name": role, "since": "2023-01-01"}
                    for role in ("chief", "team", "scientist", "service", "task")],
    )  # fmt: skip
    assert lines(roster("chain_map", facts), "各链")["碳纤维等复合材料"] == [1, 1, 1, 1, 1]
    assert dict(column(roster("chain_map", facts), "节点", "上游"))["甲公司"] == "原丝"
    assert lines(roster("chain_duties", facts), "各链")["碳纤维等复合材料"] == [1, 1, 1, 1, 1]
