"""Facts that arrive as text: CSV files of an office, rows of a case. From text to typed columns.

CSV: UTF-8 (with or without BOM) or GB18030; headings are column ids or their Chinese names; money in
yuan with at most two decimals, or with a unit. Rows of a case: money always with its unit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from innocity.core.dates import parse_boolean, parse_date, parse_integer, parse_year
from innocity.core.encoding import decode_text
from innocity.core.errors import ErrorList, InvalidValue, Place
from innocity.core.money import parse_money, parse_yuan
from innocity.packs.facts_columns import (
    ARROW_TYPES,
    LISTED,
    RowPlace,
    arrow_schema,
    check_values,
    fit_columns,
)
from innocity.packs.model import CodeList, Column, Register
from innocity.packs.registers import all_columns

_PLAIN_YUAN = r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"
EARLIEST = date(1900, 1, 1)
_MOST = 2**63 - 1  # what a cell of a number can hold; the bound of its column is far below
Row = Mapping[str, str | None]
Parse = Callable[[str], Any]
_PARSERS: dict[str, Parse] = {
    "money": parse_yuan,
    "integer": parse_integer,
    "year": parse_year,
    "date": parse_date,
    "bool": parse_boolean,
}


def read_csv(path: Path, register: Register, errors: ErrorList, shown: str | None = None) -> pa.Table | None:
    """A register's CSV as a typed table, or None with what is wrong in `errors`.

    Errors: E-FACTS-ENCODING, E-FACTS-ROW, E-FACTS-COLUMN-*; E-FACTS-TYPE, E-FACTS-VALUE with the row.
    """
    name = shown or path.name
    raw = _utf8(path, errors, name)
    if raw is None:
        return None
    table = _text_table(raw, errors, name)
    if table is None:
        return None
    table = fit_columns(table.rename_columns(_ids(table, register)), register, errors, Place(name, 1))
    if table is None:
        return None
    before = len(errors.errors)
    arrays = [
        _typed(table.column(c.id), c, errors, lambda row, column: Place(name, row + 2, path=column))
        for c in all_columns(register)
    ]
    return pa.table(arrays, schema=arrow_schema(register)) if len(errors.errors) == before else None


def _utf8(path: Path, errors: ErrorList, name: str) -> bytes | None:
    """The file's bytes as UTF-8 without BOM."""
    text = decode_text(path.read_bytes())
    if text is not None:
        return text.encode("utf-8")
    remedy = "另存为 UTF-8 编码的 CSV"
    errors.add("E-FACTS-ENCODING", f"{name} 既不是 UTF-8 也不是 GB18030", Place(name), remedy)
    return None


