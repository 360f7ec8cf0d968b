"""The outline: numbered headings wherever they stand, run-in headings, and their paths."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Section
from innocity.engines.reading.numbers import han
from innocity.engines.reading.run_in import run_in

_HAN = "[一二三四五六七八九十百]{1,4}"
_MARK = re.compile(
    rf"(?P<part>第(?P<partn>[一二三四五六七八九十百零0-9]{{1,6}})(?P<parth>[编章节条]))"
    rf"|(?P<a>{_HAN})、|\((?P<b>{_HAN})\)、?|(?<![0-9.A-Za-z〔])(?P<c>[0-9]{{1,2}})[.、](?![0-9])"
    rf"|\((?P<d>[0-9]{{1,2}})\)|(?P<e>[①-⑳])|附件(?P<f>[0-9]{{0,2}})(?=[:.、])|(?P<g>[一二三四五六七八九十])是"
    r"|(?P<h>(?:任务|行动|工程|举措)[一二三四五六七八九十]{1,3})[:、.]"
)
_RANK: dict[str, float] = {
    "编": 1,
    "章": 2,
    "节": 3,
    "a": 4,
    "b": 5,
    "h": 5.5,
    "c": 6,
    "条": 4.5,
    "d": 7,
    "e": 8,
    "g": 9,
    "f": 1,
}
_BEFORE = '。;)〕:!?”"'
LONGEST_TITLE = 60
LONGEST_RUN_IN = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """A candidate: place, end of the mark, kind, number, whether a paragraph begins with it."""

    start: int
    end: int
    kind: str
    number: int
    label: str
    opens: bool


def outline(doc: Flow) -> tuple[Section, ...]:
    """All sections in their order.

    >>> from innocity.engines.reading.flow import flow
    >>> text = "一、任务\\n(一)企业。做。(二)人才。做。2.x\\n二、保障"
    >>> [(s.path, s.title) for s in outline(flow(text))]
    [('一', '任务'), ('一(一)', '企业'), ('一(二)', '人才'), ('二', '保障')]
    """
    marks = _accepted(doc, _candidates(doc.text))
    spans = _sections(doc, marks)
    spans += run_in(doc, spans)
    return tuple(sorted((s for s in spans if s.path != "附件" or s.title), key=lambda s: (s.start, s.level)))


def _candidates(text: str) -> list[Mark]:
    found = []
    for m in _MARK.finditer(text):
        kind = m.lastgroup or ""
        if m["part"]:
            kind, raw, label = m["parth"], m["partn"], m["part"]
        else:
            kind = next(k for k in "abcdefgh" if m[k] is not None)
            raw = m[kind]
            label = {"b": f"({raw})", "d": f"({raw})", "f": f"附件{raw}"}.get(kind, raw)
        figure = raw[2:] if kind == "h" else raw
        value = ord(raw) - 0x245F if kind == "e" else int(raw) if raw.isdigit() else han(figure) or 1
        label = str(value) if kind == "g" else label
        opens = m.start() == 0 or text[m.start() - 1] == "\n"
        found.append(Mark(m.start(), m.end(), kind, value, label, opens))
    return found


def _accepted(doc: Flow, marks: list[Mark]) -> list[Mark]:
    """Marks that number a heading: those that open a paragraph, or carry a series on."""
    kept: list[Mark] = []
    last: dict[str, int] = {}
    through = 0  # the last (一) of any chapter: some documents number them through
    for mark in marks:
        rank = _RANK[mark.kind]
        goes_through = mark.kind == "b" and mark.opens and mark.number == through + 1
        if not (_plausible(doc, mark, last, kept) or (goes_through and _followed(doc, mark))):
            continue
        through = mark.number if mark.kind == "b" else through
        if mark.kind != "条":
            for kind in [k for k in last if _RANK[k] > rank and not (k in "c" and rank < 6)]:
                del last[kind]
        last[mark.kind] = mark.number
        kept.append(mark)
    return kept


def _plausible(doc: Flow, mark: Mark, last: dict[str, int], kept: list[Mark]) -> bool:
    text, i = doc.text, mark.start
    if not _followed(doc, mark):
        return False
    expected = mark.number in (1, last.get(mark.kind, 0) + 1)
    if mark.kind in "fh":
        return mark.opens
    if mark.opens:
        return mark.number <= last.get(mark.kind, 0) + 3 or mark.number == 1 or mark.kind in "条章节"
    if mark.kind in "条章节编":
        return expected and text[i - 1] in "。;" and mark.number > 1
    before = text[i - 1]
    if mark.kind == "g":
        return expected and before in "。;:," and text[mark.end : mark.end + 1] not in "个项条家次为"
    if mark.kind in "ab" and doc.gap(i):
        return expected
    if before in _BEFORE:
        return expected and (mark.kind != "a" or _titled(text, mark))
    # glued to the words of the heading before it: 主力军6.加大…供给。
    close = bool(kept) and i - kept[-1].end <= LONGEST_TITLE and "。" not in text[kept[-1].end : i]
    return mark.kind in "bc" and close and kept[-1].kind != mark.kind and expected and _titled(text, mark)


def _followed(doc: Flow, mark: Mark) -> bool:
    """Whether words follow that a heading can begin with."""
    following = doc.text[mark.end : mark.end + 1]
    return bool(following) and not (following in ",。;、)〕\n" or (mark.kind in "cd" and following in "%年月日个家项"))


def _titled(text: str, mark: Mark) -> bool:
    stop = re.compile(r"[。;\n]").search(text, mark.end, mark.end + LONGEST_TITLE)
    return stop is not None


def _sections(doc: Flow, marks: list[Mark]) -> list[Section]:
    text = doc.text
    found: list[Section] = []
    stack: list[tuple[float, Mark, str]] = []
    ends = _ends(marks, len(text))
    for index, mark in enumerate(marks):
        if mark.kind == "g":  # what 一是… says ends with its paragraph
            stop = text.find("\n", mark.end)
            ends[index] = min(ends[index], stop if stop > 0 else ends[index])
    for index, mark in enumerate(marks):
        rank = _RANK[mark.kind]
        while stack and (stack[-1][0] >= rank):
            stack.pop()
        parent = stack[-1][2] if stack and mark.kind != "条" else None
        path = mark.label if mark.kind in "条f" else _joined(parent, mark)
        stack.append((rank, mark, path))
        limit = marks[index + 1].start if index + 1 < len(marks) else len(text)
        title, head_end = _title(doc, mark, limit)
        start, end = doc.span(mark.start, ends[index])
        rule = "heading" if mark.opens else "heading-inline"
        head = doc.span(mark.start, max(head_end, mark.end))[1]
        found.append(Section(start, end, rule, path, title, len(stack), head, parent))
    return found


def _ends(marks: list[Mark], whole: int) -> list[int]:
    """Where each section ends: at the next mark of its rank or a higher one."""
    ends = [whole] * len(marks)
    open_: list[int] = []
    for index, mark in enumerate(marks):
        while open_ and _RANK[marks[open_[-1]].kind] >= _RANK[mark.kind]:
            ends[open_.pop()] = mark.start
        open_.append(index)
    return ends


def _joined(parent: str | None, mark: Mark) -> str:
    if parent is None:
        return mark.label
    comma = "、" if re.search(r"[一二三四五六七八九十条章节]$", parent) and mark.label[:1].isdigit() else ""
    return f"{parent}{comma}{mark.label}"


def _title(doc: Flow, mark: Mark, limit: int) -> tuple[str, int]:
    """The words of a heading and where they end."""
    text = doc.text
    stop = min(limit, len(text), mark.end + 120)
    m = re.compile(r"[。\n:]" if mark.kind != "g" else r"[。;\n:]").search(text, mark.end, stop)
    end = m.start() if m else stop
    if mark.kind == "g" and end - mark.end > LONGEST_RUN_IN:
        comma = text.find(",", mark.end, end)
        end = comma if comma > 0 else end
    if mark.kind == "条":
        end = mark.end if end - mark.end > 30 or (m and m[0] == "。" and not doc.gap(mark.end)) else end
    if mark.kind in "ab":
        for i in range(mark.end + 2, end):
            if doc.gap(i) and not _beside_mark(text, i):
                end = i
                break
    return text[mark.end : end].rstrip("。;:"), end


def _beside_mark(text: str, i: int) -> bool:
    """Whether a blank at i stands inside a number or right beside a mark, not behind a heading."""
    return text[i - 1 : i].isdigit() or text[i : i + 1].isdigit() or text[i - 1] in ",、“(" or text[i] in ",、”)"
