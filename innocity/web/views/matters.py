"""办事: where matters of the city's procedures stand, one matter with its steps, and the form of the next step.

Officers see all matters (those of a county its own parties', what it took a step in, and what waits for it where no
party of any county asked), a firm those in which it has a part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.award_of_matter import award_of
from innocity.actions.note_result import note_result
from innocity.actions.procedure_records import actors, waiting_for
from innocity.actions.step_terms import standing
from innocity.actions.take_step import Step, call_fault, take_step
from innocity.actions.task_records import read_list
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.engines.workflow.board import may_follow
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import call_of
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT
from innocity.records.queries import facts, find_party
from innocity.records.queries.fact_lists import names_of
from innocity.records.viewer import Viewer
from innocity.web import cases, cities
from innocity.web.access import viewer_of
from innocity.web.applications import Offer, offers
from innocity.web.entitled import today_of, worth
from innocity.web.views import listed, lists, matter_papers, step_fields
from innocity.web.views.office.cells import words_for
from innocity.web.views.office.common import Fault, faults_of, page_number, rest_of, units_for, var

ABOUT = {
    "E-STEP-DATE": "f-on", "E-DATE-FORMAT": "f-on", "E-STEP-SUM": "f-sum", "E-MONEY-FORMAT": "f-sum",
    "E-STEP-PARTY": "f-party", "E-STEP-CLAUSE": "f-clause", "E-STEP-CALL": "f-clause", "E-STEP-TWICE": "f-clause",
    "E-DECISION-ABOVE-CEILING": "f-sum", "E-DECISION-NOT-IN-FORCE": "f-sum", "E-DECISION-EXCLUDED": "f-sum",
    "E-DECISION-NO-AWARD": "f-sum", "E-STEP-ASKS": "f-asks", **step_fields.ABOUT,
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
    paper: str
    crumb: str


OFFICE = Addresses("procedures", "procedure_case", "start_procedure", "case_paper", "web/office/parts/crumb.html")
FIRM = Addresses("my_matters", "my_matter", "start_matter", "my_paper", "web/parts/crumb.html")


def all_matters(request: HttpRequest, city: str, where: Addresses) -> HttpResponse:
    """The procedures, each with its newest matters, or one (`of`) with all of its, page by page; what waits first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    found = cases.seen(pack, viewer)
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
    mine: list[Case] = []
    if viewer.role != "firm" and not only:
        mine = cases.by_urgency(waiting_for(pack, viewer, found.values(), timezone.localdate()))
    context = {
        "rows": rows, "busy": [row for row in rows if row["number"] or only],
        "quiet": [row for row in rows if not (row["number"] or only)], "firm": viewer.role == "firm",
        "where": where, "mine": mine[:_WAITING], "waiting": len(mine), "clauses": pack.clauses,
        "only": only, "units": pack.units,
        "names": _names(viewer, [*mine[:_WAITING], *(case for row in rows for case in row["cases"])]),
        "turns": {case.id: cases.turns(pack, case, timezone.localdate()) for row in rows for case in row["cases"]},
        "page": {"number": number, "pages": pages}, "previous": number - 1,
        "next": number + 1 if number < pages else 0, "rest": rest_of(request),
    }  # fmt: skip
    every = [case for row in rows for case in own.get(row["procedure"].id, [])]
    found_all = listed.matters(pack, every, partial(_names, viewer), timezone.localdate(), firm=viewer.role == "firm")
    return lists.page(request, "web/matters.html", {**context, "listed": len(every)}, found_all)


