"""Feedback of the public: what waits is shown to everybody, or kept back with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from innocity.actions.moderate_feedback import LONGEST, moderate_feedback
from innocity.core.errors import InnoCityError
from innocity.records.queries.feedback import to_moderate
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.fields import whole
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.common import Fault, faults_of, page_number

_STATES = ("waiting", "shown", "hidden")


@require_http_methods(["GET", "POST"])
@opens_to("officer", "auditor")
def feedback(request: HttpRequest, city: str) -> HttpResponse:
    """Feedback in a state, each with its own small form."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    state = request.GET.get("state", "waiting")
    state = state if state in _STATES else "waiting"
    faults: list[Fault] = []
    wrong = 0
    if request.method == "POST":
        number = request.POST.get("number", "")
        wrong = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
        try:
            show, answer = request.POST.get("decision") == "show", request.POST.get("answer", "")
            moderate_feedback(viewer, wrong, show=show, answer=answer)
            return redirect(f"{reverse('moderate_feedback', args=[city])}?state={state}&done={wrong}")
        except InnoCityError as error:
            fields = {"E-FEEDBACK-REASON": f"answer-{wrong}", "E-FEEDBACK-LONG": f"answer-{wrong}"}
            faults = faults_of(error, fields)
    rows = lists.every(lambda number, size: to_moderate(viewer, state, number, size))
    context = {
        "page": to_moderate(viewer, state, page_number(request)), "state": state, "states": _STATES, "faults": faults,
        "wrong": wrong, "typed": request.POST.get("answer", ""), "clauses": pack.clauses, "longest": LONGEST,
        "may": viewer.role == "officer" and viewer.county is None, "done": whole(request.GET.get("done", "")),
    }  # fmt: skip
    return lists.page(request, "web/office/feedback.html", context, listed.feedback(pack, rows),
                      status=422 if faults else 200)  # fmt: skip
