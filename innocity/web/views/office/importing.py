"""导入: upload a table, see what it would change, then write it. And tables out: lists, templates, rows with errors."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from innocity.actions.check_import import Preview, check_import, importable
from innocity.actions.commit_rows import Paper, commit_rows
from innocity.actions.export_sheet import MEDIA, errors_file, export_register
from innocity.actions.import_sheet import Imported
from innocity.actions.record_facts import EVIDENCE_ROWS
from innocity.actions.sheet_headings import CODE, NAME, PERSON, known_headings, read_headings
from innocity.actions.sheet_matching import NEW_WORDS
from innocity.actions.sheet_template import template
from innocity.actions.sheet_values import texts_of
from innocity.actions.spreadsheet import read_spreadsheet
from innocity.actions.withheld import hidden_facts
from innocity.core.canonical import sha256_text
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.model import Pack, Register
from innocity.records.queries import fact_lists as facts
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.papers import bytes_of
from innocity.web.views.office.common import XLSX, Fault, attachment, faults_of, staff_page, var, writers_page
from innocity.web.views.office.registers import asked, receipt_of, register_of

MOST = 32 * 2**20  # bytes of a file
KEPT = 24 * 3600  # seconds that a file waits for its commit
FILES = 10  # of one account that wait, the newest
SHOWN = 50
_FIELDS = {"E-FACT-REASON": "reason"} | dict.fromkeys(
    ("E-DOCUMENT-SECRET", "E-DOCUMENT-UNREAD", "E-DOCUMENT-SIZE", "E-DOCUMENT-FORMAT", "E-DOCUMENT-UNKNOWN",
     "E-RECORDS-EVIDENCE"), "paper"
)  # fmt: skip
_NAME = re.compile(r"[0-9a-f]{64}")
_GRADING = ("on", "year", "full", "by")  # what the form of decided grades is given


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that waits for its commit: under which name, which sheet of it; whether its rows were not uploaded but
    `prepared` here, from a form or from the grades of `grading` (`given`: what its form was given, as a query)."""

    kept: str
    name: str
    raw: bytes
    sheet: str = ""
    prepared: bool = False
    grading: str = ""
    given: str = ""

    def edited_at(self, pack: Pack, register: Register) -> str:
        """The page on which the rows were made ready; of grades with what was given."""
        if self.grading:
            return grading_again(pack, self.grading, self.given)
        return reverse("record_fact", args=[pack.city.id, register.id])


@staff_page
def export(request: HttpRequest, city: str, register: str, ending: str) -> HttpResponse:
    """A register's facts as a table, narrowed as the list is; what the asker may see, and no more."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    try:
        hidden = hidden_facts(pack, viewer, one.id, var())
        content = export_register(pack, viewer, one.id, _kind(ending), **asked(request, pack), without=hidden)
    except InnoCityError as error:
        return render(
            request, "web/office/refused.html", {"register": one, "faults": faults_of(error)}, status=422
        )  # fmt: skip
    return attachment(content, f"{one.name}.{ending}", MEDIA[ending])


@staff_page
def template_file(request: HttpRequest, city: str, register: str, ending: str) -> HttpResponse:
    """An empty table with headings, examples and drop-downs."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    try:
        content = template(pack, viewer, one.id, _kind(ending))
    except InnoCityError as error:
        return _form(request, pack, one, faults_of(error))
    return attachment(content, f"{one.name}导入模板.{ending}", MEDIA[ending])


def _kind(ending: str) -> Any:
    if ending not in MEDIA:
        raise Http404(f"no tables of kind {ending}")
    return ending


