"""A table that people made (CSV, or the first sheet of a workbook) as texts with their lines.

Spreadsheets change what is typed: `2.5%` becomes 0.025, `2023-09` the first day of that month. Such cells are
marked, so that nobody takes them for what they are not.
"""

from __future__ import annotations

import csv
import io
import posixpath
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from innocity.actions.workbook_guard import guard_workbook
from innocity.core.encoding import decode_text
from innocity.core.errors import InnoCityError, Place, register_codes

register_codes({
    "E-FIGURE-FILE": ("数据文件读不成", "a file of figures cannot be read"),
})  # fmt: skip

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PERCENT_IDS = frozenset({"9", "10"})  # the formats 0% and 0.00% that every workbook has
_LARGEST = 200 * 2**20  # bytes of one part of a workbook when unpacked
_OTHERS = (".xls", ".ods", ".xlsb")  # nothing looks these over before they are opened


class DayCell(str):
    """A day that a spreadsheet holds as such; it may have been typed as a month."""


class PercentCell(str):
    """A number shown as a percentage: the cell holds a hundredth of what is read on the screen."""


def table_of(path: Path) -> list[tuple[int, list[str]]]:
    """Rows with their lines, empty ones left out. Errors: E-FIGURE-FILE, E-SHEET-* for what is not opened."""
    ending = path.suffix.lower()
    if ending in _OTHERS:
        text = f"不读 {ending} 工作簿"
        raise InnoCityError("E-FIGURE-FILE", text, Place(path.name), "用电子表格打开，另存为 .xlsx 或 CSV")
    sheet = ending in (".xlsx", ".xlsm")
    return [(line, cells) for line, cells in (_sheet(path) if sheet else _csv(path)) if any(cells)]


def _csv(path: Path) -> list[tuple[int, list[str]]]:
    text = decode_text(path.read_bytes())
    if text is None:
        raise InnoCityError("E-FIGURE-FILE", "既不是 UTF-8 也不是 GB18030", Place(path.name), "另存为 UTF-8 编码的 CSV")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            found.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InnoCityError("E-FIGURE-FILE", f"读不成表格：{error}", Place(path.name), "检查引号是否成对") from None
    return found


def _sheet(path: Path) -> list[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        raw = _looked_over(path)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        shares = _percent_cells(raw)
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InnoCityError(
            "E-FIGURE-FILE", f"打不开工作簿：{error}", Place(path.name), "另存为 .xlsx 或 CSV"
        ) from None
    return [
        (line, [PercentCell(_cell(cell)) if (line, column) in shares else _cell(cell)
                for column, cell in enumerate(cells, 1)])
        for line, cells in enumerate(rows, 1)
    ]  # fmt: skip


def _looked_over(path: Path) -> bytes:
    """The bytes of a workbook that may be opened. Errors: E-FIGURE-FILE for none, E-SHEET-SIZE, E-SHEET-UNSAFE."""
    raw = path.read_bytes()
    try:
        guard_workbook(raw, path.name)
    except InnoCityError as error:
        if error.code != "E-SHEET-FORMAT":
            raise
        raise InnoCityError("E-FIGURE-FILE", error.message, error.place, error.remedy) from None
    return raw


def _cell(value: Any) -> str:
    """A cell as people read it: 2023 not 2023.0, days in ISO form; a decimal as it was typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, date):
        return DayCell((value.date() if isinstance(value, datetime) else value).isoformat())
    return str(value).strip() if value is not None else ""


def _percent_cells(raw: bytes) -> set[tuple[int, int]]:
    """Cells (line and column from 1) of the first sheet that hold a number and show it as a percentage."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        styles = _percent_styles(book)
        if not styles:
            return set()
        sheet = next(_part(book, "xl/workbook.xml").iter(f"{_MAIN}sheet"))
        links = {one.get("Id"): one.get("Target") for one in _part(book, "xl/_rels/workbook.xml.rels").iter()}
        target = links[sheet.get(_LINK)] or ""
        name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        cells = _part(book, name).iter(f"{_MAIN}c")
        return {_at(one.get("r")) for one in cells if one.get("s") in styles and one.get("t", "n") == "n"}


def _percent_styles(book: zipfile.ZipFile) -> set[str]:
    """Numbers of the cell styles that show percentages."""
    if "xl/styles.xml" not in book.namelist():
        return set()
    tree = _part(book, "xl/styles.xml")
    formats = {one.get("numFmtId") for one in tree.iter(f"{_MAIN}numFmt") if "%" in (one.get("formatCode") or "")}
    styles: Iterator[Any] = (one for group in tree.iter(f"{_MAIN}cellXfs") for one in group)
    return {str(n) for n, one in enumerate(styles) if one.get("numFmtId") in formats | _PERCENT_IDS}


def _part(book: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    if book.getinfo(name).file_size > _LARGEST:
        raise ValueError(f"{name} 太大")
    try:
        return etree.fromstring(book.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None


def _at(reference: str) -> tuple[int, int]:
    """Line and column of a cell.

    >>> _at("C2"), _at("AA10")
    ((2, 3), (10, 27))
    """
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), column
