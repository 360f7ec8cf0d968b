"""The whole way of a correction: one question a page, a receipt, the officer's decision, the firm's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.actions.attach_document import attach_document
from innocity.actions.correct_fact import correct_fact
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry, Document, Fact, Handler
from innocity.records.models_corrections import Correction
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR


def own_fact(name: str) -> str:
    """The firm's latest recognition as a high-tech firm."""
    party = Handler.objects.get(account__user__username=name).party_id
    found = Fact.objects.filter(party_id=party, register="qualification", data__title="hnte", current=True)
    return str(found.latest("valid_from").fact_id)


def asking(persona: Persona) -> tuple[Client, str]:
    """A firm's client, and the address below which it asks."""
    client = persona("firm")
    return client, f"/weihai/my/facts/qualification/{own_fact('firm')}/correct/"


@pytest.fixture
def asks(persona: Persona) -> tuple[Client, str]:
    """The same, for one test."""
    return asking(persona)


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
    client.post(address + "what/", {"columns": ["*"]})
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


def linked(client: Client, address: str) -> dict[str, str]:
    """The papers that a page links to, by name."""
    text = client.get(address).content.decode()
    return {name: link for link, name in re.findall(r'<a href="([^"]+/papers/[0-9]+/)">([^<]+)</a>', text)}


def test_papers_of_every_revision_are_reached_from_the_history_of_a_fact(
    asks: tuple[Client, str], persona: Persona
) -> None:
    """A correction that is granted brings its own paper; those of the revision before stay where they were."""
    client, address = asks
    science, own = persona("science"), address.removesuffix("correct/")
    for name, columns in (("证书.txt", "recognition_kind"), ("更正公告.txt", "batch")):
        client.post(address + "what/", {"columns": [columns]})
        client.post(address + "value/", {"recognition_kind": "first", "batch": "第9批"})
        client.post(address + "why/", {"reason": "登记错了"})
        client.post(address + "papers/", {"file": SimpleUploadedFile(name, name.encode())})
        client.post(address + "check/")
        number = Correction.objects.latest("id").id
        science.post(f"/weihai/office/corrections/{number}/", {"decision": "approve"})
    office = f"/weihai/office/registers/qualification/facts/{own.rstrip('/').rpartition('/')[2]}/"
    other = persona("other_firm")
    for reader, page in ((client, own), (science, office), (persona("leader"), office)):
        links = linked(reader, page)
        assert set(links) == {"证书.txt", "更正公告.txt"}
        for name, link in links.items():
            answer = reader.get(link)
            assert answer.content == name.encode() and answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert other.get(link).status_code in (403, 404)
    assert [str(one.title) for one in science.get(office).context["evidence"]] == ["更正公告.txt"]
    assert AuditEntry.objects.filter(action="export", object__startswith="qualification/").count() == 6


def asked_with_a_paper(asks: tuple[Client, str], content: bytes) -> Correction:
    """A request for a correction, handed in with 证书.txt."""
    client, address = asks
    answered(client, address)
    client.post(address + "papers/", {"file": SimpleUploadedFile("证书.txt", content)})
    client.post(address + "check/")
    return Correction.objects.get()


def test_who_decides_a_request_reads_its_papers_and_nobody_else_does(
    asks: tuple[Client, str], persona: Persona
) -> None:
    one = asked_with_a_paper(asks, b"certificate")
    page = f"/weihai/office/corrections/{one.id}/"
    [link] = linked(persona("science"), page).values()
    assert persona("science").get(link).content == b"certificate"
    assert persona("science").get(f"{page}papers/999999/").status_code == 404
    assert persona("group_office").get(link).status_code == 404, "it keeps another register"
    assert persona("other_firm").get(link).status_code == 403
    assert AuditEntry.objects.filter(action="export", object=f"correction/{one.id}").count() == 1


def test_a_revision_without_papers_says_where_those_of_earlier_ones_stand(
    asks: tuple[Client, str], persona: Persona
) -> None:
    one, address = asked_with_a_paper(asks, b"a"), asks[1]
    persona("science").post(f"/weihai/office/corrections/{one.id}/", {"decision": "approve"})
    fact = address.removesuffix("/correct/").rpartition("/")[2]
    correct_fact(load_pack("weihai"), OPERATOR, "qualification", fact, {"batch": "第9批"}, "补录", revision=2)
    page = persona("science").get(f"/weihai/office/registers/qualification/facts/{fact}/").content.decode()
    assert "以前各版的在“来龙去脉”里" in page and page.count("证书.txt") and "没有附材料。</p>" not in page


