"""Take back a document that waits to be read, or is just being read behind: its reader ends, its files go."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import transaction

from innocity.actions.delete_reading import may_delete
from innocity.actions.file_lock import locked
from innocity.actions.reading_alive import end_reader, reader_of
from innocity.actions.reading_store import check_reviewer, document_in, folder_of, state_in
from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-DONE": ("文件已经不在等了", "the document waits no more"),
})  # fmt: skip


def withdraw_reading(pack: Pack, viewer: Viewer, document: str, var: Path) -> None:
    """Take the document's folder away and end the process that reads it, or waits for its turn.

    Whoever uploaded it may, and the operator. Errors: E-READING-UNKNOWN, E-READING-DONE, E-RECORDS-*.
    """
    check_reviewer(viewer)
    with locked(var / pack.city.id / "readings", "readings"):
        folder = folder_of(var, pack.city.id, document)
        one = document_in(folder)
        if not may_delete(viewer, one):
            raise InnoCityError("E-RECORDS-DENIED", "只能撤回自己传的文件", None, f"请 {one.by} 来撤")
        if state_in(folder) != "reading" or reader_of(folder) is None:
            text = "这份文件已经读完，或者没有读成"
            raise InnoCityError("E-READING-DONE", text, None, "重新打开看结果；不要了就删除")
        with transaction.atomic():
            store.next_entry()
            instance_of(pack)
            details = {"sha256": one.sha256, "by": one.by, "scanned": one.scanned}
            store.audit(viewer, "withdraw_reading", f"reading/{one.id}", details)
            (folder / "document.json").unlink()  # not a document any more, whatever happens while its files go
        end_reader(folder)
        shutil.rmtree(folder, ignore_errors=True)
