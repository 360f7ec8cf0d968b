"""Arrow columns built whole: numbered ids and names, dates, codes, credit codes.

Days are whole numbers since 1970-01-01, money is fen; `missing` marks the rows without a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from innocity.engines.simulation.draws import Floats, Ints
from innocity.engines.simulation.selection import Flags

Column = Any  # a pyarrow.Array: pyarrow ships no types
_Bytes = npt.NDArray[np.uint8]

_EPOCH = date(1970, 1, 1).toordinal()
_USCC = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # GB 32100
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, the organisation code inside
_BODY = 8
#: The division inside a simulated credit code; no division has it.
DIVISION = "990000"


def day(year: int, month: int = 1, of_month: int = 1) -> int:
    """A date as a day number.

    >>> day(1970, 1, 2)
    1
    """
    return date(year, month, of_month).toordinal() - _EPOCH


def day_of(when: date) -> int:
    """A date as a day number."""
    return when.toordinal() - _EPOCH


def year_starts(years: Ints) -> Ints:
    """1 January of each year as a day number."""
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def years_on(days: Ints) -> Ints:
    """The year of each day number."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def blank(column: Column, missing: Flags | None) -> Column:
    """The column without a value where `missing`."""
    if missing is None:
        return column
    return pc.if_else(pa.array(~missing), column, pa.scalar(None, column.type))


def whole(values: Ints, missing: Flags | None = None) -> Column:
    """Whole numbers, years or money."""
    return pa.array(values.astype(np.int64, copy=False), mask=missing)


def days(values: Ints, missing: Flags | None = None) -> Column:
    """Dates."""
    return pa.array(values.astype(np.int32), mask=missing).view(pa.date32())


def flags(values: Flags, missing: Flags | None = None) -> Column:
    """Booleans."""
    return pa.array(values, mask=missing)


def choose(options: Sequence[str], which: Ints, missing: Flags | None = None) -> Column:
    """Of these texts the one at each place."""
    places = pa.array(which.astype(np.int32), mask=missing)
    return pa.array(options, pa.string()).take(places)


def same(text: str, size: int) -> Column:
    """One text in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), size)


def nothing(size: int, kind: Any) -> Column:
    """A column without values."""
    return pa.nulls(size, kind)


def by_weight(weights: Mapping[str, float] | Sequence[float], uniform: Floats) -> Ints:
    """The place that each uniform number falls on when the weights share [0, 1)."""
    values = list(weights.values() if isinstance(weights, Mapping) else weights)
    edges = np.cumsum(np.array(values) / sum(values))[:-1]
    return np.searchsorted(edges, uniform, side="right").astype(np.int64)


def numbered(prefix: str, numbers: Ints, width: int, missing: Flags | None = None) -> Column:
    """Texts such as `F0000123`: a prefix and a number of fixed width.

    >>> numbered("F", np.array([1, 23]), 4).to_pylist()
    ['F0001', 'F0023']
    """
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    text = np.empty((len(numbers), head.size + width), dtype=np.uint8)
    text[:, : head.size] = head
    text[:, head.size :] = _digits(numbers, width)
    return blank(_texts(text), missing)


def credit_codes(kind: str, bodies: Ints) -> Column:
    """Unified social credit codes with valid check digits, all of division 990000.

    `kind` is the registering authority and type of entity (`91` a firm, `12` a public institution);
    `bodies` are the eight digits of the organisation code.
    """
    text = np.empty((len(bodies), 18), dtype=np.uint8)
    text[:, :8] = np.frombuffer(f"{kind}{DIVISION}".encode(), dtype=np.uint8)
    text[:, 8:16] = _digits(bodies, _BODY)
    body = text[:, 8:16].astype(np.int64) - ord("0")
    inner = (11 - body @ np.array(_BODY_WEIGHTS)) % 11
    text[:, 16] = np.frombuffer(b"0123456789X", dtype=np.uint8)[inner]
    places = np.zeros(256, dtype=np.int64)
    places[_USCC] = np.arange(_USCC.size)
    total = places[text[:, :17]] @ np.array(_USCC_WEIGHTS)
    text[:, 17] = _USCC[(31 - total) % 31]
    return _texts(text)


def _digits(numbers: Ints, width: int) -> _Bytes:
    """Decimal digits, most significant first, as ASCII."""
    digits = np.empty((len(numbers), width), dtype=np.uint8)
    rest = numbers.astype(np.uint64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, np.uint64(10))
        digits[:, place] = digit + ord("0")
    return digits


def _texts(characters: _Bytes) -> Column:
    """A string column from a matrix of bytes, one row a text."""
    rows, width = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def either(rows: Flags, yes: Column, no: Column) -> Column:
    """The one column where `rows`, else the other."""
    return pc.if_else(pa.array(rows), yes, no)
