"""Tables of facts as Arrow: their types, what must hold of their values, and their hash.

| column type | Arrow |
|---|---|
| text, code, party | string |
| money | int64, fen |
| integer, year | int64 |
| date | date32 |
| bool | bool |
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from innocity.core.canonical import canonical_json
from innocity.core.errors import ErrorList, Place
from innocity.packs.model import CodeList, Column, Register
from innocity.packs.registers import BASE_COLUMNS, all_columns

ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "party": pa.string(),
    "money": pa.int64(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "date": pa.date32(),
    "bool": pa.bool_(),
}
#: How many offending rows of a column are listed one by one.
LISTED = 5
_CHUNK = 200_000
RowPlace = Callable[[int, str], Place]


def arrow_schema(register: Register) -> pa.Schema:
    """The schema of a register's Parquet file: base columns first, then its own in declared order."""
    return pa.schema([(column.id, ARROW_TYPES[column.type]) for column in all_columns(register)])


def empty_table(register: Register) -> pa.Table:
    """A register without rows."""
    return arrow_schema(register).empty_table()


def fit_columns(table: pa.Table, register: Register, errors: ErrorList, place: Place) -> pa.Table | None:
    """The table with exactly the register's columns in their order.

    A column's former name (`was`) is taken; optional columns that are absent become empty. Errors:
    E-FACTS-COLUMN-EXTRA, E-FACTS-COLUMN-MISSING; then the result is None.
    """
    before = len(errors.errors)
    columns = all_columns(register)
    former = {column.was: column.id for column in columns if column.was}
    present = {c.id for c in columns} & set(table.column_names)
    names = [former[name] if name in former and former[name] not in present else name for name in table.column_names]
    known = {column.id for column in columns}
    for name in dict.fromkeys(names):
        if name not in known:
            remedy = "删去这一列，或先在登记簿里声明它"
            errors.add("E-FACTS-COLUMN-EXTRA", f"登记簿 {register.id} 没有列 {name}", place, remedy)
        elif names.count(name) > 1:
            errors.add("E-FACTS-COLUMN-EXTRA", f"列 {name} 出现了两次", place, "留下一列")
    for column in columns:
        if column.required and column.id not in names:
            text = f"登记簿 {register.id} 缺少必填列 {column.id}（{column.name}）"
            errors.add("E-FACTS-COLUMN-MISSING", text, place, f"补上 {column.id} 列")
    if len(errors.errors) > before:
        return None
    arrays = {name: table.column(i) for i, name in enumerate(names)}
    filled = [arrays.get(c.id, pa.chunked_array([pa.nulls(table.num_rows, ARROW_TYPES[c.type])])) for c in columns]
    return pa.table(filled, names=[c.id for c in columns])


def fit_types(table: pa.Table, register: Register, errors: ErrorList, place: Place) -> pa.Table | None:
    """The table with the register's Arrow types; widths may differ, kinds may not. Error: E-FACTS-TYPE."""
    before = len(errors.errors)
    arrays = []
    for column in all_columns(register):
        array, wanted = table.column(column.id), ARROW_TYPES[column.type]
        if _alike(array.type, wanted):
            try:
                arrays.append(pc.cast(array, wanted))
                continue
            except pa.ArrowInvalid:
                pass
        text = f"列 {column.id}（{column.name}）的类型是 {array.type}，应是 {wanted}"
        remedy = "金额为 int64（分），日期为 date32，代码与文字为 string"
        errors.add("E-FACTS-TYPE", text, place, remedy, column=column.id)
    return pa.table(arrays, schema=arrow_schema(register)) if len(errors.errors) == before else None


