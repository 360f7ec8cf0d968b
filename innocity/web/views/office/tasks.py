"""任务台账: the tree of tasks with filters, the supervision list, one task: report on it, close it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from innocity.actions.authority import deciders
from innocity.actions.close_task import Closing, close_task
from innocity.actions.ledger import changed, in_records
from innocity.actions.report_progress import Progress, allowed_units, report_progress
from innocity.actions.show_report import show_report
from innocity.actions.supervise import notices
from innocity.actions.task_records import TaskRecords, read_list, task_records
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.engines.tasks.model import STATUS_NAMES, TaskState
from innocity.engines.tasks.supervision import LEVEL_NAMES
from innocity.engines.tasks.tree import above, tree
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.common import Fault, faults_of, staff_page, unit_of, units_for, var

ROLES = (("lead", "牵头"), ("responsible", "责任"), ("cooperating", "配合"))
WORK = {"under_way": "推进中", "delayed": "滞后", "blocked": "受阻", "finished": "已完成待销号"}
OUTCOMES = {"closed": "同意销号", "returned": "退回", "reopened": "恢复办理"}
ABOUT = {
    "E-TASK-PROGRESS": "f-progress", "E-TASK-DATE": "f-on", "E-DATE-FORMAT": "f-on", "E-TASK-CONFLICT": "f-on",
    "E-TASK-EVIDENCE": "f-evidence",
}  # fmt: skip


@staff_page
def tasks(request: HttpRequest, city: str) -> HttpResponse:
    """The tree, narrowed by document, phase, unit and state; or the supervision list by unit."""
    pack, view = cities.pack_of(city), cities.state_for(city, viewer_of(request))
    if request.GET.get("list") == "supervision":
        found = notices(pack, list(view.supervision), view.as_of)
        rows = [(one, pack.units.get(one.unit)) for one in sorted(found, key=lambda one: -len(one.items))]
        context = {"state": view, "notices": rows, "levels": LEVEL_NAMES}
        listed_now = listed.supervision(rows, view.as_of)
        return lists.page(request, "web/office/supervision.html", context, listed_now)
    chosen = _chosen(request, pack)
    keep = _kept(chosen)
    by_document: dict[str, list[Any]] = {}
    for row in tree(view.tasks, keep):
        by_document.setdefault(row.state.document, []).append((row, _units(pack, row.state)))
    counts = view.tasks.counts()
    units = {unit for state in view.tasks.leaves() for unit in state.units()}
    documents = [(pack.documents.get(name), rows) for name, rows in by_document.items()]
    counted = {one.id for one in view.tasks.leaves() if keep is None or keep(one)}
    context = {
        "state": view, "documents": documents, "listed": sum(len(rows) for _document, rows in documents),
        "chosen": chosen, "counts": [(name, counts[name]) for name in STATUS_NAMES if counts[name]],
        "phases": [phase.task for phase in view.tasks.phases], "names": STATUS_NAMES,
        "units": sorted((pack.units[one] for one in units if one in pack.units), key=lambda one: one.id),
        "own": unit_of(pack, viewer_of(request)), "narrowed": any(chosen.values()),
        "found": len(counted),
    }  # fmt: skip
    return lists.page(request, "web/office/tasks.html", context, listed.tasks(documents, counted, view.as_of))


def _chosen(request: HttpRequest, pack: Pack) -> dict[str, str]:
    asked = {name: request.GET.get(name, "") for name in ("light", "phase", "unit")}
    known: dict[str, Collection[str]] = {"light": STATUS_NAMES, "phase": pack.tasks, "unit": pack.units}
    return {name: value if value in known[name] else "" for name, value in asked.items()}


def _kept(chosen: dict[str, str]) -> Callable[[TaskState], bool] | None:
    if not any(chosen.values()):
        return None

    def keep(state: TaskState) -> bool:
        return (
            chosen["light"] in ("", state.status)
            and chosen["phase"] in ("", state.phase or "")
            and (not chosen["unit"] or chosen["unit"] in state.units())
        )

    return keep


def _units(pack: Pack, state: TaskState) -> list[tuple[str, str]]:
    """(role, name) of those who answer for a task today, the printed names where nobody is known to."""
    found = []
    for attribute, role in ROLES:
        for printed in getattr(state, attribute):
            names = printed.answer if not printed.collective else (printed.unit,)
            found += [(role, pack.units[one].name if one in pack.units else one) for one in names or (printed.unit,)]
    return list(dict.fromkeys(found))


def records_of(city: str) -> TaskRecords:
    """All that was recorded about tasks, read again when something was."""
    return _records(city, var(), changed(cities.pack_of(city), var()))


@lru_cache(maxsize=4)
def _records(city: str, folder: Path, stamp: tuple[object, ...]) -> TaskRecords:
    return task_records(cities.pack_of(city), folder)


# --- one task --------------------------------------------------------------------------------------------------


@staff_page
def task(request: HttpRequest, city: str, task: str) -> HttpResponse:
    """One task: where it stands and why, what was reported, the forms for those who may."""
    pack, view, viewer = cities.pack_of(city), cities.state_for(city, viewer_of(request)), viewer_of(request)
    faults: list[Fault] = []
    state = view.tasks.states.get(task)
    if state is None:
        raise Http404(f"no task {task}")
    if request.method == "POST":
        try:
            done = _write(pack, viewer, task, request.POST)
            return redirect(f"{reverse('office_task', args=[city, task])}?done={done}")
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    records = records_of(city)
    own = [unit.id for unit in units_for(pack, request)]
    mine = list(allowed_units(pack, state.task, view.as_of)) if state.open else []
    named = state.task.lead or state.task.responsible or state.task.cooperating
    reporting = own if state.open and not named else [unit for unit in own if unit in mine or state.task.everyone]
    context = {
        "task": state, "units": _units(pack, state), "document": pack.documents.get(state.document), "faults": faults,
        "wrong": {fault.field for fault in faults}, "given": request.POST, "done": request.GET.get("done", ""),
        "reports": sorted((r for r in records.reports if r.task == task), key=lambda r: r.reported_on, reverse=True),
        "closures": sorted((c for c in records.closures if c.task == task), key=lambda c: c.decided_on, reverse=True),
        "path": [view.tasks.states[name] for name in reversed(above(view.tasks, task))],
        "below": [view.tasks.states[name] for name in state.below],
        "waits": [view.tasks.states[name] for name in state.waits_for],
        "reporting": [pack.units[one] for one in reporting if one in pack.units and state.open and not state.splits],
        "deciding": [pack.units[one] for one in own if one in deciders(pack)] if state.counted else [],
        "works": WORK, "outcomes": OUTCOMES, "names": pack.units, "state": view, "today": view.as_of,
        "targets": [pack.targets[name] for name in state.task.targets if name in pack.targets],
        "clauses": [pack.clauses[name] for name in state.task.clauses if name in pack.clauses],
        "assigns": not named and state.counted and any(one in pack.city.reporting.office for one in own),
        "indicators": pack.indicators, "shows": [unit for unit in own if in_records(pack, var())],
    }  # fmt: skip
    return render(request, "web/office/task.html", context, status=422 if faults else 200)


def _write(pack: Pack, viewer: Viewer, task: str, data: Any) -> str:
    """Record a report or a decision, or open the words of a report; gives which.

    Errors: those of the actions, E-DATE-FORMAT.
    """
    if data.get("do") in ("show", "hide"):
        show_report(pack, viewer, data.get("report", ""), public=data["do"] == "show")
        return str(data["do"])
    text = {name: data.get(name, "").strip() for name in ("text", "problem", "next_step", "unit", "work", "outcome")}
    evidence = read_list(data.get("evidence", ""))
    day = parse_date(data.get("on", "").strip())
    if data.get("do") == "close":
        outcome: Any = text["outcome"]
        closing = Closing(task, text["unit"], day, evidence, text["text"], outcome)
        close_task(pack, closing, var(), viewer=viewer)
        return "decided"
    work: Any = text["work"] or "under_way"
    progress = Progress(
        task, text["unit"], day, _per_cent(data.get("progress", "")), text["text"], work, text["problem"],
        text["next_step"], evidence, public=data.get("public") == "1",
    )  # fmt: skip
    report_progress(pack, progress, var(), viewer=viewer)
    return "reported"


def _per_cent(text: str) -> int | None:
    """A whole per cent; nothing stays nothing. Error: E-TASK-PROGRESS."""
    plain = text.strip().rstrip("%％")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 4):
        raise InnoCityError("E-TASK-PROGRESS", f"看不懂进展“{text.strip()[:20]}”", None, "写 0 到 100 的整数")
    return int(plain)