def _text_table(raw: bytes, errors: ErrorList, name: str) -> pa.Table | None:
    """All cells as strings, empty ones missing."""
    wrong: list[Any] = []

    def note(row: Any) -> str:
        wrong.append(row)
        return "skip"

    header = raw.split(b"\n", 1)[0].decode("utf-8").strip()
    if not header:
        errors.add("E-FACTS-COLUMN-MISSING", f"{name} 没有表头", Place(name, 1), "第一行写列名")
        return None
    try:
        names = pacsv.read_csv(io.BytesIO(raw.split(b"\n", 1)[0] + b"\n")).column_names
        table = pacsv.read_csv(
            io.BytesIO(raw),
            read_options=pacsv.ReadOptions(use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=b'"' in raw, invalid_row_handler=note),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        errors.add("E-FACTS-ROW", f"{name} 读不成表格：{error}", Place(name), "用电子表格另存为 CSV")
        return None
    for row in wrong[:LISTED]:
        text = f"第 {row.number - 1} 行有 {row.actual_columns} 格，表头有 {row.expected_columns} 格"
        errors.add("E-FACTS-ROW", text, Place(name, row.number), "含逗号的内容要加引号", count=len(wrong))
    return None if wrong else table


def _ids(table: pa.Table, register: Register) -> list[str]:
    """Headings as column ids; a heading may be the Chinese name."""
    by_name: dict[str, str] = {}
    for column in all_columns(register):
        by_name.setdefault(column.name, column.id)
    known = {column.id for column in all_columns(register)}
    headings = [name.strip() for name in table.column_names]
    return [name if name in known else by_name.get(name, name) for name in headings]


def _typed(
    array: pa.ChunkedArray, column: Column, errors: ErrorList, place: Callable[[int, str], Place]
) -> pa.ChunkedArray:
    """A column of text as its type. Each different text is parsed once; plain yuan goes by columns."""
    wanted = ARROW_TYPES[column.type]
    array = pc.utf8_trim_whitespace(pc.cast(array, pa.string()))
    array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
    if pa.types.is_string(wanted):
        return array
    if column.type == "money" and pc.all(pc.match_substring_regex(array, _PLAIN_YUAN)).as_py():
        exact = pc.cast(array, pa.decimal128(20, 2))
        return pc.cast(pc.multiply(exact, pa.scalar(Decimal(100), pa.decimal128(3, 0))), wanted)
    words = pc.dictionary_encode(array).combine_chunks()
    if isinstance(words, pa.ChunkedArray):
        words = words.chunk(0) if words.num_chunks else pa.array([], pa.string()).dictionary_encode()
    values, wrong = _parse_all(words.dictionary.to_pylist(), _within(column, _PARSERS[column.type]))
    for index, error in wrong.items():
        rows = pc.indices_nonzero(pc.equal(words.indices, index))
        row = rows[0].as_py()
        more = f"（共 {len(rows)} 行如此）" if len(rows) > 1 else ""
        text = f"第 {row + 1} 行的 {column.id}（{column.name}）：{error.message}{more}"
        errors.add(_code(error), text, place(row, column.id), error.remedy, row=row + 1, column=column.id)
    return pa.chunked_array([pa.array(values, wanted).take(words.indices)])


def _within(column: Column, parse: Parse) -> Parse:
    """The reader of a column that refuses numbers no cell can hold; smaller ones are held against its bound later."""
    if column.type not in ("integer", "money"):
        return parse

    def read(text: str) -> int:
        value: int = parse(text)
        if abs(value) > _MOST:
            raise InvalidValue("E-FACTS-VALUE", f"超出范围 ±{column.bound()}", remedy="核对数值与单位")
        return value

    return read


def _code(error: InvalidValue) -> str:
    return error.code if error.code == "E-FACTS-VALUE" else "E-FACTS-TYPE"


def _parse_all(texts: Sequence[str], parse: Parse) -> tuple[list[Any], dict[int, InvalidValue]]:
    """Parsed values (None where unreadable) and the first few failures by index."""
    values: list[Any] = []
    wrong: dict[int, InvalidValue] = {}
    for index, text in enumerate(texts):
        try:
            values.append(parse(text))
        except InvalidValue as error:
            values.append(None)
            if len(wrong) < LISTED:
                wrong[index] = error
    return values, wrong


def case_table(
    rows: Sequence[Row],
    register: Register,
    codes: Mapping[str, CodeList],
    *,
    counts_on: str | None = None,
    row_place: RowPlace | None = None,
) -> pa.Table:
    """Rows of a case (text) as a typed table.

    `fact_id` defaults to `<register>-0001` and on, `valid_from` to the `counts_on` column or
    1900-01-01, `recorded_at` to 1900-01-01, `source` to `case`. Columns that are required of real facts
    may be left out, `party_id` may not. Errors: E-FACTS-*, all together.
    """
    place = row_place or (lambda row, column: Place(path=f"{register.id}[{row}].{column}"))
    errors = ErrorList()
    columns = {column.id: column for column in all_columns(register)}
    typed = [_case_row(i, row, register, columns, counts_on, errors, place) for i, row in enumerate(rows)]
    errors.raise_if_any()
    arrays = [pa.array([row.get(name) for row in typed], ARROW_TYPES[c.type]) for name, c in columns.items()]
    table = pa.table(arrays, schema=arrow_schema(register))
    check_values(table, register, codes, errors, place, required=False)
    errors.raise_if_any()
    return table


def _case_row(
    index: int,
    row: Row,
    register: Register,
    columns: Mapping[str, Column],
    counts_on: str | None,
    errors: ErrorList,
    place: RowPlace,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in row.items():
        column = columns.get(name)
        if column is None:
            remedy = f"已有：{'、'.join(columns)}"
            errors.add("E-FACTS-COLUMN-EXTRA", f"{register.id} 没有列 {name}", place(index, name), remedy)
        elif text is not None:
            parse = parse_money if column.type == "money" else _PARSERS.get(column.type, str)
            try:
                values[name] = _within(column, parse)(text)
            except InvalidValue as error:
                errors.add(_code(error), f"{name}：{error.message}", place(index, name), error.remedy)
    values.setdefault("fact_id", f"{register.id}-{index + 1:04d}")
    values.setdefault("valid_from", (values.get(counts_on) if counts_on else None) or EARLIEST)
    values.setdefault("recorded_at", EARLIEST)
    values.setdefault("source", "case")
    return values
