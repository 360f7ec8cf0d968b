"""Correct a fact, or withdraw it: a new revision takes its place, the old one stays in its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from innocity.actions.publish_facts import carry_publication
from innocity.actions.record_facts import attach_evidence, write_parties
from innocity.actions.recording import check_may_write, checked_table, instance_of, table_from, typed_row
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import all_columns, find_register
from innocity.records import store
from innocity.records.models import Fact, RegisterState
from innocity.records.rows import base_texts, batch_hash, data_texts, fact_line, own_value
from innocity.records.viewer import Viewer

register_codes({
    "E-FACT-UNKNOWN": ("没有这条事实", "no such fact"),
    "E-FACT-CHANGED": ("这条事实刚被别人更正过", "the fact was corrected by somebody else meanwhile"),
    "E-FACT-REASON": ("更正没有写理由", "a correction gives no reason"),
    "E-FACT-SAME": ("更正后与原来相同", "a correction changes nothing"),
})  # fmt: skip

FIXED = ("fact_id", "party_id")  # what a correction may not change: it would be another fact


def correct_fact(
    pack: Pack, viewer: Viewer, register: str, fact_id: str, changes: Mapping[str, str | None], reason: str, *,
    revision: int, withdraw: bool = False, evidence: Sequence[int] = (), today: date | None = None,
) -> int:  # fmt: skip
    """Write the next revision of a fact and return its number.

    `changes` are texts by column id (None or empty: the value is taken away), `revision` the one that the asker
    saw. With `withdraw` the fact holds no longer, and no values change. What was public stays so where the public is
    shown the same as before; else it waits to be published anew. Errors: E-FACT-*, E-FACTS-*, E-RECORDS-*.
    """
    known = find_register(pack, register)
    if not reason.strip():
        raise InnoCityError("E-FACT-REASON", "没有写更正理由", None, "写明依据")
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        old = Fact.objects.filter(register=register, fact_id=fact_id, current=True).first()
        if old is None or old.withdrawn:
            raise InnoCityError("E-FACT-UNKNOWN", f"{known.name} 没有现行的事实 {fact_id}", None, "核对事实编号")
        if old.revision != revision:
            text = f"{fact_id} 已是第 {old.revision} 版，更正针对的是第 {revision} 版"
            raise InnoCityError("E-FACT-CHANGED", text, None, "重新打开这条事实，看过新的内容再更正")
        errors = ErrorList()
        check_may_write(viewer, known, [old.party_id], errors)
        errors.raise_if_any()
        values = corrected_values(old, known, {} if withdraw else changes, today or store.today())
        details = _replace(pack, known, old, values, reason.strip(), withdraw, entry)
        if evidence:
            attach_evidence(entry, evidence)
        action = "withdraw_fact" if withdraw else "correct_fact"
        store.audit(viewer, action, f"{register}/{fact_id}", {**details, "evidence": list(evidence)})
    return revision + 1


def corrected_values(old: Fact, register: Register, changes: Mapping[str, str | None], day: date) -> dict[str, Any]:
    """The new row: the old values with the changes. Errors: E-FACTS-*, E-FACT-SAME."""
    errors = ErrorList()
    place = Place(register.id, path=old.fact_id)
    for name in set(changes) & set(FIXED):
        errors.add("E-FACTS-VALUE", f"{name} 不能更正", place, "撤销这条事实，另行登记")
    typed = typed_row(changes, register, place, errors)
    errors.raise_if_any()
    values: dict[str, Any] = {column.id: own_value(column, old.data) for column in register.columns}
    values |= {c.id: getattr(old, c.id) for c in all_columns(register) if c.id not in values}
    new = values | {name: typed.get(name) for name in changes}
    if changes and new == values:
        raise InnoCityError("E-FACT-SAME", "更正后与原来相同", place, "改动至少一项")
    return new | ({} if "recorded_at" in changes or not changes else {"recorded_at": day})


def _replace(
    pack: Pack, register: Register, old: Fact, values: dict[str, Any], reason: str, withdraw: bool, entry: int
) -> dict[str, Any]:
    """The old row made past, the new one written; what the log says of it."""
    errors = ErrorList()
    table = checked_table(table_from([values], register), register, pack, errors)
    errors.raise_if_any()
    assert table is not None
    cells = [column[0] for column in base_texts(table)]
    own = data_texts(table, register).to_pylist()[0]
    if not Fact.objects.filter(id=old.id, current=True).update(current=False):
        raise InnoCityError("E-FACT-CHANGED", f"{old.fact_id} 刚被更正过", None, "重新打开这条事实")
    line = fact_line(cells, own)
    Fact.objects.create(
        register=register.id, fact_id=old.fact_id, party_id=old.party_id, valid_from=values["valid_from"],
        valid_to=values["valid_to"], recorded_at=values["recorded_at"], source=values["source"],
        data=store.loads(own), revision=old.revision + 1, withdrawn=withdraw, supersedes=old, reason=reason,
        entry=entry,
    )  # fmt: skip
    if register.id == "organization" and not withdraw:
        write_parties(pack, register, table)
    RegisterState.objects.filter(register=register.id).update(
        version=F("version") + 1, rows=F("rows") - int(withdraw), refreshed_on=store.today()
    )
    wrote = {"registers": {register.id: {"rows": 1, "hash": batch_hash([line])}}, "revision": old.revision + 1}
    return wrote | carry_publication(register, entry)
