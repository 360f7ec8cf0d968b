"""指标报送: what a unit reports, the form for one figure with the last one beside it, who has not reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from innocity.actions.authority import answering, overseers, reporters
from innocity.actions.confirm_figure import confirm_figure
from innocity.actions.observe import observe
from innocity.actions.overview import Overview
from innocity.core.errors import InnoCityError
from innocity.core.measures import format_value
from innocity.engines.indicators.model import Board, Figure, Status
from innocity.engines.tasks.units import place_of
from innocity.packs.model import Indicator, Pack
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.kept import per_state
from innocity.web.views import lists
from innocity.web.views.office import listed, review
from innocity.web.views.office.common import Fault, faults_of, staff_page, unit_of, var
from innocity.web.views.office.desk import answers_for

WORST: tuple[Status, ...] = ("alert", "watch", "not_reported", "near", "met", "not_due", "not_assessable")
APPROX = ("余", "多", "超过", "近", "以上", "不足")
FIELDS = ("indicator", "period", "value", "unit", "scope", "approx", "observed_on", "note", "evidence", "revises")
#: The field that an error of the action is about.
ABOUT = {
    "E-NUMBER-FORMAT": "f-value", "E-FIGURE-VALUE": "f-value", "E-FIGURE-SHARE": "f-value",
    "E-PERIOD-FORMAT": "f-period", "E-FIGURE-PERIOD": "f-period", "E-FIGURE-UNIT": "f-unit",
    "E-FIGURE-SCOPE": "f-scope", "E-FIGURE-APPROX": "f-approx",
    "E-FIGURE-REVISION": "f-revises", "E-FIGURE-DUPLICATE": "f-value", "E-DATE-FORMAT": "f-observed_on",
    "E-FIGURE-INDICATOR": "f-indicator", "E-FIGURE-REPORTER": "f-indicator",
}  # fmt: skip


@staff_page
def figures(request: HttpRequest, city: str) -> HttpResponse:
    """The indicators of the asker's unit, or all: last figure, light, what is owed; `show` narrows."""
    return page(request, city, [])


def page(request: HttpRequest, city: str, faults: list[Fault]) -> HttpResponse:
    """That page, with what was wrong with a form on it."""
    pack, view, viewer = cities.pack_of(city), cities.state_for(city, viewer_of(request)), viewer_of(request)
    unit = unit_of(pack, viewer)
    mine = answers_for(pack, unit.id, view.as_of) if unit else frozenset()
    default = "mine" if mine else "all"
    show = request.GET.get("show", default)
    rows = _rows(view, place_of(pack, unit.id) if unit else None)
    chosen = {
        "mine": [row for row in rows if row["indicator"].id in mine], "all": [row for row in rows if row["standings"]],
        "missing": [row for row in rows if row["status"] == "not_reported"],
    }  # fmt: skip
    show = show if show in chosen else default
    shown = sorted(chosen[show], key=lambda row: WORST.index(row["status"] or "not_assessable"))
    context = {
        "rows": shown, "show": show,
        "unit": unit, "state": view, "mine": len(mine), "missing": len(chosen["missing"]), "all": len(chosen["all"]),
        "late_units": _late_units(pack, view.board) if show == "missing" else [],
        "pending": review.pending(pack, viewer), "locks": review.oversees(pack, viewer), "faults": faults,
        "locked": request.GET.get("locked", ""), "left_open": request.GET.get("open", ""),
        "period": request.POST.get("period", ""),
    }  # fmt: skip
    return lists.page(request, "web/office/figures.html", context, listed.figures(shown, view.as_of),
                      status=422 if faults else 200)  # fmt: skip


@per_state(8)
def _rows(state: Overview, place: str | None) -> tuple[dict[str, Any], ...]:
    """A row an indicator, for all who see the same; a county sees the figure of its own part where there is one."""
    newest = _newest(state.board)
    return tuple(_row(state.board, one, newest, place) for one in state.pack.indicators.values())


def _row(
    board: Board, one: Indicator, newest: Mapping[tuple[str, str], Figure], place: str | None = None
) -> dict[str, Any]:
    own = [standing for standing in board.of_indicator(one.id) if standing.duplicate_of is None]
    worst = min(own, key=lambda standing: (WORST.index(standing.status), standing.reached), default=None)
    return {
        "indicator": one, "standings": own,
        "latest": newest.get((one.id, place or "")) or newest.get((one.id, one.scope)),
        "status": worst.status if worst else None, "label": worst.label if worst else "",
        "why": worst.why if worst else "",
        "due": min((standing.due for standing in own if standing.due and standing.due > board.as_of), default=None),
    }  # fmt: skip


def _newest(board: Board) -> dict[tuple[str, str], Figure]:
    """The newest figure by indicator and scope; a simulated one only where there is no other."""
    found: dict[tuple[str, str], Figure] = {}
    for one in board.figures:
        key = (one.indicator, one.scope)
        if key not in found or (not one.simulated, one.order) > (not found[key].simulated, found[key].order):
            found[key] = one
    return found


def _late_units(pack: Pack, board: Board) -> list[tuple[str, str, int]]:
    """(id, name, how many indicators) of the units whose figures are overdue."""
    late = {(one.indicator.id, one.target.scope) for one in board.distinct if one.status == "not_reported"}
    found = Counter(unit for name, scope in late for unit in answering(pack, name, scope, board.as_of))
    named = [(unit, pack.units[unit].name, n) for unit, n in found.items() if unit in pack.units]
    return sorted(named, key=lambda row: (-row[2], row[1]))


# --- one figure ------------------------------------------------------------------------------------------------


