"""What differs between the databases that a plan is emitted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from innocity.core.errors import InnoCityError


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
    replace_table: str = 'DROP TABLE IF EXISTS pg_temp."{name}" CASCADE; CREATE TEMP TABLE "{name}" '
    text_key: str = "{x}"  # ordering texts bytewise
    small_sum: str = "sum"  # of what cannot leave 64 bits
    arg_max: bool = False  # has an aggregate that gives what stands beside the highest

    def create_table(self, name: str, query: str) -> str:
        """The statement that keeps the rows of a query for this run; a table of that name goes, with what reads it."""
        return f"{self.replace_table.format(name=name)}AS {query}"

    def declare_table(self, name: str, columns: str) -> str:
        """The statement that makes an empty table of this run; a table of that name goes."""
        return f"{self.replace_table.format(name=name)}({columns})"

    def latest(
        self, rows: str, names: Sequence[str], keys: Sequence[str], order: Sequence[str], same: Mapping[str, str]
    ) -> str:  # fmt: skip
        """The columns `names` of the last of the rows alike in `keys`; no column of `order` is ever empty.

        `same`: SQL of those of `names` that the rows lack, as all have them alike. Where the database has it, by an
        aggregate: a window costs a millisecond before it has seen a row.
        """
        found = {name: f'"{name}"' for name in names} | {name: f'{sql} AS "{name}"' for name, sql in same.items()}
        quoted = [f'"{key}"' for key in keys]
        if not self.arg_max:
            by = ", ".join(f'"{column}" DESC' for column in order)
            rank = f'row_number() OVER (PARTITION BY {", ".join(quoted)} ORDER BY {by}) AS "__latest"'
            shown = ", ".join(found[name] for name in names)
            return f'SELECT {shown} FROM (SELECT *, {rank} FROM ({rows}) l) f WHERE "__latest" = 1'
        fields = ", ".join(f"'{name}': \"{name}\"" for name in names if name not in keys and name not in same)
        if not fields:
            return f"SELECT DISTINCT {', '.join(found[name] for name in names)} FROM ({rows}) l"
        by = ", ".join(f'"{column}"' for column in order)
        last = f"SELECT {', '.join(quoted)}, arg_max({{{fields}}}, ({by})) AS r FROM ({rows}) l GROUP BY ALL"
        shown = ", ".join(found[name] if name in keys or name in same else f'r."{name}"' for name in names)
        return f"SELECT {shown} FROM ({last}) f"

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
    small_sum="sum_no_overflow",  # half as much memory for each: the other is of 128 bits
    arg_max=True,
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


def overflow(error: Exception) -> InnoCityError:
    """E-OVERFLOW, for what a database says of a number out of range."""
    details = {"database": str(error).splitlines()[0]}
    return InnoCityError("E-OVERFLOW", "有数值超出64位整数", remedy="检查事实里是否有异常大的数", details=details)


DIALECTS = {d.name: d for d in (DUCKDB, POSTGRES)}
