"""The view `__awards`: results as they are kept, a table a statement, each with the columns in which its rows differ.

To write a column that is empty or the same in all rows costs as much as one that says something, and most clauses
fill half of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from innocity.engines.rules.finish_sql import Query
from innocity.engines.rules.settle_parts import RESULT, kind_of
from innocity.engines.rules.ways import Alike
from innocity.plan.sql import Emitter, quote, text_literal


@dataclass(frozen=True)
class Part:
    """Results of some clauses (none named: of many): from what they are read, and SQL by column; others are empty."""

    clauses: frozenset[str]
    source: str
    columns: dict[str, str]
    uncut: tuple[str, dict[str, str]] | None = None  # the same for those who ask nothing of what pools change

    def select(self, columns: Sequence[str]) -> tuple[list[str], str]:
        """SQL of these columns, and what they are read from."""
        source, found = self.source, self.columns
        if self.uncut is not None and PAID.isdisjoint(columns):
            source, found = self.uncut
        return [found.get(n, "NULL") for n in columns], source


@dataclass(frozen=True)
class Table:
    """A table of results: its name, the statement that makes it empty, the one that fills it.

    As it stands before it is full, the view over all of them need not wait.
    """

    name: str
    declare: str
    fill: str


PAID = {"after_pool", "pool_by", "payable"}  # columns that pools change
NOTHING = Part(frozenset(), "(SELECT 1) n WHERE FALSE", {})


@dataclass
class AwardsView:
    """The tables of one evaluation, and the view over them."""

    sql: Emitter
    year: int
    parts: list[Part] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def keep(self, query: Query, payable: str, clauses: Alike) -> Table:
        """The next table of results; `clauses` are those of its rows, none given where they are many."""
        columns = {n: quote(n) for n in RESULT if n in query.columns}
        if "value" in query.columns:
            columns["after_group"] = quote("after_group" if "after_group" in query.columns else "value")
            columns["after_pool"] = quote("value")
        columns["payable"] = payable
        same = {"year": str(self.year), **_told(clauses)}
        if "value" in query.columns and columns["after_group"] == columns["after_pool"]:
            same["after_pool"] = quote("after_group")
        if payable == "0":
            same["payable"] = payable
        kept = {n for n in columns if n not in same}
        name = self._next()
        self.parts.append(Part(frozenset(c.id for c in clauses), quote(name), {n: quote(n) for n in kept} | same))
        return self._table(name, {n: columns[n] for n in RESULT if n in kept}, query)

    def keep_uncut(self, query: Query, clauses: Alike) -> tuple[Table, Query]:
        """The next table of results, of awards that pools may still cut, and what pools see of it.

        What they pay is worked out where the awards are read: `cut` says how.
        """
        told = _told(clauses)
        stored = {n: quote(n) for n in (*RESULT, "rank") if n in query.columns and n not in told}
        stored["after_group"] = quote("value")
        name = self._next()
        given = "".join(f"{sql} AS {quote(n)}, " for n, sql in told.items())
        uncut = f'SELECT {given}*, "after_group" AS "value", {self._typed("pool_by", "NULL")} FROM {quote(name)}'
        seen = Query(uncut, (*told, *stored, "value", "pool_by"))
        return self._table(name, stored, query), seen

    def cut(self, table: str, clauses: Alike, query: Query, payable: str) -> None:
        """Read the awards of a table that `keep_uncut` kept by what became of what pools saw of them."""
        columns = {n: quote(n) for n in RESULT if n in query.columns and n not in PAID} | {"year": str(self.year)}
        paid = {"after_pool": quote("value"), "pool_by": quote("pool_by"), "payable": payable}
        uncut = quote(table), columns | _told(clauses)
        self.parts.append(Part(frozenset(c.id for c in clauses), f"({query.sql}) p", columns | paid, uncut))

    def listed(self, rows: list[dict[str, str]]) -> None:
        """A few rows, SQL by column; what they lack is empty."""
        values = ", ".join(f"({', '.join(row.values())})" for row in rows)
        names = ", ".join(map(quote, rows[0]))
        same = {n: quote(n) for n in rows[0]} | {"year": str(self.year), "payable": "0"}
        self.parts.append(Part(frozenset(), f"(VALUES {values}) v({names})", same))

    def query(self, clauses: Iterable[str] | None = None, columns: Sequence[str] = RESULT) -> str:
        """What the view says; of some clauses: of all tables in which their awards may stand.

        The first of a union names the columns and says of which type they are: a view of many is long enough.
        """
        asked = None if clauses is None else set(clauses)
        parts = [p for p in self.parts if asked is None or not p.clauses or p.clauses & asked] or [NOTHING]
        told = [p.select(columns) for p in parts]
        told[0] = list(map(self._typed, columns, told[0][0])), told[0][1]
        return " UNION ALL ".join(f"SELECT {', '.join(listed)} FROM {source}" for listed, source in told)

    def _table(self, name: str, stored: dict[str, str], query: Query) -> Table:
        columns = ", ".join(f"{quote(n)} {self.sql.sql_type(kind_of(n))}" for n in stored)
        rows = f"SELECT {', '.join(stored.values())} FROM ({query.sql}) z"
        return Table(name, self.sql.dialect.declare_table(name, columns), f"INSERT INTO {quote(name)} {rows}")

    def _next(self) -> str:
        return f"__settled_{next(self._numbers)}"

    def _typed(self, name: str, sql: str) -> str:
        return f"CAST({sql} AS {self.sql.sql_type(kind_of(name))}) AS {quote(name)}"


def _told(clauses: Alike) -> dict[str, str]:
    """Columns that the clauses themselves tell."""
    told = {}
    if len({c.id for c in clauses}) == 1:
        told["clause"] = text_literal(clauses[0].id)
    if len({c.flags for c in clauses}) == 1:
        told["flags"] = text_literal(" ".join(clauses[0].flags))
    if clauses and all(c.object is None for c in clauses):
        told["object"] = '"party"'
    return told
