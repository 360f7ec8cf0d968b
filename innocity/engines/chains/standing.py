"""Rows of a register that stand on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Tables = Mapping[str, pa.Table]
Rows = list[dict[str, Any]]


def standing(
    tables: Tables, register: str, day: date, on: str, latest: tuple[str, ...],
    among: Mapping[str, Iterable[str]] | None = None,
) -> Rows:  # fmt: skip
    """Of rows alike in `latest` the latest that began (column `on`) until the day, unless it holds no more.

    A state that holds from a later day on is not yet; of states of one day that which began last stands, and one
    that is not dated began on its day.
    `among` chooses things by values of columns, any of them enough, that any row of theirs has or had: what a later
    row took back is for the caller to see. A register that is not there has no rows.
    """
    table = tables.get(register)
    if table is None or not table.num_rows:
        return []
    if among is not None:
        table = table.filter(pc.is_in(table[latest[0]], value_set=_chosen(table, among, latest[0])))
    now = pa.scalar(day, pa.date32())
    begun = pc.fill_null(pc.less_equal(table[on], now), on == "valid_from")
    if "valid_from" in table.column_names:
        begun = pc.and_(begun, pc.fill_null(pc.less_equal(table["valid_from"], now), True))
    found = table.filter(begun).to_pylist()
    found.sort(key=lambda row: _began(row, on))
    alike = {tuple(row[name] for name in latest): row for row in found}
    return [row for row in alike.values() if row.get("valid_to") is None or row["valid_to"] > day]


def _began(row: Mapping[str, Any], on: str) -> tuple[date, date, date, str]:
    """By what one of several rows alike is the latest."""
    own = row[on] or date.min
    since, recorded = row.get("valid_from") or date.min, row.get("recorded_at") or date.min
    return own, max(own, since), recorded, row.get("fact_id") or ""


def split(text: str | None) -> list[str]:
    """The ids of a text that holds several.

    >>> split("N1；N2;N3"), split(None)
    (['N1', 'N2', 'N3'], [])
    """
    return [part.strip() for part in re.split("[;；、,，]", text or "") if part.strip()]


def _chosen(table: pa.Table, among: Mapping[str, Iterable[str]], key: str) -> pa.Array:
    """The keys of the rows that have one of the values."""
    keys = [
        table.filter(pc.is_in(table[name], value_set=pa.array(sorted(values), pa.string())))[key]
        for name, values in among.items()
    ]
    return pa.chunked_array([chunk for one in keys for chunk in one.chunks], table[key].type).combine_chunks()
