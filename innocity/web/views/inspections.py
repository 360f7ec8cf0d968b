"""随机抽查, as everybody sees it: what was announced, what was drawn, what came of it, and the record to draw again."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from innocity.actions.inspection_results import as_dict
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import public
from innocity.web.inspections import PAGE, every_row, inspections_of, known, results, shown, summary
from innocity.web.unchanged import unchanged
from innocity.web.views import listed, lists
from innocity.web.views.office.common import page_number, rest_of


@public
@unchanged
def inspections(request: HttpRequest, city: str) -> HttpResponse:
    """Every inspection, the latest first."""
    found = list(inspections_of(city).values())[::-1]
    pages = -(-len(found) // PAGE) or 1
    number = min(page_number(request), pages)
    rows = [(one, summary(city, one)) for one in found[(number - 1) * PAGE : number * PAGE]]
    context = {"rows": rows, "total": len(found), "page": {"number": number, "pages": pages}, "rest": rest_of(request)}
    every = ((one, summary(city, one)) for one in found)
    return lists.page(request, "web/inspections.html", context, listed.inspections(cities.pack_of(city), every))


@public
@unchanged
def inspection(request: HttpRequest, city: str, inspection: str) -> HttpResponse:
    """One inspection: list digest, public number, seed, who was drawn and what was found."""
    one = known(city, inspection)
    rows = listed.drawn(one, every_row(city, one, Viewer()), office=False)
    return lists.page(request, "web/inspection.html", shown(request, city, one, Viewer()), rows)


@public
def record(request: HttpRequest, city: str, inspection: str) -> HttpResponse:
    """The record from which anybody can draw again, with the results: no parties, no names."""
    one = known(city, inspection)
    content = json.dumps(as_dict(one, results(city, one)), ensure_ascii=False, indent=1)
    return HttpResponse(content + "\n", content_type="application/json; charset=utf-8")
