"""SQL of yearly pools: what the members of a pool get of it.

What a pool pays on an award follows from the award and a few numbers of the whole: what all members ask
for, and where in the order the last fen falls. Those are asked of the database first, over a narrow table of
the members' awards (of `clause object party counted_on rank value`); then no award needs to be sorted or joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from innocity.engines.rules.ir import PoolPlan
from innocity.plan.sql import Emitter, quote, text_literal

KEY = ("clause", "object", "party")
NARROW = (*KEY, "counted_on", "rank", "value")
Rows = Callable[[str], Sequence[tuple[Any, ...]]]


class PoolShare:
    """The share of one award in a pool for which more is asked than it holds, as an expression over `value`.

    `table` holds what `needed` says; `source` is the same awards with the columns of NARROW.
    """

    def __init__(self, pool: PoolPlan, sql: Emitter, table: str, source: str, rows: Rows) -> None:
        self.pool, self.sql, self.table, self.source, self.rows = pool, sql, table, source, rows

    @staticmethod
    def needed(pool: PoolPlan) -> tuple[str, ...]:
        """The columns to keep: shares by proportion need no keys, save those of the few awards that tie."""
        return ("value",) if pool.share == "pro_rata" else NARROW

    def expression(self, asked: int, highest: int) -> str:
        """SQL of the fen that the pool pays; `asked` and `highest` are the sum and the maximum of `value`."""
        return self._pro_rata(asked, highest) if self.pool.share == "pro_rata" else self._in_turn()

    def _pro_rata(self, asked: int, highest: int) -> str:
        """Rounded down, and one fen more for the largest remainders, ties in the order of keys."""
        small = highest * self.pool.fen < 2**63 and asked < 2**62
        dialect, total = self.sql.dialect, self.sql.constant(asked)
        value = '"value"' if small else f'CAST("value" AS {dialect.wide})'
        product = f"({value} * {self.sql.constant(self.pool.fen)})"
        floor = dialect.divide(product, total) if small else dialect.wide_divide.format(a=product, b=total)
        rest = f"({product} % {total})"
        left = self.pool.fen - int(self.rows(f"SELECT sum({floor}) FROM {self.table}")[0][0])
        if left == 0:
            return floor
        ranked = f"SELECT {rest} AS r FROM {self.table} ORDER BY r DESC LIMIT 1 OFFSET {left - 1}"
        edge = int(self.rows(ranked)[0][0])
        level = self.sql.constant(edge)
        above = int(self.rows(f"SELECT count(*) FROM {self.table} WHERE {rest} > {level}")[0][0])
        keys = ", ".join(map(self._column, KEY))
        tied = (
            f"SELECT {', '.join(map(quote, KEY))} FROM ({self.source}) t WHERE {rest} = {level}"
            f" ORDER BY {keys} LIMIT 1 OFFSET {left - above - 1}"
        )
        last = [text_literal(v) for v in self.rows(tied)[0]]
        more = f"{rest} > {level} OR ({rest} = {level} AND {_upto([self._column(n) for n in KEY], last, '<=')})"
        return f"{floor} + CASE WHEN {more} THEN 1 ELSE 0 END"

    def _in_turn(self) -> str:
        """Whole sums in their order; the one on which the pool runs out gets what is left."""
        order = [f'coalesce("counted_on", {self.sql.constant(date.max)})', *map(self._column, KEY)]
        if self.pool.share == "rank":
            order.insert(0, f'coalesce("rank", {self.sql.constant(2**63 - 1)})')
        listed = ", ".join(order)
        before = f'coalesce(sum("value") OVER (ORDER BY {listed} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)'
        names = [f"{o} AS k{i}" for i, o in enumerate(order)]
        query = f'SELECT {", ".join(names)}, "value", {before} AS b FROM {self.table}'
        keys = ", ".join(f"k{i}" for i in range(len(order)))
        limit = self.sql.constant(self.pool.fen)
        row = self.rows(f'SELECT {keys}, b FROM ({query}) s WHERE b + "value" > {limit} ORDER BY b LIMIT 1')[0]
        last = [text_literal(v) if isinstance(v, str) else self.sql.constant(v) for v in row[:-1]]
        left = self.sql.constant(self.pool.fen - int(row[-1]))
        same = " AND ".join(f"{o} = {v}" for o, v in zip(order, last, strict=True))
        return f'CASE WHEN {same} THEN {left} WHEN {_upto(order, last, "<")} THEN "value" ELSE 0 END'

    def _column(self, name: str) -> str:
        """A column, ordered bytewise."""
        return self.sql.dialect.text_key.format(x=quote(name))


def _upto(columns: list[str], values: list[str], op: str) -> str:
    """SQL of "these columns, in this order, come before these values" (`<=`: or are the same)."""
    if len(columns) == 1:
        return f"{columns[0]} {op} {values[0]}"
    rest = _upto(columns[1:], values[1:], op)
    return f"({columns[0]} < {values[0]} OR ({columns[0]} = {values[0]} AND {rest}))"
