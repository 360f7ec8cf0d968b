"""会议: meetings held, and recording one: what it resolved becomes tasks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from innocity.actions.hold_meeting import MeetingHeld, Resolved, hold_meeting
from innocity.actions.overview import Overview
from innocity.core.dates import parse_date
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.common import Fault, faults_of, staff_page, units_for, var, writers_page
from innocity.web.views.office.tasks import records_of

FIRST, MOST = 3, 20  # rows of resolutions that the form starts with, and that it takes
ABOUT = {"E-TASK-DATE": "f-held_on", "E-DATE-FORMAT": "f-held_on", "E-MEETING-EXISTS": "f-title",
         "E-TASK-TEXT": "f-title", "E-FACTS-CODE": "f-kind"}  # fmt: skip
_ROW = ("title", "lead", "responsible", "due", "parent")


@staff_page
def meetings(request: HttpRequest, city: str) -> HttpResponse:
    """All meetings, the latest first, each with the tasks that came of it."""
    pack, view, records = cities.pack_of(city), cities.state_for(city, viewer_of(request)), records_of(city)
    kinds = _kinds(pack)
    rows: list[dict[str, Any]] = []
    for one in sorted(records.meetings, key=lambda meeting: meeting.held_on, reverse=True):
        own = [view.tasks.states.get(made.task.id) for made in records.resolutions if made.meeting == one.id]
        rows.append({"meeting": one, "kind": kinds.get(one.kind, one.kind), "tasks": [task for task in own if task]})
    context = {
        "rows": rows,
        "resolved": sum(len(row["tasks"]) for row in rows),
        "writes": bool(units_for(pack, request)),
        "done": request.GET.get("done", ""),
        "pack": pack,
    }
    return lists.page(request, "web/office/meetings.html", context, *listed.meetings(rows, view.as_of))


def _kinds(pack: Pack) -> dict[str, str]:
    return {code.id: code.name for code in pack.codes["meeting_kind"].codes} if "meeting_kind" in pack.codes else {}


@writers_page
def new_meeting(request: HttpRequest, city: str) -> HttpResponse:
    """The form of a meeting. `add` gives it another row; nothing is written then."""
    pack, view, viewer = cities.pack_of(city), cities.state_for(city, viewer_of(request)), viewer_of(request)
    data = request.POST
    rows = _rows(data) or _assigned(view, request.GET.get("task", ""))
    faults: list[Fault] = []
    if request.method == "POST" and "add" not in data:
        try:
            made = hold_meeting(pack, _held(data, rows), var(), viewer=viewer)
            return redirect(f"{reverse('meetings', args=[city])}?done={len(made)}")
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    wanted = min(MOST, max(FIRST, len(rows) + ("add" in data)))
    rows += [dict.fromkeys(_ROW, "") for _ in range(wanted - len(rows))]
    context = {
        "faults": faults, "wrong": {fault.field for fault in faults}, "given": data, "rows": rows,
        "kinds": _kinds(pack), "own": units_for(pack, request),
        "units": [one for one in pack.units.values() if not one.collective],
        "held_on": data.get("held_on") or view.as_of.isoformat(), "more": len(rows) < MOST,
        "parents": [(one.id, one.task.title) for one in view.tasks.states.values() if one.task.owed() and one.open],
        "attendees": data.getlist("attendees"),
    }  # fmt: skip
    return render(request, "web/office/meeting.html", context, status=422 if faults else 200)


def _assigned(view: Overview, task: str) -> list[dict[str, str]]:
    """The first resolution for a task that names nobody: who does it is left to be filled in."""
    one = view.tasks.states.get(task)
    if one is None or not (one.task.owed() and one.open):
        return []
    due = one.due.isoformat() if one.due and one.due >= view.as_of else ""
    return [dict.fromkeys(_ROW, "") | {"title": one.task.title, "parent": task, "due": due}]


def _rows(data: Any) -> list[dict[str, str]]:
    """The resolutions that were filled in."""
    found = []
    for number in range(MOST):
        row = {name: data.get(f"r{number}-{name}", "").strip()[:300] for name in _ROW}
        if any(row.values()):
            found.append(row)
    return found


def _held(data: Any, rows: list[dict[str, str]]) -> MeetingHeld:
    """The meeting as the form says. Errors, together: E-DATE-FORMAT."""
    errors = ErrorList()
    held_on = _day(data.get("held_on", ""), None, errors) or date.max
    resolved = [
        Resolved(
            row["title"], (row["lead"],) if row["lead"] else (), (row["responsible"],) if row["responsible"] else (),
            due=_day(row["due"], Place(path=f"第 {number} 项议定事项"), errors) if row["due"] else None,
            parent=row["parent"] or None,
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    errors.raise_if_any()
    text = {
        name: data.get(name, "").strip()[:2000] for name in ("kind", "title", "unit", "chair", "minutes_no", "text")
    }
    return MeetingHeld(
        text["kind"], text["title"], held_on, text["unit"], resolved, chair=text["chair"],
        attendees=tuple(data.getlist("attendees")), minutes_no=text["minutes_no"], text=text["text"],
    )  # fmt: skip


def _day(text: str, place: Place | None, errors: ErrorList) -> date | None:
    try:
        return parse_date(text.strip())
    except InnoCityError as error:
        errors.append(error.at(place) if place else error)
        return None
