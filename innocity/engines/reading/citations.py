"""Relations to other documents: what a text cites, what it does to it, and what it adds to or puts right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.meta import NUMBER, TITLE
from innocity.engines.reading.model import Relation, Section, Target

_CITED = re.compile(rf"《(?P<title>[^《》]{{2,90}})》(?:\((?P<number>{NUMBER})[^)]{{0,20}}\))?")
_TITLED = re.compile(r"《[^《》]{2,90}》(?:\([^()]{0,40}\))?")
_ALONE = re.compile(rf"(?:根据|依据|按照|依照|参照|落实|执行|原)(?P<number>{NUMBER})")
#: Names that stand for a document named elsewhere (《实施意见》), and works that are no official document.
_SHORT = re.compile(
    r"^(?:本|该)?(?:实施|若干|具体|行动|工作|管理)?(?:方案|意见|措施|办法|政策|规定|细则|规划|计划|通知|决定)$"
)
_NO_DOCUMENT = re.compile(r"报告(?:\([^()]{2,16}\))?$")
_ITSELF = re.compile(
    r"^(?:已经|业经|经)[^。;]{0,40}(?:同意|通过|研究)|^印发给你们|^,?(?:现)?(?:予以?)?印发(?:给|,请|实施)"
)
_KINDS = (
    ("supersedes", re.compile(r"^[^。;]{0,60}(?:同时)?(?:废止|失效|停止执行|不再执行)")),
    ("describes", re.compile(r"^[^。;《]{0,8}(?:印发出台|近期印发|正式印发)")),
    ("supersedes_inconsistent", re.compile(r"^[^。;]{0,30}(?:不一致的|相抵触的)[^。;]{0,10}以本")),
    ("coordinates_with", re.compile(r"^(?:要求)?,结合本(?:实施|行动|工作)?(?:方案|意见|办法|措施|规划)")),
)
_LEADS = (
    ("based_on", re.compile(r"(?:根据|依据|按照|依照|参照)[^。;]{0,240}$")),
    ("implements", re.compile(r"(?:落实|贯彻|执行)[^。;]{0,120}$")),
    ("mentions_prior", re.compile(r"(?:出台|印发|制定)[^。;]{0,160}$")),
    ("describes", re.compile(r"(?:起草|牵头制定|研究起草)了?$")),
)
#: Of several places that name one document the strongest word counts.
_RANK = (
    "supersedes", "describes", "supersedes_inconsistent", "coordinates_with", "based_on", "implements",
    "mentions_prior", "mentions",
)  # fmt: skip
_OWN = re.compile(
    r"(?:原有|此前|以往|以前|现行|过去)[^。;,]{0,20}(?:政策|规定|文件)[^。;]{0,16}(?:不一致|不符|"
    r"相抵触)[^。;]{0,30}|与本(?:意见|办法|措施|政策|规定)不(?:一致|符)的[^。;]{0,30}"
)
_PAID = "补贴|补助|奖励|资助|支持|扶持|配套|奖补|政策"
_ADDS = "再|另|额外|给予|予以|补足|叠加"
_STACKS = re.compile(
    rf"(?:在[^,。;]{{2,20}}(?:{_PAID})[^,。;]{{0,6}}(?:的)?基础上|在[^,。;]{{2,20}}(?:{_PAID})[^,。;]{{0,8}}的同时),?(?=[^,。;]{{0,8}}(?:{_ADDS}))[^,。;]{{0,24}}"
    rf"|除[^,。;]{{2,20}}(?:{_PAID})[^,。;]{{0,4}}外,?(?:再|另|还)[^,。;]{{0,24}}"
    rf"|(?:可|可以)(?:与|和|同)[^,。;]{{2,30}}(?:叠加|同时)享受"
)
_REVISES = re.compile(
    rf"(?:把|将|由)(?:以往|原来|原有|过去|此前|原)[^。;,]{{0,16}}(?:{_PAID}|拨付|兑现)[^。;,]{{0,8}},?(?:调整|变更|改)[为成][^。;]{{2,40}}"
)
_ADVISES = re.compile(
    r"(?:尽快|加快|研究|抓紧|及时|适时)*(?:出台|制定)(?P<title>[^《》,。;、]{4,40}(?:办法|意见|措施|条例|细则|规定))"
)
_COUNTING = re.compile(r"^(?:到20[0-9]{2}年底?|全市|力争)+|(?:总数|数量|总量)$")
_ADVICE = re.compile(r"建议|对策")


def relations(
    doc: Flow, outline: Sequence[Section] = (), targets: Sequence[Target] = (), title: str = ""
) -> tuple[Relation, ...]:
    """Other documents that the text names, one relation each, and what is said of other promises and aims.

    `title` is that of the text itself, which is no other document.

    >>> from innocity.engines.reading.flow import flow
    >>> r = relations(flow("根据《关于甲的意见》（甲发〔2020〕3号）精神。《乙办法》同时废止。依照《乙办法》办理。"))
    >>> [(x.relation, x.target) for x in r]
    [('based_on', '甲发〔2020〕3号'), ('supersedes', '乙办法')]
    """
    found = [*_cited(doc, _bare(title)), *_said(doc), *_advised(doc, outline), *_repeated(targets)]
    return tuple(sorted(found, key=lambda r: r.start))


def _cited(doc: Flow, own: str) -> list[Relation]:
    text = doc.text
    by: dict[str, Relation] = {}
    for m in sorted([*_CITED.finditer(text), *_ALONE.finditer(text)], key=lambda m: m.start()):
        number = re.sub(r"\s", "", m["number"]) if m["number"] else None
        title = m.groupdict().get("title")
        kind = _kind(text, m, number)
        if title and (not _official(title, number) or _of_itself(text, m, title, own)):
            continue
        start, end = doc.span(m.start(), m.end()) if title else doc.span(m.start("number"), m.end())
        made = Relation(start, end, f"relation-{kind}", kind, number or title or "", title)
        key = _bare(title or number or "")
        before = by.get(key)
        if before is None or _RANK.index(kind) < _RANK.index(before.relation) or kind == before.relation == "describes":
            by[key] = made
    # a mention by a shorter name (《建设…方案》 for 《某市建设…方案》) is no further document
    return [r for k, r in by.items() if r.relation != "mentions" or not any(k in other for other in by if other != k)]


def _official(title: str, number: str | None) -> bool:
    return number is not None or (
        TITLE.search(title) is not None and not _SHORT.search(title) and not _NO_DOCUMENT.search(title)
    )


def _of_itself(text: str, m: re.Match[str], title: str, own: str) -> bool:
    """Whether a text speaks of itself: it issues the document that it prints."""
    after = text[m.end() : m.end() + 60]
    named = _bare(title)
    same = bool(own) and len(named) > 6 and (named in own or own in named)
    return _ITSELF.search(after) is not None or (same and not any(p.search(after) for _, p in _KINDS[:2]))


def _bare(title: str) -> str:
    return re.sub(r"[\s\W]|^关于", "", title)


def _kind(text: str, m: re.Match[str], number: str | None) -> str:
    after = text[m.end() : m.end() + 90]
    for kind, pattern in _KINDS:
        if pattern.search(after):
            return kind
    begin = max(text.rfind("。", 0, m.start()), text.rfind("\n", 0, m.start()), m.start() - 260)
    before = text[begin + 1 : m.start() if m.groupdict().get("title") else m.start("number")]
    before = _TITLED.sub("", before)  # 印发 in the title of another document says nothing of this one
    best = max(_LEADS, key=lambda lead: s.start() if (s := _last(lead[1], before)) else -1)
    kind = best[0] if _last(best[1], before) else "mentions"
    # what has no number may be older or newer: nobody can tell from the text
    return "mentions" if kind == "mentions_prior" and number is None else kind


def _last(pattern: re.Pattern[str], before: str) -> re.Match[str] | None:
    found = None
    for start in range(0, len(before), 40):
        if m := pattern.search(before, start):
            found = m
    return found


def _said(doc: Flow) -> list[Relation]:
    """What gives way to the text, what it adds to, and which rule of paying it puts another in place of."""
    found = []
    for pattern, kind in (
        (_OWN, "supersedes_inconsistent"), (_STACKS, "stacks_on"), (_REVISES, "revises_disbursement_rule"),
    ):  # fmt: skip
        for m in pattern.finditer(doc.text):
            start, end = doc.span(m.start(), m.end())
            found.append(Relation(start, end, f"relation-{kind}", kind, m[0]))
    return found


def _advised(doc: Flow, outline: Sequence[Section]) -> list[Relation]:
    """Documents that a report advises to make."""
    found = []
    for s in outline:
        if _ADVICE.search(s.title) and len(s.title) <= 20:
            for m in _ADVISES.finditer(doc.text, doc.where(s.start), doc.where(s.end)):
                start, end = doc.span(m.start(), m.end())
                found.append(Relation(start, end, "relation-recommends", "recommends", m["title"], m["title"]))
    return list({(r.start, r.end): r for r in found}.values())


def _repeated(targets: Sequence[Target]) -> list[Relation]:
    """Aims that the document states twice: the later names the earlier; aims side by side make one relation.

    A name that stands for several things (one year, several values) is left out.
    """
    by: dict[tuple[str, str | None], list[Target]] = {}
    for t in targets:
        if t.value is not None:
            by.setdefault((_COUNTING.sub("", t.indicator), t.year), []).append(t)
    again = [
        (ts[0], t) for ts in by.values() if len({(t.value, t.operator, t.unit) for t in ts}) == 1
        for t in ts[1:] if t.start > ts[0].end
    ]  # fmt: skip
    found: list[Relation] = []
    for first, t in sorted(again, key=lambda pair: pair[1].start):
        target = f"{first.path or ''}{t.indicator}"
        if found and t.start - found[-1].end <= 1:
            last = found.pop()
            found.append(replace(last, end=t.end, target=f"{last.target}、{target}"))
        else:
            found.append(Relation(t.start, t.end, "relation-internal_duplicate", "internal_duplicate", target))
    return found
