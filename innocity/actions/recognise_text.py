"""Text of scanned pages: an extra (`pip install 'innocity[ocr]'`), off unless asked for.

The pages are drawn and their characters recognised on this machine; the models lie in the package rapidocr-onnxruntime
(Apache-2.0), nothing is downloaded or sent. What is recognised holds mistakes: a person compares it with the pages.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from threading import Lock
from typing import Any

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-READING-OCR": ("没有装文字识别附加组件", "the optional extra that recognises scanned pages is not installed"),
})  # fmt: skip

MOST_PAGES = 300  # some seconds each
_PDFIUM = Lock()  # the library under it does not bear two threads at once
SCALE = 2.5  # times 72 dots an inch
ROW = 3  # runs beside one another, with gaps between, are a row of a table
GAP = 0.6  # of a character's height: between the cells of a row
_PAGE_NUMBER = re.compile(r"[-—–\s]*[0-9]{1,4}[-—–\s]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A recognised run of characters: left, top, right and bottom on the page in dots, its text."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def can_recognise() -> bool:
    """Whether the extra is installed; nothing of it is loaded."""
    return all(importlib.util.find_spec(one) is not None for one in ("pypdfium2", "rapidocr_onnxruntime"))


def scanned_text(data: bytes, name: str, tell: Callable[[int, int], None] | None = None) -> str:
    """The text of a scanned PDF, page after page, lines of one paragraph joined.

    `tell` is told after each page how many are done and how many there are.

    Errors: E-READING-OCR without the extra, E-READING-BROKEN, E-READING-TOO-LARGE, E-READING-SCANNED where no
    characters are recognised.
    """
    recognise = _engine()
    document = _opened(data, name)
    pages = []
    for done, image in enumerate(_drawn(document), 1):
        found, _ = recognise(image)
        pages.append("\n".join(mended(line) for line in paragraphs(_pieces(found or ()))))
        if tell is not None:
            tell(done, len(document))
    text = "\n".join(page for page in pages if page)
    if not text.strip():
        remedy = "换一份更清楚的扫描件，或照原件录入"
        raise InnoCityError("E-READING-SCANNED", f"{name} 的页面上没有认出文字", remedy=remedy)
    return text


def _engine() -> Any:
    try:
        import pypdfium2  # noqa: F401  (drawing pages needs it)
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise _missing() from None
    return RapidOCR()


def check_scan(data: bytes, name: str) -> int:
    """How many pages a scanned PDF has. Errors: E-READING-OCR, E-READING-BROKEN, E-READING-TOO-LARGE."""
    if not can_recognise():
        raise _missing()
    with _PDFIUM:
        document = _opened(data, name)
        try:
            return len(document)
        finally:
            document.close()


def _missing() -> InnoCityError:
    return InnoCityError("E-READING-OCR", "没有装文字识别附加组件", remedy="pip install 'innocity[ocr]'，再运行一次")


def _opened(data: bytes, name: str) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        remedy = "重新扫描，或另存为新的 pdf"
        raise InnoCityError("E-READING-BROKEN", f"{name} 不是完整的 pdf 文件", remedy=remedy) from error
    if (pages := len(document)) > MOST_PAGES:
        document.close()
        remedy = f"拆开后再识别，每个不超过 {MOST_PAGES} 页"
        raise InnoCityError("E-READING-TOO-LARGE", f"{name} 有 {pages} 页", remedy=remedy)
    return document


def _drawn(document: Any) -> Iterator[Any]:
    """The pages as arrays of shape (height, width, 3)."""
    for page in document:
        longest = max(page.get_size())
        yield page.render(scale=min(SCALE, 4000 / max(longest, 1))).to_numpy()[:, :, :3]


def _pieces(found: Iterable[Sequence[Any]]) -> list[Piece]:
    pieces = []
    for corners, text, _score in found:
        xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
        pieces.append(Piece(min(xs), min(ys), max(xs), max(ys), str(text)))
    return pieces


def paragraphs(pieces: Sequence[Piece]) -> list[str]:
    """The paragraphs of a page: runs on one height make a line, a line that fills the width goes on in the next.

    >>> full, rest = Piece(10, 0, 100, 9, "对新认定的企业,每家"), Piece(10, 12, 60, 21, "奖励20万元。")
    >>> paragraphs([rest, full, Piece(28, 24, 80, 33, "二、人才"), Piece(40, 140, 60, 149, "- 3 -")])
    ['对新认定的企业,每家奖励20万元。', '二、人才']
    >>> row = [Piece(10, 40, 20, 49, "1"), Piece(30, 40, 60, 49, "开工"), Piece(70, 40, 100, 49, "市科技局")]
    >>> [line.split("\\t") for line in paragraphs([*row, full])]
    [['对新认定的企业,每家'], ['1', '开工', '市科技局']]
    """
    lines = [line for line in _lines(pieces) if not _PAGE_NUMBER.fullmatch(line.text)]
    if not lines:
        return []
    left, right = min(p.left for p in lines), max(p.right for p in lines)
    width = median((p.right - p.left) / max(1, len(p.text)) for p in lines)
    found: list[str] = []
    full = False  # whether the line before reaches the right margin
    high = 0.0  # of the line before: a title's characters are larger than those of the text
    for line in lines:
        alike = high < 1.2 * (line.bottom - line.top)
        high = line.bottom - line.top
        if full and alike and line.left - left < 1.5 * width and "\t" not in line.text:
            found[-1] += line.text
        else:
            found.append(line.text)
        full = right - line.right < 2 * width and line.right - line.left > (right - left) / 2 and "\t" not in line.text
    return found


#: What the models take for something else, only where the printed words leave no doubt.
_MENDED = (
    (re.compile(r"[\[【(（](20[0-9]{2})[\])）】](?=第?[0-9]{1,4}号)"), r"〔\1〕"),
    (re.compile(r"(?<=[0-9])%[0oO。](?=[给予的奖补资、，,])"), "‰"),
    (re.compile(r"([博硕院])土(?![地壤建木])"), r"\1士"),
    (re.compile(r"(研发|经费|资金|财政|科技)投人(?![员民才])"), r"\1投入"),
    (re.compile(r"(营业|销售|财政|主营业务|总|年)收人(?![员民才])"), r"\1收入"),
    (
        re.compile(r"^(第[一二三四五六七八九十百零0-9]{1,6}条)(?=[^\s，。：；,]{2,14}。.)"),
        r"\1 ",
    ),  # a title: the blank is lost
    (re.compile(r"各?部内(?=[：:、，,])"), lambda m: m[0][:-1] + "门"),
)


def mended(line: str) -> str:
    """A recognised line without the mistakes that its words show beyond doubt.

    >>> mended("汀政发[2024]17号"), mended("按成交额的1.5%0给予奖励"), mended("新引进的博土"), mended("研发投人达到3%")
    ('汀政发〔2024〕17号', '按成交额的1.5‰给予奖励', '新引进的博士', '研发投入达到3%')
    >>> mended("第四条支持平台建设。对新批准的"), mended("第一条为了促进创新，制定本办法。")
    ('第四条 支持平台建设。对新批准的', '第一条为了促进创新，制定本办法。')
    """
    for pattern, right in _MENDED:
        line = pattern.sub(right, line)
    return line


def _lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Runs side by side as one, from top to bottom."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom) / 2):
        middle = (piece.top + piece.bottom) / 2
        if found and min(p.top for p in found[-1]) < middle < max(p.bottom for p in found[-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    lines = [sorted(line, key=lambda p: p.left) for line in found]
    rows = [_is_row(line) for line in lines]
    beside = [any(rows[max(0, n - 1) : n + 2]) for n in range(len(lines))]
    return [_joined(line, near) for line, near in zip(lines, beside, strict=True)]


def _is_row(line: Sequence[Piece]) -> bool:
    return len(line) >= ROW and all(_apart(one, two) > GAP for one, two in itertools.pairwise(line))


def _apart(one: Piece, two: Piece) -> float:
    """The gap between two runs, in heights of a character."""
    return (two.left - one.right) / max(1.0, one.bottom - one.top)


def _joined(line: Sequence[Piece], in_table: bool) -> Piece:
    """One line; a gap between cells of a table, or one that is wide, becomes a tab."""
    text = line[0].text
    for one, two in itertools.pairwise(line):
        text += ("\t" if _apart(one, two) > (GAP if in_table else 2) else "") + two.text
    return Piece(line[0].left, min(p.top for p in line), line[-1].right, max(p.bottom for p in line), text)
