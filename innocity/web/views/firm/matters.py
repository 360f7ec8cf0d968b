"""办事 for a firm: its matters, one of them, asking for something."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from innocity.web.access import opens_to
from innocity.web.views import matters


@opens_to("firm")
def all_matters(request: HttpRequest, city: str) -> HttpResponse:
    """What the firm may ask for, and where its matters stand."""
    return matters.all_matters(request, city, matters.FIRM)


@opens_to("firm")
def matter(request: HttpRequest, city: str, case: str) -> HttpResponse:
    """One matter, as far as it concerns the firm."""
    return matters.one_matter(request, city, case, matters.FIRM)


@opens_to("firm")
def start(request: HttpRequest, city: str, procedure: str) -> HttpResponse:
    """Ask for something."""
    return matters.start(request, city, procedure, matters.FIRM)


@opens_to("firm")
def paper(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One file that was handed in, for whoever may read it."""
    return matters.paper(request, city, number)
