"""Anybody rates a clause; an officer looks before others see it."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from innocity.records.models_feedback import Feedback
from tests.web.conftest import Persona

CLAUSE = "/weihai/clauses/hnte_reward/"
PAGE = CLAUSE + "feedback/"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def said(rating: str = "4", words: str = "材料很少", address: str = "10.1.1.1", **more: str) -> Client:
    """An anonymous visitor who has said something."""
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
    client.post(PAGE, {"rating": rating, "words": words, **more})
    return client


def test_shown_once_an_officer_has_looked(persona: Persona) -> None:
    officer = persona("science")
    visitor = said()
    assert "材料很少" not in visitor.get(PAGE).content.decode()
    assert "还没有公开的评价" in visitor.get(CLAUSE).content.decode()
    number = Feedback.objects.get().id
    assert "材料很少" in officer.get("/weihai/office/feedback/").content.decode()
    officer.post("/weihai/office/feedback/", {"number": number, "decision": "show", "answer": "谢谢"})
    assert "材料很少" in visitor.get(PAGE).content.decode() and "谢谢" in visitor.get(PAGE).content.decode()
    assert "平均 4.0 分，1 人评价" in visitor.get(CLAUSE).content.decode()


def test_hidden_with_a_reason_that_only_officers_see(persona: Persona) -> None:
    officer = persona("science")
    said(words="加我微信")
    number = Feedback.objects.get().id
    answer = officer.post("/weihai/office/feedback/", {"number": number, "decision": "hide"})
    assert answer.status_code == 422 and f'href="#answer-{number}"' in answer.content.decode()
    officer.post("/weihai/office/feedback/", {"number": number, "decision": "hide", "answer": "广告"})
    assert "广告" in officer.get("/weihai/office/feedback/?state=hidden").content.decode()
    text = Client(SERVER_NAME="localhost").get(PAGE).content.decode()
    assert "广告" not in text and "加我微信" not in text


def test_a_county_officer_and_a_firm_do_not_moderate(persona: Persona) -> None:
    said()
    number = Feedback.objects.get().id
    given = {"number": number, "decision": "show"}
    assert persona("county").post("/weihai/office/feedback/", given).status_code == 422
    assert persona("firm").post("/weihai/office/feedback/", given).status_code == 403
    assert Feedback.objects.get().state == "waiting"


def test_a_rating_is_needed_and_what_was_typed_stays(persona: Persona) -> None:
    persona("firm")
    answer = Client(SERVER_NAME="localhost").post(PAGE, {"words": "没选分"})
    text = answer.content.decode()
    assert answer.status_code == 422 and 'href="#rating-5"' in text and "没选分" in text
    assert not Feedback.objects.exists()


def test_programs_that_fill_in_every_field_are_not_kept(persona: Persona) -> None:
    persona("firm")
    said(website="http://x.example")
    assert not Feedback.objects.exists()


def test_the_same_place_says_a_thing_once_a_day(persona: Persona) -> None:
    persona("firm")
    said()
    said(words="再来一次")
    said(address="10.1.1.2")
    assert Feedback.objects.count() == 2


def test_clauses_of_another_city_have_no_form(site: Client, persona: Persona) -> None:
    persona("firm")
    assert Client(SERVER_NAME="localhost").get("/liaocheng/clauses/hnte_reward/feedback/").status_code == 404


def test_a_clause_is_shown_where_there_is_no_database(site: Client) -> None:
    assert site.get(CLAUSE).status_code == 200
