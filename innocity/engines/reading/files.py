"""From a file's bytes to its text: plain text, HTML, Word, PDF with text. Nothing is executed or fetched.

Rows of tables are lines whose cells are parted by tabs.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.reading.cells import table_lines
from innocity.engines.reading.page import page_text

LARGEST_FILE = 50_000_000  # bytes
LARGEST_UNPACKED = 200_000_000  # bytes of a docx once unpacked
LARGEST_TEXT = 10_000_000  # characters
LONGEST_LINE = 1_000_000  # characters: a whole document in one line is read, a file that is no document is not
MOST_PAGES = 2000
_OCR = "装上 innocity[ocr]，在命令行加 --ocr 再读；或用 ocrmypdf 做出带文字的 pdf 再读。识别结果要人核对"

register_codes(
    {
        "E-READING-KIND": ("读不了这种文件", "a file of a kind that cannot be read"),
        "E-READING-BROKEN": ("文件损坏或不完整", "a document file is damaged or cut off"),
        "E-READING-SCANNED": ("扫描件没有文字", "a scanned document holds no text"),
        "E-READING-ENCODING": ("文字编码无法识别", "the encoding of a text cannot be told"),
        "E-READING-TOO-LARGE": ("文件超过阅读上限", "a document is too large to be read"),
        "E-READING-LOCKED": ("文件加了密", "a document is locked with a password"),
    }
)


def text_of(data: bytes, name: str) -> str:
    """The text of a file; its kind is told from its first bytes, then from its name.

    Errors: E-READING-KIND, E-READING-BROKEN, E-READING-SCANNED, E-READING-ENCODING,
    E-READING-TOO-LARGE, E-READING-LOCKED.

    >>> text_of("给予100万元".encode("gbk"), "a.txt")
    '给予100万元'
    >>> text_of(b"<html><body><nav>x</nav><p>\\xe4\\xb8\\x80</p></body></html>", "a.html")
    '一'
    """
    if len(data) > LARGEST_FILE:
        raise _error(
            "E-READING-TOO-LARGE", f"{name} 有 {len(data)} 字节", f"拆开后再读，每个不超过 {LARGEST_FILE} 字节"
        )
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"%PDF") or ending == "pdf":
        text = _pdf(data, name)
    elif data.startswith(b"PK") or ending == "docx":
        text = _docx(data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0") or ending in ("doc", "wps", "xls", "ofd", "png", "jpg", "jpeg", "tif"):
        raise _error("E-READING-KIND", f"读不了 {name} 这种文件", "另存为 docx、带文字的 pdf、html 或 txt 再读")
    else:
        text = decode(data, name)
        if ending in ("html", "htm") or re.match(r"\s{0,200}<(?:!doctype html|html|body)", text[:400], re.I):
            text = page_text(text)
    if len(text) > LARGEST_TEXT:
        raise _error("E-READING-TOO-LARGE", f"{name} 有 {len(text)} 字", f"拆开后再读，每个不超过 {LARGEST_TEXT} 字")
    if len(text) > LONGEST_LINE and max(map(len, text.splitlines())) > LONGEST_LINE:
        raise _error("E-READING-TOO-LARGE", f"{name} 有一行超过 {LONGEST_LINE} 字", "按段落分行，再读")
    return text


def decode(data: bytes, name: str = "") -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, or GB18030. Error: E-READING-ENCODING.

    >>> decode("措施".encode("utf-8-sig"))
    '措施'
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, (encoding,), name)
    return _decoded(data, ("utf-8", "gb18030"), name)


def _decoded(data: bytes, encodings: tuple[str, ...], name: str) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        strange = sum(1 for c in text[:20000] if (c < " " and c not in "\t\r\n\f\v") or "\ue000" <= c <= "\uf8ff")
        if strange * 50 <= min(len(text), 20000):
            return text
    raise _error(
        "E-READING-ENCODING", f"{name or '文件'}不是 UTF-8 或 GBK 文字", "用记事本另存为 UTF-8，或确认它是文字文件"
    )


def _docx(data: bytes, name: str) -> str:
    """Paragraphs and tables of a Word file in their order."""
    from docx import Document
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise _error("E-READING-TOO-LARGE", f"{name} 解开后过大", "拆开后再读")
            if "xl/workbook.xml" in packed.namelist():
                remedy = "把要读的行复制到文字文件里（列之间是制表符），再读"
                raise _error("E-READING-KIND", f"{name} 是电子表格", remedy)
        document = Document(io.BytesIO(data))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += table_lines([_cells(row) for row in block.rows])
            else:
                lines.append(block.text)
    except InnoCityError:
        raise
    except Exception as error:  # the library raises whatever its XML and zip layers raise
        raise _error(
            "E-READING-BROKEN", f"{name} 不是完整的 docx 文件", "重新下载，或用文字处理软件打开后另存"
        ) from error
    return "\n".join(lines)


def _cells(row: Any) -> list[str]:
    """The texts of a row's cells: one that is several columns wide has its text once, blanks beside it."""
    texts: list[str] = []
    before: Any = None
    for cell in row.cells:
        texts.append("" if cell._tc is before else cell.text.replace("\t", " "))
        before = cell._tc
    return texts


def _pdf(data: bytes, name: str) -> str:
    """Text of a PDF, page after page."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _error("E-READING-LOCKED", f"{name} 加了密", "先去掉打开密码")
        if len(reader.pages) > MOST_PAGES:
            raise _error(
                "E-READING-TOO-LARGE", f"{name} 有 {len(reader.pages)} 页", f"拆开后再读，每个不超过 {MOST_PAGES} 页"
            )
        pages = [page.extract_text() or "" for page in reader.pages]
    except InnoCityError:
        raise
    except Exception as error:  # damaged files fail in many ways inside the library
        raise _error("E-READING-BROKEN", f"{name} 不是完整的 pdf 文件", "重新下载，或另存为新的 pdf") from error
    if sum(len(re.sub(r"\s", "", page)) for page in pages) < 10 * max(1, len(pages)):
        raise _error("E-READING-SCANNED", f"{name} 是扫描件，没有可读的文字", _OCR)
    return "\n".join(re.sub(r"(?m)^\s*[-—]?\s*[0-9]{1,4}\s*[-—]?\s*$", "", page) for page in pages)


def _error(code: str, message: str, remedy: str) -> InnoCityError:
    return InnoCityError(code, message, remedy=remedy)
