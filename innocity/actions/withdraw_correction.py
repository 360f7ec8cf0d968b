"""Take back a request for a correction that nobody has decided yet."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.actions.decide_correction import close, open_correction
from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.viewer import Viewer


def withdraw_correction(viewer: Viewer, number: int, *, today: date | None = None) -> None:
    """Withdraw one's own firm's open request. Errors: E-CORRECTION-*."""
    with transaction.atomic():
        store.next_entry()
        found = open_correction(number)
        if viewer.role != "firm" or found.party_id != viewer.party:
            raise InnoCityError("E-CORRECTION-UNKNOWN", f"没有更正申请 {number}", None, "核对编号")
        close(found, viewer, "withdrawn", "申请人撤回", today or store.today())
        store.audit(viewer, "withdraw_correction", f"correction/{number}", {})
