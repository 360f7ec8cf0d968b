"""A firm asks for a fact that is missing: one question a page, papers, the officer's decision, all or nothing."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.records.models import AuditEntry, Fact, Handler
from innocity.records.models_corrections import Correction
from tests.web.conftest import Persona

ADD = "/weihai/my/add/qualification/"
VALUES = {
    "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01", "valid_from": "2023-11-01", "batch": "1",
}  # fmt: skip


def values(client: Client) -> dict[str, str]:
    """What can be filled of `VALUES`, on the page as it asks."""
    asked = {field["column"].id for field in client.get(ADD + "value/").context["fields"]}
    return {name: text for name, text in VALUES.items() if name in asked}


def answered(client: Client) -> None:
    """All questions answered, up to the last page."""
    assert client.post(ADD + "value/", values(client)).status_code == 302
    client.post(ADD + "why/", {"reason": "2023年认定，名单第12页"})
    paper = SimpleUploadedFile("证书.txt", "高新技术企业证书".encode())
    assert client.post(ADD + "papers/", {"file": paper})["Location"].endswith("/check/")


def filed(client: Client) -> Correction:
    answered(client)
    assert "2023年11月1日" in client.get(ADD + "check/").content.decode()
    answer = client.post(ADD + "check/")
    assert answer.status_code == 302, answer.context["faults"]
    assert "已提交" in client.get(answer["Location"]).content.decode()
    return Correction.objects.latest("id")


def facts_of(name: str) -> int:
    party = Handler.objects.get(account__user__username=name).party_id
    return Fact.objects.filter(party_id=party, register="qualification", current=True).count()


def walk(persona: Persona) -> None:
    client, officer = persona("firm"), persona("science")
    before = facts_of("firm")
    assert ADD in client.get("/weihai/my/add/").content.decode()
    one = filed(client)
    assert one.add and one.fact_id == "" and facts_of("firm") == before
    page = f"/weihai/office/corrections/{one.id}/"
    text = officer.get(page).content.decode()
    weighed = officer.get(page).context["consequence"]["found"]
    total = client.get("/weihai/my/entitlements/").context["found"].total
    assert weighed.before == total and not weighed.done
    assert "补登一条" in text and "名单第12页" in text and "证书.txt" in text and "现在没有登记" in text
    assert officer.post(page, {"decision": "approve"}).status_code == 302
    one.refresh_from_db()
    now = officer.get(page).context["consequence"]["found"]
    assert (now.before, now.after, now.done) == (weighed.before, weighed.after, True)
    assert client.get("/weihai/my/entitlements/").context["found"].total == weighed.after
    fact = Fact.objects.get(register="qualification", fact_id=one.fact_id)
    assert one.state == "approved" and facts_of("firm") == before + 1
    assert fact.party_id == one.party_id and fact.data["title"] == "hnte" and "市科技局" in str(fact.source)
    assert [paper.title for paper in fact.evidence.all()] == ["证书.txt"]
    shown = client.get(f"/weihai/my/corrections/{one.id}/").content.decode()
    assert "已补登" in shown and f"/weihai/my/facts/qualification/{one.fact_id}/" in shown
    assert client.get(f"/weihai/my/facts/qualification/{one.fact_id}/").status_code == 200
    actions = [entry.action for entry in AuditEntry.objects.order_by("-seq")[:2]]
    assert actions == ["decide_correction", "record_facts"]
    asked = AuditEntry.objects.get(action="request_addition")
    assert json.loads(asked.details)["register"] == "qualification" and "hnte" not in asked.details


def test_from_the_first_question_to_the_fact(persona: Persona) -> None:
    walk(persona)


def test_on_postgresql_too(persona_postgresql: Persona) -> None:
    walk(persona_postgresql)


def test_what_cannot_be_recorded_is_told_at_its_field(persona: Persona) -> None:
    client = persona("firm")
    assert client.post(ADD + "value/", {}).status_code == 422
    answer = client.post(ADD + "value/", values(client) | {"issued_on": "2023-13-45"})
    assert answer.status_code == 422 and 'href="#v-issued_on"' in answer.content.decode()
    answer = client.post(ADD + "value/", values(client) | {"title": "no_such_title"})
    assert answer.status_code == 422 and not Correction.objects.exists()


def test_without_papers_nothing_is_filed_and_no_question_can_be_jumped_over(persona: Persona) -> None:
    client = persona("firm")
    for step in ("why", "papers", "check"):
        assert client.get(f"{ADD}{step}/")["Location"] == ADD + "value/"
    client.post(ADD + "value/", values(client))
    client.post(ADD + "why/", {"reason": "依据证书"})
    answer = client.post(ADD + "papers/", {})
    assert answer.status_code == 422 and "材料" in answer.content.decode()
    assert client.post(ADD + "check/")["Location"] == ADD + "value/" and not Correction.objects.exists()


def test_a_refusal_records_nothing_and_a_request_can_be_taken_back(persona: Persona) -> None:
    client, officer = persona("firm"), persona("science")
    before = facts_of("firm")
    one = filed(client)
    page = f"/weihai/office/corrections/{one.id}/"
    assert officer.post(page, {"decision": "refuse", "answer": ""}).status_code == 422
    assert officer.post(page, {"decision": "refuse", "answer": "名单上没有"}).status_code == 302
    assert "名单上没有" in client.get(f"/weihai/my/corrections/{one.id}/").content.decode()
    second = filed(client)
    client.post(f"/weihai/my/corrections/{second.id}/withdraw/")
    second.refresh_from_db()
    assert second.state == "withdrawn" and facts_of("firm") == before


def test_an_approval_that_fails_decides_nothing(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    from innocity.actions import decide_correction

    one, officer, before = filed(persona("firm")), persona("science"), facts_of("firm")

    def broken(*given: object, **more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(decide_correction, "close", broken)  # after the fact was written
    with pytest.raises(RuntimeError):
        officer.post(f"/weihai/office/corrections/{one.id}/", {"decision": "approve"})
    one.refresh_from_db()
    assert one.state == "open" and one.fact_id == "" and facts_of("firm") == before


def test_only_the_unit_that_keeps_the_register_decides_and_only_some_registers_take_any(persona: Persona) -> None:
    one = filed(persona("firm"))
    for name in ("county", "group_office"):
        assert persona(name).get(f"/weihai/office/corrections/{one.id}/").status_code == 404, name
    assert persona("other_firm").get(f"/weihai/my/corrections/{one.id}/").status_code == 404
    client = persona("firm")
    for register in ("organization", "award", "decision", "observation", "task_progress", "nothing"):
        assert client.get(f"/weihai/my/add/{register}/value/").status_code == 404, register


def test_requests_that_wait_are_limited(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    from innocity.actions import request_addition

    monkeypatch.setattr(request_addition, "MOST", 1)
    client = persona("firm")
    filed(client)
    answered(client)
    answer = client.post(ADD + "check/")
    assert answer.status_code == 422 and "等着核对" in answer.content.decode() and Correction.objects.count() == 1
