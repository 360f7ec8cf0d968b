"""Numbers as documents write them: 1,200 / 8000余万 / 五十 / 百分之三 / 1:1 / 2‰."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,6})?"
_HAN = "零〇一二两三四五六七八九十百千万亿"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"十": 10, "百": 100, "千": 1000, "百万": 10**6, "千万": 10**7, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_SUM = re.compile(
    rf"(?P<n>{NUMBER})(?P<about>[余多])?(?P<scale>万亿|百万|千万|亿|万|千|百)?(?P<more>[余多])?元"
    rf"|(?P<han>[{_HAN}]{{1,12}})元"
)
_LEFT = re.compile(rf"(?P<n>{NUMBER})(?P<scale>万亿|亿|万)?(?P<yuan>元)?(?:、|和|或|及|/|,)$")
_RATE = re.compile(
    rf"(?P<n>{NUMBER})(?P<mark>[%‰])|百分之(?P<han>[{_HAN}]{{1,6}})"
    rf"|(?P<points>{NUMBER})个百分点(?=的?(?:贷款|财政)?(?:贴息|补贴|补助|利息补))"
    r"|(?<![0-9:.])(?P<ratio>[0-9]{1,3}(?:\.[0-9]{1,3})?(?::[0-9]{1,3}(?:\.[0-9]{1,3})?){1,3})(?![0-9:])"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the flow: place, value, kind (`sum` in yuan, `rate` as a share), whether it is only about."""

    start: int
    end: int
    value: float
    kind: str
    about: bool = False


def number(text: str) -> float:
    """A written number, thousands separators allowed.

    >>> number("1,200.5"), number("7")
    (1200.5, 7)
    """
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def han(text: str) -> int | None:
    """A number in Chinese characters; None where it is none.

    >>> han("五十"), han("一百二十"), han("两千"), han("三"), han("千千百")
    (50, 120, 2000, 3, None)
    """
    total = part = digit = 0
    last = 10**9
    for c in text:
        if c in _DIGIT:
            digit = _DIGIT[c]
        elif c in _SMALL:
            if _SMALL[c] >= last:
                return None
            last = _SMALL[c]
            part, digit = part + (digit or 1) * _SMALL[c], 0
        elif c in "万亿":
            total, part, digit, last = (total + part + digit) * _SCALE[c], 0, 0, 10**9
        else:
            return None
    return total + part + digit


def _tidy(value: float) -> float:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def sums(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """Amounts in yuan, those included whose unit stands only behind the last of a series.

    >>> [n.value for n in sums("分别给予100、50万元和1,000元，五十万元")]
    [1000000, 500000, 1000, 500000]
    """
    found: list[Number] = []
    for m in _SUM.finditer(text, start, len(text) if end is None else end):
        if m["han"]:
            value = han(m["han"])
            if value:
                found.append(Number(m.start(), m.end(), value, "sum"))
            continue
        scale = _SCALE.get(m["scale"] or "", 1)
        before = found[-1].end if found else start
        found += _series(text, before, m.start(), scale)
        about = bool(m["about"] or m["more"])
        found.append(Number(m.start(), m.end(), _tidy(number(m["n"]) * scale), "sum", about))
    return found


def _series(text: str, floor: int, stop: int, scale: int) -> list[Number]:
    """Numbers right before a sum that borrow its unit: 100、50、(20万元)."""
    found: list[Number] = []
    for _ in range(8):
        piece = text[max(floor, stop - 20) : stop]
        m = _LEFT.search(piece)
        if not m or m["yuan"] or piece[m.end() - 1] == ",":
            break
        begin = stop - len(piece) + m.start()
        own = _SCALE[m["scale"]] if m["scale"] else scale
        found.insert(0, Number(begin, stop - 1, _tidy(number(m["n"]) * own), "sum"))
        stop = begin
    return found


def rates(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """Shares: per cent, per mille, 百分之…, points of interest, ratios (the right side for each of the left).

    >>> [n.value for n in rates("按1.5%、1‰、百分之五，1:1配套，1:1:1")]
    [0.015, 0.001, 0.05, 1, 1, 1]
    """
    found: list[Number] = []
    for m in _RATE.finditer(text, start, len(text) if end is None else end):
        if m["ratio"]:
            head, *rest = (float(p) for p in m["ratio"].split(":"))
            if head:
                found += [Number(m.start(), m.end(), _tidy(r / head), "rate") for r in rest]
        elif m["han"]:
            whole = han(m["han"])
            if whole is not None:
                found.append(Number(m.start(), m.end(), _tidy(whole / 100), "rate"))
        elif m["points"]:
            found.append(Number(m.start(), m.end(), _tidy(number(m["points"]) / 100), "rate"))
        else:
            value = number(m["n"]) / (100 if m["mark"] == "%" else 1000)
            found.append(Number(m.start(), m.end(), _tidy(value), "rate"))
    return found
