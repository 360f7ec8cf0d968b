"""待办: what waits for the own unit, by deadline, each with why it is theirs."""

from __future__ import annotations

import pytest

from tests.web.conftest import Persona

INBOX = "/weihai/office/"


def test_what_waits_is_in_order_of_deadline_and_says_why(persona: Persona) -> None:
    rows = persona("science").get(INBOX).context["rows"]
    days = [one.due for one in rows if one.due]
    assert len(rows) > 5 and days == sorted(days)
    assert all("本单位" in one.why for one in rows)
    assert any(one.kind == "task" and one.light == "alert" and one.days < 0 for one in rows)


def test_another_unit_finds_its_own_tasks(persona: Persona) -> None:
    mine = {one.address for one in persona("science").get(INBOX).context["rows"]}
    theirs = {one.address for one in persona("county").get(INBOX).context["rows"]}
    assert mine != theirs


def test_one_kind_is_kept(persona: Persona) -> None:
    answer = persona("science").get(INBOX, {"kind": "call"})
    assert {one.kind for one in answer.context["rows"]} == {"call"}
    assert answer.context["total"] > len(answer.context["rows"])


def test_the_office_of_the_leading_group_sees_whom_to_ask(persona: Persona) -> None:
    whole = persona("group_office").get(INBOX).context["city_wide"]
    assert whole["tasks"] > 0 and whole["units"]
    assert persona("county").get(INBOX).context["city_wide"] is None


@pytest.mark.parametrize("name", ["leader", "auditor"])
def test_whoever_has_no_unit_sees_the_city(persona: Persona, name: str) -> None:
    answer = persona(name).get(INBOX)
    assert answer.status_code == 200 and "不属于哪个单位" in answer.content.decode()


def test_firms_and_strangers_stay_outside(persona: Persona) -> None:
    from django.test import Client

    assert persona("firm").get(INBOX).status_code == 403
    assert Client(SERVER_NAME="localhost").get(INBOX).status_code == 302


def test_the_office_names_a_unit_for_what_names_nobody(persona: Persona) -> None:
    """The cockpit asks to name one, so it stands in the office's list; a resolution of a meeting names it."""
    office = persona("group_office")
    rows = office.get(INBOX, {"all": "1"}).context["rows"]
    named = {one.title: one for one in rows if "没写责任单位" in one.why}
    assert {"2020年科技创新目标", "中期实施情况评估报告"} <= set(named)
    assert named["中期实施情况评估报告"].days == 0
    page = office.get(named["2020年科技创新目标"].address).content.decode()
    assert "?task=opinion18_goals" in page
    form = office.get("/weihai/office/meetings/new/?task=opinion18_goals")
    assert form.context["rows"][0]["parent"] == "opinion18_goals"
    given = {"kind": "leading_group", "title": "领导小组会议", "held_on": "2023-12-31", "unit": "wh_innovation_group",
             "r0-title": "2020年科技创新目标", "r0-parent": "opinion18_goals", "r0-lead": "wh_science"}  # fmt: skip
    answer = office.post("/weihai/office/meetings/new/", given)
    assert answer.status_code == 302, answer.context["faults"]
    after = office.get(INBOX, {"all": "1"}).context["rows"]
    assert not [one for one in after if one.title == "2020年科技创新目标" and "没写责任单位" in one.why]
    assert not [one for one in persona("county").get(INBOX, {"all": "1"}).context["rows"] if "没写责任单位" in one.why]
