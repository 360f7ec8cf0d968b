"""How figures, days, lights and sources are put into Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from innocity.core.measures import format_value
from innocity.engines.reports.blocks import Source

SIMULATED = "含模拟数据：标有“（模拟）”的内容为程序生成，不对应真实情况，不作为结论"
_DIGITS = "零一二三四五六七八九十"


def day(value: date | None, blank: str = "") -> str:
    """A day as official papers write it, without leading zeros.

    >>> day(date(2023, 7, 6))
    '2023年7月6日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else blank


def short_day(value: date | None, blank: str = "—") -> str:
    """A day for narrow columns.

    >>> short_day(date(2024, 12, 31))
    '2024-12-31'
    """
    return value.isoformat() if value else blank


def numeral(number: int) -> str:
    """A number below 100 in Chinese.

    >>> [numeral(n) for n in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    if not 0 < number < 100:
        raise ValueError(f"{number} has no heading numeral")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")


def per_cent(share: Fraction | None, blank: str = "—") -> str:
    """A share in per cent, to one place, rounded half up; whole ones without it.

    >>> [per_cent(Fraction(n, d)) for n, d in ((1, 2), (1, 3), (2, 3), (-1, 8))]
    ['50%', '33.3%', '66.7%', '-12.5%']
    """
    if share is None:
        return blank
    return f"{rounded(share * 100, 1)}%"


def rounded(value: Fraction, places: int) -> str:
    """A value to so many places, rounded half away from zero, without zeros that say nothing.

    >>> rounded(Fraction(57, 20), 1), rounded(Fraction(-1, 3), 2), rounded(Fraction(3), 1)
    ('2.9', '-0.33', '3')
    """
    scale = 10**places
    units = (abs(value) * scale * 2 + 1) // 2
    text = format_value(Fraction(int(units), scale))
    return f"-{text}" if value < 0 and units else text


def amount(value: Fraction, unit: str | None, approx: str | None = None) -> str:
    """A value with its unit and, where it is approximate, the word for that at its place.

    >>> amount(Fraction(1376), "家"), amount(Fraction(70), "家", "多"), amount(Fraction(100), "亿元", "超过")
    ('1376家', '70多家', '超过100亿元')
    """
    digits = format_value(value) if value.denominator in _FINITE else rounded(value, 2)
    behind = approx if approx in ("余", "多") else ""
    front = approx if approx in ("超过", "近", "不足") else ""
    end = "以上" if approx == "以上" else ""
    return f"{front}{digits}{behind}{unit or ''}{end}"


_FINITE = frozenset(2**a * 5**b for a in range(7) for b in range(7))


def listed(words: Iterable[str], limit: int = 0, measure: str = "项") -> str:
    """Words in a row; beyond `limit` only their number is given.

    >>> listed(["甲", "乙", "丙"]), listed(["甲", "乙", "丙"], 2)
    ('甲、乙、丙', '甲、乙等3项')
    """
    every = list(words)
    if limit and len(every) > limit:
        return f"{'、'.join(every[:limit])}等{len(every)}{measure}"
    return "、".join(every)


def written(source: Source) -> str:
    """A source as it stands in the list of sources.

    >>> written(Source("实施方案", "威政字〔2023〕40号", "二、（三）1", date(2023, 7, 16)))
    '《实施方案》（威政字〔2023〕40号），二、（三）1，2023年7月16日'
    """
    number = f"（{source.number}）" if source.number else ""
    title = f"《{source.title}》" if source.number else source.title
    return "，".join(part for part in (f"{title}{number}", source.article, day(source.day, "日期未写明")) if part)


def by_paper(listed: Iterable[tuple[int, Source]]) -> list[tuple[str, list[str]]]:
    """Numbered sources under the paper in which they stand, papers in the order of their first number.

    >>> one, two = (Source("方案", "威政字〔2023〕40号", place) for place in ("二、（三）1", "一、（二）"))
    >>> by_paper([(1, one), (2, two)])
    [('《方案》（威政字〔2023〕40号），日期未写明', ['[1] 二、（三）1', '[2] 一、（二）'])]
    """
    found: dict[str, list[str]] = {}
    for number, source in listed:
        paper = written(Source(source.title, source.number, "", source.day))
        found.setdefault(paper, []).append(f"[{number}] {source.article or '全文'}")
    return list(found.items())


def ended(sentence: str) -> str:
    """A sentence with exactly one full stop behind it.

    >>> ended("差224家"), ended("差224家。")
    ('差224家。', '差224家。')
    """
    return sentence.rstrip("。；; ") + "。" if sentence.strip() else ""
