"""The menu of whoever has signed in leads nowhere that does not open."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import resolve

from innocity.actions.authorise_handler import authorise_handler
from innocity.records.models import Handler
from innocity.records.viewer import Viewer
from innocity.web.access import EVERYBODY, roles_of
from tests.web.conftest import Persona


def menu(client: object, address: str) -> list[str]:
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return [place["address"] for place in answer.context["work"]]


@pytest.mark.parametrize("name", ["firm", "science", "county", "group_office", "leader", "auditor"])
def test_every_entry_opens(persona: Persona, name: str) -> None:
    client = persona(name)
    for address in menu(client, "/weihai/"):
        assert client.get(address).status_code == 200, address


def test_before_a_firm_is_chosen_the_choice_is_all_there_is(persona: Persona, records: Path) -> None:
    other = Handler.objects.get(account__user__username="other_firm")
    authorise_handler(Viewer("firm", "other_firm", None, other.party_id), other.party_id, "firm")
    client = persona("firm")
    assert menu(client, "/weihai/") == ["/weihai/my/firms/"]
    chosen = client.post("/weihai/my/firms/", {"party": other.party_id})
    assert chosen.status_code == 302 and "/weihai/my/firms/" not in menu(client, "/weihai/")
    assert "/weihai/my/entitlements/" in menu(client, "/weihai/")


#: Pages of the city that is there to be compared with, of which this instance keeps no records.
ELSEWHERE = ("", "clauses/", "clauses/hnte_reward/", "documents/", "calculator/", "progress/", "progress/tasks/",
             "graph/", "exchange/", "inspections/", "data/", "systems/", "lookup/", "site-map/")  # fmt: skip


@pytest.mark.parametrize("name", ["firm", "science", "leader", "auditor"])
def test_pages_of_another_city_lead_nowhere_where_this_instance_keeps_no_records(persona: Persona, name: str) -> None:
    """Also for somebody who acts for several firms: the choice of a firm is of the instance's own city."""
    other = Handler.objects.get(account__user__username="other_firm")
    client = persona(name)
    if name == "firm":
        authorise_handler(Viewer("firm", "other_firm", None, other.party_id), other.party_id, "firm")
        client.post("/weihai/my/firms/", {"party": other.party_id})
    dead, seen = [], 0
    for path in ELSEWHERE:
        answer = client.get(f"/liaocheng/{path}")
        if answer.status_code != 200:
            continue
        for link in set(re.findall(r'(?:href|action)="(/[^"#]*)', answer.content.decode())):
            address = urlsplit(link).path
            if address.startswith("/static/"):
                continue
            seen += 1
            found = resolve(address)
            own = found.kwargs.get("city", settings.INNOCITY_CITY) == settings.INNOCITY_CITY
            if not own and roles_of(found.func) != EVERYBODY:
                dead.append((path, link))
    assert dead == [] and seen > 200
    if name == "firm":
        assert 'href="/weihai/my/firms/"' in client.get("/liaocheng/").content.decode()
