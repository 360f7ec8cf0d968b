"""English pages: what the glossaries can say is English, all other Chinese is marked as Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from innocity.web.foreign import english_names, in_english
from tests.web.conftest import Persona
from tests.web.pages import PAGES, PAGES_OF

_HAN = re.compile("[\u4e00-\u9fff]")
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Unmarked(HTMLParser):
    """Chinese texts of an English page that no element around them calls Chinese; titles of pages cannot be marked."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            own = dict(attrs).get("lang")
            chinese = own == "zh-CN" if own else bool(self.within and self.within[-1][1])
            self.within.append((tag, chinese))

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        marked = bool(self.within and self.within[-1][1]) or any(tag in ("svg", "script") for tag, _ in self.within)
        if _HAN.search(data) and not marked:
            self.found.append(data.strip())


def unmarked(page: str) -> list[str]:
    reader = Unmarked()
    reader.feed(page)
    return reader.found


@pytest.fixture
def english(site: Client) -> Iterator[Client]:
    site.cookies["django_language"] = "en"
    yield site
    site.cookies.clear()


@pytest.mark.parametrize("name", PAGES)
def test_no_chinese_is_left_unmarked(english: Client, name: str) -> None:
    answer = english.get(PAGES[name])
    assert unmarked(answer.content.decode()) == []
    assert "Content-Length" not in answer or int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("who", ["firm", "science", "leader", "auditor"])
def test_no_chinese_is_left_unmarked_behind_the_sign_in(persona: Persona, who: str) -> None:
    client = persona(who)
    client.cookies["django_language"] = "en"
    left = {path: unmarked(client.get(path).content.decode()) for path in PAGES_OF[who].values()}
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_names_of_the_glossaries_are_english(english: Client) -> None:
    text = english.get("/compare/").content.decode()
    assert ">science envoys<" in text and "科技特派员制度" not in text.replace("创新", "")
    assert english_names("weihai")["科技特派员制度"] == "science envoys"


def test_chinese_pages_stay_as_they_are(site: Client) -> None:
    assert "<bdi" not in site.get("/weihai/").content.decode()


def test_files_stay_as_they_are(english: Client) -> None:
    assert "高新技术企业" in english.get("/weihai/data/clauses.csv").content.decode()


@pytest.mark.parametrize(("page", "shown"), [
    ("<p>3 of 市科技局 and 市财政局</p>",
     '<p>3 of <bdi lang="zh-CN">市科技局</bdi> and <bdi lang="zh-CN">市财政局</bdi></p>'),
    ('<option value="a">条款</option>', '<option value="a">clause</option>'),
    ("<option>条款</option>", '<option lang="zh-CN">条款</option>'),
    ("<textarea>条款</textarea>", '<textarea lang="zh-CN">条款</textarea>'),
    ("<td>说“条款”&amp;<br>年末</td>",
     '<td><bdi lang="zh-CN">说“条款”</bdi>&amp;<br><bdi lang="zh-CN">年末</bdi></td>'),
    ('<button lang="zh-CN">中文</button>', '<button lang="zh-CN">中文</button>'),
    ('<div lang="zh-CN"><p>条款</p></div>', '<div lang="zh-CN"><p>条款</p></div>'),
    ("<code>条款</code>", '<code><bdi lang="zh-CN">条款</bdi></code>'),
])  # fmt: skip
def test_what_is_marked_and_what_is_said_in_english(page: str, shown: str) -> None:
    assert in_english(page, {"条款": "clause"}.get) == shown


@pytest.mark.parametrize(("page", "shown"), [
    ("<p>1 items; 21 items, 1 entries</p>", "<p>1 item; 21 items, 1 entry</p>"),
    ("<code>1 items</code>", "<code>1 items</code>"),
    ("<h2>条款</h2><td>条款</td>", "<h2>Clause</h2><td>clause</td>"),
    ("<li>a <b>x</b>，<i>y</i>：z（w）。</li>", "<li>a <b>x</b>, <i>y</i>: z (w). </li>"),
])  # fmt: skip
def test_small_things_that_english_wants(page: str, shown: str) -> None:
    assert in_english(page, {"条款": "clause"}.get) == shown


def test_sums_of_pages_are_as_english_writes_them(english: Client, persona: Persona) -> None:
    client = persona("leader")
    client.cookies["django_language"] = "en"
    page = client.get("/weihai/lead/money/").content.decode()
    assert "CNY thousand" in page and "10,000 yuan" not in page
    firm = persona("firm")
    chinese = firm.get("/weihai/my/entitlements/").content.decode()
    firm.cookies["django_language"] = "en"
    told = firm.get("/weihai/my/entitlements/").content.decode()
    assert "万元" in chinese or "元</small>" in chinese
    assert "CNY " in told and "<small>元" not in told and "10,000 yuan" not in told


def test_a_sum_on_a_tile_has_its_number_large_and_the_rest_small() -> None:
    from django.utils.translation import override

    from innocity.web.templatetags.lead import large

    with override("en"):
        assert large("133.97", "亿元") == '<b class="num">13.397</b><span>CNY billion</span>'
        assert large("135", "家") == '<b class="num">135</b><span></span>'
        assert large("69.05", "%") == '<b class="num">69.05</b><span>%</span>'
    with override("zh-hans"):
        assert large("133.97", "亿元") == '<b class="num">133.97</b><span>亿元</span>'
