"""Requests of firms for corrections: what waits for this unit, one request, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from innocity.actions.decide_correction import decide_correction
from innocity.actions.request_correction import LONGEST
from innocity.core.errors import InnoCityError
from innocity.records import queries
from innocity.records.queries.corrections import CorrectionView, correction
from innocity.records.queries.corrections import corrections as found_for
from innocity.records.queries.fact_lists import reads_papers
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.consequences import consequence_of
from innocity.web.papers import hand_out_of
from innocity.web.views import lists
from innocity.web.views.firm.corrections import asked_for
from innocity.web.views.firm.facts import lines
from innocity.web.views.office import listed
from innocity.web.views.office.cells import words_for
from innocity.web.views.office.common import Fault, faults_of, page_number

if TYPE_CHECKING:
    from innocity.records.models import Document

_STATES = ("open", "approved", "refused", "withdrawn")


@opens_to("officer", "auditor")
def corrections(request: HttpRequest, city: str) -> HttpResponse:
    """The requests about registers that the unit keeps: those that wait, or another state's."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    state = request.GET.get("state", "open")
    state = state if state in _STATES else "open"
    rows = lists.every(lambda number, size: found_for(viewer, pack, state=state, number=number, size=size))
    context = {"page": found_for(viewer, pack, state=state, number=page_number(request)), "state": state,
               "registers": pack.registers, "states": _STATES}  # fmt: skip
    return lists.page(request, "web/office/corrections.html", context, listed.corrections(pack, viewer, rows))


@require_http_methods(["GET", "POST"])
@opens_to("officer", "auditor")
def decide(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One request beside the fact as it stands; approve it, or refuse it with a reason."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = correction(viewer, pack, number)
    if one is None:
        raise Http404("no such request")
    faults: list[Fault] = []
    answer = request.POST.get("answer", "")
    if request.method == "POST":
        try:
            decide_correction(pack, viewer, number, approve=request.POST.get("decision") == "approve", answer=answer)
            return redirect(f"{reverse('decide_correction', args=[city, number])}?done=1")
        except InnoCityError as error:
            faults = faults_of(error, {"E-FACT-REASON": "answer", "E-CORRECTION-LONG": "answer"})
    register = pack.registers[one.register]
    revisions = queries.history(viewer, register, one.fact_id)
    words = words_for(pack, viewer, register, revisions[:1])
    context = {
        "one": one, "register": register, "changes": asked_for(pack, viewer, one), "faults": faults, "answer": answer,
        "party": queries.party(viewer, one.party), "now": revisions[0] if revisions else None, "longest": LONGEST,
        "lines": lines(words, revisions[0]) if revisions else [], "done": request.GET.get("done") == "1",
        "papers": _papers(viewer, one), "opens": reads_papers(viewer, register, one.party),
        "may": viewer.role == "officer" and one.state == "open", "consequence": consequence_of(pack, viewer, one),
    }  # fmt: skip
    return render(request, "web/office/correction.html", context, status=422 if faults else 200)


@opens_to("officer", "auditor")
def paper(request: HttpRequest, city: str, number: int, paper: int) -> HttpResponse:
    """One paper of a request, for whoever decides it."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = correction(viewer, pack, number)
    if one is None:
        raise Http404("no such request")
    register = pack.registers[one.register]
    return hand_out_of(request, register, one.party, _papers(viewer, one), paper, f"correction/{number}")


def _papers(viewer: Viewer, one: CorrectionView) -> list[Document]:
    """The papers of a request."""
    named = dict(one.evidence)
    return [paper for paper in queries.documents(viewer, one.party) if paper.id in named]
