"""A table that an office sends (xlsx, or CSV in any encoding in use) as columns of cells, with its heading row.

Cells stay what the file holds: text, numbers, days, true and false; None where there is nothing. What they mean
is decided column by column later on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from innocity.actions.workbook_guard import MAX_CELLS, MAX_ROWS, check_size, guard_workbook, too_large
from innocity.actions.workbook_parts import Part
from innocity.core.encoding import decode_text
from innocity.core.errors import InnoCityError, Place, register_codes

register_codes({
    "E-SHEET-MERGED": ("有合并单元格", "cells are merged"),
    "E-SHEET-HEADING": ("找不到表头，或表头不对", "no headings, or wrong ones"),
    "E-SHEET-SEVERAL": ("几张工作表都像要导入的表", "several sheets look like the one to import"),
    "E-SHEET-FORMULA": ("公式没有结果", "a formula has no result"),
    "E-SHEET-ROW": ("行的格数与表头不符", "a row has more cells than there are headings"),
})  # fmt: skip

_WITHIN = 30  # rows in which headings are looked for
_LONGEST = 32_767  # signs of one cell, as spreadsheets have it
_SAVE = "用电子表格打开，另存为 .xlsx 或 UTF-8 的 CSV"
Knows = Callable[[Sequence[str]], int]


class Texts(Sequence[Any]):
    """A column of texts that lie together as one Arrow array without missing values."""

    __slots__ = ("array",)

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, row: Any) -> Any:
        return self.array[row].as_py()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.array.to_pylist())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `columns` as long as `lines`, which are the numbers of its rows in the file; blank rows are left out."""

    name: str
    headings: tuple[str, ...]
    lines: Sequence[int]
    columns: tuple[Sequence[Any], ...]
    heading_line: int = 1
    notes: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def without(self, passed_over: pa.Array) -> Sheet:
        """The table without the rows that an Arrow array of truths names."""
        kept = pc.invert(passed_over)
        left = kept.to_pylist()
        columns = tuple(Texts(column.array.filter(kept)) if isinstance(column, Texts) else tuple(compress(column, left))
                        for column in self.columns)  # fmt: skip
        return replace(self, lines=tuple(compress(self.lines, left)), columns=columns)


def read_spreadsheet(name: str, raw: bytes, knows: Knows, *, sheet: str | None = None) -> Sheet:
    """The table in a file; of a workbook's visible sheets the one whose headings are known.

    `knows` says how many of a row's texts are headings it knows: the row that has most of them is the heading.
    Errors: E-SHEET-*.
    """
    place = Place(name)
    check_size(raw, place)
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"PK\x05\x06":
        return _from_workbook(name, raw, knows, sheet)
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        text = "是旧式 .xls 工作簿，或加了密码"
        raise InnoCityError("E-SHEET-FORMAT", text, place, "去掉密码，另存为 .xlsx")
    if raw[:5] in (b"%PDF-", b"{\\rtf") or raw[:8].lstrip().lower()[:5] in (b"<html", b"<?xml", b"<!doc", b"<tabl"):
        raise InnoCityError("E-SHEET-FORMAT", "不是 .xlsx 或 CSV（只是改了扩展名）", place, _SAVE)
    return _from_csv(name, raw, knows)


# --- CSV


def _from_csv(name: str, raw: bytes, knows: Knows) -> Sheet:
    place = Place(name)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = _utf16(raw, place)
    else:
        if b"\x00" in raw:
            raise InnoCityError("E-SHEET-FORMAT", "文件里有空字符，不是文本", place, _SAVE)
        text = decode_text(raw) or ""
    if not text.strip():
        raise InnoCityError("E-SHEET-FORMAT", "既不是 UTF-8 也不是 GB18030 的文本", place, _SAVE)
    if "\x00" in text:
        raise InnoCityError("E-SHEET-FORMAT", "文件里有空字符，不是文本", place, _SAVE)
    mark = _delimiter(text)
    if text.count(mark) > MAX_CELLS or text.count("\n") > 2 * MAX_ROWS or text.count("\r") > 2 * MAX_ROWS:
        raise too_large(f"超过 {MAX_ROWS:,} 行或 {MAX_CELLS:,} 格", place)
    plain = _plain_csv(text, mark, name, knows)
    if plain is not None:
        return plain
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        reason = "有一格太长" if "field larger" in str(error) else f"读不成表格：{error}"
        raise InnoCityError("E-SHEET-FORMAT", reason, place, "检查引号是否成对；内容过长的放进附件") from None
    return _sheet_of(rows, name, "", knows)


