"""Lists, gradings, money, changes and indices by token: the rows of the officers' pages, a county's its own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from innocity.actions.save_reform import save_reform
from innocity.actions.try_reform import Basis, try_reform
from innocity.engines.rules.reform import Overlay
from innocity.records.models import Party
from innocity.web import cities
from tests.web.api.conftest import Caller
from tests.web.api.test_reading import everything
from tests.web.conftest import signed_in
from tests.web.personas import OPERATOR

GUARDED = ("/rosters", "/rosters/platform_system", "/gradings", "/gradings/innovation_points", "/money", "/changes",
           "/indices", "/reforms", "/reforms/any")  # fmt: skip


def test_without_a_token_nothing_of_it_is_told(anybody: Caller) -> None:
    for path in GUARDED:
        assert anybody.get(path).status_code == 401, path
        assert signed_in("leader").get(f"/api/v1/cities/weihai{path}").status_code == 401, path


def test_another_city_has_none_of_it_here(science: Caller) -> None:
    for path in GUARDED:
        answer = science.client.get(f"/api/v1/cities/liaocheng{path}", headers=science.headers)
        assert answer.status_code == 404, path


# --- rosters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "caller"), [("science", "science"), ("county", "county")])
def test_a_roster_is_what_an_officer_of_the_unit_sees(name: str, caller: str, request: Any) -> None:
    api, page = request.getfixturevalue(caller), signed_in(name)
    pack = cities.pack_of("weihai")
    assert [one["id"] for one in api.get("/rosters").json()] == list(pack.rosters)
    full = 0
    for roster in list(pack.rosters)[:12]:
        found, shown = api.get(f"/rosters/{roster}").json(), page.get(f"/weihai/office/rosters/{roster}/").context
        view = shown["view"]
        assert found["total"] == view.count and found["whole"] == shown["whole"] and found["year"] == view.year
        assert [(one["party"], one["name"], one["words"]) for one in found["items"]] == [
            (row.party, row.name, list(row.words)) for row in view.rows
        ]
        assert [one["name"] for one in found["tables"]] == [table.name for table in view.tables]
        assert (found["fund"] is None) == (view.fund is None)
        full += found["total"] > 0
    assert full, "some roster has rows"


def test_a_county_has_its_own_rows_and_no_fund_of_the_city(science: Caller, county: Caller) -> None:
    own = set(Party.objects.filter(division="huancui").values_list("id", flat=True))
    own |= set(Party.objects.filter(zone="huancui").values_list("id", flat=True)) | {"wh_huancui", "huancui"}
    fewer = 0
    for one in cities.pack_of("weihai").rosters:
        mine, all_of_them = everything(county, f"/rosters/{one}"), science.get(f"/rosters/{one}").json()
        assert {row["party"] for row in mine} <= own, one
        assert county.get(f"/rosters/{one}").json()["fund"] is None
        fewer += len(mine) < all_of_them["total"]
    assert fewer


def test_money_of_a_roster_is_fen_and_days_are_days(science: Caller) -> None:
    seen = set()
    for one in cities.pack_of("weihai").rosters:
        found = science.get(f"/rosters/{one}").json()
        for row in found["items"]:
            for column, value in zip(found["columns"], row["values"], strict=True):
                if value is not None and column["type"] in ("money", "date"):
                    seen.add(column["type"])
                    assert isinstance(value, int) if column["type"] == "money" else date.fromisoformat(value)
    assert seen == {"money", "date"}


def test_behind_the_last_page_of_a_roster_is_nothing(science: Caller) -> None:
    found = science.get("/rosters/platform_system?page=9999").json()
    assert found["items"] == [] and found["page"] == 9999
    assert science.get("/rosters/nothing").status_code == 404
    assert science.get("/gradings/nothing").status_code == 404


# --- gradings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "caller"), [("science", "science"), ("county", "county")])
def test_grades_are_those_of_the_page(name: str, caller: str, request: Any) -> None:
    api, page = request.getfixturevalue(caller), signed_in(name)
    lines = api.get("/gradings").json()
    assert [one["id"] for one in lines] == list(cities.pack_of("weihai").gradings)
    for one in lines:
        shown = page.get(f"/weihai/office/gradings/{one['id']}/").context
        found = api.get(f"/gradings/{one['id']}?size=200").json()
        assert found["total"] == shown["total"] and found["grading"] == one
        assert list(found["counts"].items()) == shown["tiers"]
        assert [(row["party"], row["rank"], row["tier_name"]) for row in found["items"]] == [
            (grade.subject.party, grade.rank, grade.tier_name) for grade, _what in shown["grades"]
        ]


def test_a_county_is_told_the_grades_of_its_own_alone(science: Caller, county: Caller) -> None:
    own = set(Party.objects.filter(division="huancui").values_list("id", flat=True))
    every = [everything(county, f"/gradings/{one['id']}") for one in county.get("/gradings").json()]
    assert any(every) and {row["party"] for rows in every for row in rows} <= own
    assert science.get("/gradings/innovation_points").json()["total"] > len(
        everything(county, "/gradings/innovation_points")
    )


# --- money, changes, indices ---------------------------------------------------------------------------------


def test_money_is_that_of_the_page_and_kinds_stand_apart(science: Caller, county: Caller) -> None:
    found = science.get("/money").json()
    shown = signed_in("science").get("/weihai/lead/money/").context
    assert [(one["payer_name"], one["clause"], one["fen"]) for one in found["flows"]] == [
        (flow.payer_name, flow.clause, flow.fen) for flow in shown["flows"]
    ]
    assert found["kind"] == "测算" and found["simulated"] and found["run"] == shown["run"].report["hash"]
    assert sum(one["fen"] for one in found["flows"]) == found["payable_fen"] > 0
    for by in ("division", "zone", "size"):
        assert sum(one["payable_fen"] for one in found["shares"][by]) == found["payable_fen"]
    assert found["open"] and found["open_fen"] == sum(one["open_fen"] for one in found["open"])
    assert county.get("/money").json() == found, "officers of all units open that page"


def test_without_a_run_there_is_no_money(science: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cities, "run_of", lambda name: None)
    assert science.get("/money").status_code == 404


def test_changes_are_those_of_the_page(science: Caller) -> None:
    found = science.get("/changes?since=2023-06-30").json()
    shown = signed_in("science").get("/weihai/lead/changes/?since=2023-06-30").context["found"]
    assert [(one["target"], one["way"]) for one in found["moved"]] == [(r.one.target.id, r.way) for r in shown.moved]
    assert [one["task"] for one in found["tasks"]] == [row.one.id for row in shown.tasks]
    assert [one["target"] for one in found["added"]] == [one.target.id for one in shown.added] != []
    assert found["tasks_set"] == shown.set_since and len(found["figures"]) == len(shown.figures) > 0
    assert not any(one["simulated"] for one in found["figures"])


def test_a_day_with_which_nothing_can_be_compared_is_refused(science: Caller) -> None:
    last = date.fromisoformat(science.get("/changes").json()["as_of"])
    for day in (last, last + timedelta(1), date(1990, 1, 1)):
        answer = science.get(f"/changes?since={day}")
        assert answer.status_code == 422 and answer.json()["code"] == "E-API-FIELD" and answer.json()["remedy"]


def test_indices_are_those_of_the_page(science: Caller) -> None:
    rows = {one["id"]: one for one in science.get("/indices").json()}
    for shown in signed_in("science").get("/weihai/lead/indices/").context["found"]:
        one = rows.pop(shown["index"].id)
        assert one["demonstration"] == shown["index"].demonstration
        assert [(each["name"], each["rank"], each["score"]) for each in one["ranking"]] == [
            (line.name, line.one.rank, line.one.score) for line in shown.get("lines", ())
        ]
        if "recorded" in shown:
            assert len(one["recorded"]) == len(shown["recorded"].figures)
        assert one["error"] == (shown["error"].message if "error" in shown else "")
    assert rows == {}


# --- drafts of the reform lab ---------------------------------------------------------------------------------


@pytest.fixture
def draft(records: Path) -> str:
    """A draft that somebody kept: the reward for high-tech firms raised, over the facts of the small city."""
    pack = cities.pack_of("weihai")
    basis = Basis(records / "weihai" / "facts", 2023, date(2023, 12, 31))
    overlay = Overlay(name="提高", set={"hnte_reward.first": "30万元"})
    save_reform(pack, OPERATOR, try_reform(pack, overlay, basis), "认定奖励提高", records)
    return "认定奖励提高"


def test_a_draft_is_told_as_its_page_tells_it(science: Caller, draft: str) -> None:
    (line,) = science.get("/reforms").json()
    page = signed_in("science").get(f"/weihai/office/reform/drafts/{draft}/").context
    assert (line["name"], line["by"], line["simulated"], line["stale"]) == (draft, "tests", True, False)
    assert line["payable_after_fen"] - line["payable_before_fen"] == page["more"] > 0
    assert line["gained_fen"] - line["lost_fen"] == page["net"] and line["winners"] > 0 == line["losers"]
    whole = science.get(f"/reforms/{draft}").json()
    assert {key: whole[key] for key in line} == line and whole["changes"]["set"] == {"hnte_reward.first": "30万元"}
    assert [one["clause"] for one in whole["clauses"]] == ["hnte_reward"]
    for rows in whole["breakdowns"].values():
        assert sum(one["after_fen"] - one["before_fen"] for one in rows) == page["more"], "each is the whole"
    assert sum(one["gained"] for one in whole["spread"]) == line["winners"]
    assert all(one["party"] and one["after_fen"] > one["before_fen"] for one in whole["most_gained"])


def test_a_county_is_told_no_party_of_another_county(county: Caller, draft: str) -> None:
    own = set(Party.objects.filter(division="huancui").values_list("id", flat=True))
    own |= set(Party.objects.filter(zone="huancui").values_list("id", flat=True))
    found = county.get(f"/reforms/{draft}").json()["most_gained"]
    assert found and {one["party"] for one in found} - {""} <= own
    assert all(not one["name"] for one in found if not one["party"])


def test_a_draft_of_another_shape_does_not_hide_the_others(science: Caller, draft: str, records: Path) -> None:
    old = {"year": 2023, "before": {"payable": 1}, "after": {"payable": 2}, "clauses": [], "changes": {}}
    (records / "weihai" / "reforms" / "旧的.json").write_text(json.dumps(old), encoding="utf-8")
    assert [one["name"] for one in science.get("/reforms").json()] == [draft]
    assert science.get("/reforms/旧的").status_code == 404


def test_a_draft_that_nobody_kept_is_not_found(science: Caller) -> None:
    assert science.get("/reforms").json() == [] and science.get("/reforms/none").status_code == 404
