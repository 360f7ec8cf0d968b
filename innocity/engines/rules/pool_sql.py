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
FEW = 2_000  # awards whose remainders are looked at one by one
PARTS = 1_000
Rows = Callable[[str], Sequence[tuple[Any, ...]]]
Divide = Callable[..., str]  # SQL of `a` divided by `b`, rounded down


class PoolShare:
    """The share of one award in a pool for which more is asked than it holds, as an expression over `value`.

    `awards` are those of its members that ask for something: a table with the columns of NARROW.
    """

    def __init__(self, pool: PoolPlan, sql: Emitter, awards: str, rows: Rows) -> None:
        self.pool, self.sql, self.awards, self.rows = pool, sql, awards, rows

    def expression(self, asked: int, highest: int, count: int) -> str:
        """SQL of the fen that the pool pays; `asked`, `highest` and `count`: of all values the sum, the maximum and
        how many there are."""
        return self._pro_rata(asked, highest, count) if self.pool.share == "pro_rata" else self._in_turn()

    def _pro_rata(self, asked: int, highest: int, count: int) -> str:
        """Rounded down, and one fen more for the largest remainders, ties in the order of keys."""
        small = highest * self.pool.fen + asked < 2**63
        dialect = self.sql.dialect
        divide: Divide = dialect.divide if small else dialect.wide_divide.format
        value = '"value"' if small else f'CAST("value" AS {dialect.wide})'
        product, total = f"{value} * {self.sql.constant(self.pool.fen)}", self._whole(asked)
        rest = f"(({product}) % {total})"
        edge = self._edge(f"({product})", rest, divide, asked, count)
        if edge is None:
            return divide(a=f"({product})", b=total)
        level, left, alike = edge
        if left == alike:  # whoever lacks no more than this to the next fen gets it
            return divide(a=f"({product} + {self._whole(asked - level)})", b=total)
        above = divide(a=f"({product} + {self._whole(asked - level - 1)})", b=total)
        return f"{above} + CASE WHEN {self._tied(f'{rest} = {self._whole(level)}', left)} THEN 1 ELSE 0 END"

    def _whole(self, number: int) -> str:
        """A number of any size; all that awards ask for together may leave 64 bits."""
        return self.sql.constant(number) if number < 2**63 else f"CAST({number} AS {self.sql.dialect.wide})"

    def _edge(self, product: str, rest: str, divide: Divide, asked: int, count: int) -> tuple[int, int, int] | None:
        """The smallest remainder that still gets a fen more, how many awards of that remainder get it, and how many
        have it; None where nothing is left.

        Remainders, from 0 to below `asked`, are counted in PARTS, then those of the part that the last fen falls on:
        to sort them takes far longer. Parts begin at multiples of their width, the first and the last of them are cut
        to those looked at.
        """
        low, high, left = 0, asked, -1
        floor = divide(a=product, b=self._whole(asked))
        while True:
            width = 1 if count <= FEW else -(-(high - low) // PARTS)
            within = "" if left < 0 else f" WHERE {rest} >= {self._whole(low)} AND {rest} < {self._whole(high)}"
            place = divide(a=rest, b=self._whole(width)) if width > 1 else rest
            counted = f"SELECT {place}, count(*), sum({floor}) FROM {self.awards}{within}"
            found = self.rows(f"{counted} GROUP BY 1 ORDER BY 1 DESC")
            if left < 0:
                left = self.pool.fen - sum(int(fen) for _, _, fen in found)
                if left == 0:
                    return None
            for part, awards, _ in found:
                begins, count = int(part) * width, int(awards)
                if count >= left:
                    break
                left -= count
            if width == 1:
                return begins, left, count
            low, high = max(low, begins), min(high, begins + width)

    def _tied(self, alike: str, left: int) -> str:
        """SQL of "is one of the first `left` of those that are alike", in the order of their keys."""
        columns = list(map(self._column, KEY))
        tied = (
            f"SELECT {', '.join(map(quote, KEY))} FROM {self.awards} WHERE {alike}"
            f" ORDER BY {', '.join(columns)} LIMIT 1 OFFSET {left - 1}"
        )
        last = [text_literal(v) for v in self.rows(tied)[0]]
        return f"{alike} AND {_upto(columns, last, '<=')}"

    def _in_turn(self) -> str:
        """Whole sums in their order; the one on which the pool runs out gets what is left."""
        order = [f'coalesce("counted_on", {self.sql.constant(date.max)})', *map(self._column, KEY)]
        if self.pool.share == "rank":
            order.insert(0, f'coalesce("rank", {self.sql.constant(2**63 - 1)})')
        listed = ", ".join(order)
        before = f'coalesce(sum("value") OVER (ORDER BY {listed} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)'
        names = [f"{o} AS k{i}" for i, o in enumerate(order)]
        query = f'SELECT {", ".join(names)}, "value", {before} AS b FROM {self.awards}'
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
