"""发布日历: when the figures of each indicator are due, who set that and on what; the form of whoever oversees."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_noop

from innocity.actions.release_dates import release_dates
from innocity.actions.set_release import LONGEST, set_release
from innocity.core.errors import InnoCityError
from innocity.engines.indicators.model import Board
from innocity.packs.model import Indicator, Pack
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import lists
from innocity.web.views.office import listed, review
from innocity.web.views.office.common import Fault, faults_of, staff_page, var

EVERY = {
    "year": gettext_noop("每年"), "half": gettext_noop("每半年"), "quarter": gettext_noop("每季度"),
    "month": gettext_noop("每月"), "once": gettext_noop("一次"),
}  # fmt: skip
_ABOUT = {
    "E-RELEASE-DAYS": "f-days", "E-RELEASE-BASIS": "f-basis", "E-RELEASE-SAME": "f-days", "E-FIGURE-INDICATOR": "f-of",
}  # fmt: skip


@staff_page
def calendar(request: HttpRequest, city: str) -> HttpResponse:
    """All indicators with targets, those without a time first; POST sets one."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    view = cities.state_for(city, viewer)
    faults: list[Fault] = []
    data = request.POST
    if request.method == "POST":
        try:
            set_release(pack, data.get("indicator", ""), data.get("days", ""), data.get("basis", ""), var=var(),
                        viewer=viewer)  # fmt: skip
            return redirect(f"{reverse('release_calendar', args=[city])}?done={data.get('indicator', '')}")
        except InnoCityError as error:
            faults = faults_of(error, _ABOUT)
    dates = release_dates(pack, var())
    aimed = {one.indicator.id for one in view.board.standings}
    rows = [_row(pack, view.board, one, dates.get(one.id)) for one in pack.indicators.values() if one.id in aimed]
    rows.sort(key=lambda row: row["days"] is not None)
    context = {
        "rows": rows, "state": view, "may": review.oversees(pack, viewer), "faults": faults, "given": data,
        "wrong": {fault.field for fault in faults}, "most": LONGEST,
        "done": pack.indicators.get(request.GET.get("done", "")), "lacking": sum(r["days"] is None for r in rows),
        "chosen": data.get("indicator") or request.GET.get("indicator", ""),
    }  # fmt: skip
    return lists.page(request, "web/office/calendar.html", context, listed.calendar(rows, view.as_of),
                      status=422 if faults else 200)  # fmt: skip


def _row(pack: Pack, board: Board, one: Indicator, entry: Any) -> dict[str, Any]:
    """One indicator: how often, how many days after the period, where that comes from, its worst light."""
    own = [standing for standing in board.of_indicator(one.id) if standing.duplicate_of is None]
    late = next((standing for standing in own if standing.status == "not_reported"), None)
    days, source = (one.release.lag_days, "pack") if one.release else (pack.city.pace.lag_days, "city")
    if entry is not None:
        days, source = entry.lag_days, "calendar"
    return {
        "indicator": one, "every": EVERY[one.frequency], "days": days, "source": source if days is not None else "",
        "entry": entry, "unit": pack.units.get(entry.unit) if entry else None, "late": late,
    }  # fmt: skip
