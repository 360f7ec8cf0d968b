"""发布日历: who oversees sets when figures are due; lights tell overdue from not yet due by it."""

from __future__ import annotations

import json
from datetime import date

from django.test import Client

from innocity.actions.release_dates import release_dates, with_release_dates
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry
from innocity.web import cities
from tests.web.conftest import Persona

PAGE = "/weihai/office/figures/calendar/"


def awaited() -> str:
    """An indicator measured by the year whose figure of the last year is awaited, and not late yet."""
    board = cities.state_of("weihai").board
    return next(
        one.indicator.id for one in board.distinct
        if one.status == "not_due" and one.owed_period and one.indicator.frequency != "once"
    )  # fmt: skip


def lights(indicator: str) -> set[str]:
    return {one.status for one in cities.state_of("weihai").board.of_indicator(indicator)}


def walk(persona: Persona) -> None:
    office, anybody = persona("group_office"), Client(SERVER_NAME="localhost")
    one = awaited()
    assert "not_reported" not in lights(one)
    done = office.post(PAGE, {"indicator": one, "days": "0", "basis": "统计部门年度发布日程"})
    assert done.status_code == 302, done.context["faults"]
    text = office.get(done["Location"]).content.decode()
    assert "已登记" in text and "统计部门年度发布日程" in text
    assert "每期结束后 0 天" in anybody.get(f"/weihai/indicators/{one}/").content.decode()
    entry = AuditEntry.objects.get(action="set_release")
    assert entry.actor == "group_office" and "release_calendar" in json.loads(entry.details)["registers"]


def test_the_office_sets_when_a_figure_is_due(persona: Persona) -> None:
    walk(persona)


def test_on_postgresql_too(persona_postgresql: Persona) -> None:
    walk(persona_postgresql)


def test_a_figure_is_late_by_the_calendar_and_on_time_again_by_a_longer_one(persona: Persona) -> None:
    from innocity.actions.figures import city_board
    from tests.web.conftest import AS_OF

    office, pack, one = persona("group_office"), load_pack("weihai"), awaited()
    from django.conf import settings

    def late(day: date) -> bool:
        found = city_board(pack, day, settings.INNOCITY_VAR).of_indicator(one)
        return any(row.status == "not_reported" for row in found)

    spring = date(AS_OF.year + 1, 4, 15)
    assert not late(spring)
    office.post(PAGE, {"indicator": one, "days": "60", "basis": "发布日程"})
    assert late(spring)
    office.post(PAGE, {"indicator": one, "days": "150", "basis": "发布日程改期"})
    assert not late(spring)
    office.post(PAGE, {"indicator": one, "days": "", "basis": "不再定"})
    assert with_release_dates(pack, settings.INNOCITY_VAR).indicators[one].release is None
    assert release_dates(pack, settings.INNOCITY_VAR, known_on=date(2020, 1, 1)) == {}


def test_what_is_wrong_is_told_at_its_field(persona: Persona) -> None:
    office = persona("group_office")
    given = {"indicator": "hnte_count", "days": "60", "basis": "发布日程"}
    for changed, field in (
        ({"days": "两个月"}, "f-days"), ({"days": "9999"}, "f-days"), ({"basis": " "}, "f-basis"),
        ({"indicator": "nothing"}, "f-of"),
    ):  # fmt: skip
        answer = office.post(PAGE, given | changed)
        assert answer.status_code == 422 and [one.field for one in answer.context["faults"]] == [field]
    assert office.post(PAGE, given).status_code == 302 and office.post(PAGE, given).status_code == 422


def test_only_whoever_oversees_sets_it_and_others_look(persona: Persona) -> None:
    given = {"indicator": "hnte_count", "days": "60", "basis": "发布日程"}
    county = persona("county")
    assert "定一个指标的发布时间" not in county.get(PAGE).content.decode()
    assert county.post(PAGE, given).status_code == 422
    assert persona("auditor").post(PAGE, given).status_code == 422
    assert persona("firm").get(PAGE).status_code == 403
    assert not AuditEntry.objects.filter(action="set_release").exists()
