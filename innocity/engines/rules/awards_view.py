"""The view `__awards`: results as they are kept, a table a statement, each with the columns in which its rows differ.

To write a column that is empty or the same in all rows costs as much as one that says something, and most clauses
fill half of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from innocity.engines.rules.finish_sql import Query
from innocity.engines.rules.settle_parts import RESULT, kind_of
from innocity.engines.rules.ways import Alike
from innocity.plan.sql import Emitter, quote, text_literal


@dataclass
class AwardsView:
    """The tables of one evaluation, and the view over them."""

    sql: Emitter
    year: int
    parts: list[tuple[frozenset[str], str]] = field(default_factory=list)  # of which clauses (none: of many), and how
    tables: list[str] = field(default_factory=list)

    def keep(self, query: Query, payable: str, clauses: Alike) -> str:
        """The query that the next table keeps; `clauses` are those of its rows, none given where they are many."""
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
        shown = [quote(n) if n in kept else self._typed(n, same.get(n, "NULL")) for n in RESULT]
        name = self._next()
        self.parts.append((frozenset(c.id for c in clauses), f"SELECT {', '.join(shown)} FROM {quote(name)}"))
        stored = [self._typed(n, columns[n]) for n in RESULT if n in kept]
        return self.sql.dialect.create_table(name, f"SELECT {', '.join(stored)} FROM ({query.sql}) z")

    def listed(self, rows: list[dict[str, str]]) -> None:
        """A few rows, SQL by column; what they lack is empty."""
        values = ", ".join(f"({', '.join(row.values())})" for row in rows)
        names = ", ".join(map(quote, rows[0]))
        same = {"year": str(self.year), "payable": "0"}
        shown = [self._typed(n, same.get(n, quote(n) if n in rows[0] else "NULL")) for n in RESULT]
        self.parts.append((frozenset(), f"SELECT {', '.join(shown)} FROM (VALUES {values}) v({names})"))

    def query(self, clauses: Iterable[str] | None = None) -> str:
        """What the view says; of some clauses: of all tables in which their awards may stand."""
        asked = None if clauses is None else set(clauses)
        parts = [sql for names, sql in self.parts if asked is None or not names or names & asked]
        empty = ", ".join(self._typed(n, "NULL") for n in RESULT)
        return " UNION ALL ".join(parts) or f"SELECT {empty} WHERE FALSE"

    def _next(self) -> str:
        self.tables.append(f"__settled_{len(self.tables)}")
        return self.tables[-1]

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
