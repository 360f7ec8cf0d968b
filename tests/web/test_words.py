"""Preferences, and English: complete, and without words that nobody asks for."""

from __future__ import annotations

from django.test import Client

from innocity.web.messages import read_language
from tests.web.words import WEB, verdict_words, words


def test_the_english_catalogue_has_every_word_and_no_other() -> None:
    known = read_language(WEB / "locale/en/LC_MESSAGES")
    needed = words() | verdict_words()
    assert sorted(needed - set(known)) == []
    assert sorted(set(known) - needed - {""}) == []
    assert [key for key, value in known.items() if key.count("%(") != value.count("%(") and key] == []


def test_english(site: Client) -> None:
    site.cookies["django_language"] = "en"
    try:
        text = site.get("/weihai/").content.decode()
        assert '<html lang="en"' in text and "Find clauses" in text and "找政策" not in text
        assert "Weihai innovation policy" in text and "威海市 innovation" not in text
        assert "Page not found" in site.get("/weihai/nothing/").content.decode()
    finally:
        del site.cookies["django_language"]


def test_chinese_unless_somebody_chose_otherwise(site: Client) -> None:
    assert "找政策" in site.get("/weihai/", headers={"accept-language": "en-US,en;q=0.9"}).content.decode()


def test_preferences_are_kept_and_lead_back(site: Client) -> None:
    answer = site.post("/preferences/", {"care": "1", "next": "/weihai/clauses/?topic=talent"})
    assert answer.status_code == 302 and answer["Location"] == "/weihai/clauses/?topic=talent"
    assert answer.cookies["care"].value == "1" and answer.cookies["care"]["httponly"]
    assert 'data-care="1"' in site.get("/weihai/").content.decode()
    site.post("/preferences/", {"care": "0", "theme": "dark"})
    text = site.get("/weihai/").content.decode()
    assert "data-care" not in text and 'data-theme="dark"' in text
    site.cookies.clear()


def test_preferences_take_nothing_else(site: Client) -> None:
    answer = site.post("/preferences/", {"theme": "evil", "sessionid": "x", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/" and not answer.cookies
    assert site.get("/preferences/").status_code == 405
