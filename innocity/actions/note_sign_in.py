"""Note in the audit log that somebody has signed in."""

from __future__ import annotations

from django.db import transaction

from innocity.records import store
from innocity.records.viewer import Viewer


def note_sign_in(viewer: Viewer, *, single_sign_on: bool = False) -> None:
    """An entry with the account's name and role, and whether the city's single sign-on vouched; not where from."""
    if viewer.role == "anonymous":
        return
    with transaction.atomic():
        details = {"single_sign_on": True} if single_sign_on else {}
        store.audit(viewer, "sign_in", f"account/{viewer.name}", details)
