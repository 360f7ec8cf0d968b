"""Note in the audit log that somebody has signed in."""

from __future__ import annotations

from django.db import transaction

from innocity.records import store
from innocity.records.viewer import Viewer


def note_sign_in(viewer: Viewer) -> None:
    """An entry with the account's name and role; nothing about where from or by what."""
    if viewer.role == "anonymous":
        return
    with transaction.atomic():
        store.audit(viewer, "sign_in", f"account/{viewer.name}", {})
