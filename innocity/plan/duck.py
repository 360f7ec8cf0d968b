"""DuckDB as the database of a run: facts as views, awards as Arrow tables."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from innocity.packs.model import Pack
from innocity.plan.dialects import overflow
from innocity.plan.lanes import Lanes
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote, text_literal

#: What planning does for many short statements that name their joins in order; the rest costs more than it brings.
PLANNED = frozenset({
    "build_side_probe_side", "column_lifetime", "compressed_materialization", "cte_inlining", "deliminator",
    "expression_rewriter", "filter_pushdown", "join_filter_pushdown", "late_materialization", "materialized_cte",
    "reorder_filter", "row_group_pruner", "statistics_propagation", "unused_columns",
})  # fmt: skip
_STEPS: list[str] = []  # of planning, all that this DuckDB knows; asked once
MANY = 6  # statements a worker from which on each runs on one core
_VIEW = re.compile(r"""'[^']*'|"r_\w+\"""")  # texts are left as they are
LARGE = 2**25  # bytes of a file from which on it pays to look at its statistics
TOO_MUCH = 2**64
TYPES = {"money": "BIGINT", "integer": "BIGINT", "date": "DATE", "bool": "BOOLEAN", "text": "VARCHAR"}


class DuckDatabase:
    """A DuckDB connection that speaks the engine's errors.

    `workers`: how many statements run at a time. Most are small and planned longer than they run, which the
    database's own threads do not share out.
    """

    def __init__(self, opened: Future[duckdb.DuckDBPyConnection], workers: int = 1) -> None:
        self._opened = opened
        self._cursors: list[duckdb.DuckDBPyConnection] = []  # that no statement has
        self.registers: set[str] = set()  # whose facts have been opened
        self.files: dict[str, Path] = {}  # of registers that stand in files
        self._queries: dict[str, str] = {}  # queries of registers that stand in files, by the names of their views
        self._unmade: dict[str, str] = {}  # views of them that nobody has needed yet
        self.workers = self.threads = workers
        self._sharing = workers > 1  # whether a statement is shared out among the database's own threads
        self._lanes = Lanes(workers, partial(_run_beside, opened, self._cursors))

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._opened.result()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for what knows the views of facts by name."""
        self._lanes.ended()
        for view, query in list(self._unmade.items()):
            _run(self._connection, f"CREATE OR REPLACE VIEW {view} AS {query}")
            del self._unmade[view]
        return self._connection

    def close(self) -> None:
        """Close the connection; what waits is forgotten."""
        self._lanes.give_up()
        if self._opened.exception() is None:
            for one in (*self._cursors, self._connection):
                one.close()

    def open(self, register: str, query: str, short: str) -> None:
        """Let a register's facts be read from a file. `short`: the query where it stands for the view in a statement.

        A view would be bound when it is made and again wherever it is read.
        """
        self.registers.add(register)
        self._queries[table_name(register)] = f"({short})"
        self._unmade[table_name(register)] = query

    def view(self, register: str, query: str) -> None:
        """Let a register's facts be read from what this connection alone knows."""
        self.registers.add(register)
        for kept in (self._queries, self._unmade):
            kept.pop(table_name(register), None)
        self.run(f"CREATE OR REPLACE TEMP VIEW {table_name(register)} AS {query}")

    def _of_files(self, sql: str) -> str:
        """A statement with what stands for views of facts in files."""
        if not self._queries or '"r_' not in sql:
            return sql
        return _VIEW.sub(lambda name: self._queries.get(name[0], name[0]), sql)

    def run(self, sql: str) -> None:
        """Execute a statement; a number out of range is E-OVERFLOW."""
        self._lanes.until(sql)
        _run(self._connection, self._of_files(sql))

    def define(self, sql: str) -> None:
        """Execute a statement that reads no rows, at once: it waits for nobody that fills what it names."""
        _run(self._connection, self._of_files(sql))

    def soon(self, sql: str, makes: str = "", done: Callable[[], None] | None = None, urgent: int = 0) -> None:
        """Execute a statement as soon as all stands that it reads of what others make, several at a time.

        `makes`: the table that it fills. `done` is called once it has ended; the more urgent go first. Errors are
        raised by `ended`, or by whatever is asked of the database next.
        """
        if self.workers > 1:
            self._lanes.soon(self._of_files(sql), makes, done, urgent)
            return
        self.run(sql)
        if done is not None:
            done()

    def ended(self) -> None:
        """Wait for all of `soon` but what builds on one that failed; the error of the first of them is raised."""
        self._lanes.ended()

    def give_up(self) -> None:
        """Forget all of `soon` that has not begun, as something else has failed."""
        self._lanes.give_up()

    def spread(self, statements: int) -> bool:
        """While so many statements run side by side, each on one core if they are many, else on all.

        To share one out costs more than it brings where others wait. `whole` gives all cores back. Returns whether
        they are many.
        """
        many = self.workers > 1 and statements >= self.threads * MANY
        if many and self._sharing:
            _run(self._connection, f"SET threads = 1; SET disabled_optimizers = '{_needless(self._connection)}'")
            self._sharing = False
        elif not many:
            self.whole()
        return many

    def whole(self) -> None:
        """Let each statement have all cores, as one large one alone needs them."""
        if not self._sharing and self.threads > 1:
            self._lanes.ended()
            _run(self._connection, f"SET threads = {self.threads}; RESET disabled_optimizers")
            self._sharing = True

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of the registers that stand in files."""
        return {register: path.stat().st_size for register, path in self.files.items()}

    def small_sums(self, columns: Iterable[tuple[str, str]]) -> Collection[tuple[str, str]]:
        """Which columns of large files come to less than 2**63 whichever of their rows are summed.

        What is emitted with it holds as long as the files stay as they are, which those of a snapshot do.
        """
        large = {register for register, size in self.sizes.items() if size > LARGE}
        known = ((register, column) for register, column in columns if register in large)
        return {(register, column) for register, column in known if _most(self.files[register], column) < 2**63}

    def full(self, register: str, column: str) -> bool:
        """Whether a column has a value in every row, by the statistics of the register's file; see `small_sums`."""
        return register in self.files and all(
            found is not None and found.has_null_count and not found.null_count
            for found, _ in _statistics(self.files[register], column)
        )

    def value(self, sql: str) -> Any:
        """The single value of a query."""
        rows = self.rows(sql)
        return rows[0][0] if rows else None

    def rows(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a (small) query; `values` fill its question marks."""
        self._lanes.until(sql)
        with _in_range():
            return self._connection.execute(self._of_files(sql), values).fetchall()

    def table(self, sql: str) -> pa.Table:
        """The result of a query as an Arrow table."""
        self._lanes.ended()
        self.whole()
        with _in_range():
            return self._connection.sql(self._of_files(sql)).to_arrow_table()


def _needless(connection: duckdb.DuckDBPyConnection) -> str:
    """The steps of planning that are not in PLANNED, as a setting."""
    if not _STEPS:
        _STEPS.extend(name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall())
    return ",".join(name for name in _STEPS if name not in PLANNED)


def _run_beside(
    opened: Future[duckdb.DuckDBPyConnection], free: list[duckdb.DuckDBPyConnection], sql: str
) -> None:  # fmt: skip
    """Execute a statement on a cursor of its own; those that are free have none."""
    try:
        cursor = free.pop()
    except IndexError:  # as others may take the last at any moment
        cursor = opened.result().cursor()
    try:
        _run(cursor, sql)
    finally:
        free.append(cursor)


def _run(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with _in_range():
        connection.execute(sql)


@contextmanager
def _in_range() -> Iterator[None]:
    """A number out of range is E-OVERFLOW."""
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise overflow(error) from error


def connect(threads: int | None = None, memory: str | None = None, folder: Path | None = None) -> DuckDatabase:
    """An in-memory DuckDB; `folder` takes what does not fit, `memory` (e.g. "1GB") bounds the rest."""
    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False, "autoload_known_extensions": False, "preserve_insertion_order": False,
    }  # fmt: skip
    if not memory:  # compressing what a run will soon drop costs more than the run; where memory is short it pays
        settings["checkpoint_threshold"] = "1TB"
    if threads:
        settings["threads"] = threads
    if memory:
        settings["memory_limit"] = memory
    if folder:
        settings["temp_directory"] = str(folder)
    return DuckDatabase(_opening(settings), threads or os.cpu_count() or 1)


def _opening(settings: dict[str, Any]) -> Future[duckdb.DuckDBPyConnection]:
    """Open a database while others go on; errors are told to whoever waits for it. Not to be forked meanwhile."""
    found: Future[duckdb.DuckDBPyConnection] = Future()

    def opening() -> None:
        try:
            found.set_result(duckdb.connect(":memory:", config=settings))
        except BaseException as error:
            found.set_exception(error)

    try:
        Thread(target=opening).start()  # a process that ends waits for it: DuckDB aborts one that does not
    except RuntimeError:  # no thread can be had
        opening()
    return found


def open_facts(
    database: DuckDatabase, pack: Pack, facts: Path | Mapping[str, pa.Table], as_of: date,
    registers: Iterable[str] | None = None,
) -> set[str]:  # fmt: skip
    """Let every register be read as a view `r_<register>` (empty where there are no facts); return those with rows.

    Facts recorded after `as_of` are left out.
    """
    found: set[str] = set()
    if not isinstance(facts, Path):
        database.workers = 1  # tables in memory are known to this connection alone
    known = f"recorded_at IS NULL OR recorded_at <= DATE '{as_of.isoformat()}'"
    for name in registers if registers is not None else pack.registers:
        columns = register_columns(pack.registers[name])
        source = _source(database, name, facts)
        if source is None:
            names = ", ".join(f"CAST(NULL AS {TYPES[kind]}) AS {quote(c)}" for c, (kind, _) in columns.items())
            query = short = f"SELECT {names} WHERE FALSE"
        else:
            found.add(name)
            query = f"SELECT {', '.join(map(quote, columns))} FROM {source} WHERE {known}"
            short = f"SELECT * FROM {source} WHERE {known}"
        if isinstance(facts, Path):
            database.open(name, query, short)
        else:
            database.view(name, query)
    return found


def _statistics(path: Path, column: str) -> Iterator[tuple[pq.Statistics | None, int]]:
    """What the file says of a column, and how many values there are, row group by row group."""
    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowException, OSError):  # told by whoever reads the rows
        yield None, 0
        return
    names = metadata.schema.names
    for i in range(metadata.num_row_groups):
        chunk = metadata.row_group(i).column(names.index(column)) if column in names else None
        yield (chunk.statistics, chunk.num_values) if chunk is not None else (None, 0)


def _most(path: Path, column: str) -> int:
    """What the whole numbers in a column come to at most, by the statistics of the file; too much where it has none."""
    most = rows = 0
    for found, values in _statistics(path, column):
        rows += values
        if found is None or not (found.has_min_max or (found.has_null_count and found.null_count == values)):
            return TOO_MUCH
        most = max(most, abs(int(found.min)), abs(int(found.max))) if found.has_min_max else most
    return most * rows


def _source(database: DuckDatabase, name: str, facts: Path | Mapping[str, pa.Table]) -> str | None:
    """What to select a register's facts from; None where there are none."""
    database.files.pop(name, None)
    if isinstance(facts, Path):
        path = facts / f"{name}.parquet"
        if not path.is_file():
            return None
        database.files[name] = path
        return f"read_parquet({text_literal(str(path))})"
    table = facts.get(name)
    if table is None or table.num_rows == 0:
        return None
    database.connection.register(f"f_{name}", table)
    return quote(f"f_{name}")
