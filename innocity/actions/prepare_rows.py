"""Rows made ready for a register, as the table that an import checks, shows and writes.

What an officer types, what decided grades come to and what a list leads to go the same way as a sheet: one check of
whom rows are about and what they say, one preview, all or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from innocity.actions.sheet_headings import CODE, CODE_HEADING, NAME, NAME_HEADING, PERSON, PERSON_HEADING
from innocity.actions.sheet_matching import NEW_WORDS
from innocity.actions.sheet_writing import write_xlsx
from innocity.core.errors import InnoCityError, register_codes
from innocity.core.money import format_money
from innocity.core.rates import apply_rate
from innocity.engines.grading.model import Grade
from innocity.packs.model import Column, Grading, Register
from innocity.packs.registers import all_columns
from innocity.records.protect import normal
from innocity.records.queries import imports
from innocity.records.viewer import Viewer
from innocity.records.views import FactView

register_codes({
    "E-GRADING-DAY": ("评价日期在以后", "the day of an evaluation lies ahead"),
    "E-GRADING-SUPPORT": ("满额扶持要大于零", "a whole support must be more than nothing"),
})  # fmt: skip

NEW = min(NEW_WORDS)  # in place of a fact's id: a fact of its own, whatever is recorded
_WHOM = {CODE: CODE_HEADING, NAME: NAME_HEADING, PERSON: PERSON_HEADING}
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")


def prepared_table(register: Register, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as a workbook with the register's headings, all cells texts as people write them. Values by column id,
    or by `@code`, `@name`, `@person`."""
    columns = {column.id: column for column in all_columns(register)}
    used = [name for name in (*_WHOM, *columns) if any(row.get(name) not in (None, "") for row in rows)]
    # Rows begin with their number: a table whose first word is 示例 shows how it is filled in.
    headings = ["序号", *(_WHOM.get(name) or columns[name].name for name in used)]
    cells = ([str(number), *(row.get(name) or None for name in used)] for number, row in enumerate(rows, 1))
    return write_xlsx(register.name, headings, cells)


def typed_text(column: Column, value: Any) -> str:
    """A value as somebody would type or choose it.

    >>> typed_text(Column(id="paid", name="金额", type="money"), 12345)
    '123.45元'
    """
    if value is None:
        return ""
    if column.type == "money":
        return format_money(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def whom(viewer: Viewer, register: Register, text: str) -> dict[str, str]:
    """Whom a row is about, from what somebody typed: a party's own id, a credit code, an id number or a name.

    A row of the register of organisations says it in its own columns.
    """
    words = text.strip()
    if not words or register.id == "organization":
        return {}
    if imports.parties_by_id(viewer, {words}):
        return {"party_id": words}
    if register.about == "person":
        return {PERSON: words}
    return {CODE: words} if _CREDIT_CODE.fullmatch(normal(words)) else {NAME: words}


def recordable(grading: Grading, grades: Iterable[Grade]) -> dict[int, list[Grade]]:
    """The grades that can be recorded by the year of their measures, the latest first: all measures are known."""
    how = grading.records
    assert how is not None
    found: dict[int, list[Grade]] = {}
    for one in grades:
        year = one.subject.values.get(how.of_year)
        if one.tier is not None and not one.missing and isinstance(year, int):
            found.setdefault(year, []).append(one)
    return dict(sorted(found.items(), reverse=True))


def graded_rows(
    grading: Grading, register: Register, grades: Sequence[Grade], year: int, day: date, *, today: date,
    recorded: Iterable[FactView] = (), full: int | None = None, evaluator: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """The rows that record the grades of a year, decided on a day; `full` fen is a whole support.

    What is `recorded` already of the same thing, year and grading is meant again: the row is its correction.
    Errors: E-GRADING-DAY, E-GRADING-SUPPORT.
    """
    how = grading.records
    assert how is not None
    if day > today:
        raise InnoCityError("E-GRADING-DAY", f"评价日期 {day} 还没有到", None, "写实际评价的日期")
    if full is not None and full <= 0:
        raise InnoCityError("E-GRADING-SUPPORT", "满额扶持要大于零", None, "不登额度就空着")
    columns = {column.id: column for column in register.columns}
    same = [name for name in how.columns if columns[name].required and columns[name].type == "text"]
    known = {
        (one.party, *(one.values.get(name) for name in same)): one.fact_id for one in recorded
        if one.values.get(how.year) == year and one.values.get(how.rule) == grading.id and not one.withdrawn
    }  # fmt: skip
    rows = []
    for one in recordable(grading, grades).get(year, ()):
        assert one.tier is not None and one.score is not None
        row = {"party_id": one.subject.party, how.tier: one.tier.id, how.day: day.isoformat(), how.year: str(year)}
        row |= {name: typed_text(columns[name], one.subject.values.get(heading))
                for name, heading in how.columns.items()}  # fmt: skip
        row["fact_id"] = known.get((one.subject.party, *(row[name] for name in same)), "")
        said = {how.rule: grading.id, how.score: two_places(one), how.by: evaluator}
        row |= {name: text for name, text in said.items() if name and text}
        if how.support and full is not None and one.tier.support is not None:
            row[how.support] = format_money(apply_rate(full, one.tier.support))
        if grading.demonstration:
            row["source"] = f"演示规则：{grading.name}"
        rows.append(row)
    return rows


def two_places(grade: Grade) -> str:
    """A score to two places, cut off: no score looks as if it had reached the next tier."""
    assert grade.score is not None
    hundredths = int(grade.score * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
