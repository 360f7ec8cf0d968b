"""What a report consists of, whatever file it becomes: headings, paragraphs, tables, charts, a signature.

A figure in a block stays a `Number` until it is printed, so that a table can refuse it: a formal table holds
only figures that their unit has confirmed, none that is simulated, forecast or waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-REPORT-FIGURE": ("正式表格里放进了不能放的数", "a formal table holds a figure that it must not hold"),
})  # fmt: skip

Align = Literal["left", "center", "right"]
#: What stands beside a figure that is not confirmed, simulated, or forecast.
MARKS = {"unconfirmed": "※", "simulated": "（模拟）", "forecast": "（预测）"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure or a statement stands: a document with its article, or a record; and of which day."""

    title: str
    number: str = ""
    article: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """One figure as it is printed (`1376家`), what period it is of, where it stands, and what may be done with it."""

    text: str
    period: str
    source: Source
    confirmed: bool = False
    simulated: bool = False
    forecast: bool = False

    @property
    def formal(self) -> bool:
        """Whether it may stand in a formal table."""
        return self.confirmed and not self.simulated and not self.forecast

    @property
    def mark(self) -> str:
        """What is printed behind it, so that nobody takes it for more than it is."""
        if self.simulated:
            return MARKS["simulated"]
        if self.forecast:
            return MARKS["forecast"]
        return "" if self.confirmed else MARKS["unconfirmed"]


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference to a source, printed as its number in the list of sources."""

    sources: tuple[Source, ...]


Part: TypeAlias = str | Number | Cite
Parts: TypeAlias = tuple[Part, ...]
Cell: TypeAlias = Part | Parts


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 (一、), 2 (（一）), 3 (1.), 4 (（1）); its number is part of the text."""

    level: Literal[1, 2, 3, 4]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `style`: body (two characters indented), plain (no indent), note (small), subtitle, center."""

    parts: Parts
    style: Literal["body", "plain", "note", "subtitle", "center", "banner"] = "body"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in parts of the whole, and where its cells are set."""

    name: str
    width: float
    align: Align = "left"


def columns(text: str) -> tuple[Column, ...]:
    """Columns written as `name:width`, with c (centre) or r (right) behind the width.

    >>> columns("序号:8c 指标:39")
    (Column(name='序号', width=8.0, align='center'), Column(name='指标', width=39.0, align='left'))
    """
    aligns: dict[str, Align] = {"c": "center", "r": "right"}
    found = []
    for word in text.split():
        name, _, width = word.rpartition(":")
        found.append(Column(name, float(width.rstrip("cr")), aligns.get(width[-1], "left")))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading is repeated on every page. `formal` tables refuse figures that are not confirmed."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    formal: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: row {number} has {len(row)} cells, {len(self.columns)} expected")
            if self.formal:
                for part in parts_of(row):
                    _refuse(self.caption, part)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of two columns, names at the left, at the right what is known, or space to write in (`lines` high)."""

    rows: tuple[tuple[str, Parts, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a name, its segments by series (counts or shares), and a printed value."""

    name: str
    values: tuple[float, ...]
    printed: str
    hollow: bool = False  # drawn as an outline: the figure is not confirmed


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the data that it shows; where no picture can be made the data stand as a table.

    `kind` counts: bars of stacked counts; pace: how far against how far it should be, in per cent of the way.
    """

    kind: Literal["counts", "pace"]
    caption: str
    series: tuple[str, ...]
    colors: tuple[str, ...]
    bars: tuple[Bar, ...]
    note: str = ""

    @property
    def alt(self) -> str:
        """The picture in words."""
        return f"{self.caption}：" + "；".join(f"{bar.name} {bar.printed}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a draft: place for number and signer left blank, a red line below."""

    state: str = "送审稿"


@dataclass(frozen=True, slots=True)
class Title:
    """The title, in lines broken where its sense allows."""

    lines: tuple[str, ...]
    compact: bool = False  # without the blank lines above: a form of one page


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs (where known) and space for seal and date, both blank."""

    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A new page, upright or across; it stays so until the next."""

    landscape: bool = False


@dataclass(frozen=True, slots=True)
class SourceList:
    """The numbered list of every source that was cited; stands last."""

    heading: str = "数据来源"


Block: TypeAlias = Heading | Paragraph | Table | Form | Chart | Head | Title | Signature | Break | SourceList


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: its kind, title and day, its blocks in order, and whether anything in it is simulated."""

    kind: str
    title: str
    city: str
    as_of: date
    blocks: tuple[Block, ...]
    simulated: bool = False


def parts_of(row: tuple[Cell, ...]) -> tuple[Part, ...]:
    """All parts of the cells of a row, in order.

    >>> parts_of(("a", ("b", "c")))
    ('a', 'b', 'c')
    """
    found: list[Part] = []
    for cell in row:
        found.extend(cell if isinstance(cell, tuple) else (cell,))
    return tuple(found)


def _refuse(caption: str, part: Part) -> None:
    if isinstance(part, Number) and not part.formal:
        raise InnoCityError(
            "E-REPORT-FIGURE",
            f"“{caption}”里的“{part.text}”是预测值" if part.forecast
            else f"“{caption}”里的“{part.text}”是模拟值" if part.simulated
            else f"“{caption}”里的“{part.text}”未经责任单位确认",
            remedy="放到参考表里，或先由责任单位确认",
        )  # fmt: skip
