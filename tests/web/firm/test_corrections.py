"""The whole way of a correction: one question a page, a receipt, the officer's decision, the firm's page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.records.models import Document, Fact, Handler
from innocity.records.models_corrections import Correction
from tests.web.conftest import Persona


def own_fact(name: str) -> str:
    """The firm's latest recognition as a high-tech firm."""
    party = Handler.objects.get(account__user__username=name).party_id
    found = Fact.objects.filter(party_id=party, register="qualification", data__title="hnte", current=True)
    return str(found.latest("valid_from").fact_id)


@pytest.fixture
def asks(persona: Persona) -> tuple[Client, str]:
    """A firm's client, and the address below which it asks."""
    client = persona("firm")
    return client, f"/weihai/my/facts/qualification/{own_fact('firm')}/correct/"


def answered(client: Client, address: str, **more: str) -> None:
    """All questions answered, up to the last page."""
    client.post(address + "what/", {"columns": ["recognition_kind"]})
    client.post(address + "value/", {"recognition_kind": "first"})
    client.post(address + "why/", {"reason": "证书写的是首次认定", **more})


def test_from_the_first_question_to_the_money(asks: tuple[Client, str], persona: Persona, records: Path) -> None:
    client, address = asks
    before = client.get("/weihai/my/entitlements/").context["found"].total
    answered(client, address)
    paper = SimpleUploadedFile("证书.txt", "高新技术企业证书".encode())
    answer = client.post(address + "papers/", {"file": paper})
    assert answer["Location"].endswith("/check/")
    text = client.get(address + "check/").content.decode()
    assert "首次认定" in text and "证书写的是首次认定" in text and "证书.txt" in text
    assert not Correction.objects.exists()
    answer = client.post(address + "check/")
    receipt = client.get(answer["Location"]).content.decode()
    one = Correction.objects.get()
    assert "已提交" in receipt and f"{one.filed_on.year}-{one.id:06d}" in receipt
    assert client.get("/weihai/my/entitlements/").context["found"].total == before

    officer = persona("science")
    page = f"/weihai/office/corrections/{one.id}/"
    assert "证书写的是首次认定" in officer.get(page).content.decode()
    refused = officer.post(page, {"decision": "refuse", "answer": ""})
    assert refused.status_code == 422 and 'href="#answer"' in refused.content.decode()
    assert officer.post(page, {"decision": "approve"}).status_code == 302
    assert client.get("/weihai/my/entitlements/").context["found"].total == before + 10_000_000
    assert "已更正" in client.get("/weihai/my/").content.decode()
    history = client.get(address.removesuffix("correct/")).content.decode()
    assert "第 2 版" in history and "<ins>首次认定</ins>" in history and "证书.txt" in history


def test_a_refusal_is_told_with_its_reason(asks: tuple[Client, str], persona: Persona) -> None:
    client, address = asks
    answered(client, address)
    client.post(address + "papers/")
    client.post(address + "check/")
    number = Correction.objects.get().id
    persona("science").post(f"/weihai/office/corrections/{number}/", {"decision": "refuse", "answer": "与公告一致"})
    assert "与公告一致" in client.get(f"/weihai/my/corrections/{number}/").content.decode()
    assert "未采纳" in client.get("/weihai/my/corrections/").content.decode()


def test_what_is_wrong_is_said_at_its_field_and_takes_the_focus(asks: tuple[Client, str]) -> None:
    client, address = asks
    answer = client.post(address + "what/", {})
    assert answer.status_code == 422 and 'href="#columns"' in answer.content.decode()
    client.post(address + "what/", {"columns": ["issued_on", "batch"]})
    answer = client.post(address + "value/", {"issued_on": "2023-13-45", "batch": "2"})
    text = answer.content.decode()
    assert answer.status_code == 422 and 'href="#v-issued_on"' in text and 'value="2023-13-45"' in text
    assert "data-focus" in text and text.count('aria-invalid="true"') == 1
    client.post(address + "value/", {"issued_on": "2023-12-02", "batch": "2"})
    answer = client.post(address + "why/", {"reason": " "})
    assert answer.status_code == 422 and 'href="#reason"' in answer.content.decode()


