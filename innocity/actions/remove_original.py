"""Take an original away again: it is shown no more, or, where it may not even be kept, erased with its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from innocity.actions.attach_document import REASON_MOST
from innocity.core.errors import InnoCityError, register_codes
from innocity.records import queries, store
from innocity.records.models import Document
from innocity.records.models_matters import MatterFile
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

    With `erase` its text and bytes are deleted too, of earlier ones with the same content as well; rows, hash and the
    reason stay, as does whatever backups were made before. Where none is attached any more, that erases the one that
    was taken away last. The bytes stay where another paper with the same content is kept. Errors: E-RECORDS-DENIED,
    E-DOCUMENT-UNKNOWN, E-DOCUMENT-REMOVAL.
    """
    if viewer.role not in ("operator", "officer") or viewer.county is not None:
        raise InnoCityError("E-RECORDS-DENIED", "只有市级责任单位可以撤下原文", None, "交由责任单位撤下")
    if erase and viewer.role != "operator":
        remedy = "先撤下，谁也看不到了；再请系统管理员在服务器上删除（命令行 innocity detach --erase）"
        raise InnoCityError("E-RECORDS-DENIED", "连文件带文字删掉不能恢复，由系统管理员办", None, remedy)
    reason = reason.strip()
    if not reason or len(reason) > REASON_MOST:
        remedy = f"写明为什么撤下，最多 {REASON_MOST} 个字"
        raise InnoCityError("E-DOCUMENT-REMOVAL", "撤下原文要写理由", None, remedy)
    day = today or store.today()
    with transaction.atomic():
        store.next_entry()
        every = Document.objects.filter(pack_document=pack_document, erased_on__isnull=True)
        found = every.filter(replaced_on__isnull=True).first() or (every.order_by("-id").first() if erase else None)
        if not pack_document or found is None:
            raise InnoCityError("E-DOCUMENT-UNKNOWN", f"{pack_document} 没有放入原文", None, "没有可撤下的，核对编号")
        if found.replaced_on is None:
            every.filter(id=found.id).update(replaced_on=day, replaced_because=reason, published_on=None)
        if erase:
            _overwrite()
            every.filter(sha256=found.sha256, replaced_on__isnull=False).update(erased_on=day, text="")
        details = {"sha256": found.sha256, "reason": reason, "erased": erase,
                   "published": found.published_on.isoformat() if found.published_on else None}  # fmt: skip
        store.audit(viewer, "remove_original", pack_document, details)
        if erase:
            transaction.on_commit(lambda: _erase(found))
    return Removed(found.sha256, erase and not _path(found).exists())


def _overwrite() -> None:
    """SQLite puts zeros where a text stood, instead of leaving it in pages that are free."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _erase(gone: Document) -> None:
    """Delete bytes that no record keeps any more; after the commit, as a file does not roll back, and while nobody
    else writes: a paper with the same content may just be handed in."""
    with transaction.atomic():
        store.next_entry()
        alike = Document.objects.filter(sha256=gone.sha256, erased_on__isnull=True)
        if not alike.exists() and not MatterFile.objects.filter(sha256=gone.sha256).exists():
            _path(gone).unlink(missing_ok=True)
    if connection.vendor == "sqlite":  # the text still stands in the log of what was written
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _path(one: Document) -> Path:
    return queries.file_of(one, Path(settings.INNOCITY_VAR))