@staff_page
def report_figure(request: HttpRequest, city: str) -> HttpResponse:
    """The form of one indicator. A figure that was recorded leads back to the form with a receipt."""
    pack, view, viewer = cities.pack_of(city), cities.state_for(city, viewer_of(request)), viewer_of(request)
    data = request.POST if request.method == "POST" else request.GET
    cells = {name: data.get(name, "").strip()[:500] for name in FIELDS}
    one = pack.indicators.get(cells["indicator"])
    if one is None:
        raise Http404(f"no indicator {cells['indicator']}")
    faults: list[Fault] = []
    if request.method == "POST":
        answer = _write(pack, viewer, cells, data, city, faults)
        if answer is not None:
            return answer
    place, history = place_of(pack, viewer.unit or ""), review.of_indicator(pack, viewer, one.id)
    if request.method != "POST":
        cells = _sent_back(viewer, history) | {name: text for name, text in cells.items() if text}
    cells["observed_on"] = cells.get("observed_on") or view.as_of.isoformat()
    cells["scope"] = cells.get("scope") or place or one.scope
    returned = any(one["state"] == "returned" for one in history)
    lights = cities.approved_for(city, viewer).board if returned else view.board  # what was sent back sets none
    context = {
        "indicator": one, "cells": cells, "faults": faults, "wrong": {fault.field for fault in faults},
        "row": _row(lights, one, _newest(view.board), place), "states": review.words(history),
        "figures": _figures(view.board, one),
        "scopes": _scopes(pack, one, viewer), "approx": APPROX, "may": may_report(pack, one, viewer),
        "done": request.GET.get("done", ""),
        "answering": _names(pack, answering(pack, one.id, one.scope, view.as_of)),
        "confirms": confirms(pack, one, viewer), "history": history,
        "state": view, "scope_names": dict(_places(pack)),
    }  # fmt: skip
    return render(request, "web/office/figure.html", context, status=422 if faults else 200)


def _sent_back(viewer: Viewer, history: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the asker's unit reported last and got back, as the form takes it: to be corrected, not typed anew."""
    mine = (row for row in history if row["state"] == "returned" and row["reporter"] == viewer.unit)
    row = next((row for row in mine if not row["figure"].simulated), None)
    if row is None:
        return {}
    one: Figure = row["figure"]
    return {
        "period": one.period_text or "", "value": format_value(one.value), "unit": one.unit or "", "scope": one.scope,
        "approx": one.approx or "", "observed_on": one.observed_on.isoformat() if one.observed_on else "",
        "note": "", "evidence": "；".join(row["evidence"]), "revises": "是",
    }  # fmt: skip


def _names(pack: Pack, units: Iterable[str]) -> list[str]:
    return [pack.units[name].name for name in units if name in pack.units]


def _write(
    pack: Pack, viewer: Viewer, cells: Mapping[str, str], data: Any, city: str, faults: list[Fault]
) -> HttpResponse | None:
    """Record a figure, or confirm the one that stands; what is wrong goes to `faults`."""
    try:
        if data.get("do") in review.STEPS:
            done = review.take(pack, viewer, data)
        elif data.get("do") == "confirm":
            confirm_figure(
                pack, cells["indicator"], cells["period"], cells["value"], data.get("by", ""),
                unit=cells["unit"] or None, scope=cells["scope"] or None, party=viewer.unit or "",
                approx=cells["approx"] or None, var=var(), viewer=viewer,
            )  # fmt: skip
            done = "confirmed"
        else:
            observe(pack, [dict(cells)], var(), viewer=viewer)
            done = "reported"
    except InnoCityError as error:
        faults.extend(faults_of(error, ABOUT))
        return None
    return redirect(f"{reverse('report_figure', args=[city])}?indicator={cells['indicator']}&done={done}")


def may_report(pack: Pack, one: Indicator, viewer: Viewer) -> bool:
    """Whether the asker's unit may report an indicator for some part of the city; the action looks again."""
    if viewer.role == "operator":
        return True
    if viewer.role not in ("officer", "leader"):
        return False
    scopes = [one.scope, *(place.id for place in (*pack.city.divisions, *pack.city.zones))]
    today = cities.day_of(pack.city.id)
    allowed = {unit for scope in scopes for unit in reporters(pack, one.id, scope, today)}
    return not allowed or viewer.unit in allowed or (viewer.unit is None and bool(overseers(pack)))


def confirms(pack: Pack, one: Indicator, viewer: Viewer) -> bool:
    """Whether the asker's unit answers for the city's figure, and so may confirm it."""
    return viewer.role == "operator" or viewer.unit in answering(pack, one.id, one.scope, cities.day_of(pack.city.id))


def _places(pack: Pack) -> list[tuple[str, str]]:
    return [("city", "全市"), *((place.id, place.name) for place in (*pack.city.divisions, *pack.city.zones))]


def _scopes(pack: Pack, one: Indicator, viewer: Viewer) -> list[tuple[str, str]]:
    """The parts of the city for which one may report: a county its own, others all."""
    names = dict(_places(pack))
    if viewer.county is not None:
        return [(viewer.county, names.get(viewer.county, viewer.county))]
    own = [] if one.scope in names else [(one.scope, one.scope)]
    return [*own, *names.items()]


def _figures(board: Board, one: Indicator) -> list[dict[str, Any]]:
    """All figures of an indicator, the newest first, with the text of their value."""
    found = [figure for figure in board.figures if figure.indicator == one.id]
    found.sort(key=lambda figure: (figure.scope != one.scope, figure.order), reverse=False)
    found.sort(key=lambda figure: figure.order, reverse=True)
    return [{"one": figure, "value": format_value(figure.value)} for figure in found]
