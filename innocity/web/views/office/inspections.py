"""随机抽查 for officers: the plans, announcing with a frozen list, drawing with the public number, what waits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.inspect import Announcement, announce, cancel_inspection, draw_inspection
from innocity.actions.inspection_lists import Candidate, candidates, inspectors, strata_of, years_of
from innocity.actions.inspection_quota import read_quota, written_quota
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.engines.inspection.model import Inspector, Quota
from innocity.packs.model import InspectionPlan, Pack
from innocity.records.queries import instance
from innocity.web import cities
from innocity.web import inspections as shared
from innocity.web.access import viewer_of
from innocity.web.views import listed, lists
from innocity.web.views.office.common import Fault, faults_of, staff_page, units_for, var, writers_page

ABOUT = {
    "E-INSPECT-NUMBER": "f-source", "E-INSPECT-QUOTA": "f-rest", "E-INSPECT-EMPTY": "f-year",
    "E-DATE-FORMAT": "f-reveal", "E-INSPECT-TEAM": "f-team",
}  # fmt: skip


@staff_page
def inspections(request: HttpRequest, city: str) -> HttpResponse:
    """The plans of the city, and every inspection, the latest first."""
    pack = cities.pack_of(city)
    mine = {unit.id for unit in units_for(pack, request)}
    plans = [{"plan": one, "units": [pack.units[name].name for name in one.by], "may": bool(mine & set(one.by))}
             for one in pack.inspections.values()]  # fmt: skip
    found = list(shared.inspections_of(city).values())[::-1]
    every = ((one, shared.summary(city, one)) for one in found)
    rows = [(one, shared.summary(city, one)) for one in found[: shared.PAGE]]
    context = {"plans": plans, "rows": rows, "total": len(found)}
    return lists.page(request, "web/office/inspections.html", context, listed.inspections(pack, every))


@writers_page
def new(request: HttpRequest, city: str, plan: str) -> HttpResponse:
    """The form of an announcement: how much is drawn of each stratum, and which public number decides."""
    pack = cities.pack_of(city)
    one = pack.inspections.get(plan)
    who = [unit for unit in units_for(pack, request) if one and unit.id in one.by]
    if one is None or not who:
        raise Http404(f"no plan {plan}")
    years = years_of(pack, one, var())
    year, faults = _year(request, _latest(years)), list[Fault]()
    listed = candidates(pack, one, year, var())
    strata = strata_of(pack, one, listed)
    if request.method == "POST":
        try:
            done = announce(pack, _told(request, one, year, strata), var(), viewer=viewer_of(request))
            return redirect(f"{reverse('office_inspection', args=[city, done.id])}?done=announced")
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    rules = [(name, shown, size, request.POST.get(f"q-{n}", written_rule(one, name)), f"q-{n}")
             for n, (name, shown, size) in enumerate(strata)]  # fmt: skip
    people = inspectors(pack, listed, timezone.localdate(), var())
    context = {
        "plan": one, "runs": who, "year": year, "total": len(listed), "strata": rules, "faults": faults,
        "wrong": {fault.field for fault in faults}, "given": request.POST, "rest_rule": written_rule(one, ""),
        "people": len(people), "years": sorted(years.items(), reverse=True), **_checkers(pack, listed, people),
    }  # fmt: skip
    return render(request, "web/office/inspection_new.html", context, status=422 if faults else 200)


def written_rule(plan: InspectionPlan, stratum: str) -> str:
    """How much of a stratum the plan draws, as the form takes it."""
    rule = plan.strata.get(stratum, plan.rule)
    return written_quota(Quota(rule.rate, rule.number)).removesuffix(" 项")


def _checkers(pack: Pack, listed: list[Candidate], people: list[Inspector]) -> dict[str, list[str]]:
    """By name: the units that decided about something listed, and those that have people who may check."""
    apart = {unit for one in listed for unit in one.item.apart}
    sending = {one.unit for one in people}
    names = {one.id: one.name for one in pack.units.values()}
    return {"apart": [names.get(one, one) for one in sorted(apart)],
            "senders": [names.get(one, one) for one in sorted(sending - apart)]}  # fmt: skip


def _latest(years: Collection[int]) -> int:
    """The latest year that has anything, none that is still to come; 0 where there is none."""
    return max((year for year in years if year <= timezone.localdate().year), default=0)


def _year(request: HttpRequest, latest: int) -> int:
    """The year asked for, else the latest that has anything, else the last one."""
    text = request.POST.get("year") or request.GET.get("year", "")
    fine = len(text) == 4 and text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100
    return int(text) if fine else latest or timezone.localdate().year - 1


def _told(request: HttpRequest, plan: InspectionPlan, year: int, strata: list[tuple[str, str, int]]) -> Announcement:
    """The announcement as the form says. Errors: E-DATE-FORMAT, E-INSPECT-QUOTA, E-INSPECT-NUMBER."""
    data, team = request.POST, request.POST.get("team", "")
    if not data.get("reveal_on", "").strip():
        raise InnoCityError("E-INSPECT-NUMBER", _("没有写公开数哪天产生"), None, _("写公告以后的日期"))
    quotas = {name: read_quota(text) for n, (name, _shown, _size) in enumerate(strata)
              if (text := data.get(f"q-{n}", "").strip())}  # fmt: skip
    return Announcement(
        plan.id, data.get("unit", ""), year, data.get("title", "")[:200], data.get("source", "")[:200],
        parse_date(data["reveal_on"].strip()), timezone.localdate(), None, quotas,
        int(team) if team.isascii() and team.isdigit() and 0 < int(team) < 20 else None,
        parse_date(data["due"].strip()) if data.get("due", "").strip() else None, _simulated(request),
    )  # fmt: skip


def _simulated(request: HttpRequest) -> bool:
    found = instance(viewer_of(request))
    return found is not None and found.simulated


@staff_page
def inspection(request: HttpRequest, city: str, inspection: str) -> HttpResponse:
    """One inspection; whoever organises it draws here, or calls it off."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = shared.known(city, inspection)
    may = one.state == "announced" and any(unit.id == one.unit for unit in units_for(pack, request))
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            _act(request, pack, one.id, timezone.localdate())
            done = "cancel" if request.POST.get("do") == "cancel" else "draw"
            return redirect(f"{reverse('office_inspection', args=[city, one.id])}?done={done}")
        except InnoCityError as error:
            faults = faults_of(error, {"E-INSPECT-NUMBER": "f-number", "E-INSPECT-STATE": "f-reason"})
    context: dict[str, Any] = shared.shown(request, city, one, viewer) | {
        "may": may, "faults": faults, "wrong": {fault.field for fault in faults}, "given": request.POST,
        "today": timezone.localdate(), "ready": one.reveal_on <= timezone.localdate(),
        "done": request.GET.get("done", ""), "office": viewer.sees_all_parties(),
    }  # fmt: skip
    rows = listed.drawn(one, shared.every_row(city, one, viewer), office=viewer.sees_all_parties())
    return lists.page(request, "web/office/inspection.html", context, rows, status=422 if faults else 200)


def _act(request: HttpRequest, pack: Pack, name: str, day: date) -> None:
    """Draw, or call off. Errors: E-INSPECT-*, E-LEDGER-UNIT."""
    viewer, data = viewer_of(request), request.POST
    if data.get("do") == "cancel":
        cancel_inspection(pack, name, data.get("reason", "")[:500], day, var(), viewer=viewer)
    else:
        draw_inspection(pack, name, data.get("number", "")[:100], day, var(), viewer=viewer)
