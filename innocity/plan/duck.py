"""DuckDB as the database of a run: facts as views, awards as Arrow tables."""

from __future__ import annotations

import os
from bisect import insort
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote, text_literal

#: Statements a worker from which on each runs on one core: of those that go together, of those beside others.
MANY, MANY_BESIDE = 6, 4
TYPES = {"money": "BIGINT", "integer": "BIGINT", "date": "DATE", "bool": "BOOLEAN", "text": "VARCHAR"}


class Order:
    """In which order statements go that build on one another: `ready` are those that may, the most urgent first.

    One is the more urgent the longer the row of those is that build on it.
    """

    def __init__(self, number: int, after: Sequence[Collection[int]]) -> None:
        self._waits = [set(one) for one in after] or [set[int]() for _ in range(number)]
        self._followers: list[list[int]] = [[] for _ in range(number)]
        self._urgent = [0] * number
        for i in reversed(range(number)):
            for before in self._waits[i]:
                self._followers[before].append(i)
                self._urgent[before] = max(self._urgent[before], self._urgent[i] + 1)
        self.ready: list[int] = []
        for i in range(number):
            if not self._waits[i]:
                self._insert(i)

    def ended(self, i: int) -> None:
        """One has ended: those that waited for it alone are ready."""
        for follower in self._followers[i]:
            self._waits[follower].discard(i)
            if not self._waits[follower]:
                self._insert(follower)

    def _insert(self, i: int) -> None:
        insort(self.ready, i, key=lambda one: (-self._urgent[one], one))


class DuckDatabase:
    """A DuckDB connection that speaks the engine's errors.

    `workers`: how many independent statements run at a time. Most are small and planned longer than they run,
    which the database's own threads do not share out.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, workers: int = 1) -> None:
        self.connection = connection
        self.workers = self.threads = workers
        self._sharing = workers > 1  # whether a statement is shared out among the database's own threads

    def run(self, sql: str) -> None:
        """Execute a statement; a number out of range is E-OVERFLOW."""
        self._run(self.connection, sql)

    def run_all(
        self, statements: Sequence[str], done: Callable[[int], None] = lambda i: None,
        after: Sequence[Collection[int]] = (),
    ) -> None:  # fmt: skip
        """Execute statements, several at a time; `done` is told which has ended.

        `after` holds of each the numbers of those before it that it builds on; without, none builds on another.
        What others build on goes first. All are waited for but what builds on one that failed; the first error of
        the list is raised.
        """
        if self.workers == 1 or len(statements) < 2:
            for i, sql in enumerate(statements):
                self.run(sql)
                done(i)
            return
        order = Order(len(statements), after)
        running: dict[Future[None], int] = {}
        errors: dict[int, BaseException] = {}
        with self._alone(len(statements), MANY), ThreadPoolExecutor(self.workers) as pool:
            while order.ready or running:
                while order.ready and len(running) < self.workers:
                    i = order.ready.pop(0)
                    running[pool.submit(self._run_beside, statements[i])] = i
                for ended in wait(running, return_when=FIRST_COMPLETED).done:
                    i = running.pop(ended)
                    if error := ended.exception():
                        errors[i] = error
                    else:
                        order.ended(i)
                        done(i)
        if errors:
            raise errors[min(errors)]

    @contextmanager
    def meanwhile(
        self, statements: Sequence[str], done: Callable[[int], None] = lambda i: None
    ) -> Iterator[None]:  # fmt: skip
        """Execute statements that nothing in the body builds on, beside what the body executes; all have ended when
        it is left. The first error of the list is raised, unless the body has its own."""
        if self.workers == 1:  # nothing runs beside, and tables of this connection alone are known to no other
            yield
            self.run_all(statements, done)
            return
        waiting = deque(enumerate(statements))
        errors: dict[int, BaseException] = {}
        ended: list[int] = []

        def work() -> None:
            while waiting:
                try:
                    i, sql = waiting.popleft()
                except IndexError:
                    return
                try:
                    self._run_beside(sql)
                    ended.append(i)
                except BaseException as error:  # raised below, by whoever waits
                    errors[i] = error

        workers, lanes = self.workers, self.workers // 2
        with self._alone(len(statements), MANY_BESIDE), ThreadPoolExecutor(max(1, lanes)) as pool:
            running = [pool.submit(work) for _ in range(min(lanes, len(statements)))]
            self.workers = workers - len(running)
            try:
                yield
                rest = [pool.submit(work) for _ in range(lanes)]
                work()
                wait([*running, *rest])
            except BaseException:
                waiting.clear()
                raise
            finally:
                self.workers = workers
        for i in ended:
            done(i)
        if errors:
            raise errors[min(errors)]

    @contextmanager
    def _alone(self, statements: int, many: int) -> Iterator[None]:
        """While many statements run side by side, each on one core: to share one out costs more than it brings."""
        if statements < self.workers * many or not self._sharing:
            yield
            return
        self.run("SET threads = 1")
        self._sharing = False
        try:
            yield
        finally:
            self._sharing = True
            self.run(f"SET threads = {self.threads}")

    def _run_beside(self, sql: str) -> None:
        cursor = self.connection.cursor()
        try:
            self._run(cursor, sql)
        finally:
            cursor.close()

    def _run(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        try:
            connection.execute(sql)
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise InnoCityError(
                "E-OVERFLOW",
                "有数值超出64位整数",
                remedy="检查事实里是否有异常大的数",
                details={"database": str(error).splitlines()[0]},
            ) from error

    def value(self, sql: str) -> Any:
        """The single value of a query."""
        rows = self.rows(sql)
        return rows[0][0] if rows else None

    def rows(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a (small) query; `values` fill its question marks."""
        return self.connection.execute(sql, values).fetchall()

    def table(self, sql: str) -> pa.Table:
        """The result of a query as an Arrow table."""
        return self.connection.sql(sql).to_arrow_table()


