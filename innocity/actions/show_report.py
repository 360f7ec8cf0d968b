"""Let everybody read the words of a task's report, or keep them inside again: the unit that reported decides."""

from __future__ import annotations

from django.db import transaction

from innocity.actions.authority import check_acts_for
from innocity.actions.correct_fact import correct_fact
from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.models import Fact
from innocity.records.viewer import Viewer

REGISTER = "task_progress"


def show_report(pack: Pack, viewer: Viewer, fact_id: str, *, public: bool) -> int:
    """Mark a report's words as public or as internal; return its new revision. Its days stay as they were.

    Errors: E-FACT-UNKNOWN, E-FACT-SAME, E-LEDGER-UNIT, E-RECORDS-*.
    """
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        found: Fact | None = Fact.objects.filter(
            register=REGISTER, fact_id=fact_id, current=True, withdrawn=False
        ).first()  # fmt: skip
        if found is None:
            raise InnoCityError("E-FACT-UNKNOWN", f"没有这次报送 {fact_id[:40]}", None, "重新打开任务页")
        check_acts_for(pack, viewer, found.party_id)
        changes = {"public": "true" if public else "", "recorded_at": str(found.recorded_at or "")}
        reason = "文字对外公开" if public else "文字收回，只在内部看"
        return correct_fact(pack, viewer, REGISTER, fact_id, changes, reason, revision=found.revision)