def test_papers_of_other_facts_and_of_personal_registers_are_not_handed_out(persona: Persona) -> None:
    """A number in the address is no key: the paper must be one of that fact, and of whoever reads personal columns."""
    pack, science = load_pack("weihai"), persona("science")
    register = next(one for one in pack.registers.values() if any(column.personal for column in one.columns)
                    and Fact.objects.filter(register=one.id, current=True).exists())  # fmt: skip
    fact = Fact.objects.filter(register=register.id, current=True).first()
    assert fact is not None
    kept = attach_document(pack, OPERATOR, "个人材料.txt", b"a", party=fact.party_id)
    fact.evidence.set([kept.id])
    another = Fact.objects.filter(register="qualification", current=True).first()
    assert another is not None
    wrong = f"/weihai/office/registers/qualification/facts/{another.fact_id}/papers/{kept.id}/"
    assert science.get(wrong).status_code == 404
    page = f"/weihai/office/registers/{register.id}/facts/{fact.fact_id}/"
    leader = persona("leader")
    assert "个人材料.txt" in leader.get(page).content.decode() and not linked(leader, page)
    assert leader.get(f"{page}papers/{kept.id}/").status_code == 404


def test_a_paper_may_weigh_the_same_wherever_it_is_handed_in(
    asks: tuple[Client, str], persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("innocity.web.papers.LARGEST", 1 << 20)
    client, address = asks
    answered(client, address)
    for size, status in ((1 << 20, 302), ((1 << 20) + 1, 422)):
        answer = client.post(address + "papers/", {"file": SimpleUploadedFile("证书.txt", b"a" * size), "add": "1"})
        assert answer.status_code == status, size
    assert "每份不超过1MB" in answer.content.decode()


def filed(client: Client, address: str, columns: list[str], values: dict[str, str]) -> int:
    """A request for other values, without papers; gives its number."""
    client.post(address + "what/", {"columns": columns})
    client.post(address + "value/", values)
    client.post(address + "why/", {"reason": "证书上不是这样"})
    client.post(address + "papers/", {})
    assert client.post(address + "check/").status_code == 302
    return int(Correction.objects.latest("id").id)


def test_single_items_and_all_of_it_together_are_refused(asks: tuple[Client, str]) -> None:
    """Who ticks both has not said that the whole row is to be struck."""
    client, address = asks
    answer = client.post(address + "what/", {"columns": ["recognition_kind", "*"]})
    assert answer.status_code == 422 and "整条都不对" in answer.context["faults"][0].message
    assert client.post(address + "what/", {"columns": ["*"]}).status_code == 302


def test_both_sides_see_what_a_correction_does_to_the_money_before_and_after(
    asks: tuple[Client, str], persona: Persona
) -> None:
    client, address = asks
    total = client.get("/weihai/my/entitlements/").context["found"].total
    number = filed(client, address, ["recognition_kind"], {"recognition_kind": "first"})
    pages = ((client, f"/weihai/my/corrections/{number}/"),
             (persona("science"), f"/weihai/office/corrections/{number}/"))  # fmt: skip
    for who, page in pages:
        answer = who.get(page)
        found = answer.context["consequence"]["found"]
        assert (found.before, found.after, found.done) == (total, total + 10_000_000, False), page
        assert "改后测算" in answer.content.decode() and "高新技术企业认定奖励" in answer.content.decode()
    assert client.get("/weihai/my/entitlements/").context["found"].total == total, "nothing is written by looking"
    persona("science").post(f"/weihai/office/corrections/{number}/", {"decision": "approve"})
    for who, page in pages:
        found = who.get(page).context["consequence"]["found"]
        assert (found.before, found.after, found.done) == (total, total + 10_000_000, True), page
    assert client.get("/weihai/my/entitlements/").context["found"].total == total + 10_000_000


def test_a_refused_correction_has_no_consequence_and_a_struck_fact_takes_its_sum_away(
    asks: tuple[Client, str], persona: Persona
) -> None:
    client, address = asks
    client.post(address + "what/", {"columns": ["*"]})
    client.post(address + "why/", {"reason": "不是本单位的"})
    client.post(address + "papers/", {})
    client.post(address + "check/")
    number = Correction.objects.latest("id").id
    page = f"/weihai/office/corrections/{number}/"
    found = persona("science").get(page).context["consequence"]["found"]
    assert found.after < found.before and any(one.state_after == "" for one in found.changes)
    persona("science").post(page, {"decision": "refuse", "answer": "与公告一致"})
    assert persona("science").get(page).context["consequence"] is None


def test_a_day_that_no_longer_fits_the_beginning_of_validity_is_pointed_out(
    asks: tuple[Client, str], persona: Persona
) -> None:
    client, address = asks
    fact = Fact.objects.get(fact_id=address.split("/")[-3], current=True)
    assert fact.valid_from is not None and fact.data["issued_on"] == fact.valid_from.isoformat()
    number = filed(client, address, ["issued_on"], {"issued_on": f"{fact.valid_from.year}-01-05"})
    text = persona("science").get(f"/weihai/office/corrections/{number}/").content.decode()
    day = fact.valid_from
    assert f"有效期起却是 {day.year}年{day.month}月{day.day}日" in text
    assert not re.search(r"\d{4}-\d{2}-\d{2}", re.sub(r"<[^>]*>", "", text.partition("<main")[2])), "one form of days"
