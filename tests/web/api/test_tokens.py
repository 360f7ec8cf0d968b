"""Tokens: what a unit sees and records by program is what its officers see and record; nobody else gets anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from innocity.actions.issue_token import issue_token
from innocity.actions.revoke_token import revoke_token
from innocity.actions.verify_audit import verify_audit
from innocity.core.errors import InnoCityError
from innocity.records import queries, store
from innocity.records.models_tokens import ApiToken
from innocity.records.queries.tokens import holder_of, tokens
from innocity.records.viewer import Viewer
from innocity.web import cities
from tests.web.api.conftest import Caller
from tests.web.personas import OPERATOR

GUARDED = ("/registers", "/registers/organization/facts", "/parties", "/parties/F0000001", "/runs",
           "/parties/F0000001/entitlements")  # fmt: skip


def test_without_a_token_nothing_of_the_records_is_told(anybody: Caller) -> None:
    for path in GUARDED:
        answer = anybody.get(path)
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer", path
    assert anybody.post("/reports/figures", {}).status_code == 401


@pytest.mark.parametrize("token", ["innocity_wrong", "wrong", "innocity_" + "x" * 500, ""])
def test_a_wrong_token_opens_nothing(records: Path, token: str) -> None:
    assert Caller(token or "x").get("/registers").status_code == 401


def test_a_session_is_no_token(persona: object) -> None:
    client = persona("leader")  # type: ignore[operator]
    assert client.get("/api/v1/cities/weihai/registers").status_code == 401


def test_only_the_hash_is_kept_and_the_audit_log_knows(records: Path) -> None:
    issued = issue_token(OPERATOR, "wh_science", "业务系统", days=30)
    kept = ApiToken.objects.get(id=issued.id)
    assert issued.token not in str(vars(kept)) and len(kept.digest) == 64
    assert issued.expires_on == store.today() + timedelta(days=30)
    last = list(queries.audit_chain(Viewer.operator("tests")))[-1]
    assert last.action == "issue_token" and issued.token not in last.details
    assert verify_audit(OPERATOR).whole


def test_a_revoked_or_outlived_token_opens_nothing(records: Path) -> None:
    issued = issue_token(OPERATOR, "wh_science", "业务系统", days=1)
    caller = Caller(issued.token)
    assert caller.get("/registers").status_code == 200
    assert holder_of(issued.token, issued.expires_on) is not None
    assert holder_of(issued.token, issued.expires_on + timedelta(days=1)) is None
    revoke_token(OPERATOR, issued.id)
    assert caller.get("/registers").status_code == 401
    assert [one.revoked_on for one in tokens(OPERATOR)] == [store.today()]


@pytest.mark.parametrize("role", ["anonymous", "firm", "officer", "leader", "auditor"])
def test_only_the_operator_issues_and_revokes(records: Path, role: str) -> None:
    viewer = Viewer(role, "x", "wh_science")  # type: ignore[arg-type]
    for act in (lambda: issue_token(viewer, "wh_science", "x"), lambda: revoke_token(viewer, 1)):
        with pytest.raises(InnoCityError, match="系统管理员"):
            act()


@pytest.mark.parametrize(
    ("unit", "name", "days", "code"),
    [("nobody", "x", 9, "E-TOKEN-UNIT"), ("F0000001", "x", 9, "E-TOKEN-UNIT"), ("wh_science", " ", 9, "E-TOKEN-NAME"),
     ("wh_science", "x", 0, "E-TOKEN-DAYS"), ("wh_science", "x", 999, "E-TOKEN-DAYS")],
)  # fmt: skip
def test_a_token_needs_unit_purpose_and_an_end(records: Path, unit: str, name: str, days: int, code: str) -> None:
    with pytest.raises(InnoCityError) as found:
        issue_token(OPERATOR, unit, name, days=days)
    assert found.value.code == code


# --- what is seen -------------------------------------------------------------------------------------------


def test_a_county_sees_its_own_firms_alone(county: Caller, science: Caller) -> None:
    mine, all_of_them = county.get("/parties?size=200").json(), science.get("/parties?size=200").json()
    assert 0 < mine["total"] < all_of_them["total"]
    assert {one["division"] for one in mine["items"]} == {"huancui"}
    other = next(one["id"] for one in all_of_them["items"] if one["division"] not in ("huancui", ""))
    assert county.get(f"/parties/{other}").status_code == 404
    assert county.get(f"/parties/{other}/entitlements").status_code == 404
    assert county.get(f"/registers/organization/facts?party={other}").json()["total"] == 0


def test_personal_columns_are_for_the_registers_keepers(county: Caller, science: Caller) -> None:
    personal = {
        register.id: {column.id for column in register.columns if column.personal}
        for register in cities.pack_of("weihai").registers.values()
    }
    name = next(name for name, columns in personal.items() if columns and name == "person")
    for caller in (county, science):
        for one in caller.get(f"/registers/{name}/facts").json()["items"]:
            keeps = Viewer("officer", "x", "wh_science").duty(cities.pack_of("weihai").registers[name])
            if caller is county or not keeps:
                assert not personal[name] & set(one["values"])


def test_entitlements_are_estimates_that_name_their_run(science: Caller) -> None:
    run = science.get("/runs").json()[0]
    assert run["payable_fen"] > 0 and run["simulated"]
    from tests.web.personas import parties as firms

    party = firms(Path(cities.settings.INNOCITY_VAR) / "weihai" / "runs" / "first")["firm"]
    found = science.get(f"/parties/{party}/entitlements?year=2023").json()
    assert found["kind"] == "测算" and found["run"] == run["hash"]
    assert found["total_fen"] == sum(one["fen"] or 0 for one in found["items"] if one["counts"])


def test_another_city_has_no_records_here(science: Caller) -> None:
    assert science.client.get("/api/v1/cities/liaocheng/registers", headers=science.headers).status_code == 404


# --- what is recorded ---------------------------------------------------------------------------------------


def figure(**changes: object) -> dict[str, object]:
    return {"indicator": "hnte_count", "period": "2023-11", "value": "1480", "observed_on": "2023-12-01", **changes}


def test_a_unit_reports_a_figure_in_its_own_name(science: Caller) -> None:
    answer = science.post("/reports/figures", figure())
    assert answer.status_code == 201 and len(answer.json()["ids"]) == 1
    known = science.get("/registers/observation/facts?size=200").json()["items"]
    mine = next(one for one in known if one["values"].get("value") == "1480")
    assert mine["party"] == "wh_science"
    public = science.get("/indicators/hnte_count").json()["figures"]
    assert "1480" not in {one["value"] for one in public}, "nobody has approved it"
    again = science.post("/reports/figures", figure())
    assert again.status_code == 422 and again.json()["code"] == "E-FIGURE-DUPLICATE"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"indicator": "x"}, "E-FIGURE-INDICATOR"), ({"value": "many"}, "E-NUMBER-FORMAT"),
     ({"period": "x"}, "E-PERIOD-FORMAT"), ({"unit": "亿元"}, "E-FIGURE-UNIT"), ({"value": ""}, "E-NUMBER-FORMAT")],
)  # fmt: skip
def test_a_figure_that_cannot_be_is_refused(science: Caller, changes: dict[str, object], code: str) -> None:
    answer = science.post("/reports/figures", figure(**changes))
    assert answer.status_code == 422 and answer.json()["code"] == code


def test_a_token_that_only_reads_records_nothing(county: Caller) -> None:
    assert county.post("/reports/figures", figure()).status_code == 403
    body = {"reported_on": "2023-12-01", "text": "x"}
    assert county.post("/reports/tasks/hnte_ladder", body).status_code == 403


def test_a_unit_reports_progress_of_its_own_tasks_alone(science: Caller) -> None:
    states = cities.state_of("weihai").tasks.states.values()
    mine = next(one for one in states if one.units().get("wh_science") and one.open and one.task.article
                and not one.task.everyone and not one.splits)  # fmt: skip
    other = next(one for one in states if one.units() and "wh_science" not in one.units() and one.open
                 and one.task.article and not one.task.everyone and not one.splits)  # fmt: skip
    body = {"reported_on": "2023-12-20", "text": "按计划推进", "progress": 60}
    answer = science.post(f"/reports/tasks/{mine.id}", body)
    assert answer.status_code == 201, answer.content.decode()
    assert science.get(f"/tasks/{mine.id}").json()["progress"] == 60
    refused = science.post(f"/reports/tasks/{other.id}", body)
    assert refused.status_code == 403 and refused.json()["code"] == "E-TASK-UNIT"
