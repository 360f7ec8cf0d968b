"""Attach the original of a document, publish it once somebody has examined it, take it away again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from innocity.actions.attach_document import LARGEST, attach_document
from innocity.actions.publish_document import publish_document
from innocity.actions.remove_original import remove_original
from innocity.core.errors import InnoCityError
from innocity.records import queries
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.views.office.common import Fault, faults_of

_FIELDS = {"E-PUBLISH-CHECK": "checked_by", "E-DOCUMENT-UNREAD": "marking_checked_by", "E-DOCUMENT-REASON": "reason",
           "E-DOCUMENT-REMOVAL": "removal"}  # fmt: skip


@opens_to("officer")
def original(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """The original of one document: what is attached, and the forms to attach it, publish it, take it away."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    if document not in pack.documents:
        raise Http404(f"no document {document}")
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            if "removal" in request.POST:
                _remove(request, document)
            elif "basis" in request.POST:
                _publish(request, document)
            else:
                _attach(request, city, document)
            return redirect("original", city, document)
        except InnoCityError as refused:
            faults = faults_of(refused, _FIELDS)
    found = queries.original(viewer, document)
    one = pack.documents[document]
    other = found is not None and one.original is not None and one.original.sha256 != found.sha256
    context = {"document": one, "original": found, "other": other, "faults": faults, "given": request.POST}
    return render(request, "web/office/original.html", context, status=400 if faults else 200)


def _attach(request: HttpRequest, city: str, document: str) -> None:
    file = request.FILES.get("file")
    if file is None or not file.name or not file.size:
        raise InnoCityError("E-DOCUMENT-UNKNOWN", _("没有选文件"), None, _("选好原文文件再放入"))
    if file.size > LARGEST:
        raise InnoCityError("E-DOCUMENT-UNKNOWN", _("文件超过20兆"), None, _("只放原文，不放照片和附件"))
    done = attach_document(
        cities.pack_of(city), viewer_of(request), file.name, file.read(), original_of=document,
        marking_checked_by=request.POST.get("marking_checked_by", ""),
        other_edition="other_edition" in request.POST, replace="replace" in request.POST,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(request, _("原文已放入，只在本系统内可看。"))
    for warning in done.warnings:
        messages.warning(request, f"{warning.message}：{warning.remedy}")


def _publish(request: HttpRequest, document: str) -> None:
    found = queries.original(viewer_of(request), document)
    if found is None:
        raise InnoCityError("E-DOCUMENT-UNKNOWN", _("还没有放入原文"), None, _("先放入原文"))
    publish_document(
        viewer_of(request), found.id, request.POST.get("checked_by", ""), request.POST.get("basis", "")
    )  # fmt: skip
    messages.success(request, _("原文已公开，任何人都能看。"))


def _remove(request: HttpRequest, document: str) -> None:
    remove_original(viewer_of(request), document, request.POST["removal"])
    messages.success(request, _("原文已撤下，不再给人看。"))
