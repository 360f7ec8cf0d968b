"""Files that nobody should send: made here, so that no such file lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADINGS = ("统一社会信用代码", "称号", "认定日期")
ROW = ("91990000000000027W", "高新技术企业", "2023-11-01")
MB = 2**20
OUTSIDE = Path("/x").as_uri()  # a file of the machine that reads


def _row(number: int, cells: tuple[str, ...]) -> str:
    letters = "ABCDEFGHIJ"
    inside = "".join(
        f'<c r="{letters[i]}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for i, text in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


GOOD_ROWS = _row(1, HEADINGS) + _row(2, ROW)


def sheet_xml(rows: str = GOOD_ROWS, before: str = "", after: str = "", head: str = "") -> str:
    """A worksheet's XML with these rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>'
        f"{after}</worksheet>"
    )


def book_parts(sheet: str | bytes | None = None) -> dict[str, str | bytes]:
    """The parts of a small workbook that is in order but for its sheet."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{RELS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1"'
        f' Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet if sheet is not None else sheet_xml(),
    }


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def book(sheet: str | bytes | None = None, **more: str | bytes) -> bytes:
    """A workbook with this sheet and more parts (`xl__x` is `xl/x`; the last `_` before an ending is its point)."""
    named = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): text for name, text in more.items()
    }
    return zipped({**book_parts(sheet), **named})


def lying(raw: bytes, name: str, said: int) -> bytes:
    """A zip whose headers say that a part is as large as `said`, with the checksum of so many of its bytes."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entry = archive.getinfo(name)
        checksum = zlib.crc32(archive.read(name)[:said])
    changed = bytearray(raw)
    at = entry.header_offset
    struct.pack_into("<I", changed, at + 14, checksum)
    struct.pack_into("<I", changed, at + 22, said)
    central = raw.rindex(b"PK\x01\x02", 0, raw.rindex(name.encode()))
    struct.pack_into("<I", changed, central + 16, checksum)
    struct.pack_into("<I", changed, central + 24, said)
    return bytes(changed)


def _shared(strings: str, cells: str) -> bytes:
    parts = book_parts(sheet_xml(cells))
    parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{strings}</sst>"
    rels = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "</Relationships>", f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
    )  # fmt: skip
    return zipped(parts)


def _far(reference: str) -> bytes:
    number = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return book(sheet_xml(f'{GOOD_ROWS}<row r="{number}"><c r="{reference}"><v>1</v></c></row>'))


def _prefixed(sheet: str) -> str:
    return sheet.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet", "</x:worksheet").replace(
        "<row", "<x:row").replace("</row", "</x:row").replace("<c ", "<x:c ").replace("</c>", "</x:c>").replace(
        "<v>", "<x:v>").replace("</v>", "</x:v>").replace("<sheetData", "<x:sheetData").replace(
        "</sheetData", "</x:sheetData").replace("<is>", "<x:is>").replace("</is>", "</x:is>").replace(
        "<t>", "<x:t>").replace("</t>", "</x:t>")  # fmt: skip


def _billion_laughs() -> str:
    lines = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>'


def _csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join((",".join(HEADINGS), *lines)).encode(encoding)


GOOD = ",".join(ROW)
SIZE, FORMAT, UNSAFE = "E-SHEET-SIZE", "E-SHEET-FORMAT", "E-SHEET-UNSAFE"
HEADING, FORMULA, MERGED, WRONG_ROW = "E-SHEET-HEADING", "E-SHEET-FORMULA", "E-SHEET-MERGED", "E-SHEET-ROW"
Made = tuple[str, str, Callable[[], bytes]]
_CELLS = '<row r="{}">' + "".join(f'<c r="{chr(65 + i)}{{}}"><v>1</v></c>' for i in range(26)) + "</row>"