def connect(threads: int | None = None, memory: str | None = None, folder: Path | None = None) -> DuckDatabase:
    """An in-memory DuckDB; `folder` takes what does not fit, `memory` (e.g. "1GB") bounds the rest."""
    settings: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    if not memory:  # compressing what a run will soon drop costs more than the run; where memory is short it pays
        settings["checkpoint_threshold"] = "1TB"
    if threads:
        settings["threads"] = threads
    if memory:
        settings["memory_limit"] = memory
    if folder:
        settings["temp_directory"] = str(folder)
    workers = threads or os.cpu_count() or 1
    database = DuckDatabase(duckdb.connect(":memory:", config=settings), workers)
    database.run("SET preserve_insertion_order = false")
    return database


def open_facts(
    database: DuckDatabase, pack: Pack, facts: Path | Mapping[str, pa.Table], as_of: date,
    registers: Iterable[str] | None = None,
) -> set[str]:  # fmt: skip
    """Make a view `r_<register>` of every register (empty where there are no facts); return those with rows.

    Facts recorded after `as_of` are left out.
    """
    found: set[str] = set()
    views = []
    if not isinstance(facts, Path):
        database.workers = 1  # tables in memory are known to this connection alone
    temp = "" if isinstance(facts, Path) else "TEMP "
    for name in registers if registers is not None else pack.registers:
        columns = register_columns(pack.registers[name])
        source = _source(database, name, facts)
        if source is None:
            names = ", ".join(f"CAST(NULL AS {TYPES[kind]}) AS {quote(c)}" for c, (kind, _) in columns.items())
            views.append(f"CREATE OR REPLACE {temp}VIEW {table_name(name)} AS SELECT {names} WHERE FALSE")
            continue
        found.add(name)
        names = ", ".join(quote(c) for c in columns)
        views.append(
            f"CREATE OR REPLACE {temp}VIEW {table_name(name)} AS SELECT {names} FROM {source}"
            f" WHERE recorded_at IS NULL OR recorded_at <= DATE '{as_of.isoformat()}'"
        )
    database.run_all(views)
    return found


def _source(database: DuckDatabase, name: str, facts: Path | Mapping[str, pa.Table]) -> str | None:
    """What to select a register's facts from; None where there are none."""
    if isinstance(facts, Path):
        path = facts / f"{name}.parquet"
        return f"read_parquet({text_literal(str(path))})" if path.is_file() else None
    table = facts.get(name)
    if table is None or table.num_rows == 0:
        return None
    database.connection.register(f"f_{name}", table)
    return quote(f"f_{name}")
