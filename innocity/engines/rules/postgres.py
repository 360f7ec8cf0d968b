"""PostgreSQL as the database of a run: facts as temporary tables, the same plan, the same awards.

    engine = PostgresEngine("host=/run/postgresql dbname=innocity")
    awards = engine(plan, facts)

Needs psycopg 3, which is an optional extra (`innocity[postgres]`); only this module imports it. All
tables are temporary, and a run is one transaction that is rolled back: it leaves nothing in the server.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from psycopg import errors

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import Settling
from innocity.packs.model import Pack
from innocity.plan.dialects import POSTGRES, overflow
from innocity.plan.interpret import Run
from innocity.plan.rows import Fact
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import Emitter, quote

register_codes({"E-POSTGRES-CONNECT": ("连不上 PostgreSQL", "cannot connect to PostgreSQL")})
# jit: a plan's long expressions would be compiled for longer than they run.
SETTINGS = ("SET client_min_messages = warning", "SET datestyle = 'ISO, YMD'", "SET jit = off")
# Tables of fewer rows are not worth the planner's looking at them.
ANALYZED = 1000
# What a number or date out of range raises.
OVERFLOWS = (errors.NumericValueOutOfRange, errors.DatetimeFieldOverflow, errors.IntervalFieldOverflow)


class PostgresDatabase:
    """A PostgreSQL connection that speaks the engine's errors."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.sizes: Mapping[str, int] = {}  # not asked

    def run(self, sql: str) -> None:
        """Execute a statement; a number out of range is E-OVERFLOW."""
        self._execute(sql)

    def define(self, sql: str) -> None:
        """Execute a statement that reads no rows."""
        self._execute(sql)

    def value(self, sql: str) -> Any:
        """The single value of a query."""
        row = self._execute(sql).fetchone()
        return None if row is None else row[0]

    def soon(self, sql: str, makes: str = "", done: Callable[[], None] | None = None, urgent: int = 0) -> None:
        """Execute a statement at once: temporary tables belong to one connection."""
        self.run(sql)
        if done is not None:
            done()

    def ended(self) -> None:
        """All has ended."""

    def give_up(self) -> None:
        """Nothing waits."""

    def spread(self, statements: int) -> bool:
        """Statements run one after the other."""
        return False

    def whole(self) -> None:
        """Each statement has what the server gives it."""

    def small_sums(self, columns: Iterable[tuple[str, str]]) -> Collection[tuple[str, str]]:
        """None: all sums are alike here."""
        return ()

    def full(self, register: str, column: str) -> bool:
        """Nothing is known of them."""
        return False

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a (small) query."""
        return self._execute(sql).fetchall()

    def load(self, table: str, rows: pa.Table) -> None:
        """Copy rows into a table, column by column in the order of `rows`."""
        names = ", ".join(quote(n) for n in rows.column_names)
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)".encode()) as copy,
        ):
            for batch in rows.to_batches(max_chunksize=50_000):
                text = io.BytesIO()
                pacsv.write_csv(batch, text, pacsv.WriteOptions(include_header=False))
                copy.write(text.getvalue())

    def close(self) -> None:
        """Close the connection; its temporary tables go with it."""
        self.connection.close()

    def _execute(self, sql: str) -> psycopg.Cursor[Any]:
        try:
            return self.connection.execute(sql.encode("utf-8"))
        except OVERFLOWS as error:
            raise overflow(error) from error


def connect(conninfo: str) -> PostgresDatabase:
    """A connection ready for runs. `conninfo` is libpq's (`host=... dbname=...` or a URL).

    Error: E-POSTGRES-CONNECT.
    """
    try:
        connection = psycopg.connect(conninfo, autocommit=True, client_encoding="utf8", prepare_threshold=None)
    except psycopg.Error as error:
        raise InnoCityError(
            "E-POSTGRES-CONNECT",
            f"连不上 PostgreSQL：{str(error).splitlines()[0]}",
            remedy="核对地址、库名和账户；服务要在运行",
        ) from None
    database = PostgresDatabase(connection)
    for setting in SETTINGS:
        database.run(setting)
    return database


def open_facts(
    database: PostgresDatabase, pack: Pack, facts: Mapping[str, pa.Table], as_of: date, registers: Iterable[str]
) -> set[str]:
    """Make a table `r_<register>` of every register named; return those that are not empty.

    Facts recorded after `as_of` are left out.
    """
    found: set[str] = set()
    types = Emitter(POSTGRES, Run(as_of.year, as_of))
    for name in registers:
        columns = register_columns(pack.registers[name])
        listed = ", ".join(f"{quote(c)} {types.sql_type(kind)}" for c, (kind, _) in columns.items())
        table = table_name(name)
        database.run(f"DROP TABLE IF EXISTS pg_temp.{table}; CREATE TEMP TABLE {table} ({listed})")
        rows = facts.get(name)
        if rows is None or rows.num_rows == 0:
            continue
        found.add(name)
        database.load(table, _recorded(rows, as_of).select(list(columns)))
        if rows.num_rows >= ANALYZED:
            database.run(f"ANALYZE {table}")
    return found


def _recorded(rows: pa.Table, as_of: date) -> pa.Table:
    """The rows that had been recorded on a day."""
    recorded = rows.column("recorded_at")
    return rows.filter(pc.or_(pc.is_null(recorded), pc.fill_null(pc.less_equal(recorded, pa.scalar(as_of)), False)))


class PostgresEngine:
    """Evaluates plans on one connection, as `DuckEngine` does."""

    def __init__(self, conninfo: str) -> None:
        self.database = connect(conninfo)

    def __call__(self, plan: RulesPlan, facts: dict[str, list[Fact]]) -> list[Award]:
        """The awards, in key order."""
        with self.database.connection.transaction(force_rollback=True):
            names = registers_read(plan)
            tables = arrow_tables(plan, {n: facts[n] for n in names if n in facts})
            found = open_facts(self.database, plan.pack, tables, plan.as_of, names)
            settling = Settling(plan, self.database, POSTGRES, options_for(found, plan, self.database))
            settling.base_facts()
            settling.awards()
            return fetch_awards(self.database, POSTGRES)

    def close(self) -> None:
        """Close the connection."""
        self.database.close()
