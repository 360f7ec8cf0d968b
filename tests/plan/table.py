"""A table of edge values: what an expression gives on each row, in a database and in the interpreter."""

from __future__ import annotations

from datetime import date
from typing import Any

from innocity.core.errors import InnoCityError
from innocity.engines.rules.settle_sql import Database
from innocity.plan.amounts import Sum, compile_amount
from innocity.plan.dialects import Dialect
from innocity.plan.interpret import Run, compile_expression
from innocity.plan.nodes import Lit, Node, Type
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.sql import Emitter, quote, text_literal

RUN = Run(2023, date(2023, 12, 31))
COLUMNS: dict[str, Type] = {
    "a": "money", "b": "money", "n": "integer", "m": "integer", "d": "date", "e": "date", "p": "bool", "q": "bool",
    "s": "text", "t": "text",
}  # fmt: skip
SCOPE = Scope({"": {name: (kind, None) for name, kind in COLUMNS.items()}}, params={"gone": Lit("missing", None)})
DAYS = [date.fromisoformat(d) for d in (
    "0001-01-01", "1900-02-28", "2000-02-29", "2020-02-29", "2022-12-31", "2023-01-01", "2023-01-31", "2023-02-28",
    "2023-03-30", "2023-12-01", "2023-12-31", "2024-01-01", "2024-02-29", "2100-02-28", "9999-12-31",
)]  # fmt: skip
FEN = [None, 0, 1, -1, 49, 50, 51, 99, 333, 10**14, -(10**14), 2**31, 2**53 + 1]
NUMBERS = [None, 0, 1, -1, 2, 3, 11, 12, 13, 31, 365, -12, 119988, 10**9]
TEXTS = [None, "", "a", "A", "企业", "o'k", "a|b", "\\"]
LOGIC = [None, True, False]


def rows() -> list[dict[str, Any]]:
    """Every pair of values of each type, side by side."""
    pairs = {
        ("a", "b"): [(x, y) for x in FEN for y in FEN],
        ("n", "m"): [(x, y) for x in NUMBERS for y in NUMBERS],
        ("d", "e"): [(x, y) for x in [None, *DAYS] for y in [None, *DAYS]],
        ("p", "q"): [(x, y) for x in LOGIC for y in LOGIC],
        ("s", "t"): [(x, y) for x in TEXTS for y in TEXTS],
    }
    length = max(map(len, pairs.values()))
    found: list[dict[str, Any]] = [{"i": i} for i in range(length)]
    for names, values in pairs.items():
        for i, row in enumerate(found):
            row.update(zip(names, values[i % len(values)], strict=True))
    return found


class Table:
    """The rows in a database."""

    def __init__(self, database: Database, dialect: Dialect) -> None:
        self.database, self.sql = database, Emitter(dialect, RUN)
        self.rows = rows()
        columns = ", ".join(f"{quote(n)} {self.sql.sql_type(k)}" for n, k in COLUMNS.items())
        database.run(f'CREATE TEMP TABLE "edges" ("i" BIGINT, {columns})')
        listed = ", ".join("(" + ", ".join(map(self._constant, r.values())) + ")" for r in self.rows)
        names = ", ".join(map(quote, self.rows[0]))
        database.run(f'INSERT INTO "edges" ({names}) VALUES {listed}')

    def _constant(self, value: Any) -> str:
        return text_literal(value) if isinstance(value, str) else self.sql.constant(value)

    def column(self, sql: str) -> list[Any]:
        """What an SQL expression gives on each row."""
        return [value for (value,) in self.database.rows(f'SELECT {sql} AS "x" FROM "edges" ORDER BY "i"')]

    def expression(self, text: str) -> tuple[list[Any], list[Any]]:
        """An expression on each row: in the database, and in the interpreter."""
        node: Node = parse_expression(text, SCOPE)
        evaluate = compile_expression(node, RUN)
        return self.column(self.sql.expression(node)), [evaluate(row) for row in self.rows]

    def amount(self, amount: Sum) -> tuple[list[Any] | str, list[Any] | str]:
        """An amount on each row: in the database, and in the interpreter; the code of an error in its place."""
        evaluate = compile_amount(amount, RUN)
        try:
            mine: list[Any] | str = [evaluate(row, None) for row in self.rows]
        except InnoCityError as error:
            mine = error.code
        try:
            self.database.run('DROP TABLE IF EXISTS "found"')
            sql = f'SELECT "i", {self.sql.amount(amount)} AS "x" FROM "edges"'
            self.database.run(f'CREATE TEMP TABLE "found" AS {sql}')
            theirs = [value for (value,) in self.database.rows('SELECT "x" FROM "found" ORDER BY "i"')]
        except InnoCityError as error:
            return error.code, mine
        return theirs, mine
