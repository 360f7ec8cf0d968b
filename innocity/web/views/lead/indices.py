"""Composite indices: ranks with their intervals, what each component gives, how far a ranking rests on choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from innocity.actions.composite_index import Recorded
from innocity.actions.overview import Overview
from innocity.core.errors import InnoCityError
from innocity.engines.index.model import IndexResult, Ranked, RankInterval
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.kept import per_state
from innocity.web.views import lists
from innocity.web.views.lead import listed


@dataclass(frozen=True, slots=True)
class Line:
    """One of those compared: its score and rank, and where its rank lies when choices change."""

    name: str
    one: Ranked
    interval: RankInterval | None


@per_state(4)
def _computed(state: Overview) -> dict[str, IndexResult | Recorded | InnoCityError]:
    return state.indices()


@opens_to("leader", "officer")
def indices(request: HttpRequest, city: str) -> HttpResponse:
    """All indices of the city: computed ones with their parts, official ones as they were published."""
    state = cities.approved_for(city, viewer_of(request))
    names = {place.id: place.name for place in (*state.pack.city.divisions, *state.pack.city.zones)}
    found = [_shown(state, name, one, names) for name, one in _computed(state).items()]
    rows = listed.indices(found, state.as_of)
    context = {"found": found, "state": state, "listed": len(list(rows.rows))}
    return lists.page(request, "web/lead/indices.html", context, rows)


def _shown(
    state: Overview, name: str, one: IndexResult | Recorded | InnoCityError, names: dict[str, str]
) -> dict[str, Any]:
    index = state.pack.indices[name]
    if isinstance(one, InnoCityError):
        return {"index": index, "error": one}
    if isinstance(one, Recorded):
        return {"index": index, "recorded": one}
    intervals = {row.unit: row for row in one.robustness.intervals} if one.robustness else {}
    lines = [Line(names.get(row.unit, row.unit), row, intervals.get(row.unit)) for row in one.ranking]
    weights = [(part, one.weights[part.id]) for part in one.index.components]
    return {"index": index, "result": one, "lines": lines, "weights": weights, "places": len(lines)}
