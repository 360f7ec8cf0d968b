"""Two who press at once: one is served, the other is told; nothing is written twice. On either database."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client

from innocity.actions.note_result import note_result
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry, Fact, Handler
from innocity.records.models_corrections import Correction
from innocity.records.models_feedback import Feedback
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona

EITHER = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.fixture
def both(request: pytest.FixtureRequest, database: str) -> Persona:
    """Clients by persona, on one database or the other."""
    found: Persona = request.getfixturevalue({"sqlite": "persona", "postgresql": "persona_postgresql"}[database])
    return found


def at_once(*presses: Callable[[], int]) -> list[int]:
    """The statuses of requests that begin together, each in a thread and with a connection of its own."""
    start, found = threading.Barrier(len(presses)), list[int]()

    def press(one: Callable[[], int]) -> None:
        start.wait()
        try:
            found.append(one())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def asked(client: Client) -> tuple[str, Fact]:
    """A firm's answers up to the last page: its address, and the fact that is to be struck."""
    party = Handler.objects.get(account__user__username="firm").party_id
    fact = Fact.objects.filter(party_id=party, register="qualification", current=True).earliest("id")
    address = f"/weihai/my/facts/qualification/{fact.fact_id}/correct/"
    client.post(address + "what/", {"columns": ["*"]})
    client.post(address + "why/", {"reason": "不是本企业的"})
    client.post(address + "papers/")
    return address + "check/", fact


@EITHER
def test_a_request_that_is_pressed_twice_is_filed_once(both: Persona) -> None:
    client = both("firm")
    address, _ = asked(client)
    again = Client(SERVER_NAME="localhost")
    again.cookies = client.cookies
    statuses = at_once(lambda: client.post(address).status_code, lambda: again.post(address).status_code)
    assert Correction.objects.count() == 1
    assert set(statuses) <= {302, 422} and 302 in statuses


@EITHER
def test_two_officers_decide_a_request_once(both: Persona) -> None:
    client = both("firm")
    address, fact = asked(client)
    client.post(address)
    one = Correction.objects.get()
    page = f"/weihai/office/corrections/{one.id}/"
    first, second = both("science"), both("science")
    statuses = at_once(
        lambda: first.post(page, {"decision": "approve"}).status_code,
        lambda: second.post(page, {"decision": "refuse", "answer": "与公告一致"}).status_code,
    )
    assert statuses == [302, 422]
    one.refresh_from_db()
    revisions = Fact.objects.filter(register="qualification", fact_id=fact.fact_id).count() - fact.revision
    assert revisions == (1 if one.state == "approved" else 0) and one.state in ("approved", "refused")
    assert AuditEntry.objects.filter(action="decide_correction").count() == 1


@EITHER
def test_a_firm_takes_back_what_an_officer_decides_just_then(both: Persona) -> None:
    client = both("firm")
    address, fact = asked(client)
    client.post(address)
    one, officer = Correction.objects.get(), both("science")
    at_once(
        lambda: client.post(f"/weihai/my/corrections/{one.id}/withdraw/").status_code,
        lambda: officer.post(f"/weihai/office/corrections/{one.id}/", {"decision": "approve"}).status_code,
    )
    one.refresh_from_db()
    struck = Fact.objects.get(register="qualification", fact_id=fact.fact_id, current=True).withdrawn
    assert (one.state, struck) in (("approved", True), ("withdrawn", False))


@EITHER
def test_the_same_words_sent_twice_are_kept_once(both: Persona) -> None:
    both("firm")
    clause = next(name for name, one in load_pack("weihai").clauses.items() if one.computes())
    clients = [Client(SERVER_NAME="localhost") for _ in range(2)]
    said = {"rating": "5", "words": "好"}
    address = f"/weihai/clauses/{clause}/feedback/"
    at_once(*(lambda one=one: one.post(address, said).status_code for one in clients))
    assert Feedback.objects.count() == 1


@EITHER
def test_a_figure_reported_twice_at_once_stands_once(both: Persona) -> None:
    given = {"indicator": "hnte_count", "period": "2023", "value": "1500", "unit": "家", "observed_on": "2023-12-31"}
    clients = [both("science"), both("science")]
    before = Fact.objects.filter(register="observation").count()
    address = "/weihai/office/figures/report/"
    statuses = at_once(*(lambda one=one: one.post(address, given).status_code for one in clients))
    assert statuses == [302, 422] and Fact.objects.filter(register="observation").count() == before + 1


@EITHER
def test_a_result_opened_twice_at_once_is_noted_once(both: Persona) -> None:
    both("firm")
    viewer = Viewer("firm", "firm", None, Handler.objects.get(account__user__username="firm").party_id)
    rows = [f"r{n}" for n in range(20)]

    def look() -> int:
        for row in rows:
            note_result(viewer, "call_application-2024-0001", row)
        return 0

    assert at_once(look, look, look) == [0, 0, 0]
    assert AuditEntry.objects.filter(action="see_result").count() == len(rows)
