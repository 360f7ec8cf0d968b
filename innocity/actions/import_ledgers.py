"""Bring into the records what the command line has appended to `var/<city>/*.csv`. It may be repeated.

The files stay as they are; `ledgers-imported.json` beside them says what was brought in. What is added to a file
afterwards is told by whoever reads (`left_in_csv`) until it is brought in too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction

from innocity.actions.ledger import VAR, csv_ledger
from innocity.actions.ledger_cells import LedgerRow
from innocity.actions.record_facts import Recorded, record_facts
from innocity.actions.recording import table_from
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.engines.indicators.entry import checked_figure
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Register
from innocity.records import store
from innocity.records.queries.ledgers import ledger_rows
from innocity.records.viewer import Viewer

register_codes({
    "W-LEDGER-LEFT": ("台账文件里有没导入库的行", "a ledger's file has rows that the records lack"),
})  # fmt: skip

NOTE = "ledgers-imported.json"
_WORDS = "这些台账已导入库。此后登记写在库里，文件保持原样；在文件里添的行要用 innocity records import 导入。"


def import_ledgers(pack: Pack, viewer: Viewer, var: Path = VAR) -> Recorded:
    """Record every row of the city's ledgers as a fact, all together; rows recorded before are passed over.

    A row without `source` gets the name of its file. Errors: those of ledgers and figures with file and line,
    E-FACTS-REGISTER for a file that is no register's, those of `record_facts`.
    """
    errors = ErrorList()
    found: dict[str, list[LedgerRow]] = {}
    files = sorted((var / pack.city.id).glob("*.csv"))
    for path in files:
        register = pack.registers.get(path.stem)
        if register is None:
            remedy = suggest(path.stem, set(pack.registers))
            errors.add("E-FACTS-REGISTER", f"没有登记簿 {path.stem}（{path.name}）", None, remedy)
            continue
        found[register.id] = csv_ledger(pack, register, var).rows(errors)
    if "observation" in found:
        _check_figures(pack, found["observation"], errors)
    errors.raise_if_any()
    done = _record(pack, viewer, found)
    _leave_note(files)
    return done


def _check_figures(pack: Pack, rows: Sequence[LedgerRow], errors: ErrorList) -> None:
    """Figures are checked as when they were recorded."""
    for row in rows:
        cells = {name: _text(value) for name, value in row.values.items()}
        try:
            checked_figure(pack, cells, row.get("recorded_at") or date.max, row.place)
        except InnoCityError as error:
            errors.append(error)


def _text(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _record(pack: Pack, viewer: Viewer, found: Mapping[str, Sequence[LedgerRow]]) -> Recorded:
    """Facts are written in order of their ids: rows in another order are written one stretch after the other."""
    added: dict[str, int] = {}
    same: dict[str, int] = {}
    entry, ids = None, tuple[str, ...]()
    stretches = {name: _ascending(rows) for name, rows in found.items()}
    with transaction.atomic():
        store.next_entry()
        for number in range(max(map(len, stretches.values()), default=0)):
            tables = {name: _table(pack.registers[name], parts[number])
                      for name, parts in stretches.items() if number < len(parts)}  # fmt: skip
            done = record_facts(pack, viewer, tables, action="import_ledgers")
            entry, ids = done.entry or entry, (*ids, *done.ids)
            for total, part in ((added, done.added), (same, done.same)):
                for name, count in part.items():
                    total[name] = total.get(name, 0) + count
    return Recorded(entry, added, same, ids)


def _ascending(rows: Sequence[LedgerRow]) -> list[list[LedgerRow]]:
    """Stretches of rows whose fact ids rise."""
    parts: list[list[LedgerRow]] = []
    for row in rows:
        if not parts or row["fact_id"] <= parts[-1][-1]["fact_id"]:
            parts.append([])
        parts[-1].append(row)
    return parts


def _table(register: Register, rows: Sequence[LedgerRow]) -> pa.Table:
    values = [{**row.values, "source": row.get("source", f"{register.id}.csv")} for row in rows]
    return table_from(values, register)


def _leave_note(files: Sequence[Path]) -> None:
    """What was brought in: how long each file was, and when it was last written."""
    if not files:
        return
    note = {"note": _WORDS, "files": {path.name: _mark(path) for path in files}}
    text = json.dumps(note, ensure_ascii=False, indent=1) + "\n"
    files[0].with_name(NOTE).write_text(text, encoding="utf-8")


def _mark(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def left_in_csv(pack: Pack, register: Register, var: Path = VAR) -> ErrorList:
    """Warnings about rows of a ledger's file that the records lack, or that were changed there (W-LEDGER-LEFT).

    A file that is as it was when it was brought in is not read.
    """
    found, path = ErrorList(), var / pack.city.id / f"{register.id}.csv"
    if not path.is_file() or _noted(path) == _mark(path):
        return found
    faults = ErrorList()
    rows = csv_ledger(pack, register, var).rows(faults)
    known = {values["fact_id"]: values for values in ledger_rows(Viewer.operator("innocity"), register)}
    lacking = [row for row in rows if row["fact_id"] not in known]
    other = [row for row in rows if row["fact_id"] in known and _differs(row.values, known[row["fact_id"]])]
    remedy = f"运行 innocity records import {pack.city.id}"
    for some, text, what in (
        (lacking, "行还没有导入库，没有算进去", remedy),
        (other, "行与库里的不同，以库为准", "更正要在库里做；文件只作底稿"),
    ):
        if some:
            lines = "、".join(str(row.line) for row in some[:8])
            place = Place(path.name, some[0].line)
            found.warn("W-LEDGER-LEFT", f"有 {len(some)} {text}（第 {lines} 行）", place, what)
    for fault in faults:
        found.warn("W-LEDGER-LEFT", f"有一行读不成，没有导入库：{fault.message}", fault.place, fault.remedy)
    return found


def _noted(path: Path) -> list[int] | None:
    try:
        note = json.loads(path.with_name(NOTE).read_text(encoding="utf-8"))
        mark: list[int] | None = note["files"].get(path.name)
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return mark


def _differs(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    return any(value != known.get(name) for name, value in row.items() if name != "source")
