"""Import an office's table that was checked: all of its rows or none, and only what was previewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import F

from innocity.actions.check_import import Preview, Work, importable
from innocity.actions.publish_facts import carry_publication
from innocity.actions.record_facts import attach_evidence, write_parties
from innocity.actions.recording import checked_table, highest_number, instance_of
from innocity.actions.sheet_matching import NEW_WORDS
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.model import Pack, Register
from innocity.records import store
from innocity.records.models import RegisterState
from innocity.records.queries.ledgers import register_versions
from innocity.records.viewer import Viewer

register_codes({
    "E-IMPORT-CHANGED": ("预览之后文件或登记簿变了", "the file or the records changed after the preview"),
    "E-IMPORT-WRONG": ("表里还有错误，没有导入", "the sheet still has errors, nothing was imported"),
})  # fmt: skip

_AGAIN = "重新上传，看过新的预览再导入"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. `entry` is the number of the audit entry, None where nothing was to be written."""

    entry: int | None
    new: int
    changed: int
    same: int


def commit_import(
    pack: Pack, viewer: Viewer, preview: Preview, *, digest: str | None = None, reason: str = "",
    evidence: Sequence[int] = (), today: date | None = None,
) -> Imported:  # fmt: skip
    """Write what a preview says. `digest` is the one that the asker saw, where the preview was made anew since.

    Changed facts get a new revision with `reason` (default: the file's name). Errors: E-IMPORT-CHANGED,
    E-IMPORT-WRONG, E-RECORDS-*, E-FACTS-*, E-FACT-EXISTS, E-PARTY-CODE.
    """
    work = preview.work
    if digest is not None and digest != preview.digest:
        raise InnoCityError("E-IMPORT-CHANGED", "要导入的不是预览过的内容", Place(preview.file), _AGAIN)
    if work is None or not preview.ok:
        text = f"{preview.wrong_rows} 行有错，一行也没有导入" if preview.wrong_rows else "表头有错，没有导入"
        raise InnoCityError("E-IMPORT-WRONG", text, Place(preview.file), "照错误表改好，整表重新上传")
    with transaction.atomic():
        entry = store.next_entry()
        register = importable(pack, viewer, preview.register)
        instance = instance_of(pack)
        if register_versions(viewer, dict(work.stamp)) != work.stamp or instance.simulated != work.simulated:
            text = f"预览之后有人改动了登记簿“{register.name}”或主体"
            raise InnoCityError("E-IMPORT-CHANGED", text, Place(preview.file), _AGAIN)
        if not (preview.new or preview.changed):
            return Imported(None, 0, 0, preview.same)
        because = (reason.strip() or f"表格导入：{preview.file}")[:300]
        details = _write(pack, register, work, entry, because, today or store.today())
        if evidence:
            attach_evidence(entry, evidence)
        details |= {"file": preview.digest, "new": preview.new, "changed": preview.changed, "evidence": list(evidence)}
        store.audit(viewer, "import_sheet", register.id, details)
    return Imported(entry, preview.new, preview.changed, preview.same)


def _write(pack: Pack, register: Register, work: Work, entry: int, reason: str, day: date) -> dict[str, Any]:
    """Parties, facts and the register's state; what the log says of the rows."""
    added, last = _new_facts(register, work, day)
    changed, old, revisions = _changed_facts(register, work, day)
    errors = ErrorList()
    order = pc.sort_indices(pa.chunked_array([*added.column("fact_id").chunks, *changed.column("fact_id").chunks]))
    table = checked_table(pa.concat_tables([added, changed]).take(order), register, pack, errors)
    errors.raise_if_any()
    assert table is not None
    store.add_people(work.parties.people)
    store.make_past(old)
    write_parties(pack, register, table)
    histories: list[store.History] = [store.FIRST] * added.num_rows
    histories += [(revision + 1, number, reason) for number, revision in zip(old, revisions, strict=True)]
    ordered = [histories[row] for row in order.to_pylist()] if old else None
    written = store.insert_facts(table, register, entry, ordered)
    RegisterState.objects.filter(register=register.id).update(
        version=F("version") + 1, rows=F("rows") + added.num_rows, refreshed_on=day, last_number=last
    )
    carried = carry_publication(register, entry) if old else {}
    return {"registers": {register.id: {"rows": table.num_rows, "hash": written}}, **carried}


def _new_facts(register: Register, work: Work, day: date) -> tuple[pa.Table, int]:
    """The rows that are new as they are recorded, and up to which number facts of the register are numbered then."""
    new = work.matched.new
    marks = [None if (mark := work.marks[row]) in NEW_WORDS else mark for row in new]
    last = RegisterState.objects.get(register=register.id).last_number
    numbers = count(max(last, highest_number(register, pa.array(marks, pa.string()))) + 1)
    ids = [mark or f"{register.id}-r{next(numbers):06d}" for mark in marks]
    rows = work.table.take(pa.array(new, pa.int64()))
    filled = {"fact_id": pa.array(ids, pa.string()), "recorded_at": _filled(rows, "recorded_at", day),
              "source": _filled(rows, "source", register.source)}  # fmt: skip
    table = _table(register, {name: filled.get(name, rows.column(name)) for name in rows.column_names})
    return table, next(numbers) - 1


def _changed_facts(register: Register, work: Work, day: date) -> tuple[pa.Table, list[int], list[int]]:
    """The next revisions of facts that change, the numbers of those they supersede, and their revisions."""
    changed = sorted(work.matched.changes)
    if not changed or work.recorded is None:
        return arrow_schema(register).empty_table(), [], []
    at = [work.matched.facts[row] for row in changed]
    new = work.table.take(pa.array(changed, pa.int64()))
    old = work.recorded.table.take(pa.array(at, pa.int64()))
    taken = set(work.present) - {"party_id", "recorded_at", "source"}
    columns = {name: (new if name in taken else old).column(name) for name in new.column_names}
    columns["recorded_at"] = _filled(new, "recorded_at", day)
    columns["source"] = pc.coalesce(new.column("source"), old.column("source"))
    numbers = [work.recorded.numbers[one] for one in at if one is not None]
    revisions = [work.recorded.revisions[one] for one in at if one is not None]
    return _table(register, columns), numbers, revisions


def _filled(rows: pa.Table, name: str, value: date | str) -> pa.ChunkedArray:
    column = rows.column(name)
    return pc.fill_null(column, pa.scalar(value, column.type))


def _table(register: Register, columns: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(register)
    return pa.table([columns[name] for name in schema.names], schema=schema)
