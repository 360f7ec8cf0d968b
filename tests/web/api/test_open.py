"""What everybody may read by program beside clauses and lights: the same rows as the pages, and nothing that waits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from innocity.actions.give_feedback import give_feedback
from innocity.actions.moderate_feedback import moderate_feedback
from innocity.actions.post_listing import Posting, decide_listing, post_listings
from innocity.actions.publish_facts import publish_facts
from innocity.actions.simulate_inspections import simulate_inspections
from innocity.engines.inspection.repeat import faults_of
from innocity.records import queries
from innocity.records.models import Fact, Handler
from innocity.records.queries.feedback import to_moderate
from innocity.records.viewer import Viewer
from innocity.records.views import PartyView
from innocity.web import cities
from innocity.web.policy_graph import documents_with_tasks
from tests.web.api.conftest import Caller
from tests.web.api.test_reading import everything
from tests.web.conftest import signed_in
from tests.web.personas import OPERATOR

CLAUSE = "hnte_reward"


# --- documents ----------------------------------------------------------------------------------------------


def test_relations_are_those_of_the_pages(anybody: Caller) -> None:
    pack = cities.pack_of("weihai")
    every = {one["id"]: one for one in everything(anybody, "/relations")}
    assert set(every) == set(pack.relations)
    ended = [one for one in every.values() if one["kind"] == "supersedes"]
    assert ended and {one["kind_name"] for one in ended} == {"取代"} and all(one["newer"]["name"] for one in ended)
    assert {one["kind"] for one in everything(anybody, "/relations?kind=basis")} <= {"basis"}
    for name in ("conference-2023", "plan-2023"):
        own = anybody.get(f"/documents/{name}").json()["relations"]
        shown = anybody.client.get(f"/weihai/documents/{name}/").context["relations"]
        assert own and [one["id"] for one in own] == [row["relation"].id for row in shown]
        assert own == anybody.get(f"/relations?document={name}&size=200").json()["items"]


def test_the_graph_leads_from_a_document_to_units(anybody: Caller) -> None:
    listed = [one["document"] for one in anybody.get("/graph").json()]
    assert listed == documents_with_tasks(cities.pack_of("weihai"))
    found = anybody.get(f"/graph/{listed[0]}").json()
    page = anybody.client.get(f"/weihai/graph/{listed[0]}.json").json()
    assert [one["id"] for one in found["nodes"]] == [one["id"] for one in page["nodes"]]
    assert found["links"] == page["links"]
    assert {one["layer"] for one in found["nodes"]} == {"document", "task", "clause", "indicator", "unit"}
    known = {one["id"] for one in found["nodes"]}
    assert {link[end] for link in found["links"] for end in ("source", "target")} <= known
    assert {one["task"] for one in found["branches"]} == {
        one["key"] for one in found["nodes"] if one["layer"] == "task"
    }


# --- published facts ----------------------------------------------------------------------------------------


@pytest.fixture
def firm(records: Path) -> PartyView:
    """A firm of which nothing is published yet."""
    cache.clear()
    found = queries.party(OPERATOR, Handler.objects.get(account__user__username="firm").party_id)
    assert found is not None
    return found


def looked(caller: Caller, asked: str) -> Any:
    return caller.client.get("/api/v1/cities/weihai/lookup", {"q": asked}, headers=caller.headers)


def test_a_firm_of_which_nothing_is_published_is_as_if_it_were_not_there(
    anybody: Caller, science: Caller, firm: PartyView
) -> None:
    for caller in (anybody, science):
        unpublished, unknown = looked(caller, firm.code), looked(caller, "91990000000000000X")
        assert unpublished.status_code == unknown.status_code == 404 and unpublished.json() == unknown.json()


def test_what_is_published_of_a_firm_is_what_its_page_shows(anybody: Caller, firm: PartyView) -> None:
    own = Fact.objects.filter(party_id=firm.id, register="qualification").order_by("fact_id")
    publish_facts(cities.pack_of("weihai"), OPERATOR, "qualification", "保密员", "公告", ids=[own[0].fact_id])
    for asked in (firm.code, firm.name):
        found = looked(anybody, asked).json()
        (register,) = found["registers"]
        assert (found["name"], found["code"], register["total"]) == (firm.name, firm.code, 1)
        assert [one["fact_id"] for one in register["facts"]] == [own[0].fact_id]
        (block,) = anybody.client.get("/weihai/lookup/", {"q": asked}).context["blocks"]
        assert [(one["name"], one["text"]) for one in register["facts"][0]["said"]] == block["facts"][0]["lines"]
    assert "division" not in found, "the place of a firm is a fact that nobody published"


def test_looking_up_is_counted_together_with_the_page(anybody: Caller, firm: PartyView) -> None:
    for _ in range(10):
        looked(anybody, firm.code)
        anybody.client.get("/weihai/lookup/", {"q": firm.code})
    answer = looked(anybody, firm.code)
    assert answer.status_code == 429 and answer.json()["code"] == "E-API-RATE" and answer["Retry-After"]


# --- demand and supply --------------------------------------------------------------------------------------


def posted(records: Path, firm: str) -> None:
    """An offer of the department, a firm's demands that wait, and its need of a loan, told without name and sum."""
    pack, day = cities.pack_of("weihai"), date.today()
    offer = Posting("results", "offer", "碳纤维工艺", "某课题组", "wh_science", day, {"field": "materials"})
    post_listings(pack, [offer], records, viewer=OPERATOR)
    mine = Viewer("firm", "firm", None, firm)
    loan = {"field": "materials", "loan": "300万元", "text": "要三百万贷款"}
    asks = [Posting(kind, "demand", f"等待审核{kind}", "某企业", firm, day, {"field": "materials"})
            for kind in ("results", "finance")]  # fmt: skip
    seen = Posting("finance", "demand", "扩产", "某企业", firm, day, loan)
    *_waiting, row = post_listings(pack, [*asks, seen], records, viewer=mine)
    decide_listing(pack, row["listing"], "open", pack.matching["finance"].office[0], "", records, viewer=OPERATOR)


