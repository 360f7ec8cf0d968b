"""Delete a document that is read, with its reading and all that was decided of it; the corpus keeps what it has."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import transaction

from innocity.actions.file_lock import locked
from innocity.actions.reading_store import ReadDocument, check_reviewer, document_in, entries_in, folder_of, state_in
from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-BUSY": ("文件正在读", "the document is just being read"),
})  # fmt: skip


def may_delete(viewer: Viewer, document: ReadDocument) -> bool:
    """Whether somebody may delete a document that is read: whoever uploaded it, and the operator."""
    return viewer.role == "operator" or (viewer.role == "officer" and document.by == viewer.name)


def delete_reading(pack: Pack, viewer: Viewer, document: str, var: Path) -> None:
    """Take the document's folder away. Errors: E-READING-UNKNOWN, E-READING-BUSY, E-RECORDS-*."""
    check_reviewer(viewer)
    with locked(var / pack.city.id / "readings", "readings"):
        folder = folder_of(var, pack.city.id, document)
        one = document_in(folder)
        if not may_delete(viewer, one):
            raise InnoCityError("E-RECORDS-DENIED", "只能删自己传的文件", None, f"请 {one.by} 来删")
        if state_in(folder) == "reading":
            raise InnoCityError("E-READING-BUSY", "这份文件还没有读完", None, "等读完再删")
        with transaction.atomic():
            store.next_entry()
            instance_of(pack)
            details = {"sha256": one.sha256, "by": one.by, "decisions": len(entries_in(folder))}
            store.audit(viewer, "delete_reading", f"reading/{one.id}", details)
            # Not a document any more from here on, whatever happens while its files go.
            (folder / "document.json").unlink()
        shutil.rmtree(folder, ignore_errors=True)
