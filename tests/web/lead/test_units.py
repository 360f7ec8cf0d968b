"""Scores: for the unit itself and the leading group; everybody else gets none, on any page."""

from __future__ import annotations

import pytest
from django.test import Client

from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.views.lead.units import asking_unit, may_see_score
from tests.web.conftest import Persona

SCORE = "/weihai/lead/units/wh_science/"


def test_the_leading_group_and_the_unit_itself_see_the_score(persona: Persona) -> None:
    for name in ("leader", "science", "group_office"):
        answer = persona(name).get(SCORE)
        assert answer.status_code == 200 and answer.context["score"].score is not None, name
    assert "得分只供本单位和领导小组" in persona("science").get(SCORE).content.decode()


@pytest.mark.parametrize("name", ["firm", "other_firm", "county", "auditor"])
def test_nobody_else_gets_it(persona: Persona, name: str) -> None:
    client = persona(name)
    assert client.get(SCORE).status_code == 403
    page = client.get("/weihai/units/wh_science/")
    assert page.context["may_score"] is False and "考核得分" not in page.content.decode()


def test_nor_does_somebody_without_an_account(site: Client) -> None:
    assert site.get(SCORE).status_code == 302
    assert "考核得分" not in site.get("/weihai/units/wh_science/").content.decode()


def test_a_unit_sees_its_own_score_alone(persona: Persona) -> None:
    assert persona("county").get("/weihai/lead/units/wh_huancui/").status_code == 200
    assert persona("science").get("/weihai/lead/units/wh_huancui/").status_code == 403


def test_the_rule_decides_who_the_leading_group_is() -> None:
    pack = cities.pack_of("weihai")
    assert asking_unit(pack, Viewer("leader", "x")) == "wh_innovation_group"
    for role in ("anonymous", "firm", "auditor", "operator"):
        viewer = Viewer(role, "x", "wh_science")  # type: ignore[arg-type]
        assert not may_see_score(pack, viewer, "wh_science"), role


def test_every_point_has_its_line_and_they_add_up(persona: Persona) -> None:
    answer = persona("leader").get(SCORE)
    score = answer.context["score"]
    lines = [line for _, rows in answer.context["lines"] for line in rows]
    assert len(lines) == len(score.lines)
    assert max(0, sum(line.points for line in lines)) == score.score
    text = answer.content.decode()
    assert all(line.title in text for line in lines)


def test_the_list_has_every_unit_that_answers_for_something(persona: Persona) -> None:
    rows = persona("leader").get("/weihai/lead/units/").context["rows"]
    late = [row.overdue for row in rows]
    assert late == sorted(late, reverse=True) and len(rows) > 20
    assert persona("science").get("/weihai/lead/units/").status_code == 403


def test_an_unknown_unit_is_not_found(persona: Persona) -> None:
    assert persona("leader").get("/weihai/lead/units/nobody/").status_code == 404


def test_a_page_of_what_documents_set_says_how_much_meetings_add_to_those_who_work_on_it(persona: Persona) -> None:
    """The list of units counts all, the page of a unit what documents set: the difference is told to staff alone."""
    leader = persona("leader")
    for row in leader.get("/weihai/lead/units/").context["rows"]:
        page = leader.get(f"/weihai/units/{row.unit.id}/").context
        assert row.tasks == len(page["tasks"]) + len(page["meeting"]), row.unit.id
        assert row.overdue == len(page["page"].overdue()) + page["meeting_late"], row.unit.id
    science = leader.get("/weihai/units/wh_science/")
    n = len(science.context["meeting"])
    assert n and f"另有会议议定 {n} 项" in science.content.decode()
    assert 'href="/weihai/office/tasks/?unit=wh_science"' in science.content.decode()
    assert "另有会议议定" in persona("county").get("/weihai/progress/tasks/").content.decode()
    for nobody in (Client(SERVER_NAME="localhost"), persona("firm")):
        for address in ("/weihai/units/wh_science/", "/weihai/progress/tasks/"):
            assert "另有会议议定" not in nobody.get(address).content.decode()