def test_lists_hold_what_the_page_holds_and_nothing_that_waits(
    anybody: Caller, science: Caller, records: Path, firm: PartyView
) -> None:
    posted(records, firm.id)
    for kind in cities.pack_of("weihai").matching:
        lists = anybody.client.get(f"/weihai/exchange/{kind}/").context["lists"]
        for caller in (anybody, science):
            for one in lists:
                found = everything_of(caller, f"/exchange/{kind}/listings?side={one['side']}")
                assert [row["id"] for row in found] == [card.one.id for card in one["cards"]]
                assert [(row["by"], row["title"]) for row in found] == [(c.one.by, c.one.title) for c in one["cards"]]
                said = [[(each["name"], each["text"]) for each in row["said"]] for row in found]
                assert said == [list(card.said) for card in one["cards"]]
            assert "等待审核" not in str(everything_of(caller, f"/exchange/{kind}/listings?side="))
    pages = {row["kind"].id: row["counts"] for row in anybody.client.get("/weihai/exchange/").context["rows"]}
    assert {one["id"]: one["counts"] for one in anybody.get("/exchange").json()} == pages
    assert sum(one["offers"] for one in pages["results"]) == 1


def test_who_needs_a_loan_and_how_much_is_for_the_office(
    anybody: Caller, science: Caller, records: Path, firm: PartyView
) -> None:
    posted(records, firm.id)
    for caller in (anybody, science):
        (one,) = everything_of(caller, "/exchange/finance/listings?side=demand")
        alone = caller.get(f"/exchange/finance/listings/{one['id']}").json()
        assert alone["listing"] == one and one["title"] == "扩产"
        assert (one["by"], one["text"], one["values"]) == ("", "", {"field": "materials"})
        assert not any(word in str(alone) for word in ("某企业", "300", "三百万", firm.id, firm.name))


def everything_of(caller: Caller, path: str) -> list[Any]:
    answer = caller.get(f"{path}&size=200").json()
    assert answer["pages"] == 1
    return list(answer["items"])


