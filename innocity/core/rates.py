"""Rates as exact fractions, and sharing of integer amounts without losing a fen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from innocity.core.errors import InvalidValue
from innocity.core.money import clean

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_PERCENT = re.compile(rf"({_NUMBER})([%‰])")
_RATIO = re.compile(rf"({_NUMBER}):({_NUMBER})")
_FRACTION = re.compile(r"([0-9]+)/([0-9]+)")
_REMEDY = "写成 1.5%、1‰、1:1、60% 或 1/3"


def parse_rate(text: str, *, above_one: bool = False) -> Fraction:
    """Read a rate. `a:b` is b for each a, as 按1:0.5配套 has it; a bare number is only 0 or 1.

    Errors: E-RATE-FORMAT; E-RATE-ABOVE-ONE unless `above_one` is true.

    >>> [str(parse_rate(t)) for t in ("1.5%", "1‰", "1:1", "1∶1", "60%", "1/3", "1:0.5")]
    ['3/200', '1/1000', '1', '1', '3/5', '1/3', '1/2']
    >>> parse_rate("150%")
    Traceback (most recent call last):
    innocity.core.errors.InvalidValue: [E-RATE-ABOVE-ONE] 比例“150%”超过100%
      怎么办：确实如此就在同一处写 above_one: true
    """
    plain = clean(text).replace("∶", ":").replace("％", "%")
    rate = _read(plain)
    if rate is None:
        raise InvalidValue("E-RATE-FORMAT", f"看不懂比例“{text}”", remedy=_REMEDY)
    if rate > 1 and not above_one:
        remedy = "确实如此就在同一处写 above_one: true"
        raise InvalidValue("E-RATE-ABOVE-ONE", f"比例“{text}”超过100%", remedy=remedy)
    return rate


def _read(plain: str) -> Fraction | None:
    if match := _PERCENT.fullmatch(plain):
        return Fraction(match[1]) / (100 if match[2] == "%" else 1000)
    if match := _RATIO.fullmatch(plain):
        return None if Fraction(match[1]) == 0 else Fraction(match[2]) / Fraction(match[1])
    if match := _FRACTION.fullmatch(plain):
        return None if int(match[2]) == 0 else Fraction(int(match[1]), int(match[2]))
    return Fraction(plain) if plain in ("0", "1") else None


def format_rate(rate: Fraction) -> str:
    """Print a rate exactly: per mille below 1%, else per cent; a fraction where decimals never end.

    >>> [format_rate(Fraction(n, d)) for n, d in ((3, 200), (1, 1000), (1, 1), (1, 3), (0, 1), (1, 16))]
    ['1.5%', '1‰', '100%', '1/3', '0%', '6.25%']
    """
    scale, mark = (1000, "‰") if 0 < rate < Fraction(1, 100) else (100, "%")
    digits = finite_decimal(rate * scale)
    return f"{rate.numerator}/{rate.denominator}" if digits is None else digits + mark


def finite_decimal(value: Fraction) -> str | None:
    """The decimals of a fraction, or None where they never end.

    >>> finite_decimal(Fraction(-57, 20)), finite_decimal(Fraction(1, 3))
    ('-2.85', None)
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Quotient rounded to the nearest integer, halves towards plus infinity; denominator above 0.

    >>> [divide_half_up(n, 2) for n in (1, 3, -1, -3)]
    [1, 2, 0, -1]
    """
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    return (2 * numerator + denominator) // (2 * denominator)


def apply_rate(base_fen: int, rate: Fraction) -> int:
    """Rate of a base, rounded half up to the fen; exact for any size.

    Halves go towards plus infinity, below zero too: -0.5 becomes 0, -1.5 becomes -1. (Amounts below
    zero count as 0 later, so that this choice never moves money; it keeps all engines alike.)

    >>> apply_rate(333, Fraction(1, 2)), apply_rate(-333, Fraction(1, 2)), apply_rate(10**18, Fraction(1, 3))
    (167, -166, 333333333333333333)
    """
    return divide_half_up(base_fen * rate.numerator, rate.denominator)


def share_out(total: int, weights: Sequence[int], keys: Sequence[str]) -> list[int]:
    """Share `total` in proportion to `weights` by the largest remainder; the shares add up to `total`.

    Shares stand in the order of the weights. Equal remainders are served in bytewise order of `keys`
    (one key a weight, all different). Nothing goes to a weight of 0. No share exceeds its weight
    where `total` is at most the sum of weights. Error: E-SHARE-WEIGHTS for negative numbers, weights
    that are all 0 with a total above 0, keys that are equal or too few.

    >>> share_out(100, [1, 1, 1], ["b", "a", "c"])
    [33, 34, 33]
    >>> share_out(1000, [300, 900], ["x", "y"])
    [250, 750]
    """
    whole = sum(weights)
    if total < 0 or min(weights, default=0) < 0 or (total > 0 and whole == 0):
        raise InvalidValue("E-SHARE-WEIGHTS", "分配的总额与权重都不得为负，且权重不能全为零")
    if len(keys) != len(weights) or len(set(keys)) != len(keys):
        raise InvalidValue("E-SHARE-WEIGHTS", "每个权重要有一个不重复的键")
    if whole == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), keys[i].encode("utf-8")))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def split_equally(total: int, names: Sequence[str], leftover: str | None = None) -> dict[str, int]:
    """Split equally; fen that remain go to `leftover` first (default: the last name) and on backwards.

    >>> split_equally(1000, ["host", "tutor", "fellow"], leftover="fellow")
    {'host': 333, 'tutor': 333, 'fellow': 334}
    >>> split_equally(1001, ["host", "tutor", "fellow"], leftover="host")
    {'host': 334, 'tutor': 333, 'fellow': 334}
    """
    if total < 0 or not names or len(set(names)) != len(names):
        raise InvalidValue("E-SHARE-WEIGHTS", "平分的总额不得为负，名单不得为空或重复")
    each, rest = divmod(total, len(names))
    first = names.index(leftover) if leftover is not None else len(names) - 1
    shares = dict.fromkeys(names, each)
    for step in range(rest):
        shares[names[(first - step) % len(names)]] += 1
    return shares


def split_by_rates(total: int, rates: Mapping[str, Fraction]) -> dict[str, int]:
    """Split among payers whose rates add to 1: each rounded down, what remains falls on the first.

    >>> split_by_rates(101, {"city": Fraction(1, 2), "county": Fraction(1, 2)})
    {'city': 51, 'county': 50}
    """
    if sum(rates.values()) != 1 or min(rates.values()) < 0 or total < 0:
        raise InvalidValue("E-SHARE-SUM", "各方份额之和应为100%，总额与份额不得为负")
    shares = {name: total * rate.numerator // rate.denominator for name, rate in rates.items()}
    first = next(iter(rates))
    shares[first] += total - sum(shares.values())
    return shares
