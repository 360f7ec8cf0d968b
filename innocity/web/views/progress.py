"""Progress: the light board of targets, tasks by phase, one indicator, what one unit answers for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from innocity.actions.overview import Overview
from innocity.engines.indicators.model import LIGHTS, Figure, Light, Standing
from innocity.engines.indicators.phrases import goal_text
from innocity.engines.tasks.impact import impact_of_indicator
from innocity.engines.tasks.model import STATUS_NAMES, TaskState
from innocity.engines.tasks.tree import tree
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.access import public, viewer_of
from innocity.web.outlook import apart, outlook_of, parts, path_of, revisions
from innocity.web.unchanged import unchanged
from innocity.web.views import listed, lists
from innocity.web.views.lead.units import may_see_score
from innocity.web.views.office.listed import tasks as task_rows

_ORDER: tuple[Light, ...] = (
    "alert", "watch", "near", "not_reported", "met", "not_due", "to_come", "not_assessable",
)  # fmt: skip


@public
@unchanged
def targets(request: HttpRequest, city: str) -> HttpResponse:
    """The light board: worst first."""
    pack = cities.pack_of(city)
    state = cities.approved_for(city, viewer_of(request))
    waiting = _waiting(cities.state_for(city, viewer_of(request)))
    chosen = request.GET.get("light", "")
    rows = [one for one in state.board.distinct if chosen in ("", one.light)]
    if not chosen:
        rows = [one for one in rows if one.status != "not_assessable"]
    rows.sort(key=lambda one: (_ORDER.index(one.light), one.due is None, str(one.due)))
    counts = state.board.lights()
    shown = [_row(one, waiting) for one in rows]
    context = {
        "rows": shown, "counts": [(light, counts[light]) for light in _ORDER],
        "chosen": chosen if chosen in LIGHTS else "", "state": state, "total": len(state.board.distinct),
        "documents": pack.documents, "reasons": _reasons(state.board.distinct),
        "repeated": len(state.board.standings) - len(state.board.distinct),
        "bars": any(one.achieved is not None and one.expected for one in rows),
    }  # fmt: skip
    return lists.page(request, "web/progress.html", context, listed.targets(pack, shown, state.as_of))


def _waiting(view: Overview) -> dict[tuple[str, str], Figure]:
    """The newest figure that waits for approval, by indicator and scope: shown beside a light, never counted in it."""
    found: dict[tuple[str, str], Figure] = {}
    for one in view.board.figures:
        key = (one.indicator, one.scope)
        if one.pending and (key not in found or one.order > found[key].order):
            found[key] = one
    return found


def _row(one: Standing, waiting: Mapping[tuple[str, str], Figure] = MappingProxyType({})) -> dict[str, Any]:
    goal = goal_text(one.target, one.indicator, one.value) if one.target.operator != "milestone" else "完成"
    if one.target.operator in ("order", "qualitative") and one.value is None and one.target.note:
        goal += f"（{one.target.note}）"
    return {
        "one": one, "goal": goal, "document": one.target.article.partition("#")[0],
        "waiting": waiting.get((one.indicator.id, one.target.scope)),
    }  # fmt: skip


#: How the sentences begin that say why a target cannot be judged.
_REASONS = ("原文没有写期限", "原文没有成文日期", "原文只给出数量级", "原文是定性要求")


def _reasons(standings: Iterable[Standing]) -> list[tuple[str, int]]:
    """Why targets cannot be judged, the commonest reason first."""
    found = Counter(
        next((word for word in _REASONS if one.why.startswith(word)), one.why.partition("，")[0])
        for one in standings if one.status == "not_assessable"
    )  # fmt: skip
    return found.most_common()


@public
@unchanged
def tasks(request: HttpRequest, city: str) -> HttpResponse:
    """The tasks of each document as a tree, with where they stand."""
    pack = cities.pack_of(city)
    state = cities.state_of(city)
    status = asked if (asked := request.GET.get("light", "")) in STATUS_NAMES else None
    chosen = status or ""

    def keep(one: TaskState) -> bool:
        return set_in_document(one) and status in (None, one.status)

    by_document: dict[str, list[Any]] = {}
    for row in tree(state.tasks, keep):
        by_document.setdefault(row.state.document, []).append((row, units_of(row.state)))
    counts = state.tasks.counts([one for one in state.tasks.leaves() if set_in_document(one)])
    meeting = [one for one in state.tasks.leaves() if not set_in_document(one) and status in (None, one.status)]
    documents = [(pack.documents.get(name), rows) for name, rows in by_document.items()]
    counted = {one.id for one in state.tasks.leaves() if keep(one)}
    context = {
        "state": state, "counts": [(name, counts[name]) for name in STATUS_NAMES if counts[name]], "chosen": chosen,
        "meeting": meeting, "meeting_late": sum(one.status == "overdue" for one in meeting),
        "phases": [(phase, phase.total) for phase in state.tasks.phases],
        "documents": documents, "units": pack.units, "listed": sum(len(rows) for _document, rows in documents),
    }  # fmt: skip
    named = [(document, [(row, _by_name(pack, units)) for row, units in rows]) for document, rows in documents]
    return lists.page(request, "web/tasks.html", context, task_rows(named, counted, state.as_of))


def _by_name(pack: Pack, units: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(role, pack.units[unit].name if unit in pack.units else unit) for role, unit in units]


def set_in_document(state: TaskState) -> bool:
    """Whether a document sets a task. What meetings resolve is for those who work on it: public pages leave it out."""
    return bool(state.task.article)


def units_of(state: TaskState) -> list[tuple[str, str]]:
    """(role, unit) of those named for a task."""
    roles = (("牵头", state.task.lead), ("责任", state.task.responsible), ("配合", state.task.cooperating))
    return [(role, unit) for role, units in roles for unit in units]


@public
@unchanged
def indicator(request: HttpRequest, city: str, indicator: str) -> HttpResponse:
    """One indicator: its figures over time, its path and forecast, its parts, the tasks and money behind it."""
    pack = cities.pack_of(city)
    if indicator not in pack.indicators:
        raise Http404(f"no indicator {indicator}")
    one, state = pack.indicators[indicator], cities.state_for(city, viewer_of(request))
    standings = state.board.of_indicator(indicator)
    figures = sorted(
        (figure for figure in state.board.figures if figure.indicator == indicator),
        key=lambda figure: (figure.scope != one.scope, figure.scope, str(figure.on)),
    )
    by_place = parts(state, one)
    context = {
        "indicator": one, "release": standings[0].indicator.release if standings else one.release, "figures": figures,
        "standings": [_row(s) for s in _next_first(standings, state.as_of) if not s.duplicate_of],
        "repeated": [_row(s) for s in standings if s.duplicate_of],
        "agency": pack.units.get(one.agency or ""), "computed": state.board.computed.get((indicator, one.scope)),
        "documents": pack.documents, "scopes": _scopes(city), "state": state,
        "parts": by_place, "apart": apart(state, one, by_place), "revisions": revisions(state, indicator),
        **_drawn(state, figures, standings), **_behind(state, indicator),
    }  # fmt: skip
    found = listed.observations(one, figures, context["scopes"], state.as_of)
    return lists.page(request, "web/indicator.html", context, found)


def _next_first(standings: Iterable[Standing], day: date) -> list[Standing]:
    """What is due next stands first, then what is past, the latest first, then what has no deadline."""

    def place(one: Standing) -> tuple[int, int]:
        if one.due is None:
            return 2, 0
        return (0, one.due.toordinal()) if one.due >= day else (1, -one.due.toordinal())

    return sorted(standings, key=place)


def _drawn(state: Overview, figures: list[Figure], standings: Sequence[Standing]) -> dict[str, Any]:
    """What the chart shows: figures of the whole city, goals, and path and forecast of the target that is next due."""
    series = [figure for figure in figures if figure.scope == "city" and figure.on is not None]
    goals = [
        one for one in standings
        if one.target.scope == "city" and one.value is not None and one.due is not None and not one.duplicate_of
    ]  # fmt: skip
    coming = [one for one in goals if one.due and one.due > state.as_of]
    chosen = min(coming or goals, key=lambda one: (not coming, one.due), default=None)
    return {
        "series": series,
        "goals": goals,
        "aimed": chosen,
        "path": path_of(state, chosen) if chosen else (),
        "ahead": outlook_of(state, chosen) if chosen else None,
        "observed": next((figure for figure in reversed(series) if not figure.simulated), None),
        "drawn": len({figure.on for figure in series} | {goal.due for goal in goals}) > 1,
    }


def _behind(state: Overview, indicator: str) -> dict[str, Any]:
    """The tasks that push an indicator with who answers for them, and the clauses with what the newest run gave."""
    pack, run = state.pack, cities.run_of(state.pack.city.id)
    behind, states = impact_of_indicator(pack, indicator), state.tasks.states
    clauses = [(pack.clauses[name], run.clause(name) if run else None) for name in behind.clauses]
    tasks = [(states[name], units_of(states[name])) for name in behind.tasks if name in states]
    return {"run": run, "tasks": tasks, "clauses": clauses, "units": pack.units}


def _scopes(city: str) -> dict[str, str]:
    found = cities.pack_of(city).city
    return {"city": "全市", **{place.id: place.name for place in (*found.divisions, *found.zones)}}


@public
@unchanged
def unit(request: HttpRequest, city: str, unit: str) -> HttpResponse:
    """What the documents ask of one unit. Its score is not shown: that is for itself and the leading group."""
    pack = cities.pack_of(city)
    if unit not in pack.units:
        raise Http404(f"no unit {unit}")
    state, seen = cities.approved_for(city, viewer_of(request)), cities.state_for(city, viewer_of(request))
    waiting = _waiting(seen)
    view = state.unit(unit, viewer="")  # nobody who may see a score
    page = replace(view.page, tasks=tuple(one for one in view.page.tasks if set_in_document(one.state)))
    order = {name: place for place, name in enumerate(STATUS_NAMES)}
    rows = [_row(one, waiting) for one in sorted(view.standings, key=lambda one: _ORDER.index(one.light))]
    meeting = [one.state for one in view.page.tasks if not set_in_document(one.state)]
    tasks = sorted(page.tasks, key=lambda one: (order[one.state.status], -one.state.overdue_days))
    clauses = [clause for clause in pack.clauses.values() if unit in clause.responsible]
    context = {
        "unit": pack.units[unit], "page": page, "meeting": meeting,
        "meeting_late": sum(one.status == "overdue" for one in meeting), "state": state, "seen": seen,
        "targets": len(view.standings), "standings": [row for row in rows if row["one"].status != "not_assessable"],
        "unclear": [row for row in rows if row["one"].status == "not_assessable"],
        "lights": [(light, n) for light, n in _counted(view.standings) if n], "tasks": tasks, "clauses": clauses,
        "answers": [pack.units[name] for name in page.answers_for],
        "successor": pack.units.get(pack.units[unit].successor or ""),
        "may_score": may_see_score(pack, viewer_of(request), unit),
        "listed": len(rows) + len(tasks) + len(clauses),
    }  # fmt: skip
    found = listed.commitments(pack, pack.units[unit], rows, tasks, state.as_of)
    return lists.page(request, "web/unit.html", context, found)


def _counted(standings: Sequence[Standing]) -> list[tuple[Light, int]]:
    """How many targets have each light, the worst first."""
    found = Counter(one.light for one in standings)
    return [(light, found[light]) for light in _ORDER]