def test_one_listing_with_what_answers_it(anybody: Caller, records: Path, firm: PartyView) -> None:
    posted(records, firm.id)
    page = anybody.client.get("/weihai/exchange/results/results_o0001/").context
    found = anybody.get("/exchange/results/listings/results_o0001").json()
    assert found["listing"]["title"] == "碳纤维工艺" and found["listing"]["values"]["field"] == "materials"
    assert found["answered"] == page["total"] and found["pairs"] == page["pairs"]
    assert anybody.get("/exchange/results/listings/results_d0001").status_code == 404, "it waits"
    assert anybody.get("/exchange/finance/listings/results_o0001").status_code == 404, "it is of another kind"
    assert anybody.get("/exchange/results/events").json()["items"] == []


# --- inspections --------------------------------------------------------------------------------------------


def test_inspections_are_those_of_the_pages(anybody: Caller, records: Path) -> None:
    assert simulate_inspections(cities.pack_of("weihai"), OPERATOR, records)
    listed = everything(anybody, "/inspections")
    rows = anybody.client.get("/weihai/inspections/").context["rows"]
    assert [one["id"] for one in listed] == [one.id for one, _counts in rows]
    drawn = next(one for one in listed if one["state"] == "drawn")
    found = anybody.get(f"/inspections/{drawn['id']}?size=200").json()
    page = anybody.client.get(f"/weihai/inspections/{drawn['id']}/").context
    assert found["sound"] and found["list_hash"] == page["one"].list_hash and found["drawn"] > 0
    assert [(one["item"], one["name"], one["state"]) for one in found["items"]["items"]] == [
        (row["row"].drawn.item, row["name"], row["row"].state) for row in page["rows"]
    ]
    record = anybody.get(f"/inspections/{drawn['id']}/record").json()
    assert faults_of(record) == []
    assert record == anybody.client.get(f"/weihai/inspections/{drawn['id']}/record.json").json()
    people = Fact.objects.filter(register="inspector", current=True)
    names = [str(one.data["name"]) for one in people]
    assert names and not [name for name in names if name in str(found) + str(record)], "inspectors stand by number"


# --- feedback -----------------------------------------------------------------------------------------------


def test_feedback_stands_there_once_it_was_let_through(anybody: Caller, records: Path) -> None:
    pack = cities.pack_of("weihai")
    for number, words in enumerate(("条件写得清楚", "办得太慢", ""), 3):
        give_feedback(pack, Viewer(), CLAUSE, number, words, f"10.0.0.{number}")
    assert anybody.get(f"/clauses/{CLAUSE}/feedback").json() == {
        "items": [], "total": 0, "page": 1, "pages": 1, "size": 50, "count": 0, "average": None
    }  # fmt: skip
    officer = Viewer("officer", "science", "wh_science")
    waiting = [one.id for one in to_moderate(officer).items]
    moderate_feedback(officer, waiting[0], show=True, answer="谢谢")
    moderate_feedback(officer, waiting[1], show=False, answer="含有不当内容")
    found = anybody.get(f"/clauses/{CLAUSE}/feedback").json()
    assert [(one["words"], one["rating"], one["answer"]) for one in found["items"]] == [("条件写得清楚", 3, "谢谢")]
    assert (found["count"], found["average"]) == (1, 3.0)
    assert set(found["items"][0]) == {"rating", "words", "said_on", "answer"}
    assert anybody.client.get(f"/weihai/clauses/{CLAUSE}/feedback/").context["page"].total == found["total"]
    assert anybody.get("/clauses/nothing/feedback").status_code == 404
    assert anybody.client.get(f"/api/v1/cities/liaocheng/clauses/{CLAUSE}/feedback").status_code == 404


def test_a_session_shows_no_more_than_no_session(anybody: Caller, records: Path, firm: PartyView) -> None:
    posted(records, firm.id)
    for name in ("leader", "firm", "science"):
        client = signed_in(name)
        for path in ("/exchange", "/exchange/finance/listings", "/exchange/results/listings", "/inspections"):
            assert client.get(f"/api/v1/cities/weihai{path}").json() == anybody.get(path).json(), (name, path)
        assert client.get("/api/v1/cities/weihai/lookup", {"q": firm.code}).status_code == 404
    assert settings.INNOCITY_CITY == "weihai"
