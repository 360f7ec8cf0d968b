"""Long pages are folded, with counts and a list to jump from; what the bar offers fits whom and what it is for."""

from __future__ import annotations

import re

from django.test import Client

from innocity.actions.authorise_handler import authorise_handler
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR


def test_our_data_is_folded_by_register_and_each_is_reached_by_one_link(persona: Persona) -> None:
    client, page = persona("firm"), "/weihai/my/facts/"
    text = client.get(page).content.decode()
    names = re.findall(r'<details class="card reg" id="r-(\w+)"', text)
    assert len(names) > 3 and '<details class="card reg" id="r-qualification" open' not in text
    assert all(f'href="?open={name}#r-{name}"' in text for name in names)
    one = client.get(page, {"open": "qualification"}).content.decode()
    assert re.findall(r'id="r-(\w+)" open', one) == ["qualification"], "without a script too"
    assert len(re.findall(r'id="r-(\w+)" open', client.get(page, {"open": "all"}).content.decode())) == len(names)


def test_tasks_are_folded_by_document_with_their_numbers_and_open_where_a_state_is_asked_for() -> None:
    site = Client(SERVER_NAME="localhost")
    text = site.get("/weihai/progress/tasks/").content.decode()
    assert text.count('<details class="card tree"') > 1 and 'class="card tree" id="d-1" open' not in text
    assert re.search(r"<summary><h2[^>]*>[^<]+<small>\d+ 项</small>", text)
    chosen = site.get("/weihai/progress/tasks/?light=overdue").content.decode()
    assert chosen.count('<details class="card tree"') == chosen.count(" open>") - chosen.count("<dialog open>")


def test_whoever_acts_for_several_firms_changes_between_them_from_every_page(persona: Persona) -> None:
    assert "换一家企业" not in persona("other_firm").get("/weihai/my/facts/").content.decode()
    from innocity.records.models import Handler

    other = Handler.objects.get(account__user__username="firm").party_id
    authorise_handler(OPERATOR, other, "other_firm")
    client = persona("other_firm")
    client.post("/weihai/my/firms/", {"party": other})
    assert "换一家企业" in client.get("/weihai/my/facts/").content.decode()


def test_both_themes_are_offered_until_one_is_chosen() -> None:
    """Under a dark system the style sheet shows the light button; which one is shown no server can know."""
    site = Client(SERVER_NAME="localhost")
    text = site.get("/weihai/").content.decode()
    assert 'value="light" class="to-light"' in text and 'value="dark" class="to-dark"' in text
    site.post("/preferences/", {"theme": "dark"})
    text = site.get("/weihai/").content.decode()
    assert 'value="light"' in text and 'name="theme" value="dark"' not in text
