"""Platforms of the city: their system, their reviews, institutions and communities, what they share and spend."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.actions.grade import grade
from innocity.core.errors import InnoCityError
from tests.systems.shown import awards, listed, roster, table, tables, told, totals, weihai

DAY = date(2023, 12, 31)


def test_the_three_layers_show_empty_places_and_sum_what_each_institution_yields() -> None:
    registered = {
        "innovation_platform": [
            {
                "party_id": "甲",
                "platform_id": "P1",
                "name": "市产研院",
                "type": "research_institute",
                "level": "province",
                "system_layer": "institute",
                "division": "371002",
                "chain": "medical",
                "approved_on": "2019-06-01",
            },
            {
                "party_id": "乙",
                "platform_id": "P2",
                "name": "工研院",
                "type": "research_institute",
                "level": "province",
                "system_layer": "core_platform",
                "division": "371002",
                "chain": "information",
                "approved_on": "2020-06-01",
            },
            {
                "party_id": "丙",
                "platform_id": "P3",
                "name": "仿生院",
                "type": "new_rd_institution",
                "level": "city",
                "system_layer": "member",
                "division": "371082",
                "chain": "marine",
                "approved_on": "2020-07-01",
            },
            {
                "party_id": "丙",
                "platform_id": "P4",
                "name": "仿生院材料公司",
                "type": "new_rd_institution",
                "level": "city",
                "system_layer": "extended",
                "parent_platform": "P3",
                "division": "371082",
                "chain": "marine",
                "approved_on": "2021-07-01",
            },
            {
                "party_id": "乙",
                "platform_id": "P5",
                "name": "退出的机构",
                "type": "new_rd_institution",
                "level": "city",
                "system_layer": "member",
                "division": "371083",
                "chain": "textile",
                "approved_on": "2020-01-01",
            },
            {
                "party_id": "乙",
                "platform_id": "P5",
                "name": "退出的机构",
                "type": "new_rd_institution",
                "level": "city",
                "system_layer": "member",
                "division": "371083",
                "chain": "textile",
                "approved_on": "2023-03-01",
                "status": "withdrawn",
            },
        ],
        "platform_output": [
            {
                "party_id": "乙",
                "platform_id": "P2",
                "year": 2023,
                "reported_on": "2023-12-20",
                "teams": 3,
                "patents": 21,
                "conversions": 4,
                "spin_offs": 2,
                "output_value": "1.5亿元",
            },
            {
                "party_id": "丙",
                "platform_id": "P3",
                "year": 2023,
                "reported_on": "2023-12-21",
                "teams": 1,
                "patents": 5,
                "conversions": 1,
                "spin_offs": 0,
                "output_value": "2000万元",
            },
        ],
    }
    view = roster("platform_system", **registered)
    assert totals(view, "各层") == {
        "产业技术研究院": (1,),
        "骨干平台": (1,),
        "技术机构与共同体": (1,),
        "延伸机构": (1,),
    }
    assert ("丙公司", "仿生院材料公司", "P3") in listed(view, "平台", "由谁延伸")
    assert table(view, "各区市").gaps == ("文登区", "乳山市"), "the platform in Rushan has left"
    gaps = table(view, "各产业链").gaps
    assert "碳纤维等复合材料" in gaps and "时尚与休闲运动产品" in gaps and "新一代信息技术" not in gaps
    before = roster("platform_system", "2022-12-31", **registered)
    assert table(before, "各区市").gaps == ("文登区",), "a year before it was still there"
    outputs = registered["platform_output"]
    again = {**outputs[0], "reported_on": "2023-12-30"}
    twice = {**registered, "platform_output": [*outputs, again]}
    assert totals(roster("platform_outputs", **twice), "本年各机构") == totals(
        roster("platform_outputs", **registered), "本年各机构"
    ), "of two reports of one platform and year the later counts"
    yielded = totals(roster("platform_outputs", **registered), "本年各机构")
    assert yielded == {"P2": (3, 21, 4, 2, 15_000_000_000), "P3": (1, 5, 1, 0, 2_000_000_000)}


def test_city_platforms_are_reviewed_paid_after_a_good_review_and_leave_with_a_record() -> None:
    named = {"level": "city", "approved_on": "2022-05-01"}
    registered = {
        "innovation_platform": [
            {"party_id": "甲", "platform_id": "L1", "name": "一号实验室", "type": "key_lab", **named},
            {"party_id": "乙", "platform_id": "B1", "name": "中试基地", "type": "pilot_base", **named},
            {"party_id": "丙", "platform_id": "E1", "name": "工程中心", "type": "engineering_centre", **named},
            {
                "party_id": "丙",
                "platform_id": "E1",
                "name": "工程中心",
                "type": "engineering_centre",
                "level": "city",
                "approved_on": "2023-11-01",
                "valid_from": "2023-11-01",
                "status": "eliminated",
            },
            {"party_id": "丙", "platform_id": "T1", "name": "新批中心", "type": "tech_centre", **named},
        ],
        "platform_evaluation": [
            {
                "party_id": "甲",
                "platform_id": "L1",
                "type": "key_lab",
                "level": "city",
                "evaluated_on": "2023-10-10",
                "result": "excellent",
                "next_on": "2024-10-10",
            },
            {
                "party_id": "乙",
                "platform_id": "B1",
                "type": "pilot_base",
                "level": "city",
                "evaluated_on": "2023-10-10",
                "result": "pass",
                "next_on": "2024-10-10",
            },
            {
                "party_id": "丙",
                "platform_id": "E1",
                "type": "engineering_centre",
                "level": "city",
                "evaluated_on": "2023-10-10",
                "result": "fail",
            },
        ],
    }
    view = roster("city_platforms", **registered)
    assert listed(view, "编号", "评价结果")[0] == ("丙公司", "T1", ""), "who was never reviewed stands first"
    assert {row[1] for row in listed(view, "编号")} == {"T1", "L1", "B1"}
    assert table(view, "该评没评").total.values == (1, 0)
    reviews = registered["platform_evaluation"]
    past = {**reviews[0], "evaluated_on": "2021-03-01", "result": "fail", "recorded_at": "2023-12-01"}
    coming = {**reviews[0], "evaluated_on": "2024-02-01", "result": "good"}
    found = roster("city_platforms", **{**registered, "platform_evaluation": [*reviews, past, coming]})
    assert ("甲公司", "L1", "优秀") in listed(found, "编号", "评价结果"), (
        "the latest by its own day, none of a later day"
    )
    later = roster("city_platforms", "2024-12-31", **registered)
    assert table(later, "该评没评").total.values == (1, 2), "two are due again and were not reviewed"
    reported = [
        {
            "party_id": who,
            "platform_id": name,
            "year": 2023,
            "reported_on": "2023-09-01",
            "patents": patents,
            "conversions": conversions,
            "output_value": value,
        }
        for who, name, patents, conversions, value in (("甲", "L1", 20, 10, "1亿元"), ("乙", "B1", 10, 5, "5000万元"))
    ]
    graded = grade(weihai(), "city_platform_review", tables({**registered, "platform_output": reported}), DAY)
    assert [(one.subject.values["编号"], one.score, one.tier_name, one.leaves) for one in graded] == [
        ("L1", 100, "优秀", False),
        ("B1", 50, "合格", False),
        ("T1", None, "未评", False),
    ], "who reported nothing is not graded, and does not leave"
    assert [one.name for one in table(view, "六类平台").groups] == [
        "重点实验室",
        "技术创新中心",
        "新型研发机构",
        "临床医学研究中心",
        "工程技术研究中心",
        "中试基地",
    ]
    gone = roster("platforms_gone", **registered)
    assert listed(gone, "编号", "状态", "自", "评价结果") == [("丙公司", "E1", "淘汰", "2023-11-01", "不合格")]
    clause = "city_platform_performance"
    chosen = [
        {"clause": clause, "object": "L1", "party": "甲", "selected": True, "sum": "60万元"},
        {"clause": clause, "object": "B1", "party": "乙", "selected": False},
    ]
    paid = told(awards([clause], decisions=chosen, **registered))
    assert paid[clause, "甲", 2023] == ("sum", 60_000_000)
    assert paid[clause, "乙", 2023] == ("sum", 0), "reviewed, and not among the better ones"
    assert (clause, "丙", 2023) not in paid, "a bad review opens no subsidy"


def test_self_built_and_joint_institutions_are_kept_apart_and_supported_after_review() -> None:
    common = {"type": "new_rd_institution", "level": "city", "approved_on": "2019-03-01"}
    registered = {
        "innovation_platform": [
            {"party_id": "甲", "platform_id": "N1", "name": "自建院", "lead_kind": "firm", "event": "filing", **common},
            {
                "party_id": "乙",
                "platform_id": "N2",
                "name": "共建院",
                "lead_kind": "government_joint",
                "event": "listing",
                **common,
            },
        ],
        "platform_evaluation": [
            {
                "party_id": "甲",
                "platform_id": "N1",
                "type": "new_rd_institution",
                "level": "city",
                "evaluated_on": "2023-05-01",
                "result": "good",
            }
        ],
    }
    agreed = [
        {
            "clause": "new_rd_institution_joint",
            "object": "N2",
            "party": "乙",
            "selected": True,
            "sum": "800万元",
            "year": 2019,
        }
    ]
    decided = [{"party_id": "乙", **{k: v for k, v in agreed[0].items() if k != "party"}}]
    view = roster("new_rd_institutions", decision=decided, **registered)
    assert totals(view, "自建与共建") == {"企业": (1, 0), "政府引进或共建": (1, 1)}
    assert totals(view, "备案与入库") == {"备案": (1,), "入库": (1,)}
    first = told(awards(["new_rd_institution", "new_rd_institution_joint"], [2019], decisions=agreed, **registered))
    assert first["new_rd_institution", "甲", 2019] == ("awaiting_decision", 200_000_000)
    assert first["new_rd_institution_joint", "乙", 2019] == ("sum", 800_000_000), "as agreed for this one"
    later = [{"clause": "city_platform_performance", "object": "N1", "party": "甲", "selected": True, "sum": "50万元"}]
    found = told(awards(["city_platform_performance"], decisions=later, **registered))
    assert found["city_platform_performance", "甲", 2023] == ("sum", 50_000_000)


def test_the_centre_s_fund_is_kept_by_way_platform_and_incubated_project() -> None:
    use = {"party_id": "甲", "appropriation": "regional_centre_fund"}
    kept = {
        "innovation_platform": [
            {
                "party_id": "甲",
                "platform_id": "P1",
                "name": "海洋研究院",
                "type": "research_institute",
                "level": "city",
                "approved_on": "2019-06-01",
            }
        ],
        "appropriation_use": [
            {**use, "amount": "4亿元", "used_on": "2018-06-30", "way": "grant", "platform_id": "P1"},
            {**use, "amount": "2亿元", "used_on": "2020-06-30", "way": "grant_to_equity", "incubated": "项目一"},
            {
                **use,
                "amount": "1.18亿元",
                "used_on": "2021-06-30",
                "way": "direct_equity",
                "platform_id": "P1",
                "incubated": "项目二",
            },
            {"party_id": "甲", "appropriation": "science_fund", "amount": "8000万元", "used_on": "2021-06-30"},
        ],
    }
    early = roster("regional_centre_uses", "2019-12-31", **kept).fund
    assert early is not None and early.used == 40_000_000_000, "what was drawn by then"
    view = roster("regional_centre_uses", **kept)
    fund = view.fund
    assert fund is not None
    assert (fund.planned, fund.used, fund.left) == (100_000_000_000, 71_800_000_000, 28_200_000_000)
    assert f"{float(fund.rate):.1%}" == "71.8%"
    assert totals(view, "三种方式") == {
        "无偿资助": (1, 40_000_000_000),
        "拨投结合": (1, 20_000_000_000),
        "直接投资": (1, 11_800_000_000),
    }
    assert listed(view, "平台", "孵化项目")[2] == ("甲公司", "海洋研究院", "项目二")


def test_what_an_enclave_or_campus_institution_gets_follows_filing_and_review() -> None:
    registered = {
        "rd_institution": [
            {
                "party_id": "甲",
                "institution": "R1",
                "place": "outside_city",
                "form": "talent_enclave",
                "filed_on": "2023-02-01",
            },
            {
                "party_id": "乙",
                "institution": "R2",
                "place": "local_university",
                "form": "joint_lab",
                "filed_on": "2023-02-01",
            },
        ],
        "platform_evaluation": [
            {
                "party_id": who,
                "platform_id": name,
                "type": "enterprise_rd_institution",
                "evaluated_on": "2023-10-01",
                "result": "excellent",
            }
            for who, name in (("甲", "R1"), ("乙", "R2"), ("丙", "R9"))
        ],
    }
    view = roster("rd_institutions", **registered)
    assert {name: values for name, values in totals(view, "设在哪里").items()} == {"驻本市高校院所": (1,), "市外": (1,)}
    assert listed(view, "机构编号", "评价结果") == [("乙公司", "R2", "优秀"), ("甲公司", "R1", "优秀")]
    outside, campus, filing = "outside_city_rd_subsidy", "university_rd_institution", "outside_city_filing"
    decided = [
        {"clause": outside, "object": "甲", "party": "甲", "selected": True, "sum": "40万元"},
        {"clause": campus, "object": "乙", "party": "乙", "selected": True, "sum": "50万元"},
    ]
    found = told(awards([outside, campus, filing], decisions=decided, **registered))
    assert found[filing, "甲", 2023] == ("in_kind", None), "filed as one within the city is"
    assert found[outside, "甲", 2023] == ("sum", 40_000_000)
    assert found[campus, "乙", 2023] == ("sum", 50_000_000)
    assert not [key for key in found if key[1] == "丙"], "reviewed, and never filed"
    too_much = [{"clause": campus, "object": "乙", "party": "乙", "selected": True, "sum": "50.01万元"}]
    with pytest.raises(InnoCityError) as error:
        awards([campus], decisions=too_much, **registered)
    assert error.value.code == "E-DECISION-ABOVE-CEILING"


def test_candidates_are_followed_until_the_day_of_approval_brings_the_reward() -> None:
    bid = {"party_id": "甲", "candidate": "C1", "name": "省实验室", "type": "provincial_lab", "level": "province"}
    lab = {
        "party_id": "乙",
        "candidate": "C2",
        "name": "全国重点实验室",
        "type": "national_key_lab",
        "level": "national",
    }
    candidates = [
        {**bid, "stage": "preparing", "as_on": "2022-03-01"},
        {**bid, "stage": "submitted", "as_on": "2023-03-01"},
        {**lab, "stage": "reviewing", "as_on": "2022-10-01"},
        {**lab, "stage": "approved", "as_on": "2023-06-01", "platform_id": "K1"},
        {
            "party_id": "丙",
            "candidate": "C3",
            "name": "大装置",
            "type": "big_science",
            "level": "national",
            "stage": "preparing",
            "as_on": "2023-01-01",
        },
    ]
    before = roster("platform_candidates", "2023-05-31", platform_candidate=candidates)
    assert listed(before, "平台", "阶段") == [
        ("丙公司", "大装置", "筹备"),
        ("乙公司", "全国重点实验室", "评审中"),
        ("甲公司", "省实验室", "已申报"),
    ]
    after = roster("platform_candidates", platform_candidate=candidates)
    assert [row[1] for row in listed(after, "平台")] == ["大装置", "省实验室"]
    checked = table(roster("candidates_approved", platform_candidate=candidates), "核对").total
    assert checked.values == (1, 0, 1), "approved, and not yet where the clauses look"
    approved = [
        {
            "party_id": "乙",
            "platform_id": "K1",
            "type": "national_key_lab",
            "level": "national",
            "role": "lead",
            "approved_on": "2023-06-01",
        }
    ]
    entered = roster("candidates_approved", platform_candidate=candidates, innovation_platform=approved)
    assert table(entered, "核对").total.values == (1, 1, 0)
    assert told(awards(["national_key_lab"], innovation_platform=approved)) == {
        ("national_key_lab", "乙", 2023): ("sum", 1_000_000_000)
    }


def test_the_five_demonstration_zones_each_have_their_place_and_those_who_answer() -> None:
    pack = weihai()
    zones = [task for task in pack.tasks.values() if task.parent == "five_demonstration_zones"]
    articles = {one.id: one.text for one in pack.documents["plan-2023"].articles}
    places = ("高区", "经区", "荣成", "南海新区", "中心城区")
    for place, zone in zip(places, zones, strict=True):
        assert place in zone.title + articles[zone.article.partition("#")[2]]
        assert zone.responsible and set(zone.responsible) <= set(pack.units)
