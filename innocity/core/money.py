"""Amounts of money: integer fen inside, Chinese documents' writing outside.

    2 亿元 = 200_000_000 yuan = 20_000_000_000 fen

No float and no Decimal: a text is read digit by digit into an exact integer.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from innocity.core.errors import InvalidValue

FEN_PER_YUAN = 100
#: The largest value a fact may hold unless its column says otherwise: 1万亿元.
MAX_FACT_FEN = 10**12 * FEN_PER_YUAN
#: Largest value of an integer column unless it says otherwise.
MAX_FACT_INTEGER = 10**9
#: More digits than any number of use; Python refuses thousands of them with an error of its own.
MOST_DIGITS = 100

_SMALL = {"": 1, "百": 100, "千": 1000}
_LARGE = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_PIECE = re.compile(rf"({_NUMBER})(百|千)?(万亿|亿|万)?")
# Every piece but the last has its own unit, so that a text can be split in one way only.
_MONEY = re.compile(rf"(-)?(?=[0-9])((?:{_NUMBER}(?:百|千)?(?:万亿|亿|万))*(?:{_NUMBER}(?:百|千)?)?)元整?")
_MONTHLY = re.compile(r"(?:/月|每月|/month|permonth|amonth)$", re.IGNORECASE)
_ENGLISH = re.compile(rf"(-)?(?:CNY|RMB|¥)((?(1)|-?){_NUMBER})(thousand|million|billion|trillion)?", re.IGNORECASE)
_ENGLISH_LARGE = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PRINTED = (("万亿元", 10**14), ("亿元", 10**10), ("万元", 10**6), ("元", 100))
_REMEDY = "写成带单位的金额，如 200万元、1亿元、12345.67元"


def clean(text: str) -> str:
    """Normalise a written number: NFKC (full-width digits and marks), no spaces of any kind.

    >>> clean("２００ 万\\u00a0元")
    '200万元'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def parse_money(text: str, *, monthly: bool = False) -> int:
    """Read an amount with its unit; return fen.

    `monthly` reads an amount per month (`5000元/月`) and refuses one without `/月`; without it, the reverse. Amounts
    as English pages write them are read too. Errors: E-MONEY-UNIT without 元, E-MONEY-DECIMALS below a fen, else
    E-MONEY-FORMAT.

    >>> parse_money("200万元"), parse_money("1.5亿元"), parse_money("12,345.67 元")
    (200000000, 15000000000, 1234567)
    >>> parse_money("1亿2000万元") == parse_money("1.2亿元")
    True
    >>> parse_money("5000元/月", monthly=True), parse_money("CNY 5,000 a month", monthly=True)
    (500000, 500000)
    >>> [parse_money(text) for text in ("CNY 1.5 million", "-CNY 12,345.67", "CNY -3", "￥3")]
    [150000000, -1234567, -300, 300]
    >>> parse_money("20万")
    Traceback (most recent call last):
    innocity.core.errors.InvalidValue: [E-MONEY-UNIT] 金额“20万”没有单位“元”
      怎么办：写成带单位的金额，如 200万元、1亿元、12345.67元
    """
    plain = clean(text)
    found = _MONTHLY.search(plain)
    bare = plain[: found.start()] if found else plain
    if not _ENGLISH.fullmatch(bare) and not _MONEY.fullmatch(bare):
        raise _unreadable(text, bare)
    if bool(found) != monthly:
        wanted = "按月金额，如 5000元/月" if monthly else "不带“/月”的金额，如 5000元"
        raise InvalidValue("E-MONEY-FORMAT", f"金额“{text}”的计量期不对", remedy=f"这里要{wanted}")
    if english := _ENGLISH.fullmatch(bare):
        fen = _scaled(english[2].removeprefix("-"), _ENGLISH_LARGE[(english[3] or "").lower()], text)
        return -fen if english[1] or english[2].startswith("-") else fen
    match = _MONEY.fullmatch(bare)
    assert match is not None
    fen = _pieces(match[2], text)
    return -fen if match[1] else fen


