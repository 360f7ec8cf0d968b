"""Without an account a credit code shows what is published, and nothing tells what else there is."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from innocity.actions.publish_facts import publish_facts
from innocity.records import queries
from innocity.records.models import Fact, Handler
from innocity.records.views import PartyView
from innocity.web import cities
from tests.web.personas import OPERATOR

PAGE = "/weihai/lookup/"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def firm(records: Path) -> PartyView:
    """A firm of which nothing is published yet."""
    party = Handler.objects.get(account__user__username="firm").party_id
    found = queries.party(OPERATOR, party)
    assert found is not None
    return found


@pytest.fixture
def visitor() -> Client:
    return Client(SERVER_NAME="localhost")


def told(visitor: Client, asked: str) -> str:
    """The page, without the words that were asked for."""
    page = visitor.get(PAGE, {"q": asked}).content.decode()
    return page.replace(asked, "").replace(quote(asked), "").replace(quote(quote(asked)), "")


def test_an_unpublished_firm_and_one_that_is_not_there_get_the_same_answer(firm: PartyView, visitor: Client) -> None:
    nobody = told(visitor, "91990000000000000X")
    assert "没有公开的登记" in nobody
    assert told(visitor, firm.code) == nobody
    assert told(visitor, firm.name) == told(visitor, "没有这家企业")
    assert told(visitor, firm.id) == nobody


def test_only_published_facts_are_shown(firm: PartyView, visitor: Client) -> None:
    pack = cities.pack_of("weihai")
    own = Fact.objects.filter(party_id=firm.id, register="qualification").order_by("fact_id")
    publish_facts(pack, OPERATOR, "qualification", "保密员", "认定公告", ids=[own[0].fact_id])
    for asked in (firm.code, firm.name):
        found = visitor.get(PAGE, {"q": asked})
        blocks = found.context["blocks"]
        assert [(block["register"].id, block["total"]) for block in blocks] == [("qualification", 1)]
        assert own[0].data["certificate_no"] in found.content.decode()
        assert own[1].data["certificate_no"] not in found.content.decode()


def test_a_part_of_a_name_finds_nothing(firm: PartyView, visitor: Client) -> None:
    ids = list(Fact.objects.filter(party_id=firm.id, register="qualification").values_list("fact_id", flat=True))
    publish_facts(cities.pack_of("weihai"), OPERATOR, "qualification", "保密员", "公告", ids=ids)
    assert "没有公开的登记" in told(visitor, firm.name[:-1])


def test_whoever_asks_too_often_has_to_wait(records: Path, visitor: Client) -> None:
    codes = {visitor.get(PAGE, {"q": f"企业{n}"}).status_code for n in range(20)}
    late = visitor.get(PAGE, {"q": "企业"})
    assert codes == {200} and late.status_code == 429 and "查得太快了" in late.content.decode()
    assert visitor.get(PAGE).status_code == 200
    assert visitor.get(PAGE, {"q": "企业"}, REMOTE_ADDR="10.9.9.9").status_code == 200


def test_strange_questions_are_harmless(records: Path, visitor: Client) -> None:
    assert "至少写两个字" in visitor.get(PAGE, {"q": "a"}).content.decode()
    assert visitor.get(PAGE, {"q": "\x00\x00"}).status_code == 400
    for asked in ("%%", "'; DROP TABLE records_party; --", "长" * 5000, "<script>x</script>"):
        answer = visitor.get(PAGE, {"q": asked})
        assert answer.status_code == 200 and "<script>x" not in answer.content.decode()
