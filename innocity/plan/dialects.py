"""What differs between the databases that a plan is emitted for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """Words and operators of one database. All have 64-bit integers that fail on overflow."""

    name: str
    text: str
    wide: str  # an exact integer type for products of two 64-bit integers
    floor_divide: str  # template over {a} and {b}, both not negative
    add_interval: str  # template over {d} (a date), {n} (an integer expression) and {unit}
    days_between: str  # template over {a} and {b}
    wide_divide: str
    temp: str = "TEMP "  # how views of a run are declared
    replace_table: str = 'DROP TABLE IF EXISTS pg_temp."{name}"; CREATE TEMP TABLE "{name}" '
    text_key: str = "{x}"  # ordering texts bytewise

    def create_table(self, name: str, query: str) -> str:
        """The statement that keeps the rows of a query for this run; a table of that name goes."""
        return f"{self.replace_table.format(name=name)}AS {query}"

    def declare_table(self, name: str, columns: str) -> str:
        """The statement that makes an empty table of this run; a table of that name goes."""
        return f"{self.replace_table.format(name=name)}({columns})"

    def divide(self, a: str, b: str) -> str:
        """Quotient of two 64-bit integers that are not negative, rounded down."""
        return self.floor_divide.format(a=a, b=b)


DUCKDB = Dialect(
    name="duckdb",
    text="VARCHAR",
    wide="HUGEINT",
    floor_divide="({a} // {b})",
    add_interval="CAST({d} + to_{unit}s(CAST({n} AS INTEGER)) AS DATE)",
    days_between="CAST({b} - {a} AS BIGINT)",
    wide_divide="CAST({a} // {b} AS BIGINT)",
    replace_table='CREATE OR REPLACE TABLE "{name}" ',
    temp="",  # the database is in memory; temporary tables would be hidden from statements that run at a time
)

POSTGRES = Dialect(
    name="postgres",
    text="TEXT",
    wide="NUMERIC(38, 0)",
    floor_divide="({a} / {b})",
    add_interval="CAST({d} + make_interval({unit}s => CAST({n} AS INTEGER)) AS DATE)",
    days_between="CAST({b} - {a} AS BIGINT)",
    wide_divide="CAST(div({a}, {b}) AS BIGINT)",
    text_key='{x} COLLATE "C"',
)

DIALECTS = {d.name: d for d in (DUCKDB, POSTGRES)}
