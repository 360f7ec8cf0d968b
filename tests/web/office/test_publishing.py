"""公开: an officer publishes facts of a register kept by the own unit, sees first which, and takes them back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from innocity.actions.correct_fact import correct_fact
from innocity.records.models import AuditEntry, Fact
from innocity.web import cities
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR

LIST = "/weihai/office/registers/qualification/"
PUBLISH, UNPUBLISH = f"{LIST}publish/", f"{LIST}unpublish/"
CHECKED = {"checked_by": "王审查", "basis": "认定公告1号"}


def one_of(index: int = 0) -> Fact:
    """A recognition of the simulated city."""
    found = Fact.objects.filter(register="qualification", current=True).order_by("fact_id")[index]
    assert found.published_on is None
    return found


def seen(client: Client, address: str, **query: str) -> str:
    """The digest of the list that a page shows."""
    text = client.get(address, query).content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert found is not None, text
    return found[1]


def send(client: Client, address: str, given: dict[str, str], **query: str) -> Any:
    digest = seen(client, address, **query)
    return client.post(f"{address}?{urlencode(query)}", {**given, "seen": digest}, follow=True)


def correct(fact: Fact, number: str) -> None:
    """Another number of the certificate."""
    changes, pack = {"certificate_no": number}, cities.pack_of("weihai")
    correct_fact(pack, OPERATOR, "qualification", fact.fact_id, changes, "改", revision=1)


def public() -> set[str]:
    return set(Fact.objects.filter(published_on__isnull=False, current=True).values_list("fact_id", flat=True))


def test_one_fact_is_published_from_its_page_and_anybody_finds_it_then(persona: Persona) -> None:
    client, fact = persona("science"), one_of()
    address = f"{LIST}facts/{fact.fact_id}/"
    page = client.get(address).content.decode()
    assert "公开这一条" in page and "收回公开" not in page
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert digest is not None
    answer = client.post(f"{PUBLISH}?fact={fact.fact_id}", {**CHECKED, "seen": digest[1]}, follow=True)
    assert answer.redirect_chain[-1][0] == address and "已公开 1 条" in answer.content.decode()
    assert "收回公开" in answer.content.decode()
    visitor = Client(SERVER_NAME="localhost")
    code = fact.party.code
    assert fact.data["certificate_no"] in visitor.get("/weihai/lookup/", {"q": code}).content.decode()
    send(client, UNPUBLISH, {"reason": "公告撤销"}, fact=fact.fact_id)
    assert "没有公开的登记" in visitor.get("/weihai/lookup/", {"q": code}).content.decode()
    assert [one.action for one in AuditEntry.objects.order_by("-seq")[:2]] == ["unpublish_facts", "publish_facts"]


def test_a_filtered_list_is_published_as_it_was_looked_at(persona: Persona) -> None:
    client = persona("science")
    whole = client.get(PUBLISH).context["page"].total
    assert 0 < whole < client.get(LIST).context["page"].total  # without what people have
    answer = client.get(PUBLISH, {"division": "huancui"})
    total = answer.context["page"].total
    assert 0 < total < whole and {line.party.division for line in answer.context["page"].items} == {"huancui"}
    assert f"要公开这 {total}" in answer.content.decode().replace("&#x202f;", "").replace("\u202f", "")
    send(client, PUBLISH, CHECKED, division="huancui")
    assert len(public()) == total
    assert client.get(UNPUBLISH).context["page"].total == total
    assert client.get(PUBLISH).context["page"].total == whole - total


def test_a_list_that_changed_since_is_shown_again_and_nothing_is_published(persona: Persona) -> None:
    client, fact = persona("science"), one_of()
    digest = seen(client, PUBLISH, division="huancui")
    answer = client.post(f"{PUBLISH}?fact={fact.fact_id}", {**CHECKED, "seen": digest})
    assert answer.status_code == 422 and "看过以后名单变了" in answer.content.decode()
    digest = seen(client, PUBLISH, fact=fact.fact_id)
    correct(fact, "X")
    assert client.post(f"{PUBLISH}?fact={fact.fact_id}", {**CHECKED, "seen": digest}).status_code == 422
    assert public() == set()


def test_who_checked_is_asked_for_at_its_field(persona: Persona) -> None:
    client, fact = persona("science"), one_of()
    answer = send(client, PUBLISH, {"checked_by": "", "basis": "公告1号"}, fact=fact.fact_id)
    text = answer.content.decode()
    assert 'href="#checked_by"' in text and 'value="公告1号"' in text and public() == set()
    assert send(client, PUBLISH, CHECKED, fact=fact.fact_id)
    assert 'href="#reason"' in send(client, UNPUBLISH, {"reason": ""}, fact=fact.fact_id).content.decode()


@pytest.mark.parametrize("name", ["county", "group_office", "leader"])
def test_whoever_does_not_keep_the_register_is_offered_nothing(persona: Persona, name: str) -> None:
    client = persona(name)
    fact = one_of()
    for address in (LIST, f"{LIST}facts/{fact.fact_id}/"):
        text = client.get(address).content.decode()
        assert PUBLISH not in text and UNPUBLISH not in text
    for address in (PUBLISH, UNPUBLISH):
        assert "不能在这里公开或收回" in client.get(address).content.decode()
        client.post(f"{address}?fact={fact.fact_id}", {**CHECKED, "reason": "x"})
    assert public() == set()


def test_a_register_with_personal_data_is_not_published(persona: Persona) -> None:
    """The names of inspectors are written by any unit."""
    client = persona("science")
    for register in ("inspector", "prize_share", "figure_review"):
        address = f"/weihai/office/registers/{register}/"
        assert f"{address}publish/" not in client.get(address).content.decode()
        assert "不能在这里公开或收回" in client.get(f"{address}publish/").content.decode()


def test_a_correction_of_what_is_public_stands_in_the_inbox_until_it_is_published_again(persona: Persona) -> None:
    client, fact = persona("science"), one_of()
    send(client, PUBLISH, CHECKED, fact=fact.fact_id)
    correct(fact, "X9")

    def waiting() -> list[str]:
        rows = client.get("/weihai/office/", {"kind": "publication"}).context["rows"]
        return [one.address for one in rows if one.kind == "publication"]

    assert waiting() == [f"{PUBLISH}?waiting=1"]
    assert "已公开的 1 条更正了，待重新公开" in client.get("/weihai/office/", {"kind": "publication"}).content.decode()
    assert "待重新公开" in client.get(f"{LIST}facts/{fact.fact_id}/").content.decode()
    page = client.get(PUBLISH, {"waiting": "1"})
    assert [line.fact.fact_id for line in page.context["page"].items] == [fact.fact_id]
    assert "X9" in page.content.decode()
    send(client, PUBLISH, CHECKED, waiting="1")
    assert public() == {fact.fact_id} and waiting() == []
    other = persona("group_office").get("/weihai/office/", {"all": "1"}).context["rows"]
    assert "publication" not in {one.kind for one in other}


def test_a_fact_that_is_not_there_is_a_page_not_found(persona: Persona) -> None:
    client = persona("science")
    assert client.get(PUBLISH, {"fact": "nothing"}).status_code == 404
    assert client.get(UNPUBLISH, {"fact": one_of().fact_id}).status_code == 404
