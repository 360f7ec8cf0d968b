"""Targets: indicator, deadline, operator, value and unit of what the document sets out to reach."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from innocity.engines.reading.figures import Figure, figures
from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Section, Target, Task
from innocity.engines.reading.sentences import Part, clauses, sentences

_UNTIL = re.compile(
    r"(?:到|至|力争|争取|确保)“?(20[0-9]{2})年|(?<![0-9])(20[0-9]{2})年(?:底|末|年底)?(?:前|"
    r"之前|底|末)|“?(十[三四五六七]五)”?(?:末|期末|期间|时期)"
    r"|(?P<n>(?<![0-9至到—-])[0-9一二三四五六七八九十]{1,2}年(?:内|时间))|"
    r"(?P<m>未来[0-9一二三四五六七八九十]{1,2}年)|(?P<y>每年)"
    r"|(?P<t>今年(?!以来|一季度|上半年|前)|年内|本年度)"
)
_AIM = re.compile(r"目标|力争|争取|确保|到20[0-9]{2}年|[0-9一二三五十]年内|年[底末]前|“十[四五]五”末|达到|突破|实现")
_WILL = re.compile(
    r"(?:新增|争创|争取|培育|引进|建设|建成|打造|创建|创办|实施|储备|遴选|聘请|培养|发展|认定|"
    r"新建|新认定|组建|集聚|汇聚|攻克|突破|完成|开展|布局|转化|召开|举办"
    r"|新培育|新引进|孵化|支持|推动|累计|设立|选派|吸引|建立|形成|推广|改造|安排|扩大|净增|培训)"
)
_REACH = re.compile(
    r"达到?|还有|约|突破|超过|稳定在|保持在|维持在|不低于|不少于|不超过|控制在|增长|提高|增加|"
    r"提升|下降|降低|实现|以上|左右|力争|发展到|至少|扩大到|翻|压减"
)
_REPORTED = re.compile(
    r"已(?!经?认定)|拥有|现有|目前|截至|先后|去年|居全|累计(?:培育|获|引进|发放|投|安排|开展)|"
    r"获(?:得|批|评)?[^,]{0,8}[0-9]|荣获|"
    r"连续[0-9]+[年次](?!每年)|共计|近[0-9一二三四五]年|今年以来|[0-9]余|[0-9]多"
)
_PAST_TITLE = re.compile(
    r"(?:发展|工作|现实|现有)基础|基本情况|背景|现状|优势$|成效$|形势|机遇|问题|不足|挑战|回顾|工作开展"
)
_COVER = re.compile(r"(?:全覆盖|覆盖全部|全域覆盖|全部覆盖|“?清零”?行动)")
_ORDER = re.compile(r"数[十百千万](?P<unit>[家个名项])(?P<name>[^,。;、]{2,30})")
_NO_AIM = re.compile(r"^按照|思路|为目标$|罚款|实现了|提出了|带头|联合体")
_MILESTONE = re.compile(
    r"争创|(?:创建|建成|升级)[^,。;]{0,26}(?:示范区|示范市|试验区|示范城市|合格市|"
    r"国家级[^,。;]{0,10}区|创新型城市|农高区|科技园区)"
)


def targets(
    doc: Flow, outline: Sequence[Section], tasks: Sequence[Task], busy: Sequence[tuple[int, int]]
) -> tuple[Target, ...]:
    """Targets in their order; `busy` are pieces of the flow taken by benefits.

    >>> from innocity.engines.reading.flow import flow
    >>> t = targets(flow("到2025年，高新技术企业达到400家以上，研发投入年均增长10%。"), (), (), ())
    >>> [(x.indicator, x.year, x.operator, x.value, x.unit) for x in t]
    [('高新技术企业', '2025', '>=', 400, '家'), ('研发投入', '2025', 'growth>=', 10, '%')]
    """
    found: list[Target] = []
    book = _Book(doc, outline, tasks, busy)
    year: str | None = None
    paragraph = -1
    for sentence in sentences(doc.text, 0, len(doc.text)):
        here = book.paragraph(sentence.start)
        if here != paragraph:
            year, paragraph = book.inherited(sentence.start), here
        found_here, year = _sentence(book, sentence, year)
        found += found_here
    return tuple(found)


class _Book:
    """What the pass looks up: sections, tasks' units, pieces taken."""

    def __init__(
        self, doc: Flow, outline: Sequence[Section], tasks: Sequence[Task], busy: Sequence[tuple[int, int]]
    ) -> None:
        self.doc = doc
        self.sections = [s for s in outline if s.rule in ("heading", "heading-inline")]
        self.starts = [s.start for s in self.sections]
        self.by_path = {s.path: s for s in reversed(self.sections)}
        self.units = {t.path: t.lead_units or t.responsible_units for t in tasks}
        self.busy = sorted(busy)
        self.busy_starts = [b[0] for b in self.busy]
        self.last_start: int | None = None  # where the last target began: an elided subject stands there
        self.breaks = [m.start() for m in re.finditer("\n", doc.text)]

    def paragraph(self, place: int) -> int:
        return bisect_right(self.breaks, place)

    def section(self, place: int) -> Section | None:
        i = bisect_right(self.starts, self.doc.at[place]) - 1
        s = self.sections[i] if i >= 0 else None
        while s is not None and s.end <= self.doc.at[place]:
            s = self.by_path.get(s.parent) if s.parent else None
        return s

    def lineage(self, place: int) -> list[Section]:
        found: list[Section] = []
        s = self.section(place)
        while s is not None and len(found) < 9:
            found.append(s)
            s = self.by_path.get(s.parent) if s.parent else None
        return found

    def inherited(self, place: int) -> str | None:
        """The deadline that the head of a chapter of targets sets for what follows."""
        for s in self.lineage(place)[1:]:
            if "目标" in s.title:
                start = self.doc.where(s.start)
                m = _UNTIL.search(self.doc.text, start, start + 400)
                return m[1] or m[2] if m else None
        return None

    def taken(self, start: int, end: int) -> bool:
        i = bisect_right(self.busy_starts, start) - 1
        return any(b[0] < end and start < b[1] for b in self.busy[max(0, i) : i + 2])

    def aims(self, place: int) -> bool:
        """Whether a place lies in a chapter or a paragraph of targets."""
        i = bisect_right(self.breaks, place)
        begin = self.breaks[i - 1] + 1 if i else 0
        first = self.doc.text[begin : begin + 16]
        return any("目标" in s.title for s in self.lineage(place)) or "目标" in first


