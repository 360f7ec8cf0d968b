"""Note in the audit log that somebody took a list out: which one, how many rows, as what."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from innocity.records import store
from innocity.records.viewer import Viewer


def note_export(viewer: Viewer, what: str, kind: str, rows: int | None = None, **more: Any) -> None:
    """An entry `export`; `what` is a register or `report/…`, `kind` the file's ending, `rows` nothing where it is no
    list. `more` holds ids, days and counts alone: what was searched for may be a name and is not kept."""
    with transaction.atomic():
        kept = {key: value for key, value in more.items() if value not in (None, "", False)}
        store.audit(viewer, "export", what, {"kind": kind, "rows": rows, **kept})
