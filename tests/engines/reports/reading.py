"""Read Word files back: text, tables, parts."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml.ns import qn


def opened(content: bytes) -> Any:
    """The document in a `.docx`."""
    return Document(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    """All paragraphs of the body, those of tables too."""
    body = opened(content).element.body
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


def whole(content: bytes) -> str:
    """The text of the body."""
    return "\n".join(texts(content))


def styled(content: bytes, style: str) -> list[str]:
    """The texts of paragraphs of a style."""
    return [p.text for p in opened(content).paragraphs if p.style.style_id == style]


def tables(content: bytes) -> list[list[list[str]]]:
    """All tables as rows of cell texts."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in opened(content).tables]


def parts(content: bytes) -> dict[str, bytes]:
    """The files inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
