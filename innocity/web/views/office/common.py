"""What the officers' pages share: who may open them, whose unit it is, errors as a summary shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.packs.model import Pack, Unit
from innocity.records.viewer import Viewer
from innocity.web.access import STAFF, opens_to, viewer_of
from innocity.web.remedies import on_page

#: Everybody who works for the city may look; what somebody may change the actions decide.
staff_page = opens_to(*STAFF)
#: Pages on which something is written.
writers_page = opens_to("officer", "leader", "operator")


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of an error summary: what is wrong, what to do, and the id of the field, where it is one."""

    message: str
    remedy: str = ""
    field: str = ""


def faults_of(error: InnoCityError, fields: Mapping[str, str] | None = None) -> list[Fault]:
    """The lines of an error summary; `fields` gives the id of the field that a code is about."""
    errors = error.errors if isinstance(error, InnoCityErrors) else (error,)
    known = fields or {}
    return [Fault(_with_place(one), on_page(one.remedy), known.get(one.code, "")) for one in errors]


def _with_place(error: InnoCityError) -> str:
    path = error.place.path if error.place else None
    return f"{path}：{error.message}" if path and not path.isascii() else error.message


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 where none is."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def rest_of(request: HttpRequest) -> str:
    """The query without its page, for the links of other pages."""
    rest = request.GET.copy()
    rest.pop("page", None)
    return str(rest.urlencode())


def var() -> Path:
    """Where the instance keeps what it records beside its database."""
    return Path(settings.INNOCITY_VAR)


def unit_of(pack: Pack, viewer: Viewer) -> Unit | None:
    """The unit for which somebody acts; None for those who act for none, or for one that the pack knows no more."""
    return pack.units.get(viewer.unit or "")


def units_for(pack: Pack, request: HttpRequest) -> list[Unit]:
    """The units in whose name the asker may write: the own one; for the operator and leaders all of the city."""
    viewer = viewer_of(request)
    own = unit_of(pack, viewer)
    if own is not None:
        return [own]
    return [one for one in pack.units.values() if not one.collective] if viewer.role in ("leader", "operator") else []


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to be saved under a name, which may be Chinese."""
    from django.utils.http import content_disposition_header

    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
