"""The text in one flow: marks normalised, blanks inside words and numbers gone, every character's place kept."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from innocity.engines.reading.grids import Table

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_MARKS: dict[int, str | int] = {
    **_WIDE, 0x2236: ":", 0xFE55: ":", 0x2215: "/", 0x3000: " ", 0x00A0: " ", 0x2003: " ", 0x2002: " ",
    0x2009: " ", 0x3014: "〔", 0x3015: "〕", 0x2015: "—", 0x2013: "—", 0x2500: "—", 0x2501: "—",
    0xFF5E: "~", 0x301C: "~",
    0x0085: "\n", 0x2028: "\n", 0x2029: "\n", 0x0D: "\n", 0x0B: "\n", 0x0C: "\n",
}  # fmt: skip
_NOTHING = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff\u00ad]+|_[a-z]{3,20}_page_break_tag_")
_END = '。;:!?)〕】」』”"|'
_MARKER = re.compile(
    r"[一二三四五六七八九十百]{1,4}、|\([一二三四五六七八九十百]{1,4}\)|[0-9]{1,2}[.、)]|\([0-9]{1,2}\)|[①-⑳•●■◆▪·*-]"
    r"|第[一二三四五六七八九十百零0-9]{1,6}[章节条]|附件|注:|\([^()\n]{2,12}:"
    r"|[\u4e00-\u9fff]{2,4}(?:单位|部门|处室|科室|股室|领导|时限|期限)(?:\([^()\n]{1,6}\))?:|(?:任务|行动|工程|举措)[一二三四五六七八九十]{1,3}[:、]"
)
_TITLE = re.compile(r"(?:通知|意见|方案|办法|措施|规定|细则|规划|报告|决定|公告|函|政策|纲要|条例|计划|指南)$")


TABLE = "|"  # stands for a table: what follows it begins a paragraph


@dataclass(frozen=True, slots=True)
class Flow:
    """`text` is what the passes read; its character i stands at `at[i]` of the text as given.

    `tables` are read row by row; their lines are not in `text`.
    """

    text: str
    at: list[int]
    source: str
    tables: tuple[Table, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Places in the text as given of a piece of the flow.

        >>> flow("给予 100 万\\u00a0元").span(2, 7)
        (3, 10)
        """
        if start >= end:
            here = self.at[start] if start < len(self.at) else len(self.source)
            return here, here
        return self.at[start], self.at[end - 1] + 1

    def gap(self, i: int) -> bool:
        """Whether blanks stood between characters i-1 and i of the flow."""
        return 0 < i < len(self.at) and self.at[i] - self.at[i - 1] > 1

    def where(self, place: int) -> int:
        """The first character of the flow at or after a place of the text as given."""
        return bisect_left(self.at, place)


def plain(text: str) -> str:
    """Full-width marks as half-width ones, every kind of blank as a blank; as long as before.

    >>> plain("（１∶１），５\\u00a0％")
    '(1:1),5 %'
    """
    return text.translate(_MARKS)


def flow(text: str, tables: tuple[Table, ...] = ()) -> Flow:
    """Bring a text into one flow without its tables. A line break stays only where a paragraph ends.

    >>> flow("把开发区打造成为，\\n\\n“新”策源地。\\n二、任务").text
    '把开发区打造成为,“新”策源地。\\n二、任务'
    """
    marks = plain(text)
    pieces: list[str] = []
    at: list[int] = []
    before = ""
    spans = iter([(t.start, t.end) for t in tables])
    table = next(spans, None)
    for start, end in _lines(marks):
        while table and table[1] < start:
            table = next(spans, None)
        if table and table[0] <= end and start <= table[1]:
            before = before and TABLE
            continue
        line, places = _squeeze(marks, start, end)
        if not line:
            continue
        if before and not _goes_on(before, line):
            pieces.append("\n")
            at.append(places[0] - 1 if places[0] else 0)
        pieces.append(line)
        at.extend(places)
        before = line
    return Flow("".join(pieces), at, text, tables)


def _lines(marks: str) -> list[tuple[int, int]]:
    found, start = [], 0
    while start <= len(marks):
        end = marks.find("\n", start)
        end = len(marks) if end < 0 else end
        found.append((start, end))
        start = end + 1
    return found


def _squeeze(marks: str, start: int, end: int) -> tuple[str, list[int]]:
    kept: list[str] = []
    places: list[int] = []
    for blank in _NOTHING.finditer(marks, start, end):
        kept.append(marks[start : blank.start()])
        places.extend(range(start, blank.start()))
        start = blank.end()
    kept.append(marks[start:end])
    places.extend(range(start, end))
    return "".join(kept), places


def _goes_on(before: str, line: str) -> bool:
    """Whether `line` carries on the sentence that `before` leaves open (page breaks, wrapped lines)."""
    if before[-1] in _END or _MARKER.match(line) or _TITLE.search(before):
        return False
    if line[0] in ",。;、)〕%":
        return True
    return len(before) >= 60 or (len(before) >= 8 and re.search(r"[,。]", before) is not None)
