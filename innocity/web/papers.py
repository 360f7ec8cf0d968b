"""Papers on which facts rest: taken from a form, handed out to whoever may read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from innocity.actions.attach_document import LARGEST
from innocity.actions.note_export import note_export
from innocity.core.errors import InnoCityError
from innocity.packs.model import Register
from innocity.records import queries
from innocity.records.queries import fact_lists
from innocity.records.views import FactView
from innocity.web.access import viewer_of
from innocity.web.views.office.common import attachment, var

if TYPE_CHECKING:
    from innocity.records.models import Document


def bytes_of(file: Any) -> bytes:
    """What an uploaded paper holds. Error: E-DOCUMENT-SIZE, before it is read."""
    if file.size > LARGEST:
        remedy = _("每份不超过%(most)sMB；压缩图片或分成几份") % {"most": LARGEST >> 20}
        raise InnoCityError("E-DOCUMENT-SIZE", _("文件过大"), None, remedy)
    return bytes(file.read())


def hand_out(request: HttpRequest, register: Register, fact: FactView, number: int) -> HttpResponse:
    """A paper on which some revision of a fact rests that the asker sees. Raises Http404 for any other."""
    every = fact_lists.papers_of(viewer_of(request), register, fact.fact_id).values()
    papers = [paper for own in every for paper in own]
    return hand_out_of(request, register, fact.party, papers, number, f"{register.id}/{fact.fact_id}")


def hand_out_of(
    request: HttpRequest, register: Register, party: str, papers: Sequence[Document], number: int, what: str
) -> HttpResponse:  # fmt: skip
    """One of the papers that the asker knows of a party and a register; `what` the log names. Raises Http404."""
    viewer = viewer_of(request)
    one = next((paper for paper in papers if paper.id == number), None)
    if one is None or not fact_lists.reads_papers(viewer, register, party):
        raise Http404(f"no paper {number}")
    path = queries.file_of(one, var())
    if not path.is_file():
        raise Http404(_("这份材料的文件不在了，请找系统管理员。"))
    content = path.read_bytes()
    note_export(viewer, what, one.file_name.rpartition(".")[2].lower(), paper=one.id)
    return attachment(content, one.file_name, one.media_type)
