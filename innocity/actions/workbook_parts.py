"""What the XML of a workbook's part holds, read a stretch at a time: the corner of its cells, failed formulas, text.

Counts are never too low: a cell or row whose place cannot be read counts as one more column or row for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_ATTRIBUTED_CELL = re.compile(rb"<c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_ROWS = re.compile(rb"<row\s[^>]*?\br\s*=\s*[\"']([0-9]+)[\"']")
_FAILED = re.compile(rb"<c\s+r=\"([A-Z]+[0-9]+)\"[^>]*\bt=\"e\"")
_UNCOUNTED = re.compile(rb"<c\s+r=\"([A-Z]+[0-9]+)\"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
_PREFIX = re.compile(rb"<(/?)[A-Za-z_][\w.-]*:(?=(?:c|row|f|v|si|is|mergeCell)[\s/>])")
_AFTER_PREFIX = np.zeros(256, bool)  # how the tags begin that are counted: `c`, `row`, `f`, `mergeCell`
_AFTER_PREFIX[[ord("c"), ord("r"), ord("f"), ord("m")]] = True
_STRINGS = re.compile(rb"\bt=\"s\"[^>]*><v>([0-9]+)</v>")
_LISTED = 50
_REFERENCE = 14  # signs of the longest reference that is read at once: AAA1048576 and its quote
_HUGE = 10**9


@dataclass(slots=True)
class Part:
    """What a part holds. `unplaced` are cells and rows that do not say where they stand."""

    size: int = 0
    tags: int = 0
    rows: int = 0
    columns: int = 0
    cells: int = 0
    unplaced_cells: int = 0
    unplaced_rows: int = 0
    merged: int = 0
    failed: list[str] = field(default_factory=list)  # cells that show an error such as #REF!
    uncounted: list[str] = field(default_factory=list)  # formulas that were never worked out

    @property
    def height(self) -> int:
        """The last row there may be."""
        return self.rows + self.unplaced_rows

    @property
    def width(self) -> int:
        """The last column there may be."""
        return self.columns + self.unplaced_cells

    def note(self, text: bytes) -> None:
        """Take in a stretch of XML that ends before a tag."""
        signs = np.frombuffer(text, np.uint8)
        if _may_have_prefixes(signs):
            text = without_prefixes(text)
            signs = np.frombuffer(text, np.uint8)
        opened = np.flatnonzero(signs[: max(len(signs) - 2, 0)] == ord("<"))
        self.tags += len(opened)
        self.merged += text.count(b"<mergeCell ")
        after = signs[opened + 2]
        ended = (after <= ord(" ")) | (after == ord("/")) | (after == ord(">"))
        cells = opened[(signs[opened + 1] == ord("c")) & ended]
        self._note_rows(text)
        if len(cells):
            self.cells += len(cells)
            self._note_cells(text, signs, cells)

    def _note_rows(self, text: bytes) -> None:
        rows = text.count(b"<row")
        if rows:
            numbers = _ROWS.findall(text)
            self.rows = max(self.rows, _largest(numbers))
            self.unplaced_rows += max(rows - len(numbers), 0)

    def _note_cells(self, text: bytes, signs: Any, cells: Any) -> None:
        plain, columns, rows = _places(signs, cells)
        if plain < len(cells):
            found = _ATTRIBUTED_CELL.findall(text)
            self.columns = max([self.columns, *(_column(letters) for letters, _ in found)])
            self.rows = max([self.rows, *(_number(digits) for _, digits in found)])
            self.unplaced_cells += max(len(cells) - len(found), 0)
        self.columns, self.rows = max(self.columns, columns), max(self.rows, rows)
        if b't="e"' in text and len(self.failed) < _LISTED:
            self.failed += [found.decode() for found in _FAILED.findall(text)]
        if b"<f" in text and len(self.uncounted) < _LISTED:
            self.uncounted += [found.decode() for found in _UNCOUNTED.findall(text)]


def without_prefixes(text: bytes) -> bytes:
    """XML with the tags of sheets as they stand without a name space's prefix.

    >>> without_prefixes(b'<x:row r="1"><x:c/></x:row>')
    b'<row r="1"><c/></row>'
    """
    return _PREFIX.sub(rb"<\1", text) if b":" in text else text


def _may_have_prefixes(signs: Any) -> bool:
    """Whether there is a colon after which a counted tag could go on. One pass: every row says `spans="1:9"`."""
    colons = np.flatnonzero(signs[:-1] == ord(":"))
    return bool(_AFTER_PREFIX[signs[colons + 1]].any())


def string_lengths(text: bytes) -> Any:
    """Bytes of each shared string, with its tags.

    >>> string_lengths(b'<sst><si><t>a</t></si><si/></sst>').tolist()
    [14, 8]
    """
    signs = np.frombuffer(text, np.uint8)
    begins = (signs[:-2] == ord("<")) & (signs[1:-1] == ord("s")) & (signs[2:] == ord("i"))
    return np.diff(np.flatnonzero(begins), append=len(text)) - 3


def string_numbers(text: bytes) -> Any:
    """The numbers of the shared strings that cells show."""
    return np.array(_STRINGS.findall(text), dtype="S10").astype(np.int64)


def _places(signs: Any, cells: Any) -> tuple[int, int, int]:
    """How many cells begin with their place (`<c r="B7"`), and the last column and row among those."""
    near = cells[cells + 6 + _REFERENCE < len(signs)]
    late = cells[len(near) :]
    plain = near[(signs[near + 3] == ord("r")) & (signs[near + 4] == ord("=")) & (signs[near + 5] == ord('"'))]
    column = np.zeros(len(plain), np.int64)
    row = np.zeros(len(plain), np.int64)
    open_ = np.ones(len(plain), bool)
    for step in range(_REFERENCE):
        sign = signs[plain + 6 + step].astype(np.int64)
        open_ &= sign != ord('"')
        upper = sign & ~0x20
        letter = open_ & (upper >= ord("A")) & (upper <= ord("Z"))
        digit = open_ & (sign >= ord("0")) & (sign <= ord("9"))
        open_ &= letter | digit
        column = np.where(letter, np.minimum(column * 26 + upper - 64, _HUGE), column)
        row = np.where(digit, np.minimum(row * 10 + sign - 48, _HUGE), row)
        if not open_.any():
            break
    placed = (column > 0) & (row > 0) & ~open_
    ends = _ATTRIBUTED_CELL.findall(signs[late[0] :].tobytes()) if len(late) else []
    columns = [int(column.max(initial=0)), *(_column(letters) for letters, _ in ends)]
    rows = [int(row.max(initial=0)), *(_number(digits) for _, digits in ends)]
    return int(placed.sum()) + len(ends), max(columns), max(rows)


def _number(digits: bytes) -> int:
    return int(digits) if len(digits) <= 9 else _HUGE


def _largest(numbers: list[bytes]) -> int:
    """The largest of some numbers, 0 of none."""
    if max(map(len, numbers), default=0) > 9:
        return max(map(_number, numbers))
    return int(np.array(numbers, "S9").astype(np.int64).max(initial=0))


def _column(letters: bytes) -> int:
    """The number of a column, from 1.

    >>> _column(b"A"), _column(b"XFD")
    (1, 16384)
    """
    found = 0
    for letter in letters.upper()[:8]:
        found = found * 26 + letter - 64
    return found
