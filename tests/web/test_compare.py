"""Two cities side by side: contents first, topics folded, only what differs; without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from innocity.engines.rules.diff import compare
from innocity.web import cities


def topics(page: str) -> list[str]:
    return re.findall(r'<details class="card pairing" id="([a-z0-9_]+)"', page)


def test_every_topic_stands_in_the_contents_and_folded_below(site: Client) -> None:
    page = site.get("/compare/").content.decode()
    whole = compare(cities.pack_of("weihai"), cities.pack_of("liaocheng"), {})
    of = {side: [one.id for one in whole.topics if one.only == side] for side in (None, "left", "right")}
    assert topics(page) == [*of[None], *of["left"], *of["right"]] and len(topics(page)) > 20
    assert re.findall(r'href="#in-([a-z0-9_]+)"', page) == topics(page)
    assert all(f'id="in-{one}"' in page for one in topics(page)) and " open>" not in page


def test_all_unfold_at_a_link_and_one_topic_stands_open(site: Client) -> None:
    page = site.get("/compare/?open=1").content.decode()
    assert page.count(" open>") == len(topics(page))
    alone = site.get("/compare/?topic=postdocs").content.decode()
    assert topics(alone) == [] or alone.count(" open>") == len(topics(alone))
    shared = site.get(f"/compare/?topic={topics(page)[0]}").content.decode()
    assert topics(shared) == topics(page)[:1] and shared.count(" open>") == 1 and "目录" not in shared


def test_clauses_that_are_alike_are_left_out_and_counted_until_asked_for(site: Client) -> None:
    """A city compared with itself is alike in all."""
    page = site.get("/compare/?left=weihai&right=weihai").content.decode()
    count = len(cities.pack_of("weihai").clauses)
    assert f"两边一样的 {count} 条没有列" in page and topics(page) == []
    whole = site.get("/compare/?left=weihai&right=weihai&same=1").content.decode()
    assert len(topics(whole)) > 20 and "没有列" not in whole


@pytest.mark.parametrize("query", ["?left=zzz&right=zzz", "?topic=zzz", "?same=x&open=x"])
def test_what_is_unknown_shows_the_whole(site: Client, query: str) -> None:
    answer = site.get(f"/compare/{query}")
    assert answer.status_code == 200 and len(topics(answer.content.decode())) > 20
