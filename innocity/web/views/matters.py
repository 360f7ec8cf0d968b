"""办事: where matters of the city's procedures stand, one matter with its steps, and the form of the next step.

Officers see all matters (those of a county its own parties', what it took a step in, and what waits for it where no
party of any county asked), a firm those in which it has a part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from innocity.actions.ledger import changed
from innocity.actions.procedure_records import actors, open_cases, own_view, waiting_for
from innocity.actions.take_step import Step, take_step
from innocity.actions.task_records import read_list
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.engines.workflow.board import may_follow
from innocity.engines.workflow.model import Case
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT
from innocity.records.queries import facts, find_party
from innocity.records.queries.fact_lists import names_of
from innocity.records.queries.ledgers import places
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.applications import Offer, offers
from innocity.web.entitled import today_of
from innocity.web.views.office.cells import words_for
from innocity.web.views.office.common import Fault, faults_of, page_number, rest_of, units_for, var

ABOUT = {
    "E-STEP-DATE": "f-on", "E-DATE-FORMAT": "f-on", "E-STEP-SUM": "f-sum", "E-MONEY-FORMAT": "f-sum",
    "E-STEP-PARTY": "f-party", "E-STEP-CLAUSE": "f-clause",
}  # fmt: skip
_WORDS = ("title", "party", "text", "by")
_LONG = 2000
_FEW, _PAGE, _WAITING = 5, 50, 20  # matters of a procedure among all of them, on its own page, and of those that wait


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of one kind of user are: names of addresses, the template of the crumb, the words above."""

    all: str
    one: str
    start: str
    crumb: str


OFFICE = Addresses("procedures", "procedure_case", "start_procedure", "web/office/parts/crumb.html")
FIRM = Addresses("my_matters", "my_matter", "start_matter", "web/parts/crumb.html")


def seen(pack: Pack, viewer: Viewer) -> dict[str, Case]:
    """The matters that somebody may see."""
    found = _cases(pack.city.id, timezone.localdate(), var(), changed(pack, var()))
    if viewer.role == "firm":
        own = {name: own_view(case, viewer.party or "-") for name, case in found.items()}
        return {name: case for name, case in own.items() if case is not None}
    if viewer.sees_all_parties():
        return dict(found)
    where = places(viewer, {one.applicant for one in found.values()})
    mine = {party for party, place in where.items() if viewer.county in place}
    orphans = [one for one in found.values() if not any(where.get(one.applicant, ()))]
    waits = {one.id for one in waiting_for(pack, viewer, orphans, timezone.localdate())}
    waits |= {one.id for one in found.values() if any(step.actor == viewer.unit for step in one.taken)}
    return {name: one for name, one in found.items() if one.applicant in mine or name in waits}


@lru_cache(maxsize=4)
def _cases(city: str, day: date, folder: Path, stamp: tuple[object, ...]) -> Mapping[str, Case]:
    """All matters of a city, read again when something was recorded (`stamp`)."""
    return open_cases(cities.pack_of(city), day, folder)


def all_matters(request: HttpRequest, city: str, where: Addresses) -> HttpResponse:
    """The procedures, each with its newest matters, or one (`of`) with all of its, page by page; what waits first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    found = seen(pack, viewer)
    only = pack.procedures.get(request.GET.get("of", ""))
    own: dict[str, list[Case]] = {}
    for case in reversed(found.values()):
        own.setdefault(case.procedure.id, []).append(case)
    number = page_number(request) if only else 1
    pages = -(-len(own.get(only.id, [])) // _PAGE) or 1 if only else 1
    number = min(max(number, 1), pages)
    part = slice((number - 1) * _PAGE, number * _PAGE) if only else slice(_FEW)
    rows: list[dict[str, Any]] = [
        {"procedure": one, "starts": _starting(pack, request, one), "cases": own.get(one.id, [])[part],
         "number": len(own.get(one.id, []))}
        for one in ([only] if only else pack.procedures.values())
    ]  # fmt: skip
    if viewer.role == "firm":
        rows = [row for row in rows if row["starts"] or row["number"]]
    mine = waiting_for(pack, viewer, found.values(), timezone.localdate()) if viewer.role != "firm" and not only else []
    context = {
        "rows": rows, "busy": [row for row in rows if row["number"] or only],
        "quiet": [row for row in rows if not (row["number"] or only)], "firm": viewer.role == "firm",
        "where": where, "mine": mine[:_WAITING], "waiting": len(mine), "clauses": pack.clauses,
        "only": only, "names": _names(viewer, [case for row in rows for case in row["cases"]]),
        "page": {"number": number, "pages": pages}, "previous": number - 1,
        "next": number + 1 if number < pages else 0, "rest": rest_of(request),
    }  # fmt: skip
    return render(request, "web/matters.html", context)


def one_matter(request: HttpRequest, city: str, case: str, where: Addresses) -> HttpResponse:
    """One matter: its steps, and the forms of those that the asker may take now."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = seen(pack, viewer).get(case)
    if one is None:
        raise Http404(f"no matter {case}")
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            take_step(pack, _asked(request, viewer, one.procedure, one), var(), viewer=viewer)
            return redirect(f"{reverse(where.one, args=[city, case])}?done=1")
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    behalf = [step for step in one.taken if one.on_behalf(step)]
    forms = [(coming, who) for coming in one.next
             if (who := _may(pack, request, one.procedure, coming.step, one.applicant))]  # fmt: skip
    context = {
        "case": one, "where": where, "behalf": behalf, "forms": forms, "names": _names(viewer, [one]),
        "units": pack.units,
        "steps": {step.id: step.name for step in one.procedure.steps}, "done": request.GET.get("done", ""),
        "clauses": [pack.clauses[name] for name in one.procedure.clauses if name in pack.clauses],
        "applied": pack.clauses.get(one.clause),
        "today": timezone.localdate(), "on_lists": _on_lists(pack, viewer, one.applicant), **_form(faults, request),
    }  # fmt: skip
    return render(request, "web/matter.html", context, status=422 if faults else 200)