#: Name of a file, the code with which it is refused (empty: it is read, and its one row with it), how it is made.
BOOKS: dict[str, Made] = {
    "a zip bomb of spaces": ("a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + " " * 200 * MB))),
    "a bomb in the shared strings": (
        "a.xlsx", SIZE, lambda: _shared("<si><t>" + "a " * 60 * MB + "</t></si>", GOOD_ROWS)),
    "a bomb in the styles": ("a.xlsx", SIZE, lambda: book(xl__styles_xml="<xf/>" * 30 * MB)),
    "a bomb in a part nobody reads": ("a.xlsx", SIZE, lambda: book(docProps__x_xml="<a/>" * 40 * MB)),
    "a bomb that says it is small": (
        "a.xlsx", SIZE, lambda: lying(book(sheet_xml(GOOD_ROWS + " " * 200 * MB)), "xl/worksheets/sheet1.xml", 400)),
    "a million empty shared strings": ("a.xlsx", SIZE, lambda: _shared("<si/>" * 5_000_000, GOOD_ROWS)),
    "one long text in every cell": (
        "a.xlsx", SIZE, lambda: _shared(f"<si><t>{'长' * 30_000}</t></si>", GOOD_ROWS + "".join(
            f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(3, 20_000)))),
    "a cell in the last row": ("a.xlsx", SIZE, lambda: _far("A1048576")),
    "a cell in the last column": ("a.xlsx", SIZE, lambda: _far("XFD200000")),
    "a cell in the last corner": ("a.xlsx", SIZE, lambda: _far("XFD1048576")),
    "a cell beyond every sheet": ("a.xlsx", SIZE, lambda: _far("ZZZZZZ99999999")),
    "a row number of thirty digits": ("a.xlsx", SIZE, lambda: _far("A" + "9" * 30)),
    "a cell that lies in another row than its own": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + '<row r="3"><c r="A1000000"><v>1</v></c></row>'))),
    "a far cell with its place last": (
        "a.xlsx", SIZE,
        lambda: book(sheet_xml(GOOD_ROWS + '<row r="3"><c s="0" t="n" r="XFD999999"><v>1</v></c></row>'))),
    "a far cell in single quotes": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + "<row r='3'><c r='XFD999999'><v>1</v></c></row>"))),
    "a far cell under a prefix": (
        "a.xlsx", SIZE,
        lambda: book(_prefixed(sheet_xml(GOOD_ROWS + '<row r="999999"><c r="XFD999999"><v>1</v></c></row>')))),
    "a far row and a far column apart": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(
            GOOD_ROWS + '<row r="3"><c r="XFD3"><v>1</v></c></row><row r="190000"><c r="A190000"><v>1</v></c></row>'))),
    "a million cells that do not say where": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + "<row>" + "<c/>" * 3_100_000 + "</row>"))),
    "rows and cells that do not say where": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + "<row>" + "<c/>" * 16_000 + "</row>" + "<row/>" * 150_000))),
    "a quarter of a million rows": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + "".join(f'<row r="{i}"/>' for i in range(3, 250_000))))),
    "a hundred thousand merged ranges": (
        "a.xlsx", SIZE,
        lambda: book(sheet_xml(after="<mergeCells>" + '<mergeCell ref="A9:B9"/>' * 100_000 + "</mergeCells>"))),
    "a tag of ten megabytes": (
        "a.xlsx", SIZE, lambda: book(sheet_xml(GOOD_ROWS + f'<row r="3" x="{"a" * 10 * MB}"/>'))),
    "a document type with an outside entity": (
        "a.xlsx", UNSAFE, lambda: book(sheet_xml(head=f'<!DOCTYPE x [<!ENTITY e SYSTEM "{OUTSIDE}">]>'))),
    "an entity fetched from the network": (
        "a.xlsx", UNSAFE, lambda: book(sheet_xml(head='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'))),
    "a billion laughs": ("a.xlsx", UNSAFE, lambda: book(sheet_xml(head=_billion_laughs()))),
    "a document type in the shared strings": (
        "a.xlsx", UNSAFE, lambda: book(xl__sharedStrings_xml='<!DOCTYPE x [<!ENTITY e "x">]><sst/>')),
    "a sheet in UTF-16": ("a.xlsx", UNSAFE, lambda: book(sheet_xml().encode("utf-16"))),
    "empty characters in a sheet": ("a.xlsx", UNSAFE, lambda: book(sheet_xml().replace("高新", "高\x00新").encode())),
    "macros": ("a.xlsm", UNSAFE, lambda: book(xl__vbaProject_bin=b"\xd0\xcf\x11\xe0")),
    "macros under an innocent name": ("a.xlsx", UNSAFE, lambda: book(xl__VBAPROJECT_bin=b"\xd0\xcf\x11\xe0")),
    "a sheet of old macros": ("a.xlsx", UNSAFE, lambda: book(xl__macrosheets__sheet1_xml="<x/>")),
    "three thousand parts": (
        "a.xlsx", UNSAFE, lambda: zipped({**book_parts(), **{f"xl/a{i}.xml": "" for i in range(3000)}})),
    "links to other workbooks": ("a.xlsx", "", lambda: book(xl__externalLinks__externalLink1_xml=(
        f'<externalLink {MAIN}><externalBook r:id="rId1"/></externalLink>'))),
    "pictures": ("a.xlsx", "", lambda: book(xl__media__a_bin=b"\x00" * 1000)),
    "a formula without a result": ("a.xlsx", FORMULA, lambda: book(sheet_xml(
        GOOD_ROWS + '<row r="3"><c r="A3"><f>1+1</f></c></row>'))),
    "a formula with an empty result": ("a.xlsx", FORMULA, lambda: book(sheet_xml(
        GOOD_ROWS + '<row r="3"><c r="A3" s="0"><f>A2</f><v></v></c></row>'))),
    "a formula that failed": ("a.xlsx", FORMULA, lambda: book(sheet_xml(
        GOOD_ROWS + '<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'))),
    "a lookup that found nothing": ("a.xlsx", FORMULA, lambda: book(sheet_xml(
        GOOD_ROWS + '<row r="3"><c r="B3" t="e"><v>#N/A</v></c></row>'))),
    "merged cells": (
        "a.xlsx", MERGED, lambda: book(sheet_xml(after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'))),
    "merged headings": (
        "a.xlsx", MERGED, lambda: book(sheet_xml(after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'))),
    "no sheet at all": ("a.xlsx", FORMAT, lambda: zipped({k: v for k, v in book_parts().items() if "sheet1" not in k})),
    "no workbook": (
        "a.xlsx", FORMAT, lambda: zipped({k: v for k, v in book_parts().items() if "workbook.xml" not in k})),
    "a sheet cut off": ("a.xlsx", FORMAT, lambda: book(sheet_xml()[:-40])),
    "tags that do not match": ("a.xlsx", HEADING, lambda: book(sheet_xml("<row r='1'><c></row></c>"))),
    "a zip cut off": ("a.xlsx", FORMAT, lambda: book()[:600]),
    "a zip with a byte changed": (
        "a.xlsx", FORMAT, lambda: (lambda raw: raw[:180] + b"\xff\xff\xff" + raw[183:])(book())),
    "a zip of a document": (
        "a.xlsx", FORMAT, lambda: zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"})),
    "any other zip": ("a.xlsx", FORMAT, lambda: zipped({"a.txt": "x"})),
    "an empty zip": ("a.xlsx", FORMAT, lambda: zipped({})),
    "a zip in a way of packing that is not used": ("a.xlsx", FORMAT, lambda: zipped(book_parts(), zipfile.ZIP_LZMA)),
    "the first bytes of a zip": ("a.xlsx", FORMAT, lambda: b"PK\x03\x04" + b"\x00" * 50),
    "an old workbook": ("a.xls", FORMAT, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    "a page called a workbook": (
        "a.xlsx", FORMAT, lambda: "<html><table><tr><td>称号</td></tr></table></html>".encode()),
    "a printed page called a workbook": ("a.xlsx", FORMAT, lambda: b"%PDF-1.7\n1 0 obj"),
    "a hidden sheet only": ("a.xlsx", HEADING, lambda: zipped({**book_parts(), "xl/workbook.xml": str(
        book_parts()["xl/workbook.xml"]).replace('sheetId="1"', 'sheetId="1" state="hidden"')})),
    "a workbook that is in order": ("a.xlsx", "", book),
    "one under a prefix": ("a.xlsx", "", lambda: book(_prefixed(sheet_xml()))),
    "a workbook called a CSV": ("a.csv", "", book),
}  # fmt: skip

TEXTS: dict[str, Made] = {
    "nothing": ("a.csv", FORMAT, lambda: b""),
    "a mark and nothing": ("a.csv", FORMAT, lambda: b"\xef\xbb\xbf"),
    "blank lines": ("a.csv", FORMAT, lambda: b"\n\n\n"),
    "bytes of no encoding": ("a.csv", FORMAT, lambda: b"\xff\xff\x81\x00\x80"),
    "empty characters": ("a.csv", FORMAT, lambda: _csv(GOOD) + b"\x00\x00"),
    "a line of ten megabytes": ("a.csv", FORMAT, lambda: _csv("a" * 10 * MB)),
    "a quote never closed": ("a.csv", FORMAT, lambda: _csv('"' + GOOD)),
    "a quote within a word": ("a.csv", FORMAT, lambda: _csv('"9199"x,高新技术企业,2023-11-01')),
    "a row that is too long": ("a.csv", WRONG_ROW, lambda: _csv(GOOD + ",多余")),
    "a file of thirty-three megabytes": ("a.csv", SIZE, lambda: _csv("a" * 33 * MB)),
    "a million columns": ("a.csv", SIZE, lambda: b"," * 3_100_000),
    "a million lines": ("a.csv", SIZE, lambda: _csv() + b"\n" * 1_000_000),
    "half a million rows": ("a.csv", SIZE, lambda: _csv(*["a,b,c"] * 500_000)),
    "no headings that are known": ("a.csv", HEADING, lambda: b"a,b,c\n1,2,3\n"),
    "a program": ("a.csv", FORMAT, lambda: b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40),
    "half of a UTF-16 sign": ("a.csv", FORMAT, lambda: _csv(GOOD, encoding="utf-16") + b"\x00"),
    "UTF-8": ("a.csv", "", lambda: _csv(GOOD)),
    "UTF-8 with its mark": ("a.csv", "", lambda: _csv(GOOD, encoding="utf-8-sig")),
    "GBK": ("a.csv", "", lambda: _csv(GOOD, encoding="gbk")),
    "GB18030": ("a.csv", "", lambda: _csv(GOOD, encoding="gb18030")),
    "UTF-16": ("a.csv", "", lambda: _csv(GOOD, encoding="utf-16")),
    "tabs": ("a.txt", "", lambda: _csv(GOOD).replace(b",", b"\t")),
    "semicolons": ("a.csv", "", lambda: _csv(GOOD).replace(b",", b";")),
    "line ends of other systems": ("a.csv", "", lambda: _csv(GOOD).replace(b"\n", b"\r")),
}  # fmt: skip

FILES = {**BOOKS, **TEXTS}
