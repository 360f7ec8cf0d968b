"""Systems that grade: points by the rule of the pack, each traced; tiers and what they lead to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from innocity.actions.grade import grade
from innocity.actions.prepare_rows import graded_rows, prepared_table, two_places
from innocity.actions.spreadsheet import read_spreadsheet
from innocity.core.errors import InnoCityError
from innocity.engines.grading.model import Grade, Subject
from innocity.packs.model import Grading
from tests.systems.built import DAY, pack_of, roster, tables


def platform(number: str, layer: str, **more: str) -> dict[str, str]:
    """A platform of the system as it is registered."""
    return {"party_id": f"F{number}", "platform_id": number, "name": number, "type": "research_institute",
            "level": "city", "system_layer": layer, "approved_on": "2020-01-01"} | more  # fmt: skip


def output(number: str, teams: int, patents: int, conversions: int, spin_offs: int, value: str) -> dict[str, str]:
    """What a platform reported."""
    return {"party_id": f"F{number}", "platform_id": number, "year": "2023", "reported_on": "2023-12-20",
            "teams": str(teams), "patents": str(patents), "conversions": str(conversions),
            "spin_offs": str(spin_offs), "output_value": value}  # fmt: skip


def test_platforms_are_graded_by_five_measures_whose_weights_follow_their_place_in_the_system() -> None:
    """The same output is worth more or less by what a platform is for; the tier sets the support, or the end."""
    same = (5, 20, 0, 0, "1亿元")
    given = tables(
        innovation_platform=[platform("院", "institute"), platform("骨干", "core_platform"),
                             platform("延伸", "extended"),
                             platform("强", "institute"), platform("弱", "core_platform")],
        platform_output=[output("院", *same), output("骨干", *same), output("延伸", *same),
                         output("强", 5, 20, 10, 5, "9000万元"), output("弱", 1, 0, 1, 0, "0元")],
    )  # fmt: skip
    found = {one.subject.values["编号"]: one for one in grade(pack_of(), "platform_grading", given, DAY)}
    assert {name: one.score for name, one in found.items()} == {"强": 98, "骨干": 60, "延伸": 60, "院": 40, "弱": 6}
    assert [one.tier.name for one in found.values()] == ["优秀", "合格", "合格", "不合格", "不合格"]
    assert {name: one.tier.support for name, one in found.items()} == {
        "强": 1, "骨干": Fraction(1, 2), "延伸": Fraction(1, 2), "院": 0, "弱": 0
    }  # fmt: skip
    points = {one.criterion.name: (one.word, one.earned, one.most) for one in found["强"].points}
    assert points["经济效益"] == ("9000万元", 18, 20) and set(points) == {"团队", "研发", "转化", "孵化", "经济效益"}
    assert [name for name, one in found.items() if one.tier.leaves] == ["院", "弱"]


def test_what_is_graded_as_failed_leaves_the_system_and_leaves_a_record() -> None:
    """Once the result is decided and registered the platform stands among those gone, and is graded no more."""
    review = {"party_id": "F弱", "platform_id": "弱", "type": "research_institute", "evaluated_on": "2024-01-10",
              "result": "fail"}  # fmt: skip
    gone = platform("弱", "core_platform", status="eliminated", valid_from="2024-01-20")
    given = tables(
        innovation_platform=[platform("强", "institute"), platform("弱", "core_platform"), gone],
        platform_evaluation=[review], platform_output=[],
    )  # fmt: skip
    assert [one.subject.values["编号"] for one in grade(pack_of(), "platform_grading", given, DAY)] == ["强"]
    [left] = roster("platforms_gone", given)["rows"]
    assert (left["编号"], left["评价结果"], left["自"]) == ("弱", "不合格", "2024-01-20")


def test_firms_of_the_high_tech_zone_have_innovation_points() -> None:
    firm = {"registration_class": "private"}
    given = tables(
        organization=[{"party_id": "A", "uscc": "1", "name": "甲", "zone": "gaoqu", "revenue": "5000万元", **firm},
                      {"party_id": "B", "uscc": "2", "name": "乙", "zone": "gaoqu", "revenue": "2亿元", **firm},
                      {"party_id": "C", "uscc": "3", "name": "丙", "zone": "jingqu", "revenue": "9亿元", **firm}],
        rd_expenditure=[{"party_id": "A", "year": "2023", "reported_on": "2024-01-10", "caliber": "statistics",
                         "amount": "500万元"}],
        ip_right=[{"party_id": "A", "type": "invention", "granted_on": "2023-01-01"}],
        qualification=[{"party_id": "A", "title": "hnte", "issued_on": "2022-01-01"}],
    )  # fmt: skip
    found = grade(pack_of(), "innovation_points", given, DAY)
    assert [(one.subject.values["企业"], one.score, one.tier.name) for one in found] == [
        ("甲", 20 + 20 + 20 + 10, "乙等"), ("乙", 20, "丙等")
    ], "only the pilot zone has points"  # fmt: skip
    assert found[1].points[0].word == "没有登记", "what is not registered earns nothing, and is told"


def test_people_are_appraised_from_four_sides_and_never_by_their_honours() -> None:
    four = {"ability": "90", "quality": "80", "effect": "85", "contribution": "95", "appraised_on": "2023-12-01"}
    given = tables(person_appraisal=[
        {"party_id": "T1", "year": "2023", **four}, {"party_id": "T2", "year": "2023", **four, "honours": "某某学者"}
    ])  # fmt: skip
    found = grade(pack_of(), "talent_appraisal", given, DAY)
    assert [one.score for one in found] == [Fraction(350, 4)] * 2 and {one.rank for one in found} == {1}
    rule = pack_of().gradings["talent_appraisal"]
    assert [one.name for one in rule.criteria] == ["创新能力", "创新质量", "创新实效", "创新贡献"]
    hat = {**rule.criteria[0].model_dump(warnings=False), "of": "称号"}
    with pytest.raises(ValueError, match="不得作指标"):
        Grading.model_validate(
            {**rule.model_dump(by_alias=True, warnings=False), "criteria": [hat, *rule.criteria[1:]]}
        )


def test_talents_patents_and_technology_are_a_reference_for_credit() -> None:
    given = tables(
        organization=[{"party_id": "A", "uscc": "1", "name": "甲", "registration_class": "private"},
                      {"party_id": "B", "uscc": "2", "name": "乙", "registration_class": "private"}],
        person=[{"party_id": "T", "name": "某人", "employer": "A", "category": "high_level"}],
        ip_right=[{"party_id": "A", "type": "invention", "granted_on": "2023-01-01"}],
        technology_contract=[{"party_id": "A", "registration_no": "1", "type": "transfer", "role": "seller",
                              "registered_on": "2023-05-01", "contract_amount": "500万元"}],
    )  # fmt: skip
    found = {one.subject.values["企业"]: one for one in grade(pack_of(), "credit_by_talent_and_patents", given, DAY)}
    assert {name: (one.score, one.tier.name) for name, one in found.items()} == {
        "甲": (80, "建议优先"), "乙": (0, "依据不足")
    }  # fmt: skip
    assert {one.criterion.name: one.earned for one in found["甲"].points} == {"人才": 30, "专利": 30, "技术": 20}


def test_agricultural_parks_are_graded_every_year_beside_their_programme() -> None:
    """Points and tier of the year, whether the park has a project of the programme, what the last evaluation said."""

    def park(number: str) -> dict[str, str]:
        return {"party_id": f"F{number}", "platform_id": number, "name": number, "type": "agri_park",
                "level": "province", "approved_on": "2019-01-01"}  # fmt: skip

    told = {"year": "2021", "reported_on": "2021-12-01"}
    given = tables(
        "liaocheng", innovation_platform=[park("甲"), park("乙")],
        platform_output=[{"party_id": "F甲", "platform_id": "甲", **told, "conversions": "5", "spin_offs": "5",
                          "output_value": "1亿元"},
                         {"party_id": "F乙", "platform_id": "乙", **told, "conversions": "1", "spin_offs": "0",
                          "output_value": "1000万元"}],
        st_project=[{"party_id": "F甲", "project_no": "P", "program": "agri_park", "approved_on": "2021-01-01"}],
        platform_evaluation=[{"party_id": "F甲", "platform_id": "甲", "type": "agri_park", "result": "good",
                              "evaluated_on": "2020-12-31"}],
    )  # fmt: skip
    found = grade(pack_of("liaocheng"), "agri_parks", given, date(2021, 12, 31))
    assert [(one.subject.values["园区"], one.score, one.tier.name) for one in found] == [
        ("甲", 100, "优秀"), ("乙", 9, "不合格")
    ]  # fmt: skip
    assert found[0].subject.words["上次评估"] == "良好" and found[0].points[0].earned == 20


def test_what_a_third_party_found_of_a_park_is_recorded_under_its_name() -> None:
    """The year's points and tier as rows of the register of evaluations; a park that told too little has none."""
    pack = pack_of("liaocheng")
    parks = [{"party_id": f"F{name}", "platform_id": name, "name": name, "type": "agri_park", "level": "province",
              "approved_on": "2019-01-01"} for name in "甲乙"]  # fmt: skip
    told = {"party_id": "F甲", "platform_id": "甲", "year": "2021", "reported_on": "2021-12-01", "conversions": "5",
            "spin_offs": "5", "output_value": "1亿元"}  # fmt: skip
    given = tables("liaocheng", innovation_platform=parks, platform_output=[told], st_project=[])
    grading = pack.gradings["agri_parks"]
    found = grade(pack, "agri_parks", given, date(2021, 12, 31))
    register, day = pack.registers["platform_evaluation"], date(2022, 1, 20)
    rows = graded_rows(grading, register, found, 2021, day, today=day, evaluator="某评估机构")
    assert rows == [{
        "party_id": "F甲", "platform_id": "甲", "type": "agri_park", "level": "province", "result": "good",
        "evaluated_on": "2022-01-20", "evaluation_year": "2021", "score": "80.00", "evaluator": "某评估机构",
        "grading": "agri_parks", "fact_id": "", "source": "演示规则：农业科技园区年度绩效评估",
    }]  # fmt: skip
    sheet = read_spreadsheet("评估.xlsx", prepared_table(register, rows), len)
    assert sheet.headings[:2] == ("序号", "主体编号") and sheet.rows == 1
    assert graded_rows(grading, register, found, 2020, day, today=day) == [], "a year's grade rests on that year"
    with pytest.raises(InnoCityError, match="还没有到"):
        graded_rows(grading, register, found, 2021, date(2022, 1, 21), today=day)
    with pytest.raises(InnoCityError, match="大于零"):
        graded_rows(grading, register, found, 2021, day, today=day, full=-100)


def test_no_score_looks_as_if_it_had_reached_the_next_tier() -> None:
    almost = Grade(Subject("F", "甲", {}, {}), Fraction(89_999, 1000), None, 1, ())
    assert two_places(almost) == "89.99"


def test_rules_without_a_source_or_with_weights_or_tiers_that_make_no_sense_are_refused() -> None:
    rule = pack_of().gradings["platform_grading"].model_dump(by_alias=True, warnings=False)
    broken = [
        ({"demonstration": False}, "E-GRADING-SOURCE"), ({"criteria": rule["criteria"][1:]}, "E-GRADING-WEIGHT"),
        ({"tiers": rule["tiers"][::-1]}, "E-GRADING-TIER"), ({"tiers": rule["tiers"][:-1]}, "E-GRADING-TIER"),
        ({"by": None}, "还要写 by"),
    ]  # fmt: skip
    for changed, words in broken:
        with pytest.raises(ValueError, match=words):
            Grading.model_validate({**rule, **changed})
