"""Whether a workbook may be opened at all: a zip is inflated and looked over piece by piece before anything reads it.

The reader of spreadsheets makes room for every cell between the first and the last that a sheet names, gives each
cell its own copy of a shared text, and believes what a file says of its own size. So the parts are inflated here
first, a megabyte at a time, against limits.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from innocity.actions.workbook_parts import Part, string_lengths, string_numbers, without_prefixes
from innocity.core.errors import InnoCityError, Place, register_codes

register_codes({
    "E-SHEET-FORMAT": ("文件不是可以读的表格", "the file is no spreadsheet that can be read"),
    "E-SHEET-SIZE": ("表格太大", "the spreadsheet is too large"),
    "E-SHEET-UNSAFE": ("表格里有不接受的内容", "the spreadsheet holds something that is not accepted"),
})  # fmt: skip

MAX_FILE = 32 * 2**20  # bytes of a file as it is sent
MAX_CELLS = 3_000_000  # cells between the corners of all sheets together
MAX_ROWS = 200_000
_MAX_PARTS = 2_000
_MAX_SHEET = 128 * 2**20  # bytes of a sheet when inflated, and of all other parts together
_MAX_REST = 64 * 2**20
_MAX_TEXT = 96 * 2**20  # bytes of all texts that cells show, a text that many show counted for each
_MAX_TAGS = 4_000_000  # of a part without cells: shared texts, styles
_MAX_MERGED = 20_000
_RATIO, _RATIO_FROM = 250, 8 * 2**20  # what inflates to more than so many times its size, from so many bytes on
_CHUNK = 2**20
_XML = (".xml", ".rels", ".vml")
_SAVE = "用电子表格打开，另存为 .xlsx 或 UTF-8 的 CSV"


def guard_workbook(raw: bytes, name: str) -> dict[str, Part]:
    """What the XML parts of a workbook hold, by their names, all of them within the limits.

    Errors: E-SHEET-FORMAT, E-SHEET-SIZE, E-SHEET-UNSAFE.
    """
    place = Place(name)
    check_size(raw, place)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, OSError) as error:
        raise InnoCityError("E-SHEET-FORMAT", f"打不开工作簿：{_said(error)}", place, _SAVE) from None
    _check_entries(entries, place)
    parts: dict[str, Part] = {}
    for entry in entries:
        if entry.filename.lower().endswith(_XML):
            parts[entry.filename] = _looked_over(raw, entry, place)
    _check_together(raw, entries, parts, place)
    return parts


def check_size(raw: bytes, place: Place) -> None:
    """That a file is not larger than is read at all. Errors: E-SHEET-SIZE, E-SHEET-FORMAT for an empty one."""
    if not raw:
        raise InnoCityError("E-SHEET-FORMAT", "文件是空的", place, "核对上传的文件")
    if len(raw) > MAX_FILE:
        raise too_large(f"文件有 {len(raw) / 2**20:.0f} MB，最多 {MAX_FILE >> 20} MB", place)


def too_large(text: str, place: Place) -> InnoCityError:
    """The error for what is beyond the limits."""
    return InnoCityError("E-SHEET-SIZE", text, place, "删去多余的行、列和格式，或分成几个文件")


def _check_entries(entries: list[zipfile.ZipInfo], place: Place) -> None:
    names = [entry.filename for entry in entries]
    lower = {name.lower() for name in names}
    if "[content_types].xml" not in lower or not any(name.startswith("xl/") for name in lower):
        raise InnoCityError("E-SHEET-FORMAT", "压缩包里不是 Excel 工作簿", place, _SAVE)
    if len(names) > _MAX_PARTS or len(lower) != len(names):
        raise InnoCityError("E-SHEET-UNSAFE", "工作簿的部件太多，或有同名部件", place, _SAVE)
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lower):
        raise InnoCityError("E-SHEET-UNSAFE", "工作簿带有宏", place, "另存为不带宏的 .xlsx")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise InnoCityError("E-SHEET-UNSAFE", "工作簿加了密码", place, "去掉密码再上传")
    if "xl/workbook.xml" not in lower:
        raise InnoCityError("E-SHEET-FORMAT", "工作簿里没有 xl/workbook.xml，或是二进制格式", place, _SAVE)


def _looked_over(raw: bytes, entry: zipfile.ZipInfo, place: Place) -> Part:
    """A part inflated to its end, whatever its header says of its size."""
    part, tail = Part(), b""
    for piece in _inflated(raw, entry, place):
        part.size += len(piece)
        if part.size > _MAX_SHEET or (part.size > _RATIO_FROM and part.size > _RATIO * max(entry.compress_size, 1)):
            raise too_large(f"{entry.filename} 展开后太大", place)
        text = tail + piece
        if b"\x00" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise InnoCityError("E-SHEET-UNSAFE", f"{entry.filename} 里有不接受的 XML 内容", place, _SAVE)
        cut = _cut(text)
        if cut <= 0 and len(text) > 2 * _CHUNK:
            raise too_large(f"{entry.filename} 里有过长的内容", place)
        part.note(text[:cut])
        tail = text[cut:]
        _check_part(part, entry, place)
    part.note(tail + b"  ")
    _check_part(part, entry, place)
    return part


def _cut(text: bytes) -> int:
    """Where the last row or cell begins, so that it is read whole; else the last tag."""
    whole = max(text.rfind(b"<row"), text.rfind(b"<c "))
    return whole if whole > 0 else text.rfind(b"<")


def _check_part(part: Part, entry: zipfile.ZipInfo, place: Place) -> None:
    if part.height > MAX_ROWS + 1000 or part.height * part.width > MAX_CELLS:
        limits = f"最多 {MAX_ROWS:,} 行、{MAX_CELLS:,} 格"
        text = f"{entry.filename} 用到第 {part.height:,} 行、第 {part.width:,} 列，{limits}"
        raise too_large(text, place)
    if part.merged > _MAX_MERGED or (not part.cells and part.tags > _MAX_TAGS):
        raise too_large(f"{entry.filename} 内容太多", place)


def _check_together(raw: bytes, entries: list[zipfile.ZipInfo], parts: dict[str, Part], place: Place) -> None:
    sheets = {name: part for name, part in parts.items() if part.cells}
    if sum(part.height * part.width for part in sheets.values()) > MAX_CELLS:
        raise too_large(f"各工作表合计超过 {MAX_CELLS:,} 格", place)
    if sum(part.size for part in sheets.values()) > _MAX_SHEET:
        raise too_large("各工作表展开后太大", place)
    if sum(part.size for name, part in parts.items() if name not in sheets) > _MAX_REST:
        raise too_large("工作簿展开后太大", place)
    cells = sum(part.cells for part in sheets.values())
    for entry in entries:
        if not entry.filename.lower().endswith("sharedstrings.xml") or entry.filename in sheets:
            continue
        text = without_prefixes(b"".join(_inflated(raw, entry, place)))
        lengths = string_lengths(text)
        if int(lengths.max(initial=0)) * cells > _MAX_TEXT:
            shown = (_shown(raw, one, lengths, place) for one in entries if one.filename in sheets)
            if sum(shown) > _MAX_TEXT:
                raise too_large("单元格里的文字合计太长", place)


def _shown(raw: bytes, entry: zipfile.ZipInfo, lengths: np.ndarray, place: Place) -> int:
    """Bytes of the shared texts that the cells of a sheet show."""
    numbers = string_numbers(without_prefixes(b"".join(_inflated(raw, entry, place))))
    return int(lengths[numbers[numbers < len(lengths)]].sum())


def _inflated(raw: bytes, entry: zipfile.ZipInfo, place: Place) -> Iterator[bytes]:
    """The bytes of an entry, a piece at a time, to the real end of its stream."""
    at = entry.header_offset
    if raw[at : at + 4] != b"PK\x03\x04" or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InnoCityError("E-SHEET-FORMAT", f"{entry.filename} 的压缩方式不认识", place, _SAVE)
    start = (
        at + 30 + int.from_bytes(raw[at + 26 : at + 28], "little") + int.from_bytes(raw[at + 28 : at + 30], "little")
    )
    data = raw[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (data[i : i + _CHUNK] for i in range(0, len(data), _CHUNK))
        return
    machine = zlib.decompressobj(-15)
    try:
        while data and not machine.eof:
            yield machine.decompress(data, _CHUNK)
            data = machine.unconsumed_tail
        yield machine.flush()
    except zlib.error as error:
        raise InnoCityError("E-SHEET-FORMAT", f"{entry.filename} 已损坏：{error}", place, _SAVE) from None
    if not machine.eof:
        raise InnoCityError("E-SHEET-FORMAT", f"{entry.filename} 不完整", place, _SAVE)


def _said(error: Exception) -> str:
    return str(error).splitlines()[0][:100] if str(error) else type(error).__name__