def start(request: HttpRequest, city: str, procedure: str, where: Addresses) -> HttpResponse:
    """The form of a first step."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = pack.procedures.get(procedure)
    first = _starting(pack, request, one) if one else []
    if one is None or not first:
        raise Http404(f"nothing to begin under {procedure}")
    faults: list[Fault] = []
    applying = _applying(pack, request, one)
    if request.method == "POST":
        try:
            _check_offered(applying["offers"], request.POST.get("clause", ""))
            row = take_step(pack, _asked(request, viewer, one, None), var(), viewer=viewer)
            return redirect(f"{reverse(where.one, args=[city, row['case']])}?done=1")
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    context = {"procedure": one, "where": where, "forms": first, "today": timezone.localdate(), "names": {},
               "units": pack.units, **_form(faults, request), **applying}  # fmt: skip
    return render(request, "web/matter_start.html", context, status=422 if faults else 200)


def _applying(pack: Pack, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
    """What an application may be for; a form not sent yet is filled with what the address names (`clause`, `sum`)."""
    viewer = viewer_of(request)
    found = offers(pack, procedure, today_of(pack, viewer)[0], closed=viewer.role != "firm")
    if request.method == "POST":
        return {"offers": found}
    known = {clause.id: clause for offer in found for clause in offer.clauses}
    asked = request.GET.get("clause", "")
    clause = known.get(asked)
    given = {"clause": asked, "title": clause.name, "sum": request.GET.get("sum", "")[:40]} if clause else {}
    return {"offers": found, "missed": bool(asked) and clause is None, "given": given}


def _check_offered(found: list[Offer], clause: str) -> None:
    """That what is applied for is offered now. Error: E-STEP-CLAUSE."""
    if clause and all(clause != one.id for offer in found for one in offer.clauses):
        raise InnoCityError("E-STEP-CLAUSE", "这一条现在没有受理中的申报通知", None, "从列出的条款里选")


def _on_lists(pack: Pack, viewer: Viewer, party: str) -> list[Any]:
    """The lists of bad credit on which an applicant stands today, for whoever decides."""
    register = pack.registers.get("integrity_record")
    if viewer.role == "firm" or register is None or not party:
        return []
    found = facts(viewer, register, party_id=party, size=1000).items
    today = timezone.localdate()
    standing = [one for one in found if one.values.get("repaired_on") is None
                and (one.values.get("ends_on") is None or one.values["ends_on"] > today)]  # fmt: skip
    words = words_for(pack, viewer, register, standing)
    column = register.column("list")
    return [(words.cell(column, one).text, one.source) for one in standing] if column is not None else []


def _form(faults: list[Fault], request: HttpRequest) -> dict[str, Any]:
    return {"faults": faults, "wrong": {fault.field for fault in faults}, "given": request.POST,
            "firm": viewer_of(request).role == "firm"}  # fmt: skip


def _starting(pack: Pack, request: HttpRequest, procedure: Procedure) -> list[tuple[ProcedureStep, list[str]]]:
    """The first steps of a procedure that the asker may take, and as whom."""
    viewer = viewer_of(request)
    found = []
    for step in may_follow(procedure, [], ()):
        who = _may(pack, request, procedure, step, viewer.party or "")
        if who:
            found.append((step, who))
    return found


def _may(pack: Pack, request: HttpRequest, procedure: Procedure, step: ProcedureStep, applicant: str) -> list[str]:
    """As whom the asker may take a step: the own party where the step is the applicant's; the own units."""
    viewer = viewer_of(request)
    if viewer.role == "firm":
        own = APPLICANT in step.by and viewer.party is not None and viewer.party == applicant
        return [viewer.party or ""] if own else []
    allowed = actors(pack, procedure, step, applicant, timezone.localdate())
    return [unit.id for unit in units_for(pack, request) if unit.id in allowed]


def _asked(request: HttpRequest, viewer: Viewer, procedure: Procedure, case: Case | None) -> Step:
    """The step as the form says. Errors: E-DATE-FORMAT, those of money."""
    data = request.POST
    words = {name: data.get(name, "").strip()[:_LONG] for name in _WORDS}
    firm = viewer.role == "firm"
    total = data.get("sum", "").strip()
    return Step(
        procedure.id, data.get("step", ""), (viewer.party or "") if firm else data.get("actor", ""),
        parse_date(data.get("on", "").strip()), case.id if case else "", words["title"],
        (viewer.party or "") if firm else _party(viewer, words["party"]), words["text"],
        read_list(data.get("evidence", "")[:_LONG]),
        parse_money(total) if total else None, viewer.name, clause=data.get("clause", "").strip()[:80],
    )  # fmt: skip


def _party(viewer: Viewer, text: str) -> str:
    """A party's id where its credit code was typed; else what was typed."""
    known = find_party(viewer, text) if text else None
    return known.id if known is not None else text


def _names(viewer: Viewer, found: list[Case]) -> dict[str, str]:
    """The names of the parties that matters speak of, as far as the asker may see them."""
    parties = {one for case in found for step in case.taken for one in (step.party, step.actor) if one}
    return {key: name for key, name in names_of(viewer, parties).items() if name}
