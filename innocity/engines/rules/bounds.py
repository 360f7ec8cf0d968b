"""Overflow proved before a run: how large each step of a clause can get, for facts as large as registers allow.

Every number is an interval [low, high]. Columns are bounded by their declared `max` (else by that of their type),
sums by ROWS rows. A step whose interval leaves 64 bits is a warning; what no warning names cannot overflow for
facts within these bounds. Facts beyond them are refused when read, more rows end in E-OVERFLOW when run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.rates import divide_half_up
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.packs.model import Pack
from innocity.plan.amounts import Bracketed, Choice, Ladder, PerUnit, Plain, Rated, Sum
from innocity.plan.interpret import INT64
from innocity.plan.nodes import Aggregate, Arith, Call, Col, If, Lit, Node, Prior, Ref, Var, walk
from innocity.plan.scan import source_nodes

register_codes({
    "W-BOUNDS-OVERFLOW": ("条款的数值可能超出64位整数", "a clause's numbers may not fit in 64 bits"),
})  # fmt: skip

ROWS = 10_000  # rows of one object over which a sum goes; a firm with more has not been seen
YEARS = (1, 9999)
DAYS = 3_652_058  # between the first and the last day of the calendar
Interval = tuple[int, int]
NOTHING: Interval = (0, 0)


def overflows(plan: RulesPlan) -> list[InnoCityError]:
    """A warning for each clause that may leave 64 bits: the first such step and how large it gets."""
    found = []
    awards: dict[str, Interval] = {}
    for clause in plan.clauses:
        bounds = _Bounds(plan.pack, clause, awards)
        awards[clause.id] = bounds.award()
        if bounds.worst is not None:
            step, size = bounds.worst
            text = f"{clause.id}：{step}最大可达 {_power(size)}，超过64位整数（{_power(INT64)}）"
            remedy = "给所用的列写更小的 max，或核对参数是否多写了零"
            place = Place.of(clause.clause.place)
            details = {"clause": clause.id, "size": str(size)}
            found.append(InnoCityError("W-BOUNDS-OVERFLOW", text, place, remedy, details, severity="warning"))
    return found


def _power(size: int) -> str:
    """A size in short.

    >>> _power(9_223_372_036_854_775_807), _power(2_500)
    ('9.2×10^18', '2.5×10^3')
    """
    digits = str(size)
    return f"{digits[0]}.{digits[1] if len(digits) > 1 else 0}×10^{len(digits) - 1}"


class _Bounds:
    """The intervals of one clause's expressions; `worst` is the first step that leaves 64 bits."""

    def __init__(self, pack: Pack, clause: ClausePlan, awards: Mapping[str, Interval]) -> None:
        self.pack, self.clause, self.awards = pack, clause, awards
        self.worst: tuple[str, int] | None = None
        self.known: dict[str, Interval] = {}
        source = clause.source
        for name, prior in source.priors if source is not None else ():
            self.known[name] = self.of(prior.item)
        for name, aggregate in clause.aggregates:
            self.known[name] = self.of(aggregate)

    def award(self) -> Interval:
        """What one award of the clause can be; every expression of it has then been looked at."""
        for root in self._conditions():
            for part in walk(root):
                if isinstance(part, Arith):
                    self.of(part)
        for _, other in self.clause.others:
            self.amount(other)
        low, high = self.amount(self.clause.amount) if self.clause.amount is not None else NOTHING
        return max(0, low), min(INT64, max(0, high))

    def _conditions(self) -> Iterator[Node]:
        """What decides which rows count and whether the clause holds."""
        clause = self.clause
        yield from source_nodes(clause.source) if clause.source is not None else ()
        yield from (c.node for c in clause.conditions)
        yield from (a.when for _, a in clause.aggregates if a.when is not None)
        yield from (n for n in (clause.manual, clause.subject) if n is not None)

    def checked(self, found: Interval, step: str) -> Interval:
        """The interval, cut to 64 bits; the first that is not within them is kept."""
        size = max(abs(found[0]), abs(found[1]))
        if size > INT64 and self.worst is None:
            self.worst = step, size
        return max(found[0], -INT64), min(found[1], INT64)

    # --- expressions -----------------------------------------------------------------------------------------

    def of(self, node: Node) -> Interval:
        """What a number can be; (0, 0) for what is none."""
        read = _READERS.get(type(node))
        return read(self, node) if read is not None else NOTHING

    def column(self, node: Col) -> Interval:
        source = self.clause.source
        if node.type not in ("money", "integer"):
            return NOTHING
        register = "organization" if node.alias == "party" else ""
        if source is not None and not register:
            joined = {j.alias: j.register for j in source.joins}
            register = joined.get(node.alias, source.register)
            if source.after and not node.alias:
                return self.awards.get(source.after, (0, INT64)) if node.name == "amount" else YEARS
        found = self.pack.registers[register].column(node.name) if register in self.pack.registers else None
        if found is None or found.type == "year":
            return YEARS
        return -found.bound(), found.bound()

    def arith(self, node: Arith) -> Interval:
        (a, b), (c, d) = self.of(node.left), self.of(node.right)
        ends = {"+": (a + c, b + d), "-": (a - d, b - c), "*": (a * c, a * d, b * c, b * d)}[node.op]
        return self.checked((min(ends), max(ends)), {"+": "相加", "-": "相减", "*": "相乘"}[node.op])

    def chosen(self, node: If) -> Interval:
        return _hull(self.of(node.then), self.of(node.other))

    def call(self, node: Call) -> Interval:
        found = [self.of(a) for a in node.args]
        if node.name in ("lesser", "greater"):
            pick: Callable[[int, int], int] = min if node.name == "lesser" else max
            return pick(found[0][0], found[1][0]), pick(found[0][1], found[1][1])
        if node.name == "coalesce":
            return _hull(*found)
        return {"year_of": YEARS, "days_between": (-DAYS, DAYS), "months_in_year": (0, 12)}.get(node.name, NOTHING)

    def aggregate(self, node: Aggregate) -> Interval:
        if node.how in ("count", "distinct"):
            return 0, ROWS
        low, high = self.of(node.item) if node.item is not None else NOTHING
        if node.how != "sum":
            return low, high
        column = node.item.name if isinstance(node.item, Col) else "……"
        return self.checked((min(0, low) * ROWS, max(0, high) * ROWS), f"sum({column})（按一个对象 {ROWS:,} 行计）")

    # --- amounts ---------------------------------------------------------------------------------------------

    def amount(self, amount: Sum) -> Interval:
        """What an amount can be, its cap and floor applied."""
        low, high = _AMOUNTS[type(amount)](self, amount)
        if amount.cap is not None:
            most = self.of(amount.cap)[1]
            low, high = min(low, most), min(high, most)
        if amount.floor is not None:
            least = self.of(amount.floor)
            low, high = max(low, least[0]), max(high, least[1])
        return low, high

    def plain(self, amount: Plain) -> Interval:
        return self.of(amount.value)

    def rated(self, amount: Rated) -> Interval:
        return self.checked((0, _share(self.of(amount.base)[1], amount.rate)), "基数乘比例")

    def each(self, amount: PerUnit) -> Interval:
        (a, b), (c, d) = self.of(amount.each), self.of(amount.times)
        ends = (a * c, a * d, b * c, b * d)
        return self.checked((min(ends), max(ends)), "每个的金额乘个数")

    def ladder(self, amount: Ladder) -> Interval:
        for condition in amount.conditions:
            self.of(condition)
        values = [self.amount(v) for v in (*amount.values, *([amount.other] if amount.other is not None else []))]
        return _hull(*values)

    def choice(self, amount: Choice) -> Interval:
        values = [self.amount(item) for item in amount.items]
        fold: Callable[[list[int]], int] = {"lesser": min, "greater": max, "all": sum}[amount.how]  # type: ignore[assignment]
        return self.checked((fold([v[0] for v in values]), fold([v[1] for v in values])), "合计")

    def bracketed(self, amount: Bracketed) -> Interval:
        top = max(0, self.of(amount.base)[1])
        return self.checked((0, sum(_share(top, rate) for rate in amount.rates)), "分档合计")


