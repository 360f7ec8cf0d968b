"""What somebody sends who wishes the site ill: refused with a page on either database, never the server's error."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.actions import attach_document
from innocity.packs.load import load_pack
from innocity.records.models import Document, Fact, Handler, Party
from innocity.records.models_feedback import Feedback
from innocity.web.views.office import importing
from tests.web.conftest import Persona

EITHER = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.fixture
def sent(request: pytest.FixtureRequest, database: str) -> Persona:
    """Clients by persona, on one database or the other."""
    found: Persona = request.getfixturevalue({"sqlite": "persona", "postgresql": "persona_postgresql"}[database])
    return found


@EITHER
def test_a_nul_is_a_bad_request_wherever_it_stands(sent: Persona) -> None:
    officer, firm, nobody = sent("science"), sent("firm"), Client(SERVER_NAME="localhost")
    nul = quote("a\x00b")
    assert officer.get(f"/weihai/office/registers/award/?text={nul}").status_code == 400
    assert officer.get(f"/weihai/office/registers/award/facts/{nul}/").status_code == 400
    assert firm.post("/weihai/my/handlers/", {"name": "a\x00b"}).status_code == 400
    assert nobody.get(f"/weihai/lookup/?q={nul}").status_code == 400
    assert nobody.post("/account/login/", {"login": "a\x00b", "password": "x"}).status_code == 400
    nobody.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh\x00ijk"
    answer = nobody.get("/weihai/")
    assert answer.status_code == 400 and "<h1" in answer.content.decode()
    told = nobody.get(f"/api/v1/cities?{nul}=1")
    assert told.status_code == 400 and told.json()["code"] == "E-API-REQUEST"  # programs get no page


@EITHER
def test_the_name_of_an_account_has_an_end(sent: Persona) -> None:
    answer = sent("firm").post("/weihai/my/handlers/", {"name": "a" * 151})
    assert answer.status_code == 422 and "最多 150 个字符" in answer.content.decode()


@EITHER
@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000, "-1", "x", "0"])
def test_the_number_of_a_message_is_a_number(sent: Persona, number: str) -> None:
    answer = sent("science").post("/weihai/office/feedback/", {"number": number, "decision": "show"})
    assert answer.status_code == 422 and "没有留言" in answer.content.decode()


def test_progress_is_a_number_of_three_digits(persona: Persona) -> None:
    task = next(name for name, one in load_pack("weihai").tasks.items() if one.kind == "task")
    given = {"unit": "wh_science", "on": "2023-12-01", "text": "推进", "progress": "9" * 5000}
    answer = persona("science").post(f"/weihai/office/tasks/{task}/", given)
    assert answer.status_code == 422 and "写 0 到 100 的整数" in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"])
def test_reports_are_of_days_that_documents_know(persona: Persona, day: str) -> None:
    answer = persona("leader").get(f"/weihai/office/reports/?kind=midterm&as_of={day}")
    assert answer.status_code == 200 and "没有可报告的" in answer.content.decode()
    assert persona("leader").get(f"/weihai/office/reports/file.docx?kind=midterm&as_of={day}").status_code == 422


def test_what_meetings_resolve_is_on_no_public_page(persona: Persona, nothing_kept: None) -> None:
    office, nobody = persona("group_office"), Client(SERVER_NAME="localhost")
    title = "核对一件还没有公开的事"
    tasks, unit = "/weihai/progress/tasks/", "/weihai/units/wh_science/"
    before = nobody.get(tasks).context["counts"], nobody.get("/weihai/").context["tasks"]
    answer = office.post("/weihai/office/meetings/new/", {
        "kind": "dispatch", "title": "内部调度会", "held_on": "2023-12-20", "unit": "wh_innovation_group",
        "attendees": ["wh_science"], "r0-title": title, "r0-lead": "wh_science", "r0-due": "2023-12-25",
    })  # fmt: skip
    assert answer.status_code == 302
    assert title in office.get("/weihai/office/tasks/").content.decode()
    for address in (tasks, f"{tasks}?light=overdue", unit, "/weihai/progress/", "/weihai/graph/", "/weihai/",
                    "/weihai/data/tasks.csv", "/api/v1/cities/weihai/tasks?size=200"):  # fmt: skip
        found = nobody.get(address)
        assert found.status_code == 200 and title not in found.content.decode(), address
    assert before == (nobody.get(tasks).context["counts"], nobody.get("/weihai/").context["tasks"])


def test_papers_behind_a_published_fact_stay_with_who_knows_its_firm(persona: Persona) -> None:
    """What is published is the fact; the file names of its evidence are for the firm, its county and the city."""
    party = Handler.objects.get(account__user__username="firm").party
    Party.objects.filter(id=party.id).update(division="rongcheng", zone="")
    fact = Fact.objects.filter(party=party, register="qualification", current=True, withdrawn=False).first()
    paper = Document.objects.create(
        party=party, title="内部证明.txt", file_name="内部证明.txt", media_type="text/plain", size=1, sha256="0" * 64,
        entry=1,
    )  # fmt: skip
    fact.evidence.add(paper)
    Fact.objects.filter(id=fact.id).update(published_on="2023-12-31")
    address = f"/weihai/office/registers/qualification/facts/{fact.fact_id}/"
    assert "内部证明" in persona("science").get(address).content.decode()
    shown = persona("county").get(address)
    assert shown.status_code == 200 and "内部证明" not in shown.content.decode()


def test_a_firm_cannot_fill_the_disk_with_papers_it_does_not_use(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attach_document, "UNUSED_MAX", 30)
    client = persona("firm")
    party = Handler.objects.get(account__user__username="firm").party_id
    fact = Fact.objects.filter(party_id=party, register="qualification", current=True).first()
    address = f"/weihai/my/facts/qualification/{fact.fact_id}/correct/"
    client.post(address + "what/", {"columns": ["*"]})
    client.post(address + "why/", {"reason": "写错了"})
    for number in range(5):
        client.post(address + "papers/", {"file": SimpleUploadedFile(f"{number}.txt", b"0123456789"), "add": "1"})
        kept = client.get(address + "papers/").context["papers"]
        client.post(address + "papers/", {"drop": str(kept[0].id)} if kept else {})
    assert Document.objects.filter(party_id=party).count() == 3


def test_files_that_wait_for_their_commit_are_few(persona: Persona, records: Path) -> None:
    client = persona("science")
    for number in range(importing.FILES + 3):
        file = SimpleUploadedFile(f"{number}.csv", f"a,b\n{number},2\n".encode())
        assert client.post("/weihai/office/registers/qualification/import/", {"file": file}).status_code < 500
    kept = list((records / "uploads").glob("*/*"))
    assert len(kept) == importing.FILES


def test_another_officer_cannot_name_the_file_that_waits(persona: Persona, records: Path) -> None:
    address = "/weihai/office/registers/qualification/import/"
    persona("science").post(address, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    (kept,) = (records / "uploads").glob("*/*")
    assert persona("science").post(address, {"kept": kept.name}).status_code != 404
    other = persona("county").post(address, {"kept": kept.name})
    assert other.status_code == 404 or other.context.get("shut")
    assert persona("science").post(address, {"kept": f"../{kept.parent.name}/{kept.name}"}).status_code == 404


def test_counts_of_tries_are_not_pushed_out_by_many_other_names(site: Client) -> None:
    """One who tries a thousand names must not thereby forget how often one account was tried."""
    cache.set("tries-of-one", 7, 900)
    for number in range(2000):
        cache.set(f"tries-of-{number}", 1, 900)
    assert cache.get("tries-of-one") == 7


def test_words_of_the_public_are_text_wherever_they_are_shown(persona: Persona) -> None:
    nobody, officer = Client(SERVER_NAME="localhost"), persona("science")
    clause = next(name for name, one in load_pack("weihai").clauses.items() if one.computes())
    evil = "<script>alert(1)</script>'\"><img src=x onerror=1>"
    nobody.post(f"/weihai/clauses/{clause}/feedback/", {"rating": "5", "words": evil})
    one = Feedback.objects.get()
    officer.post("/weihai/office/feedback/", {"number": str(one.id), "decision": "show", "answer": evil})
    for page in (f"/weihai/clauses/{clause}/feedback/", f"/weihai/clauses/{clause}/"):
        text = nobody.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in text and "<script>alert(1)" not in text and "<img src=x" not in text
    assert "<script>alert(1)" not in officer.get("/weihai/office/feedback/?state=shown").content.decode()
