"""The page of an indicator: path, forecast, parts, revisions, what stands behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from innocity.actions.observe import observe
from innocity.core.dates import parse_period
from innocity.engines.indicators.breakdown import breakdown
from innocity.engines.indicators.model import Figure
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.kept import per_state
from innocity.web.outlook import apart, outlook, outlook_of, parts, path_of, revisions
from innocity.web.views.lead.tiles import tiles
from tests.web.conftest import Persona

LEADER = Viewer("leader", "leader")


def test_the_path_leads_from_the_baseline_to_the_goal(site: Client) -> None:
    state = cities.state_of("weihai")
    one = state.board.of("hnte_2024")
    assert one is not None
    path = path_of(state, one)
    assert (path[0].on, path[0].value) == (date(2022, 12, 31), 1376)
    assert (path[-1].on, path[-1].value) == (date(2024, 12, 31), 1600)
    page = site.get("/weihai/indicators/hnte_count/").content.decode()
    assert page.count('data-kind="path"') == len(path)


def test_a_milestone_has_no_path(site: Client) -> None:
    state = cities.state_of("weihai")
    one = state.board.of("innovative_city_acceptance_2025")
    assert one is not None and path_of(state, one) == ()


def test_with_few_figures_nothing_is_forecast_and_the_page_says_why(site: Client) -> None:
    state = cities.state_of("weihai")
    one = state.board.of("hnte_2024")
    assert one is not None
    found = outlook_of(state, one)
    assert found is not None and not found.method
    page = site.get("/weihai/indicators/hnte_count/").content.decode()
    assert "不作预测" in page and 'data-kind="ahead"' not in page


def test_with_enough_figures_the_forecast_has_band_method_and_backtest(persona: Persona) -> None:
    client, var = persona("leader"), cities.settings.INNOCITY_VAR
    rows = [
        {"indicator": "rd_gdp_share", "period": str(year), "value": value, "party_id": "wh_statistics",
         "observed_on": f"{year + 1}-03-01"}
        for year, value in ((2014, "1.9"), (2015, "2.0"), (2016, "2.1"), (2017, "2.18"), (2018, "2.24"),
                            (2019, "2.3"), (2020, "2.41"), (2022, "2.55"))
    ]  # fmt: skip
    observe(cities.pack_of("weihai"), rows, var, date(2023, 12, 1))
    page = client.get("/weihai/indicators/rd_gdp_share/")
    ahead = page.context["ahead"]
    assert ahead.method and ahead.low < ahead.mean < ahead.high and ahead.tested
    text = page.content.decode()
    assert 'data-kind="ahead"' in text and "回测最近" in text and "不进正式表格" in text
    tile = next(
        one for one in tiles(cities.state_for("weihai", LEADER), 99) if one.one.target.id == "rd_gdp_share_2024"
    )
    assert tile.ahead is not None and len(tile.line) > 5


def test_divisions_and_zones_stand_side_by_side(site: Client) -> None:
    state = cities.state_of("weihai")
    found = dict(parts(state, state.pack.indicators["hnte_count"]))
    assert set(found) == {"division", "zone"}
    page = site.get("/weihai/indicators/hnte_count/").content.decode()
    assert "两张表不能相加" in page and "登记簿为模拟" in page


def test_where_reports_and_registers_differ_the_page_says_which_counts_by_how_much_and_why(persona: Persona) -> None:
    client, state = persona("auditor"), cities.state_of("weihai")
    indicator = state.pack.indicators["hnte_count"]
    found = parts(state, indicator)
    both = [row for _, rows in found for row in rows if row.observed and row.computed is not None]
    assert both and all(row.observed is not None for row in both)
    differing = apart(state, indicator, found)
    assert differing is not None and differing.simulated
    most = differing.most
    assert most.observed is not None and most.difference == most.computed - most.observed.value
    page = client.get("/weihai/indicators/hnte_count/").content.decode()
    assert f"两者有 {differing.count} 处不同，差得最多的是{most.name}" in page
    assert "以上报的数为准" in page and "只与全市公布的数对准" in page


def test_what_is_real_stands_before_what_is_simulated_in_the_parts() -> None:
    pack = cities.pack_of("weihai")
    place = pack.city.divisions[0].id
    real = Figure("hnte_count", place, parse_period("2022"), "2022", Fraction(300), "家")
    later = replace(real, period=parse_period("2023"), period_text="2023", value=Fraction(247), simulated=True)
    shown = breakdown(pack, pack.indicators["hnte_count"], "division", [later, real], simulated=True)
    assert next(part.observed for part in shown if part.id == place) == real
    alone = breakdown(pack, pack.indicators["hnte_count"], "division", [later], simulated=True)
    assert next(part.observed for part in alone if part.id == place) == later
    assert all(part.observed is None for part in breakdown(pack, pack.indicators["hnte_count"], "division", [later]))


def test_a_revised_figure_keeps_its_history(persona: Persona) -> None:
    client, pack, var = persona("leader"), cities.pack_of("weihai"), cities.settings.INNOCITY_VAR
    first = {"indicator": "rd_gdp_share", "period": "2022", "value": "2.5", "party_id": "wh_statistics",
             "observed_on": "2023-10-01"}  # fmt: skip
    observe(pack, [first], var, date(2023, 10, 2))
    second = {**first, "value": "2.53", "observed_on": "2023-11-01", "revises": "是", "note": "统计年鉴定案"}
    observe(pack, [second], var, date(2023, 11, 2))
    assert revisions(cities.state_of("weihai"), "rd_gdp_share") == [], "neither figure is approved"
    found = revisions(cities.state_for("weihai", LEADER), "rd_gdp_share")
    assert [[figure.value for figure in rows] for rows in found] == [[Fraction(5, 2), Fraction(253, 100)]]
    assert "统计年鉴定案" in client.get("/weihai/indicators/rd_gdp_share/").content.decode()


def test_what_was_worked_out_is_kept_until_the_state_changes(site: Client) -> None:
    calls = []

    @per_state(2)
    def heavy(state: object, key: str) -> str:
        calls.append(key)
        return key

    state = cities.state_of("weihai")
    assert [heavy(state, "a"), heavy(state, "a"), heavy(state, "b"), heavy(state, "c"), heavy(state, "a")] == [
        "a", "a", "b", "c", "a",
    ]  # fmt: skip
    assert calls == ["a", "b", "c", "a"]  # two are kept
    assert outlook(state, "hnte_count", "city", date(2024, 12, 31), 1600.0, 1).method == ""


@pytest.mark.parametrize("name", ["st_innovation_level_rank", "cluster_revenue", "regional_centre_system"])
def test_every_kind_of_indicator_has_its_page(site: Client, name: str) -> None:
    assert site.get(f"/weihai/indicators/{name}/").status_code == 200


def test_its_figures_can_be_taken_away(site: Client) -> None:
    page = site.get("/weihai/indicators/hnte_count/").content.decode()
    address = page.split(">下载观测数 CSV")[0].rpartition('href="')[2].rstrip('"')
    assert "hnte_count" in site.get(address).content.decode()
