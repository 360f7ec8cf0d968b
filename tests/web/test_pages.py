"""Every page: answered, one main region, nothing inline, a strict policy, and every link leads somewhere."""

from __future__ import annotations

import os
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import resolve

from innocity.web import cities
from tests.web.pages import MISSING, PAGES
from tests.web.words import WEB

#: Pages of one kind that the crawl reads; all with INNOCITY_THOROUGH=1.
RENDERED = 10**6 if os.environ.get("INNOCITY_THOROUGH") else 25
STRICT = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}  # fmt: skip


class Reader(HTMLParser):
    """The elements of a page: counts, links, ids, and what stands inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in ("a", "link", "script", "img"):
            self.links += [str(given[name]) for name in ("href", "src") if given.get(name)]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in given if name == "style" or re.fullmatch(r"on[a-z]+", name)]


def read(site: Client, address: str) -> Reader:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return Reader(answer.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_page(site: Client, name: str) -> None:
    answer = site.get(PAGES[name])
    page = Reader(answer.content.decode())
    assert answer.status_code == 200
    assert [page.tags.count(tag) for tag in ("main", "h1", "header", "footer")].count(0) == 0
    assert page.tags.count("main") == page.tags.count("h1") == 1
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids)), "an id is used twice"
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert policy == STRICT
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "DENY"
    text = answer.content.decode()
    assert '<html lang="zh-CN"' in text and "{{" not in text and "{%" not in text


def test_an_instance_that_has_recorded_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Empty states: no run, no facts, no ledgers."""
    with override_settings(INNOCITY_VAR=tmp_path_factory.mktemp("empty")):
        client = Client(SERVER_NAME="localhost")
        for address in PAGES.values():
            assert client.get(address).status_code == 200, address
        assert "还没有测算过" in client.get("/weihai/clauses/hnte_reward/").content.decode()


def test_every_link_leads_somewhere(site: Client) -> None:
    """All pages that can be reached, of both cities, and all anchors that links name.

    Of a kind of page the first `RENDERED` are read; of the rest it is looked up that what they are about is there.
    """
    start = "/weihai/"
    kinds: Counter[str] = Counter()
    known, waiting = {start, "/liaocheng/"}, [start, "/liaocheng/"]
    ids: dict[str, set[str]] = {}
    anchors: list[tuple[str, str, str]] = []
    broken: list[str] = []
    while waiting:
        here = waiting.pop()
        kinds[kind := resolve(urlsplit(here).path).url_name or ""] += 1
        if kinds[kind] > RENDERED and there(here):
            continue
        answer = site.get(here, follow=True)
        if answer.status_code != 200:
            broken.append(f"{here}: {answer.status_code}")
            continue
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = Reader(answer.content.decode())
        ids[here] = set(page.ids)
        for link in page.links:
            target, anchor = urldefrag(urljoin(here, unescape(link)))
            if urlsplit(target).netloc or _same_again(target):
                continue
            if anchor:
                anchors.append((here, target, anchor))
            if target not in known:
                known.add(target)
                waiting.append(target)
    assert broken == []
    assert [(a, b, c) for a, b, c in anchors if b in ids and c not in ids[b]] == []
    assert len(known) > 600, "the crawl ended too early"


def there(address: str) -> bool:
    """Whether what a page is about is in its city's pack, so that it need not be read."""
    found = resolve(urlsplit(address).path)
    if "city" not in found.kwargs:
        return False
    pack = cities.pack_of(found.kwargs["city"])
    named = {"clause": pack.clauses, "document": pack.documents, "indicator": pack.indicators, "unit": pack.units}
    wanted = [key for key in found.kwargs if key != "city"]
    return all(key in named and found.kwargs[key] in named[key] for key in wanted)


def _same_again(target: str) -> bool:
    """Static files are served by the server in front; of the examples of a form the first will do."""
    return target.startswith("/static/") or bool(re.search(r"example=[1-9]", target))


def test_static_files_are_there(site: Client) -> None:
    from django.contrib.staticfiles import finders

    wanted = {urlsplit(link).path for link in read(site, "/weihai/clauses/").links if link.startswith("/static/")}
    assert {"/static/web/site.css", "/static/django_htmx/htmx-2.min.js"} <= wanted
    assert [path for path in wanted if finders.find(path.removeprefix("/static/")) is None] == []


