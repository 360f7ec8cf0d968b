"""What comes of a document that was read: the recognised text, the draft of the pack's files, the corpus."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from innocity.actions import reading_store as store
from innocity.actions.draft_pack import Draft
from innocity.actions.draft_reading import corpus_file, draft_reading, export_draft, keep_reading
from innocity.actions.note_export import note_export
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office import reading_review
from innocity.web.views.office.common import Fault, attachment, faults_of, var
from innocity.web.views.office.reading_common import read_folder, reviewers


@reviewers
def recognised(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """The text that was recognised on a scan's pages, to be put right beside the original."""
    review = store.review_of(read_folder(city, document))
    if not review.document.scanned:
        raise Http404("the document is no scan")
    note_export(viewer_of(request), f"reading/{document}", "txt")
    name = f"{review.document.name.rpartition('.')[0] or document}.txt"
    return attachment(review.text.encode("utf-8"), name, "text/plain; charset=utf-8")


@lru_cache(maxsize=8)
def _draft(pack: str, document: str, entries: int, viewer: Viewer, folder: Path) -> Draft:
    """The draft of what was decided so far: a second's work, done once for each state of the decisions."""
    city = folder.parents[1].name
    return draft_reading(cities.pack_of(city), viewer, store.review_of(folder))


def _draft_of(pack: Pack, viewer: Viewer, folder: Path) -> Draft:
    return _draft(pack.hash, folder.name, len(store.entries_in(folder)), viewer, folder)


@reviewers
def draft(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """The draft of the pack's files as a diff, the zip, and the corpus."""
    folder = read_folder(city, document)
    return _draft_page(request, city, folder, [])


def _draft_page(request: HttpRequest, city: str, folder: Path, faults: list[Fault]) -> HttpResponse:
    review = store.review_of(folder)
    made = None
    blocked: list[Fault] = []
    try:
        made = _draft_of(cities.pack_of(city), viewer_of(request), folder)
    except InnoCityError as refused:
        blocked = faults_of(refused)
    done, total, added = review.progress()
    context = {
        "document": review.document, "draft": made, "blocked": blocked, "faults": faults, "done": done, "total": total,
        "added": added, "open": total - done, "right": reading_review.found_right(review),
        "files": [(file, _diff_lines(file.diff())) for file in made.files] if made else [],
    }  # fmt: skip
    return render(request, "web/office/reading_draft.html", context, status=422 if faults else 200)


def _diff_lines(diff: str) -> list[tuple[str, str]]:
    """(class, line) of a unified diff."""
    kinds = {"+": "plus", "-": "minus", "@": "at"}
    lines = diff.splitlines()
    return [("head" if n < 2 else kinds.get(line[:1], ""), line) for n, line in enumerate(lines)]


@require_POST
@reviewers
def export(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """The draft's files as a zip."""
    folder = read_folder(city, document)
    pack, viewer = cities.pack_of(city), viewer_of(request)
    try:
        made = _draft_of(pack, viewer, folder)
        content = export_draft(pack, viewer, store.review_of(folder), made)
    except InnoCityError as refused:
        return _draft_page(request, city, folder, faults_of(refused))
    return attachment(content, f"{city}-{made.document}.zip", "application/zip")


@require_POST
@reviewers
def keep(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """Keep what was decided in the city's corpus."""
    folder = read_folder(city, document)
    try:
        keep_reading(cities.pack_of(city), viewer_of(request), store.review_of(folder), var())
    except InnoCityError as refused:
        return _draft_page(request, city, folder, faults_of(refused))
    messages.success(request, _("已存进本市语料，可以用来给程序评分。"))
    return redirect("reading_draft", city, document)


@reviewers
def corpus(request: HttpRequest, city: str) -> HttpResponse:
    """The city's corpus as a zip."""
    content = corpus_file(cities.pack_of(city), viewer_of(request), var())
    if content is None:
        raise Http404("no corpus is kept")
    note_export(viewer_of(request), "reading/corpus", "zip")
    return attachment(content, f"{city}-corpus.zip", "application/zip")
