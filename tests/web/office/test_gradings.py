"""打分评级: staff see who is graded how; nobody else does."""

from __future__ import annotations

from tests.web.conftest import Persona


def test_the_rules_and_one_of_them_over_the_small_city(persona: Persona) -> None:
    science = persona("science")
    assert "创新平台打分评级" in science.get("/weihai/office/gradings/").content.decode()
    answer = science.get("/weihai/office/gradings/innovation_points/")
    text, found = answer.content.decode(), [one for one, _ in answer.context["grades"]]
    assert answer.context["total"] > 0 and "演示规则" in text and "模拟" in text
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score == sum(point.earned for point in one.points) for one in found)
    assert science.get("/weihai/office/gradings/nothing/").status_code == 404
    assert persona("firm").get("/weihai/office/gradings/innovation_points/").status_code == 403


def test_a_county_sees_its_own_parties(persona: Persona) -> None:
    whole = persona("science").get("/weihai/office/gradings/credit_by_talent_and_patents/").context["total"]
    own = persona("county").get("/weihai/office/gradings/credit_by_talent_and_patents/").context["total"]
    assert 0 < own < whole
