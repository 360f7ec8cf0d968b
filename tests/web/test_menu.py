"""The menu of whoever has signed in leads nowhere that does not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.actions.authorise_handler import authorise_handler
from innocity.records.models import Handler
from innocity.records.viewer import Viewer
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
