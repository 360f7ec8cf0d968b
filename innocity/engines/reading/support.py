"""Benefits without amounts: priority, case by case, free services, support promised in words only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.lexicon import GATES, PAYERS, STRENGTH, first_of
from innocity.engines.reading.model import Benefit, Section
from innocity.engines.reading.openings import after_marks
from innocity.engines.reading.sentences import Part, clauses, sentences
from innocity.engines.reading.subject import subject, trigger, trigger_kind

_END = r"(?=$|[,。;:!?\n])"  # the end of a clause, also where a whole sentence is searched
_AID = "支持|扶持|补助|补贴|奖励|奖补|资助|倾斜|配套|保障|优惠"
_GIVES = re.compile(
    rf"给予(?!了)[^,。;]{{0,24}}(?:{_AID})|予以(?:支持|奖励|补助|资助|倾斜)"
    r"|“?一[事企]一[议策]”?|优先(?:给予|支持|推荐|安排|纳入|享受|保障|入住)|择优(?:给予|纳入|支持|立项|"
    rf"后补助)|倾斜|对[^,。;]{{2,30}}奖补{_END}"
    rf"|一定比例|(?:资金|财政|政策|经费|项目)(?:支持|扶持|奖励){_END}|"
    r"仅补助一次|仅就[^,。;]{2,16}补助|不重复(?:享受|奖励|补助)"
    rf"|新增[^,。;]{{0,4}}对[^,。;]{{2,24}}的(?:支持|扶持|奖励|补助|补贴){_END}"
    r"|纳入到?[^,。;]{0,12}(?:补助|奖励|支持|扶持|补贴|资助|奖补)(?:范围|对象|政策)"
    r"|(?:补助|补贴|奖励|支持|优惠)(?:业务|范围|对象|政策)?(?:扩展|扩大|延伸|拓展)(?:到|至)"
    r"|落实[^,。;]{0,6}(?:扶持|支持|奖励|补助)政策|与(?!预算)[^,。;]{0,8}(?:资金|奖补|补助)[^,。;]{0,4}挂钩"
    r"|采取[^,。;]{2,12}支持方式|给予[^,。;]{0,10}表彰|宣传表彰|享受同等|按同等条件"
)
_KIND = re.compile(
    r"免费|免收|免租|绿色通道|无偿(?:提供|领办|资助)|加计扣除|税收优惠|税前扣除|优惠政策|拎包入住|首购|贴息|奖学金|政府投入为主"
)
_MORE = re.compile(
    rf"加大[^,。;]{{0,60}}(?:支持|扶持|奖励|资助|激励|配套奖励|维护|帮扶)力度|(?:设立|"
    rf"建立)[^,。;]{{2,24}}(?:专项(?:资金)?|基金|补偿资金|资助机制){_END}"
    r"|资金要素扶持|风险补偿(?:资金|基金)?等|扶持[^,。;]{2,24}(?:发展|企业)"
    rf"|(?:搭建|建立|完善|健全)[^,。;]{{2,60}}(?:资助|补偿|风险分担|奖补|扶持|联动支持|政策支持|资金支持)机制{_END}"
    rf"|(?:完善|健全)[^,。;]{{2,60}}补偿[^,。;]{{0,30}}机制{_END}"
)
#: Money or a policy is put to use; the clause behind says for whom.
_USES = re.compile(rf"(?:用好|运用|统筹|整合|发挥好?)[^,。;]{{0,40}}(?:资金|基金|奖补|补助|政策)[^,。;]{{0,4}}{_END}")
_USED_FOR = re.compile(r"^(?:集中|重点|积极)?(?:支持|引导|扶持|鼓励|满足|对(?!接|标|外))")
#: How it is done; what is done stands behind.
_MANNER = re.compile(
    r"^(?:并|同时)?(?:通过|采取|采用|按照?|以|综合运用|运用|实行)[^,。;]{0,40}(?:方式|原则|机制|模式|办法)$|基础上$|“?一事一议”?(?:的)?(?:财政)?(?:支持)?(?:方式|原则)$"
)
_BY_MONEY = re.compile(r"通过[^,。;]{0,24}(?:资金支持|补助|奖励|资助|贴息|补贴|以奖代补)[^,。;]{0,16}方式|以奖代补")
LONGEST_HEAD = 24  # characters of a heading that is no sentence
SHORTEST = 10  # characters: 强化政策支持 says nothing of whom
_NO = re.compile(r"购买服务方式|政府采购|用地|建设用地")
_TO = re.compile(r"^(?:其中|同时)?(?:对(?!接|标|外)|凡|为[^,]{2,40}(?:提供|给予|开通|配发|发放|配备)|将[^,]{2,60}纳入)")
_SETS_UP = re.compile(rf"(?:设立|建立)[^,。;]{{2,24}}(?:专项(?:资金)?|基金|补偿资金){_END}")
_SPENT_ON = re.compile(r"^(?:主要|重点|集中)?(?:用于|通过|支持|采取|采用)")
_REST = re.compile(r"^(?:连续[^,]{0,4}|并|可)?(?:予以|给予)[^,]{0,6}$")  # the verb of a sum that stands before
_BUT = re.compile(
    r"(?:下列|以下|如下)(?:标准|比例|额度)|引导作用|杠杆作用|期限|研究制定|制定[^,]{0,10}办法|减少|取消|不得|严禁|优化[^,]{0,16}机制$|论证$"
)
_PREDICATE = re.compile(
    r"^(?:并|同时|可|将)?(?:按|给予|予以|优先|择优|市财政|市级|省级|财政|政府|由|享受|落实|纳入|从|在(?![^,]*基础上$)|积极提供|市有关部门|经)"
)
_FOR = re.compile(r"^(?:积极|重点)?(?:支持|鼓励|吸引|引导|选取|开展|争取|整合)")
_PURPOSE = re.compile(r"^(?:充分|鼓励|引导|助力|赋予|无障碍|增加)")
FURTHEST = 3  # clauses


@dataclass(slots=True)
class _Promise:
    """A promise in the making: its first and last clause, its rule."""

    first: int
    last: int
    rule: str


def supports(doc: Flow, taken: list[tuple[int, int]], outline: Sequence[Section] = ()) -> list[Benefit]:
    """Benefits without amounts outside the pieces already taken.

    >>> from innocity.engines.reading.flow import flow
    >>> [b.shape for b in supports(flow("对入库企业优先给予支持。为用户免费提供文献服务。"), [])]
    ['discretionary', 'in_kind']
    """
    found: list[Benefit] = []
    busy = _Busy(taken)
    heads = {doc.where(s.start): doc.where(s.head_end) for s in outline}
    for sentence in sentences(doc.text, 0, len(doc.text)):
        if heads.get(sentence.start, -1) >= sentence.end - 1 and len(sentence.text) <= LONGEST_HEAD:
            continue
        if not any(p.search(sentence.text) for p in (_GIVES, _KIND, _MORE, _USES, _BY_MONEY)):
            continue
        every = clauses(doc.text, after_marks(doc.text, sentence.start, sentence.end), sentence.end)
        held = [busy.holds(c) for c in every]
        found += [_benefit(doc, every[a].start, every[b].end, rule) for a, b, rule in _promises(every, held)]
    return found


class _Busy:
    """Pieces of the flow that other findings hold; asked for pieces in their order."""

    def __init__(self, taken: list[tuple[int, int]]) -> None:
        self.rest = iter(sorted(taken))
        self.block = next(self.rest, None)

    def holds(self, clause: Part) -> bool:
        """Whether a finding holds a character of the clause."""
        while self.block and self.block[1] <= clause.start:
            self.block = next(self.rest, None)
        return self.block is not None and self.block[0] < clause.end and clause.start < self.block[1]


def _promises(every: list[Part], held: list[bool]) -> Iterator[tuple[int, int, str]]:
    """First clause, last clause and rule of each promise of a sentence; clauses side by side make one."""
    rules = [
        None if held[i] or (i and held[i - 1] and _REST.match(every[i].text)) else _rule(every, i)
        for i in range(len(every))
    ]  # fmt: skip
    found: list[_Promise] = []
    for i, rule in enumerate(rules):
        if rule is None:
            continue
        last = found[-1] if found else None
        if last and last.last >= i:
            last.rule = rule if rule == "benefit-support" else last.rule
        elif last and last.last == i - 1 and _joins(every, last, i):
            last.last, last.rule = i, rule if last.rule == "benefit-intent" else last.rule
        else:
            found.append(_Promise(i, i, rule))
        found[-1].last = max(found[-1].last, _forward(every, held, i, rule))
    free = 0
    for p in found:
        p.first, free = _back(every, held, free, p.first), p.last + 1
    firsts = {p.first for p in found}
    for p in found:
        announced = p.last + 1 < len(every) and (held[p.last + 1] or p.last + 1 in firsts)
        if not (p.rule == "benefit-intent" and p.first == p.last and announced and _leads(every[p.first].text)):
            yield p.first, p.last, p.rule


def _leads(clause: str) -> bool:
    """加大…力度 before a promise only announces it."""
    return clause.startswith(("加大", "进一步加大", "强化"))


def _joins(every: list[Part], last: _Promise, i: int) -> bool:
    """Whether a clause carries on the promise right before it."""
    if _MANNER.search(every[i - 1].text):
        return True
    before, text = every[i - 1].text, every[i].text
    return not (_TO.match(text) or _FOR.match(text) or _USES.search(text) or _leads(before))


def _forward(every: list[Part], held: list[bool], i: int, rule: str) -> int:
    """The last clause of a promise whose words stand in clause `i`: with what is done in this manner, or what for."""
    if not (_adverbial(every[i].text) or _SETS_UP.search(every[i].text)):
        meant = rule != "benefit-support" and i + 1 < len(every) and not held[i + 1]
        return i + 1 if meant and _PURPOSE.match(every[i + 1].text) else i
    end = i
    while end + 1 < len(every) and end - i < FURTHEST and not held[end + 1]:
        if _SETS_UP.search(every[end].text) and not _SPENT_ON.match(every[end + 1].text):
            break
        end += 1
        if not _adverbial(every[end].text):
            break
    return end


def _adverbial(clause: str) -> bool:
    """Whether a clause only says how or with what: the next one says what is done."""
    return bool(_MANNER.search(clause) or _USES.search(clause) or re.match(r"^通过[^,]*$", clause))


def _back(every: list[Part], held: list[bool], free: int, i: int) -> int:
    """The clause with which a promise begins: the one that says for whom, as far as nothing else holds it."""
    for k in range(i, max(free, i - FURTHEST) - 1, -1):
        if held[k]:
            return k + 1
        if _TO.match(every[k].text):
            return _named_before(every, held, free, k)
        if _FOR.match(every[k].text) and (k == i or _PREDICATE.match(every[i].text)):
            return k
    if i > free and not held[i - 1] and (_PREDICATE.match(every[i].text) or every[i - 1].text.endswith(("的", "后"))):
        return i - 1
    return i


def _named_before(every: list[Part], held: list[bool], free: int, k: int) -> int:
    """支持…建设平台,对新认定的平台…: what the promise is about was named in the clause before."""
    if k > free and not held[k - 1] and _FOR.match(every[k - 1].text):
        m = re.match(r"^对[^,]*?([^,的]{2})(?:的)?$", every[k].text)
        if m and m[1] in every[k - 1].text:
            return k - 1
    return k


def _rule(every: list[Part], i: int) -> str | None:
    clause = every[i].text
    if _NO.search(clause) or _BUT.search(clause):
        return None
    if _USES.search(clause) and i + 1 < len(every) and _USED_FOR.match(every[i + 1].text):
        return "benefit-intent"
    if _BY_MONEY.search(clause):
        return "benefit-intent"
    for pattern, rule in ((_GIVES, "benefit-support"), (_KIND, "benefit-kind"), (_MORE, "benefit-intent")):
        m = pattern.search(clause)
        if m and not (len(clause) < SHORTEST and m[0] in ("政策支持", "资金支持", "财政支持", "项目支持", "经费支持")):
            return rule
    return None


def _benefit(doc: Flow, start: int, end: int, rule: str) -> Benefit:
    text = doc.text[start:end]
    a, b = doc.span(start, end)
    shape = "in_kind" if rule == "benefit-kind" else "rule" if re.search(r"仅|不重复", text) else "discretionary"
    return Benefit(
        a, b, rule, subject=subject(text), trigger=trigger(text), trigger_kind=trigger_kind(text), shape=shape,
        amounts=(), gate=first_of(GATES, text), payers=tuple(p for p in PAYERS if p in text),
        force="intent" if rule == "benefit-intent" else "entitlement", strength=tuple(w for w in STRENGTH if w in text),
    )  # fmt: skip
