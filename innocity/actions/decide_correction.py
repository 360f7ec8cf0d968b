"""Decide a request for a correction or an addition: whoever may write the register does so, or says why not."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.actions.correct_fact import correct_fact
from innocity.actions.record_facts import record_rows
from innocity.actions.recording import check_may_write, instance_of
from innocity.actions.request_correction import checked_text
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.models_corrections import Correction
from innocity.records.viewer import Viewer


def decide_correction(
    pack: Pack, viewer: Viewer, number: int, *, approve: bool, answer: str = "", today: date | None = None
) -> int | None:  # fmt: skip
    """Decide an open request; return the fact's new revision (1 for one that was missing), or None where refused.

    A refusal needs an `answer`; an approval may have one. Errors: E-CORRECTION-*, E-FACT-*, E-FACTS-*, E-RECORDS-*;
    then nothing is decided.
    """
    if approve:
        answer = checked_text(answer or "已按申请办理", "E-FACT-REASON", "", "")
    else:
        answer = checked_text(answer, "E-FACT-REASON", "不采纳要说明理由", "写明核对了什么、为什么不改")
    day = today or store.today()
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        found = open_correction(number)
        errors = ErrorList()
        check_may_write(viewer, pack.registers[found.register], [found.party_id], errors)
        errors.raise_if_any()
        revision = None
        if approve and found.add:
            revision = _added(pack, viewer, found, day)
        elif approve:
            revision = correct_fact(
                pack, viewer, found.register, found.fact_id, found.changes, f"更正申请 {number}：{found.reason}",
                revision=found.revision, withdraw=found.strike,
                evidence=list(found.evidence.values_list("id", flat=True)), today=day,
            )  # fmt: skip
        state = "approved" if approve else "refused"
        close(found, viewer, state, answer, day)
        store.audit(viewer, "decide_correction", f"correction/{number}", {"state": state, "revision": revision})
    return revision


def _added(pack: Pack, viewer: Viewer, found: Correction, day: date) -> int:
    """Record the fact that was missing, on the papers of the request; its revision."""
    unit = pack.units[viewer.unit].name if viewer.unit in pack.units else viewer.name
    row = {**found.changes, "party_id": found.party_id, "source": f"企业申请补登（{found.id}），{unit}核对"}
    papers = list(found.evidence.values_list("id", flat=True))
    done = record_rows(pack, viewer, found.register, [row], evidence=papers, today=day)
    Correction.objects.filter(id=found.id).update(fact_id=done.ids[0], revision=1)
    return 1


def open_correction(number: int) -> Correction:
    """A request that waits. Errors: E-CORRECTION-UNKNOWN, E-CORRECTION-DONE."""
    found: Correction | None = Correction.objects.filter(id=number).first()
    if found is None:
        raise InnoCityError("E-CORRECTION-UNKNOWN", f"没有更正申请 {number}", None, "核对编号")
    if found.state != "open":
        text = f"更正申请 {number} 已于 {found.decided_on} 办结：{found.get_state_display()}"
        raise InnoCityError("E-CORRECTION-DONE", text, None, "有新情况请另行申请")
    return found


def close(found: Correction, viewer: Viewer, state: str, answer: str, day: date) -> None:
    """Write the decision, once."""
    Correction.objects.filter(id=found.id, state="open").update(
        state=state, answer=answer, decided_by=viewer.name, decided_on=day
    )
