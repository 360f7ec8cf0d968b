"""Amounts: the tree that says how much, its reference evaluation with steps, and what it rests on.

All sums are integer fen, rates exact fractions; a rate is rounded half up once, after its base is summed.
An amount that rests on something unknown is unknown (None) and pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from innocity.core.money import format_money
from innocity.core.rates import apply_rate, divide_half_up, format_rate
from innocity.plan.interpret import Row, Run, checked, compile_expression
from innocity.plan.nodes import Lit, Node


@dataclass(frozen=True, slots=True)
class Sum:
    """Any amount; `cap` and `floor` are fen expressions, `name` is shown in explanations."""

    cap: Node | None
    floor: Node | None
    name: str


@dataclass(frozen=True, slots=True)
class Plain(Sum):
    """A sum of money as it stands: a fixed sum, or an assessed one."""

    value: Node


@dataclass(frozen=True, slots=True)
class Rated(Sum):
    """A rate of a base, half up to the fen; of a base below zero it is 0."""

    rate: Fraction
    base: Node


@dataclass(frozen=True, slots=True)
class PerUnit(Sum):
    """So much for each."""

    each: Node
    times: Node


@dataclass(frozen=True, slots=True)
class Ladder(Sum):
    """The first case whose condition holds; none: not concerned."""

    names: tuple[str, ...]
    conditions: tuple[Node, ...]
    values: tuple[Sum, ...]
    other: Sum | None


@dataclass(frozen=True, slots=True)
class Choice(Sum):
    """The lesser, the greater or all of several amounts."""

    how: Literal["lesser", "greater", "all"]
    items: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Bracketed(Sum):
    """A base cut into brackets, each with its rate; each bracket is rounded half up."""

    base: Node
    limits: tuple[int | None, ...]
    rates: tuple[Fraction, ...]


class StepTaken(NamedTuple):
    """One line of an explanation: what was done, with its numbers, and the fen that came out.

    A plain tuple: thousands are made in a second, and a frozen dataclass takes thrice as long.
    """

    text: str
    fen: int | None
    bound: bool = False  # a cap or floor that changed the sum


Trace = Callable[[StepTaken], None] | None
Evaluator = Callable[[Row, Trace], int | None]
Limited = Callable[[int, Row, Trace], int | None]


_FIELDS: dict[type[Sum], tuple[str, ...]] = {}


def _fields(kind: type[Sum]) -> tuple[str, ...]:
    """The names of a kind's fields, kept: amounts are looked through so often that it counts."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(f.name for f in fields(kind))
    return _FIELDS[kind]


def expressions(amount: Sum) -> Iterator[Node]:
    """Every expression in the tree."""
    for name in _fields(type(amount)):
        value = getattr(amount, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Node):
                yield item
            elif isinstance(item, Sum):
                yield from expressions(item)


def rewrite(amount: Sum, change: Callable[[Node], Node]) -> Sum:
    """The tree with every expression replaced by `change(expression)`."""
    updates: dict[str, Any] = {}
    for name in _fields(type(amount)):
        value = getattr(amount, name)
        if isinstance(value, tuple):
            updates[name] = tuple(_rewritten(v, change) for v in value)
        else:
            updates[name] = _rewritten(value, change)
    return replace(amount, **updates)


