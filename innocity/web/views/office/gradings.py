"""打分评级: the rules of the city, and who is graded how, every point with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from innocity.actions.grade import grade_view
from innocity.actions.prepare_rows import recordable
from innocity.actions.view_roster import reading_day, view_roster
from innocity.core.kept import Kept, Same
from innocity.engines.grading.model import Grade
from innocity.packs.model import Grading, Pack
from innocity.records import queries
from innocity.records.queries.audit import newest_hash
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.common import staff_page
from innocity.web.views.office.registers import writers_of

MOST = 200  # of the best on the page
_GRADED: Kept[dict[str, Any]] = Kept(16)


@staff_page
def gradings(request: HttpRequest, city: str) -> HttpResponse:
    """Every grading of the city with its measures and tiers."""
    pack = cities.pack_of(city)
    rows = [(one, pack.rosters[one.roster]) for one in pack.gradings.values()]
    return lists.page(request, "web/office/gradings.html", {"rows": rows}, listed.gradings(rows))


@staff_page
def grading(request: HttpRequest, city: str, grading: str) -> HttpResponse:
    """One grading over what the asker sees of its roster, best first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = pack.gradings.get(grading)
    if one is None:
        raise Http404(f"no grading {grading}")
    day = reading_day(viewer)
    if viewer.sees_all_parties():  # who sees the same gets the same, for as long as nothing is recorded
        key = (settings.INNOCITY_VAR, Same(pack), one.id, day, viewer.role, viewer.unit, newest_hash(viewer))
        graded = _GRADED.get(key, lambda: _graded(pack, viewer, one, day))
    else:
        graded = _graded(pack, viewer, one, day)
    context = {
        "grading": one, "most": MOST, "day": day, "instance": queries.instance(viewer),
        "roster": pack.rosters[one.roster], "given": _given(request), **_recording(pack, viewer, one), **graded,
    }  # fmt: skip
    rows = _every(pack, viewer, one, day)
    files = [listed.grades(pack, viewer, one, rows, day)] if lists.asked(request) else []
    return lists.page(request, "web/office/grading.html", context, *files)


def _given(request: HttpRequest) -> dict[str, str]:
    """What the form of decided grades begins with: what it was given before, else today."""
    given = {name: request.GET.get(name, "")[:100] for name in ("on", "year", "full", "by")}
    return given | {"on": given["on"] or timezone.localdate().isoformat()}


def _recording(pack: Pack, viewer: Viewer, one: Grading) -> dict[str, Any]:
    """The register of decided grades, and whether the asker writes it."""
    if one.records is None:
        return {"into": None}
    into = pack.registers[one.records.register_]
    return {"into": into, "records": viewer.writes(into), "writers": writers_of(pack, into)}


def _graded(pack: Pack, viewer: Viewer, one: Grading, day: date) -> dict[str, Any]:
    """How many are in each tier, and the best."""
    every = list(_every(pack, viewer, one, day))
    found = [each for each, _word in every]
    tiers: dict[str, int] = {tier.name: 0 for tier in one.tiers}
    for each in found:
        tiers[each.tier_name] = tiers.get(each.tier_name, 0) + 1
    years = {} if one.records is None else {year: len(rows) for year, rows in recordable(one, found).items()}
    whole = sum(years.values())
    return {"grades": every[:MOST], "total": len(found), "tiers": list(tiers.items()), "whole_ones": whole,
            "years": list(years.items()), "left_ones": len(found) - whole}  # fmt: skip


def _every(pack: Pack, viewer: Viewer, one: Grading, day: date) -> Iterator[tuple[Grade, str]]:
    """All grades as the asker may see them, best first, each with which of a party's things is graded."""
    view = view_roster(pack, viewer, one.roster, day)
    measures = {criterion.of for criterion in one.criteria}
    first = next((column.name for column in view.columns if not column.number and column.name not in measures), "")
    for each in grade_view(pack, one, view):
        yield each, _what(each, first)


def _what(one: Grade, column: str) -> str:
    """Which of a party's things is graded, where the roster's first column says another name than the party's."""
    word = one.subject.words.get(column, "")
    return "" if word == one.subject.name else word
