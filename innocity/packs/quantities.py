"""Amounts and rates as an official text writes them, found by value.

"分别给予1000 万元、500 万元" -> {1000万元, 500万元}
"省市各 35%，按1∶1配套" -> {35%, 1}
"""

from __future__ import annotations

import re
from fractions import Fraction

from innocity.core.errors import InvalidValue
from innocity.core.money import clean, parse_money
from innocity.core.rates import parse_rate

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_ABOUT = "(?:余|多)?"
#: One amount; 元 may be missing after 万 or 亿, as running text has it.
_MONEY = re.compile(rf"({_NUMBER}){_ABOUT}(百|千)?(万亿|亿|万)?{_ABOUT}(元)?")
_SEPARATOR = re.compile(r"[、,和或至到~—–/-]|以及")
_RATE = re.compile(r"[0-9]+(?:\.[0-9]+)?[%‰]|[0-9]+(?:\.[0-9]+)?:[0-9]+(?:\.[0-9]+)?|[0-9]+/[0-9]+")
_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "〇": 0}
_PART = re.compile(r"(百|千|万|[二三四五六七八九十]+)分之([零一二两三四五六七八九十百]+)")
_COUNT = re.compile(rf"({_NUMBER}){_ABOUT}(百|千)?(万亿|亿|万)?")
_MULTIPLES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_SPELT = re.compile("(?<![0-9余多百千万亿])[零〇一二两三四五六七八九十百千万亿]+")
_WORDS = {
    Fraction(1): ("全额", "等额", "同额", "同等额度", "足额"),
    Fraction(1, 2): ("一半", "各半", "减半", "对半"),
}


def money_values(text: str) -> set[int]:
    """Every amount in a text, in fen; in a list the unit may stand at the end only.

    >>> sorted(money_values("10万元、5 万元，另给 100、50万元，每月5000元，8000余万元"))
    [500000, 5000000, 10000000, 50000000, 100000000, 8000000000]
    """
    plain = clean(text)
    found: set[int] = set()
    matches = list(_MONEY.finditer(plain))
    unit, unit_start = "", -1
    for match in reversed(matches):
        own = (match[2] or "") + (match[3] or "")
        if own or match[4]:
            unit = own + "元"
        elif not (unit and _SEPARATOR.fullmatch(plain[match.end() : unit_start])):
            unit = ""
        unit_start = match.start()
        if unit:
            try:
                found.add(parse_money(match[1] + unit))
            except InvalidValue:  # finer than a fen: no amount that a clause could hold
                continue
    return found


def rate_values(text: str) -> set[Fraction]:
    """Every rate in a text: 20%, 1‰, 1∶1, 1/3, 百分之二十, 三分之一, 等额, 各半.

    >>> sorted(map(str, rate_values("按1∶1配套，1.5%、1‰，三分之一，各半")))
    ['1', '1/1000', '1/2', '1/3', '3/200']
    """
    plain = clean(text).replace("∶", ":")
    found: set[Fraction] = set()
    for token in _RATE.findall(plain):
        try:
            found.add(parse_rate(token, above_one=True))
        except InvalidValue:
            continue
        if token in ("1:1", "1:1.0"):  # two sides that bear alike bear half each
            found.add(Fraction(1, 2))
    whole = {"百": 100, "千": 1000, "万": 10000}
    for below, above in _PART.findall(plain):
        divisor = whole.get(below) or spelt_number(below)
        if divisor:
            found.add(Fraction(spelt_number(above), divisor))
    found |= {rate for rate, words in _WORDS.items() if any(word in plain for word in words)}
    return found


def number_values(text: str) -> set[Fraction]:
    """Every plain number in a text, as written and with the 万 or 亿 behind it; numerals of any kind.

    >>> found = number_values("1.5万人，占18.42%；百分之二十，三家，百名，十二条，两千余人")
    >>> sorted(found) == sorted(map(Fraction, ("1.5", "15000", "18.42", "20", "3", "100", "12", "2000")))
    True
    """
    plain = clean(text)
    found: set[Fraction] = set()
    for digits, small, large in _COUNT.findall(plain):
        number = Fraction(digits.replace(",", ""))
        found |= {number, number * _MULTIPLES[small] * _MULTIPLES[large]}
    spelt = _PART.sub(lambda match: " " + match[2], plain)
    return found | {Fraction(spelt_number(word)) for word in _SPELT.findall(spelt)}


def spelt_number(text: str) -> int:
    """A number in Chinese numerals; 百名 and 千家 begin at one.

    >>> [spelt_number(word) for word in ("三", "十二", "两千三百", "百", "一万二千", "二〇二三")]
    [3, 12, 2300, 100, 12000, 2023]
    """
    if not set(text) & set("十百千万亿"):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, section, digit = 0, 0, 0
    for sign in text:
        if sign in "万亿":
            total = (total + section + digit or 1) * (10**4 if sign == "万" else 10**8)
            section, digit = 0, 0
        elif sign in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + section + digit
