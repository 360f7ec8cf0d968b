"""Where a benefit begins: at the clause that says for whom and for what, not at the verb of giving."""

from __future__ import annotations

import re

TO = re.compile(
    r"^(?:其中:?|同时|另外|并|再|此外|市财政|市级财政|市级|财政)?(?:对(?!其(?:在|给|按|中)|相关|接)|凡|对于)"
)
OPENS = re.compile(
    r"^(?:其中)?(?:鼓励|支持|凡|经|获|被|认定|升级|新|首次|在[^,]{2,30}每|从|根据|按|实施|"
    r"开展|通过[^,]{2,40}的$|成功|每|设立"
    r"|企业|全国|国家级|省级|市级|市县|入选|引进|采取|采用|符合|年|进入)"
)
UNIT_OF = re.compile(r"^(?:在)?[^,]{0,30}每(?!年|月)[^,0-9一]{0,12}(?![0-9.]+(?:万|亿)?元)[0-9一]")

_MARK = re.compile(
    r"(?:第[一二三四五六七八九十百零0-9]{1,6}[条款]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)"
    r"|[0-9]{1,2}[.、](?![0-9])|\([0-9]{1,2}\)|[①-⑳])"
)
#: Clauses that only say how much or by what measure: whom they concern stands before.
_PREDICATE = re.compile(
    r"^(?:可|将)?(?:按照?|参照|依照|给予|予以|由|[省市县区]?级?财政|从|分别|最高|一次性|再|奖励|补助|资助|给|并给予|当年|单品种|"
    r"连续|三年内|前[一二三两0-9]年|采取|以)"
)
_CONDITION = re.compile(r"(?:的|后|起|时|\)的)$")
FURTHEST_BACK = 4  # clauses


def after_marks(text: str, start: int, end: int) -> int:
    """The place behind a heading's number at the beginning of a sentence.

    >>> after_marks("第8条对新认定的企业", 0, 10)
    3
    """
    m = _MARK.match(text, start, end)
    return m.end() if m and m.end() < end else start


def opening(every: list[str], free: int, i: int, limits: bool) -> int:
    """The clause (of those from `free` on) with which the benefit begins whose number stands in clause `i`.

    `limits`: clause `i` begins with a limit, so that its subject stands before.

    >>> opening(["科技型企业获得质押贷款的", "按照利率的50%给予贴息"], 0, 1, False)
    0
    >>> opening(["鼓励企业参展", "对展位费给予50%补贴"], 0, 1, False)
    0
    """
    k = _first(every, free, i, limits)
    for _ in range(FURTHEST_BACK):
        if k <= free or (TO.match(every[k]) and not _measure_of(every, k)):
            break
        if _PREDICATE.match(every[k]) or _CONDITION.search(every[k - 1]) or _measure_of(every, k):
            k -= 1
        else:
            break
    return k


def _measure_of(every: list[str], k: int) -> bool:
    """对展位费给予…: what is refunded, not who; who stands before."""
    return (
        re.match(r"^(?:鼓励|支持|引导)[^0-9]{2,40}$", every[k - 1]) is not None
        and re.match(r"^(?:按|对(?![^0-9]{2,20}的[^0-9]{0,8}(?:企业|单位|机构|个人|项目)))[^0-9]{2,30}[0-9]", every[k])
        is not None
    )


def _first(every: list[str], free: int, i: int, limits: bool) -> int:
    for k in range(i, free - 1, -1):
        if TO.match(every[k]):
            return k
    if free <= i - 1 and UNIT_OF.match(every[i - 1]):
        return i - 1
    if re.match(r"[^,]{2,24}的(?:,|给予|奖励|补助|一次性|再)", every[i]) and not every[i].startswith("经"):
        return i
    for k in range(free, i + 1):
        if OPENS.match(every[k]) and (k < i or not limits):
            return k
    return max(free, i - 1)