@writers_page
def import_page(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """The form; a file that is sent is checked and shown, with `digest` it is written."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    try:
        importable(pack, viewer, one.id)
    except InnoCityError as error:
        return _form(request, pack, one, faults_of(error), shut=True)
    if request.method != "POST":
        return _form(request, pack, one, [])
    uploaded = request.FILES.get("file")
    if uploaded is None and not request.POST.get("kept"):
        return _form(request, pack, one, [Fault("没有选文件", "选一个 xlsx 或 csv 文件", "file")])
    if uploaded is not None and uploaded.size > MOST:
        return _form(request, pack, one, [Fault("文件太大", f"一次不超过 {MOST >> 20} MB，分几个文件导入", "file")])
    sheet = request.POST.get("sheet", "").strip()
    if uploaded is not None:
        name, raw = " ".join(str(uploaded.name).split())[-120:], uploaded.read()
        return _checked(request, pack, one, _Waiting(_keep(viewer, name, raw), name, raw, sheet))
    kept, prepared = request.POST["kept"], request.POST.get("prepared") == "1"
    grading, given = (_grading(request, pack, one) if prepared else ""), request.POST.get("given", "")
    file = _Waiting(kept, *_kept(viewer, kept), sheet, prepared, grading, given)
    if prepared and request.POST.get("do") == "edit":
        return redirect(file.edited_at(pack, one)) if file.grading else _again(request, pack, one, file)
    return _checked(request, pack, one, file)


def _grading(request: HttpRequest, pack: Pack, one: Register) -> str:
    """Of which grading the rows are, where it is one that the register holds; else nothing."""
    grading = pack.gradings.get(request.POST.get("grading", ""))
    records = grading.records if grading is not None else None
    return grading.id if grading is not None and records is not None and records.register_ == one.id else ""


def given_grades(data: Mapping[str, str]) -> str:
    """What the form of decided grades was given, as the query that fills it in again."""
    return urlencode({name: data[name][:100] for name in _GRADING if data.get(name)})


def grading_again(pack: Pack, grading: str, given: str) -> str:
    """The page of a grading with its form filled in: only fields of it are taken from `given`."""
    query = given_grades(QueryDict(given[:2000]))
    return f"{reverse('grading', args=[pack.city.id, grading])}{'?' if query else ''}{query}"


def _checked(request: HttpRequest, pack: Pack, one: Register, file: _Waiting) -> HttpResponse:
    """The preview of a file, or what came of its commit."""
    viewer, digest = viewer_of(request), request.POST.get("digest", "")
    try:
        preview = check_import(pack, viewer, one.id, file.name, file.raw, sheet=file.sheet or None)
    except InnoCityError as error:
        if file.prepared:
            context = {"register": one, "faults": faults_of(error), "back": file.edited_at(pack, one),
                       "kept": file.kept if not file.grading and _readable(one, file) else ""}  # fmt: skip
            return render(request, "web/office/refused.html", context, status=422)
        return _form(request, pack, one, faults_of(error), kept=file.kept, name=file.name, sheets=_asks_sheet(error))
    if request.POST.get("do") == "errors":
        return attachment(errors_file(preview), f"{Path(file.name).stem}-错误与改法.xlsx", XLSX)
    faults: list[Fault] = []
    if digest and preview.ok:
        try:
            reason = request.POST.get("reason", "").strip()
            done = commit_rows(pack, viewer, preview, digest=digest, reason=reason, paper=_paper(request))
        except InnoCityError as error:
            faults = faults_of(error, _FIELDS)
        else:
            _path(viewer, file.kept).unlink(missing_ok=True)
            return redirect(_written(pack, viewer, one, preview, done, prepared=file.prepared))
    return _preview(request, pack, one, preview, faults, file)


def _written(pack: Pack, viewer: Viewer, one: Register, preview: Preview, done: Imported, *, prepared: bool) -> str:
    """Where the receipt is read: beside the form of another sheet; of rows made ready here at the one fact that was
    written, or at the register's list."""
    where, place = "register_import", [pack.city.id, one.id]
    if prepared:
        where = "register"
        fact = _one_fact(viewer, one, preview, done)
        if fact:
            where, place = "fact", [*place, fact]
    return f"{reverse(where, args=place)}?done={done.new}-{done.changed}-{done.same}-{done.entry or 0}"


def _one_fact(viewer: Viewer, one: Register, preview: Preview, done: Imported) -> str:
    """The fact that was written, where it is one that the asker reads; else nothing."""
    if done.new + done.changed != 1 or preview.rows != 1 or preview.work is None:
        return ""
    lines = facts.fact_lines(viewer, one, text=preview.work.parties.ids[0] or "").items
    return next((line.fact.fact_id for line in lines if line.fact.entry == done.entry), "")


def _again(request: HttpRequest, pack: Pack, one: Register, file: _Waiting) -> HttpResponse:
    """The form of one fact with what was typed, read from the row that was made of it. Raises Http404."""
    from innocity.web.views.office.recording import record_fact  # that page shows its rows here

    typed = QueryDict(mutable=True)
    typed.update(_typed(one, file))
    request.method, request.GET = "GET", typed
    return record_fact(request, pack.city.id, one.id)


def _readable(one: Register, file: _Waiting) -> bool:
    """Whether the form can be filled in again from the row that was made of it."""
    try:
        return bool(_typed(one, file))
    except Http404:
        return False


def _typed(one: Register, file: _Waiting) -> dict[str, str]:
    """What a form was given, by its fields, from the first row of the table made of it. Raises Http404."""
    errors = ErrorList()
    try:
        sheet = read_spreadsheet(file.name, file.raw, lambda texts: known_headings(one, texts))
    except InnoCityError:
        raise Http404("no rows of a form") from None
    cells = {each.target: texts_of(sheet.columns[each.index]).to_pylist()
             for each in read_headings(sheet, one, errors, Place(file.name))}  # fmt: skip
    found = {name: column[0] or "" for name, column in cells.items() if column}
    whom = next((found[name] for name in (CODE, NAME, PERSON, "party_id") if found.get(name)), "")
    adds = {"adds": "1"} if found.get("fact_id") in NEW_WORDS else {}
    return found | {"whom": whom} | adds


def _paper(request: HttpRequest) -> Paper | None:
    """The paper that came with the rows. Error: E-DOCUMENT-SIZE."""
    file = request.FILES.get("paper")
    if file is None:
        return None
    return Paper(str(file.name), bytes_of(file), bool(request.POST.get("looked")))


def show_prepared(
    request: HttpRequest, pack: Pack, one: Register, preview: Preview, name: str, raw: bytes
) -> HttpResponse:
    """The preview of rows that were not uploaded but made ready here; from there they go the way of a file."""
    grading = request.resolver_match.kwargs.get("grading", "") if request.resolver_match else ""
    kept, given = _keep(viewer_of(request), name, raw), given_grades(request.POST) if grading else ""
    file = _Waiting(kept, name, raw, prepared=True, grading=grading, given=given)
    return _preview(request, pack, one, preview, [], file)


def _preview(
    request: HttpRequest, pack: Pack, one: Register, preview: Preview, faults: list[Fault], file: _Waiting
) -> HttpResponse:
    additions = list(preview.additions(SHOWN)) if preview.ok else []
    context = {
        "register": one, "preview": preview, "ready": preview.ok and bool(preview.new or preview.changed),
        "papers": 0 < preview.new + preview.changed <= EVIDENCE_ROWS,
        "faults": faults, "kept": file.kept, "sheet": file.sheet,
        "problems": [(preview.line(problem), problem) for problem in preview.problems[:SHOWN]],
        "changes": list(preview.changes(SHOWN)), "prepared": file.prepared, "grading": file.grading,
        "given": file.given,
        "additions": additions, "forced": any(addition.forced for addition in additions),
        "shown": SHOWN, "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "web/office/preview.html", context, status=422 if faults else 200)


def _form(
    request: HttpRequest, pack: Pack, one: Register, faults: list[Fault], *, shut: bool = False, kept: str = "",
    name: str = "", sheets: bool = False,
) -> HttpResponse:  # fmt: skip
    context = {
        "register": one, "faults": faults, "shut": shut, "most": MOST >> 20, "kept": kept, "name": name,
        "sheets": sheets, "done": receipt_of(request),
    }  # fmt: skip
    return render(request, "web/office/import.html", context, status=422 if faults and not shut else 200)


def _asks_sheet(error: InnoCityError) -> bool:
    return error.code == "E-SHEET-SEVERAL"


# --- files that wait for their commit ----------------------------------------------------------------------------


def _folder(viewer: Viewer) -> Path:
    """Each account's own: nobody can name another's file."""
    return var() / "uploads" / sha256_text(f"{viewer.role}/{viewer.name}")[:16]


def _path(viewer: Viewer, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise Http404("no such file")
    return _folder(viewer) / name


def _keep(viewer: Viewer, name: str, raw: bytes) -> str:
    """Keep a file until it is committed: a day at most, and among the newest. Gives the name to find it again by."""
    import hashlib

    folder = _folder(viewer)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = sorted(folder.iterdir(), key=lambda path: -path.stat().st_mtime)
    for place, old in enumerate(waiting, 1):
        if place >= FILES or time.time() - old.stat().st_mtime > KEPT:
            old.unlink(missing_ok=True)
    content = name.encode() + b"\n" + raw
    kept = hashlib.sha256(content).hexdigest()
    (folder / kept).write_bytes(content)
    return kept


def _kept(viewer: Viewer, name: str) -> tuple[str, bytes]:
    """A kept file: its name and content. Raises Http404 where it is gone."""
    try:
        first, _, raw = _path(viewer, name).read_bytes().partition(b"\n")
    except OSError:
        raise Http404("the file is gone: send it again") from None
    return first.decode(), raw
