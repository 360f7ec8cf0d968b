"""Units: what each answers for and what is late; the score of one, traced point by point.

A score is for the unit itself and the leading group: nobody else gets it, here or anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from innocity.actions.overview import Overview
from innocity.actions.view_unit import UnitView
from innocity.engines.performance.model import ScoreLine, UnitScore
from innocity.packs.model import Pack, Unit
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.kept import per_state
from innocity.web.views import lists
from innocity.web.views.lead import listed
from innocity.web.views.lead.changes import state_then


def asking_unit(pack: Pack, viewer: Viewer) -> str:
    """As which unit somebody asks for scores: a leader as the group that the rules name, an officer as the own unit."""
    if viewer.role == "leader":
        return next((name for rule in pack.assessments.values() for name in rule.viewers), viewer.unit or "")
    return (viewer.unit or "") if viewer.role == "officer" else ""


def may_see_score(pack: Pack, viewer: Viewer, unit: str) -> bool:
    """Whether somebody may see the score of a unit, or is told why there is none."""
    asking = asking_unit(pack, viewer)
    groups = {name for rule in pack.assessments.values() for name in rule.viewers}
    return bool(asking) and (asking == unit or asking in groups)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in the list: targets by light, tasks, what is overdue, the points of the score."""

    unit: Unit
    targets: tuple[tuple[str, int], ...]
    tasks: int
    overdue: int
    at_risk: int
    score: UnitScore | None


@per_state(4)
def rows(state: Overview, viewer: str) -> tuple[Row, ...]:
    """All units that answer for something today; most overdue first. Scores as `viewer` may see them."""
    found = []
    for unit in state.pack.units.values():
        if unit.successor is not None or unit.collective:
            continue
        view = state.unit(unit.id, viewer=viewer)
        if view.standings or view.page.tasks:
            found.append(_row(unit, view))
    return tuple(sorted(found, key=lambda one: (-one.overdue, -one.at_risk, -one.tasks)))


def _row(unit: Unit, view: UnitView) -> Row:
    lights: dict[str, int] = {}
    for one in view.standings:
        lights[one.light] = lights.get(one.light, 0) + 1
    counts = view.page.counts()
    return Row(
        unit, tuple(lights.items()), len(view.page.tasks), counts.get("overdue", 0), counts.get("at_risk", 0),
        view.score,
    )  # fmt: skip


@opens_to("leader")
def units(request: HttpRequest, city: str) -> HttpResponse:
    """All units, most overdue first."""
    state = cities.approved_for(city, viewer_of(request))
    asking = asking_unit(state.pack, viewer_of(request))
    found = rows(state, asking)
    rule = next((row.score for row in found if row.score), None)
    context = {"rows": found, "asking": asking, "state": state, "rule": rule}
    return lists.page(request, "web/lead/units.html", context, listed.units(found, state.as_of))


@opens_to("leader", "officer")
def unit_score(request: HttpRequest, city: str, unit: str) -> HttpResponse:
    """The score of one unit: parts, each point with the commitment it comes from, and the change since last month."""
    state = cities.approved_for(city, viewer_of(request))
    pack, viewer = state.pack, viewer_of(request)
    if unit not in pack.units:
        raise Http404(f"no unit {unit}")
    if not may_see_score(pack, viewer, unit):
        raise PermissionDenied
    asking = asking_unit(pack, viewer)
    view = state.unit(unit, viewer=asking)
    lines = _by_part(view.score)
    context = {
        "unit": pack.units[unit], "view": view, "score": view.score, "state": state, "documents": pack.documents,
        "lines": lines, "listed": sum(len(own) for _part, own in lines),
        "before": before(state, unit, asking) if view.score else None,
        "list": viewer.role == "leader",
    }  # fmt: skip
    rows = listed.score(pack, pack.units[unit], lines, state.as_of)
    return lists.page(request, "web/lead/unit_score.html", context, rows)


def _by_part(score: UnitScore | None) -> list[tuple[Any, list[ScoreLine]]]:
    """The lines under their parts; deductions, which belong to none, last."""
    if score is None:
        return []
    known = {part.id for part in score.parts}
    found: list[tuple[Any, list[ScoreLine]]] = [
        (part, _worst_first(line for line in score.lines if line.part == part.id)) for part in score.parts
    ]
    rest = [line for line in score.lines if line.part not in known]
    return [*found, (None, rest)] if rest else found


def _worst_first(lines: Iterable[ScoreLine]) -> list[ScoreLine]:
    return sorted(lines, key=lambda line: line.points - line.most)


@per_state(64)
def before(state: Overview, unit: str, viewer: str) -> UnitScore | None:
    """The score as it stood on the last day of the month before, by the same rule; None where it cannot be told."""
    end = state.as_of.replace(day=1) - timedelta(days=1)
    return state_then(state, end).unit(unit, viewer=viewer).score
