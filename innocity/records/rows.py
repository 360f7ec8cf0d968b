"""Facts between Arrow tables and database rows: `data` as JSON text, whole columns at a time.

A fact's line, of which batches are hashed, is the JSON array [fact_id, party_id, valid_from, valid_to, recorded_at,
source, {own columns in order of their ids, empty ones left out}]: it does not change when a register gains a column.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pajson

from innocity.core.errors import ErrorList, Place
from innocity.packs.facts_columns import ARROW_TYPES, arrow_schema, bytes_of, json_cells, json_parts
from innocity.packs.model import Column, Register
from innocity.packs.registers import BASE_COLUMNS, all_columns

BASE = tuple(column.id for column in BASE_COLUMNS)
#: What a column holds, by its type: types of one kind are kept alike.
KINDS = {
    "text": "text", "code": "text", "party": "text", "date": "date", "money": "money", "integer": "number",
    "year": "number", "bool": "bool",
}  # fmt: skip
_NAMED = {"text": "文字", "date": "日期", "money": "金额", "number": "整数", "bool": "是否"}
_BLOCK = 1 << 24


def data_texts(table: pa.Table, register: Register) -> pa.Array:
    """The own columns of each row as a JSON object: keys in order, what is empty left out."""
    cells: list[Any] = []
    for column in sorted(register.columns, key=lambda column: column.id):
        array = _whole(table.column(column.id))
        name = f'"{column.id}":'
        if array.null_count == 0:
            cells += (name, *json_parts(array), ",")
        elif array.null_count < len(array):
            cells.append(pc.coalesce(pc.binary_join_element_wise(name, json_cells(array), ",", ""), ""))
    if not any(isinstance(one, pa.Array) for one in cells):
        return pa.array(["{}"] * table.num_rows, pa.string())
    joined = pc.utf8_rtrim(pc.binary_join_element_wise(*cells, ""), characters=",")
    return _whole(pc.binary_join_element_wise("{", joined, "}", ""))


def batch_hash(lines: Iterable[bytes]) -> str:
    """SHA-256 over the lines of a batch, each with a line end."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


def fact_line(base: Sequence[str | None], data: str | dict[str, Any]) -> bytes:
    """The line of one fact; `base` in the order of `BASE`, days as ISO text.

    >>> fact_line(["f1", "A", "2023-01-01", None, None, "公告"], '{"b": 1, "a": "x"}').decode()
    '["f1","A","2023-01-01",null,null,"公告",{"a":"x","b":1}]'
    """
    own = orjson.loads(data) if isinstance(data, str) else data
    return orjson.dumps([*base, own], option=orjson.OPT_SORT_KEYS)


def fact_lines(table: pa.Table, data: pa.Array) -> memoryview:
    """The lines of all rows, each with its line end, made column by column; `data` is what `data_texts` gives."""
    parts = [part for name in BASE for part in (*json_parts(_whole(table.column(name))), ",")]
    return bytes_of(pc.binary_join_element_wise("[", *parts, data, "]\n", ""))


def base_texts(table: pa.Table) -> list[list[str | None]]:
    """The base columns as lists of text, in the order of `BASE`."""
    return [pc.cast(_whole(table.column(name)), pa.string()).to_pylist() for name in BASE]


def table_of(
    base: Sequence[Sequence[str | None]], data: Sequence[str], register: Register, errors: ErrorList
) -> pa.Table | None:
    """Rows as the register's typed table; None, with what is wrong in `errors`, where they do not fit it.

    `base` are the base columns, in the order of `BASE`; `data` the JSON texts. Error: E-FACTS-COLUMN-EXTRA,
    E-FACTS-TYPE.
    """
    own = _read(data, register.columns, register, errors)
    if own is None:
        return None
    arrays = [pc.cast(pa.array(values, pa.string()), ARROW_TYPES[column.type])
              for column, values in zip(BASE_COLUMNS, base, strict=True)]  # fmt: skip
    return pa.table([*arrays, *own], schema=arrow_schema(register))


def table_of_lines(lines: Sequence[str], register: Register, errors: ErrorList) -> pa.Table | None:
    """Rows, each a JSON object with base and own columns, as the register's typed table; None where they do not fit.

    Error: E-FACTS-TYPE.
    """
    columns = _read(lines, all_columns(register), register, errors)
    return None if columns is None else pa.table(columns, schema=arrow_schema(register))


def own_value(column: Column, data: Mapping[str, Any]) -> Any:
    """What a fact's `data` holds in a column, also under its former name: days as `date`, None where it is empty."""
    value = data.get(column.id, data.get(column.was) if column.was else None)
    return date.fromisoformat(value) if column.type == "date" and value is not None else value


def _read(
    data: Sequence[str], columns: Sequence[Column], register: Register, errors: ErrorList
) -> list[pa.ChunkedArray] | None:
    """Columns out of JSON objects."""
    if not data:
        return [pa.chunked_array([pa.array([], ARROW_TYPES[c.type])]) for c in columns]
    # Days arrive as text: Arrow's JSON reader knows numbers of days only.
    # Under its former name (`was`) a column is read too.
    names = {name: c for c in columns for name in (c.id, c.was) if name}
    plain = {name: pa.string() if c.type == "date" else ARROW_TYPES[c.type] for name, c in names.items()}
    try:
        table = pajson.read_json(
            io.BytesIO("\n".join(data).encode("utf-8")),
            pajson.ReadOptions(block_size=_BLOCK),
            pajson.ParseOptions(explicit_schema=pa.schema(list(plain.items())), unexpected_field_behavior="error"),
        )
        arrays = [pc.coalesce(table.column(c.id), table.column(c.was)) if c.was else table.column(c.id)
                  for c in columns]  # fmt: skip
        return [pc.cast(array, ARROW_TYPES[c.type]) for array, c in zip(arrays, columns, strict=True)]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        text = f"已登记的事实与登记簿“{register.name}”（{register.id}）现在的列不合：{_why(data, names)}"
        remedy = "保留原来的列，或用 was 写明旧名；要删的列先更正事实"
        errors.add("E-FACTS-TYPE", text, Place(register.id), remedy)
        return None


def fits(column: Column, value: Any) -> bool:
    """Whether a value as facts keep it can be read in a column.

    >>> age = Column(id="age", name="年龄", type="integer")
    >>> fits(age, 30), fits(age, "30"), fits(age, True)
    (True, False, False)
    """
    kind = KINDS[column.type]
    if kind == "bool":
        return isinstance(value, bool)
    if kind in ("money", "number"):
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return kind != "date" or _is_day(value)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _why(data: Sequence[str], names: Mapping[str, Column]) -> str:
    """Which columns are not there, and which hold what cannot be read in them, with how many rows of each."""
    found: dict[str, int] = {}
    for name, value in (pair for line in data for pair in orjson.loads(line).items()):
        column = names.get(name)
        if column is None:
            word = f"没有列 {name}"
        elif value is not None and not fits(column, value):
            word = f"列 {name}（{column.name}）的值不是{_NAMED[KINDS[column.type]]}"
        else:
            continue
        found[word] = found.get(word, 0) + 1
    return "；".join(f"{word}（{count} 条）" for word, count in found.items()) or "读不懂"


def _whole(array: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(array, pa.Array):
        return array
    return array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
