"""Deleting what somebody has kept: a draft of a reform, a document that is read. A question first, then a receipt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from innocity.actions import delete_reading as readings
from innocity.actions import delete_reform as reforms
from innocity.actions import reading_store as store
from innocity.actions.try_reform import read_reforms
from innocity.core.errors import InnoCityError
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import Fault, faults_of, var, writers_page
from innocity.web.views.office.reading_common import reviewers


@require_http_methods(["GET", "POST"])
@writers_page
def reform(request: HttpRequest, city: str, draft: str) -> HttpResponseBase:
    """Whether a draft is really to be deleted; then it is."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    found = read_reforms(var(), city).get(draft)
    if found is None or not reforms.may_delete(viewer, found):
        raise Http404(f"no draft {draft} of one's own")
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            reforms.delete_reform(pack, viewer, draft, var())
        except InnoCityError as error:
            faults = faults_of(error)
        else:
            messages.success(request, _("方案“%(name)s”已删除。") % {"name": draft})
            return redirect("reform", city=city)
    context = {
        "name": draft, "up": reverse("reform", args=[city]), "up_name": _("政策测算"), "faults": faults,
        "back": reverse("reform_draft", args=[city, draft]),
        "says": _("方案里的改动和结果都会删除，不能恢复。审计日志留下谁在什么时候删的。"),
    }  # fmt: skip
    return _asked(request, context)


@require_http_methods(["GET", "POST"])
@reviewers
def reading(request: HttpRequest, city: str, document: str) -> HttpResponseBase:
    """Whether a document and all that was decided of it are really to be deleted; then they are."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    try:
        folder = store.folder_of(var(), city, document)
    except InnoCityError as error:
        raise Http404(error.message) from None
    one, decided = store.document_in(folder), len(store.entries_in(folder))
    if not readings.may_delete(viewer, one):
        raise Http404(f"no document {document} of one's own")
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            readings.delete_reading(pack, viewer, document, var())
        except InnoCityError as error:
            faults = faults_of(error)
        else:
            messages.success(request, _("“%(name)s”已删除。") % {"name": one.title})
            return redirect("reading", city=city)
    says = _("原文、读出的内容和 %(n)s 次核对都会删除，不能恢复；已存进语料的还在。审计日志留下谁在什么时候删的。")
    context = {
        "name": one.title, "up": reverse("reading", args=[city]), "up_name": _("读文件"), "faults": faults,
        "back": reverse("reading_document", args=[city, document]), "says": says % {"n": decided},
    }  # fmt: skip
    return _asked(request, context)


def _asked(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "web/office/delete.html", context, status=422 if context["faults"] else 200)
