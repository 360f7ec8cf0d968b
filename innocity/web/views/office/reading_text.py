"""The text of a document with its findings laid over it: parts of a page each, lines, pieces between marks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from innocity.actions.reading_store import review_of

PART = 4000  # characters of a part, about
MOST_OF_PART = 40  # findings after which a part ends

Span = tuple[str, int, int]  # a finding's key, first character inside, last outside


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that the same findings cover, the shortest first; `begins`: those that begin here; whether it is
    part of a heading."""

    start: int
    text: str
    keys: tuple[str, ...]
    begins: tuple[str, ...]
    heading: bool = False

    @property
    def kind(self) -> str:
        """The kind that the piece is marked with."""
        return self.keys[0].replace("+", "-").partition("-")[0] if self.keys else ""

    @property
    def of(self) -> str:
        """The findings that cover it, for the script."""
        return " ".join(self.keys)


Line = tuple[Piece, ...]


def cuts(text: str, spans: Sequence[Span], most: int = PART, marks: int = MOST_OF_PART) -> list[int]:
    """Where parts begin, and the end of the last; a part ends at a line's or sentence's end, in no finding.

    >>> cuts("一行\\n两行\\n三行", [("tasks-0", 4, 8)], most=3)
    [0, 3, 8]
    """
    taken = _merged(spans)
    starts = sorted(start for _, start, _ in spans)
    found = [0]
    for place, sign in enumerate(text, 1):
        begun = found[-1]
        long_line = place - begun >= 2 * most and sign in "。；;"
        if sign != "\n" and not long_line:
            continue
        full = place - begun >= most or bisect_right(starts, place - 1) - bisect_right(starts, begun - 1) >= marks
        if full and not _inside(taken, place) and place < len(text):
            found.append(place)
    return [*found, len(text)]


def _merged(spans: Sequence[Span]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for _, start, end in sorted(spans, key=lambda one: one[1]):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _inside(taken: list[tuple[int, int]], place: int) -> bool:
    at = bisect_right(taken, (place - 1, 1 << 62)) - 1
    return at >= 0 and taken[at][0] < place < taken[at][1]


@lru_cache(maxsize=32)
def parts_in(folder: Path, sha: str) -> list[int]:
    """The cuts of a folder's document as it was read; they stay as they are whatever is decided."""
    review = review_of(folder)
    return cuts(review.text, [(key, one.start, one.end) for key, one in review.findings()])


def part_at(parts: Sequence[int], place: int) -> int:
    """The number (from 1) of the part in which a place lies."""
    return min(max(bisect_right(parts, place), 1), len(parts) - 1)


def lines_of(text: str, start: int, end: int, spans: Iterable[Span], headings: Iterable[tuple[int, int]]) -> list[Line]:
    """The lines of a part, cut at the ends of findings and headings; empty lines are left out.

    >>> [line] = lines_of("甲奖励乙", 0, 4, [("benefits-0", 1, 3)], [(0, 1)])
    >>> [(piece.text, piece.keys, piece.begins, piece.heading) for piece in line]
    [('甲', (), (), True), ('奖励', ('benefits-0',), ('benefits-0',), False), ('乙', (), (), False)]
    """
    inside = [one for one in spans if one[1] < end and start < one[2]]
    heads = [one for one in headings if one[0] < end and start < one[1]]
    lines: list[Line] = []
    place = start
    for raw in text[start:end].split("\n"):
        stop = place + len(raw)
        if raw.strip():
            here = [one for one in inside if one[1] < stop and place < one[2]]
            lines.append(_pieces(text, (place, stop), here, [one for one in heads if one[0] < stop and place < one[1]]))
        place = stop + 1
    return lines


def _pieces(text: str, line: tuple[int, int], spans: list[Span], heads: list[tuple[int, int]]) -> Line:
    edges = set(line)
    for first, last in (*((first, last) for _, first, last in spans), *heads):
        edges |= {max(first, line[0]), min(last, line[1])}
    found = []
    for left, right in pairwise(sorted(edges)):
        covering = sorted((one for one in spans if one[1] < right and left < one[2]), key=lambda one: one[2] - one[1])
        begins = tuple(key for key, first, _ in covering if first == left)
        heading = any(first < right and left < last for first, last in heads)
        found.append(Piece(left, text[left:right], tuple(key for key, _, _ in covering), begins, heading))
    return tuple(found)


def found_at(text: str, quote: str, start: int | None) -> list[tuple[int, int]]:
    """The places where a quote stands, blanks left out of account; only that at `start` where it stands there.

    >>> found_at("给予 20\\n万元，再给予20万元", "给予20万元", None)
    [(0, 8), (10, 16)]
    """
    wanted = "".join(quote.split())
    places = [place for place, sign in enumerate(text) if not sign.isspace()]
    plain = "".join(text[place] for place in places)
    found: list[tuple[int, int]] = []
    at = plain.find(wanted) if wanted else -1
    while at >= 0:
        found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = plain.find(wanted, at + 1)
    exact = [one for one in found if one[0] == start]
    return exact or found
