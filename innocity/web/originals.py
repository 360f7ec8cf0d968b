"""The original of a document beside our digest of it, where one is attached and the asker may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

from innocity.packs.model import Document, Pack
from innocity.packs.originals import holder_of
from innocity.records import queries
from innocity.records.viewer import Viewer

READINGS = ("digest", "both", "original")


@dataclass(frozen=True, slots=True)
class Original:
    """An attached original: its number, the passages of each article, all of its paragraphs.

    `passages` is empty where the file is not the one that the pack's places were counted in; where the pack says
    which one that is, `file_name` is followed by a remark that this is another edition.
    """

    id: int
    file_name: str
    published_on: date | None
    internal: bool
    passages: dict[str, str]
    paragraphs: tuple[str, ...]


def original_of(viewer: Viewer, pack: Pack, document: Document) -> Original | None:
    """What `viewer` may read of a document's original; of another document's, where only that one reports it."""
    holder = holder_of(document, pack) or document
    if pack.city.id != settings.INNOCITY_CITY:
        return None
    try:
        found = queries.original(viewer, holder.id)
    except DatabaseError:  # an instance that shows its packs and has no database yet
        return None
    if found is None:
        return None
    counted = holder.original is not None and holder.original.sha256 == found.sha256
    passages = {
        article.id: "\n".join(found.text[first:end] for first, end in article.spans)
        for article in document.articles if counted and article.spans
    }  # fmt: skip
    paragraphs = tuple(line.strip() for line in found.text.splitlines() if line.strip())
    name = found.file_name
    if holder.original is not None and not counted:
        name = _("%(name)s（另一版，不是摘要所依据的那个文件，不逐条对照）") % {"name": name}
    return Original(found.id, name, found.published_on, found.internal, passages, paragraphs)