def parse_yuan(text: str) -> int:
    """Read an amount as tables hold it: plain yuan with at most two decimals, or with a unit; return fen.

    >>> parse_yuan("12345.6"), parse_yuan("-3"), parse_yuan("1,000"), parse_yuan("20万元")
    (1234560, -300, 100000, 20000000)
    """
    plain = clean(text)
    return parse_money(plain if "元" in plain or _ENGLISH.fullmatch(plain) else f"{plain}元")


def is_monthly(text: str) -> bool:
    """Whether the text is an amount per month.

    >>> is_monthly("5000元/月"), is_monthly("5000元")
    (True, False)
    """
    return bool(_MONTHLY.search(clean(text)))


@lru_cache(maxsize=4096)
def format_money(fen: int, *, monthly: bool = False) -> str:
    """The shortest exact writing of an amount (of equally short ones the larger unit).

    >>> [format_money(n) for n in (0, 1, 20000000, 15000001, 15_000_000_000, -150)]
    ['0元', '0.01元', '20万元', '150000.01元', '1.5亿元', '-1.5元']
    >>> format_money(500000, monthly=True)
    '5000元/月'
    """
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    if size % 1000 and size >= 100:  # with odd fen or yuan no larger unit is shorter
        forms = [_decimal(size, 100) + "元"]
    else:
        forms = [_decimal(size, scale) + unit for unit, scale in _PRINTED if size >= scale or unit == "元"]
    return sign + min(forms, key=len) + ("/月" if monthly else "")


def format_yuan(fen: int) -> str:
    """Plain yuan with two decimals, as tables and payment files hold it.

    >>> format_yuan(123456), format_yuan(-5)
    ('1234.56', '-0.05')
    """
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{size // 100}.{size % 100:02d}"


def _decimal(size: int, scale: int) -> str:
    """`size / scale` (a power of ten) exactly, without trailing zeros."""
    whole, rest = divmod(size, scale)
    fraction = str(rest).zfill(len(str(scale)) - 1).rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def _pieces(body: str, text: str) -> int:
    """Sum of pieces such as `1亿2000万`: units fall, and only the last piece has decimals."""
    total, before = 0, 0
    pieces = list(_PIECE.finditer(body))
    for index, piece in enumerate(pieces):
        scale = _SMALL[piece[2] or ""] * _LARGE[piece[3] or ""]
        last = index == len(pieces) - 1
        if (before and scale >= before) or ("." in piece[1] and not last):
            raise _unreadable(text, clean(text))
        before = scale
        total += _scaled(piece[1], scale, text)
    return total


def _scaled(number: str, scale: int, text: str) -> int:
    """A written number of `scale` yuan as fen; `text` is the whole that was written.

    Errors: E-MONEY-DECIMALS, E-MONEY-FORMAT.
    """
    whole, _, fraction = number.replace(",", "").partition(".")
    if len(whole + fraction) > MOST_DIGITS:
        raise InvalidValue("E-MONEY-FORMAT", f"金额超过{MOST_DIGITS}位数字", remedy=_REMEDY)
    below: int = 10 ** len(fraction)
    fen, rest = divmod(int(whole + fraction) * scale * FEN_PER_YUAN, below)
    if rest:
        raise InvalidValue("E-MONEY-DECIMALS", f"金额“{text}”不足一分", remedy="以元计最多两位小数")
    return fen


def _unreadable(text: str, plain: str) -> InvalidValue:
    if re.fullmatch(r"-?[0-9.,百千万亿]+", plain):
        return InvalidValue("E-MONEY-UNIT", f"金额“{text}”没有单位“元”", remedy=_REMEDY)
    return InvalidValue("E-MONEY-FORMAT", f"看不懂金额“{text}”", remedy=_REMEDY)
