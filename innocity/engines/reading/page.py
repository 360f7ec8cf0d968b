"""The text of an HTML page: blocks as lines, tables as rows, without scripts, menus and footers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from innocity.engines.reading.cells import grid, table_lines

DEEPEST = 12  # tables inside tables that are read as tables
_BLANK = " \u00a0\u3000\r\f\v"  # not the tab: a row may begin with a blank cell


@dataclass(slots=True)
class _Table:
    """A table being read: finished rows of (text, columns, rows), the row and the cell that are open."""

    rows: list[list[tuple[str, int, int]]] = field(default_factory=list)
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)


class _Page(HTMLParser):
    """Text of a page. What is written goes to the innermost open cell, else to the page."""

    SKIP = frozenset(("script", "style", "nav", "header", "footer", "select", "button", "form", "noscript", "iframe"))
    BLOCK = frozenset(
        ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "title", "table", "section", "article")
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.skipping = 0
        self.tables: list[_Table] = []
        self.deeper = 0  # tables inside the deepest that is read as one

    def write(self, text: str) -> None:
        """Add text where the reader stands; between the cells of a table nothing is kept but what is no blank."""
        for table in reversed(self.tables):
            if table.cell is not None:
                table.cell.append(text)
                return
        self.pieces.append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SKIP:
            self.skipping += 1
        elif self.skipping:
            return
        elif tag == "table":
            if len(self.tables) < DEEPEST:
                self.tables.append(_Table())
            else:
                self.deeper += 1
        elif tag in ("tr", "td", "th") and self.tables and not self.deeper:
            self._cell_ends()
            if tag == "tr":
                self.tables[-1].rows.append([])
            else:
                self._cell_begins(dict(attrs))
        elif tag in self.BLOCK:
            self.write("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SKIP:
            self.skipping = max(0, self.skipping - 1)
        elif self.skipping:
            return
        elif tag == "table" and self.deeper:
            self.deeper -= 1
        elif tag == "table" and self.tables:
            self._table_ends()
        elif tag in ("tr", "td", "th") and self.tables and not self.deeper:
            self._cell_ends()
        elif tag in self.BLOCK:
            self.write("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.write(re.sub(r"[\r\n\t ]+", " ", data))

    def close(self) -> None:
        """End what the page left open."""
        super().close()
        while self.tables:
            self._table_ends()

    def _cell_begins(self, attrs: dict[str, str | None]) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        table.cell = []
        table.spans = (_span(attrs.get("colspan")), _span(attrs.get("rowspan")))

    def _cell_ends(self) -> None:
        table = self.tables[-1]
        if table.cell is not None:
            table.rows[-1].append((_lined("".join(table.cell)), *table.spans))
            table.cell = None

    def _table_ends(self) -> None:
        self._cell_ends()
        lines = table_lines(grid(self.tables.pop().rows))
        self.write("\n" + "\n".join(lines) + "\n")


def _span(value: str | None) -> int:
    return int(value) if value and re.fullmatch(r"[0-9]{1,4}", value) and int(value) > 0 else 1


def _lined(text: str) -> str:
    lines = (line.strip(_BLANK) for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip())


def page_text(page: str) -> str:
    """The text of an HTML page without its furniture, one line a block; a table's cells are parted by tabs.

    >>> page_text("<div><h1>通知</h1><script>x()</script><p>一、任务</p></div>")
    '通知\\n一、任务'
    >>> page_text("<table><tr><td>甲<td>乙<tr><td><p>1</p><td>2</table>")
    '甲\\t乙\\n1\\t2'
    """
    parser = _Page()
    parser.feed(page)
    parser.close()
    return _lined("".join(parser.pieces))
