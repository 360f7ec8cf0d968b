"""Sums that are said by other sums: half of what stands before, and a sum paid in parts."""

from __future__ import annotations

import re
from dataclasses import replace

from innocity.engines.reading.awards import Award
from innocity.engines.reading.sentences import Part

_HALF = re.compile(r"减半(?:执行|奖励|给予|补助|补贴|支持|享受|资助|发放|兑现)?$")
_NOT_HALF = re.compile(r"另一方|夫妻|征收|缴|收取|税")
_ALL = re.compile(r"(?:上述|以上|前述|前款|上款|相应|同等|该|此)[^,。;]{0,4}(?:标准|额度|政策)")
_PART = re.compile(r"(?:第[一二三四五]年|首年|次年|首期|二期|[后前]期)[^0-9,]{0,8}$")


def halved(text: str, clause: Part, found: list[Award]) -> list[Award]:
    """Half of the sums or rates before, where a clause halves them; all of them where it speaks of the standard.

    >>> from innocity.engines.reading.awards import awards
    >>> t = "奖励30万元,重新认定的减半奖励"
    >>> [a.number.value for a in halved(t, Part(7, 16, "", t[7:]), awards(t, 0, 6))]
    [150000]
    """
    m = _HALF.search(clause.text.rstrip(")"))
    paid = [a for a in found if a.role in ("value", "rate") and not a.half]
    if not m or not paid or _NOT_HALF.search(clause.text):
        return []
    taken = [a for a in paid if a.number.kind == paid[-1].number.kind and a.most == paid[-1].most]
    taken = taken if _ALL.search(clause.text) else _side_by_side(taken)
    start, end = clause.start + m.start(), clause.start + m.end()
    return [
        replace(a, half=True, number=replace(a.number, start=start, end=end, value=_tidy(a.number.value / 2)))
        for a in taken
    ]


def _side_by_side(taken: list[Award]) -> list[Award]:
    """The last of the awards with those printed right before it (100万元、50万元、20万元)."""
    run = taken[-1:]
    for a in reversed(taken[:-1]):
        if run[0].number.start - a.number.end > 2:
            break
        run.insert(0, a)
    return run


def parted(text: str, found: list[Award], sentence: Part) -> list[Award]:
    """The awards of a clause without the parts in which one of them is paid: 9万元(第一年4万元,第二年5万元).

    >>> from innocity.engines.reading.awards import awards
    >>> t = "给予企业9万元奖励(第一年奖励4万元,第二年奖励5万元)"
    >>> [a.number.value for a in parted(t, awards(t, 0, len(t)), Part(0, len(t), "", t))]
    [90000]
    """
    parts = [a for a in found if a.number.kind == "sum" and _PART.search(text[sentence.start : a.number.start][-14:])]
    whole = [a for a in found if a.number.kind == "sum" and a not in parts]
    if len(parts) < 2 or not whole:
        return found
    total = sum(a.number.value for a in parts)
    return [a for a in found if a not in parts] if total == whole[-1].number.value else found


def instalments(text: str) -> tuple[float, ...]:
    """The shares in which a sum is paid, where a text says them and they add to the whole.

    >>> instalments("按照40%、30%、30%分三期拨付"), instalments("立项后拨付60%,验收通过后拨付40%")
    ((0.4, 0.3, 0.3), (0.6, 0.4))
    >>> instalments("给予9万元奖励(第一年奖励4万元,第二年奖励5万元)"), instalments("分三年等额发放")
    ((0.444444, 0.555556), (0.333333, 0.333333, 0.333333))
    """
    from innocity.engines.reading.numbers import rates, sums

    for m in re.finditer(r"分([二两三四五])(?:年|期|次|批)(?:等额|平均)", text):
        count = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5}[m[1]]
        return (round(1 / count, 6),) * count
    parts = [n for n in sums(text) if _PART.search(text[max(0, n.start - 14) : n.start])]
    total = sum(n.value for n in parts)
    if len(parts) > 1 and any(n.value == total for n in sums(text) if n not in parts):
        return tuple(round(n.value / total, 6) for n in parts)
    if not re.search(r"拨付|兑付|兑现|发放|支付", text):
        return ()
    shares = [n.value for n in rates(text)]
    for k in range(len(shares) - 1):
        if abs(sum(shares[k:]) - 1) < 1e-6:
            return tuple(shares[k:])
    return ()


def _tidy(value: float) -> float:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