def one_matter(request: HttpRequest, city: str, case: str, where: Addresses) -> HttpResponse:
    """One matter: its steps with their papers, and the forms of those that the asker may take now."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = cases.seen(pack, viewer).get(case)
    if one is None:
        raise Http404(f"no matter {case}")
    may = [(coming.step, who) for coming in one.next
           if (who := _may(pack, request, one.procedure, coming.step, one.applicant, one))]  # fmt: skip
    if viewer.party == one.applicant and (last := cases.result_of(one)):
        note_result(viewer, one.id, last.id)
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _papers_in(request, pack, one.procedure, {step.id: (step, who) for step, who in may}, one, "")
        if not faults and not request.POST.get("do"):
            try:
                asked = _asked(request, pack, one.procedure, one)
                take_step(pack, asked, var(), viewer=viewer, today=timezone.localdate())
                return redirect(f"{reverse(where.one, args=[city, case])}?done=1")
            except InnoCityError as error:
                faults = faults_of(error, ABOUT)
    forms = [(step, who, _tray(request, pack, one.procedure, step, who, one, "")) for step, who in may]
    own_end = [form for form in forms if form[0].ends and APPLICANT in form[0].by]
    context = {
        "case": one, "where": where, "behalf": [step for step in one.taken if one.on_behalf(step)],
        "forms": [form for form in forms if form not in own_end], "own_end": own_end,
        "turns": cases.turns(pack, one, timezone.localdate()), "names": _names(viewer, [one]), "units": pack.units,
        "rules": matter_papers.rules(), "steps": {step.id: step.name for step in one.procedure.steps},
        "exceptional": {step.id for step in one.procedure.steps if step.gate}, "done": request.GET.get("done", ""),
        "clauses": [pack.clauses[name] for name in one.procedure.clauses if name in pack.clauses],
        "applied": pack.clauses.get(one.clause), "call": call_of(pack, one.clause, one.taken[0].taken_on),
        "today": timezone.localdate(), "on_lists": _on_lists(pack, viewer, one.applicant), **_form(faults, request),
        **matter_papers.sent_of(pack, viewer, one), **_terms(pack, viewer, one.procedure, one, ""),
        **_award(pack, one, [step for step, _ in may]),
    }  # fmt: skip
    return render(request, "web/matter.html", context, status=422 if faults else 200)


def _award(pack: Pack, case: Case, may: list[ProcedureStep]) -> dict[str, Any]:
    """What was asked for, and, where the asker may decide on it now, what the clause gives."""
    asked = case.taken[0].sum
    thing = "" if case.object == case.applicant else cases.thing_in_words(pack, case.clause, case.object)
    if not any(step.decides for step in may):
        return {"asked": asked, "thing": thing}
    found = award_of(pack, case.applicant, case.taken[0], var(), today=timezone.localdate())
    gives = found.gives if found else None
    return {
        "asked": asked,
        "thing": thing,
        "award": found,
        "gap": None if asked is None or gives is None else asked - gives,
    }


def _papers_in(
    request: HttpRequest, pack: Pack, procedure: Procedure, may: Mapping[str, tuple[ProcedureStep, list[str]]],
    case: Case | None, clause: str,
) -> list[Fault]:  # fmt: skip
    """Keep the files that came with a form, for a step that the asker may take; what is wrong with them."""
    step, who = may.get(request.POST.get("step", ""), (None, []))
    if step is None:
        return []
    faults, warnings = matter_papers.taken_in(request, pack, _tray(request, pack, procedure, step, who, case, clause))
    for text in warnings:
        messages.warning(request, text)
    return faults


def _tray(
    request: HttpRequest, pack: Pack, procedure: Procedure, step: ProcedureStep, who: list[str], case: Case | None,
    clause: str,
) -> matter_papers.Tray:  # fmt: skip
    """The papers of a step, in the name of the unit that the form says, else of the first that may take it."""
    asked = request.POST.get("actor", "")
    owner = asked if asked in who else who[0]
    return matter_papers.tray_of(pack, viewer_of(request), procedure, step, owner, case=case, clause=clause)


def start(request: HttpRequest, city: str, procedure: str, where: Addresses) -> HttpResponse:
    """The form of a first step; where something is applied for, the choice of it first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = pack.procedures.get(procedure)
    first = _starting(pack, request, one) if one else []
    if one is None or not first:
        raise Http404(f"nothing to begin under {procedure}")
    faults: list[Fault] = []
    applying = _applying(pack, request, one)
    clause = applying["clause"].id if applying["clause"] else ""
    before = _before(pack, request, one, clause) if clause else None
    if request.method == "POST":
        if clause or not applying["asks"]:
            faults = _papers_in(request, pack, one, {step.id: (step, who) for step, who in first}, None, clause)
        if not faults and not request.POST.get("do"):
            try:
                _check_offered(applying["every"], request.POST.get("clause", ""))
                row = take_step(pack, _asked(request, pack, one, None), var(), viewer=viewer,
                                today=timezone.localdate())  # fmt: skip
                return redirect(f"{reverse(where.one, args=[city, row['case']])}?done=1")
            except InnoCityError as error:
                faults = faults_of(error, ABOUT)
    forms = [] if (applying["asks"] and not clause) or (before and viewer.role == "firm") else [
        (step, who, _tray(request, pack, one, step, who, None, clause if "clause" in step.asks else ""))
        for step, who in first
    ]  # fmt: skip
    context = {"procedure": one, "where": where, "forms": forms, "before": before, "today": timezone.localdate(),
               "names": {}, "units": pack.units, "rules": matter_papers.rules(), **_form(faults, request), **applying,
               **_terms(pack, viewer, one, None, clause)}  # fmt: skip
    return render(request, "web/matter_start.html", context, status=422 if faults else 200)