def _alike(given: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_null(given) or given == wanted:
        return True
    if pa.types.is_string(wanted):
        return bool(pa.types.is_large_string(given) or pa.types.is_string_view(given))
    if pa.types.is_int64(wanted):
        return bool(pa.types.is_integer(given))
    return bool(pa.types.is_date32(wanted) and pa.types.is_date64(given))


def check_values(
    table: pa.Table,
    register: Register,
    codes: Mapping[str, CodeList],
    errors: ErrorList,
    row_place: RowPlace,
    *,
    required: bool = True,
) -> None:
    """Values of a typed table: ids unique, required ones there, codes known, numbers within their bounds.

    `row_place(row, column)` gives the place of a row (from 0). Errors: E-FACTS-DUPLICATE,
    E-FACTS-REQUIRED, E-FACTS-CODE, E-FACTS-VALUE, E-FACTS-PERIOD. With `required=False` only the base columns
    are required.
    """
    report = _Report(errors, row_place)
    _check_unique(table.column("fact_id"), report)
    for column in all_columns(register):
        array = table.column(column.id)
        must = column.required and (required or column.id in ("fact_id", "party_id"))
        if must and (array.null_count or pa.types.is_string(array.type)):
            missing = pc.is_null(array)
            if pa.types.is_string(array.type):
                missing = pc.or_(missing, pc.fill_null(pc.equal(array, ""), False))
            report.rows("E-FACTS-REQUIRED", missing, column, "缺失", "补上这一项")
        if column.type == "code":
            _check_codes(array, column, codes, report)
        elif column.type in ("money", "integer", "year"):
            _check_bounds(array, column, report)
    _check_periods(table, report)


class _Report:
    """Adds the first offending rows of a column, and how many more there are."""

    def __init__(self, errors: ErrorList, row_place: RowPlace) -> None:
        self.errors = errors
        self.row_place = row_place

    def rows(self, code: str, wrong: pa.ChunkedArray, column: Column, text: str, remedy: str) -> None:
        count = pc.sum(wrong).as_py() or 0
        if not count:
            return
        indices = pc.indices_nonzero(wrong)[:LISTED].to_pylist()
        for row in indices:
            more = f"（共 {count} 行如此）" if row == indices[-1] and count > LISTED else ""
            message = f"第 {row + 1} 行的 {column.id}（{column.name}）{text}{more}"
            place = self.row_place(row, column.id)
            self.errors.add(code, message, place, remedy, row=row + 1, column=column.id, count=count)


def _check_unique(ids: pa.ChunkedArray, report: _Report) -> None:
    if len(ids) == pc.count_distinct(ids, mode="all").as_py():
        return
    seen: set[str | None] = set()
    repeated = []
    for value in ids.to_pylist():
        repeated.append(value is not None and value in seen)
        seen.add(value)
    column = Column(id="fact_id", name="事实编号", type="text")
    wrong = pa.chunked_array([pa.array(repeated, pa.bool_())])
    report.rows("E-FACTS-DUPLICATE", wrong, column, "与前面的重复", "每行一个不同的编号")


def _check_codes(array: pa.ChunkedArray, column: Column, codes: Mapping[str, CodeList], report: _Report) -> None:
    known = codes.get(column.codes or "")
    if known is None:
        return
    ids = pa.array(sorted(known.ids()), pa.string())
    wrong = pc.and_(pc.is_valid(array), pc.invert(pc.is_in(array, value_set=ids)))
    if pc.any(wrong).as_py():
        value = array.filter(wrong)[0].as_py()
        text = f"不在代码表 {known.id} 中：{value}"
        report.rows("E-FACTS-CODE", wrong, column, text, "改成代码表里的编号，或先在代码表里添加")


def _check_bounds(array: pa.ChunkedArray, column: Column, report: _Report) -> None:
    bound = 9999 if column.type == "year" else column.bound()
    limits = pc.min_max(array).as_py()
    if limits["max"] is None or max(limits["max"], -limits["min"]) <= bound:
        return
    wrong = pc.or_(pc.greater(array, bound), pc.less(array, -bound))
    report.rows("E-FACTS-VALUE", pc.fill_null(wrong, False), column, f"超出范围 ±{bound}", "核对数值与单位")


def _check_periods(table: pa.Table, report: _Report) -> None:
    """`valid_to` is the first day on which a fact no longer holds: the first day itself holds it never."""
    wrong = pc.fill_null(pc.less(table.column("valid_to"), table.column("valid_from")), False)
    column = next(c for c in BASE_COLUMNS if c.id == "valid_to")
    report.rows("E-FACTS-PERIOD", wrong, column, "早于 valid_from（有效期起）", "核对两个日期，没有失效就留空")


def table_hash(table: pa.Table, register: Register) -> str:
    """Hash of a register's rows, ordered by `fact_id`: a line of column names, then a line a row.

    Lines are JSON arrays as `innocity.core.canonical.rows_hash` writes them; here whole columns are
    turned into text at once (a million rows in a few seconds).
    """
    return json_lines_hash(sort_by_id(table).select([c.id for c in all_columns(register)]))


def json_lines_hash(table: pa.Table) -> str:
    """SHA-256 over a line of column names and a JSON line a row, in the table's order."""
    digest = hashlib.sha256()
    digest.update(canonical_json(table.column_names).encode("utf-8") + b"\n")
    for start in range(0, table.num_rows, _CHUNK):
        digest.update(json_lines(table.slice(start, _CHUNK).combine_chunks()))
    return digest.hexdigest()


def json_lines(table: pa.Table) -> memoryview:
    """The rows of a table as JSON arrays, a line each, made column by column."""
    parts = [part for name in table.column_names for part in (",", *json_parts(table.column(name).combine_chunks()))]
    return bytes_of(pc.binary_join_element_wise("[", *parts[1:], "]\n", ""))


def sort_by_id(table: pa.Table) -> pa.Table:
    """The table in bytewise order of `fact_id`; one that is so already is not copied."""
    ids = table.column("fact_id")
    if len(ids) > 1 and not pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py():
        return table.take(pc.sort_indices(ids))
    return table


def json_cells(array: pa.Array) -> pa.Array:
    """Each value as JSON text; missing values stay missing."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    before, cells, after = _quoted(array)
    return pc.binary_join_element_wise(before, cells, after, "") if before else cells


def json_parts(array: pa.Array) -> tuple[Any, ...]:
    """Arrays and texts that joined are the JSON text of each value, `null` where it is missing: what is joined with
    more anyway is copied once."""
    return (pc.coalesce(json_cells(array), "null"),) if array.null_count else _quoted(array)


def _quoted(array: pa.Array) -> tuple[str, pa.Array, str]:
    """Each value as text, and what stands before and after it in JSON."""
    if pa.types.is_boolean(array.type):
        return "", pc.if_else(array, "true", "false"), ""
    if pa.types.is_date32(array.type):
        return '"', pc.cast(array, pa.string()), '"'
    if not pa.types.is_string(array.type):
        return "", pc.cast(array, pa.string()), ""
    if _any_escaped(array):
        words = array.dictionary_encode()
        texts = [json.dumps(word, ensure_ascii=False) for word in words.dictionary.to_pylist()]
        return "", pa.array(texts, pa.string()).take(words.indices), ""
    return '"', array, '"'


def _any_escaped(array: pa.Array) -> bool:
    """Whether some text holds a quote, a backslash or a control character: all of them bytes of their own in UTF-8."""
    signs = np.frombuffer(bytes_of(array), np.uint8)
    return bool((signs < 0x20).any() or (signs == ord('"')).any() or (signs == ord("\\")).any())


def bytes_of(lines: pa.Array) -> memoryview:
    """All strings of an array one after the other, as they lie in memory; of missing ones what stands there."""
    if isinstance(lines, pa.ChunkedArray):
        lines = pa.concat_arrays(lines.chunks)
    _, offsets, data = lines.buffers()
    if data is None:
        return memoryview(b"")
    marks = memoryview(offsets).cast("i")
    return memoryview(data)[marks[lines.offset] : marks[lines.offset + len(lines)]]
