"""Take a file out again that was handed in for a step which is not sent yet; its row stays and says so."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.models_matters import MatterFile
from innocity.records.queries.matters import Papers, papers_for
from innocity.records.viewer import Viewer


def withdraw_from_matter(pack: Pack, viewer: Viewer, towards: Papers, number: int) -> None:
    """Take one of the files that wait for a step out. Errors: E-PAPER-GONE, E-RECORDS-*."""
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        found = next((one for one in papers_for(viewer, towards) if (one.id, one.state) == (number, "waiting")), None)
        if found is None:
            raise InnoCityError("E-PAPER-GONE", "这份材料已经提交，或已撤下", None, "重新打开这一页")
        MatterFile.objects.filter(id=number).update(
            state="withdrawn", ended_by=viewer.name, ended_at=timezone.now()
        )  # fmt: skip
        details = {"sha256": found.sha256, "step": towards.step, "material": found.material}
        store.audit(viewer, "withdraw_from_matter", f"matter/{towards.case or towards.procedure}", details)
