"""Typed expressions and amounts -> SQL text, with the semantics of `innocity.plan.interpret`.

Columns are quoted names: `"amount"`, `"host.rank"` for a join's column, `"a3"` for a base fact. Money is
BIGINT; a product that does not fit fails in the database as it does in the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from innocity.plan.amounts import Bracketed, Choice, Ladder, PerUnit, Plain, Rated, Sum, expressions
from innocity.plan.dialects import Dialect
from innocity.plan.interpret import Run, column_key, shifted
from innocity.plan.nodes import Arith, Call, Col, Compare, If, In, Lit, Logic, Node, Not, Ref, Type, Value, Var, walk


def quote(name: str) -> str:
    """An identifier.

    >>> quote('host.rank')
    '"host.rank"'
    """
    return '"' + name.replace('"', '""') + '"'


def text_literal(value: str) -> str:
    """A text constant.

    >>> text_literal("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


class Emitter:
    """Emits expressions and amounts of one run in one dialect.

    As far as they are known: `sizes` of registers, and whether a register's column is `full`, no row without a value.
    """

    def __init__(
        self, dialect: Dialect, run: Run, sizes: Mapping[str, int] = MappingProxyType({}),
        full: Callable[[str, str], bool] = lambda register, column: False,
    ) -> None:  # fmt: skip
        self.dialect, self.run, self.sizes, self.full = dialect, run, sizes, full

    def smaller(self, register: str, than: str) -> bool:
        """Whether a register is known to be smaller than another."""
        return register in self.sizes and self.sizes[register] < self.sizes.get(than, 0)

    def sql_type(self, kind: Type) -> str:
        """The column type of a value type."""
        return {"money": "BIGINT", "integer": "BIGINT", "date": "DATE", "bool": "BOOLEAN"}.get(kind, self.dialect.text)

    def constant(self, value: Value, kind: Type = "missing") -> str:
        """A constant with its type."""
        if value is None:
            return "NULL" if kind == "missing" else f"CAST(NULL AS {self.sql_type(kind)})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, int):
            return f"CAST({value} AS BIGINT)" if abs(value) >= 2**31 else str(value)
        return text_literal(str(value))

    def expression(self, node: Node) -> str:
        """SQL of an expression."""
        return _EXPRESSIONS[type(node)](self, node)

    def number(self, node: Node) -> str:
        """SQL of a number that is computed with: in 64 bits, as databases take small constants for 32."""
        sql = self.expression(node)
        return sql if isinstance(node, Col | Ref | Arith) else f"CAST({sql} AS BIGINT)"

    def value(self, node: Node) -> str:
        """SQL of a value that a `Ref` will stand for: numbers in 64 bits."""
        return self.number(node) if node.type in ("money", "integer") else self.expression(node)

    def amount(self, amount: Sum) -> str:
        """SQL of an amount in fen; NULL where it is unknown or does not concern."""
        if isinstance(amount, Rated) and amount.floor is None and isinstance(amount.cap, Lit):
            capped = self._capped_rate(amount, amount.cap)
            if capped is not None:
                return capped
        value, known = _AMOUNTS[type(amount)](self, amount), always_known(replace(amount, cap=None, floor=None))
        for limit, word in ((amount.cap, "least"), (amount.floor, "greatest")):
            if limit is not None:
                sure = [(value, known), (self.expression(limit), always(limit))]
                value, known = self.extreme(word, sure), known and always(limit)
        return value

    def extreme(self, word: str, values: list[tuple[str, bool]]) -> str:
        """least / greatest that is NULL where one value is (databases pass over NULL).

        Each value comes with whether it is known always.
        """
        unknown = " OR ".join(f"({v}) IS NULL" for v, known in values if not known)
        inner = f"{word}({', '.join(v for v, _ in values)})"
        return f"CASE WHEN {unknown} THEN NULL ELSE {inner} END" if unknown else inner

    def rate(self, base: str, rate: Fraction, known: bool = False, plain: bool = False) -> str:
        """Half up of base x rate in 64 bits; `plain`: the base is a column, which costs nothing to name twice."""
        n, d = (rate.numerator, rate.denominator) if plain else (0, 1)
        n, d = (n, d) if d % 2 == 0 else (2 * n, 2 * d)
        if n <= 0 or n > 2**31:
            return self._split_rate(base, rate, known)
        largest, product = (2**63 - 1 - d // 2) // n, f"{base} * {n}" if n > 1 else base
        whens = "" if known else f"WHEN {base} IS NULL THEN NULL "
        whens += f"WHEN {base} > {self.constant(largest)} THEN {self._split_rate(base, rate, True)}"
        whens += f" WHEN {base} > 0 THEN {self.dialect.divide(f'({product} + {d // 2})', str(d))}"
        return f"CASE {whens} ELSE 0 END"

    def _split_rate(self, base: str, rate: Fraction, known: bool) -> str:
        """The same for any base: it is split so that no product overflows needlessly."""
        n, d = rate.numerator, rate.denominator
        whole = f"greatest({base}, 0)"
        wide = self.dialect.wide
        if d == 1:
            product = whole if n == 1 else f"({whole} * {n})"
        elif 2 * d * n + d >= 2**63:  # a rate of many digits: even the split products need more than 64 bits
            product = self.dialect.wide_divide.format(a=f"(2 * CAST({whole} AS {wide}) * {n} + {d})", b=2 * d)
        else:
            ratio = self.dialect.divide(whole, str(d))
            rest = self.dialect.divide(f"(2 * ({whole} % {d}) * {n} + {d})", str(2 * d))
            product = f"({ratio} * {n} + {rest})" if n > 1 else f"({ratio} + {rest})"
        return product if known else f"CASE WHEN ({base}) IS NULL THEN NULL ELSE {product} END"

    def _capped_rate(self, amount: Rated, cap: Lit) -> str | None:
        """Half up of base x rate up to a constant: one division, as no base beyond the cap's need be multiplied.

        None where the products need more than 64 bits, where the base is not a plain column, and for rates above
        one: of a large base they overflow, which a cap must not hide.
        """
        n, d = amount.rate.numerator, amount.rate.denominator
        if not isinstance(amount.base, Ref | Col) or not isinstance(cap.value, int) or cap.value <= 0 or not 0 < n <= d:
            return None
        reaches = -(-(2 * cap.value - 1) * d // (2 * n))  # the least base of which the rate comes to the cap
        n, d = (n, d) if d % 2 == 0 else (2 * n, 2 * d)
        if reaches * n + d // 2 >= 2**63:
            return None
        base, most = self.number(amount.base), self.constant(cap.value)
        product = self.dialect.divide(f"({base} * {n} + {d // 2})" if n > 1 else f"({base} + {d // 2})", str(d))
        unknown = "" if always(amount.base) else f"WHEN {base} IS NULL THEN NULL "
        whens = f"{unknown}WHEN {base} >= {self.constant(reaches)} THEN {most} WHEN {base} > 0 THEN {product}"
        return f"CAST(CASE {whens} ELSE 0 END AS BIGINT)"

    def share_of(self, number: str, share: Fraction) -> str:
        """A share of a number that is not negative, rounded down; the share is at most 1."""
        n, d, wide = share.numerator, share.denominator, self.dialect.wide
        if n in (0, d):
            return number if n else "0"
        if n == 1:
            return self.dialect.divide(number, str(d))
        if d * n < 2**62:
            rest = self.dialect.divide(f"({number} % {d} * {n})", str(d))
            return f"({self.dialect.divide(number, str(d))} * {n} + {rest})"
        return self.dialect.wide_divide.format(a=f"(CAST({number} AS {wide}) * {n})", b=d)

    # --- expressions ---------------------------------------------------------------------------------

    def _lit(self, node: Lit) -> str:
        return self.constant(node.value, node.type)

    def _col(self, node: Col) -> str:
        return quote(column_key(node))

    def _ref(self, node: Ref) -> str:
        return quote(node.name)

    def _var(self, node: Var) -> str:
        return self.constant(self.run.values()[node.name])

    def _arith(self, node: Arith) -> str:
        return f"({self.number(node.left)} {node.op} {self.expression(node.right)})"

    def _compare(self, node: Compare) -> str:
        op = "<>" if node.op == "!=" else "=" if node.op == "==" else node.op
        return f"({self.expression(node.left)} {op} {self.expression(node.right)})"

    def _in(self, node: In) -> str:
        values = ", ".join(self.constant(v) for v in node.values)
        return f"({self.expression(node.item)} IN ({values}))" if values else "FALSE"

    def _logic(self, node: Logic) -> str:
        return "(" + f" {node.op.upper()} ".join(self._boolean(i) for i in node.items) + ")"

    def _not(self, node: Not) -> str:
        return f"(NOT {self._boolean(node.item)})"

    def _boolean(self, node: Node) -> str:
        return "CAST(NULL AS BOOLEAN)" if node == Lit("missing", None) else self.expression(node)

    def _if(self, node: If) -> str:
        c, a, b = self._boolean(node.condition), self.expression(node.then), self.expression(node.other)
        return f"CASE WHEN {c} THEN {a} WHEN NOT {c} THEN {b} END"

    def _call(self, node: Call) -> str:
        args = [self.expression(a) for a in node.args]
        if node.name == "is_missing":
            return f"({args[0]} IS NULL)"
        if node.name == "coalesce":
            return f"coalesce({args[0]}, {args[1]})"
        if node.name == "year_of":
            return f"CAST(EXTRACT(YEAR FROM {args[0]}) AS BIGINT)"
        if node.name in ("lesser", "greater"):
            sure = [(sql, always(a)) for sql, a in zip(args, node.args, strict=True)]
            return self.extreme("least" if node.name == "lesser" else "greatest", sure)
        if node.name == "days_between":
            return self.dialect.days_between.format(a=args[0], b=args[1])
        if node.name == "months_in_year":
            return self._months(args[0], args[1], dict(node.options))
        return self._shifted(args[0], node.args[1], node.name.removeprefix("add_").removesuffix("s"))

    def _shifted(self, day: str, count: Node, unit: str) -> str:
        """A day moved by so many units; it stops at the ends of the calendar, as in the interpreter."""
        moved = self.dialect.add_interval.format(d=day, n=self.expression(count), unit=unit)
        first, last = self.constant(date.min), self.constant(date.max)
        known = count.value if isinstance(count, Lit) else None
        if isinstance(known, int) and abs(known) < 9999:
            end, op = (last, ">") if known > 0 else (first, "<")
            edge = self.constant(shifted(date.max if known > 0 else date.min, -known, unit))
            return f"CASE WHEN {day} {op} {edge} THEN {end} ELSE {moved} END" if known else day
        place, low, high = {
            "year": (f"CAST(EXTRACT(YEAR FROM {day}) AS BIGINT)", 1, 9999),
            "month": (_month_number(day), 13, 9999 * 12 + 12),
            "day": (self.dialect.days_between.format(a=first, b=day), 0, (date.max - date.min).days),
        }[unit]
        place = f"({place} + {self.expression(count)})"
        return f"CASE WHEN {place} < {low} THEN {first} WHEN {place} > {high} THEN {last} ELSE {moved} END"

    def _months(self, start: str, end: str, options: dict[str, Value]) -> str:
        year = self.run.year
        low = f"greatest({_month_number(start)} + {0 if options['entry_month'] else 1}, {year * 12 + 1})"
        last = f"coalesce({_month_number(end)} - {0 if options['exit_month'] else 1}, {year * 12 + 12})"
        count = f"greatest(0, least({year * 12 + 12}, {last}) - {low} + 1)"
        return f"CASE WHEN {start} IS NULL THEN NULL WHEN {end} < {start} THEN 0 ELSE {count} END"

    # --- amounts -------------------------------------------------------------------------------------

    def _plain(self, amount: Plain) -> str:
        return self.expression(amount.value)

    def _rated(self, amount: Rated) -> str:
        plain = isinstance(amount.base, Ref | Col)
        return self.rate(self.number(amount.base), amount.rate, always(amount.base), plain)

    def _per_unit(self, amount: PerUnit) -> str:
        return f"({self.number(amount.each)} * {self.expression(amount.times)})"

    def _ladder(self, amount: Ladder) -> str:
        steps = zip(amount.conditions, amount.values, strict=True)
        whens = " ".join(f"WHEN {self.expression(c)} THEN {self.amount(v)}" for c, v in steps)
        other = self.amount(amount.other) if amount.other is not None else "NULL"
        return f"CAST(CASE {whens} ELSE {other} END AS BIGINT)"

    def case_name(self, amount: Sum) -> str:
        """SQL of the ladder step that applies, for explanations; NULL for other shapes."""
        if not isinstance(amount, Ladder):
            return f"CAST(NULL AS {self.dialect.text})"
        steps = zip(amount.conditions, amount.names, strict=True)
        whens = " ".join(f"WHEN {self.expression(c)} THEN {text_literal(n)}" for c, n in steps)
        return f"CASE {whens} END"

    def _choice(self, amount: Choice) -> str:
        if amount.how == "all":
            items = list(map(self.amount, amount.items))
            wide = items if isinstance(amount.items[0], Rated) else ["CAST(0 AS BIGINT)", *items]  # rates have 64 bits
            return "(" + " + ".join(wide) + ")"
        sure = [(self.amount(item), always_known(item)) for item in amount.items]
        return self.extreme("least" if amount.how == "lesser" else "greatest", sure)

    def _bracketed(self, amount: Bracketed) -> str:
        base = f"greatest({self.number(amount.base)}, 0)"
        parts, below = [], 0
        for limit, rate in zip(amount.limits, amount.rates, strict=True):
            top = base if limit is None else f"least({base}, {limit})"
            parts.append(self.rate(f"({top} - {below})", rate, always(amount.base)))
            below = limit if limit is not None else below
        total = " + ".join(f"({p})" for p in parts)
        if always(amount.base):
            return f"({total})"
        return f"CASE WHEN ({self.expression(amount.base)}) IS NULL THEN NULL ELSE {total} END"


def always(node: Node) -> bool:
    """Whether an expression is never missing, by its form."""
    if isinstance(node, Lit):
        return node.value is not None
    if isinstance(node, Arith):
        return always(node.left) and always(node.right)
    return isinstance(node, Var) or (isinstance(node, Ref) and node.always)


def may_fail(node: Node) -> bool:
    """Whether an expression may come to a number out of range, by its form.

    Sums and products may, and days moved by a count that a row tells.
    """
    return any(
        isinstance(n, Arith) or (isinstance(n, Call) and n.name.startswith("add_") and not isinstance(n.args[1], Lit))
        for n in walk(node)
    )


def may_overflow(amount: Sum) -> bool:
    """Whether an amount of 64-bit numbers may need more than 64 bits, by its form."""
    if any(map(may_fail, expressions(amount))):
        return True
    if isinstance(amount, Choice):
        return amount.how == "all" or any(map(may_overflow, amount.items))
    if isinstance(amount, Ladder):
        others = [amount.other] if amount.other is not None else []
        return any(map(may_overflow, [*amount.values, *others]))
    if isinstance(amount, Rated):
        return amount.rate > 1
    if isinstance(amount, Bracketed):
        return any(rate > 1 for rate in amount.rates)
    return isinstance(amount, PerUnit)


def always_known(amount: Sum) -> bool:
    """Whether an amount is never unknown, by its form."""
    if not all(limit is None or always(limit) for limit in (amount.cap, amount.floor)):
        return False
    if isinstance(amount, Choice):
        return all(map(always_known, amount.items))
    if isinstance(amount, Rated | Bracketed):
        return always(amount.base)
    if isinstance(amount, PerUnit):
        return always(amount.each) and always(amount.times)
    return isinstance(amount, Plain) and always(amount.value)


def never_negative(amount: Sum) -> bool:
    """Whether an amount cannot come to less than zero, by its form: rates are not applied to less than nothing."""
    if any(limit is not None and not _not_below_zero(limit) for limit in (amount.cap, amount.floor)):
        return False
    if isinstance(amount, Choice):
        return all(map(never_negative, amount.items))
    if isinstance(amount, Ladder):
        return all(map(never_negative, amount.values)) and (amount.other is None or never_negative(amount.other))
    if isinstance(amount, PerUnit):
        return _not_below_zero(amount.each) and _not_below_zero(amount.times)
    return isinstance(amount, Rated | Bracketed) or (isinstance(amount, Plain) and _not_below_zero(amount.value))


def _not_below_zero(node: Node) -> bool:
    if isinstance(node, Lit):
        return isinstance(node.value, int) and node.value >= 0
    return isinstance(node, Call) and node.name == "months_in_year"


def _month_number(day: str) -> str:
    return f"CAST(EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day}) AS BIGINT)"


_EXPRESSIONS: dict[type[Node], Callable[[Emitter, Any], str]] = {
    Lit: Emitter._lit, Col: Emitter._col, Ref: Emitter._ref, Var: Emitter._var, Arith: Emitter._arith,
    Compare: Emitter._compare, In: Emitter._in, Logic: Emitter._logic, Not: Emitter._not, If: Emitter._if,
    Call: Emitter._call,
}  # fmt: skip
_AMOUNTS: dict[type[Sum], Callable[[Emitter, Any], str]] = {
    Plain: Emitter._plain, Rated: Emitter._rated, PerUnit: Emitter._per_unit, Ladder: Emitter._ladder,
    Choice: Emitter._choice, Bracketed: Emitter._bracketed,
}  # fmt: skip
