"""读文件: the documents that are read, the form for another one, taking back one that waits."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from innocity.actions import reading_store as store
from innocity.actions.delete_reading import may_delete
from innocity.actions.open_reading import open_reading
from innocity.actions.recognise_text import can_recognise
from innocity.actions.withdraw_reading import withdraw_reading
from innocity.core.errors import InnoCityError
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import Fault, faults_of, var
from innocity.web.views.office.reading_common import folder_of, reviewers

LARGEST = 20 << 20  # bytes of an upload
_SHOWN = 50  # documents in the list


@reviewers
def documents(request: HttpRequest, city: str) -> HttpResponse:
    """The documents of the city that are read, and the form for another one."""
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            return _opened(request, city)
        except InnoCityError as refused:
            faults = faults_of(refused, dict.fromkeys((refused.code,), "file"))
    kept = [(one, *_how_far(folder)) for one, folder in store.documents(var(), city)[:_SHOWN]]
    context = {
        "documents": kept, "faults": faults, "most": LARGEST >> 20,
        "corpus": (var() / city / "corpus" / "sources").is_dir(), "recognises": can_recognise(),
        "mine": settings.INNOCITY_SCANS_MINE, "everybody": settings.INNOCITY_SCANS_WAITING,
        "waiting": len(store.scans_waiting(var() / city / "readings")),
    }  # fmt: skip
    return render(request, "web/office/reading.html", context, status=422 if faults else 200)


def _opened(request: HttpRequest, city: str) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise InnoCityError("E-READING-KIND", _("没有选文件"), None, _("选一份 txt、html、docx 或带文字的 pdf"))
    if (file.size or 0) > LARGEST:
        raise InnoCityError("E-READING-TOO-LARGE", _("文件超过20兆"), None, _("拆开后再读"))
    done = open_reading(cities.pack_of(city), viewer_of(request), file.name, file.read(), var())
    if done.known:
        messages.info(request, _("这份文件以前传过，接着核对就行。"))
    elif done.document.scanned:
        messages.info(request, _("这是扫描件，正在本机识别文字。"))
    if done.document.internal:
        messages.warning(request, _("文件标有内部字样，只在本系统内部查阅。"))
    return redirect("reading_document", city, done.document.id)


def _how_far(folder: Path) -> tuple[store.State, tuple[int, int, int]]:
    state = store.state_in(folder)
    return state, store.review_of(folder).progress() if state == "read" else (0, 0, 0)


@require_POST
@reviewers
def withdraw(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """Take back a document of one's own that waits to be read; one that is read meanwhile stays, and is shown."""
    folder = folder_of(city, document)
    one = store.document_in(folder)
    if not may_delete(viewer_of(request), one):
        raise Http404(f"no document {document} of one's own")
    try:
        withdraw_reading(cities.pack_of(city), viewer_of(request), document, var())
    except InnoCityError as refused:
        messages.warning(request, f"{refused.message}：{refused.remedy}")
        return redirect("reading_document", city, document)
    messages.success(request, _("“%(name)s”已撤回。") % {"name": one.title})
    return redirect("reading", city)
