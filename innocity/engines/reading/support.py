"""Benefits without amounts: priority, case by case, free services, support promised in words only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.lexicon import GATES, PAYERS, STRENGTH, first_of
from innocity.engines.reading.model import Benefit, Section
from innocity.engines.reading.openings import after_marks
from innocity.engines.reading.sentences import clauses, sentences
from innocity.engines.reading.subject import subject, trigger, trigger_kind

_GIVES = re.compile(
    r"给予(?!了)[^,。;]{0,24}(?:支持|扶持|补助|补贴|奖励|奖补|资助|倾斜|配套|保障|优惠)|"
    r"予以(?:支持|奖励|补助|资助|倾斜)|给予支持"
    r"|“?一事一议”?|优先(?:给予|支持|推荐|安排|纳入|享受|保障)|择优(?:给予|纳入|支持|立项|"
    r"后补助)|倾斜|给予奖补|对[^,。;]{2,30}奖补"
    r"|一定比例|(?:资金|财政|政策|经费|项目)(?:支持|扶持|奖励)(?!力度|政策)(?=$|[,。;])|"
    r"仅补助一次|仅就[^,。;]{2,16}补助|不重复(?:享受|奖励|补助)"
)
_KIND = re.compile(r"免费|绿色通道|无偿(?:提供|领办|资助)|加计扣除|税收优惠|税前扣除|优惠政策|拎包入住|首购|贴息")
_MORE = re.compile(
    r"加大[^,。;]{0,30}(?:支持|扶持|奖励|资助|激励|配套奖励|维护)力度|(?:设立|"
    r"建立)[^,。;]{2,24}(?:专项(?:资金)?|基金|补偿资金|资助机制)$"
    r"|资金要素扶持|风险补偿(?:资金|基金)?等|扶持[^,。;]{2,24}(?:发展|企业)"
)
LONGEST_HEAD = 24  # characters of a heading that is no sentence
_NO = re.compile(r"购买服务方式|政府采购|用地|建设用地")
_TO = re.compile(r"^(?:对(?!接|标|外)|凡|为[^,]{2,20}(?:提供|给予))")
_BUT = re.compile(r"期限|研究制定|制定[^,]{0,10}办法|减少|取消|不得|严禁")


def supports(doc: Flow, taken: list[tuple[int, int]], outline: Sequence[Section] = ()) -> list[Benefit]:
    """Benefits without amounts outside the pieces already taken.

    >>> from innocity.engines.reading.flow import flow
    >>> [b.shape for b in supports(flow("对入库企业优先给予支持。为用户免费提供文献服务。"), [])]
    ['discretionary', 'in_kind']
    """
    found: list[Benefit] = []
    busy = iter(sorted(taken))
    block = next(busy, None)
    heads = {doc.where(s.start): doc.where(s.head_end) for s in outline}
    for sentence in sentences(doc.text, 0, len(doc.text)):
        if heads.get(sentence.start, -1) >= sentence.end - 1 and len(sentence.text) <= LONGEST_HEAD:
            continue
        if not (_GIVES.search(sentence.text) or _KIND.search(sentence.text) or _MORE.search(sentence.text)):
            continue
        every = clauses(doc.text, after_marks(doc.text, sentence.start, sentence.end), sentence.end)
        free = 0
        for i, clause in enumerate(every):
            while block and block[1] <= clause.start:
                block = next(busy, None)
            if block and block[0] < clause.end and clause.start < block[1]:
                free = i + 1
                continue
            rule = _rule(clause.text)
            if rule:
                start = next((every[k].start for k in range(i, free - 1, -1) if _TO.match(every[k].text)), None)
                start = every[max(free, i - 2)].start if start is None else start
                found.append(_benefit(doc, start, clause.end, rule))
                free = i + 1
    return found


def _rule(clause: str) -> str | None:
    if _NO.search(clause) or _BUT.search(clause):
        return None
    for pattern, rule in ((_GIVES, "benefit-support"), (_KIND, "benefit-kind"), (_MORE, "benefit-intent")):
        if pattern.search(clause):
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
