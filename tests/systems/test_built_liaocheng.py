"""Liaocheng: what its measures name, kept as registers and read as rosters, gone through step by step, and paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.compile import compile_rules
from tests.systems.built import Matter, Rows, column, lines, pack_of, platform, roster, tables

CITY, GROUP, FINANCE, DAY = "liaocheng", "lc_leading_group", "lc_finance", date(2021, 12, 31)


def facts(**registers: Rows) -> Any:
    """Facts of Liaocheng."""
    return tables(CITY, **registers)


def paid(clauses: list[str], year: int = 2021, **registers: Rows) -> dict[tuple[str, str], tuple[str, int | None]]:
    """What clauses give in a year: by clause and party the status, and the fen."""
    plan = compile_rules(pack_of(CITY), year, date(year, 12, 31), {}, only=clauses, simulated=True)
    rows = {name: one.to_pylist() for name, one in facts(**registers).items()}
    return {
        (one.clause, one.party): (one.status, one.payable if one.status == "sum" else one.after_pool)
        for one in reference_engine(plan, rows)
    }  # fmt: skip


def test_patents_are_counted_firm_by_firm_those_without_are_listed_and_large_ones_stand_out() -> None:
    big = [{"party_id": "A", "type": "invention", "grant_no": f"Z{n}", "granted_on": "2021-03-01"} for n in range(20)]
    told = {"year": "2020", "reported_on": "2021-02-01"}
    given = facts(
        ip_right=[*big, {"party_id": "B", "type": "design", "grant_no": "W", "granted_on": "2020-03-01"}],
        firm_year=[{"party_id": "A", **told, "above_scale": "true"}, {"party_id": "B", **told, "above_scale": "true"},
                   {"party_id": "C", **told, "above_scale": "true"}, {"party_id": "D", **told, "above_scale": "false"}],
        organization=[],
    )  # fmt: skip
    counted = roster("patents_by_firm", given, DAY, CITY)["tables"][0]["groups"]
    assert [(one["name"], list(one["values"].values()), one["marked"]) for one in counted] == [
        ("A", [20, 20], False), ("B", [1, 0], False)
    ]  # fmt: skip
    without = roster("firms_without_patent", given, DAY, CITY)["rows"]
    assert [one["party"] for one in without] == ["C"], "D is below the scale of which the measures speak"


def test_the_institute_has_its_institutes_leads_platforms_and_is_seen_by_its_five_functions() -> None:
    def part(body: str, name: str) -> dict[str, str]:
        return {"party_id": "I", "institution": "产研院", "body": body, "name": name, "since": "2020-07-01"}

    given = facts(
        institution_member=[part("specialised", "有色金属研究所"), part("specialised", "农机研究所"),
                            part("platform", "某共同体")],
        platform_output=[{"party_id": "I", "platform_id": "有色金属研究所", "year": "2021", "reported_on": "2021-12-01",
                          "patents": "5", "conversions": "2", "trained": "12", "spin_offs": "1",
                          "output_value": "3000万元"}],
    )  # fmt: skip
    found = lines(roster("research_institute", given, DAY, CITY), "各部分")
    assert (found["专业研究所"], found["统筹的平台"]) == ([2], [1])
    assert lines(roster("institute_outputs", given, DAY, CITY), "各机构") == {
        "有色金属研究所": [5, 2, 12, 1, 3000_0000_00]
    }  # fmt: skip


def test_firms_that_may_become_high_tech_are_found_and_those_who_are_drop_out() -> None:
    listed = {"title": "tech_sme", "issued_on": "2021-05-01", "expires_on": "2022-04-30"}
    given = facts(
        qualification=[*({"party_id": name, **listed} for name in "ABC"),
                       {"party_id": "C", "title": "hnte", "issued_on": "2021-11-01"},
                       {"party_id": "D", **listed, "expires_on": "2021-10-30"}],
        ip_right=[{"party_id": "B", "type": "invention", "granted_on": "2020-01-01"}],
        rd_expenditure=[{"party_id": "B", "year": "2020", "reported_on": "2021-02-01", "caliber": "statistics",
                         "amount": "80万元"}],
    )  # fmt: skip
    found = roster("hnte_reserve", given, DAY, CITY)
    assert [(one["party"], one["研发费用"]) for one in found["rows"]] == [("B", "80万元"), ("A", "")]
    assert list(found["tables"][0]["total"].values()) == [2, 1, 1]


def test_counties_are_watched_by_their_intensity_those_to_favour_stand_first_and_titles_bring_a_reward() -> None:
    county = {"year": "2020", "released_on": "2021-06-01", "gdp": "200亿元"}
    county_rows: Rows = [
        {"party_id": "阳谷县", **county, "rd_expenditure": "3亿元"},
        {"party_id": "临清市", **county, "rd_expenditure": "6亿元", "large_contribution": "true"},
    ]
    found = roster("counties", facts(county_rd=county_rows), DAY, CITY)
    assert column(found, "县市区", "强度", "贡献大")[0][:2] == ("临清市", "3.0%")
    assert [one["强度"] for one in found["rows"]] == ["3.0%", "1.5%"]
    older = {**county_rows[0], "year": "2019", "released_on": "2020-06-01", "rd_expenditure": "1亿元"}
    found = roster("counties", facts(county_rd=[*county_rows, older]), DAY, CITY)
    assert lines(found, "各县市区各年") == {
        "阳谷县、2019": [0.005], "阳谷县、2020": [0.015], "临清市、2020": [0.03]
    }, "each year by itself"  # fmt: skip
    assert [one["total"] for one in found["tables"]] == [None, None]
    given = paid(["county_rd_priority", "innovative_county_reward"], county_rd=county_rows, qualification=[
        {"party_id": "临清市", "title": "innovative_county", "issued_on": "2021-09-01"}
    ])  # fmt: skip
    assert {key: status for key, (status, _) in given.items() if status != "near"} == {
        ("county_rd_priority", "临清市"): "in_kind", ("innovative_county_reward", "临清市"): "awaiting_parameter"
    }, "the reward is promised, its sum is not written"  # fmt: skip


def test_transfer_agencies_are_filed_at_three_levels_and_their_turnover_is_told_year_by_year() -> None:
    filed = {"title": "transfer_agency", "issued_on": "2020-03-01"}
    contract = {"role": "seller", "type": "transfer", "intermediary": "M"}
    now = {"registered_on": "2021-03-01", "contract_amount": "300万元"}
    given = facts(
        qualification=[{"party_id": "M", **filed, "level": "city"}, {"party_id": "N", **filed, "level": "province"},
                       {"party_id": "O", "title": "transfer_model", "level": "national",
                        "issued_on": "2020-03-01"}],
        technology_contract=[
            {"party_id": "A", "registration_no": "1", **contract, **now},
            {"party_id": "B", "registration_no": "1", **contract, **now, "role": "buyer"},
            {"party_id": "A", "registration_no": "2", **contract, "registered_on": "2020-03-01",
             "contract_amount": "90万元"},
        ],
    )  # fmt: skip
    assert lines(roster("transfer_agencies", given, DAY, CITY), "各级") == {"国家级": [1], "省级": [1], "市级": [1]}
    assert lines(roster("brokered_contracts", given, DAY, CITY), "本年各机构") == {"M": [1, 300_0000_00]}
    before = roster("brokered_contracts", given, date(2020, 12, 31), CITY)
    assert lines(before, "本年各机构") == {"M": [1, 90_0000_00]}


def test_instruments_are_listed_booked_charged_for_and_leased_ones_earn_the_lesser_of_two_shares() -> None:
    given = facts(
        shared_resource=[{"party_id": "A", "resource": "R", "kind": "instrument", "name": "电镜",
                          "fee_basis": "每机时500元", "listed_on": "2020-06-01"}],
        resource_use=[
            {"party_id": "A", "resource": "R", "booking": "1", "user": "B", "booked_on": "2021-03-01",
             "used_on": "2021-03-02", "hours": "4", "fee": "2000元"},
            {"party_id": "A", "resource": "R", "booking": "2", "user": "C", "booked_on": "2021-12-30"},
        ],
    )  # fmt: skip
    assert column(roster("instruments", given, DAY, CITY), "仪器", "收费标准") == [("电镜", "每机时500元")]
    uses = roster("instrument_uses", given, DAY, CITY)
    assert column(uses, "预约", "使用日期", "费用") == [("2", "", ""), ("1", "2021-03-02", "2000元")]
    assert lines(uses, "各仪器") == {"R": [2, 1, 4, 2000_00]}
    matter = Matter("resource_booking", CITY, 2021).take("book", "F1", party="F1", text="电镜四机时")
    matter.take("accept", "lc_county_science", text="三月二日").take(
        "serve", "lc_county_science", text="四机时", evidence=("记录",)
    )
    assert matter.take("charge", "lc_county_science", sum="2000元", evidence=("发票",)).now().now.ends == "已计费"
    lease = {"party_id": "A", "instrument": "R", "shared": "true", "public_service": "true", "settled_on": "2021-12-01"}
    given = paid(["instrument_lease_subsidy"], instrument_lease=[{**lease, "rent": "100万元", "service_fee": "30万元"}])
    assert given["instrument_lease_subsidy", "A"] == ("awaiting_decision", 6_0000_00), (
        "the lesser of 10% of 100万元 and 20%"
    )


def test_titles_of_talents_have_a_rank_a_year_and_the_grant_from_above_that_is_matched() -> None:
    fund = {"party_id": "T", "receipt_no": "1", "program": "talent_program", "source_level": "province",
            "amount": "50万元", "received_on": "2021-08-01"}  # fmt: skip
    more = {**fund, "receipt_no": "2", "amount": "30万元", "received_on": "2021-09-01"}
    other = {**fund, "receipt_no": "3", "program": "title_support"}
    title = {"party_id": "T", "programme": "taishan", "level": "province", "selected_on": "2021-06-01", "batch": "2021"}
    given = facts(talent_title=[title], upper_level_fund=[fund, more, other])
    found = roster("talents", given, DAY, CITY)
    assert column(found, "称号", "级别", "入选日期", "批次") == [("泰山系列", "省级", "2021-06-01", "2021")]
    funds = roster("talent_funds", given, DAY, CITY)
    assert sorted(column(funds, "称号", "金额")) == [("泰山系列", "30万元"), ("泰山系列", "50万元")]
    assert lines(funds, "各事由")[funds["rows"][0]["事由"]] == [2, 80_0000_00], (
        "what is no money for talents is not counted"
    )
    assert paid(["talent_fund_matching"], upper_level_fund=[fund])["talent_fund_matching", "T"] == ("sum", 50_0000_00)


def test_rural_spaces_are_filed_with_their_effect_and_the_chosen_are_rewarded_once() -> None:
    space = platform("S", "star_field", level="province", approved_on="2021-03-01")
    led = {"party_id": "FS", "platform_id": "S", "kind": "founded"}
    given = facts(
        innovation_platform=[space, platform("N", "agri_station", level="province", approved_on="2021-04-01")],
        envoy_engagement=[led],
        platform_output=[{"party_id": "FS", "platform_id": "S", "year": "2021", "reported_on": "2021-12-01",
                          "effect": "带动农户200户"}],
    )  # fmt: skip
    found = roster("rural_spaces", given, DAY, CITY)
    assert {one["编号"]: (one["级别"], one["成效"]) for one in found["rows"]} == {
        "S": ("省级", "带动农户200户"), "N": ("省级", "")
    }  # fmt: skip
    assert lines(found, "各类") == {"星创天地": [1, 1], "农科驿站": [1, 0]}


def test_vouchers_are_issued_used_checked_and_paid_out() -> None:
    matter = Matter("voucher", CITY, 2021).take("apply", "F1", party="F1", text="检测")
    matter.refuses("use", "F1", text="用", evidence=("发票",), sum="1万元")
    matter.take("issue", GROUP, sum="5万元").take("use", "F1", text="盐雾试验", evidence=("发票",), sum="4万元")
    matter.refuses("redeem", FINANCE, evidence=("凭证",), sum="1万元")
    matter.take("check", GROUP, text="属实").refuses("redeem", FINANCE, "E-STEP-SUM", evidence=("凭证",), sum="4.5万元")
    matter.take("redeem", FINANCE, sum="1.2万元", evidence=("凭证",))
    assert matter.now().now.ends == "已兑付"


def test_joint_projects_enter_are_consulted_reviewed_approved_and_leave() -> None:
    matter = Matter("joint_project", CITY, 2021).take("enter", "lc_county_science", party="A", text="入库")
    matter.refuses("approve", GROUP, sum="500万元", evidence=("批文",))
    matter.take("consult", GROUP, text="市县各半", sum="600万元").take("review", GROUP, text="通过", evidence=("意见",))
    matter.refuses("approve", GROUP, "E-STEP-SUM", sum="900万元", evidence=("批文",))
    matter.take("approve", GROUP, sum="500万元", evidence=("批文",)).take("finish", GROUP, evidence=("验收",))
    gone = Matter("joint_project", CITY, 2022).take("enter", "lc_county_science", party="B", text="入库")
    gone.take("fail", GROUP, text="不成熟")
    assert (matter.now().now.ends, gone.now().now.ends) == ("已完成", "已出库")


def test_communities_are_funded_by_both_levels_only_after_their_goals_were_assessed() -> None:
    given = facts(innovation_platform=[
        platform("C", "consortium_platform", role="lead", party_id="A"),
        platform("C", "consortium_platform", role="participant", party_id="B"),
    ])  # fmt: skip
    assert lines(roster("communities", given, DAY, CITY), "各共同体") == {"C": [1, 1]}
    made: Rows = [{"party_id": "A", "platform_id": "C", "item": kind, "kind": kind, "dated_on": "2021-05-01"}
                  for kind in ("project", "conversion")]  # fmt: skip
    assert lines(roster("platform_projects", facts(platform_project=made), DAY, CITY), "各共同体") == {"C": [1, 1]}
    matter = Matter("community_funding", CITY, 2021).take("goals", GROUP, party="A", text="转化十项")
    matter.refuses("city", FINANCE, sum="200万元", evidence=("指标文",))
    matter.take("assess", GROUP, text="转化十二项", evidence=("考核",))
    matter.refuses("city", FINANCE, "E-STEP-SUM", sum="201万元", evidence=("指标文",))
    matter.take("city", FINANCE, sum="200万元", evidence=("指标文",))
    matter.take("county", "lc_county_finance", sum="200万元", evidence=("指标文",))
    assert matter.now().now.ends == "已拨付"


def test_envoys_are_posted_serve_are_assessed_selected_and_rewarded() -> None:
    matter = Matter("envoy_assessment", CITY, 2021).take("post", "lc_county_science", party="T1", text="派驻某合作社")
    matter.take("serve", "T1", text="指导育苗").take("serve", "T1", text="防病")
    matter.refuses("select", GROUP, evidence=("公示",))
    matter.take("assess", GROUP, text="优").take("select", GROUP, evidence=("公示",))
    matter.take("reward", FINANCE, sum="2万元", evidence=("凭证",))
    assert matter.now().now.ends == "已奖励"


def test_whoever_acted_in_good_faith_may_be_excused() -> None:
    matter = Matter("tolerance", CITY, 2021).take("ask", "F1", party="F1", text="路线失败", evidence=("说明",))
    matter.refuses("exempt", GROUP, text="免责", evidence=("决定",))
    matter.take("examine", GROUP, text="勤勉尽责", evidence=("核查",)).take(
        "exempt", GROUP, text="免责", evidence=("决定",)
    )
    assert matter.now().now.ends == "予以免责"


def test_stations_and_events_for_talents_have_their_books() -> None:
    given = facts(
        innovation_platform=[platform("L", "liaison_station", approved_on="2021-01-01")],
        event_hosting=[{"party_id": "S", "event_name": "院士专家聊城行", "kind": "talent_recruiting",
                        "held_on": "2021-09-01"}],
    )  # fmt: skip
    assert column(roster("liaison_stations", given, DAY, CITY), "联络站") == [("L号",)]
    assert column(roster("talent_events", given, DAY, CITY), "活动", "日期") == [("院士专家聊城行", "2021-09-01")]


def test_loans_are_filed_losses_are_recognised_compensated_by_two_levels_and_what_comes_back_is_booked() -> None:
    given = facts(
        loan_filing=[{"party_id": "B", "loan_no": "1", "product": "result_conversion", "borrower": "A",
                      "principal": "300万元", "filed_on": "2020-06-01"}],
        loan_loss=[{"party_id": "B", "product": "result_conversion", "loan_no": "1", "recognised_on": "2021-06-01",
                    "loss": "100万元"}],
        loan_recovery=[{"party_id": "B", "loan_no": "1", "recovered_on": "2021-11-01", "amount": "20万元"}],
    )  # fmt: skip
    total = roster("conversion_loans", given, DAY, CITY)["tables"][0]["total"]
    assert list(total.values()) == [1, 300_0000_00, 100_0000_00]
    assert lines(roster("loans_recovered", given, DAY, CITY), "各笔贷款") == {"1": [1, 20_0000_00]}
    matter = Matter("loan_compensation", CITY, 2021).take(
        "claim", "B", party="B", text="坏账", sum="120万元", evidence=("判决",)
    )
    matter.refuses("compensate", FINANCE, text="省级", sum="35万元", evidence=("凭证",))
    matter.take("recognise", GROUP, sum="100万元", evidence=("认定书",))
    matter.take("compensate", FINANCE, text="省级", sum="35万元", evidence=("到账单",))
    matter.refuses("compensate", FINANCE, "E-STEP-SUM", text="市级", sum="66万元", evidence=("凭证",))
    matter.take("compensate", FINANCE, text="市级", sum="35万元", evidence=("凭证",))
    matter.take("recover", FINANCE, sum="20万元", evidence=("回单",)).take("close", FINANCE, text="执行终结")
    assert matter.now().now.ends == "已终结"


def test_pledges_say_who_bears_which_share_of_the_risk() -> None:
    given = facts(ip_pledge=[
        {"party_id": "A", "pledge_no": "1", "right_no": "Z1", "bank": "B", "insurer": "I", "principal": "200万元",
         "pledged_on": "2021-03-01", "government_share": "30", "bank_share": "30", "insurer_share": "40"},
        {"party_id": "C", "pledge_no": "2", "principal": "100万元", "pledged_on": "2020-03-01",
         "released_on": "2021-03-01"},
    ])  # fmt: skip
    found = roster("ip_pledges", given, DAY, CITY)
    assert column(found, "质押", "政府担", "银行担", "保险担") == [("1", "30", "30", "40")]


def test_prizes_are_registered_and_how_they_are_shared_out_is_kept() -> None:
    shares: Rows = [{"party_id": name, "project": "P", "award_name": "science_technology", "share": share,
                     "completion_order": str(order), "awarded_on": "2021-05-01"}
                    for order, (name, share) in enumerate((("T1", "60"), ("T2", "40")), 1)]  # fmt: skip
    assert lines(roster("prize_shares", facts(prize_share=shares), DAY, CITY), "各项目") == {"P": [2, 100]}
    won = {"party_id": "A", "award_name": "science_technology", "level": "province", "project": "P",
           "awarded_on": "2021-05-01"}  # fmt: skip
    assert paid(["science_award_support"], st_award=[won])["science_award_support", "A"][0] == "awaiting_parameter"


def told(party: str, year: int, revenue: str, on: str) -> dict[str, str]:
    """A firm's report of a year."""
    return {"party_id": party, "year": str(year), "revenue": revenue, "reported_on": on}


