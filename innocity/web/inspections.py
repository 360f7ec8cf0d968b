"""What the pages of random inspections share: what was recorded, its results, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from innocity.actions.inspection_lists import stratum_name
from innocity.actions.inspection_quota import written_quota
from innocity.actions.inspection_records import Inspection
from innocity.actions.inspection_records import inspections as recorded
from innocity.actions.inspection_results import Checked, checked
from innocity.actions.ledger import changed
from innocity.packs.model import Pack
from innocity.records.queries.parties_named import organizations_named
from innocity.records.viewer import Viewer
from innocity.web import cases, cities
from innocity.web.views.office.common import page_number, rest_of, var

PAGE = 100


@lru_cache(maxsize=4)
def _recorded(city: str, folder: Path, stamp: tuple[object, ...]) -> Mapping[str, Inspection]:
    """All inspections of a city, read again when something was recorded (`stamp`)."""
    return recorded(cities.pack_of(city), folder)


def inspections_of(city: str) -> Mapping[str, Inspection]:
    """The inspections of the instance's own city; of another none are kept here."""
    pack = cities.pack_of(city)
    return _recorded(city, var(), changed(pack, var())) if cities.is_own(city) else {}


def known(city: str, name: str) -> Inspection:
    """An inspection by its id. Raises Http404."""
    one = inspections_of(city).get(name)
    if one is None:
        raise Http404(f"no inspection {name}")
    return one


def results(city: str, one: Inspection) -> list[Checked]:
    """What came of each item drawn, as of today."""
    return checked(one, cases.every(cities.pack_of(city)))


def summary(city: str, one: Inspection) -> dict[str, int]:
    """How many were drawn, are checked, and had something found."""
    rows = results(city, one)
    done = [row for row in rows if row.on is not None]
    return {"drawn": len(rows), "checked": len(done), "problems": sum(row.case.taken[1].step != "clear" for row in done
                                                                      if row.case)}  # fmt: skip


def shown(request: HttpRequest, city: str, one: Inspection, viewer: Viewer) -> dict[str, Any]:
    """What both pages of an inspection show; names of organisations that were drawn, never of persons."""
    pack = cities.pack_of(city)
    plan, rows = pack.inspections.get(one.plan), results(city, one)
    pages = -(-len(rows) // PAGE) or 1
    number = min(page_number(request), pages)
    part = rows[(number - 1) * PAGE : number * PAGE]
    return {
        "one": one, "plan": plan, "unit": pack.units.get(one.unit), "strata": strata(pack, one),
        "counts": summary(city, one),
        "rows": _in_words(pack, one, part, viewer),
        "page": {"number": number, "pages": pages}, "rest": rest_of(request),
    }  # fmt: skip


def every_row(city: str, one: Inspection, viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All that was drawn, as `rows` of `shown` has a page of it."""
    yield from _in_words(cities.pack_of(city), one, results(city, one), viewer)


def _in_words(pack: Pack, one: Inspection, part: Sequence[Checked], viewer: Viewer) -> list[dict[str, Any]]:
    """Items that were drawn with stratum, names and who checks them."""
    plan, units = pack.inspections.get(one.plan), {each.id: each.unit for each in one.frozen.inspectors}
    names = organizations_named(viewer, {row.party for row in part if row.party}) if part else {}
    return [{"row": row, "stratum": stratum_name(pack, plan, row.drawn.stratum), "name": names.get(row.party, ""),
             "team": [(name, _unit(pack, units.get(name, ""))) for name in row.drawn.inspectors],
             "late": _late(row, one, timezone.localdate())} for row in part]  # fmt: skip


def strata(pack: Pack, one: Inspection) -> list[tuple[str, int, str, int]]:
    """(name, how many on the list, how many are to be drawn in words, how many were) of each stratum."""
    plan, sizes = pack.inspections.get(one.plan), dict[str, int]()
    for item in one.frozen.items:
        sizes[item.stratum] = sizes.get(item.stratum, 0) + 1
    drawn = [each.stratum for each in one.drawn]
    return [
        (stratum_name(pack, plan, name), size, written_quota(one.frozen.quotas.get(name, one.frozen.rest)),
         drawn.count(name)) for name, size in sorted(sizes.items())
    ]  # fmt: skip


def _unit(pack: Pack, name: str) -> str:
    return pack.units[name].name if name in pack.units else name


def _late(row: Checked, one: Inspection, day: date) -> bool:
    return row.on is None and one.due is not None and one.due < day
