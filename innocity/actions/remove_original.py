"""Take an original away again: it is shown no more, or, where it may not even be kept, erased with its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from innocity.actions.attach_document import REASON_MOST
from innocity.core.errors import InnoCityError, register_codes
from innocity.records import queries, store
from innocity.records.models import Document
from innocity.records.viewer import Viewer

register_codes({
    "E-DOCUMENT-REMOVAL": ("撤下原文没有写理由，或写得太长", "a removal has no reason, or one that is too long"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Removed:
    """The hash of what was taken away; `erased`: its bytes are gone from this instance's folder."""

    sha256: str
    erased: bool


def remove_original(
    viewer: Viewer, pack_document: str, reason: str, *, erase: bool = False, today: date | None = None
) -> Removed:
    """Take the attached original of a document of the pack away, whether it was public or not.

    With `erase` its text and bytes are deleted too; its row, hash and the reason stay, as does whatever backups were
    made before. The bytes stay where another paper with the same content is kept. Errors: E-RECORDS-DENIED,
    E-DOCUMENT-UNKNOWN, E-DOCUMENT-REMOVAL.
    """
    if viewer.role not in ("operator", "officer") or viewer.county is not None:
        raise InnoCityError("E-RECORDS-DENIED", "只有市级责任单位可以撤下原文", None, "交由责任单位撤下")
    reason = reason.strip()
    if not reason or len(reason) > REASON_MOST:
        remedy = f"写明为什么撤下，最多 {REASON_MOST} 个字"
        raise InnoCityError("E-DOCUMENT-REMOVAL", "撤下原文要写理由", None, remedy)
    day = today or store.today()
    with transaction.atomic():
        store.next_entry()
        found = Document.objects.filter(pack_document=pack_document, replaced_on__isnull=True).first()
        if not pack_document or found is None:
            raise InnoCityError("E-DOCUMENT-UNKNOWN", f"{pack_document} 没有放入原文", None, "没有可撤下的，核对编号")
        gone = {"erased_on": day, "text": ""} if erase else {}
        Document.objects.filter(id=found.id).update(
            replaced_on=day, replaced_because=reason, published_on=None, **gone
        )  # fmt: skip
        details = {"sha256": found.sha256, "reason": reason, "erased": erase,
                   "published": found.published_on.isoformat() if found.published_on else None}  # fmt: skip
        store.audit(viewer, "remove_original", pack_document, details)
        if erase:
            transaction.on_commit(lambda: _erase(found.sha256))
    return Removed(found.sha256, erase)


def _erase(sha256: str) -> None:
    """Delete bytes that no record keeps any more; after the commit, as a file does not roll back."""
    alike = Document.objects.filter(sha256=sha256)
    if alike.filter(erased_on__isnull=True).exists():
        return
    one = alike.first()
    if one is not None:
        queries.file_of(one, Path(settings.INNOCITY_VAR)).unlink(missing_ok=True)