def _before(pack: Pack, request: HttpRequest, procedure: Procedure, clause: str) -> Case | None:
    """The matter in which the same was applied for already, by the firm that asks or whom the form names."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else request.GET
    party = viewer.party if viewer.role == "firm" else _party(viewer, data.get("party", "").strip())
    found = cases.seen(pack, viewer).values()
    return standing(pack, procedure, found, party or "-", clause, data.get("object", ""), timezone.localdate(), var())


def _applying(pack: Pack, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
    """What an application may be for, and which clause was chosen, where it is taken now; else why it is not.

    A firm applies while a call is open; a unit also records what was brought to it while one was. A form not sent
    yet is filled with what the address names (`clause`, `sum`).
    """
    viewer = viewer_of(request)
    firm = viewer.role == "firm"
    day, simulated = today_of(pack, viewer) if firm else (timezone.localdate(), False)
    asks = any("clause" in step.asks for step in may_follow(procedure, [], ()))
    found = offers(pack, procedure, day, closed=True) if asks else []
    taken = ("", "open") if firm else ("", "open", "closed")
    shown = [offer for offer in found if offer.stage in (*taken, "upcoming")]
    known = {clause.id: (offer, clause) for offer in reversed(found) for clause in offer.clauses
             if offer.stage in taken}  # fmt: skip
    asked = (request.POST if request.method == "POST" else request.GET).get("clause", "")
    offer, clause = known.get(asked, (None, None))
    context: dict[str, Any] = {
        "asks": asks, "offers": shown, "every": found, "taken": taken, "clause": clause, "offer": offer, "day": day,
        "simulated_day": simulated, "missed": bool(asked) and clause is None,
        "worth": worth(pack, viewer, viewer.party, [
            (one.id, offer.call.fact_year) for offer in shown if offer.call for one in offer.clauses
        ]) if firm and viewer.party and asks else {},
        "refused": call_fault(pack, procedure, asked, day) if asked and clause is None else None,
    }  # fmt: skip
    if request.method != "POST" and clause is not None:
        context["given"] = {
            "clause": asked,
            "title": clause.name,
            "sum": request.GET.get("sum", "")[:40],
            "object": request.GET.get("object", "")[:200],
        }
    return context


def _check_offered(found: list[Offer], clause: str) -> None:
    """That what is applied for is offered at all; whether it is so today, taking the step decides. E-STEP-CLAUSE."""
    if clause and all(clause != one.id for offer in found for one in offer.clauses):
        raise InnoCityError("E-STEP-CLAUSE", _("没有哪个申报通知列着这一条"), None, _("从列出的条款里选"))


def paper(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One file of a matter."""
    pack = cities.pack_of(city)
    return matter_papers.hand_out(request, city, number, cases.seen(pack, viewer_of(request)))


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


def _terms(pack: Pack, viewer: Viewer, procedure: Procedure, case: Case | None, clause: str) -> dict[str, Any]:
    return step_fields.offered(pack, viewer, procedure, case, clause, timezone.localdate())


def _may(pack: Pack, request: HttpRequest, procedure: Procedure, step: ProcedureStep, applicant: str,
         case: Case | None = None) -> list[str]:  # fmt: skip
    """As whom the asker may take a step: the own party where the step is the applicant's; the own units."""
    viewer = viewer_of(request)
    if viewer.role == "firm":
        own = APPLICANT in step.by and viewer.party is not None and viewer.party == applicant
        return [viewer.party or ""] if own else []
    allowed = actors(pack, procedure, step, applicant, timezone.localdate(), case)
    return [unit.id for unit in units_for(pack, request) if unit.id in allowed]


def _asked(request: HttpRequest, pack: Pack, procedure: Procedure, case: Case | None) -> Step:
    """The step as the form says. Errors: E-DATE-FORMAT, those of money."""
    data, viewer = request.POST, viewer_of(request)
    words = {name: data.get(name, "").strip()[:_LONG] for name in _WORDS}
    firm = viewer.role == "firm"
    day = timezone.localdate() if firm else parse_date(data.get("on", "").strip())
    total = data.get("sum", "").strip()
    told = Step(
        procedure.id, data.get("step", ""), (viewer.party or "") if firm else data.get("actor", ""),
        day, case.id if case else "", words["title"],
        (viewer.party or "") if firm else _party(viewer, words["party"]), words["text"],
        read_list(data.get("evidence", "")[:_LONG]),
        parse_money(total) if total else None, viewer.name, clause=data.get("clause", "").strip()[:80],
        object=data.get("object", "").strip()[:200],
    )  # fmt: skip
    return replace(told, **step_fields.entered(request, pack, procedure))


def _party(viewer: Viewer, text: str) -> str:
    """A party's id where its credit code was typed; else what was typed."""
    known = find_party(viewer, text) if text else None
    return known.id if known is not None else text


def _names(viewer: Viewer, found: Sequence[Case]) -> dict[str, str]:
    """The names of the parties that matters speak of, as far as the asker may see them."""
    parties = {one for case in found for step in case.taken
               for one in (step.party, step.actor, *step.named) if one}  # fmt: skip
    return {key: name for key, name in names_of(viewer, parties).items() if name}
