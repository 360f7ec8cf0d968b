"""A report as HTML: semantic, escaped, without scripts; a whole page, or the article alone for a site."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

from innocity.engines.reports.blocks import (
    Block,
    Break,
    Cell,
    Chart,
    Form,
    Head,
    Heading,
    Paragraph,
    Report,
    Signature,
    SourceList,
    Table,
    Title,
)
from innocity.engines.reports.charts import Pictures, as_table
from innocity.engines.reports.citing import Citations
from innocity.engines.reports.words import SIMULATED, written

#: Where a site keeps a picture: chart number and PNG in, address out.
Address = Callable[[int, bytes], str]
STYLE = """
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; color: #1a1a1a; background: #fff;
  font: 1rem/1.8 "Noto Serif CJK SC", "Songti SC", SimSun, serif; }
h1 { text-align: center; font-size: 1.5rem; line-height: 1.5; } h2 { font-size: 1.2rem; }
h3 { font-size: 1.05rem; } p { margin: .4rem 0; } p.body { text-indent: 2em; text-align: justify; }
p.center, p.subtitle { text-align: center; } .note, figcaption { font-size: .85rem; color: #444; }
.banner { color: #b00020; text-align: center; font-weight: bold; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; line-height: 1.5; }
caption { font-weight: bold; padding: .4rem; } thead th { background: #f2f4f6; }
th, td { border: 1px solid #888; padding: .25rem .4rem; vertical-align: top; }
.center { text-align: center; } .right { text-align: right; } sup a { text-decoration: none; }
figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
.sign { text-align: right; padding-right: 4em; }
@media print { body { max-width: none; padding: 0; } thead { display: table-header-group; }
  tr { break-inside: avoid; } }
"""


def html_page(report: Report, pictures: Pictures | None = None) -> str:
    """A whole page that stands alone: pictures are inside it."""
    inside = article(report, pictures, lambda number, png: f"data:image/png;base64,{base64.b64encode(png).decode()}")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{inside}</body>\n</html>\n"
    )


def article(report: Report, pictures: Pictures | None = None, address: Address | None = None) -> str:
    """The report as one `<article>`; without `address` charts are given as tables only."""
    return _Page(pictures or Pictures(), address).write(report)


class _Page:
    def __init__(self, pictures: Pictures, address: Address | None) -> None:
        self.pictures, self.address = pictures, address
        self.citations = Citations()
        self.charts = 0
        self.writers: dict[type[Any], Callable[[Any], str]] = {
            Heading: self._heading, Paragraph: self._paragraph, Table: self._table, Form: self._form,
            Chart: self._chart, Head: self._head, Title: self._title, Signature: self._signature,
            Break: lambda block: "", SourceList: self._sources,
        }  # fmt: skip

    def write(self, report: Report) -> str:
        blocks = "".join(self.block(block) for block in report.blocks)
        notice = f'<p class="banner" role="note">{escape(SIMULATED)}</p>\n' if report.simulated else ""
        return (
            f'<article class="report" data-kind="{escape(report.kind)}" data-as-of="{report.as_of.isoformat()}">\n'
            f"{notice}{blocks}</article>\n"
        )

    def block(self, block: Block) -> str:
        return self.writers[type(block)](block)

    def _inline(self, cell: Cell) -> str:
        return "".join(
            f'<sup><a href="#source-{text}">[{text}]</a></sup>' if kind == "cite" else _text(text)
            for kind, text in self.citations.pieces(cell)
        )

    def _heading(self, block: Heading) -> str:
        level = block.level + 1
        return f"<h{level}>{_text(block.text)}</h{level}>\n"

    def _paragraph(self, block: Paragraph) -> str:
        return f'<p class="{block.style}">{self._inline(block.parts)}</p>\n'

    def _title(self, block: Title) -> str:
        return f"<h1>{'<br>'.join(_text(line) for line in block.lines)}</h1>\n"

    def _head(self, block: Head) -> str:
        return f'<p class="plain">{_text(block.state)}</p>\n'

    def _signature(self, block: Signature) -> str:
        issuer = f"{_text(block.issuer)}<br>" if block.issuer else ""
        return f'<p class="sign">{issuer}　　年　　月　　日</p>\n'

    def _table(self, block: Table) -> str:
        caption = f"<caption>{_text(block.caption)}</caption>" if block.caption else ""
        # A column without a name has no heading cell: an empty one says nothing to whoever hears it.
        head = "".join(
            f'<th scope="col">{_text(column.name)}</th>' if column.name else "<td></td>" for column in block.columns
        )
        rows = "".join(
            "<tr>" + "".join(
                f"<td{_align(column.align)}>{self._inline(value)}</td>"
                for column, value in zip(block.columns, row, strict=True)
            ) + "</tr>\n"
            for row in block.rows
        )  # fmt: skip
        kind = ' data-formal="true"' if block.formal else ""
        note = f'<p class="note">{_text(block.note)}</p>\n' if block.note else ""
        return (
            f'<div class="scroll" tabindex="0"><table{kind}>{caption}<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{rows}</tbody></table></div>\n{note}"
        )

    def _form(self, block: Form) -> str:
        rows = "".join(
            f'<tr><th scope="row">{_text(name)}</th><td>{self._inline(parts)}</td></tr>\n'
            for name, parts, _ in block.rows
        )
        return f"<table><tbody>\n{rows}</tbody></table>\n"

    def _chart(self, block: Chart) -> str:
        """The picture, and always its data as a table that opens."""
        png = self.pictures.png(block) if self.address else None
        data = self._table(as_table(block))
        if png is None or self.address is None:
            return data
        self.charts += 1
        where = escape(self.address(self.charts, png), quote=True)
        note = f"<br>{_text(block.note)}" if block.note else ""
        return (
            f'<figure><img src="{where}" alt="{escape(block.alt, quote=True)}">'
            f"<figcaption>{_text(block.caption)}{note}</figcaption>\n"
            f"<details><summary>数据</summary>{data}</details></figure>\n"
        )

    def _sources(self, block: SourceList) -> str:
        if not self.citations.numbers:
            return ""
        items = "".join(
            f'<li id="source-{number}" value="{number}">{_text(written(source))}</li>\n'
            for number, source in self.citations.listed()
        )
        return f'<section class="sources"><h2>{_text(block.heading)}</h2>\n<ol>\n{items}</ol></section>\n'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _align(align: str) -> str:
    return "" if align == "left" else f' class="{align}"'


__all__ = ["Address", "article", "html_page"]
