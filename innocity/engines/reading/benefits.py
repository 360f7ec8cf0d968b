"""Benefits with amounts: promised numbers gathered into promises, each with its trigger, cases and caps."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from innocity.engines.reading.awards import Award, awards
from innocity.engines.reading.flow import Flow
from innocity.engines.reading.halves import halved, parted
from innocity.engines.reading.model import Benefit, Section, Target
from innocity.engines.reading.numbers import sums
from innocity.engines.reading.openings import TO, UNIT_OF, after_marks, opening
from innocity.engines.reading.sentences import Part, clauses, sentences
from innocity.engines.reading.shape import shaped
from innocity.engines.reading.subject import elided, is_party, named_before
from innocity.engines.reading.support import supports

_GOES_ON = re.compile(
    r"^(?:其中)?(?:单[笔次场轮篇条位件人机台套店车船班批只头]|单品种|每笔|全年|对?(?:同一|单个|单户|单家|单项|每个|每家|每户|每人|每项|每年|"
    r"每个项目)|累计|最高|最多|年度|年获|总额|合计|上限|不超过|奖补总额"
    r"|以上|两项|连续|原则上|各项|补助总额|补贴总额|且|期限|单一)"
)
_LIMITS = re.compile(
    r"^(?:且|并|但|其|分别|配套|奖励|补助|补贴|资助|支持|给予|扶持|贴息)*(?:金|资金|额|额度|"
    r"金额)?(?:给予|最高|不超过|上限|不得|封顶|每)"
)
_PAST = re.compile(r"(?:主要|工作)?成效$|基本情况|发展基础|工作回顾|取得的?成绩|存在(?:的)?问题")
_USE = re.compile(r"^(?:主要|专项|重点|平均)?(?:用于|分配|支持|投向)")
_POOLED = re.compile(r"^(?:其中:?)?(?:首期|首批|一期|先期)|^其中|^(?:并)?(?:整合|统筹|筹集|争取)[^,。;]{2,10}资金$")
_POOLED_TOO = re.compile(r"^[^,。;0-9]{2,14}(?<![达了])$")
_MORE = re.compile(r"^每(?:增加|超过?|提高|多|新增)[^,]{1,16}(?:再|增加|追加|加)(?:补|奖|给|发)")
#: Words that open a list of sums: 按下列标准给予补助：
_STEM = re.compile(r"(?:下列|以下|如下)[^。,]{0,20}$|(?:标准|比例|额度|金额)(?:分别)?(?:为|是|如下)?$")
_STEM_GIVES = re.compile(r"给予|奖励|补助|补贴|资助|支持|扶持|配套|标准|奖补")
_ITEM = re.compile(r"\([一二三四五六七八九十0-9]{1,3}\)|[0-9]{1,2}[.、]|[①-⑳]|[—-]{1,2}")
_REST = re.compile(r"^(?:超过|超出|高于|不足)[^,]{0,20}(?:部分|以上的?)[^,]{0,6}(?:按|给予|补|奖)|^其余|^剩余")
#: A limit by kind: 其中合作社最高50万元.
_ONLY_CAP = re.compile(r"^(?:其中:?)?[^,。;对给奖补0-9]{0,14}(?:不超过|最高|上限|封顶|最多)[^,。;给奖补0-9]{0,6}[0-9]")
_PURE_CAP = re.compile(r"(?:不超过|最高|上限|封顶|不高于|不得超过|为限|最多)")


Found = TypeVar("Found", Benefit, Target)


@dataclass(slots=True)
class Draft:
    """A benefit in the making: its clauses and the promised numbers in them."""

    start: int
    end: int
    found: list[Award] = field(default_factory=list)
    chunk: str = ""  # the words before the last promised number: what parallel cases share
    sentence: int = 0


def benefits(doc: Flow, outline: Sequence[Section]) -> tuple[Benefit, ...]:
    """Benefits in their order, those with amounts and those that only promise support.

    >>> from innocity.engines.reading.flow import flow
    >>> b = benefits(flow("对新认定的国家级、省级中心，分别给予100万元、50万元奖励，每家每年最高200万元。"), ())[0]
    >>> b.shape, [(a.case, a.value_yuan, a.cap_yuan) for a in b.amounts]
    ('ladder', [('国家级', 1000000, None), ('省级', 500000, None), (None, None, 2000000)])
    """
    found: list[Benefit] = []
    past = [(s.start, s.end) for s in outline if len(s.title) <= 12 and _PAST.search(s.title)]
    drafts = [d for d in drafted(doc.text) if d.found[0].role == "budget" or not _within(past, doc.at[d.start])]
    for draft in drafts:
        found.append(shaped(doc, draft.start, draft.end, draft.found))
    taken = [(d.start, d.end) for d in drafts]
    found += supports(doc, taken, outline)
    found.sort(key=lambda b: (b.start, b.end))
    return tuple(_with_subjects(doc, placed(found, outline), outline))


def _with_subjects(doc: Flow, found: list[Benefit], outline: Sequence[Section]) -> list[Benefit]:
    """Benefits with the subject that stands before them in the paragraph, where they name only an event; where nothing
    stands before, the title of their section, if it names somebody."""
    titles = {s.path: s.title for s in outline if s.rule in ("heading", "heading-inline") and is_party(s.title)}
    done: list[Benefit] = []
    for b in found:
        if b.shape in ("split", "budget_pool"):
            b = b if is_party(b.subject) else replace(b, subject=None)
        elif elided(b.subject) and b.force == "entitlement":
            start = doc.where(b.start)
            begin = max(doc.text.rfind("\n", 0, start) + 1, start - LONGEST_BEFORE, 0)
            last = done[-1] if done and doc.where(done[-1].start) >= begin else None
            name = named_before(doc.text[doc.where(last.end) if last else begin : doc.where(b.end)])
            name = (
                name
                or (last.subject if last and last.shape != "split" and is_party(last.subject) else None)
                or b.subject
            )
            if name is None and b.quantified:
                name = titles.get(b.path or "")
            b = replace(b, subject=name)
        done.append(b)
    return done


def _within(spans: list[tuple[int, int]], place: int) -> bool:
    return any(a <= place < b for a, b in spans)


def placed(found: Sequence[Found], outline: Sequence[Section]) -> list[Found]:
    """Benefits or targets with the path of the numbered section in which they begin."""
    numbered = [s for s in outline if s.rule in ("heading", "heading-inline")]
    starts = [s.start for s in numbered]
    places = [bisect_right(starts, f.start) - 1 for f in found]
    return [replace(f, path=numbered[i].path if i >= 0 else None) for f, i in zip(found, places, strict=True)]


def drafted(text: str) -> list[Draft]:
    """Benefits with amounts of a whole text, as pieces of the flow."""
    drafts: list[Draft] = []
    before: Part | None = None
    listed = False  # whether the sentence is an item of a list of sums
    for number, sentence in enumerate(sentences(text, 0, len(text))):
        listed = _listed(text, sentence, before, listed)
        if re.search(r"[元%‰:：]|全额|百分[之点]", sentence.text):
            _sentence(text, sentence, number, drafts, before, listed)
        before = sentence
    return drafts


def _listed(text: str, sentence: Part, before: Part | None, listed: bool) -> bool:
    """Whether a sentence is an item below words such as 按下列标准给予补助."""
    if before is None or not _ITEM.match(sentence.text):
        return False
    return listed or _opens_list(before.text)


def _opens_list(words: str) -> bool:
    stem = words.rstrip(":")
    return bool(_STEM.search(stem[-30:]) and _STEM_GIVES.search(stem))


def _sentence(
    text: str, sentence: Part, number: int, drafts: list[Draft], before: Part | None, listed: bool
) -> None:  # fmt: skip
    every = clauses(text, after_marks(text, sentence.start, sentence.end), sentence.end)
    free = 0  # the first clause that no benefit has taken
    stem = -1  # the clause that opens a list of sums within the sentence
    for i, clause in enumerate(every):
        last = drafts[-1] if drafts else None
        pooled = last is not None and last.sentence == number and last.found[0].role == "budget"
        found = parted(text, awards(text, clause.start, clause.end, listed or stem >= 0), sentence)
        if last and pooled and not found:
            found = _shares_of_pool(text, last, clause)
        half = halved(text, clause, last.found) if last and last.sentence == number and not found else []
        if last and (half or (found and _continues(text, last, clause, found, number, sentence, stem))):
            last.found += found or half
            last.end, last.sentence = clause.end, number
            free = i + 1
            continue
        if found:
            _add(text, every, free, stem if free <= stem < i else i, i, found, number, drafts, sentence, before)
            free = i + 1
        if clause.mark == ":" and _opens_list(clause.text):
            stem = i


def _shares_of_pool(text: str, pool: Draft, clause: Part) -> list[Award]:
    """What of a sum set aside goes where: 其中甲项目3000万元, 首期5亿元."""
    found = sums(text, clause.start, clause.end)
    if not found or len(found) > 1 or found[0].end != clause.end or found[0].value > pool.found[0].number.value:
        return []
    return [Award(found[0], "budget")] if _is_share_of(text, pool, clause.start, found[0].start) else []


def _is_share_of(text: str, pool: Draft, start: int, place: int) -> bool:
    words = text[start:place]
    return bool(_POOLED.match(words) or ("其中" in text[pool.start : pool.end] and _POOLED_TOO.match(words)))


def _add(
    text: str, every: list[Part], free: int, said: int, i: int, found: list[Award], number: int, drafts: list[Draft],
    sentence: Part, before: Part | None,
) -> None:  # fmt: skip
    """One more case of the benefit before, or a new benefit whose words of giving stand in clause `said`."""
    last = drafts[-1] if drafts else None
    start = _start(every, free, said, found)
    chunk = text[start : found[0].number.start]
    end = _use(every, i)
    same = last is not None and last.sentence == number and start >= last.end
    if last and same and (_parallel(last, chunk, found) or _alike(text, last, every[i], start, found)):
        last.found += found
        last.end, last.chunk = end, chunk
        return
    start = _reach_back(text, sentence, every[0].start, start, before)
    drafts.append(Draft(start, end, list(found), text[start : found[-1].number.start], number))


def _continues(
    text: str, last: Draft, clause: Part, found: list[Award], number: int, sentence: Part, stem: int
) -> bool:
    """Whether a clause only sets a limit to the benefit before it, or goes on with its list of sums."""
    same = last.sentence == number
    if same and last.found[0].role == "budget" and found[0].role == "budget":
        return _is_share_of(text, last, clause.start, found[0].number.start)
    if any(a.role in ("share", "budget") for a in found) or last.found[0].role in ("share", "budget"):
        return False
    if same and (stem >= 0 or _REST.match(clause.text) or _MORE.match(clause.text)):
        return True
    near = last.sentence == number - 1 and "\n" not in text[last.end : clause.start]
    limits = all(a.most for a in found) and _PURE_CAP.search(clause.text)
    words = text[clause.start : found[0].number.start]
    if same and limits and _ONLY_CAP.match(clause.text) and any(a.role == "rate" for a in last.found):
        return True
    if same:
        if limits and not TO.match(clause.text) and not re.search(r"的(?:[^,]{0,6})?(?:给予|奖励|最高)", words):
            return bool(_GOES_ON.match(clause.text) or _LIMITS.match(clause.text))
        rated = last.found[-1].number.kind == "rate" and len(last.found) == 1
        return (
            rated
            and not TO.match(clause.text)
            and re.match(r"^(?:分别)?(?:给予|最高|予以|由|市财政)", clause.text) is not None
        )
    return near and bool(limits) and clause.start == sentence.start and bool(_GOES_ON.match(clause.text))


def _start(every: list[Part], free: int, i: int, found: list[Award]) -> int:
    """Where a benefit begins whose number stands in clause `i`: with its trigger."""
    if found[0].role == "share":
        return every[i].start
    return every[opening([p.text for p in every], free, i, _limit_first(every[i].text))].start


def _limit_first(clause: str) -> bool:
    return bool(_GOES_ON.match(clause))


def _reach_back(text: str, sentence: Part, first: int, start: int, before: Part | None) -> int:
    """A sentence that begins with 每个项目… speaks of the sentence before."""
    if start != first or before is None or "\n" in text[before.end : start] or _is_heading(before.text):
        return start
    condition = re.match(r"[^,]{4,40}的,", text[start : sentence.end])
    speaks = _GOES_ON.match(text[start : start + 12]) and not re.match(
        r"累计|年|连续|期限|全年|每年(?:评选|认定|遴选|组织|择优|安排|选)", text[start : start + 4]
    )
    if speaks and not condition and len(before.text) < 160 and text[before.end] == "。":
        return after_marks(text, before.start, before.end)
    return start


def _is_heading(words: str) -> bool:
    return len(words) <= LONGEST_HEADING and "," not in words and not re.search(r"[0-9](?!\.)[家个项万]", words)


def _use(every: list[Part], i: int) -> int:
    """The end of a benefit: what the money of a pool or a share is for belongs to it."""
    if i + 1 < len(every) and _USE.match(every[i + 1].text):
        return every[i + 1].end
    return every[i].end


def _parallel(last: Draft, chunk: str, found: list[Award]) -> bool:
    """Whether a number is one more case of the benefit before: 新认定的…, 重新认定的…"""
    roles = {a.role for a in (*found, *last.found)}
    if roles & {"share", "budget"}:
        return roles == {"share"}
    if re.match(r"^(?:后|再后|第)[一二三四五两0-9]年", chunk) and "再给" not in chunk and "再奖" not in chunk:
        return True
    one, two = _condition(last.chunk), _condition(chunk)
    if one[-3:] == two[-3:] and one[-1:] == "的" and len(two) <= 40:
        return True
    return len(chunk) >= 8 and last.chunk[:8] == chunk[:8] and chunk[0] in "对凡"


_GIVING = re.compile(r"(?:最高)?(?:一次性)?(?:给予|奖励|补助|资助|补贴|支持|发放)")
_EACH = re.compile(r"每[家个项件人户台](?:资助|奖励|补助|补贴|给予)?$")
LONGEST_CASE = 34
LONGEST_BEFORE = 240  # characters in which the subject of an elided promise is looked for
LONGEST_HEADING = 22


def _alike(text: str, last: Draft, clause: Part, start: int, found: list[Award]) -> bool:
    """Whether a clause of its own gives with the same words as the clause before: A类给予90万元, B类给予50万元."""
    between = text[last.end : clause.start]
    one, two = text[last.found[-1].number.start - 1 : last.end], clause.text
    if start != clause.start or between != "," or len(two) > LONGEST_CASE or "的" in two[-1:]:
        return False
    if re.match(r"(?:再|同时|另|并|对|每|单[个家户一项笔]|累计|最高|年度|总额|超)|.*分别", two) or UNIT_OF.match(two):
        return False
    monthly = all("每月" in words for words in (two, text[last.start : last.end]))
    each = [_EACH.search(text[: a.number.start][-12:]) for a in (last.found[-1], found[0])]
    alike_each = each[0] is not None and each[1] is not None and each[0][0] == each[1][0]
    shared = (
        monthly
        or alike_each
        or _tail(text, last) == _tail_of(two) != ""
        or "," in text[last.start : last.found[0].number.start]
    )
    if not shared and not re.match(r"[^,]{2,20}的(?:给予|奖励|补助|资助)", two):
        return False
    if {(a.role, a.most, a.number.kind) for a in (*found, *last.found)} != {(found[0].role, found[0].most, "sum")}:
        return False
    before = text[max(last.start, last.found[-1].number.start - LONGEST_CASE) : last.found[-1].number.start]
    chunks = (before, text[start : found[0].number.start])
    verbs = [v[-1] for words in chunks if (v := _GIVING.findall(words) or _EACH.findall(words))]
    return len(verbs) == 2 and verbs[0] == verbs[1] and len(one) < LONGEST_CASE


def _tail(text: str, last: Draft) -> str:
    """The noun right before the last verb of giving: …企业奖励30万元."""
    return _tail_of(text[last.start : last.end].rpartition(",")[2])


def _tail_of(clause: str) -> str:
    m = re.match(
        r"^(?:对)?[^,]{0,30}?([^,的]{2})(?:分别)?(?:每[个家项])?(?:最高)?(?:一次性)?(?:给予|奖励|补助|资助|补贴)[0-9]",
        clause,
    )
    return m[1] if m else ""


def _condition(chunk: str) -> str:
    """The condition before the verb of giving, up to its 的."""
    m = re.search(r"^.*的(?=[^的]*$)", chunk, re.S)
    words = m[0] if m else chunk
    return re.sub(r"的(?:高新技术企业|企业|单位|项目|团队|个人)$", "的", words)
