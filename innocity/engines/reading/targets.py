"""Targets: indicator, deadline, operator, value and unit of what the document sets out to reach."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from innocity.engines.reading.figures import Figure, figures
from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Section, Target, Task
from innocity.engines.reading.sentences import Part, clauses, sentences
from innocity.engines.reading.targets_in_words import Worded, state, worded

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
    r"提升|下降|降低|实现|以上|左右|力争|发展到|至少|扩大到|翻|压减|超|跻身|进入前|跃居"
)
_REPORTED = re.compile(
    r"已(?!经?认定)|拥有|现有|目前|截至|先后|去年|居全|累计(?:培育|获|引进|发放|投|安排|开展)|"
    r"获(?:得|批|评)?[^,]{0,8}[0-9]|荣获|"
    r"连续[0-9]+[年次](?!每年)|共计|近[0-9一二三四五]年|今年以来|[0-9]余|[0-9]多"
)
_PAST_TITLE = re.compile(
    r"(?:发展|工作|现实|现有)基础|基本情况|背景|现状|优势$|成效$|形势|机遇|问题|不足|挑战|回顾|工作开展"
)
_ORDER = re.compile(r"数[十百千万](?P<unit>[家个名项])(?P<name>[^,。;、]{2,30})")
_DUE = re.compile(r"(?:到|至)“?(?:20[0-9]{2}年|十[四五六七]五)|20[0-9]{2}年[底末]?前|力争|争取|确保")
_PROMISED = re.compile(r"(?:给予|予以)[^。;]{0,40}(?:奖励|补助|补贴|资助|支持|贴息)|“?一事一议|奖励[^,。;]{0,6}[0-9]")
_MAY = re.compile(r"(?:可|将|预计|预期)(?:撬动|带动|新增|实现|达到|形成)")
_LISTED = re.compile(r"^[^0-9。;]{2,30}[0-9][0-9,.]{0,9}[^0-9,;]{1,6}$")
_FLOOR = re.compile(r"(?:不低于|不少于|至少|达到|突破)[^,。;0-9]{0,4}$")
_NO_TARGET = re.compile(
    r"罚款|公示|(?:以上|以下|以内)[^,。;]{0,16}的$|及以上|^(?:单|每)[^,。;]{1,8}(?:最高|不超过)|设立[^,。;]{0,32}(?:资金|基金)"
)

_SCOPE = re.compile(
    r"(?:^|年[底末]?|[内前,]|力争|确保|争取|实现)(?P<s>全[市县区省州国域]|(?:每个?|各)(?:县\(市、区\)|区市|县区|县市区|区县|市县|县|区|市|乡镇|镇街|街道|园区)"
    r"|[^,。;、0-9的全]{0,6}(?:高新区|经开区|开发区|园区|新区|示范区|走廊))(?!建设)"
)

#: What an applicant must be or have is no aim of the document.
_APPLIES = re.compile(r"(?:申报|申请)(?:单位|企业|主体|人|机构|对象|项目)[^。;]{0,12}(?:应|须|需|必须|要求)|注册资本")
_CONDITIONS = re.compile(r"(?:申报|申请|支持|认定|入库|基本|准入|奖补|补助)(?:的)?(?:条件|对象|要求)|适用范围")


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
        if _APPLIES.search(sentence.text) or book.asks_applicants(sentence.start):
            continue
        found_here, year = _sentence(book, sentence, year)
        found += found_here
    return tuple(_once(found))


def _once(found: list[Target]) -> list[Target]:
    """Milestones that name the same aim again (建成国家创新型城市) are told once."""
    seen: set[str] = set()
    kept = []
    for t in found:
        aim = re.search(r"国家[^,。;]{2,12}$", t.indicator) if t.rule == "target-milestone" else None
        if aim is None or aim[0] not in seen:
            kept.append(t)
        if aim:
            seen.add(aim[0])
    return kept


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

    def asks_applicants(self, place: int) -> bool:
        """Whether a place stands in a section on who may apply."""
        s = self.section(place)
        for _ in range(4):
            if s is None:
                return False
            if len(s.title) <= 14 and _CONDITIONS.search(s.title):
                return True
            s = self.by_path.get(s.parent or "")
        return False

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
    before = ""
    promised = _PROMISED.search(sentence.text) is not None
    scope: str | None = None
    due = False  # a clause before in this sentence said until when, or that it strives
    for clause in clauses(book.doc.text, sentence.start, sentence.end):
        m = _UNTIL.search(clause.text)
        if m:
            year = _year(m)
        due = due or bool(_DUE.search(clause.text))
        if book.taken(clause.start, clause.end):
            continue
        if promised and not (due or book.aims(clause.start) or _WILL.search(clause.text) or _MAY.search(clause.text)):
            continue
        mood = _Mood(book.aims(clause.start), bool(lineage) or book.aims(sentence.start), due, bool(found))
        scope = scope_of(clause.text) or scope
        here = _renamed(clause.text, before, _clause(book, clause, year, subject, mood))
        here = [replace(t, scope=scope) for t in here]
        before = clause.text
        found += here
        subject = here[-1].indicator if here else subject
    return found or _dated(book, sentence), year


def scope_of(text: str) -> str | None:
    """Where a clause says that its figures hold.

    >>> scope_of("全市高新技术企业达到400家"), scope_of("每个县(市、区)建成1家"), scope_of("企业达到9家")
    ('全市', '每个县(市、区)', None)
    """
    m = _SCOPE.search(text)
    return m["s"] if m else None


def _renamed(text: str, before: str, found: list[Target]) -> list[Target]:
    """分别超过90家和870家: the names stand in the clause before."""
    m = re.match(r"^(?:全[市区县省域])?(?P<names>[^,。;]{3,60}?)(?:在20|在现有|均|实现|数量|总数|$)", before)
    names = re.split(r"[、和及]", m["names"]) if m and text.startswith("分别") else []
    if len(names) != len(found):
        return found
    return [replace(t, indicator=n) for t, n in zip(found, names, strict=True)]


_BY = re.compile(r"^(?:力争|争取|确保)?到20[0-9]{2}年[底末]?,?")


def _dated(book: _Book, sentence: Part) -> list[Target]:
    """A state that a sentence without figures sets for a year: 到2020年,体系形成并高效运转."""
    m = _BY.match(sentence.text)
    kind = state(sentence.text[m.end() :]) if m and len(sentence.text) < 120 else ""
    if not m or not kind or book.taken(sentence.start, sentence.end):
        return []
    year = re.search(r"20[0-9]{2}", m[0])
    word = Worded(f"target-{kind}", kind, None, None, sentence.text[m.end() :], year[0] if year else None)
    return [_bare(book, sentence, None, word)]


@dataclass(frozen=True, slots=True)
class _Mood:
    """What speaks for a clause's figures being aims: a chapter of targets, a chapter of work, a deadline or a
    striving earlier in the sentence, targets earlier in the sentence."""

    aims: bool
    set: bool
    due: bool
    goes_on: bool


def _year(m: re.Match[str]) -> str:
    return m[1] or m[2] or m[3] or m[0]


def _clause(book: _Book, clause: Part, year: str | None, subject: str | None, mood: _Mood) -> list[Target]:
    text, set_ = clause.text, mood.set
    aims = mood.aims
    aimed = year is not None and (aims or subject is not None or bool(_AIM.search(text) or _WILL.search(text)))
    aimed = aimed or mood.due or bool(_MAY.search(text))
    listed = mood.goes_on and _LISTED.match(text) is not None
    found: list[Target] = []
    if (_REPORTED.search(text) and not (aims or mood.due)) or _NO_TARGET.search(text):
        return []
    for m in _ORDER.finditer(text):
        if aimed or set_:
            figure = Figure(m.start(), m.end(), m["name"], "order", 0, m["unit"], None, None, False)
            found.append(replace(_target(book, clause, figure, year, subject), value=None))
    for figure in figures(text):
        floor = figure.more or _FLOOR.search(text[: figure.start])
        grounds = aims or aimed or listed or (set_ and bool(_WILL.search(text[: figure.start]) or floor))
        if grounds and _reaches(figure, text, aims or listed):
            found.append(_target(book, clause, figure, year, subject))
    found += [_bare(book, clause, year, w) for w in worded(text, set_ or aims or aimed) if _adds(w, found)]
    return found


def _adds(word: Worded, found: list[Target]) -> bool:
    """Coverage and milestones count only where the clause gives no figure; other words beside figures, too."""
    return not found or word.rule == "target-words"


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


def _bare(book: _Book, clause: Part, year: str | None, word: Worded) -> Target:
    start, end = book.doc.span(clause.start, clause.end)
    s = book.section(clause.start)
    path = s.path if s else None
    units = tuple(book.units.get(path, ())) if path else ()
    return Target(
        start, end, word.rule, word.indicator, word.year or year, word.operator, word.value, word.unit, units, path
    )
