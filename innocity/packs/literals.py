"""Literals of clauses: what type a written value has, and every literal of a clause by its name.

The type follows from the writing: 20万元 is money, 5000元/月 money per month, 1.5% a rate, 2023-07-27 a
date, `true` a boolean, 20 an integer; everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from innocity.core.dates import parse_boolean, parse_date, parse_integer
from innocity.core.errors import InvalidValue
from innocity.core.money import clean, is_monthly, parse_money
from innocity.core.rates import parse_rate
from innocity.packs.model import Amount, Clause, Param

LiteralType = Literal["money", "monthly", "rate", "integer", "date", "bool", "text"]
Value = int | Fraction | date | bool | str
TYPE_NAMES: dict[LiteralType, str] = {
    "money": "金额", "monthly": "按月金额", "rate": "比例", "integer": "整数", "date": "日期", "bool": "是非",
    "text": "文字或代码",
}  # fmt: skip
EXAMPLES: dict[LiteralType, str] = {
    "money": "20万元", "monthly": "5000元/月", "rate": "5%", "integer": "3", "date": "2023-07-27", "bool": "true",
    "text": "first",
}  # fmt: skip
PER_MONTH = "去掉“/月”；按月给的写成 each: 5000元/月，另写 times: 月数"
Steps = tuple[str | int, ...]

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RATE = re.compile(r"[0-9.]+[%‰]|[0-9.]+:[0-9.]+|[0-9]+/[0-9]+")
_ENGLISH = re.compile(r"-?(?:CNY|RMB|¥)-?[0-9]", re.IGNORECASE)  # a sum as English pages write it
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?[0-9][0-9,]*[万亿]?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A literal that has been read: its type and value (fen for money and money per month)."""

    type: LiteralType
    value: Value


def literal_type(text: str) -> LiteralType:
    """The type that the writing shows.

    >>> [literal_type(t) for t in ("20万元", "5000元/月", "1:1", "1‰", "2023-07-27", "true", "20", "net")]
    ['money', 'monthly', 'rate', 'rate', 'date', 'bool', 'integer', 'text']
    >>> literal_type("CNY 2 million"), literal_type("CNY 5,000 a month")
    ('money', 'monthly')
    """
    plain = clean(text).replace("∶", ":")
    if is_monthly(plain):
        return "monthly"
    if plain.endswith(("元", "元整")) or _ENGLISH.match(plain):
        return "money"
    if _RATE.fullmatch(plain):
        return "rate"
    if _DATE.fullmatch(plain):
        return "date"
    if plain in ("true", "false"):
        return "bool"
    return "integer" if _INTEGER.fullmatch(plain) else "text"


def parse_literal(
    text: str, as_type: LiteralType | None = None, *, above_one: bool = False, plain: bool = False
) -> Parsed:
    """Read a literal by its writing, or as the type that its place demands.

    Where money is demanded it may be monthly, as beside a count of months; with `plain` it may not: paid as it
    stands, so much a month would be one month.

    Errors: E-LITERAL-TYPE where the writing shows another type, else those of money, rates, dates and integers.

    >>> parse_literal("20万元"), parse_literal("1", "rate")
    (Parsed(type='money', value=20000000), Parsed(type='rate', value=Fraction(1, 1)))
    """
    shown = literal_type(text)
    monthly = as_type == "money" and shown == "monthly"
    kind = "monthly" if monthly and not plain else as_type or shown
    if kind not in (shown, "text") and shown not in ("integer", "text"):  # those may be a sum without its unit
        raise of_another_type(text, kind)
    readers: dict[str, Callable[[str], Value]] = {
        "money": parse_money,
        "monthly": lambda t: parse_money(t, monthly=True),
        "rate": lambda t: parse_rate(t, above_one=above_one),
        "integer": parse_integer,
        "date": parse_date,
        "bool": parse_boolean,
    }
    return Parsed(kind, readers[kind](text) if kind in readers else text)


