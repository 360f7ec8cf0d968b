"""Sentences and their parts, seen through brackets and quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN = dict(zip("(〔[【《“‘「", ")〕]】》”’」", strict=True))
_CLOSE = frozenset(_OPEN.values())
DEEPEST = 12  # brackets inside brackets that are followed
LONGEST_SENTENCE = 3000  # characters
FURTHEST = 400  # characters after which an open bracket is taken for a slip


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the flow: places, the mark that ends it ('' at the end), its text."""

    start: int
    end: int
    mark: str
    text: str


def parts(text: str, start: int, end: int, marks: str) -> list[Part]:
    """Split at marks that stand outside brackets and quotes; the marks belong to no part.

    >>> [p.text for p in parts("甲(含乙,丙),“丁,戊”。己", 0, 17, ",。")]
    ['甲(含乙,丙)', '“丁,戊”', '己']
    """
    found: list[Part] = []
    begin = start
    for i in _outside(text, start, end, marks):
        if i > begin:
            found.append(Part(begin, i, text[i], text[begin:i]))
        begin = i + 1
    if begin < end:
        found.append(Part(begin, end, "", text[begin:end]))
    return found


def _outside(text: str, start: int, end: int, marks: str) -> list[int]:
    """Places of marks outside brackets. A bracket that never closes nearby is not followed."""
    found: list[int] = []
    closers: list[str] = []
    opened = start
    for m in re.finditer(rf"[{re.escape(marks)}(〔\[【《“‘「)〕\]】》”’」\n]", text[start:end]):
        i, c = start + m.start(), m[0]
        if closers and (c == "\n" or i - opened > FURTHEST):
            closers = []
        if c in _OPEN and c not in marks:
            if not closers:
                opened = i
            if len(closers) < DEEPEST:
                closers.append(_OPEN[c])
        elif c in _CLOSE:
            if c in closers:
                del closers[closers.index(c) :]
        elif c in marks and not closers:
            found.append(i)
    return found


def sentences(text: str, start: int, end: int) -> list[Part]:
    """Sentences, split at 。;!? and at paragraph ends; what runs on without end is no sentence and left out.

    >>> [s.text for s in sentences("甲,乙。丙;丁", 0, 7)]
    ['甲,乙', '丙', '丁']
    """
    return [p for p in parts(text, start, end, "。;!?\n") if p.end - p.start <= LONGEST_SENTENCE]


def clauses(text: str, start: int, end: int) -> list[Part]:
    """Parts of a sentence between commas (thousands separators are no commas).

    >>> [c.text for c in clauses("甲1,200元,乙", 0, 9)]
    ['甲1,200元', '乙']
    """
    found: list[Part] = []
    for part in parts(text, start, end, ",:"):
        last = found[-1] if found else None
        if last and last.mark and _inside_number(text, last.end):
            found[-1] = Part(last.start, part.end, part.mark, text[last.start : part.end])
        else:
            found.append(part)
    return found


def _inside_number(text: str, i: int) -> bool:
    if text[i] == ":":
        return text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
    return bool(re.match(r"[0-9],[0-9]{3}(?![0-9])", text[max(0, i - 1) : i + 5]))


def closing(text: str, opened: int, limit: int = 800) -> int:
    """The place of the bracket that closes the one at `opened`, or -1.

    >>> closing("(甲〔乙(丙)〕)丁", 0)
    8
    """
    closers: list[str] = []
    for i in range(opened, min(len(text), opened + limit)):
        c = text[i]
        if c in _OPEN:
            closers.append(_OPEN[c])
        elif closers and c == closers[-1]:
            closers.pop()
            if not closers:
                return i
    return -1
