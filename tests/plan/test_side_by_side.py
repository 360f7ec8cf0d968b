"""Statements side by side: what builds on another waits for it, errors are those of the first, nothing is left out."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import Future
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.plan import duck
from innocity.plan.duck import DuckDatabase, connect
from innocity.plan.lanes import Lanes, urgency
from innocity.plan.sql import text_literal

MISSING = "SELECT * FROM nowhere"
TOO_LARGE = "SELECT CAST(9223372036854775807 AS BIGINT) + range FROM range(2)"


@pytest.fixture(params=[1, 2, 4])
def database(request: pytest.FixtureRequest) -> DuckDatabase:
    return connect(threads=request.param)


def make(name: str, query: str) -> tuple[str, str]:
    """A statement and the table that it makes."""
    return f'CREATE TABLE "{name}" AS {query}', name


def tables(database: DuckDatabase) -> set[str]:
    return {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}


def test_what_builds_on_another_waits_for_it(database: DuckDatabase) -> None:
    database.soon(*make("__t0", "SELECT 1 AS n"))
    for i in range(1, 20):
        database.soon(*make(f"__t{i}", f'SELECT n + 1 AS n FROM "__t{i - 1}"'))
    assert database.value('SELECT n FROM "__t19"') == 20, "and so does what is asked"


def test_all_that_is_independent_runs_and_the_caller_is_told(database: DuckDatabase) -> None:
    ended: list[int] = []
    for i in range(50):
        database.soon(*make(f"__s{i}", f"SELECT {i} AS n"), done=lambda i=i: ended.append(i))  # type: ignore[misc]
    database.ended()
    assert sorted(ended) == list(range(50)) and len(tables(database)) == 50


def test_a_table_that_several_fill_is_read_when_it_is_full(database: DuckDatabase) -> None:
    database.run('CREATE TABLE "__raw" (n BIGINT)')
    for i in range(20):
        database.soon(f'INSERT INTO "__raw" SELECT {i}', "__raw")
    database.soon('INSERT INTO "__raw" SELECT count(*) FROM "__raw"', "__raw")  # fills it too, but reads it
    database.soon(*make("__all", 'SELECT sum(n) AS n, count(*) AS c FROM "__raw"'))
    assert database.rows('SELECT n, c FROM "__all"') == [(190 + 20, 21)]


def test_the_error_of_the_first_is_raised_and_what_does_not_build_on_it_runs() -> None:
    database = connect(threads=2)
    for sql, name in (make("__a", "SELECT 1 AS n"), make("__b", TOO_LARGE), make("__c", MISSING),
                      make("__d", 'SELECT n FROM "__a"'), make("__e", 'SELECT 1 AS n FROM "__b"')):  # fmt: skip
        database.soon(sql, name)
    with pytest.raises(InnoCityError) as found:
        database.ended()
    assert found.value.code == "E-OVERFLOW"
    assert tables(database) == {"__a", "__d"}, "what builds on what failed is not made"
    database.ended()  # an error is raised once
    assert database.value("SELECT 5") == 5


def test_whoever_needs_what_failed_gets_its_error() -> None:
    database = connect(threads=2)
    database.soon(*make("__a", TOO_LARGE))
    database.soon(*make("__b", 'SELECT * FROM "__a"'))
    with pytest.raises(InnoCityError) as found:
        database.rows('SELECT * FROM "__b"')
    assert found.value.code == "E-OVERFLOW"


def test_what_has_not_begun_is_forgotten_when_all_is_given_up() -> None:
    database = connect(threads=2)
    slow = "SELECT count(*) AS n FROM range(3000000) a WHERE hash(a.range) % 7 = 1"
    for i in range(40):
        database.soon(*make(f"__g{i}", slow))
        database.soon(*make(f"__h{i}", f'SELECT n FROM "__g{i}"'))
    database.give_up()
    left = len(tables(database))
    assert left < 80
    time.sleep(0.05)
    assert len(tables(database)) == left, "nothing runs on"
    database.soon(*make("__new", "SELECT 1 AS n"))
    assert database.value('SELECT n FROM "__new"') == 1


def test_a_table_made_anew_waits_for_those_that_read_it_as_it_was() -> None:
    done: list[str] = []

    def run(sql: str) -> None:
        time.sleep(0.05 if "slow" in sql else 0)
        done.append(sql)

    lanes = Lanes(2, run)
    given = ['CREATE "__pool" AS slow 1', 'SELECT slow FROM "__pool"', 'CREATE "__pool" AS 2', 'SELECT 3 FROM "__pool"']
    for sql in given:
        lanes.soon(sql, "__pool" if sql.startswith("CREATE") else "")
    lanes.ended()
    assert done == given


def test_as_many_lanes_run_as_there_may_be_even_if_one_waits_for_more() -> None:
    both = threading.Barrier(2)
    lanes = Lanes(2, lambda sql: None if sql == "first" else both.wait(timeout=20))  # type: ignore[arg-type, return-value]
    lanes.soon("first")
    lanes.ended()
    for sql in ("second", "third"):
        lanes.soon(sql)
    lanes.ended()


def test_where_no_thread_can_be_had_nothing_waits_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done: list[str] = []
    lanes = Lanes(2, done.append)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            lanes.soon("one")
    lanes.soon("two")
    lanes.ended()
    assert done == ["one", "two"]


def test_what_was_given_up_in_the_middle_can_be_given_up_again() -> None:
    began, goes_on = threading.Event(), threading.Event()

    def run(sql: str) -> None:
        began.set()
        goes_on.wait(20)

    lanes = Lanes(1, run)
    lanes.soon("slow", "__a")
    lanes.soon('SELECT "__a"', "__b")
    began.wait(20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes._changed, "wait", lambda timeout=None: _interrupt())
        with pytest.raises(KeyboardInterrupt):
            lanes.give_up()
    goes_on.set()
    lanes.give_up()
    lanes.soon('SELECT "__b"')
    lanes.ended()


def _interrupt() -> bool:
    raise KeyboardInterrupt


def test_a_database_that_nobody_holds_is_gone_at_once() -> None:
    gc.disable()
    try:
        database = connect(threads=2)
        database.soon("SELECT 1")
        database.ended()
        gone = weakref.ref(database)
        del database
        assert gone() is None
    finally:
        gc.enable()


def test_lanes_end_by_themselves() -> None:
    database, before = connect(threads=2), threading.active_count()
    for i in range(10):
        database.soon(f"SELECT {i}")
    database.ended()
    until = time.monotonic() + 20
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_many_statements_run_on_one_core_each_until_all_are_wanted_again() -> None:
    database = connect(threads=2)
    database.spread(40)
    assert _cores(database) == 1
    database.whole()
    assert _cores(database) == 2
    database.spread(3)
    assert _cores(database) == 2, "few large ones have all"
    database.workers = 1  # as with facts in memory
    database.spread(40)
    assert _cores(database) == 2, "what goes one by one has all"


def _cores(database: DuckDatabase) -> int:
    return int(database.value("SELECT current_setting('threads')"))


def test_tables_that_one_connection_alone_knows_are_read_in_its_own_thread() -> None:
    database = connect(threads=2)
    database.workers = 1
    database.run('CREATE TEMP TABLE "__own" AS SELECT 3 AS n')
    database.soon(*make("__copy", 'SELECT n FROM "__own"'))
    assert database.value('SELECT n FROM "__copy"') == 3


@settings(deadline=None)
@given(st.data())
def test_each_runs_once_and_never_before_what_it_reads(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 25))
    reads = [data.draw(st.sets(st.integers(0, i - 1), max_size=4)) if i else set() for i in range(number)]
    done, lock, early = list[int](), threading.Lock(), list[int]()

    def run(sql: str) -> None:
        made, *before = (int(name) for name in sql.replace('"__', " ").replace('"', " ").split())
        with lock:
            early.extend(b for b in before if b not in done)
            done.append(made)

    lanes, urgent = Lanes(data.draw(st.integers(2, 4)), run), urgency(reads)
    for i, before in enumerate(reads):
        lanes.soon(" ".join(f'"__{n}"' for n in [i, *before]), f"__{i}", urgent=urgent[i])
    lanes.ended()
    assert sorted(done) == list(range(number)) and not early


def test_what_the_longest_row_builds_on_is_the_most_urgent() -> None:
    assert urgency([[], [0], [], [1], [2]]) == [2, 1, 1, 0, 0]


def test_views_of_files_stand_for_what_is_read_and_not_for_texts(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    pq.write_table(pa.table({"fact_id": ["a"], "note": ["x"]}), path)
    database = connect(threads=2)
    query = f"SELECT * FROM read_parquet({text_literal(str(path))})"
    database.open("event", query, query)
    told = """SELECT 'see "r_event" and it''s "r_event"', e."fact_id" FROM "r_event" e JOIN "r_event" USING ("note")"""
    assert database.rows(told) == [('see "r_event" and it\'s "r_event"', "a")]
    database.soon('CREATE TABLE "__a" AS SELECT "note" FROM "r_event"', "__a")
    assert database.table('SELECT * FROM "__a"').to_pylist() == [{"note": "x"}]
    assert database.connection.execute("SELECT fact_id FROM r_event").fetchall() == [("a",)]


def test_a_view_that_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "event.parquet"
    database = connect(threads=1)
    database.open("event", f"SELECT * FROM read_parquet('{path}')", "")
    for _ in range(2):
        with pytest.raises(duckdb.IOException):
            _ = database.connection
    pq.write_table(pa.table({"fact_id": ["a"]}), path)
    assert database.connection.execute("SELECT fact_id FROM r_event").fetchall() == [("a",)]


def test_a_number_out_of_range_has_one_code_in_every_way_of_asking(database: DuckDatabase) -> None:
    for ask in (database.run, database.rows, database.table):
        with pytest.raises(InnoCityError) as error:
            ask(TOO_LARGE)
        assert error.value.code == "E-OVERFLOW"


def test_a_database_that_cannot_be_opened_says_so_to_whoever_asks_it() -> None:
    database = connect(threads=2, memory="much")
    for _ in range(2):
        with pytest.raises(duckdb.Error, match="number"):
            database.run("SELECT 1")
    database.close()


def test_statements_side_by_side_share_few_cursors_also_after_one_failed() -> None:
    database = connect(threads=2)
    for i in range(40):
        database.soon(MISSING if i == 20 else f'CREATE TABLE "__k{i}" AS SELECT {i} AS n', f"__k{i}")
    with pytest.raises(duckdb.Error):
        database.ended()
    assert len(tables(database)) == 39 and len(database._cursors) <= 2
    database.soon(*make("__after", "SELECT 1 AS n"))
    assert database.value('SELECT n FROM "__after"') == 1
    database.close()
    with pytest.raises(duckdb.Error):
        database.run("SELECT 1")


def test_a_cursor_that_another_has_just_taken_is_not_missed() -> None:
    """Between the look whether one is free and the taking of it, another may come."""

    class Taken(list[duckdb.DuckDBPyConnection]):
        def __bool__(self) -> bool:
            return True

    opened: Future[duckdb.DuckDBPyConnection] = Future()
    opened.set_result(duckdb.connect())
    duck._run_beside(opened, Taken(), "CREATE TABLE t AS SELECT 1 AS n")
    assert opened.result().execute("SELECT n FROM t").fetchall() == [(1,)]


@pytest.mark.parametrize("seconds", [0, 0.002, 0.005, 0.01])
def test_a_process_may_end_while_a_database_is_opened(seconds: float) -> None:
    program = f"import sys, time, innocity.plan.duck as d; d.connect(2); time.sleep({seconds}); sys.exit(2)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
