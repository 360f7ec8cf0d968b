"""The decision sheet (呈阅件): one page to read and to decide on, shown here and taken away in Word."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from innocity.actions.make_report import Request, make_report
from innocity.actions.note_export import note_export
from innocity.actions.overview import Overview, overview
from innocity.actions.report_input import main_document, report_input
from innocity.core.errors import InnoCityError
from innocity.engines.reports import build
from innocity.engines.reports.web import article
from innocity.packs.model import Document
from innocity.records import store
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.kept import per_state
from innocity.web.views.lead.changes import state_then

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


@opens_to("leader", "officer")
def sheet(request: HttpRequest, city: str) -> HttpResponse:
    """The sheet on the document asked for; by default on the one with most targets still due.

    It rests on what was known on the day, as reports do; with `late=1` also on what became known since.
    """
    late = request.GET.get("late") == "1"
    state = _known(cities.approved_for(city, viewer_of(request)), late)
    asked = request.GET.get("document", "")
    try:
        main = main_document(state.pack, state.as_of, asked or None)
        # Every text in it was escaped where the report was written.
        body = mark_safe(_sheet(state, main.id))
    except InnoCityError as error:
        context = {"error": error, "documents": _documents(state), "state": state, "late": late}
        return render(request, "web/lead/sheet.html", context, status=404 if asked else 200)
    context = {"body": body, "main": main, "documents": _documents(state), "state": state, "late": late}
    return render(request, "web/lead/sheet.html", context)


def _known(state: Overview, late: bool) -> Overview:
    """The state by what was known on its day, or by what became known until today."""
    return _known_until(state, store.today()) if late else state_then(state, state.as_of)


@per_state(4)
def _known_until(state: Overview, day: date) -> Overview:
    return overview(
        state.pack, state.as_of, state.var, simulated=state.with_simulated, known_on=day, hidden=state.hidden
    )  # fmt: skip


def _documents(state: Overview) -> list[Document]:
    """The documents that set targets."""
    named = dict.fromkeys(one.target.article.partition("#")[0] for one in state.board.standings)
    return [state.pack.documents[name] for name in named if name in state.pack.documents]


@per_state(8)
def _sheet(state: Overview, document: str) -> str:
    return article(build("decision", report_input(state, document=document)))


@opens_to("leader", "officer")
def sheet_file(request: HttpRequest, city: str, ending: str) -> HttpResponse:
    """The sheet as a file: `.docx` or `.html`."""
    state = cities.approved_for(city, viewer_of(request))
    if ending not in TYPES:
        raise Http404(f"no sheet.{ending}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"decision.{ending}"
        asked = request.GET.get("document") or None
        try:
            known = store.today() if request.GET.get("late") == "1" else None
            wanted = Request(
                "decision", state.as_of, out, document=asked, var=state.var, known_on=known, hidden=state.hidden
            )
            make_report(state.pack, wanted)
        except InnoCityError as error:
            raise Http404(error.message) from None
        content = out.read_bytes()
    note_export(viewer_of(request), "report/decision", ending, as_of=state.as_of.isoformat(), document=asked)
    name = f"{city}-decision-{state.as_of.isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=TYPES[ending], headers=headers)
