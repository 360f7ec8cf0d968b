"""Text of scanned pages: an extra (`pip install 'innocity[ocr]'`), off unless asked for.

The pages are drawn and their characters recognised on this machine; the models lie in the package rapidocr-onnxruntime
(Apache-2.0), nothing is downloaded or sent. What is recognised holds mistakes: a person compares it with the pages.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-READING-OCR": ("没有装文字识别附加组件", "the optional extra that recognises scanned pages is not installed"),
})  # fmt: skip

MOST_PAGES = 300  # about two seconds each
SCALE = 2.5  # times 72 dots an inch
_PAGE_NUMBER = re.compile(r"[-—–\s]*[0-9]{1,4}[-—–\s]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A recognised run of characters: left, top, right and bottom on the page in dots, its text."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def scanned_text(data: bytes, name: str) -> str:
    """The text of a scanned PDF, page after page, lines of one paragraph joined.

    Errors: E-READING-OCR without the extra, E-READING-BROKEN, E-READING-TOO-LARGE, E-READING-SCANNED where no
    characters are recognised.
    """
    recognise = _engine()
    pages = []
    for image in _drawn(data, name):
        found, _ = recognise(image)
        pages.append("\n".join(paragraphs(_pieces(found or ()))))
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
        remedy = "pip install 'innocity[ocr]'，再运行一次"
        raise InnoCityError("E-READING-OCR", "没有装文字识别附加组件", remedy=remedy) from None
    return RapidOCR()


def _drawn(data: bytes, name: str) -> Iterator[Any]:
    """The pages as arrays of shape (height, width, 3)."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        remedy = "重新扫描，或另存为新的 pdf"
        raise InnoCityError("E-READING-BROKEN", f"{name} 不是完整的 pdf 文件", remedy=remedy) from error
    if len(document) > MOST_PAGES:
        remedy = f"拆开后再识别，每个不超过 {MOST_PAGES} 页"
        raise InnoCityError("E-READING-TOO-LARGE", f"{name} 有 {len(document)} 页", remedy=remedy)
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
    """
    lines = [line for line in _lines(pieces) if not _PAGE_NUMBER.fullmatch(line.text)]
    if not lines:
        return []
    left, right = min(p.left for p in lines), max(p.right for p in lines)
    width = median((p.right - p.left) / max(1, len(p.text)) for p in lines)
    found: list[str] = []
    full = False  # whether the line before reaches the right margin
    for line in lines:
        if full and line.left - left < 1.5 * width:
            found[-1] += line.text
        else:
            found.append(line.text)
        full = right - line.right < 2 * width and line.right - line.left > (right - left) / 2
    return found


def _lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Runs side by side as one, from top to bottom."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom) / 2):
        middle = (piece.top + piece.bottom) / 2
        if found and min(p.top for p in found[-1]) < middle < max(p.bottom for p in found[-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [_joined(sorted(line, key=lambda p: p.left)) for line in found]


def _joined(line: Sequence[Piece]) -> Piece:
    """One line; a wide gap between two runs, as between the cells of a table, becomes a tab."""
    text = line[0].text
    for one, two in itertools.pairwise(line):
        high = one.bottom - one.top
        text += ("\t" if two.left - one.right > 2 * high else "") + two.text
    return Piece(line[0].left, min(p.top for p in line), line[-1].right, max(p.bottom for p in line), text)
