"""Every page that the site links to answers, has one main landmark, and holds nothing inline."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.test.utils import override_settings

import innocity.records  # noqa: F401  makes Django ready

LINK = re.compile(r'href="(/[^"#]*)')
PAGES = 140  # a page of each kind is among the first; the others differ in their data alone


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A browser without cookies, on an instance that has recorded nothing."""
    with override_settings(INNOCITY_VAR=tmp_path_factory.mktemp("var")):
        yield Client(headers={"host": "localhost"})


def crawl(client: Client, start: str) -> dict[str, str]:
    """Pages reached from `start`, by address; fails on one that does not answer."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting and len(found) < PAGES:
        address = waiting.pop(0)
        if address in found:
            continue
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        html = "html" in answer.headers["content-type"]
        found[address] = answer.content.decode() if html and not answer.streaming else ""
        assert not html or "script-src 'self'" in answer.headers["content-security-policy"], address
        linked = (link.replace("&amp;", "&") for link in LINK.findall(found[address]))
        waiting += [link for link in linked if not link.startswith("/static") and link not in found]
    return found


def test_pages_answer_and_are_sound(client: Client) -> None:
    pages = {address: text for address, text in crawl(client, "/").items() if text}
    assert len(pages) > 60
    for address, text in pages.items():
        assert len(re.findall(r"<main\b", text)) == 1, address
        assert len(re.findall(r"<h1\b", text)) == 1, address
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*json)", text), address
        assert "<html lang=" in text and "{{" not in text and "{%" not in text, address


def test_a_page_that_is_not_there_says_so(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "<main" in answer.content.decode()
