"""Values as they stand in a spreadsheet or on a page, and lists as xlsx and CSV that no program takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from innocity.core.errors import InnoCityError, register_codes
from innocity.core.money import format_yuan
from innocity.packs.model import Column

register_codes({
    "E-SHEET-ROWS": ("行数超过一张工作表能放的", "more rows than a sheet can hold"),
})  # fmt: skip

RISKY = tuple("=+-@\t\r\n＝＋－＠")  # what spreadsheets may take for a formula at the beginning of a text
_UNSAFE_NAME = re.compile(r"[\[\]:*?/\\']")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROWS, _SIGNS = 1_048_575, 32_767  # what a sheet and a cell can hold
WIDEST, NARROWEST = 46, 8


def shown(value: Any, column: Column, names: Mapping[str, str]) -> str:
    """A value as text for people: codes by their Chinese names, money in yuan, 是 and 否."""
    if value is None:
        return ""
    if column.type == "money":
        return f"{format_yuan(value)}元"
    if isinstance(value, bool):
        return "是" if value else "否"
    return names.get(value, value) if isinstance(value, str) else str(value)


def cell_of(value: Any, column: Column, names: Mapping[str, str]) -> Any:
    """A value as a cell: money as a number of yuan, days as days, codes by their Chinese names, 是 and 否."""
    if column.type == "money" and value is not None:
        return Decimal(value) / 100
    if isinstance(value, bool):
        return "是" if value else "否"
    return names.get(value, value) if isinstance(value, str) else value


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it reads a CSV: `'` before the sign.

    >>> [safe_text(t) for t in ("=1+1", "-3", "甲", "")]
    ["'=1+1", "'-3", '甲', '']
    """
    return f"'{text}" if text.startswith(RISKY) else text


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, simulated: bool = False) -> bytes:
    """A list as CSV (UTF-8 with its mark, as spreadsheets want it). Numbers stay numbers, texts are made harmless."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    mark = ("模拟",) if simulated else ()
    writer.writerow([safe_text(one) for one in (*headings, *(("数据性质",) if simulated else ()))])
    writer.writerows([*map(_csv_cell, row), *mark] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(_INVISIBLE.sub("", value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, simulated: bool = False, notice: str = ""
) -> bytes:
    """A list as a workbook with one sheet named `title`: headings fixed and filtered, days and sums formatted.

    Simulated data are marked in the sheet's name, in a line above and in a column of each row. Error: E-SHEET-ROWS.
    """
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": True, **PLAIN_TEXTS})
    sheet = book.add_worksheet(sheet_name(f"模拟 {title}" if simulated else title))
    styles = styles_of(book)
    top = 0
    if simulated or notice:
        words = notice or "模拟数据：企业、机构和人员均为程序生成，不对应任何真实单位。"
        sheet.write_string(0, 0, words, styles["notice"])
        top = 1
    names = [*headings, *(["数据性质"] if simulated else [])]
    for index, heading in enumerate(names):
        sheet.set_column(index, index, width_of(heading))
    for index, heading in enumerate(names):
        sheet.write_string(top, index, heading, styles["heading"])
    count = 0
    for count, row in enumerate(rows, 1):
        check_rows(count, simulated=bool(top))
        write_row(sheet, top + count, [*row, "模拟"] if simulated else row, styles)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + max(count, 1), max(len(names) - 1, 0))
    book.close()
    return file.getvalue()


def check_rows(rows: int, *, simulated: bool = False) -> None:
    """That so many rows fit on a sheet below its heading, and the notice of simulated ones. Error: E-SHEET-ROWS."""
    most = _ROWS - simulated
    if rows > most:
        text = f"有 {rows:,} 行，一张工作表最多放 {most:,} 行"
        raise InnoCityError("E-SHEET-ROWS", text, None, "改导出 csv，没有行数限制；或按区市分几次导出")


#: Texts stay texts: nothing is taken for a formula, a link or a number.
PLAIN_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def styles_of(book: Any) -> dict[str, Any]:
    """The formats of our sheets."""
    base = {"font_name": "等线", "font_size": 11, "valign": "vcenter"}
    return {
        "heading": book.add_format({**base, "bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True}),
        "required": book.add_format({**base, "bold": True, "bg_color": "#FBE9DA", "bottom": 1, "text_wrap": True}),
        "hint": book.add_format({**base, "font_size": 9, "font_color": "#5A6570", "text_wrap": True}),
        "example": book.add_format({**base, "italic": True, "font_color": "#6B7680", "num_format": "@"}),
        "notice": book.add_format({**base, "font_color": "#8A4B00", "bold": True}),
        "text": book.add_format({**base, "num_format": "@"}),
        "quoted": book.add_format({**base, "num_format": "@", "quote_prefix": True}),
        "plain": book.add_format(base),
        "wrap": book.add_format({**base, "text_wrap": True, "valign": "top"}),
        "money": book.add_format({**base, "num_format": "#,##0.00"}),
        "day": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        "wrong": book.add_format({**base, "bg_color": "#FDECEA", "text_wrap": True}),
    }


def write_row(
    sheet: Any, line: int, row: Sequence[Any], styles: Mapping[str, Any], wrong: frozenset[int] = frozenset()
) -> None:
    """A row of cells (None, text, bool, int, float, Decimal, date); `wrong` are columns to be marked."""
    for index, value in enumerate(row):
        marked = styles["wrong"] if index in wrong else None
        if value is None or value == "":
            sheet.write_blank(line, index, None, marked) if marked else None
        elif isinstance(value, str):
            text = _INVISIBLE.sub("", value)[:_SIGNS]
            sheet.write_string(line, index, text, marked or styles["quoted" if text.startswith(RISKY) else "plain"])
        elif isinstance(value, bool):
            sheet.write_string(line, index, "是" if value else "否", marked or styles["plain"])
        elif isinstance(value, Decimal):
            sheet.write_number(line, index, float(value), marked or styles["money"])
        elif isinstance(value, (date, datetime)):
            sheet.write_datetime(line, index, value, marked or styles["day"]) if value.year >= 1900 else (
                sheet.write_string(line, index, value.isoformat(), marked or styles["plain"])
            )
        elif abs(value) >= 10**15:
            sheet.write_string(line, index, str(value), marked or styles["text"])
        else:
            sheet.write_number(line, index, value, marked or styles["plain"])


def sheet_name(text: str) -> str:
    """A name that a sheet may bear.

    >>> sheet_name("a/b:c"), sheet_name("")
    ('a b c', '表')
    """
    return _UNSAFE_NAME.sub(" ", _INVISIBLE.sub("", text)).strip()[:31] or "表"


def width_of(text: str) -> int:
    """The width of a column by its heading, in signs."""
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
    return min(max(wide + 4, NARROWEST), WIDEST)
