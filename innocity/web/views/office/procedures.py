"""办事 for officers: all matters, one matter, beginning one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from innocity.web.views import matters
from innocity.web.views.office.common import staff_page, writers_page


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
    """Begin a matter."""
    return matters.start(request, city, procedure, matters.OFFICE)


@staff_page
def paper(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One file that was handed in, for whoever may read it."""
    return matters.paper(request, city, number)
