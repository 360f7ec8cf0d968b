"""Progress: the light board of targets, tasks by phase, one indicator, what one unit answers for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.engines.indicators.model import STATUSES, Standing, Status
from innocity.engines.indicators.phrases import goal_text
from innocity.engines.tasks.impact import impact_of_indicator
from innocity.engines.tasks.model import STATUS_NAMES, TaskState
from innocity.engines.tasks.tree import tree
from innocity.web import cities
from innocity.web.access import public

_ORDER: tuple[Status, ...] = ("alert", "watch", "near", "not_reported", "met", "not_due", "not_assessable")


@public
def targets(request: HttpRequest, city: str) -> HttpResponse:
    """The light board: worst first."""
    pack = cities.pack_of(city)
    state = cities.state_of(city)
    chosen = request.GET.get("light", "")
    rows = [one for one in state.board.distinct if chosen in ("", one.status)]
    if not chosen:
        rows = [one for one in rows if one.status != "not_assessable"]
    rows.sort(key=lambda one: (_ORDER.index(one.status), one.due is None, str(one.due)))
    counts = state.board.counts()
    context = {
        "rows": [_row(one) for one in rows], "counts": [(status, counts[status]) for status in _ORDER],
        "chosen": chosen if chosen in STATUSES else "", "state": state, "total": len(state.board.distinct),
        "documents": pack.documents, "reasons": _reasons(state.board.distinct),
        "repeated": len(state.board.standings) - len(state.board.distinct),
    }  # fmt: skip
    return render(request, "web/progress.html", context)


def _row(one: Standing) -> dict[str, Any]:
    goal = goal_text(one.target, one.indicator, one.value) if one.target.operator != "milestone" else "完成"
    return {"one": one, "goal": goal, "document": one.target.article.partition("#")[0]}


def _reasons(standings: Iterable[Standing]) -> list[tuple[str, int]]:
    """Why targets cannot be judged, the commonest reason first."""
    found = Counter(one.why.partition("，")[0] for one in standings if one.status == "not_assessable")
    return found.most_common()


@public
def tasks(request: HttpRequest, city: str) -> HttpResponse:
    """The tasks of each document as a tree, with where they stand."""
    pack = cities.pack_of(city)
    state = cities.state_of(city)
    chosen = request.GET.get("light", "")
    keep = (lambda one: one.status == chosen) if chosen in STATUS_NAMES else None
    by_document: dict[str, list[Any]] = {}
    for row in tree(state.tasks, keep):
        by_document.setdefault(row.state.document, []).append((row, units_of(row.state)))
    counts = state.tasks.counts()
    context = {
        "state": state, "counts": [(name, counts[name]) for name in STATUS_NAMES if counts[name]], "chosen": chosen,
        "phases": [(phase, phase.total) for phase in state.tasks.phases],
        "documents": [(pack.documents.get(name), rows) for name, rows in by_document.items()], "units": pack.units,
    }  # fmt: skip
    return render(request, "web/tasks.html", context)


def units_of(state: TaskState) -> list[tuple[str, str]]:
    """(role, unit) of those named for a task."""
    roles = (("牵头", state.task.lead), ("责任", state.task.responsible), ("配合", state.task.cooperating))
    return [(role, unit) for role, units in roles for unit in units]


@public
def indicator(request: HttpRequest, city: str, indicator: str) -> HttpResponse:
    """One indicator: its figures over time, its targets, the tasks and money behind it."""
    pack = cities.pack_of(city)
    if indicator not in pack.indicators:
        raise Http404(f"no indicator {indicator}")
    one = pack.indicators[indicator]
    board = cities.state_of(city).board
    figures = [figure for figure in board.figures if figure.indicator == indicator]
    figures.sort(key=lambda figure: (figure.scope, str(figure.on)))
    city_wide = [figure for figure in figures if figure.scope == "city" and figure.on is not None]
    behind = impact_of_indicator(pack, indicator)
    goals = [one for one in board.of_indicator(indicator) if one.value is not None and one.due is not None]
    context = {
        "indicator": one, "figures": figures, "standings": [_row(s) for s in board.of_indicator(indicator)],
        "agency": pack.units.get(one.agency or ""), "computed": board.computed.get((indicator, "city")),
        "drawn": len({figure.on for figure in city_wide} | {goal.due for goal in goals}) > 1,
        "series": city_wide, "goals": goals, "documents": pack.documents, "scopes": _scopes(city),
        "tasks": [pack.tasks[name] for name in behind.tasks], "clauses": [pack.clauses[n] for n in behind.clauses],
    }  # fmt: skip
    return render(request, "web/indicator.html", context)


def _scopes(city: str) -> dict[str, str]:
    found = cities.pack_of(city).city
    return {"city": "全市", **{place.id: place.name for place in (*found.divisions, *found.zones)}}


@public
def unit(request: HttpRequest, city: str, unit: str) -> HttpResponse:
    """What the documents ask of one unit. Its score is not shown: that is for itself and the leading group."""
    pack = cities.pack_of(city)
    if unit not in pack.units:
        raise Http404(f"no unit {unit}")
    state = cities.state_of(city)
    view = state.unit(unit, viewer="")  # nobody who may see a score
    context = {
        "unit": pack.units[unit], "page": view.page, "standings": [_row(one) for one in view.standings],
        "clauses": [clause for clause in pack.clauses.values() if unit in clause.responsible],
        "answers": [pack.units[name] for name in view.page.answers_for], "state": state,
        "successor": pack.units.get(pack.units[unit].successor or ""),
    }  # fmt: skip
    return render(request, "web/unit.html", context)
