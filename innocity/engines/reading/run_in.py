"""Headings without numbers: lines of their own, first sentences of paragraphs, series of like sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Section

_ON = re.compile(r"(?:^|(?<=[。;\n]))在(?P<t>[^,。;\n在]{2,8})上,(?:建议)?")
_LIKE = re.compile(r"(?:^|(?<=[。;]))(?P<head>着力|聚焦|突出|强化|加强|坚持)(?P<t>[^,。;:\n]{2,22})。")
_FIRST = re.compile(r"(?:^|(?<=\n))(?P<t>[^。;:\n()《]{3,30})。(?=[^\n]{8})")
_LINE = re.compile(r"(?:^|(?<=\n))(?P<t>[^。;:\n]{4,60}[?？]?)(?=\n)")
_NOT = re.compile(r"[0-9]{2,}|^(?:本|此|该|以上|各)|印发|如下$|^[一二三四五六七八九十(]")
FEWEST = 3


def run_in(doc: Flow, numbered: Sequence[Section]) -> list[Section]:
    """Unnumbered headings. Their path is the path above and an ordinal (series), or their own words.

    >>> from innocity.engines.reading.flow import flow
    >>> [s.title for s in run_in(flow("创建目标。到明年大家都更好更强。\\n保障措施。各单位要认真抓好落实。"), ())]
    ['创建目标', '保障措施']
    """
    starts = [s.start for s in numbered]
    found = _series(doc, numbered, starts)
    taken = {s.start for s in numbered} | {s.start for s in found}
    return found + [s for s in _own_words(doc, numbered, starts) if s.start not in taken]


def _above(numbered: Sequence[Section], starts: list[int], place: int) -> Section | None:
    """The deepest numbered section around a place."""
    i = bisect_right(starts, place) - 1
    for s in reversed(numbered[max(0, i - 40) : i + 1]):
        if s.start <= place < s.end:
            return s
    return None


def _series(doc: Flow, numbered: Sequence[Section], starts: list[int]) -> list[Section]:
    """Sentences that begin 在…上, at least three in one section."""
    by: dict[str, list[re.Match[str]]] = {}
    for m in _ON.finditer(doc.text):
        above = _above(numbered, starts, doc.at[m.start()])
        by.setdefault(above.path if above else "", []).append(m)
    found = []
    for path, matches in by.items():
        if len(matches) < FEWEST:
            continue
        for n, m in enumerate(matches, 1):
            stop = matches[n].start() if n < len(matches) else doc.text.find("\n", m.end())
            start, end = doc.span(m.start(), stop if stop > 0 else len(doc.text))
            head = doc.span(m.start(), m.end())[1]
            found.append(Section(start, end, "heading-series", f"{path}{n}", m["t"], 6, head, path or None))
    return found


def _own_words(doc: Flow, numbered: Sequence[Section], starts: list[int]) -> list[Section]:
    """Lines of their own, first sentences of paragraphs, and series of short sentences that begin alike."""
    found: dict[int, Section] = {}
    for pattern, rule in ((_FIRST, "heading-first"), (_LIKE, "heading-like"), (_LINE, "heading-line")):
        for m in pattern.finditer(doc.text):
            if _NOT.search(m["t"]) or (rule != "heading-first" and len(m["t"]) < 4):
                continue
            start, end = doc.span(m.start(), m.end())
            above = _above(numbered, starts, start)
            if above and (above.start == start or start < above.head_end):
                continue
            title = m["t"].rstrip("?？")
            finding = Section(start, end, rule, title, title, 9, end, above.path if above else None)
            found.setdefault(start, finding)
    return list(found.values())