def _rewritten(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    return rewrite(value, change) if isinstance(value, Sum) else value


def compile_amount(amount: Sum, run: Run) -> Evaluator:
    """A closure that evaluates the amount on a row and reports its steps to `trace`."""
    plain, limited = compile_unlimited(amount, run), compile_limits(amount, run)
    if limited is None:
        return plain

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        value = plain(row, trace)
        return None if value is None else limited(value, row, trace)

    return evaluate


def compile_unlimited(amount: Sum, run: Run) -> Evaluator:
    """The amount before its own cap and floor."""
    return _BUILDERS[type(amount)](amount, run)


def compile_limits(amount: Sum, run: Run) -> Limited | None:
    """A closure (fen, row, trace) -> fen that applies cap, then floor; None where there is neither."""
    limits = [
        (_constant(node, is_cap), compile_expression(node, run), is_cap)
        for node, is_cap in ((amount.cap, True), (amount.floor, False))
        if node is not None
    ]
    if not limits:
        return None

    def limit(value: int, row: Row, trace: Trace) -> int | None:
        for texts, most_of, is_cap in limits:
            most = most_of(row)
            if most is None:
                return None
            bound = value > most if is_cap else value < most
            if bound:
                value = most
            if trace:
                printed = texts[bound] if texts else _limit_text(most, is_cap, bound)
                trace(StepTaken(printed, value, bound))
        return value

    return limit


def _limit_text(most: int, is_cap: bool, bound: bool) -> str:
    written = format_money(most)
    if is_cap:
        return f"封顶{written}" if bound else f"封顶{written}，未触及"
    return f"保底{written}" if bound else f"保底{written}，未触及"


def _constant(node: Node, is_cap: bool) -> tuple[str, str] | None:
    """How a constant limit is printed, unbound and bound; None for one that depends on the row."""
    if not isinstance(node, Lit) or not isinstance(node.value, int):
        return None
    return _limit_text(node.value, is_cap, False), _limit_text(node.value, is_cap, True)


def _plain(amount: Plain, run: Run) -> Evaluator:
    value = compile_expression(amount.value, run)
    label = amount.name or "金额"

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        fen: int | None = value(row)
        if trace and fen is not None:
            trace(StepTaken(f"{label} {format_money(fen)}", fen))
        return fen

    return evaluate


def _rated(amount: Rated, run: Run) -> Evaluator:
    base, rate, label = compile_expression(amount.base, run), amount.rate, amount.name or "基数"
    written, above, below = format_rate(rate), rate.numerator, rate.denominator

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        of = base(row)
        if of is None:
            return None
        fen = checked(divide_half_up(of * above, below)) if of > 0 else 0
        if trace:
            trace(StepTaken(f"{label} {format_money(of)} × {written} = {format_money(fen)}", fen))
        return fen

    return evaluate


def _per_unit(amount: PerUnit, run: Run) -> Evaluator:
    each, times = compile_expression(amount.each, run), compile_expression(amount.times, run)

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        unit, count = each(row), times(row)
        if unit is None or count is None:
            return None
        fen = checked(unit * count)
        if trace:
            trace(StepTaken(f"{format_money(unit)} × {count} = {format_money(fen)}", fen))
        return fen

    return evaluate


def _ladder(amount: Ladder, run: Run) -> Evaluator:
    steps = [
        (StepTaken(f"适用档次：{name}", None), compile_expression(condition, run), compile_amount(value, run))
        for name, condition, value in zip(amount.names, amount.conditions, amount.values, strict=True)
    ]
    other = compile_amount(amount.other, run) if amount.other is not None else None

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        for step, condition, value in steps:
            if condition(row):
                if trace:
                    trace(step)
                return value(row, trace)
        return other(row, trace) if other else None

    return evaluate


def _chosen(how: str, written: str) -> str:
    return {"lesser": f"取较小 {written}", "greater": f"取较大 {written}", "all": f"合计 {written}"}[how]


def _choice(amount: Choice, run: Run) -> Evaluator:
    items = [compile_amount(item, run) for item in amount.items]
    pick: Callable[[list[int]], int] = {"lesser": min, "greater": max, "all": sum}[amount.how]  # type: ignore[assignment]

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        values = [item(row, trace) for item in items]
        if None in values:
            return None
        fen = checked(pick(values))  # type: ignore[arg-type]
        if trace:
            trace(StepTaken(_chosen(amount.how, format_money(fen)), fen))
        return fen

    return evaluate


def _bracketed(amount: Bracketed, run: Run) -> Evaluator:
    base = compile_expression(amount.base, run)

    def evaluate(row: Row, trace: Trace = None) -> int | None:
        of = base(row)
        if of is None:
            return None
        below, fen = 0, 0
        for limit, rate in zip(amount.limits, amount.rates, strict=True):
            top = of if limit is None else min(of, limit)
            part = checked(apply_rate(max(0, top - below), rate))
            below, fen = max(below, top), fen + part
            if trace and part:
                trace(StepTaken(f"分档 {format_rate(rate)} = {format_money(part)}", part))
        return fen

    return evaluate


_BUILDERS: dict[type[Sum], Callable[[Any, Run], Evaluator]] = {
    Plain: _plain, Rated: _rated, PerUnit: _per_unit, Ladder: _ladder, Choice: _choice, Bracketed: _bracketed,
}  # fmt: skip
