"""What people and places reach: postdocs, prizes, ranks, indices, consortia, bases elsewhere, reserves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from innocity.actions.figures import city_figures
from innocity.actions.observe import observe
from innocity.engines.indicators.breakdown import breakdown
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.shares import payee_parts
from tests.systems.shown import awards, listed, roster, table, told, totals, weihai


def test_postdocs_are_followed_from_station_to_departure_and_paid_month_by_month() -> None:
    stations = [
        {
            "party_id": who,
            "platform_id": f"S{number}",
            "name": f"{who}站",
            "type": kind,
            "level": "national",
            "recognition_kind": "first",
            "approved_on": "2023-02-01",
        }
        for number, (who, kind) in enumerate(
            (("甲", "postdoc_station"), ("乙", "postdoc_branch"), ("丙", "postdoc_base"))
        )
    ]
    stays = [
        {
            "party_id": "博一",
            "project": "J1",
            "host": "甲",
            "tutor_university": "某大学",
            "from_outside": "true",
            "key_industry": "true",
            "entered_on": "2023-03-15",
            "opened_on": "2023-05-01",
            "left_on": "2023-11-10",
        },
        {"party_id": "博二", "project": "J2", "host": "乙", "from_outside": "true", "entered_on": "2023-06-01"},
        {
            "party_id": "博三",
            "project": "J3",
            "host": "乙",
            "from_outside": "false",
            "entered_on": "2023-06-01",
            "opened_on": "2023-09-01",
        },
    ]
    matched = [
        {
            "party_id": "博一",
            "receipt_no": "R1",
            "program": "postdoc_research",
            "source_level": "province",
            "project_no": "J1",
            "amount": "10万元",
            "received_on": "2023-10-01",
        }
    ]
    registered = {"innovation_platform": stations, "postdoc_residence": stays, "upper_level_fund": matched}
    assert totals(roster("postdoc_stations", **registered), "三类") == {
        "博士后科研工作站": (1,),
        "博士后科研工作站分站": (1,),
        "博士后创新实践基地": (1,),
    }
    view = roster("postdocs", **registered)
    assert table(view, "走到哪一步").total.values == (3, 2, 1)
    clauses = [
        "postdoc_station_setup",
        "postdoc_project_grant",
        "postdoc_research_grant",
        "postdoc_matching",
        "postdoc_living_allowance",
    ]
    decided = [{"clause": "postdoc_research_grant", "object": "J1", "party": "博一", "selected": True, "sum": "15万元"}]
    found = awards(clauses, decisions=decided, **registered)
    sums = {(one.clause, one.object): one.payable for one in found if one.status == "sum"}
    assert sums == {
        ("postdoc_station_setup", "S0"): 10_000_000,
        ("postdoc_station_setup", "S1"): 5_000_000,
        ("postdoc_station_setup", "S2"): 5_000_000,
        ("postdoc_project_grant", "J1"): 5_000_000,
        ("postdoc_project_grant", "J3"): 5_000_000,
        ("postdoc_research_grant", "J1"): 15_000_000,
        ("postdoc_matching", "J1"): 10_000_000,
        ("postdoc_living_allowance", "J1"): 4_000_000,
        ("postdoc_living_allowance", "J2"): 3_500_000,
    }
    plan = compile_rules(weihai(), 2023, date(2024, 12, 31), {}, only=["postdoc_matching"], simulated=True)
    parts = payee_parts(plan.clause("postdoc_matching"), 10_000_000)
    assert parts == {"project": 8_500_000, "host": 500_000, "tutor": 500_000, "fellow": 500_000}
    months = {
        month: table(roster("postdoc_living_month", f"2023-{month:02}-28", **registered), "本月").total.values
        for month in range(1, 13)
    }
    assert (
        months[2] == (0, 0) and months[3] == (1, 500_000) and months[6] == (2, 1_000_000) and months[11] == (1, 500_000)
    )
    assert sum(fen for _, fen in months.values()) == 7_500_000, "month by month what the clause gives for the year"


def test_prizes_are_registered_matched_and_shared_among_those_who_did_the_work() -> None:
    prizes = [
        {
            "party_id": "甲",
            "award_name": "science_technology",
            "level": "national",
            "grade": "first",
            "project": "雷达",
            "completion_order": 1,
            "awarded_on": "2019-01-08",
        },
        {
            "party_id": "乙",
            "award_name": "science_technology",
            "level": "national",
            "grade": "second",
            "project": "核电",
            "completion_order": 2,
            "awarded_on": "2019-01-08",
        },
        {
            "party_id": "丙",
            "award_name": "science_technology",
            "level": "province",
            "grade": "second",
            "project": "养殖",
            "completion_order": 1,
            "prize": "15万元",
            "awarded_on": "2019-03-01",
        },
    ]
    found = awards(["national_science_award_match", "province_science_award_match"], [2019], st_award=prizes)
    assert {(one.object, one.payable) for one in found if one.status == "sum"} == {
        ("雷达", 100_000_000),
        ("养殖", 15_000_000),
    }
    plan = compile_rules(weihai(), 2019, date(2020, 12, 31), {}, only=["national_science_award_match"], simulated=True)
    parts = payee_parts(plan.clause("national_science_award_match"), 100_000_000)
    assert parts == {"main_contributors": 50_000_000, "self_chosen_research": 50_000_000}
    people = [
        {
            "party_id": name,
            "project": "雷达",
            "clause": "national_science_award_match",
            "completion_order": order,
            "share": share,
            "awarded_on": "2019-01-08",
        }
        for order, (name, share) in enumerate((("人一", 60), ("人二", 40)), 1)
    ]
    booked = [
        {
            "party_id": "甲",
            "clause": "national_science_award_match",
            "object": "雷达",
            "year": 2019,
            "approved": "100万元",
            "amount": "100万元",
        }
    ]
    view = roster("prize_shares", "2019-12-31", prize_share=people, award=booked)
    assert listed(view, "顺位", "分得") == [("人一", "1", "30万元"), ("人二", "2", "20万元")], (
        "together the half that is for those who did the work"
    )
    assert totals(view, "各项目") == {"雷达": (2, 100)}


def test_ranks_of_the_zone_are_kept_by_year_and_each_place_won_over_the_best_is_paid() -> None:
    ranks = [
        {"party_id": "gaoqu", "list": "national_zone", "year": year, "published_on": f"{year + 1}-09-01", "rank": rank}
        for year, rank in ((2016, 35), (2017, 30), (2018, 33), (2019, 27))
    ]
    view = roster("zone_ranks", "2020-12-31", ranking=ranks)
    assert totals(view, "历年") == {"2016": (35,), "2017": (30,), "2018": (33,), "2019": (27,)}
    assert table(view, "最好名次").total.values == (27, 30)
    found = told(awards(["zone_ranking_reward"], [2018, 2019, 2020], ranking=ranks))
    paid = {key[2]: fen for key, (status, fen) in found.items() if status == "sum" and fen}
    assert paid == {2018: 1_000_000_000, 2020: 600_000_000}, "five places, none, three: always from the best one"


def test_research_intensity_is_watched_by_county_and_a_new_title_brings_its_reward(tmp_path: Path) -> None:
    pack, share = weihai(), weihai().indicators["rd_gdp_share"]
    observe(
        pack,
        [
            {"party_id": "wh_science", "indicator": "rd_gdp_share", "scope": scope, "period": "2023", "value": value}
            for scope, value in (("rongcheng", "2.9"), ("huancui", "3.4"))
        ],
        tmp_path,
    )
    parts = breakdown(pack, share, "division", city_figures(pack, tmp_path).recorded)
    assert {one.name: one.observed and float(one.observed.value) for one in parts} == {
        "环翠区": 3.4,
        "文登区": None,
        "荣成市": 2.9,
        "乳山市": None,
    }
    titles = [
        {"party_id": "rongcheng", "title": "innovative_county", "level": "national", "issued_on": "2018-11-01"},
        {"party_id": "镇一", "title": "innovative_town", "level": "province", "issued_on": "2019-11-01"},
    ]
    found = told(awards(["innovative_county_reward"], [2018, 2019], qualification=titles))
    assert found == {
        ("innovative_county_reward", "rongcheng", 2018): ("sum", 500_000_000),
        ("innovative_county_reward", "镇一", 2019): ("sum", 100_000_000),
    }


def test_scores_ranks_and_parts_of_indices_are_kept_as_published_and_never_worked_out() -> None:
    name = "综合科技创新水平指数"
    results = [
        {
            "party_id": "city",
            "index_name": name,
            "year": year,
            "score": score,
            "rank": rank,
            "component": part,
            "published_on": f"{year + 1}-05-01",
        }
        for year, part, score, rank in ((2021, "", "70.1", 4), (2022, "", "72.4", 3), (2022, "创新环境", "75.0", 2))
    ]
    for one in results:
        if not one["component"]:
            del one["component"]
    view = roster("index_results", index_result=results)
    assert listed(view, "指数", "分项", "得分", "位次") == [
        ("city", name, "", "70.1", "4"),
        ("city", name, "", "72.4", "3"),
        ("city", name, "创新环境", "75.0", "2"),
    ]
    assert totals(view, "各指数") == {name: (1, 3)}
    official = weihai().indices["st_innovation_level"]
    assert official.recorded == "st_innovation_level_rank" and not official.components, "there is nothing to work out"


def test_funds_have_givers_a_guide_and_projects_and_consortia_their_roles_tasks_and_shares() -> None:
    given = {"fund": "F1", "name": "海洋开放基金", "contributed_on": "2023-01-10", "guide": "深海装备三个方向"}
    funds = [
        {"party_id": "甲", "contributed": "300万元", **given},
        {"party_id": "乙", "contributed": "200万元", **given},
    ]
    granted = [
        {
            "party_id": "丙",
            "fund": "F1",
            "project_no": "J1",
            "topic": "密封",
            "amount": "40万元",
            "approved_on": "2023-06-01",
        }
    ]
    assert totals(roster("research_funds", research_fund=funds), "各基金") == {"F1": (2, 500_000_000)}
    view = roster("fund_projects", research_fund=funds, fund_project=granted)
    assert listed(view, "基金", "课题", "资助额") == [("丙公司", "海洋开放基金", "密封", "40万元")]
    one = {
        "consortium": "U1",
        "task_based": "true",
        "leader_is_chain_head": "true",
        "with_local_university": "true",
        "formed_on": "2023-03-01",
    }
    members = [
        {"party_id": who, "role": role, "task_taken": task, "benefit": share, **one}
        for who, role, task, share in (
            ("甲", "lead", "总体", "专利五成"),
            ("乙", "support", "试验", "专利三成"),
            ("丙", "participant", "应用", "专利两成"),
        )
    ]
    view = roster("consortia", innovation_consortium=members)
    assert totals(view, "各联合体") == {"U1": (1, 1, 1)}
    assert ("乙公司", "支撑", "试验", "专利三成") in listed(view, "角色", "承担的任务", "利益分配")
    assert told(awards(["consortium_subsidy"], innovation_consortium=members)) == {
        ("consortium_subsidy", "甲", 2023): ("sum", 10_000_000)
    }


def test_bases_elsewhere_are_listed_with_what_came_back_to_be_used_here() -> None:
    bases = [
        {
            "party_id": "甲",
            "institution": "O1",
            "place": "overseas",
            "form": "joint_lab",
            "local_host": "true",
            "filed_on": "2019-03-01",
        }
    ]
    results = [
        {
            "party_id": "甲",
            "platform_id": "O1",
            "item": f"成果{number}",
            "kind": "conversion",
            "name": f"成果{number}",
            "dated_on": "2019-06-01",
            "local_conversion": here,
        }
        for number, here in enumerate(("true", "true", "false", "false"))
    ]
    results += [
        {**results[0], "item": "项目一", "kind": "project", "name": "项目一"},
        {**results[0], "dated_on": "2019-07-01"},
    ]
    view = roster("offshore_results", "2019-12-31", rd_institution=bases, platform_project=results)
    assert totals(view, "各基地") == {"O1": (4, 2, 0.5)}, "conversions alone, each once"
    decided = [{"clause": "overseas_rd_subsidy", "object": "O1", "party": "甲", "selected": True, "sum": "100万元"}]
    found = told(awards(["overseas_rd_subsidy"], [2019], decisions=decided, rd_institution=bases))
    assert found["overseas_rd_subsidy", "甲", 2019] == ("sum", 100_000_000)


def test_capability_is_assessed_and_joint_plans_list_their_projects() -> None:
    judged = [
        {
            "party_id": "city",
            "subject": "科技军民融合创新能力",
            "year": 2019,
            "assessed_on": "2019-10-01",
            "finding": "电子信息较强",
            "assessor": "第三方",
        }
    ]
    assert listed(roster("capability_assessments", "2019-12-31", capability_assessment=judged), "评估内容", "结论") == [
        ("city", "科技军民融合创新能力", "电子信息较强")
    ]
    projects = [
        {
            "party_id": "甲",
            "project_no": "J1",
            "program": "military_civil",
            "chain": "information",
            "approved_on": "2019-05-01",
        },
        {"party_id": "乙", "project_no": "J2", "program": "key_project", "approved_on": "2019-05-01"},
    ]
    view = roster("military_civil_projects", "2019-12-31", st_project=projects)
    assert listed(view, "项目") == [("甲公司", "J1")] and totals(view, "各产业链") == {"新一代信息技术": (1,)}
    found = told(awards(["military_civil_projects"], [2019], st_project=projects))
    assert found == {("military_civil_projects", "甲", 2019): ("awaiting_parameter", None)}


def test_entrepreneurs_are_selected_and_what_each_was_given_is_kept() -> None:
    people = [
        {"party_id": f"人{number}", "name": "某人", "category": "entrepreneur", "employer": "甲"}
        for number in range(100)
    ]
    given = [
        {"party_id": f"人{number}", "scheme": "企业家培育", "kind": kind, "given_on": "2019-05-01"}
        for number, kind in ((0, "training"), (1, "training"), (1, "finance"))
    ]
    given.append(
        {"party_id": "人0", "scheme": "企业家培育", "kind": "funds", "given_on": "2019-06-01", "amount": "10万元"}
    )
    assert table(roster("entrepreneurs_selected", "2019-12-31", person=people), "入选").total.values == (100,)
    view = roster("entrepreneurs", "2019-12-31", person=people, support_record=given)
    assert totals(view, "各类支持") == {"培训": (2, 2, 0), "资金": (1, 1, 10_000_000), "金融便利": (1, 1, 0)}
    [target] = [one for one in weihai().targets.values() if one.id == "technology_entrepreneurs"]
    assert target.value == 100


def test_reserves_are_pushed_along_the_chains_and_counted_at_the_year_s_end() -> None:
    kept = [
        {
            "party_id": "甲",
            "item": f"T{number}",
            "kind": "talent",
            "scout": "乙",
            "chain": "marine" if number % 2 else "medical",
            "overseas": "true" if number < 3 else "false",
            "reserved_on": "2023-04-01",
        }
        for number in range(5)
    ]
    kept += [
        {
            "party_id": "甲",
            "item": f"A{number}",
            "kind": "achievement",
            "scout": "乙",
            "chain": "marine",
            "ready": "true" if number < 1 else "false",
            "reserved_on": "2023-04-01",
        }
        for number in range(4)
    ]
    kept[0] |= {"pushed_to": "丙", "pushed_on": "2023-05-01"}
    view = roster("reserve", scouted_resource=kept)
    lines = totals(view, "本年各类")
    assert lines["人才"] == (5, 3, 0.6, 0, 0.0, 1) and lines["科技成果"][:1] + lines["科技成果"][3:5] == (4, 1, 0.25)
    assert totals(view, "本年各产业链") == {"医药与医疗器械": (3, 1), "海洋生物与健康食品": (6, 0)}
    assert listed(view, "储备", "推送给")[-1] == ("甲公司", "T0", "丙公司"), "what was not pushed yet stands first"
    aims = {
        one.indicator: one.value
        for one in weihai().targets.values()
        if one.indicator
        in (
            "outside_talents_reserved",
            "reserved_talents_overseas_share",
            "achievements_reserved",
            "reserved_achievements_ready_share",
        )
    }
    assert set(aims.values()) == {800, 50, 40}
