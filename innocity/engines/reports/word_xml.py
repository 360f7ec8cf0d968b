"""Small pieces of WordprocessingML as text: runs, paragraphs, tables, sections. Everything put in is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from innocity.engines.reports import page
from innocity.engines.reports.citing import Piece
from innocity.engines.reports.word_styles import W

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML has no place for these
#: Properties of a paragraph of no height (a point is the least).
FLAT = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
_HINT = '<w:rFonts w:hint="eastAsia"/>'  # quotation marks and dashes are Chinese ones


def clean(text: str) -> str:
    """Text without the characters that XML forbids, escaped.

    >>> clean("a<b\\x00")
    'a&lt;b'
    """
    return escape(_FORBIDDEN.sub("", text))


def run(text: str, properties: str = "") -> str:
    """A run; line breaks in the text become line breaks in the paragraph."""
    lines = (f'<w:t xml:space="preserve">{clean(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{_HINT}{properties}</w:rPr>{'<w:br/>'.join(lines)}</w:r>"


def runs(pieces: Iterable[Piece]) -> str:
    """Printed text with the numbers of sources raised."""
    return "".join(
        run(f"[{text}]", '<w:vertAlign w:val="superscript"/>') if kind == "cite" else run(text)
        for kind, text in pieces
        if text
    )


def paragraph(style: str, content: str, properties: str = "") -> str:
    """A paragraph of a style; `properties` overrides parts of it."""
    return f'<w:p {W}><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def widths(parts: Sequence[float], whole: int) -> list[int]:
    """Parts of a whole as twips that add up to it.

    >>> widths([1, 1, 2], 101)
    [25, 25, 51]
    """
    total = sum(parts)
    found = [int(whole * part / total) for part in parts]
    found[-1] += whole - sum(found)
    return found


def cell(width: int, style: str, content: str, align: str | None = None, *, middle: bool = True) -> str:
    """A cell with one paragraph."""
    jc = f'<w:jc w:val="{align}"/>' if align else ""
    place = '<w:vAlign w:val="center"/>' if middle else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{place}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{jc}</w:pPr>{content}</w:p></w:tc>'
    )


def row(cells: Iterable[str], *, head: bool = False, height: int | None = None) -> str:
    """A row that is never split over pages; a head row is repeated on each."""
    repeat = "<w:tblHeader/>" if head else ""
    least = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{least}{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def table(columns: Sequence[int], rows: Iterable[str]) -> str:
    """A table of fixed column widths in twips, framed and ruled."""
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for edge, size in (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
    )
    margins = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in (("left", 55), ("right", 55)))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        f'<w:tbl {W}><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def section(landscape: bool, references: str) -> str:
    """A section's page: upright, or across with the binding edge above; `references` are those to footers."""
    width, height = (page.HEIGHT, page.WIDTH) if landscape else (page.WIDTH, page.HEIGHT)
    top, right, bottom, left = page.TOP, page.RIGHT, page.BOTTOM, page.LEFT
    if landscape:
        top, right, bottom, left = page.LEFT, page.TOP, page.RIGHT, page.BOTTOM
    orient = ' w:orient="landscape"' if landscape else ""
    footer = bottom - page.twips(7) - 280
    return (
        f'<w:sectPr {W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{references}'
        f'<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{orient}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="{page.twips(20)}" w:footer="{footer}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{page.LINE}"/></w:sectPr>'
    )


def page_number() -> str:
    """— 1 —: the page's number between dashes, as a field."""
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    field = f'{begin}<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>{end}'
    return f"{run('— ')}{field}{run(' —')}"