def goal(cluster: str, year: int, revenue: str, on: str) -> dict[str, str]:
    """What a cluster is to reach in a year."""
    return {"party_id": GROUP, "cluster": cluster, "year": str(year), "revenue": revenue, "set_on": on}


def test_each_of_the_nine_clusters_has_its_firms_a_revenue_to_reach_and_how_far_it_is() -> None:
    """The names are for the city to give; a cluster without firms, and one without a target, can be seen."""
    first, second = "第一个产业集群（名称待补）", "第二个产业集群（名称待补）"
    since = {"joined_on": "2020-06-01"}
    given = facts(
        cluster_member=[
            {"party_id": "甲", "cluster": "cluster_1", **since}, {"party_id": "乙", "cluster": "cluster_1", **since},
            {"party_id": "乙", "cluster": "cluster_2", "joined_on": "2021-01-01"},
            {"party_id": "丙", "cluster": "cluster_2", "joined_on": "2021-01-01"},
            {"party_id": "丁", "cluster": "cluster_1", **since, "left_on": "2021-06-30"},
        ],
        firm_year=[
            told("甲", 2020, "2亿元", "2021-02-01"), told("乙", 2020, "0.5亿元", "2021-02-01"),
            told("丙", 2020, "7亿元", "2021-02-01"), told("甲", 2021, "2.5亿元", "2021-12-10"),
            told("甲", 2021, "3亿元", "2021-12-20"), told("乙", 2021, "1亿元", "2021-12-20"),
            told("丁", 2021, "9亿元", "2021-12-20"),
        ],
        cluster_target=[goal("cluster_1", 2020, "8亿元", "2020-01-10"), goal("cluster_1", 2021, "6亿元", "2021-01-10"),
                        goal("cluster_1", 2021, "5亿元", "2021-05-10"), goal("cluster_1", 2022, "90亿元", "2021-12-01"),
                        goal("cluster_2", 2020, "3亿元", "2020-01-10")],
    )  # fmt: skip
    whole = "全部企业（在几个集群里的只计一次）"

    def reached(day: date) -> tuple[dict[str, list[Any]], list[Any]]:
        view = roster("cluster_members", given, day, CITY)
        by, alone = (next(one for one in view["tables"] if one["name"] == name) for name in ("各集群", whole))
        assert by["total"] is None and len(by["gaps"]) == 7, "of shares no sum; seven clusters have no firm yet"
        return {name: line for name, line in lines(view, "各集群").items() if line[0]}, list(alone["total"].values())

    of_2021 = (
        {first: [2, 2, 40_000_000_000, 50_000_000_000, 0.8], second: [2, 1, 10_000_000_000, None, None]},
        [3, 2, 40_000_000_000],
    )
    assert reached(DAY) == of_2021, "who has only told of 2020 adds nothing to 2021, nor does the target of 2020"
    assert reached(date(2022, 3, 1)) == of_2021, "of 2022 nobody has reported yet"
    lines_of_2020, all_of_2020 = reached(date(2021, 11, 30))
    assert [lines_of_2020[first][:4], lines_of_2020[second][:4]] == [
        [2, 2, 25_000_000_000, 80_000_000_000], [2, 2, 75_000_000_000, 30_000_000_000]
    ]  # fmt: skip
    assert all_of_2020 == [3, 3, 95_000_000_000], "乙 is in two clusters, and is summed once"
    assert reached(date(2023, 6, 1)) == of_2021, "two years on the last reports are still those of 2021"


def test_targets_of_different_years_are_listed_and_not_added() -> None:
    given = facts(cluster_target=[
        goal("cluster_1", 2021, "5亿元", "2021-01-10"), goal("cluster_1", 2022, "7亿元", "2021-01-10"),
        goal("cluster_1", 2022, "6亿元", "2021-09-01"), goal("cluster_2", 2022, "1亿元", "2021-01-10"),
    ])  # fmt: skip
    view = roster("cluster_targets", given, DAY, CITY)
    assert sorted(one["目标"] for one in view["rows"]) == ["1亿元", "5亿元", "6亿元"], "of two of a year the later"
    assert list(lines(view, "各集群各年").values()) == [[50_000_000_000], [60_000_000_000], [10_000_000_000]]
    assert [one["total"] for one in view["tables"]] == [None, None]
    assert [line for line in lines(view, "各集群").values() if line != [0]] == [[2], [1]]
