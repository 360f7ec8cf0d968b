"""Delete a draft of a reform: whoever kept it, or the operator of the machine. The log tells what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from innocity.actions.recording import instance_of
from innocity.actions.try_reform import read_reform, reform_file
from innocity.core.canonical import canonical_json, sha256_text
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-REFORM-UNKNOWN": ("没有这个方案", "no such draft of a reform"),
})  # fmt: skip


def may_delete(viewer: Viewer, draft: dict[str, Any]) -> bool:
    """Whether somebody may delete a draft: its owner and the operator; a county sees, and deletes, none but its own."""
    return viewer.role == "operator" or (viewer.role != "anonymous" and draft.get("by") == viewer.name)


def delete_reform(pack: Pack, viewer: Viewer, name: str, var: Path) -> None:
    """Take the draft's file away. Errors: E-REFORM-NAME, E-REFORM-UNKNOWN, E-RECORDS-*."""
    path = reform_file(var, pack.city.id, name)
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        draft = read_reform(path)
        if draft is None:
            raise InnoCityError("E-REFORM-UNKNOWN", f"没有方案“{path.stem}”", None, "从方案列表里选")
        if not may_delete(viewer, draft):
            by = draft.get("by")
            remedy = f"请 {by} 来删" if by else "请 系统管理员 来删"
            raise InnoCityError("E-RECORDS-DENIED", "只能删自己存的方案", None, remedy)
        details = {"hash": sha256_text(canonical_json(draft)), **{key: draft.get(key) for key in ("by", "saved_on")}}
        store.audit(viewer, "delete_reform", f"reform/{path.stem}", details)
        path.unlink()
