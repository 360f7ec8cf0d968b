"""Firms: the ladder and its lists, clusters, patents, tax growth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from innocity.actions.grade import grade
from tests.systems.shown import FIRMS, Matter, awards, listed, refused, roster, table, tables, told, totals, weihai

DAY = date(2023, 12, 31)


def test_each_rung_has_its_list_and_a_step_up_is_an_event_that_pays() -> None:
    titles = [
        {
            "party_id": "甲",
            "title": "tech_sme",
            "recognition_kind": "first",
            "issued_on": "2021-05-01",
            "expires_on": "2024-05-01",
        },
        {
            "party_id": "甲",
            "title": "hnte",
            "recognition_kind": "first",
            "issued_on": "2023-11-01",
            "expires_on": "2026-11-01",
        },
        {
            "party_id": "乙",
            "title": "hnte",
            "recognition_kind": "first",
            "issued_on": "2020-11-01",
            "expires_on": "2023-11-01",
        },
        {
            "party_id": "乙",
            "title": "hnte",
            "recognition_kind": "again",
            "issued_on": "2023-11-01",
            "expires_on": "2026-11-01",
        },
        {
            "party_id": "乙",
            "title": "gazelle",
            "recognition_kind": "first",
            "issued_on": "2023-12-01",
            "expires_on": "2026-12-01",
        },
        {
            "party_id": "丙",
            "title": "hnte",
            "recognition_kind": "first",
            "issued_on": "2019-11-01",
            "expires_on": "2022-11-01",
        },
    ]
    view = roster("ladder", qualification=titles)
    assert [one.name for one in table(view, "四级").groups] == [
        "科技型中小企业",
        "高新技术企业",
        "瞪羚企业",
        "独角兽企业",
    ]
    assert totals(view, "四级") == {"科技型中小企业": (1,), "高新技术企业": (2,), "瞪羚企业": (1,)}, "丙 has lapsed"
    entered_again = {"party_id": "甲", "title": "tech_sme", "recognition_kind": "again", "issued_on": "2023-12-15"}
    titles.append(entered_again)  # the library is entered anew every year: the step up stays what it was
    steps = roster("ladder_steps", qualification=titles)
    assert listed(steps, "原来", "升为") == [
        ("乙公司", "高新技术企业", "瞪羚企业"),
        ("甲公司", "科技型中小企业", "高新技术企业"),
    ]
    assert roster("ladder_steps", "2022-12-31", qualification=titles).count == 0
    found = told(awards(["hnte_reward", "gazelle_support", "tech_sme_priority"], [2021, 2023], qualification=titles))
    assert found["hnte_reward", "甲", 2023] == ("sum", 20_000_000), "first recognition"
    assert found["hnte_reward", "乙", 2023] == ("sum", 10_000_000), "recognised again"
    assert found["gazelle_support", "乙", 2023][0] == "awaiting_parameter", "the text gives no sum"
    assert found["tech_sme_priority", "甲", 2021] == ("in_kind", None)


def test_firms_of_the_library_stand_first_among_those_who_apply() -> None:
    apply = {"program": "key_project", "applied_on": "2023-06-01"}
    view = roster(
        "applications",
        qualification=[
            {"party_id": "丙", "title": "tech_sme", "issued_on": "2023-05-01", "expires_on": "2024-05-01"},
            {"party_id": "乙", "title": "tech_sme", "issued_on": "2021-05-01", "expires_on": "2022-05-01"},
        ],
        project_application=[
            {"party_id": "甲", "application": "A1", "name": "甲项目", **apply},
            {"party_id": "乙", "application": "A2", "name": "乙项目", **apply},
            {"party_id": "丙", "application": "A3", "name": "丙项目", **apply},
        ],
    )
    assert [row[0] for row in listed(view)] == ["丙公司", "乙公司", "甲公司"], "乙 was in it until the year before"
    assert totals(view, "本年各计划") == {"重点技术创新项目": (3, 1)}
    entered = [{"party_id": "丙", "title": "tech_sme", "issued_on": "2023-05-01"}]
    [award] = awards(["tech_sme_priority"], qualification=entered)
    assert award.status == "in_kind" and "优先" in (weihai().clauses["tech_sme_priority"].service or "")


def test_seedlings_of_gazelles_are_found_by_growth_and_their_support_is_set_beside_them(tmp_path: Path) -> None:
    spent = {"caliber": "hnte_audit"}
    titles = [
        *(
            {"party_id": who, "title": "hnte", "issued_on": "2022-11-01", "expires_on": "2025-11-01"}
            for who in "甲乙丙"
        ),
        {"party_id": "乙", "title": "gazelle_reserve", "issued_on": "2023-06-01"},
        {"party_id": "甲", "title": "gazelle", "issued_on": "2023-09-01"},
    ]
    money = [
        {
            "party_id": who,
            "year": year,
            "reported_on": f"{year + 1 if year < 2023 else 2023}-12-01",
            "amount": amount,
            "revenue": revenue,
            **spent,
        }
        for who, year, revenue, amount in (
            ("甲", 2022, "10亿元", "8000万元"),
            ("甲", 2023, "13亿元", "1.04亿元"),
            ("乙", 2022, "1亿元", "500万元"),
            ("乙", 2023, "1.8亿元", "1800万元"),
            ("丙", 2023, "9亿元", "900万元"),
        )
    ]
    view = roster("gazelle_seedlings", qualification=titles, rd_expenditure=money)
    assert listed(view, "增长", "增速", "研发强度", "入培育库", "认定瞪羚") == [
        ("乙公司", "8000万元", "80.0%", "10.0%", "2023-06-01", ""),
        ("甲公司", "3亿元", "30.0%", "8.0%", "", "2023-09-01"),
    ], "by the rate, not by the sum; of 丙 the year before is not known"
    graded = grade(weihai(), "gazelle_seedlings", tables({"qualification": titles, "rd_expenditure": money}), DAY)
    assert [(one.subject.name, float(one.score), one.tier.name) for one in graded] == [
        ("乙公司", 100, "建议入库"),
        ("甲公司", 68, "建议入库"),
    ], "60 points for growth of half, 40 for a tenth spent on research"
    one = Matter("gazelle_cultivation", tmp_path, "乙公司")
    one.take("propose", "wh_science", "2023-05-01", party="乙", text="评分100")
    assert refused(one, "support_reserve", "wh_finance", "2023-05-02", sum="1万元", evidence=["x"]) == {"E-STEP-ORDER"}
    one.take("list", "wh_science", "2023-06-01", text="入库", evidence=["入库文件"])
    one.take("support_reserve", "wh_finance", "2023-07-01", sum="30万元", evidence=["凭证"])
    assert one.now().sum_of("support_reserve") == 30_000_000
    decided = [{"clause": "gazelle_reserve_support", "object": "乙", "party": "乙", "selected": True, "sum": "30万元"}]
    found = awards(["gazelle_reserve_support", "gazelle_support"], decisions=decided, qualification=titles)
    assert told(found)["gazelle_reserve_support", "乙", 2023] == ("sum", 30_000_000)
    booked = [
        {
            "party_id": "乙",
            "clause": "gazelle_reserve_support",
            "object": "乙",
            "year": 2023,
            "approved": "30万元",
            "paid": "30万元",
            "amount": "30万元",
        }
    ]
    matched = roster("gazelle_support", qualification=titles, award=booked)
    assert totals(matched, "入库与认定") == {"瞪羚企业培育库": (1, 1), "瞪羚企业": (1, 0)}
    again = [{**booked[0], "valid_from": "2023-12-01", "approved": "5万元", "paid": "5万元", "amount": "5万元"}]
    spent_on = roster("gazelle_paid", award=[*booked, *again])
    assert totals(spent_on, "入库与认定") == {"瞪羚企业培育库资助": (1, 35_000_000, 35_000_000)}


def test_a_firm_is_shown_as_it_was_on_the_day_of_the_roster() -> None:
    listed_then = [{"party_id": "甲", "cluster": "medical", "joined_on": "2022-01-01"}]
    moved = [*FIRMS, {**FIRMS[0], "registered_division": "371082", "valid_from": "2024-05-01"}]
    for day, place in (("2023-12-31", "环翠区"), ("2024-12-31", "荣成市")):
        view = roster("cluster_members", day, cluster_member=listed_then, organization=moved)
        assert listed(view, "区市") == [("甲公司", place)]


def test_every_cluster_has_its_firms_and_the_targets_that_the_plan_gives() -> None:
    view = roster(
        "cluster_members",
        cluster_member=[
            {"party_id": "甲", "cluster": "medical", "joined_on": "2022-01-01"},
            {"party_id": "乙", "cluster": "medical", "joined_on": "2022-01-01", "left_on": "2023-06-01"},
            {"party_id": "丙", "cluster": "marine_food", "joined_on": "2023-01-01"},
            {"party_id": "丙", "cluster": "medical", "joined_on": "2022-05-01"},
            {"party_id": "丙", "cluster": "medical", "joined_on": "2022-05-01", "left_on": "2023-02-01"},
        ],
    )
    assert totals(view, "各集群") == {
        "新医药与医疗器械产业集群": (1, 30_000_000_000),
        "海洋生物与健康食品产业集群": (1, 10_000_000_000),
    }, "a later row that says a firm has left takes it out"
    assert len(table(view, "各集群").gaps) == 6
    names = {one.name for one in weihai().codes["industrial_cluster"].codes}
    targets = [one for one in weihai().targets.values() if one.scope in names and one.value is not None]
    assert {one.scope for one in targets} == names - {"新能源产业集群"}, "of this one the plan sets no revenue"


def test_firms_without_a_patent_are_listed_and_those_above_the_line_are_marked_and_rewarded() -> None:
    granted = [
        {
            "party_id": "甲",
            "type": "invention",
            "grant_no": f"CN{number}",
            "granted_on": "2023-03-01",
            "acquisition": "own",
            "agency": "乙",
            "local_owner": "true",
        }
        for number in range(20)
    ]
    bought = [
        {
            "party_id": "乙",
            "type": "invention",
            "grant_no": "CN90",
            "granted_on": "2023-04-01",
            "acquisition": "purchased",
        }
    ]
    few = [
        {"party_id": "乙", "type": "invention", "grant_no": f"CN{number}", "granted_on": "2023-04-01"}
        for number in range(100, 119)
    ]
    titles = [
        {"party_id": who, "title": "hnte", "issued_on": "2022-11-01", "expires_on": "2025-11-01"} for who in "甲乙丙"
    ]
    view = roster("patents_by_firm", ip_right=[*granted, *bought, *few])
    lines = {one.name: (one.values, one.marked) for one in table(view, "本年各企业发明专利").groups}
    assert lines == {"甲公司": ((20, 20, 20), True), "乙公司": ((19, 19, 19), False)}, "what was bought does not count"
    without = roster("firms_without_patent", ip_right=[*granted, *few], qualification=titles)
    assert listed(without, "称号") == [("丙公司", "高新技术企业")]
    award = [
        {
            "party_id": "丙",
            "award_name": "china_patent",
            "level": "national",
            "grade": "gold",
            "project": "一种机器",
            "awarded_on": "2023-07-01",
        }
    ]
    clauses = ["patent_volume_reward", "china_patent_award_reward"]
    found = told(awards(clauses, ip_right=[*granted, *bought, *few], st_award=award))
    assert found["patent_volume_reward", "甲", 2023] == ("sum", 20_000_000), "by number"
    assert found["patent_volume_reward", "乙", 2023][0] == "near", "one is lacking"
    assert found["china_patent_award_reward", "丙", 2023] == ("sum", 100_000_000), "by piece"


def test_agencies_above_a_hundred_grants_a_year_are_marked() -> None:
    def grants(agency: str, count: int, start: int, year: int = 2023) -> list[dict[str, str]]:
        return [
            {
                "party_id": "丙",
                "type": "invention",
                "grant_no": f"CN{start + n}",
                "granted_on": f"{year}-03-01",
                "agency": agency,
                "local_owner": "true",
            }
            for n in range(count)
        ]

    twice = [{**grants("甲", 1, 0)[0], "party_id": "乙"}]  # owned by two: counted once
    rights = [*grants("甲", 101, 0), *twice, *grants("乙", 100, 1000), *grants("乙", 50, 2000, 2022)]
    view = roster("patent_agencies", ip_right=rights)
    lines = {one.name: (one.values, one.marked) for one in table(view, "本年各机构").groups}
    assert lines == {"甲公司": ((101,), True), "乙公司": ((100,), False)}
    found = told(awards(["patent_agency_reward"], ip_right=rights))
    assert found["patent_agency_reward", "甲", 2023] == ("ceiling", 20_000_000)
    assert found["patent_agency_reward", "乙", 2023][0] == "near"


def test_tax_growth_of_high_tech_firms_is_summed_by_county_and_waits_for_its_rate() -> None:
    grown = [
        {"party_id": who, "year": 2022, "reported_on": "2023-05-01", "firm": firm, "increase": more}
        for who, firm, more in (
            ("huancui", "甲", "300万元"),
            ("huancui", "乙", "-100万元"),
            ("wendeng", "丙", "50万元"),
        )
    ]
    view = roster("tax_growth_by_county", tax_growth=grown)
    assert totals(view, "本年各区市") == {"环翠区": (2, 300_000_000), "文登区": (1, 50_000_000)}
    waiting = told(awards(["hnte_tax_growth"], tax_growth=grown))
    assert {status for status, _ in waiting.values()} == {"awaiting_parameter"}, "the text gives no rate"
    decided = told(awards(["hnte_tax_growth"], params={"hnte_tax_growth.share": "10%"}, tax_growth=grown))
    assert decided["hnte_tax_growth", "huancui", 2023] == ("sum", 30_000_000), "what fell is not set against it"
