"""The cockpit: what is red, who owns it, what to do; nothing invented, nothing simulated among the lights."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from innocity.engines.indicators.model import Board
from innocity.web import cities
from innocity.web.views.lead.asks import asks, deadlines
from innocity.web.views.lead.tiles import WORST_FIRST, ordered, themes, tiles
from tests.web.conftest import Persona


def text_of(answer: object) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", found)


def test_only_the_leading_group_opens_it(persona: Persona, site: Client) -> None:
    assert persona("leader").get("/weihai/lead/").status_code == 200
    for name in ("firm", "science", "county", "auditor"):
        assert persona(name).get("/weihai/lead/").status_code == 403
    assert site.get("/weihai/lead/").status_code == 302


def test_every_target_has_a_light_on_it(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/")
    state = cities.state_of("weihai")
    shown = [one.target.id for theme in answer.context["themes"] for one in theme.lights]
    assert sorted(shown) == sorted(one.target.id for one in state.board.distinct)
    assert sum(n for _, n in answer.context["counts"]) == len(shown)
    assert answer.content.decode().count('class="dot ') == len(shown)


def test_the_worst_stands_first() -> None:
    state = cities.state_of("weihai")
    places = [WORST_FIRST.index(one.status) for one in ordered(state.board.distinct)]
    assert places == sorted(places)
    assert all(one.one.status != "not_assessable" for one in tiles(state))
    for theme in themes(state):
        rank = [WORST_FIRST.index(one.status) for one in theme.lights]
        assert rank == sorted(rank)


def test_a_tile_says_value_gap_goal_owner_and_vintage(persona: Persona) -> None:
    text = text_of(persona("leader").get("/weihai/lead/"))
    assert "1376 家" in text and "还差 224家" in text and "不低于1600家 2024年底" in text
    assert "市科技局等 2 家" in text and "2022年" in text


def test_matters_stand_by_urgency_and_what_is_simulated_behind() -> None:
    found = asks(cities.state_of("weihai"))
    assert found[0].status in ("alert", "overdue") and not found[0].simulated
    marks = [one.simulated for one in found]
    assert marks == sorted(marks)
    assert all(one.why and one.next for one in found)


def test_deadlines_are_days_to_come_with_all_that_falls_due() -> None:
    state = cities.state_of("weihai")
    found = deadlines(state)
    assert found and all(one.on >= state.as_of for one in found)
    last = next(one for one in found if one.on.isoformat() == "2024-12-31")
    owed = [one for one in state.board.distinct if one.due == last.on and not one.reached]
    assert len(last.targets) == len(owed)


def test_kinds_of_money_stand_apart(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/")
    totals = answer.context["run"].report["totals"]
    text = text_of(answer)
    assert "测算应付" in text and "上限或待评审，不在其中" in text and "模拟" in text
    from innocity.web.templatetags.lead import money_short

    assert money_short(totals["payable"]) in text and money_short(totals["payable"] + totals["open"]) not in text


def test_a_city_without_anything_still_opens(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    state = cities.state_of("weihai")
    empty = replace(
        state, board=Board("weihai", state.as_of, ()), supervision=(), tasks=replace(state.tasks, states={})
    )
    monkeypatch.setattr(cities, "approved_for", lambda name, viewer: empty)
    monkeypatch.setattr(cities, "run_of", lambda name: None)
    text = text_of(persona("leader").get("/weihai/lead/"))
    assert "竖线" not in text, "no bars, no marks on them"
    for words in ("还没有能判断的目标", "没有预警、逾期或逾期未报的事", "一年内没有到期", "还没有测算过"):
        assert words in text


def test_the_mark_on_the_bars_is_explained_where_there_are_bars(persona: Persona) -> None:
    for page in ("/weihai/lead/", "/weihai/progress/", "/weihai/progress/?light=not_assessable"):
        text = persona("leader").get(page).content.decode()
        assert ("竖线是此刻该到的位置" in text) == ('class="bullet ' in text), page


def test_money_behind_several_tiles_is_said_to_be_the_same(persona: Persona) -> None:
    """One clause serves several targets: each tile after the first names the tile whose money it is."""
    page = persona("leader").get("/weihai/lead/")
    wall = [cell for cell in page.context["wall"] if cell["money"]]
    first: dict[str, str] = {}
    paid = {name for name, _fen in page.context["purse"].clauses}
    for cell in wall:
        own = [name for name in cell["one"].clauses if name in paid]
        known = next((first[name] for name in own if name in first), "")
        assert cell["shared"] == known
        for name in own:
            first.setdefault(name, cell["one"].name)
    shared = [cell for cell in wall if cell["shared"]]
    assert shared and f"与“{shared[0]['shared']}”共用" in page.content.decode()
