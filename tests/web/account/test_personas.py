"""The database of the tests and the people in it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from innocity.records import queries
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR, PERSONAS


@pytest.mark.parametrize("name", PERSONAS)
def test_each_has_an_account_of_a_role(persona: Persona, name: str) -> None:
    assert persona(name).get("/weihai/").context["viewer"].role == PERSONAS[name][0]


def viewer(name: str) -> Viewer:
    return Viewer.of(get_user_model().objects.get(username=name))


def test_the_city_is_in_the_database(persona: Persona) -> None:
    assert queries.latest_run(OPERATOR, 2023) is not None
    assert queries.parties(OPERATOR).total > 1000
    assert viewer("county").county == "huancui"
    assert viewer("firm").party != viewer("other_firm").party


def test_postgresql_too(persona_postgresql: Persona) -> None:
    client = persona_postgresql("science")
    assert client.get("/weihai/").context["viewer"].unit == "wh_science"
    assert queries.parties(OPERATOR).total > 1000
