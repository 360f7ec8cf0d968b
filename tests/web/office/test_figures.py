"""指标报送: report, send in, send back, approve, lock, unlock; wrong figures are told at their field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import Persona

LIST = "/weihai/office/figures/"
FORM = f"{LIST}report/"
FIGURE = {"indicator": "hnte_count", "period": "2023", "value": "1480", "observed_on": "2023-12-31"}


def states(client: Client) -> list[str]:
    """The words of the real figures of the indicator, as the page shows them."""
    history = client.get(FORM, {"indicator": "hnte_count"}).context["history"]
    return [one["word"] for one in history if not one["figure"].simulated]


def step(client: Client, do: str, **more: str) -> Any:
    return client.post(FORM, {"indicator": "hnte_count", "period": "2023", "scope": "city", "do": do, **more})


def test_a_unit_reports_and_the_last_figure_is_the_new_one(persona: Persona) -> None:
    client = persona("science")
    answer = client.post(FORM, FIGURE)
    assert answer.status_code == 302, answer.context["faults"]
    page = client.get(answer["Location"])
    assert "已登记" in page.content.decode() and page.context["row"]["latest"].shown() == "1480家"
    assert states(client) == ["待报送"]
    assert any(one.kind == "figure" and "1480家" in one.title for one in client.get("/weihai/office/").context["rows"])


def test_from_sending_in_to_unlocking(persona: Persona) -> None:
    unit, office = persona("science"), persona("group_office")
    unit.post(FORM, FIGURE)
    assert step(unit, "submit").status_code == 302 and states(unit) == ["待审核"]
    assert any("请审核" in one.why for one in office.get("/weihai/office/").context["rows"])
    assert step(office, "return").status_code == 422  # no reason
    assert step(office, "return", text="与年报不一致").status_code == 302 and states(unit) == ["已退回"]
    assert any("与年报不一致" in one.why for one in unit.get("/weihai/office/").context["rows"])
    assert step(unit, "submit", text="已核对").status_code == 302
    assert step(office, "approve").status_code == 302 and states(unit) == ["已审核"]
    locked = office.post(f"{LIST}lock/", {"period": "2023"})
    assert locked.status_code == 302 and states(unit) == ["已锁定"]
    assert "锁定了 1 个数" in office.get(locked["Location"]).content.decode()
    again = unit.post(FORM, FIGURE | {"value": "1500", "revises": "是", "note": "重算"})
    assert again.status_code == 422 and "锁定" in again.context["faults"][0].message
    assert step(office, "unlock", text="报表有误").status_code == 302 and states(unit) == ["已解锁"]
    assert unit.post(FORM, FIGURE | {"value": "1500", "revises": "是", "note": "重算"}).status_code == 302


def test_only_whoever_oversees_may_lock(persona: Persona) -> None:
    county = persona("county")
    assert not county.get(LIST).context["locks"]
    answer = county.post(f"{LIST}lock/", {"period": "2023"})
    assert answer.status_code == 422 and answer.context["faults"]
    assert persona("auditor").post(f"{LIST}lock/", {"period": "2023"}).status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "许多"}, "f-value"),
        ({"value": "1480.5"}, "f-value"),
        ({"period": "去年"}, "f-period"),
        ({"period": "2099"}, "f-period"),
        ({"unit": "吨"}, "f-unit"),
        ({"approx": "左右"}, "f-approx"),
    ],
)
def test_a_wrong_figure_is_told_at_its_field_and_what_was_written_stays(
    persona: Persona, changed: dict[str, str], field: str
) -> None:
    answer = persona("science").post(FORM, FIGURE | changed)
    text = answer.content.decode()
    assert answer.status_code == 422 and field in {one.field for one in answer.context["faults"]}
    assert f'href="#{field}"' in text and f'id="{field}"' in text and f'value="{changed.get("value", "1480")}"' in text


def test_a_unit_that_does_not_answer_may_not_report(persona: Persona) -> None:
    client = persona("county")
    page = client.get(FORM, {"indicator": "rd_gdp_share"})
    assert page.status_code == 200
    answer = client.post(FORM, FIGURE | {"indicator": "rd_gdp_share", "value": "2.9", "scope": "city"})
    assert answer.status_code == 422 and answer.context["faults"]


def test_auditors_look_and_write_nothing(persona: Persona) -> None:
    client = persona("auditor")
    page = client.get(FORM, {"indicator": "hnte_count"})
    assert not page.context["may"] and client.post(FORM, FIGURE).status_code == 422


@pytest.mark.parametrize("show", ["mine", "missing", "all", "nonsense"])
def test_lists_of_figures(persona: Persona, show: str) -> None:
    answer = persona("science").get(LIST, {"show": show})
    assert answer.status_code == 200 and (answer.context["rows"] or show == "missing")


def test_an_unknown_indicator_is_not_found(persona: Persona) -> None:
    assert persona("science").get(FORM, {"indicator": "nothing"}).status_code == 404


def test_pace_kept_is_not_called_reached_anywhere(persona: Persona) -> None:
    """1501 of 1600: the pace is kept, the target not reached; every page has the same word for it."""
    client = persona("science")
    assert client.post(FORM, FIGURE | {"value": "1501"}).status_code == 302
    row = client.get(FORM, {"indicator": "hnte_count"}).context["row"]
    [ahead] = [one for one in row["standings"] if one.target.id == "hnte_2024"]
    assert (ahead.status, ahead.label, row["label"]) == ("met", "序时达标", "序时达标")
    for page in (f"{FORM}?indicator=hnte_count", f"{LIST}?show=mine", "/weihai/indicators/hnte_count/"):
        assert "</span>序时达标</span>" in client.get(page).content.decode(), page


def test_another_figure_of_a_period_is_refused_in_words_of_the_page(persona: Persona) -> None:
    """The form has a tick for corrections; options of the command line mean nothing to an officer."""
    client = persona("science")
    client.post(FORM, FIGURE)
    [fault] = client.post(FORM, FIGURE | {"value": "1490"}).context["faults"]
    assert "更正以前报过的数" in fault.remedy and "--" not in fault.remedy


def test_nobody_is_offered_to_review_an_own_figure(persona: Persona) -> None:
    """Statistics and the office may report and review; who reported is told who reviews instead."""
    office = persona("group_office")
    assert office.post(FORM, FIGURE).status_code == 302
    assert step(office, "submit").status_code == 302
    page = office.get(FORM, {"indicator": "hnte_count"})
    [own] = [one for one in page.context["history"] if not one["figure"].simulated]
    assert own["steps"] == [] and "换一个人审核" in page.content.decode()
    assert not [one for one in office.get("/weihai/office/").context["rows"] if "1480家" in one.title]


def test_a_figure_that_was_sent_back_says_so_everywhere_and_fills_the_form(persona: Persona) -> None:
    unit, office = persona("science"), persona("group_office")
    unit.post(FORM, FIGURE | {"value": "1501", "evidence": "名单.xlsx"})
    step(unit, "submit")
    step(office, "return", text="与名单不符")
    page = unit.get(FORM, {"indicator": "hnte_count"})
    text = page.content.decode()
    assert "已退回" in text and "待审核" not in text and "序时达标" not in text
    given = {name: page.context["cells"][name] for name in ("period", "value", "scope", "revises", "evidence")}
    assert given == {"period": "2023", "value": "1501", "scope": "city", "revises": "是", "evidence": "名单.xlsx"}
