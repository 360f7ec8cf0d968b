"""The page: the same content, semantic, escaped, without scripts."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from innocity.engines.reports import article, build, html_page
from innocity.engines.reports.charts import Pictures
from tests.engines.reports.world import world

KINDS = ("midterm", "selfeval", "bulletin", "decision", "supervision")
VOID = {"meta", "br", "img"}


class Outline(HTMLParser):
    """Checks that tags nest, and keeps what a test looks at."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert found.open == []
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_whole_and_escaped(kind: str) -> None:
    found = outline(html_page(build(kind, world(), "science" if kind == "supervision" else None)))
    assert not found.all("script") and len(found.all("h1")) >= 1 and len(found.all("article")) == 1
    assert found.all("html") == [{"lang": "zh-CN"}]
    assert not [attrs for _, attrs in found.seen if any(name.startswith("on") for name in attrs)]
    assert all(attrs == {"scope": "col"} or attrs == {"scope": "row"} for attrs in found.all("th"))


def test_citations_lead_to_the_list_of_sources() -> None:
    found = outline(html_page(build("midterm", world())))
    targets = {attrs["id"] for _, attrs in found.seen if "id" in attrs}
    links = {attrs["href"] for attrs in found.all("a")}
    assert links and {link.removeprefix("#") for link in links if link} == targets


def test_pictures_have_words_and_their_data_beside_them() -> None:
    text = html_page(build("midterm", world()))
    found = outline(text)
    if Pictures().face is not None:
        assert len(found.all("img")) == 2
        for attrs in found.all("img"):
            assert (attrs["src"] or "").startswith("data:image/png;base64,") and attrs["alt"]
    assert text.count("图1　各板块目标评价") >= 1 and "实际进度" in text


def test_a_site_gets_the_article_and_keeps_the_pictures_itself() -> None:
    kept: dict[str, bytes] = {}

    def keep(number: int, png: bytes) -> str:
        kept[f"/charts/{number}.png"] = png
        return f"/charts/{number}.png"

    text = article(build("midterm", world()), None, keep)
    assert text.startswith("<article") and "<style" not in text and "data:" not in text
    assert all(f'src="{name}"' in text for name in kept)
    assert "<img" not in article(build("midterm", world()))  # no place for pictures: the data as tables


def test_formal_tables_are_told_apart_and_simulation_is_announced() -> None:
    text = html_page(build("midterm", world()))
    assert text.count('data-formal="true"') == 1 and 'role="note"' in text
    assert 'role="note"' not in html_page(build("midterm", world(simulated=False)))
