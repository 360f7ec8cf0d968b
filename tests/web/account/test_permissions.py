"""Every address as every kind of user: opened, sent to the sign-in or refused, as its rule says; nothing leaks."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from innocity.packs.load import load_pack
from innocity.records.models import Fact, Party
from innocity.web.access import EVERYBODY
from innocity.web.matrix import Route, page, routes
from tests.web.conftest import Persona, signed_in
from tests.web.personas import PERSONAS

KNOWN = {
    "city": "weihai", "clause": "hnte_reward", "document": "conference-2023", "table": "clauses", "ending": "csv",
    "indicator": "rd_gdp_share", "unit": "wh_science", "register": "qualification", "run": "1", "number": "1",
    "step": "what", "paper": "1",
}  # fmt: skip
ROUTES = routes()
_HOLE = re.compile(r"<(?:\w+:)?(\w+)>")


def address_of(route: Route, **values: str) -> str:
    """An address with its holes filled; what nobody knows is a thing that is not there."""
    return _HOLE.sub(lambda hole: {**KNOWN, **values}.get(hole[1], "nothing"), route.address)


def is_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode(errors="replace")


def client_of(name: str) -> Client:
    return Client(SERVER_NAME="localhost") if name == "anonymous" else signed_in(name)


@pytest.mark.parametrize("name", ["anonymous", *PERSONAS])
def test_each_address_opens_to_whom_its_rule_names(records: Path, name: str) -> None:
    one = client_of(name)
    role = PERSONAS[name][0] if name in PERSONAS else "anonymous"
    wrong = []
    for route in ROUTES:
        if route.roles == EVERYBODY or role in route.roles:
            continue
        for method in (one.get, one.post):
            answer = method(address_of(route))
            if not (is_sign_in(answer) if name == "anonymous" else answer.status_code == 403):
                wrong.append((route.address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("name", PERSONAS)
def test_what_opens_neither_fails_nor_asks_for_a_sign_in(records: Path, name: str) -> None:
    one = signed_in(name)
    wrong = []
    for route in ROUTES:
        if PERSONAS[name][0] not in route.roles or "logout" in route.address or route.roles == EVERYBODY:
            continue
        answer = one.get(address_of(route))
        if answer.status_code >= 500 or is_sign_in(answer):
            wrong.append((route.address, answer.status_code))
    assert wrong == []


# --- objects of others ----------------------------------------------------------------------------------------


def marks_of(party: Party) -> set[str]:
    """What shows that a page speaks of a party: its code, its name, or its id."""
    return {mark for mark in (party.code, party.name, party.id) if mark}


def walked(one: Client, roles: str, **values: str) -> list[tuple[str, str]]:
    """(address, body) of every page that a role may open, asked about certain objects; but public pages."""
    found = []
    for route in ROUTES:
        if roles in route.roles and route.roles != EVERYBODY and "logout" not in route.address:
            asked = urlencode({name: values[name] for name in ("party", "q") if name in values})
            text = body(one.get(f"{address_of(route, **values)}?{asked}"))
            for own in (escape(asked), quote(asked), quote(asked, safe="")):  # the page's own address, in its forms
                text = text.replace(own, "")
            found.append((route.address, text))
    return found


def fact_of(party: str) -> dict[str, str]:
    """A fact of a party as parameters of addresses."""
    fact = Fact.objects.filter(party=party, current=True).exclude(register="organization").first()
    fact = fact or Fact.objects.filter(party=party, current=True).first()
    assert fact is not None
    return {"register": fact.register, "fact": fact.fact_id, "party": party}


@pytest.mark.parametrize(("name", "other"), [("firm", "other_firm"), ("other_firm", "firm")])
def test_a_firm_sees_nothing_of_another(persona: Persona, name: str, other: str) -> None:
    theirs = Party.objects.get(handlers__account__user__username=other)
    values = {**fact_of(theirs.id), "q": theirs.name}
    for address, text in walked(persona(name), "firm", **values):
        assert not [mark for mark in marks_of(theirs) if mark in text], address


def test_a_county_sees_nothing_of_the_next(persona: Persona) -> None:
    facts = Fact.objects.filter(current=True, party__kind="organization").exclude(register="organization")
    theirs = facts.exclude(party__division="huancui").exclude(party__zone="huancui").first().party
    for address, text in walked(persona("county"), "officer", **fact_of(theirs.id)):
        assert not (marks_of(theirs) - {theirs.id}) & set(re.findall(r"[\w（）]+", text)), address


@pytest.mark.parametrize("name", ["leader", "auditor"])
def test_who_sees_all_parties_sees_nothing_personal(persona: Persona, name: str) -> None:
    pack = load_pack("weihai")
    hidden = set()
    for register in pack.registers.values():
        columns = [column.id for column in register.columns if column.personal]
        for fact in Fact.objects.filter(register=register.id, current=True)[:50] if columns else ():
            hidden |= {str(fact.data[column]) for column in columns if len(str(fact.data.get(column) or "")) > 3}
    person = Fact.objects.filter(register="person", current=True).first()
    assert hidden and person is not None
    values = {"register": "person", "fact": person.fact_id, "party": person.party_id}
    for address, text in walked(persona(name), PERSONAS[name][0], **values):
        assert not [secret for secret in hidden if secret in text], address


def test_the_page_of_the_matrix_names_every_address() -> None:
    text = page()
    for route in ROUTES:
        assert f"`{re.sub('<(slug|str|int):', '<', route.address)}`" in text
    assert "| `/<city>/my/handlers/` | GET POST | → | ● | ✕ | ✕ | ✕ |" in text


def test_the_matrix_tells_which_operations_of_programs_ask_for_a_token(records: Path) -> None:
    one, text = Client(SERVER_NAME="localhost"), page()
    of_programs = [route for route in ROUTES if route.address.startswith("/api/v1/cities")]
    assert {route.token for route in of_programs} == {"", "reads", "writes"}
    for route in of_programs:
        (method,) = route.methods
        address = address_of(route, register_id="organization", party="F0000001", roster="platform_system")
        answer = getattr(one, method.lower())(
            address, **({"content_type": "application/json"} if method == "POST" else {})
        )
        assert (answer.status_code == 401) == bool(route.token), route.address
        mark = {"": "●", "reads": "令", "writes": "报"}[route.token]
        assert f"| `{route.address}` | {method} | {' | '.join([mark] * 5)} |" in text
