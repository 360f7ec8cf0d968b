"""`innocity index`: computed with their robustness, recorded as published, told when they cannot be computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import typed


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
    for words in ("环翠区", "名次区间", "权重和方法是演示", "模拟的", "抽样 1000 次", "2022：3位", "不重算"):
        assert words in text, words


def test_without_real_figures_it_is_not_computed(here: Path) -> None:
    county = data("weihai", "--real")["indices"][0]
    assert {error["code"] for error in county["errors"]} == {"E-INDEX-MISSING"}
    text = typed("index", "weihai", "--real").stdout
    assert "算不出" in text and "环翠区、文登区、荣成市、乳山市" in text


def test_recorded_figures_are_used(empty: Path) -> None:
    """Figures of the ledger `observation`, as `innocity observe` writes it."""
    path = empty / "var/weihai/observation.csv"
    path.parent.mkdir(parents=True)
    names = (
        "hnte_count",
        "tech_sme_count",
        "province_platforms_and_above",
        "incubated_firms",
        "invention_patents_per_10k",
    )
    places = ("huancui", "wendeng", "rongcheng", "rushan")
    rows = [
        f"o{i}{j},wh_science,2024-01-05,{name},2023,{place},{10 * (i + 1) + j}"
        for i, name in enumerate(names) for j, place in enumerate(places)
    ]  # fmt: skip
    path.write_text("\n".join(["fact_id,party_id,observed_on,indicator,period,scope,value", *rows]), encoding="utf-8")
    found = data("weihai", "--only", "county_innovation", "--as-of", "2024-01-31")["indices"][0]
    assert not found["simulated"] and [one["unit"] for one in found["ranking"]] == list(reversed(places))
    assert [one["score"] for one in found["ranking"]][::3] == [100, 0]
    # On the day before, nothing was known.
    early = typed("index", "weihai", "--only", "county_innovation", "--as-of", "2024-01-04", code=1)
    assert "E-INDEX-MISSING" in early.stderr


@pytest.mark.parametrize(("value", "unit", "code"), [("abc", "家", "E-NUMBER-FORMAT"), ("5", "亿元", "E-INDEX-UNIT")])
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
