"""`innocity unit`: targets, tasks, names of today, and the score for those who may see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import typed


def data(*words: str | Path) -> Any:
    return json.loads(typed("unit", "weihai", *words, "--json").stdout)


def test_a_department(here: Path) -> None:
    found = data("科技局", "--viewer", "科技局")
    assert found["unit"] == "wh_science" and found["answers_today"] == ["wh_science"]
    assert {"hnte_2024", "rd_gdp_share_2024"} <= {target["target"] for target in found["targets"]}
    assert {"lead", "responsible"} <= {task["role"] for task in found["tasks"]}
    score = found["score"]
    assert score["demonstration"] and score["simulated"] and 0 <= score["score"] <= 100
    assert "只供本单位和领导小组" in score["notice"]
    assert score["score"] == pytest.approx(sum(line["points"] for line in score["lines"]), abs=1e-2)
    assert all(line["article"] and line["on"] for line in score["lines"])


def test_the_score_comes_with_its_notice(here: Path) -> None:
    text = typed("unit", "weihai", "市科技局", "--points").stdout
    assert "考核得分只供本单位和领导小组查看" in text and "演示" in text and "依据日期" in text
    assert "opinion-2018#" in text or "plan-2023#" in text


@pytest.mark.parametrize(
    ("viewer", "seen"), [("市科技局", True), ("市科技暨创新型城市建设领导小组", True), ("市财政局", False)]
)
def test_who_may_see_the_score(here: Path, viewer: str, seen: bool) -> None:
    found = data("市科技局", "--viewer", viewer)
    assert (found["score"] is not None) == seen
    assert seen or "只供本单位和领导小组查看" in found["no_score"]
    assert found["tasks"]


def test_without_a_viewer_the_score_is_internal_and_never_in_json(here: Path) -> None:
    assert "考核得分（内部）" in typed("unit", "weihai", "市科技局").stdout
    assert "（内部）" not in typed("unit", "weihai", "市科技局", "--viewer", "市科技局").stdout
    found = data("市科技局")
    assert found["score"] is None and "只供本单位和领导小组查看" in found["no_score"] and found["tasks"]


def test_a_unit_that_has_a_successor(here: Path) -> None:
    found = data("市经信委")
    assert found["answers_today"] == ["wh_industry"] and not found["succession_dated"]
    assert "现由其承接：市工业和信息化局（承接日期不详）" in typed("unit", "weihai", "市经信委").stdout
    later = data("市工信局")
    assert "wh_economy_it" in later["answers_for"]
    assert {task["id"] for task in found["tasks"]} <= {task["id"] for task in later["tasks"]}


def test_a_county_has_what_all_counties_owe(here: Path) -> None:
    found = data("环翠区政府")
    assert {"各区市政府", "各区市政府〔管委〕"} <= {task["printed_as"] for task in found["tasks"]}


def test_a_city_without_a_rule_has_no_score(empty: Path) -> None:
    text = typed("unit", "liaocheng", "市财政局").stdout
    assert "没有适用的考核细则" in text


def test_an_unknown_unit(empty: Path) -> None:
    assert "E-UNIT-UNKNOWN" in typed("unit", "weihai", "外星局", code=1).stderr
    assert "E-UNIT-UNKNOWN" in typed("unit", "weihai", "市科技局", "--viewer", "外星局", code=1).stderr
