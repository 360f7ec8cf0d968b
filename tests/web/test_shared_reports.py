"""科技报告: an approved report opens exactly to whom its scope says, from its day on; each reading is logged."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from innocity.actions.open_account import open_account
from innocity.actions.verify_audit import verify_audit
from innocity.records.models import AuditEntry, Party
from innocity.records.models_matters import MatterFile
from tests.records.test_documents import word
from tests.web.conftest import Persona, signed_in
from tests.web.personas import OPERATOR, PASSWORD, PERSONAS
from tests.web.test_matter_papers import paper
from tests.web.test_matters import OFFICE, OWN, step

PAGE = "/weihai/science-reports/"
READERS = ("anonymous", *PERSONAS)
STAFF = {"science", "county", "group_office", "leader", "auditor"}


def client(name: str) -> Client:
    return Client(SERVER_NAME="localhost") if name == "anonymous" else signed_in(name)


def handed_in(raw: bytes | None = None) -> tuple[str, int, int]:
    """The matter of a report sent back once, and the numbers of its first and its last file."""
    firm, science = signed_in("firm"), signed_in("science")
    told = {"step": "submit", "title": "海参苗种技术报告", "text": "结题报告", "m-0": paper("一稿.docx")}
    answer = firm.post(f"{OWN}start/science_report/", told)
    assert answer.status_code == 302, answer.context["faults"]
    case = str(answer["Location"]).partition("?")[0].rstrip("/").rpartition("/")[2]
    office = f"{OFFICE}{case}/"
    assert step(science, office, "return", actor="wh_science", text="缺数据").status_code == 302
    last = paper("二稿.docx", word("第二稿") if raw is None else raw)
    assert firm.post(f"{OWN}{case}/", {"step": "again", "m-0": last}).status_code == 302
    assert step(science, office, "pass", actor="wh_science", text="通过").status_code == 302
    first, second = MatterFile.objects.filter(case=case, state="sent").order_by("id")
    return case, first.id, second.id


def shared(case: str, scope: str, **more: str) -> int:
    """The answer to setting a scope."""
    told = {"actor": "wh_science", "text": "定范围", "scope": scope, **more}
    return int(step(signed_in("science"), f"{OFFICE}{case}/", "share", **told).status_code)


def who_opens(number: int) -> set[str]:
    return {name for name in READERS if client(name).get(f"{PAGE}{number}/").status_code == 200}


def who_sees(number: int) -> set[str]:
    return {name for name in READERS if f"{PAGE}{number}/" in client(name).get(PAGE).content.decode()}


def party(name: str) -> Party:
    return Party.objects.get(handlers__account__user__username=name)


def test_before_a_scope_is_set_nobody_opens_it_by_this_page(records: object) -> None:
    _, first, last = handed_in()
    assert who_opens(first) == who_opens(last) == who_sees(last) == set()


@pytest.mark.parametrize(
    ("scope", "named", "readers"),
    [
        ("everybody", (), set(READERS)),
        ("units", (), STAFF),
        ("closed", (), set()),
        ("named", ("市科协",), set()),
        ("named", ("环翠区政府",), {"county"}),
        ("named", ("other_firm",), {"other_firm"}),
        ("named", ("other_firm", "环翠区政府"), {"other_firm", "county"}),
    ],
)
def test_each_role_opens_what_the_scope_says_and_nobody_else_does(
    records: object, scope: str, named: tuple[str, ...], readers: set[str]
) -> None:
    case, first, last = handed_in()
    who = "；".join((party(one).code or party(one).id) if one.isascii() else one for one in named)
    assert shared(case, scope, named=who) == 302
    assert who_opens(last) == who_sees(last) == readers
    assert who_opens(first) == set(), "what was sent back for changes never opens"
    mine = f"{OWN}papers/{last}/"
    assert signed_in("firm").get(mine).status_code == 200, "whose report it is reads it as before"
    assert signed_in("other_firm").get(mine).status_code == 404


def test_a_report_opens_on_its_day_and_is_announced_before_if_everybody_may_read_it(
    records: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _, last = handed_in()
    assert shared(case, "everybody", opens_on=(date.today() + timedelta(10)).isoformat()) == 302
    assert who_opens(last) == who_sees(last) == set()
    assert "还没有开放" in client("anonymous").get(PAGE).content.decode()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date.today() + timedelta(10))
    assert client("anonymous").get(f"{PAGE}{last}/").status_code == 200


def test_what_opens_later_to_units_alone_is_not_listed_before(records: object) -> None:
    case, _, last = handed_in()
    assert shared(case, "units", opens_on=(date.today() + timedelta(10)).isoformat()) == 302
    assert who_opens(last) == set() and "海参" not in client("science").get(PAGE).content.decode()


def test_every_opening_is_in_the_log_and_what_is_not_opened_is_not(records: object) -> None:
    case, _, last = handed_in()
    assert shared(case, "everybody") == 302
    before = AuditEntry.objects.filter(action="export").count()
    assert client("anonymous").get(f"{PAGE}{last}/").content == client("county").get(f"{PAGE}{last}/").content
    assert client("anonymous").get(f"{PAGE}999999/").status_code == 404
    found = AuditEntry.objects.filter(action="export").order_by("seq")[before:]
    told = [(one.actor, one.role, one.object, json.loads(one.details)["paper"]) for one in found]
    assert told == [("anonymous", "anonymous", f"matter/{case}", last), ("county", "officer", f"matter/{case}", last)]
    assert list(verify_audit(OPERATOR).findings) == []


def test_what_is_marked_as_internal_opens_to_units_at_most(records: object) -> None:
    case, _, last = handed_in(word("内部资料 注意保存"))
    assert MatterFile.objects.get(id=last).internal
    assert shared(case, "everybody") == 422
    assert shared(case, "named", named=party("other_firm").code or party("other_firm").id) == 422
    assert shared(case, "units") == 302
    assert who_opens(last) == STAFF


def test_a_wrong_scope_is_told_at_its_field(records: object) -> None:
    case, _, _ = handed_in()
    science = signed_in("science")
    for more in ({}, {"scope": "named"}, {"scope": "units", "named": "市科协"}, {"scope": "named", "named": "查无此人"},
                 {"scope": "units", "opens_on": "2000-01-01"}):  # fmt: skip
        answer = step(science, f"{OFFICE}{case}/", "share", actor="wh_science", text="定范围", **more)
        assert answer.status_code == 422
    page = science.get(f"{OFFICE}{case}/").content.decode()
    assert 'name="scope" value="named"' in page and 'name="opens_on"' in page


def test_who_takes_over_for_a_named_unit_reads_what_was_opened_to_it(persona: Persona) -> None:
    case, _, last = handed_in()
    assert shared(case, "named", named="市经济和信息化委") == 302
    open_account(OPERATOR, "gongxin", PASSWORD, "officer", unit="wh_industry")
    assert signed_in("gongxin").get(f"{PAGE}{last}/").status_code == 200
