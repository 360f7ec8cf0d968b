"""Rows made ready for a register, as the table that an import checks, shows and writes.

What an officer types, what decided grades come to and what a list leads to go the same way as a sheet: one check of
whom rows are about and what they say, one preview, all or nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from innocity.actions.sheet_headings import CODE, CODE_HEADING, NAME, NAME_HEADING, PERSON, PERSON_HEADING
from innocity.actions.sheet_matching import NEW_WORDS
from innocity.core.money import format_money
from innocity.core.rates import apply_rate
from innocity.engines.grading.model import Grade
from innocity.packs.model import Grading, Register
from innocity.packs.registers import all_columns
from innocity.records.protect import normal
from innocity.records.queries import imports
from innocity.records.viewer import Viewer

NEW = min(NEW_WORDS)  # in place of a fact's id: a fact of its own, whatever is recorded
_WHOM = {CODE: CODE_HEADING, NAME: NAME_HEADING, PERSON: PERSON_HEADING}
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")


def prepared_table(register: Register, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as CSV with the register's headings. Values by column id, or by `@code`, `@name`, `@person`: texts as
    people write them, days and yes or no as they are."""
    columns = {column.id: column for column in all_columns(register)}
    used = [name for name in (*_WHOM, *columns) if any(row.get(name) not in (None, "") for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_WHOM.get(name) or columns[name].name for name in used])
    writer.writerows([cell_text(row.get(name)) for name in used] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell_text(value: Any) -> str:
    """A value as an import reads it; sums are texts already.

    >>> cell_text(True), cell_text(date(2024, 1, 31)), cell_text(None), cell_text("30万元")
    ('是', '2024-01-31', '', '30万元')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def whom(viewer: Viewer, register: Register, text: str) -> dict[str, str]:
    """Whom a row is about, from what somebody typed: a party's own id, a credit code, an id number or a name."""
    words = text.strip()
    if not words:
        return {}
    if imports.parties_by_id(viewer, {words}):
        return {"party_id": words}
    if register.about == "person":
        return {PERSON: words}
    return {CODE: words} if _CREDIT_CODE.fullmatch(normal(words)) else {NAME: words}


def graded_rows(
    grading: Grading, grades: Sequence[Grade], day: date, *, year: int | None = None, full: int | None = None,
    evaluator: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """The rows that record grades decided on a day for a `year` (default: the day's), of those whose measures are all
    known; `full` fen is a whole support."""
    how, found = grading.records, []
    assert how is not None
    for one in grades:
        if one.tier is None or one.score is None or one.missing:
            continue
        row: dict[str, Any] = {"party_id": one.subject.party, how.tier: one.tier.id, how.day: day}
        row |= {column: one.subject.values.get(heading) for column, heading in how.columns.items()}
        said = {how.year: year or day.year, how.score: f"{float(one.score):.2f}", how.by: evaluator}
        row |= {name: value for name, value in said.items() if name and value not in (None, "")}
        if how.support and full is not None and one.tier.support is not None:
            row[how.support] = format_money(apply_rate(full, one.tier.support))
        found.append(row)
    return found
