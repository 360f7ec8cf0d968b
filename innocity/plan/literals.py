"""Constants as the pack writes them: `200万元`, `1.5%`, `2023-07-27`, `3`, `true`, or a word."""

from __future__ import annotations

import re
from fractions import Fraction

from innocity.core.dates import parse_boolean, parse_date
from innocity.core.errors import fail
from innocity.core.money import is_monthly, parse_money
from innocity.core.rates import parse_rate
from innocity.plan.nodes import Lit, Type, Value

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_INTEGER = re.compile(r"[+-]?\d+$")
_RATE = re.compile(r"[\d.,\s]+\s*[%％‰]$|[\d.]+\s*[:：∶/]\s*[\d.]+$")
_MONEY = re.compile(r".*元(/月)?$")


def literal_type(text: str) -> Type:
    """The type that a literal's form tells.

    >>> [literal_type(t) for t in ("20万元", "5000元/月", "1‰", "1:1", "3", "2023-01-01", "true", "highest")]
    ['money', 'money', 'rate', 'rate', 'integer', 'date', 'bool', 'text']
    """
    plain = text.strip()
    if _MONEY.match(plain):
        return "money"
    if _DATE.match(plain):
        return "date"
    if _RATE.match(plain):
        return "rate"
    if _INTEGER.match(plain):
        return "integer"
    return "bool" if plain in ("true", "false") else "text"


def parse_literal(text: str, wanted: Type | None = None, above_one: bool = False) -> Lit:
    """A constant node from a literal; `wanted` checks its type.

    >>> parse_literal("1.5%").value
    Fraction(3, 200)
    >>> parse_literal("3.10%").value == Fraction("0.031")
    True
    """
    kind = literal_type(text)
    if wanted is not None and wanted != kind:
        if wanted == "text":
            return Lit("text", text)
        fail(
            "E-LITERAL-TYPE",
            f"“{text}”应当是{TYPE_NAMES[wanted]}，写成了{TYPE_NAMES[kind]}",
            remedy=f"按{TYPE_NAMES[wanted]}的写法改写，如 {EXAMPLES[wanted]}",
        )
    value: Value
    if kind == "money":
        value = parse_money(text, monthly=is_monthly(text))
    elif kind == "rate":
        value = parse_rate(text, above_one=above_one)
    elif kind == "date":
        value = parse_date(text)
    elif kind == "integer":
        value = int(text)
    elif kind == "bool":
        value = parse_boolean(text)
    else:
        value = text.strip()
    if isinstance(value, int) and abs(value) >= 2**63:
        fail("E-OVERFLOW", f"“{text}”超出64位整数", remedy="检查是否多写了零")
    return Lit(kind, value)


TYPE_NAMES: dict[Type, str] = {
    "money": "金额", "integer": "整数", "rate": "比例", "date": "日期",
    "bool": "是非", "text": "文字或代码", "missing": "空值",
}  # fmt: skip
EXAMPLES: dict[Type, str] = {
    "money": "20万元", "integer": "3", "rate": "5%", "date": "2023-07-27",
    "bool": "true", "text": "first", "missing": "",
}  # fmt: skip

__all__ = ["EXAMPLES", "TYPE_NAMES", "Fraction", "literal_type", "parse_literal"]
