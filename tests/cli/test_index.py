"""`innocity index`: computed with their robustness, recorded as published, told when they cannot be computed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from innocity.actions.import_ledgers import import_ledgers
from innocity.actions.review_figure import review_figure
from innocity.actions.submit_figure import submit_figure
from innocity.packs.load import load_pack
from innocity.records.viewer import Viewer
from tests.cli.conftest import typed
from tests.cli.instance import working_in


def data(*words: str | Path, code: int = 0) -> Any:
    return json.loads(typed("index", *words, "--json", code=code).stdout)


def test_county_innovation(here: Path) -> None:
    county, official = data("weihai")["indices"]
    assert county["demonstration"] and county["simulated"]
    assert [one["rank"] for one in county["ranking"]] == [1, 2, 3, 4]
    assert {one["unit"] for one in county["ranking"]} == {"huancui", "wendeng", "rongcheng", "rushan"}
    first = county["ranking"][0]
    assert abs(sum(part["contribution"] for part in first["parts"]) - first["score"]) < 1e-9
    assert county["robustness"]["draws"] == 1000
    assert [(row["period"], row["value"]) for row in official["figures"]] == [("2021", 4), ("2022", 3)]
    assert "ranking" not in official


def test_the_same_seed_gives_the_same_intervals(here: Path) -> None:
    assert data("weihai") == data("weihai")


def test_what_an_officer_reads(here: Path) -> None:
    text = typed("index", "weihai").stdout
    assert re.search("第[1-3]至[2-4]位", text), "an interval of ranks"
    for words in (
        "环翠区",
        "名次区间",
        "权重和方法是演示",
        "模拟的",
        "抽样 1000 次",
        "2022年：第3位",
        "第1位",
        "不重算",
    ):
        assert words in text, words


def test_without_real_figures_it_is_not_computed(here: Path) -> None:
    county = data("weihai", "--real")["indices"][0]
    assert {error["code"] for error in county["errors"]} == {"E-INDEX-MISSING"}
    text = typed("index", "weihai", "--real").stdout
    assert "算不出" in text and "环翠区、文登区、荣成市、乳山市" in text


def recorded(folder: Path) -> tuple[str, ...]:
    """A figure of each part for each of the four places, recorded as `innocity observe` writes them; the places."""
    path = folder / "var/weihai/observation.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    places = ("huancui", "wendeng", "rongcheng", "rushan")
    names = [part.indicator for part in load_pack("weihai").indices["county_innovation"].components]
    rows = [
        f"o{i}{j},wh_science,2024-01-05,{name},2023,{place},{10 * (i + 1) + j}"
        for i, name in enumerate(names) for j, place in enumerate(places)
    ]  # fmt: skip
    path.write_text("\n".join(["fact_id,party_id,observed_on,indicator,period,scope,value", *rows]), encoding="utf-8")
    return places


def test_figures_reported_after_the_year_count_at_its_end(empty: Path) -> None:
    """As on the board: a value holds for the last day of its period, whenever it was reported."""
    places = recorded(empty)
    found = data("weihai", "--only", "county_innovation", "--as-of", "2023-12-31")["indices"][0]
    assert not found["simulated"] and [one["unit"] for one in found["ranking"]] == list(reversed(places))
    assert [one["score"] for one in found["ranking"]][::3] == [100, 0]


def test_figures_that_wait_for_approval_do_not_count(empty: Path) -> None:
    """As on the site and in reports: the index is the same for whoever asks."""
    with working_in(empty) as var:
        typed("records", "adopt", "weihai")
        pack, places = load_pack("weihai"), recorded(empty)
        import_ledgers(pack, Viewer.operator("tests"), var)
        asked = ("weihai", "--only", "county_innovation", "--as-of", "2023-12-31", "--real")
        assert "E-INDEX-MISSING" in typed("index", *asked, code=1).stderr
        unit, office = Viewer("officer", "s", "wh_science"), Viewer("officer", "g", "wh_innovation_group")
        for name in (part.indicator for part in pack.indices["county_innovation"].components):
            for place in places:
                submit_figure(pack, name, "2023", scope=place, var=var, viewer=unit)
                review_figure(pack, name, "2023", "approved", scope=place, var=var, viewer=office)
        found = data(*asked)["indices"][0]
        assert [one["unit"] for one in found["ranking"]] == list(reversed(places))


@pytest.mark.parametrize("then", [("--known-on", "2024-01-04"), ("--as-of", "2023-12-30")])
def test_figures_not_yet_known_or_of_a_year_not_over_do_not_count(empty: Path, then: tuple[str, str]) -> None:
    recorded(empty)
    assert "E-INDEX-MISSING" in typed("index", "weihai", "--only", "county_innovation", *then, code=1).stderr


def test_a_level_at_the_end_of_december_is_the_one_of_the_year(empty: Path) -> None:
    recorded(empty)
    path = empty / "var/weihai/observation.csv"
    text = path.read_text("utf-8")
    path.write_text(re.sub("(hnte_count|incubated_firms),2023,", r"\1,2023-12,", text), encoding="utf-8")
    assert path.read_text("utf-8") != text
    found = data("weihai", "--only", "county_innovation")["indices"][0]
    assert [one["rank"] for one in found["ranking"]] == [1, 2, 3, 4]


def test_equal_scores_share_a_rank_and_say_so(empty: Path) -> None:
    path = empty / "var/weihai/observation.csv"
    path.parent.mkdir(parents=True)
    parts = [part.indicator for part in load_pack("weihai").indices["county_innovation"].components]
    values = {"huancui": 20, "wendeng": 20, "rongcheng": 10, "rushan": 5}
    rows = [
        f"o{name}{place},wh_science,2023-12-31,{name},2023,{place},{value}"
        for name in parts for place, value in values.items()
    ]  # fmt: skip
    path.write_text("\n".join(["fact_id,party_id,observed_on,indicator,period,scope,value", *rows]), encoding="utf-8")
    text = typed("index", "weihai", "--only", "county_innovation").stdout
    assert text.count("并列第1位") == 2 and "第3位" in text and "第2位" not in text.partition("并列：")[0]
    assert "并列：得分相同的名次相同，其后的名次空出。" in text


@pytest.mark.parametrize(("value", "unit", "code"), [("abc", "家", "E-NUMBER-FORMAT"), ("5", "亿元", "E-FIGURE-UNIT")])
def test_bad_figures_are_told_by_line(empty: Path, value: str, unit: str, code: str) -> None:
    path = empty / "var/weihai/observation.csv"
    path.parent.mkdir(parents=True)
    text = f"fact_id,party_id,indicator,period,scope,value,unit\no1,wh_science,hnte_count,2023,huancui,{value},{unit}\n"
    path.write_text(text, encoding="utf-8")
    result = typed("index", "weihai", "--only", "county_innovation", code=1)
    assert code in result.stderr and "observation.csv:2" in result.stderr
    assert path.read_text(encoding="utf-8") == text


def test_bad_input(empty: Path) -> None:
    assert "E-INDEX-UNKNOWN" in typed("index", "weihai", "--only", "nothing", code=1).stderr
    assert "没有写指数" in typed("index", "liaocheng").stdout