def test_only_pages_that_replace_a_part_of_themselves_load_what_does_it(site: Client) -> None:
    addresses = ("/weihai/", "/weihai/clauses/", "/weihai/calculator/contract_payment_subsidy/", "/weihai/progress/")
    pages = {address: site.get(address).content.decode() for address in addresses}
    assert {address: "htmx-2.min.js" in text for address, text in pages.items()} == {
        address: re.search(r" hx-(get|post)=", text) is not None for address, text in pages.items()
    }
    own = (WEB / "templates" / "web").rglob("*.html")
    using = {one for one in own if " hx-" in one.read_text(encoding="utf-8")}
    assert {one.parent.name for one in using} == {"web", "office", "parts"}, "office/base.html loads it for all of them"


@pytest.mark.parametrize("address", [MISSING, "/nowhere/", "/weihai/data/clauses.xml", "/weihai/clauses/none/"])
def test_a_page_not_found_helps_on(site: Client, address: str) -> None:
    answer = site.get(address)
    assert answer.status_code == 404
    page = Reader(answer.content.decode())
    assert page.tags.count("main") == 1 and "/weihai/site-map/" in page.links and page.inline == []


def test_simulated_data_are_marked(site: Client) -> None:
    marked = {
        "/weihai/clauses/hnte_reward/": "模拟数据",
        "/weihai/progress/tasks/": "进展为模拟",
        "/weihai/documents/calls-2023/": "演示数据",
        "/weihai/units/wh_science/": "进展为模拟",
    }
    for address, word in marked.items():
        assert f'<span class="sim">{word}</span>' in site.get(address).content.decode(), address


def test_scores_of_units_are_not_public(site: Client) -> None:
    assert "得分" not in site.get("/weihai/units/wh_science/").content.decode()


def test_lights_have_shape_and_word(site: Client) -> None:
    text = site.get("/weihai/progress/").content.decode()
    chips = re.findall(r'<span class="chip is-\w+"><span aria-hidden="true">(.)</span>([^<]+)</span>', text)
    assert len(chips) > 20 and {shape for shape, _ in chips} <= set("●■◆▲○")
    assert text.count('class="chip') == len(chips)


def test_milestones_before_their_day_are_counted_apart_from_figures_still_to_come(site: Client) -> None:
    counts = dict(site.get("/weihai/progress/").context["counts"])
    board = cities.state_of("weihai").board
    waiting = [one for one in board.distinct if one.status == "not_due"]
    assert counts["to_come"] == sum(1 for one in waiting if one.label == "未到期") > 0
    assert counts["not_due"] + counts["to_come"] == len(waiting) and sum(counts.values()) == len(board.distinct)
    text = site.get("/weihai/progress/?light=to_come").content.decode()
    assert text.count('class="card target') == counts["to_come"] and "国家创新型城市验收" in text
    assert "国家创新型城市验收" not in site.get("/weihai/progress/?light=not_due").content.decode()


def test_the_home_page_begins_with_the_worst_and_shows_every_light(site: Client, nothing_kept: None) -> None:
    """Also a target that has no figure: a milestone whose day has passed."""
    answer = site.get("/weihai/")
    shown = [one.status for one in answer.context["standings"]]
    counts = answer.context["counts"]
    order = ["alert", "watch", "near", "not_reported", "met", "not_due"]
    assert shown == sorted(shown, key=order.index) and len(shown) == len(set(
        one.indicator.id for one in answer.context["standings"]
    )) == 5  # fmt: skip
    assert {"alert", "met"} <= set(shown)
    assert [light for light in ("alert", "watch", "near", "met") if bool(counts[light]) != (light in shown)] == []


def test_a_goal_without_a_number_says_so(site: Client) -> None:
    text = site.get("/weihai/progress/?light=not_assessable").content.decode()
    goals = re.findall(r'<p class="vals">.*?</p>', text, re.DOTALL)
    assert any("没有写具体数（数十家" in goal for goal in goals) and any("定性要求" in goal for goal in goals)
    assert not any(re.search(r"<span>(达到)?(，|</span>)", goal) for goal in goals)


def test_the_values_of_a_clause_have_their_names(site: Client) -> None:
    answer = site.get("/weihai/clauses/hnte_reward/")
    rows = answer.context["parameters"] if answer.status_code == 200 else []
    assert rows and all(row["label"] and row["label"] != row["value"] for row in rows)
    text = answer.content.decode()
    assert all(f"<li>{row['label']}：<b>" in text for row in rows)
