"""Ask for a missing fact: a firm says what is not recorded about it, with papers. Nothing is recorded yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from innocity.actions.check_import import OWN_VERBS
from innocity.actions.recording import checked_table, instance_of, table_from, typed_row
from innocity.actions.request_correction import checked_text, own_papers
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models_corrections import Correction
from innocity.records.viewer import ANY_UNIT, Viewer, keeps

register_codes({
    "E-ADDITION-REGISTER": ("这个登记簿不能申请补登", "nothing can be asked to be added to the register"),
    "E-ADDITION-PAPERS": ("申请补登没有材料", "a request to add a fact has no papers"),
    "E-ADDITION-MANY": ("等着核对的补登申请太多", "too many requests of the firm wait"),
})  # fmt: skip

MOST = 20  # requests of one firm that wait for a decision
#: What makes the party, and what the city itself decides, spends, rates or plans: nobody asks for a row of these.
_OWN = frozenset({
    "organization", "award", "decision", "support_record", "rd_subsidy_assessment", "appropriation_use",
    "capability_assessment", "platform_evaluation", "index_result", "ranking", "cluster_target", "chain_duty",
    "chain_node", "chain_task", "technology_roadmap", "key_technology", "reserve_technology", "scouted_resource",
    "public_service_item", "loan_loss", "loan_recovery",
})  # fmt: skip


def addable(pack: Pack) -> list[Register]:
    """The registers about firms to which a firm may ask for a fact: kept by a unit of the city by its duty, so that
    an officer decides, and written by no page of their own."""
    return [
        one for one in pack.registers.values()
        if one.about in ("organization", "any") and one.id not in OWN_VERBS and one.id not in _OWN
        and not ANY_UNIT & set(one.writers) and any(keeps(unit, one) for unit in pack.units)
        and not any(column.personal and column.required for column in one.columns)
    ]  # fmt: skip


def request_addition(
    pack: Pack, viewer: Viewer, register: str, values: Mapping[str, str | None], reason: str, *,
    evidence: Sequence[int], today: date | None = None,
) -> int:  # fmt: skip
    """File a request and return its number; `values` are texts by column id, tried out as if they were recorded.

    Errors: E-ADDITION-*, E-CORRECTION-LONG, E-FACT-REASON, E-FACTS-*, E-RECORDS-*.
    """
    text = checked_text(reason, "E-FACT-REASON", "没有写理由", "写明为什么应当登记、依据什么")
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        kept = try_addition(pack, viewer, register, values, today=today)
        if not evidence:
            raise InnoCityError("E-ADDITION-PAPERS", "没有上传材料", None, "补登要有材料：证书、合同或公告")
        papers = own_papers(viewer, evidence)
        waiting = Correction.objects.filter(party_id=viewer.party, add=True, state="open").count()
        if waiting >= MOST:
            text = f"已有 {waiting} 件补登申请等着核对"
            raise InnoCityError("E-ADDITION-MANY", text, None, "等有了结果，或撤回一件再申请")
        found: Correction = Correction.objects.create(
            party_id=viewer.party, register=register, fact_id="", revision=0, add=True, changes=kept, reason=text,
            filed_by=viewer.name, filed_on=today or store.today(), entry=entry,
        )  # fmt: skip
        found.evidence.set(papers)
        details = {"register": register, "columns": sorted(kept), "evidence": sorted(evidence)}
        store.audit(viewer, "request_addition", f"correction/{found.id}", details)
    return int(found.id)


def try_addition(
    pack: Pack, viewer: Viewer, register: str, values: Mapping[str, str | None], *, today: date | None = None
) -> dict[str, str]:
    """The values that are filled, if a fact of them could be recorded; nothing is written.

    Errors: those of `request_addition` about register and values.
    """
    known = find_register(pack, register)
    if viewer.role != "firm" or viewer.party is None:
        raise InnoCityError("E-RECORDS-DENIED", "补登由企业自己申请", None, "用企业经办人账号登录")
    if known not in addable(pack):
        text = f"登记簿“{known.name}”不能申请补登"
        raise InnoCityError("E-ADDITION-REGISTER", text, None, "向登记单位反映")
    kept = {name: text.strip() for name, text in values.items() if text and text.strip()}
    row = {**kept, "fact_id": "new", "party_id": viewer.party, "source": known.source}
    errors = ErrorList()
    typed = typed_row(row, known, Place(register), errors)
    errors.raise_if_any()
    checked_table(table_from([{**typed, "recorded_at": today or store.today()}], known), known, pack, errors)
    errors.raise_if_any()
    return kept
