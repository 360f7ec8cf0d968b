"""The cockpit: what is red, who owns it, what to do now; one screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.overview import Overview
from innocity.engines.indicators.model import GRADES
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.views.lead.asks import ASKED, Purse, asks, awaited, deadlines
from innocity.web.views.lead.tiles import WORST_FIRST, Tile, main_of, themes, tiles


@opens_to("leader")
def cockpit(request: HttpRequest, city: str) -> HttpResponse:
    """Lights, the worst first; matters to look into; deadlines; money."""
    state = cities.approved_for(city, viewer_of(request))
    counts = state.board.lights()
    matters, run = asks(state), cities.run_of(city)
    purse = Purse(run) if run else None
    due = deadlines(state)
    shown = tiles(state)
    bars = any(one.one.achieved is not None and one.one.expected for one in shown)  # as the tag draws them
    context = {
        "state": state, "wall": _wall(state, shown, purse),
        "more": sum(counts.values()) - len(shown), "themes": themes(state), "total": sum(counts.values()),
        "counts": [(light, counts[light]) for light in WORST_FIRST if counts[light]],
        "judged": sum(counts[light] for light in GRADES),
        "asks": matters[:ASKED], "others": max(0, len(matters) - ASKED), "deadlines": due,
        "awaited": len(awaited(state)), "purse": purse, "run": run, "largest": _largest(city, purse),
        "main": main_of(state), "bars": bars,
    }  # fmt: skip
    return render(request, "web/lead/cockpit.html", context)


def _wall(state: Overview, shown: Sequence[Tile], purse: Purse | None) -> list[dict[str, Any]]:
    """The tiles; where money stands behind several, the later ones name the first (`shared`): it is the same money."""
    paid = {name for name, _fen in purse.clauses} if purse else set()
    first: dict[str, str] = {}
    found = []
    for tile in shown:
        cell = _shown(tile, purse, state.tasks.states)
        own = [name for name in tile.one.clauses if name in paid]
        cell["shared"] = next((first[name] for name in own if name in first), "")
        for name in own:
            first.setdefault(name, tile.one.name)
        found.append(cell)
    return found


def _shown(tile: Tile, purse: Purse | None, states: Any) -> dict[str, Any]:
    """A tile with what is late behind it, and the money behind it."""
    behind = [states[name] for name in tile.one.tasks if name in states]
    late = [one for one in behind if one.status == "overdue"]
    money = purse.behind(tile.one.clauses) if purse else 0
    return {"tile": tile, "one": tile.one, "late": len(late), "tasks": len(behind), "money": money}


def _largest(city: str, purse: Purse | None, number: int = 3) -> list[tuple[str, str, int, float]]:
    """(clause, name, payable fen, share of the largest) of the clauses that come to most."""
    if purse is None or not purse.clauses:
        return []
    clauses, most = cities.pack_of(city).clauses, purse.clauses[0][1]
    return [
        (name, clauses[name].name or name if name in clauses else name, fen, fen / most)
        for name, fen in purse.clauses[:number]
    ]
