"""Note in the audit log that an applicant has seen what came of its matter: once for each result."""

from __future__ import annotations

from django.db import transaction

from innocity.records import store
from innocity.records.queries.matters import seen_results
from innocity.records.viewer import Viewer


def note_result(viewer: Viewer, case: str, row: str) -> None:
    """An entry `see_result` for the step `row` of a matter, where the applicant's own people look at it first."""
    if viewer.role != "firm" or row in seen_results(viewer, [case]):
        return
    with transaction.atomic():
        store.next_entry()  # one at a time: who came first has written it by now
        if row in seen_results(viewer, [case]):
            return
        store.audit(viewer, "see_result", f"matter/{case}", {"row": row})
