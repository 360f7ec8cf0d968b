"""What everybody may read by program: the same as the pages, in pages, with tags of what was seen before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from innocity.web import cities, finder
from innocity.web.api import schemas
from innocity.web.calculator import examples, rows_of
from innocity.web.fields import reads_of
from innocity.web.open_data import TABLES
from tests.web.api.conftest import BASE, Caller


def everything(caller: Caller, path: str) -> list[Any]:
    found: list[Any] = []
    page = 1
    while True:
        answer = caller.get(f"{path}{'&' if '?' in path else '?'}page={page}&size=200").json()
        found += answer["items"]
        if page >= answer["pages"]:
            assert len(found) == answer["total"]
            return found
        page += 1


def test_it_says_what_the_pages_say(anybody: Caller) -> None:
    pack, state = cities.pack_of("weihai"), cities.state_of("weihai")
    assert [one["id"] for one in everything(anybody, "/clauses")] == [
        one.clause.id for one in finder.catalogue("weihai")
    ]
    lights = {one["id"]: one["status"] for one in everything(anybody, "/targets")}
    assert lights == {one.target.id: one.status for one in state.board.standings}
    assert {one["id"] for one in everything(anybody, "/indicators")} == set(pack.indicators)
    assert {one["id"] for one in everything(anybody, "/units")} == set(pack.units)
    assert {one["id"] for one in anybody.get("/documents").json()} == set(pack.documents)
    for table in TABLES.values():
        assert len(everything(anybody, f"/tables/{table.id}")) == len(table.rows("weihai"))


def test_what_meetings_resolve_is_not_public(anybody: Caller) -> None:
    states = cities.state_of("weihai").tasks.states.values()
    hidden = [one.id for one in states if not one.task.article]
    shown = {one["id"] for one in everything(anybody, "/tasks")}
    assert hidden and not shown & set(hidden)
    assert anybody.get(f"/tasks/{hidden[0]}").status_code == 404
    assert not set(anybody.get("/units/wh_science").json()["tasks"]) & set(hidden)


def test_scores_of_units_are_nowhere(anybody: Caller, science: Caller) -> None:
    for caller in (anybody, science):
        assert "score" not in caller.get("/units/wh_science").content.decode()


def test_an_indicator_has_figures_path_and_forecast(anybody: Caller) -> None:
    found = anybody.get("/indicators/hnte_count").json()
    assert found["figures"][0]["value"] == "1376" and found["path"][-1]["value"] == "1600"
    assert found["forecast"]["method"] == "" and "不作预测" in found["forecast"]["says"]


def test_the_calculator_gives_the_arithmetic(anybody: Caller) -> None:
    clause = anybody.get("/clauses/contract_payment_subsidy").json()
    assert "contract_payment" in {one["register_id"] for one in clause["inputs"]}
    reads = reads_of(cities.pack_of("weihai"), "contract_payment_subsidy", 2023)
    case = next(one for one in examples("weihai", "contract_payment_subsidy", reads) if one.years == (2023,))
    answer = anybody.post("/clauses/contract_payment_subsidy/calculate", {"facts": rows_of(case, reads)})
    assert answer.status_code == 200 and answer.json()["kind"] == "测算"
    assert any(one["fen"] and one["steps"] for one in answer.json()["awards"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"facts": {"nothing": [{"a": "1"}]}}, "E-API-FACTS"),
        ({"facts": {"contract_payment": [{"nothing": "1"}]}}, "E-API-FACTS"),
        ({"facts": {"contract_payment": [{"amount": "20"}]}}, "E-FACTS-TYPE"),
        ({"facts": 3}, "E-API-FIELD"),
    ],
)
def test_facts_that_cannot_be_taken_are_told_one_by_one(anybody: Caller, body: Any, code: str) -> None:
    answer = anybody.post("/clauses/contract_payment_subsidy/calculate", body)
    assert answer.status_code == 422 and answer.json()["code"] == code
    assert answer.json()["message"]


def test_a_body_that_is_no_json_is_a_bad_request(anybody: Caller) -> None:
    answer = anybody.post("/clauses/contract_payment_subsidy/calculate", "{")
    assert answer.status_code == 400 and answer.json()["code"] == "E-API-REQUEST"


def test_what_is_unknown_is_not_found(anybody: Caller) -> None:
    for path in ("/documents/x", "/clauses/x", "/targets/x", "/indicators/x", "/tasks/x", "/units/x", "/tables/x"):
        answer = anybody.get(path)
        assert answer.status_code == 404 and answer.json()["code"] == "E-API-UNKNOWN", path
    assert anybody.client.get("/api/v1/cities/nowhere").status_code == 404
    assert anybody.get("/clauses?size=201").status_code == 422
    assert anybody.get("/clauses?page=99999").json()["items"] == []


def test_what_was_seen_before_is_not_sent_again(anybody: Caller) -> None:
    first = anybody.get("/targets")
    assert anybody.get("/targets", **{"If-None-Match": first["ETag"]}).status_code == 304
    assert anybody.get("/targets?status=met", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_lists_every_operation(anybody: Caller) -> None:
    page = anybody.client.get("/api/v1/")
    schema = anybody.client.get("/api/v1/openapi.json").json()
    text = page.content.decode()
    assert all(path in text for path in schema["paths"]) and BASE.startswith("/api/v1")
    assert "style=" not in text and "<script>" not in text


def test_every_operation_declares_how_it_can_fail(anybody: Caller) -> None:
    schema = anybody.client.get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            needed = {"400", "404", "422", "429", "503"} | ({"401", "403"} if one.get("security") else set())
            assert needed <= set(one["responses"]), (method, path)


def test_too_many_requests_are_told_to_wait(anybody: Caller, settings_patch: Any) -> None:
    settings_patch("INNOCITY_API_RATE", 3)
    answers = [anybody.get("/documents") for _ in range(5)]
    assert answers[0].status_code == 200 and answers[-1].status_code == 429
    assert 0 < int(float(answers[-1]["Retry-After"])) <= 60 and answers[-1].json()["code"] == "E-API-RATE"


def test_no_two_schemas_have_one_name() -> None:
    """The description keeps them by name alone: of two that are called alike one would describe the other's answers."""
    found = [
        name
        for module in Path(schemas.__file__).parent.glob("schemas*.py")
        for name in re.findall(r"^class (\w+)\(", module.read_text(encoding="utf-8"), re.M)
    ]
    assert len(found) > 40 and len(found) == len(set(found))
