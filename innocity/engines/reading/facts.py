"""Dated facts: figures that a document reports as they are, not as they shall be."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from innocity.engines.reading.figures import figures
from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Fact, Section, Target
from innocity.engines.reading.sentences import clauses, sentences

_WHEN = re.compile(
    r"(?:截至)?(20[0-9]{2}年(?:[0-9]{1,2}月)?(?:底|末|一季度|上半年)?)|(目前|去年(?:以来)?|"
    r"今年(?:以来|一季度)?|近[0-9一二三四五]年)"
)
_TELLS = re.compile(
    r"已|拥有|现有|目前|截至|先后|去年|居|累计|获|连续|共|达|为|仅|建有|设有|完成|实现|培育|"
    r"引进|汇聚|集聚|总|形成|同比|增长|位列|排名|新增|建成|聘任|设立|提供|促成"
)
_RANK = re.compile(
    r"(?P<what>[^,。;()]{0,30}?)(?:居|位居|位列|排名|列|站稳|稳居)?(?P<of>全国|全省|全市|"
    r"[^,。;]{0,6}省)[^,。;0-9]{0,8}第(?P<n>[0-9]{1,3})[位名]?"
)
_PAST = re.compile(r"(?:发展|工作|现实|现有)基础|基本情况|背景|现状|优势$|成效$|形势|回顾|问题|不足|挑战")
_ASKS = re.compile(r"给予|奖励|补助|力争|争取|确保|目标|申报|不超过|不低于|须|应当|(?:到|至)20[0-9]{2}年")


def facts(
    doc: Flow, outline: Sequence[Section], targets: Sequence[Target], busy: Sequence[tuple[int, int]]
) -> tuple[Fact, ...]:
    """Reported figures; in chapters of work only sentences that tell what is already so.

    >>> from innocity.engines.reading.flow import flow
    >>> f = facts(flow("截至2022年底，全市拥有高新技术企业1376家，引进专家30多名，综合指数居全省第4位。"), (), (), ())
    >>> [(x.indicator, x.value, x.unit, x.approx, x.period) for x in f][:2]
    [('高新技术企业', 1376, '家', None, '2022年底'), ('专家', 30, '名', '多', '2022年底')]
    """
    aims = {(t.start, t.end) for t in targets}
    numbered = sorted((s for s in outline if s.rule.startswith("heading")), key=lambda s: s.start)
    past = [(s.start, s.end) for s in numbered if _PAST.search(s.title) and len(s.title) <= 14]
    work = [(s.start, s.end) for s in numbered if s.level == 1 and not _PAST.search(s.title) and s.parent is None]
    found: list[Fact] = []
    starts, past_starts, work_starts = ([a for a, _ in spans] for spans in (busy, past, work))
    for sentence in sentences(doc.text, 0, len(doc.text)):
        if len(sentence.text) > 3000:
            continue
        place = doc.at[sentence.start]
        past_here = _touches(past, past_starts, place, place + 1)
        told = past_here or not _touches(work, work_starts, place, place + 1)
        when: str | None = None
        for clause in clauses(doc.text, sentence.start, sentence.end):
            m = _WHEN.search(clause.text)
            when = (m[1] or m[2]) if m else when
            span = doc.span(clause.start, clause.end)
            if span in aims or _ASKS.search(clause.text) or _touches(busy, starts, clause.start, clause.end):
                continue
            if not told and not (when and re.search(r"已|目前|截至", clause.text)):
                continue
            found += _clause(doc, clause.start, clause.text, span, when, past_here)
    return tuple(found)


def _touches(spans: Sequence[tuple[int, int]], starts: list[int], start: int, end: int) -> bool:
    """Whether one of the spans (sorted by their starts) shares a character with a piece."""
    i = bisect_right(starts, start) - 1
    return any(a < end and start < b for a, b in spans[max(0, i - 3) : i + 2])


def _clause(doc: Flow, begin: int, text: str, span: tuple[int, int], when: str | None, past: bool) -> list[Fact]:
    found = []
    if past or _TELLS.search(text) or re.search(r"[0-9][余多]?[家个项名]", text):
        for f in figures(text):
            if isinstance(f.value, tuple):
                continue
            found.append(Fact(*span, "fact-figure", f.indicator, f.value, f.unit, f.approx, when))
    for m in _RANK.finditer(text):
        what = m["what"] or text[: m.start()]
        found.append(Fact(*span, "fact-rank", f"{what}{m['of']}位次", int(m["n"]), "位", None, when))
    return found
