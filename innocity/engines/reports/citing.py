"""Numbers for the sources of a report, in the order in which they are cited."""

from __future__ import annotations

from typing import Literal, TypeAlias

from innocity.engines.reports.blocks import Cell, Number, Part, Source

#: A piece of printed text: running text, or the number of a source.
Piece: TypeAlias = tuple[Literal["text", "cite"], str]


class Citations:
    """Gives each source the number of its first citation.

    >>> citations = Citations()
    >>> citations.text(("共", Number("27家", "2022年", Source("方案"), confirmed=True), "。"))
    '共27家[1]。'
    """

    def __init__(self) -> None:
        self.numbers: dict[Source, int] = {}

    def of(self, source: Source) -> int:
        """The number of a source."""
        return self.numbers.setdefault(source, len(self.numbers) + 1)

    def pieces(self, cell: Cell) -> list[Piece]:
        """A cell or a paragraph in pieces: each figure with its mark and the number of its source."""
        return [piece for part in (cell if isinstance(cell, tuple) else (cell,)) for piece in self._part(part)]

    def text(self, cell: Cell) -> str:
        """The same as one text."""
        return "".join(f"[{text}]" if kind == "cite" else text for kind, text in self.pieces(cell))

    def _part(self, part: Part) -> list[Piece]:
        if isinstance(part, str):
            return [("text", part)]
        if isinstance(part, Number):
            return [("text", part.text + part.mark), ("cite", str(self.of(part.source)))]
        return [("cite", str(self.of(source))) for source in part.sources]

    def listed(self) -> list[tuple[int, Source]]:
        """Every source cited so far with its number."""
        return [(number, source) for source, number in self.numbers.items()]
