"""What people think of a clause: the form, and what was approved."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from innocity.actions.give_feedback import LONGEST, give_feedback
from innocity.core.errors import InnoCityError
from innocity.records.queries import feedback as said
from innocity.web import cities
from innocity.web.access import public, viewer_of
from innocity.web.fields import whole
from innocity.web.limits import allowed
from innocity.web.sign_in import address_of
from innocity.web.views.office.common import Fault, faults_of, page_number

RATINGS = (5, 4, 3, 2, 1)
_A_MINUTE = 10
_FIELDS = {"E-FEEDBACK-RATING": "rating-5", "E-FEEDBACK-LONG": "words"}


def summary(city: str, clause: str) -> dict[str, Any] | None:
    """Count, average and the latest words of a clause, for its page; None where there are no records to read."""
    if not cities.is_own(city):
        return None
    try:
        return {"rated": said.rated(clause), "latest": said.shown(clause, size=3).items}
    except DatabaseError:  # an instance whose database is not made yet still shows its pack
        return None


@require_http_methods(["GET", "POST"])
@public
def feedback(request: HttpRequest, city: str, clause: str) -> HttpResponse:
    """All approved words about a clause, and the form."""
    pack = cities.pack_of(city)
    if clause not in pack.clauses or not cities.is_own(city):
        raise Http404(f"no clause {clause}")
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _given(request, city, clause)
        if not faults:
            return redirect(f"{reverse('feedback', args=[city, clause])}?thanks=1")
    context = {
        "clause": pack.clauses[clause], "faults": faults, "typed": request.POST, "ratings": RATINGS,
        "thanks": request.GET.get("thanks") == "1", "rated": said.rated(clause), "longest": LONGEST,
        "page": said.shown(clause, page_number(request)),
    }  # fmt: skip
    return render(request, "web/feedback.html", context, status=422 if faults else 200)


def _given(request: HttpRequest, city: str, clause: str) -> list[Fault]:
    """Keep what was said; what is wrong with it. A field that people do not see tells programs apart."""
    if request.POST.get("website"):
        return []
    if not allowed(request, "feedback", _A_MINUTE):
        return [Fault("一分钟里提交得太多，请过一会儿再试")]
    viewer = viewer_of(request)
    place = f"account/{viewer.name}" if viewer.name else address_of(request)
    try:
        rating, words = whole(request.POST.get("rating", "")) or 0, request.POST.get("words", "")
        give_feedback(cities.pack_of(city), viewer, clause, rating, words, place)
    except InnoCityError as error:
        return faults_of(error, _FIELDS)
    return []
