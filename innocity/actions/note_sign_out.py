"""Note in the audit log that somebody has signed out, or was signed out because nothing was done for too long."""

from __future__ import annotations

from django.db import transaction

from innocity.records import store
from innocity.records.viewer import Viewer


def note_sign_out(viewer: Viewer, *, timed_out: bool = False) -> None:
    """An entry with the account's name and role; nothing about where from."""
    if viewer.role == "anonymous":
        return
    with transaction.atomic():
        store.audit(viewer, "sign_out", f"account/{viewer.name}", {"timed_out": True} if timed_out else {})
