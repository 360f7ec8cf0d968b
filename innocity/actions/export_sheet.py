"""Lists as spreadsheets: any list that a page shows, a register's facts, and a checked sheet with its errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal

from innocity.actions.check_import import Preview
from innocity.actions.note_export import note_export
from innocity.actions.recording import instance_of
from innocity.actions.sheet_headings import CODE_HEADING, NAME_HEADING, REMEDY_HEADING
from innocity.actions.sheet_writing import (
    PLAIN_TEXTS,
    cell_of,
    check_rows,
    sheet_name,
    styles_of,
    width_of,
    write_csv,
    write_row,
    write_xlsx,
)
from innocity.packs.model import Column, Pack, Register
from innocity.packs.registers import BASE_COLUMNS, find_register
from innocity.records.queries.fact_lists import FactLine, all_fact_lines, fact_lines
from innocity.records.viewer import Viewer

Kind = Literal["xlsx", "csv"]
MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
_WHOLE = 5_000  # rows up to which a sheet with errors is given back whole; of longer ones the wrong rows only


def export(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], kind: Kind = "xlsx", *, simulated: bool = False
) -> bytes:
    """Any list as a file; cells are None, text, bool, int, float, Decimal (sums of yuan) or date.

    No text is ever taken for a formula; numbers stay numbers. Whoever calls has scoped the rows already.
    """
    if kind == "csv":
        return write_csv(headings, rows, simulated=simulated)
    return write_xlsx(title, headings, rows, simulated=simulated)


def export_register(
    pack: Pack, viewer: Viewer, register: str, kind: Kind = "xlsx", *, text: str = "", division: str = "",
    without: Collection[str] = (),
) -> bytes:  # fmt: skip
    """The current facts of a register that the asker may see, in the form in which they can be imported again.

    Columns that are hidden from the asker are left out. `text` and `division` choose as on the page of the register;
    `without` are fact ids that the asker may not see.
    The audit log tells who took how many rows of what. Errors: E-FACTS-REGISTER, E-SHEET-ROWS, E-RECORDS-*.
    """
    known = find_register(pack, register)
    simulated = instance_of(pack).simulated
    if kind == "xlsx":
        found = fact_lines(viewer, known, text=text, division=division, without=without, size=1)
        check_rows(found.total, simulated=simulated)
    columns = [c for c in known.columns if not c.personal or viewer.sees_personal(known)]
    lines = _Counted(all_fact_lines(viewer, known, text=text, division=division, without=without))
    content = export(
        known.name, _headings(known, columns), _rows(pack, known, columns, lines), kind, simulated=simulated
    )  # fmt: skip
    note_export(viewer, register, kind, lines.count, division=division, searched=bool(text.strip()))
    return content


class _Counted:
    """An iterable that knows how much of it was taken."""

    def __init__(self, lines: Iterable[FactLine]) -> None:
        self.lines, self.count = lines, 0

    def __iter__(self) -> Iterator[FactLine]:
        for one in self.lines:
            self.count += 1
            yield one


def _headings(register: Register, columns: Sequence[Column]) -> list[str]:
    first = {column.id: column.name for column in BASE_COLUMNS}
    whom = [] if register.id == "organization" else [CODE_HEADING, NAME_HEADING]
    own = [f"{c.name}（元）" if c.type == "money" else c.name for c in columns]
    return [first["fact_id"], first["party_id"], *whom, first["valid_from"], first["valid_to"], *own,
            first["recorded_at"], first["source"]]  # fmt: skip


def _rows(
    pack: Pack, register: Register, columns: Sequence[Column], lines: Iterable[FactLine]
) -> Iterator[list[Any]]:  # fmt: skip
    names = {c.id: _unique_names(pack, c) for c in columns}
    for one in lines:
        fact, party = one.fact, one.party
        whom = [] if register.id == "organization" else [party.code or None, party.name]
        own = [cell_of(fact.values.get(c.id), c, names[c.id]) for c in columns]
        yield [fact.fact_id, fact.party, *whom, fact.valid_from, fact.valid_to, *own, fact.recorded_at, fact.source]


def _unique_names(pack: Pack, column: Column) -> dict[str, str]:
    """The names of a code list by id; one that two codes have is followed by the id."""
    if column.codes not in pack.codes:
        return {}
    codes = pack.codes[column.codes].codes
    names = [one.name for one in codes]
    return {one.id: one.name if names.count(one.name) == 1 else f"{one.name}（{one.id}）" for one in codes}


def errors_file(preview: Preview) -> bytes:
    """What an office sent, with a column 错误与改法: wrong rows marked, all in their order.

    Of a long table only the wrong rows. Put right, it can be uploaded as it is.
    """
    import io

    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": True, **PLAIN_TEXTS})
    sheet = book.add_worksheet(sheet_name(preview.sheet.name or "导入"))
    styles = styles_of(book)
    told = _told(preview)
    read = preview.sheet
    names = [*read.headings, REMEDY_HEADING]
    places = {heading: index for index, heading in enumerate(read.headings)}
    for index, name in enumerate(names):
        sheet.set_column(index, index, 60 if name == REMEDY_HEADING else max(width_of(name), 12))
    for index, name in enumerate(names):
        sheet.write_string(0, index, name, styles["heading"])
    rows = range(read.rows) if read.rows <= _WHOLE else sorted(row for row in told if row >= 0)
    line = 0
    if -1 in told:
        line = 1
        write_row(
            sheet, line, [*[None] * len(read.headings), "表头：" + told[-1][1]], styles, frozenset({len(names) - 1})
        )
    for line, row in enumerate(rows, line + 1):  # noqa: B020
        columns, words = told.get(row, (set(), ""))
        wrong = frozenset(places[one] for one in columns if one in places) | ({len(names) - 1} if words else set())
        write_row(sheet, line, [*(_cell(column[row]) for column in read.columns), words], styles, frozenset(wrong))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(line, 1), len(names) - 1)
    book.close()
    return file.getvalue()


def _told(preview: Preview) -> dict[int, tuple[set[str], str]]:
    """Of each wrong row the columns and what is said of them."""
    told: dict[int, tuple[set[str], str]] = {}
    for one in preview.problems:
        columns, words = told.get(one.row, (set(), ""))
        where = f"{one.column}：" if one.column else ""
        said = f"[{one.code}] {where}{one.message}。{one.remedy}"
        told[one.row] = (columns | {one.column}, f"{words}\n{said}" if words else said)
    return told


def _cell(value: Any) -> Any:
    return (
        value if isinstance(value, (str, bool, int, float, date, datetime)) else None if value is None else str(value)
    )
