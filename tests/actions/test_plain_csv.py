"""A CSV without quotes is read by whole columns: that must never change what stands in it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from innocity.actions import spreadsheet
from innocity.actions.sheet_headings import known_headings
from innocity.actions.sheet_values import alike
from innocity.actions.spreadsheet import Sheet, Texts, read_spreadsheet
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack

REGISTER = load_pack("weihai").registers["qualification"]
HEADINGS = "统一社会信用代码,称号,认定日期"
_CELL = st.sampled_from(["", " ", "\u3000", "\x1f", "\x0b", "甲", "a b", " 甲 ", "0", "'=1", "\u2028", "x" * 40])
_ROW = st.lists(_CELL, min_size=3, max_size=3) | st.lists(_CELL, max_size=5)


def read(text: str) -> Sheet | tuple[str, str, str]:
    """The table, or what is said of a text that is none."""
    try:
        return read_spreadsheet("a.csv", text.encode(), lambda texts: known_headings(REGISTER, texts))
    except InnoCityError as error:
        return error.code, error.message, str(error.place)


def cells(found: Sheet | tuple[str, str, str]) -> object:
    if not isinstance(found, Sheet):
        return found
    return found.headings, list(found.lines), [list(column) for column in found.columns], found.heading_line


def by_rows(text: str) -> Sheet | tuple[str, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spreadsheet, "_plain_csv", lambda *_: None)
        return read(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(_ROW, max_size=6), st.sampled_from([",", "\t", ";"]), st.sampled_from(["\n", "\r\n", "\r"]),
       st.sampled_from(["", "说明", "\n"]), st.sampled_from(["", "\n", "\r\n\r\n", " "]))  # fmt: skip
@example([["", "", ""], ["a", "b", "c"], [" ", "", ""]], ",", "\r\n", "", "\r\n")
def test_a_table_read_by_columns_is_the_one_read_by_rows(
    rows: list[list[str]], mark: str, end: str, before: str, after: str
) -> None:
    lines = [HEADINGS.replace(",", mark), *(mark.join(row) for row in rows)]
    text = (before + end if before else "") + end.join(lines) + after
    assert cells(read(text)) == cells(by_rows(text))


def test_a_plain_table_is_held_by_columns_and_one_with_quotes_is_read_all_the_same() -> None:
    plain = read(f"{HEADINGS}\r\nA,甲,2023-01-01\r\n,,\r\nB,乙,2023-01-02\r\n")
    assert isinstance(plain, Sheet) and all(isinstance(column, Texts) for column in plain.columns)
    assert (list(plain.lines), plain.columns[1][1], len(plain.columns[0])) == ([2, 4], "乙", 2)
    quoted = read(f'{HEADINGS}\r\nA,"甲,乙",2023-01-01\r\n')
    assert isinstance(quoted, Sheet) and list(quoted.columns[1]) == ["甲,乙"]


def test_a_cell_too_long_is_refused_however_it_is_read() -> None:
    assert read(f"{HEADINGS}\nA,{'x' * 140_000},2023-01-01")[0] == "E-SHEET-FORMAT"  # type: ignore[index]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1, 2, None])), max_size=8))
def test_rows_share_a_number_exactly_where_all_values_are_alike(
    rows: list[tuple[str | None, int | None]],
) -> None:
    columns = [pa.array([row[0] for row in rows], pa.string()), pa.array([row[1] for row in rows], pa.int64())]
    numbers = alike(columns)
    assert all((a == b) == (m == n) for a, m in zip(rows, numbers, strict=True)
               for b, n in zip(rows, numbers, strict=True))  # fmt: skip
