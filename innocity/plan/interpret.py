"""The reference: typed expressions -> Python closures over a row (a mapping from name to value).

A closure takes the row and returns a value, None for missing. Columns are found under their name, those
of a join under `alias.name`, base facts under the name of their `Ref`. What depends only on the run
(year, dates) is bound when the closure is built.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from innocity.core import dates
from innocity.core.errors import fail, register_codes
from innocity.plan.nodes import Arith, Call, Col, Compare, If, In, Lit, Logic, Node, Not, Ref, Var

register_codes({"E-OVERFLOW": ("数值超出64位整数", "a value does not fit in 64 bits")})

Row = Mapping[str, Any]
Evaluate = Callable[[Row], Any]
INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Run:
    """What a run fixes: the fact year and the day on which it is evaluated."""

    year: int
    as_of: date

    def values(self) -> dict[str, Any]:
        """The values of the variables that expressions may use."""
        return {
            "year": self.year,
            "year_start": dates.year_start(self.year),
            "year_end": dates.year_end(self.year),
            "as_of": self.as_of,
        }


def checked(value: int) -> int:
    """The value, if it fits in a signed 64-bit integer; E-OVERFLOW otherwise.

    >>> checked(2**63)
    Traceback (most recent call last):
    innocity.core.errors.InnoCityError: [E-OVERFLOW] 数值 9223372036854775808 超出64位整数
      怎么办：检查事实里是否有异常大的数
    """
    if -INT64 <= value <= INT64:
        return value
    fail("E-OVERFLOW", f"数值 {value} 超出64位整数", remedy="检查事实里是否有异常大的数")


def column_key(node: Col) -> str:
    """The name under which a row holds a column."""
    return f"{node.alias}.{node.name}" if node.alias else node.name


def compile_expression(node: Node, run: Run) -> Evaluate:
    """A closure that evaluates the expression on a row.

    >>> from innocity.plan.parse import Scope, parse_expression
    >>> scope = Scope({"": {"n": ("integer", None)}})
    >>> f = compile_expression(parse_expression("n >= 2 or n == None", scope), Run(2023, date(2023, 12, 31)))
    >>> f({"n": 2}), f({"n": 1}), f({"n": None})
    (True, None, None)
    """
    return _BUILDERS[type(node)](node, run)


def _lit(node: Lit, run: Run) -> Evaluate:
    value = node.value
    return lambda row: value


def _col(node: Col, run: Run) -> Evaluate:
    return operator.itemgetter(column_key(node))


def _ref(node: Ref, run: Run) -> Evaluate:
    return operator.itemgetter(node.name)


def _var(node: Var, run: Run) -> Evaluate:
    value = run.values()[node.name]
    return lambda row: value


_ARITH: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _arith(node: Arith, run: Run) -> Evaluate:
    left, right, apply = compile_expression(node.left, run), compile_expression(node.right, run), _ARITH[node.op]

    def evaluate(row: Row) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else checked(apply(a, b))

    return evaluate


def _compare(node: Compare, run: Run) -> Evaluate:
    apply = _COMPARE[node.op]
    left = compile_expression(node.left, run)
    if isinstance(node.left, Col) and isinstance(node.right, Lit) and node.right.value is not None:
        key, wanted = column_key(node.left), node.right.value

        def column_against_constant(row: Row) -> Any:
            a = row[key]
            return None if a is None else apply(a, wanted)

        return column_against_constant
    if isinstance(node.right, Lit) and node.right.value is not None:
        constant = node.right.value

        def against_constant(row: Row) -> Any:
            a = left(row)
            return None if a is None else apply(a, constant)

        return against_constant
    right = compile_expression(node.right, run)

    def evaluate(row: Row) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else apply(a, b)

    return evaluate


def _in(node: In, run: Run) -> Evaluate:
    values = frozenset(v for v in node.values if v is not None)
    unknown = None if None in node.values else False
    if isinstance(node.item, Col):
        key = column_key(node.item)

        def column_in(row: Row) -> Any:
            a = row[key]
            return None if a is None else True if a in values else unknown

        return column_in
    item = compile_expression(node.item, run)

    def evaluate(row: Row) -> Any:
        a = item(row)
        return None if a is None else True if a in values else unknown

    return evaluate


def _logic(node: Logic, run: Run) -> Evaluate:
    items = tuple(compile_expression(i, run) for i in node.items)
    decides = node.op == "or"

    def evaluate(row: Row) -> Any:
        result: bool | None = not decides
        for item in items:
            value = item(row)
            if value is decides:
                return decides
            if value is None:
                result = None
        return result

    return evaluate


def _not(node: Not, run: Run) -> Evaluate:
    item = compile_expression(node.item, run)

    def evaluate(row: Row) -> Any:
        value = item(row)
        return None if value is None else not value

    return evaluate


def _if(node: If, run: Run) -> Evaluate:
    condition, then, other = (compile_expression(n, run) for n in (node.condition, node.then, node.other))

    def evaluate(row: Row) -> Any:
        value = condition(row)
        return None if value is None else then(row) if value else other(row)

    return evaluate


def _call(node: Call, run: Run) -> Evaluate:
    args = tuple(compile_expression(a, run) for a in node.args)
    options: dict[str, Any] = dict(node.options)
    if node.name == "is_missing":
        return lambda row: args[0](row) is None
    if node.name == "coalesce":

        def first(row: Row) -> Any:
            value = args[0](row)
            return args[1](row) if value is None else value

        return first
    if node.name == "months_in_year":

        def months(row: Row) -> Any:
            start = args[0](row)
            return None if start is None else dates.months_in_year(start, args[1](row), run.year, **options)

        return months
    apply = _STRICT[node.name]

    def strict(row: Row) -> Any:
        values = [a(row) for a in args]
        return None if None in values else apply(*values)

    return strict


def shifted(day: date, count: int, unit: str) -> date:
    """A day moved by years, months or days; it stops at the ends of the calendar, as dates "for ever" do.

    >>> shifted(date(2020, 2, 29), 1, "year"), shifted(date(9999, 12, 31), 1, "day")
    (datetime.date(2021, 2, 28), datetime.date(9999, 12, 31))
    """
    try:
        return _SHIFTS[unit](day, count)
    except (ValueError, OverflowError):
        return date.max if count > 0 else date.min


_SHIFTS: dict[str, Callable[[date, int], date]] = {
    "year": dates.add_years, "month": dates.add_months, "day": dates.add_days,
}  # fmt: skip
_STRICT: dict[str, Callable[..., Any]] = {
    "year_of": lambda d: d.year,
    "add_years": partial(shifted, unit="year"),
    "add_months": partial(shifted, unit="month"),
    "add_days": partial(shifted, unit="day"),
    "days_between": dates.days_between,
    "lesser": min,
    "greater": max,
}

_BUILDERS: dict[type[Node], Callable[[Any, Run], Evaluate]] = {
    Lit: _lit, Col: _col, Ref: _ref, Var: _var, Arith: _arith, Compare: _compare, In: _in,
    Logic: _logic, Not: _not, If: _if, Call: _call,
}  # fmt: skip
