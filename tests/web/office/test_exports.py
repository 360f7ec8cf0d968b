"""Lists that are taken out: the audit log tells who took which and how much; what no sheet holds is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from innocity.actions import sheet_writing
from innocity.actions.sheet_writing import write_xlsx
from innocity.core.errors import InnoCityError
from innocity.records.models import AuditEntry
from tests.web.conftest import Persona

LIST = "/weihai/office/registers/qualification/"
REPORT = "/weihai/office/reports/file.xlsx?kind=midterm"


def exported(who: str) -> list[tuple[str, dict[str, Any]]]:
    """What an account took out, as the log tells it."""
    found = AuditEntry.objects.filter(action="export", actor=who).order_by("seq")
    return [(one.object, json.loads(one.details)) for one in found]


def walk(persona: Persona) -> None:
    client = persona("science")
    total = client.get(LIST).context["page"].total
    for ending in ("csv", "xlsx"):
        assert client.get(f"{LIST}export.{ending}").status_code == 200
    named = client.get(f"{LIST}export.csv", {"text": "某人的名字", "division": "huancui"})
    assert named.status_code == 200
    told = exported("science")
    assert [(one, details["kind"], details["rows"]) for one, details in told] == [
        ("qualification", "csv", total), ("qualification", "xlsx", total), ("qualification", "csv", 0),
    ]  # fmt: skip
    assert told[-1][1] == {"kind": "csv", "rows": 0, "division": "huancui", "searched": True}, "the name is not kept"
    page = persona("auditor").get("/weihai/office/audit/", {"action": "export"}).content.decode()
    assert "导出" in page and f"{total}" in page


def test_the_log_tells_who_took_which_list_and_how_many_rows(persona: Persona) -> None:
    walk(persona)


def test_on_postgresql_too(persona_postgresql: Persona) -> None:
    walk(persona_postgresql)


def test_money_sheets_and_reports_are_noted_too(persona: Persona) -> None:
    client = persona("leader")
    for address in (
        "/weihai/lead/money.csv",
        "/weihai/lead/sheet.docx",
        REPORT,
    ):
        assert client.get(address).status_code == 200, address
    objects = [one for one, _ in exported("leader")]
    assert [one.partition("/")[0] for one in objects] == ["money", "report", "report"]


def test_more_rows_than_a_sheet_holds_are_refused_before_they_are_read(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = persona("science")
    total = client.get(LIST).context["page"].total
    monkeypatch.setattr(sheet_writing, "_ROWS", total)  # and one line more for the notice that it is simulated
    answer = client.get(f"{LIST}export.xlsx")
    assert answer.status_code == 422 and "csv" in answer.content.decode()
    assert client.get(f"{LIST}export.csv").status_code == 200
    assert [details["kind"] for _, details in exported("science")] == ["csv"]


def test_a_list_of_unknown_length_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_writing, "_ROWS", 3)
    assert write_xlsx("表", ["甲"], ([n] for n in range(3)))
    with pytest.raises(InnoCityError) as refused:
        write_xlsx("表", ["甲"], ([n] for n in range(4)))
    assert refused.value.code == "E-SHEET-ROWS" and "csv" in (refused.value.remedy or "")


def test_signing_out_and_being_signed_out_stand_in_the_log(persona: Persona) -> None:
    from django.conf import settings

    def ended() -> list[tuple[str, bool]]:
        found = AuditEntry.objects.filter(action="sign_out").order_by("seq")
        return [(one.object, json.loads(one.details).get("timed_out", False)) for one in found]

    pressed, left = persona("science"), persona("firm")
    assert pressed.post("/account/logout/").status_code == 302
    assert ended() == [("account/science", False)]
    left.get("/weihai/my/handlers/")
    session = left.session
    session["seen"] -= settings.INNOCITY_IDLE_SECONDS + 1
    session.save()
    left.get("/weihai/my/handlers/")
    left.get("/weihai/my/handlers/")
    assert ended() == [("account/science", False), ("account/firm", True)]
    Client(SERVER_NAME="localhost").post("/account/logout/")
    assert len(ended()) == 2, "nobody signed out who was not signed in"