def _share(base: int, rate: Fraction) -> int:
    return divide_half_up(max(0, base) * rate.numerator, rate.denominator)


def _hull(*intervals: Interval) -> Interval:
    return min(i[0] for i in intervals), max(i[1] for i in intervals)


def _constant(bounds: _Bounds, node: Lit) -> Interval:
    whole = isinstance(node.value, int) and not isinstance(node.value, bool)
    return (node.value, node.value) if whole else NOTHING  # type: ignore[return-value]


_READERS: dict[type[Node], Callable[[_Bounds, Any], Interval]] = {
    Lit: _constant, Col: _Bounds.column, Arith: _Bounds.arith, If: _Bounds.chosen, Call: _Bounds.call,
    Aggregate: _Bounds.aggregate, Ref: lambda bounds, node: bounds.known.get(node.name, NOTHING),
    Prior: lambda bounds, node: bounds.of(node.item), Var: lambda bounds, node: YEARS,
}  # fmt: skip
_AMOUNTS: dict[type[Sum], Callable[[_Bounds, Any], Interval]] = {
    Plain: _Bounds.plain, Rated: _Bounds.rated, PerUnit: _Bounds.each, Ladder: _Bounds.ladder,
    Choice: _Bounds.choice, Bracketed: _Bounds.bracketed,
}  # fmt: skip
