"""Days on the pages of the public stand as people write them; as programs write them only where programs read."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.web.pages import PAGES

_BARE = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])")
#: What is not read as text: code, and how a field wants to be filled; tables under a chart are data to take away.
_UNSEEN = frozenset(("script", "style", "head", "code", "pre", "template", "textarea"))
_VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))


class Visible(HTMLParser):
    """The texts of a page that its readers see."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag not in _VOID:
            unseen = tag in _UNSEEN or "hint" in classes or (tag == "details" and "data" in classes)
            self.open.append((tag, unseen or (bool(self.open) and self.open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in [name for name, _ in self.open]:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][1]):
            self.texts.append(data)


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("interface")])
def test_no_bare_date_on_a_public_page(site: Client, name: str) -> None:
    page = Visible()
    page.feed(site.get(PAGES[name]).content.decode())
    assert len("".join(page.texts)) > 100
    assert [text.strip() for text in page.texts if _BARE.search(text)] == []


@pytest.mark.parametrize("path", ["/weihai/", "/weihai/progress/", "/weihai/exchange/", "/weihai/nothing/"])
def test_every_page_of_a_simulated_city_names_the_day_at_which_it_stands(site: Client, path: str) -> None:
    assert "演示日期 2023年12月31日" in site.get(path).content.decode()


def test_a_city_without_simulated_facts_has_no_demo_date(site: Client) -> None:
    assert "演示日期" not in site.get("/liaocheng/").content.decode()
