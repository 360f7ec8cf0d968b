"""What the pages of 读文件 share: who may open them, the folder of a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from innocity.actions import reading_store as store
from innocity.core.errors import InnoCityError
from innocity.web.access import opens_to, viewer_of
from innocity.web.views.office.common import var

View = Callable[..., HttpResponseBase]


def reviewers(view: View) -> View:
    """Pages of those who review documents: officers of the city itself."""

    @opens_to("officer", "operator")
    def guarded(request: HttpRequest, city: str, **given: Any) -> HttpResponseBase:
        try:
            store.check_reviewer(viewer_of(request))
        except InnoCityError as refused:
            raise PermissionDenied(refused.message) from None
        return view(request, city, **given)

    guarded.__module__, guarded.__name__, guarded.__doc__ = view.__module__, view.__name__, view.__doc__
    return guarded


def folder_of(city: str, document: str) -> Path:
    """The folder of a document that was uploaded. Raises Http404 where there is none."""
    try:
        return store.folder_of(var(), city, document)
    except InnoCityError as error:
        raise Http404(error.message) from None


def read_folder(city: str, document: str) -> Path:
    """The folder of a document that is read. Raises Http404 for any other."""
    folder = folder_of(city, document)
    if store.state_in(folder) != "read":
        raise Http404("the document is not read yet")
    return folder