def of_another_type(text: str, wanted: LiteralType) -> InvalidValue:
    """E-LITERAL-TYPE: a literal's writing shows another type than its place demands."""
    shown = literal_type(text)
    per_month = (wanted, shown) == ("money", "monthly")
    remedy = PER_MONTH if per_month else f"按{TYPE_NAMES[wanted]}的写法改写，如 {EXAMPLES[wanted]}"
    message = f"“{text}”应当是{TYPE_NAMES[wanted]}，写成了{TYPE_NAMES[shown]}"
    return InvalidValue("E-LITERAL-TYPE", message, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Named:
    """A literal of a clause: its parameter name, the path in the fence, its text, the type it must have; `plain`
    money is no money per month.
    """

    name: str
    path: Steps
    text: str
    type: LiteralType | None
    above_one: bool = False
    plain: bool = False

    def parse(self) -> Parsed:
        """Its value. Errors: those of money, rates and dates."""
        return parse_literal(self.text, self.type, above_one=self.above_one, plain=self.plain)


def param_literals(params: dict[str, Param]) -> Iterator[Named]:
    """Literals of named parameters, with their alternatives (`name` repeated)."""
    for name, param in params.items():
        kind: LiteralType | None = param.type
        if param.value is not None:
            yield Named(name, ("params", name), param.value, kind, param.above_one)
        for index, other in enumerate(param.alternatives):
            path = ("params", name, "alternatives", index)
            shown = literal_type(param.value or "")
            yield Named(name, path, other.value, kind or shown, param.above_one, plain=shown == "money")


def amount_literals(amount: Amount, path: Steps, name: str = "amount") -> Iterator[Named]:
    """Literals written directly in an amount; names of parameters are passed over."""
    for field, label, kind in (
        ("fixed", name, "money"),
        ("rate", "rate", "rate"),
        ("match", "rate", "rate"),
        ("each", "each", "money"),
        ("cap", "cap", "money"),
        ("floor", "floor", "money"),
    ):
        text = getattr(amount, field)
        if text is not None and not _IDENTIFIER.fullmatch(text):
            wanted: LiteralType = "rate" if kind == "rate" else "money"
            yield Named(label, (*path, field), text, wanted, amount.above_one, plain=field != "each")
    for index, bracket in enumerate(amount.brackets or ()):
        here = (*path, "brackets", index)
        if not _IDENTIFIER.fullmatch(bracket.rate):
            yield Named("rate", (*here, "rate"), bracket.rate, "rate", amount.above_one)
        if bracket.upto is not None and not _IDENTIFIER.fullmatch(bracket.upto):
            yield Named("upto", (*here, "upto"), bracket.upto, "money", plain=True)
    for child, here, label in inner_amounts(amount, path, name):
        yield from amount_literals(child, here, label)


def inner_amounts(amount: Amount, path: Steps, name: str) -> Iterator[tuple[Amount, Steps, str]]:
    """Amounts directly inside an amount, with their path and the name that their sum would have."""
    if isinstance(amount.cases, dict):
        for code, child in amount.cases.items():
            yield child, (*path, "cases", code), code
    for index, step in enumerate(amount.cases if isinstance(amount.cases, tuple) else ()):
        yield step.is_, (*path, "cases", index, "is"), step.name
    if amount.else_ is not None:
        yield amount.else_, (*path, "else"), "else"
    for field in ("lesser", "greater", "all"):
        for index, child in enumerate(getattr(amount, field) or ()):
            yield child, (*path, field, index), child.name or name


def clause_literals(clause: Clause) -> list[Named]:
    """Every literal of a clause's amount, caps, other payers and parameters, named uniquely.

    Names: `amount`, a ladder's case, `rate`, `each`, `cap`, `floor`, `upto`, the parameters' own; the
    second of a name is `rate_2`. Alternatives of a parameter keep its name.
    """
    found = list(amount_literals(clause.amount, ("amount",)))
    for index, cap in enumerate(clause.caps):
        if not _IDENTIFIER.fullmatch(cap.sum):
            found.append(Named("cap", ("caps", index, "sum"), cap.sum, "money", plain=True))
    for index, other in enumerate(clause.others):
        found += amount_literals(other.amount, ("others", index, "amount"), f"other_{other.payer}")
    seen: dict[str, int] = {}
    numbered: list[Named] = []
    for item in found:
        seen[item.name] = seen.get(item.name, 0) + 1
        name = item.name if seen[item.name] == 1 else f"{item.name}_{seen[item.name]}"
        numbered.append(replace(item, name=name))
    return numbered + list(param_literals(clause.params))