def test_no_question_can_be_jumped_over(asks: tuple[Client, str]) -> None:
    client, address = asks
    for step in ("value", "why", "papers", "check"):
        assert client.get(f"{address}{step}/")["Location"] == address + "what/"
    assert client.post(address + "check/")["Location"] == address + "what/" and not Correction.objects.exists()
    assert client.get(address + "nothing/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [("a.txt", "机密★1年\n通知", {}, "密级"), ("a.pdf", "%PDF-1.4", {}, "密级"), ("a.txt", "", {}, "空"),
     ("a.docx", "not a Word file", {}, "Word")],
)  # fmt: skip
def test_papers_that_may_not_be_kept_are_refused(
    asks: tuple[Client, str], name: str, content: str, more: dict[str, str], said: str
) -> None:
    client, address = asks
    answered(client, address)
    answer = client.post(address + "papers/", {"file": SimpleUploadedFile(name, content.encode()), **more})
    assert answer.status_code == 422 and said in answer.content.decode() and not Document.objects.exists()


def test_a_picture_is_taken_once_somebody_looked_at_it(asks: tuple[Client, str]) -> None:
    client, address = asks
    answered(client, address)
    given = {"file": SimpleUploadedFile("a.png", b"\x89PNG"), "looked": "1", "add": "1"}
    assert client.post(address + "papers/", given)["Location"] == address + "papers/"
    kept = Document.objects.get()
    assert kept.marking_checked_by == "firm" and "a.png" in client.get(address + "papers/").content.decode()
    client.post(address + "papers/", {"drop": str(kept.id)})
    assert "a.png" not in client.get(address + "papers/").content.decode()


def test_a_whole_fact_can_be_struck_and_a_request_taken_back(asks: tuple[Client, str]) -> None:
    client, address = asks
    client.post(address + "what/", {"columns": ["*", "batch"]})
    client.post(address + "why/", {"reason": "不是我们的证书"})
    client.post(address + "papers/")
    client.post(address + "check/")
    one = Correction.objects.get()
    assert one.strike and one.changes == {}
    assert client.get(address + "what/")["Location"] == f"/weihai/my/corrections/{one.id}/"
    client.post(f"/weihai/my/corrections/{one.id}/withdraw/")
    assert Correction.objects.get().state == "withdrawn" and client.get(address + "what/").status_code == 200


def test_another_firm_and_another_unit_find_nothing(asks: tuple[Client, str], persona: Persona) -> None:
    client, address = asks
    answered(client, address)
    client.post(address + "papers/")
    client.post(address + "check/")
    number = Correction.objects.get().id
    other = persona("other_firm")
    fact = address.removesuffix("correct/")
    for path in (fact, address + "what/", f"/weihai/my/corrections/{number}/"):
        assert other.get(path).status_code == 404, path
    assert other.post(f"/weihai/my/corrections/{number}/withdraw/").status_code == 404
    for name in ("county", "group_office"):
        assert persona(name).get(f"/weihai/office/corrections/{number}/").status_code == 404, name
    assert persona("auditor").post(
        f"/weihai/office/corrections/{number}/", {"decision": "approve"}
    ).status_code == 422  # fmt: skip
    assert Correction.objects.get().state == "open"


def test_our_data_show_source_day_and_keeper(persona: Persona) -> None:
    client = persona("firm")
    text = client.get("/weihai/my/facts/").content.decode()
    assert "资质称号" in text and "认定公告或证书" in text and "市科技局" in text and "登记" in text
    assert client.get("/weihai/my/facts/qualification/").context["page"].total > 1
    assert client.get("/weihai/my/facts/nothing/").status_code == 404


def test_the_day_of_a_revision_is_that_of_the_place_not_of_the_log(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, date, datetime

    from innocity.packs.load import load_pack
    from innocity.records import queries, store
    from innocity.records.queries.entitlements import written
    from innocity.records.viewer import Viewer

    class Evening(datetime):
        """Nearly midnight in Greenwich, already morning in Weihai."""

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2030, 5, 1, 18, 20, tzinfo=UTC)

    persona("firm")
    monkeypatch.setattr(store, "datetime", Evening)
    operator, pack = Viewer.operator("tests"), load_pack("weihai")
    from innocity.actions.record_facts import record_rows

    firm = queries.parties(operator, size=1).items[0].id
    row = {
        "party_id": firm,
        "title": "hnte",
        "recognition_kind": "first",
        "issued_on": "2023-05-01",
        "level": "national",
    }
    record_rows(pack, operator, "qualification", [row])
    newest = queries.facts(operator, pack.registers["qualification"], party_id=firm, size=1000).items
    assert date(2030, 5, 2) in {day for _, day in written(operator, newest).values()}
