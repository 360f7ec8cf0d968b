"""办事 for officers: all matters, one matter, beginning one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.procedure_records import actors
from innocity.actions.subjects import start_matters
from innocity.core.errors import InnoCityError
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views import matters
from innocity.web.views.office.common import staff_page, units_for, var, writers_page


@staff_page
def procedures(request: HttpRequest, city: str) -> HttpResponse:
    """The procedures with their matters."""
    return matters.all_matters(request, city, matters.OFFICE)


@staff_page
def case(request: HttpRequest, city: str, case: str) -> HttpResponse:
    """One matter; whoever may take its next step takes it here."""
    return matters.one_matter(request, city, case, matters.OFFICE)


@writers_page
def start(request: HttpRequest, city: str, procedure: str) -> HttpResponse:
    """Begin a matter; where rows of a register start them, all that have none at once."""
    if request.method == "POST" and request.POST.get("do") == "all":
        return _start_all(request, city, procedure)
    return matters.start(request, city, procedure, matters.OFFICE)


def _start_all(request: HttpRequest, city: str, name: str) -> HttpResponse:
    """Matters for all rows that have none, in the name of the first of the asker's units that may begin them."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = pack.procedures.get(name)
    first = next((step for step in one.steps if "subject" in step.asks), None) if one else None
    allowed = actors(pack, one, first, "", timezone.localdate()) if one and first else {}
    who = [unit.id for unit in units_for(pack, request) if unit.id in allowed]
    if one is None or not who:
        raise Http404(f"nothing to begin under {name}")
    try:
        begun = start_matters(pack, one, who[0], var(), viewer=viewer, today=timezone.localdate())
        messages.success(request, _("已转成 %(n)s 件。") % {"n": len(begun)})
    except InnoCityError as error:
        messages.error(request, str(error.message))
    return redirect(f"{reverse('procedures', args=[city])}?of={name}")


@staff_page
def paper(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One file that was handed in, for whoever may read it."""
    return matters.paper(request, city, number)
