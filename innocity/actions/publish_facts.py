"""Publish facts: whoever has no account sees them from then on, without personal columns. The log tells who checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from innocity.actions.recording import check_may_write, instance_of
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.model import Pack
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models import Fact
from innocity.records.viewer import Viewer


def publish_facts(
    pack: Pack, viewer: Viewer, register: str, checked_by: str, basis: str, *, ids: Sequence[str] | None = None,
    today: date | None = None,
) -> int:  # fmt: skip
    """Publish current facts of a register, those of `ids` or all; return how many became public by it.

    `checked_by` is who examined them, `basis` what they rest on (the announcement's number). Errors: E-PUBLISH-CHECK,
    E-FACTS-REGISTER, E-FACT-UNKNOWN, E-RECORDS-*.
    """
    known = find_register(pack, register)
    if not checked_by.strip() or not basis.strip():
        raise InnoCityError("E-PUBLISH-CHECK", "没有写审查人或依据", None, "先审查、后公开：写明谁审查、依据什么")
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        found = Fact.objects.filter(register=register, current=True, withdrawn=False)
        if ids is not None:
            found = found.filter(fact_id__in=ids)
            if found.count() != len(set(ids)):
                raise InnoCityError("E-FACT-UNKNOWN", "有编号没有现行的事实", None, "核对事实编号")
        errors = ErrorList()
        parties = set(found.values_list("party_id", flat=True)) if viewer.role != "operator" else set()
        check_may_write(viewer, known, parties, errors)
        errors.raise_if_any()
        count = int(found.filter(published_on__isnull=True).update(published_on=today or store.today()))
        if count:
            details = {"facts": count, "ids": None if ids is None else sorted(ids), "checked_by": checked_by.strip(),
                       "basis": basis.strip()}  # fmt: skip
            store.audit(viewer, "publish_facts", register, details)
            store.weigh_published()
    return count