def _plain_csv(text: str, mark: str, name: str, knows: Knows) -> Sheet | None:
    """The table of a text without quotes whose rows all have as many cells as its headings, read by whole columns.

    None for any other text, right or wrong: the reader of rows says what it is.
    """
    if '"' in text or text.count("\r") != text.count("\r\n"):
        return None
    head = list(islice(io.StringIO(text, newline=""), _WITHIN))
    rows = [line.rstrip("\r\n").split(mark) for line in head]
    at, known = _heading(rows, knows)
    headings = tuple(cell.strip() for cell in rows[at])
    body = text[sum(map(len, head[: at + 1])) :].rstrip("\r\n")
    if not known or not headings[-1] or not body or max(map(len, head)) > csv.field_size_limit():
        return None
    columns = _plain_columns(body.encode("utf-8"), mark, len(headings))
    if columns is None:
        return None
    sheet = Sheet("", headings, range(at + 2, at + 2 + len(columns[0])), columns, at + 1)
    blank = pa.array([True] * sheet.rows, pa.bool_())
    for column in columns:
        if not pc.any(blank).as_py():
            break
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(column.array), ""))
    else:
        sheet = sheet.without(blank)
    _check_rows(sheet.rows, Place(name))
    return sheet


def _plain_columns(raw: bytes, mark: str, width: int) -> tuple[Texts, ...] | None:
    names = [str(number) for number in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(raw),
            pacsv.ReadOptions(column_names=names, block_size=len(raw) + 1, use_threads=False),
            pacsv.ParseOptions(delimiter=mark, quote_char=False, ignore_empty_lines=False),
            pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # a row has more cells or fewer
        return None
    if any(pc.max(pc.binary_length(column)).as_py() > csv.field_size_limit() for column in table.columns):
        return None
    return tuple(Texts(pa.concat_arrays(column.chunks)) for column in table.columns)


def _utf16(raw: bytes, place: Place) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError:
        raise InnoCityError("E-SHEET-FORMAT", "UTF-16 文本不完整", place, _SAVE) from None


def _delimiter(text: str) -> str:
    """What parts cells: of tab, comma and semicolon the one most frequent in the first lines."""
    head = text[:4000].replace("，", ",") if "，" not in text[:1000] else text[:4000]
    return max("\t,;", key=head.count) if any(mark in head for mark in "\t,;") else ","


# --- workbooks


def _from_workbook(name: str, raw: bytes, knows: Knows, wanted: str | None) -> Sheet:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    parts = guard_workbook(raw, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        kinds = {one.name: one for one in book.sheets_metadata}
        visible = [one.name for one in kinds.values()
                   if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible]  # fmt: skip
        if wanted is not None:
            visible = [one for one in visible if one == wanted]
        opened = {one: book.get_sheet_by_name(one) for one in visible}
        known = {one: _known(opened[one], knows) for one in visible}
        best = max(known.values(), default=0)
        # A page of explanations may name a column or two as well.
        found = [_table_of(opened[one], name, knows) for one in visible if best and 2 * known[one] > best]
    except InnoCityError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # whatever the reader meets in a broken file, its panics included
        raise InnoCityError("E-SHEET-FORMAT", "打不开工作簿，文件已损坏", Place(name), _SAVE) from error
    sheet = _chosen(found, name, visible)
    _check_formulas(parts, name, len(visible) == len(kinds) == 1)
    return sheet


def _known(opened: Any, knows: Knows) -> int:
    """How many known headings a sheet has."""
    return 0 if opened.start is None else _heading(opened.to_python(skip_empty_area=False, nrows=_WITHIN), knows)[1]


def _table_of(opened: Any, name: str, knows: Knows) -> Sheet:
    """A sheet that has known headings. Error: E-SHEET-MERGED."""
    rows = opened.to_python(skip_empty_area=False)
    at, _ = _heading(rows, knows)
    merged = [one for one in opened.merged_cell_ranges or () if one[1][0] >= at]
    if merged:
        spots = "、".join(_span(*one) for one in merged[:5])
        text = f"工作表“{opened.name}”有 {len(merged)} 处合并单元格：{spots}"
        raise InnoCityError("E-SHEET-MERGED", text, Place(name), "取消合并，每一格填上自己的值")
    return _sheet_of(rows, name, opened.name, knows)


def _chosen(found: list[Sheet], name: str, visible: Sequence[str]) -> Sheet:
    place = Place(name)
    if not found:
        text = f"没有一张工作表有认识的表头（看过：{'、'.join(visible) or '没有可见的工作表'}）"
        raise InnoCityError("E-SHEET-HEADING", text, place, "用这本登记簿的模板填写")
    filled = [one for one in found if one.rows] or found[:1]
    if len(filled) > 1:
        text = f"工作表 {'、'.join(one.name for one in filled)} 都有认识的表头"
        raise InnoCityError("E-SHEET-SEVERAL", text, place, "只留一张要导入的工作表，或指定用哪一张")
    return filled[0]


def _check_formulas(parts: dict[str, Part], name: str, single: bool) -> None:
    failed = [cell for part in parts.values() for cell in part.failed]
    uncounted = [cell for part in parts.values() for cell in part.uncounted]
    cells = failed or uncounted
    if not cells:
        return
    where = "、".join(cells[:8])
    where = where if single else f"{where}（某张工作表）"
    text = f"单元格 {where} 显示为错误（如 #REF!）" if failed else f"单元格 {where} 是没有算过的公式"
    remedy = "在电子表格里改正公式并保存，或选择性粘贴为数值"
    raise InnoCityError("E-SHEET-FORMULA", text, Place(name), remedy)


# --- both


def _heading(rows: Sequence[Sequence[Any]], knows: Knows) -> tuple[int, int]:
    """The row that has most known headings (the first of several), and how many it has."""
    best, most = 0, 0
    for at, row in enumerate(rows[:_WITHIN]):
        known = knows([cell if isinstance(cell, str) else "" for cell in row])
        if known > max(most, 1):  # a single word proves nothing
            best, most = at, known
    return best, most


def _sheet_of(rows: Sequence[Sequence[Any]], name: str, sheet: str, knows: Knows) -> Sheet:
    place = Place(name)
    at, known = _heading(rows, knows)
    if not known:
        text = f"前 {min(len(rows), _WITHIN)} 行里没有认识的表头"
        raise InnoCityError("E-SHEET-HEADING", text, place, "用这本登记簿的模板填写")
    headings = [str(cell).strip() for cell in rows[at]]
    while headings and not headings[-1]:
        headings.pop()
    body, width = rows[at + 1 :], len(headings)
    if set(map(len, body)) != {width}:
        body = _as_wide(body, width, Place(name), at + 2)
    columns: tuple[Sequence[Any], ...] = tuple([row[index] for row in body] for index in range(width))
    lines: Sequence[int] = range(at + 2, at + 2 + len(body))
    if blank := _blank_rows(columns):
        left = [row not in blank for row in range(len(body))]
        columns, lines = tuple(tuple(compress(one, left)) for one in columns), tuple(compress(lines, left))
    _check_rows(len(lines), place)
    return Sheet(sheet, tuple(headings), lines, columns, at + 1)


def _as_wide(rows: Sequence[Sequence[Any]], width: int, place: Place, first: int) -> list[Sequence[Any]]:
    """Rows cut or filled up to as many cells as there are headings; `first` is the line of the first.

    Error: E-SHEET-ROW where something would be cut off.
    """
    found: list[Sequence[Any]] = []
    for line, row in enumerate(rows, first):
        if any(str(cell).strip() for cell in row[width:] if cell is not None):
            text = f"第 {line} 行有 {len(row)} 格，表头只有 {width} 格"
            at = Place(place.file, line)
            raise InnoCityError("E-SHEET-ROW", text, at, "删去表头右边的内容；含分隔符的内容加引号")
        found.append([*row[:width], *[""] * (width - len(row))])
    return found


def _blank_rows(columns: Sequence[Sequence[Any]]) -> set[int]:
    """The rows in which no cell holds anything: looked for among those whose first cell does not."""
    if not columns:
        return set()
    blank = {row for row, cell in enumerate(columns[0]) if isinstance(cell, str) and not cell.strip()}
    for column in columns[1:]:
        blank = {row for row in blank if isinstance(column[row], str) and not column[row].strip()}
    return blank


def _check_rows(count: int, place: Place) -> None:
    if count > MAX_ROWS:
        raise too_large(f"有 {count:,} 行，最多 {MAX_ROWS:,} 行", place)


def _span(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A range as spreadsheets write it.

    >>> _span((2, 2), (4, 3))
    'C3:D5'
    """
    return f"{column_letters(start[1])}{start[0] + 1}:{column_letters(end[1])}{end[0] + 1}"


def column_letters(index: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
