"""Values of indicators: exact decimals in a unit of measure, and the same value in another unit.

No float and no Decimal: digits become an exact fraction, as rates are.
"""

from __future__ import annotations

import re
from fractions import Fraction

from innocity.core.errors import InvalidValue
from innocity.core.money import clean
from innocity.core.rates import finite_decimal

_DECIMAL = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_MULTIPLES = (("万亿", 10**12), ("亿", 10**8), ("百万", 10**6), ("万", 10**4), ("千", 10**3), ("百", 10**2))
#: Units that do not show by a multiple in front that they measure the same.
_ALIKE = {"%": ("一", Fraction(1, 100)), "‰": ("一", Fraction(1, 1000)), "百分点": ("个百分点", Fraction(1))}


def parse_decimal(text: str) -> Fraction:
    """Read a plain decimal, thousands separators allowed. Error: E-NUMBER-FORMAT.

    >>> parse_decimal("2.85"), parse_decimal("-3"), parse_decimal("1,376")
    (Fraction(57, 20), Fraction(-3, 1), Fraction(1376, 1))
    >>> parse_decimal("50%")
    Traceback (most recent call last):
    innocity.core.errors.InvalidValue: [E-NUMBER-FORMAT] 看不懂数值“50%”
      怎么办：只写数字，如 1600 或 2.85；万、亿、% 写在单位里
    """
    plain = clean(text)
    if _DECIMAL.fullmatch(plain):
        return Fraction(plain.replace(",", ""))
    remedy = "只写数字，如 1600 或 2.85；万、亿、% 写在单位里"
    raise InvalidValue("E-NUMBER-FORMAT", f"看不懂数值“{text}”", remedy=remedy)


def format_value(value: Fraction) -> str:
    """Print a value exactly: a decimal, or a fraction where the decimals never end.

    >>> [format_value(Fraction(n, d)) for n, d in ((57, 20), (-3, 1), (1, 3))]
    ['2.85', '-3', '1/3']
    """
    digits = finite_decimal(value)
    return f"{value.numerator}/{value.denominator}" if digits is None else digits


def unit_factor(unit: str, to: str) -> Fraction | None:
    """How many `to` one `unit` is; None where the two do not measure the same.

    >>> unit_factor("亿元", "万元"), unit_factor("人", "万人"), unit_factor("‰", "%")
    (Fraction(10000, 1), Fraction(1, 10000), Fraction(1, 10))
    >>> unit_factor("家", "家"), unit_factor("家", "个"), unit_factor("百分点", "个百分点")
    (Fraction(1, 1), None, Fraction(1, 1))
    """
    base, multiple = base_unit(clean(unit))
    other, divisor = base_unit(clean(to))
    return multiple / divisor if base == other else None


def base_unit(unit: str) -> tuple[str, Fraction]:
    """A unit without the multiple in front of it, and that multiple.

    >>> base_unit("亿元"), base_unit("家")
    (('元', Fraction(100000000, 1)), ('家', Fraction(1, 1)))
    """
    if unit in _ALIKE:
        return _ALIKE[unit]
    for word, multiple in _MULTIPLES:
        if unit.startswith(word) and len(unit) > len(word):
            return unit[len(word) :], Fraction(multiple)
    return unit, Fraction(1)
