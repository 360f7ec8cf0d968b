"""科技报告: the reports whose full text opens to whoever asks, and the files themselves, each reading in the log."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.note_export import note_export
from innocity.actions.shared_reports import Shared, may_open, shared_reports
from innocity.packs.model import Pack
from innocity.records.queries import matters as queries
from innocity.records.queries.parties_named import organizations_named
from innocity.records.viewer import Viewer
from innocity.web import cases, cities
from innocity.web.access import public, viewer_of
from innocity.web.limits import allowed
from innocity.web.unchanged import unchanged
from innocity.web.views.office.common import attachment, page_number, rest_of, var

_A_MINUTE, _PAGE = 30, 50


@public
@unchanged
def reports(request: HttpRequest, city: str) -> HttpResponse:
    """Every report that opens to the asker, and those that will to everybody, the latest first, page by page."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), timezone.localdate()
    every = _listed(pack, viewer) if cities.is_own(city) else []
    pages = -(-len(every) // _PAGE) or 1
    number = min(page_number(request), pages)
    shown = every[(number - 1) * _PAGE : number * _PAGE]
    papers = queries.papers_of_steps(viewer, {row for one in shown if may_open(pack, viewer, one, day)
                                              for row in one.rows}) if shown else {}  # fmt: skip
    names = organizations_named(viewer, {one.case.applicant for one in shown}) if shown else {}
    scopes = {code.id: code.name for code in pack.codes["sharing_scope"].codes}
    rows = [
        {"one": one, "scope": scopes.get(one.scope, one.scope), "open": one.open_on(day),
         "holder": names.get(one.case.applicant, ""),
         "papers": [file for row in one.rows for file in papers.get(row, ())]}
        for one in shown
    ]  # fmt: skip
    context = {
        "rows": rows,
        "total": len(every),
        "page": {"number": number, "pages": pages},
        "rest": rest_of(request),
    }
    return render(request, "web/shared_reports.html", context)


def _listed(pack: Pack, viewer: Viewer) -> list[Shared]:
    day = timezone.localdate()
    found = shared_reports(cases.every(pack).values())
    return [one for one in found if one.scope == "everybody" or may_open(pack, viewer, one, day)]


@public
def report_file(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """The full text of a report, for those to whom its scope opens it. Raises Http404 for all others."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), timezone.localdate()
    if not cities.is_own(city):
        raise Http404(f"no report {number}")
    if viewer.role == "anonymous" and not allowed(request, "report", _A_MINUTE):
        return HttpResponse(_("一分钟内打开得太多，请稍后再试。"), status=429, content_type="text/plain; charset=utf-8")
    rows = {row: one for one in _listed(pack, viewer) if may_open(pack, viewer, one, day) for row in one.rows}
    found = {file.id: (file, one) for row, one in rows.items()
             for file in queries.papers_of_steps(viewer, [row]).get(row, ())}  # fmt: skip
    if number not in found:
        raise Http404(f"no report {number}")
    file, one = found[number]
    path = queries.path_of(file, var())
    if not path.is_file():
        raise Http404(_("这份材料的文件不在了，请找系统管理员。"))
    content = path.read_bytes()
    ending = file.file_name.rpartition(".")[2].lower()
    note_export(viewer, f"matter/{one.case.id}", ending, paper=file.id, scope=one.scope)
    return attachment(content, file.file_name, file.media_type)