def _sentence(book: _Book, sentence: Part, year: str | None) -> tuple[list[Target], str | None]:
    lineage = book.lineage(sentence.start)
    past = any(_PAST_TITLE.search(s.title) and len(s.title) <= 14 for s in lineage)
    if past:
        return [], year
    found: list[Target] = []
    subject: str | None = None
    for clause in clauses(book.doc.text, sentence.start, sentence.end):
        m = _UNTIL.search(clause.text)
        if m:
            year = _year(m)
        if book.taken(clause.start, clause.end):
            continue
        here = _clause(book, clause, year, subject, bool(lineage) or book.aims(sentence.start))
        found += here
        subject = here[-1].indicator if here else subject
    return found, year


def _year(m: re.Match[str]) -> str:
    return m[1] or m[2] or m[3] or m[0]


def _clause(book: _Book, clause: Part, year: str | None, subject: str | None, set_: bool) -> list[Target]:
    text = clause.text
    aims = book.aims(clause.start)
    aimed = year is not None and (aims or subject is not None or bool(_AIM.search(text) or _WILL.search(text)))
    aimed = aimed or bool(re.search(r"(?:可|将|预计|预期)(?:撬动|带动|新增|实现|达到|形成)", text))
    found: list[Target] = []
    if (_REPORTED.search(text) and not aims) or "罚款" in text:
        return []
    for m in _ORDER.finditer(text):
        if aimed or set_:
            figure = Figure(m.start(), m.end(), m["name"], "order", 0, m["unit"], None, None, False)
            found.append(replace(_target(book, clause, figure, year, subject), value=None))
    for figure in figures(text):
        grounds = aims or aimed or (set_ and bool(_WILL.search(text[: figure.start]) or figure.more))
        if grounds and _reaches(figure, text, aims):
            found.append(_target(book, clause, figure, year, subject))
    if not found and set_ and (_COVER.search(text) or _MILESTONE.search(text)) and not _NO_AIM.search(text):
        found.append(_bare(book, clause, year))
    return found


def _reaches(figure: Figure, text: str, aims: bool) -> bool:
    """Whether a figure says how much is to be reached, not how something is counted or since when."""
    if figure.structural:
        return (
            figure.operator == "="
            and bool(_WILL.search(text[: figure.start]))
            and not re.search(r"围绕|聚焦|依托", text)
        )
    if "元" in figure.unit and re.match(r"(?:以上|以下|以内)[^,。;)]", text[figure.end : figure.end + 3]):
        return False
    if figure.unit != "%" and re.match(r"(?:以上|以下|以内)的(?=[^,]{2})", text[figure.end : figure.end + 6]):
        return False
    return bool(_REACH.search(text) or _WILL.search(text)) or aims


def _target(book: _Book, clause: Part, figure: Figure, year: str | None, subject: str | None) -> Target:
    start, end = book.doc.span(clause.start, clause.end)
    s = book.section(clause.start)
    indicator = figure.indicator or clause.text[: figure.start]
    if subject and re.match(r"^(?:其中)?占", indicator):
        indicator = f"{subject}{indicator}"
        start = min(start, book.last_start or start)
    book.last_start = start
    path = s.path if s else None
    return Target(
        start, end, f"target-{figure.operator}", indicator, year, figure.operator, figure.value, figure.unit,
        tuple(book.units.get(path, ())) if path else (), path,
    )  # fmt: skip


def _bare(book: _Book, clause: Part, year: str | None) -> Target:
    start, end = book.doc.span(clause.start, clause.end)
    s = book.section(clause.start)
    path = s.path if s else None
    units = tuple(book.units.get(path, ())) if path else ()
    if _COVER.search(clause.text):
        return Target(start, end, "target-coverage", clause.text, year, "=", 100, "%", units, path)
    return Target(start, end, "target-milestone", clause.text, year, "milestone", None, None, units, path)
