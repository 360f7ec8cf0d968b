"""待办: what waits for the asker's unit, by deadline; for those without a unit, what waits in the city, by unit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse

from innocity.actions.overview import Overview
from innocity.engines.tasks.supervision import supervised_units
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import lists
from innocity.web.views.office import desk, listed, others, review
from innocity.web.views.office.common import staff_page, unit_of

_SHOWN = 60


@staff_page
def inbox(request: HttpRequest, city: str) -> HttpResponse:
    """The start page of officers; `kind` keeps one kind."""
    pack, view, viewer = cities.pack_of(city), cities.state_for(city, viewer_of(request)), viewer_of(request)
    unit = unit_of(pack, viewer)
    found = desk.waiting(view, unit.id, city) if unit else []
    asked = desk.reviewed(review.pending(pack, viewer), city)
    found = sorted([*found, *asked, *others.waiting(pack, viewer, city)], key=lambda one: one.order)
    counts = Counter(one.kind for one in found)
    chosen = request.GET.get("kind", "")
    rows = [one for one in found if chosen not in desk.KINDS or one.kind == chosen]
    whole = request.GET.get("all") == "1"
    context = {
        "unit": unit, "rows": rows if whole else rows[:_SHOWN], "more": 0 if whole else max(0, len(rows) - _SHOWN),
        "total": len(found), "listed": len(rows),
        "kinds": [(key, name, counts[key]) for key, name in desk.KINDS.items() if counts[key]],
        "chosen": chosen if chosen in desk.KINDS else "", "state": view, "late": sum(_late(one) for one in found),
        "city_wide": _city_wide(pack, view) if unit is None or desk.oversees(pack, unit.id) else None,
    }  # fmt: skip
    return lists.page(request, "web/office/inbox.html", context, listed.inbox(rows, view.as_of))


def _late(one: desk.Waiting) -> bool:
    return one.days is not None and one.days < 0


def _city_wide(pack: Pack, view: Overview) -> dict[str, Any]:
    """What the leading group's office asks about: units with most on the supervision list, figures not reported."""
    by_unit = supervised_units(list(view.supervision))
    rows = [
        (pack.units.get(unit), len(items), sum(one.level == "overdue" for one in items))
        for unit, items in sorted(by_unit.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    missing = sum(one.status == "not_reported" for one in view.board.distinct)
    return {"units": rows[:8], "tasks": len(view.supervision), "missing": missing, "of": len(rows)}
