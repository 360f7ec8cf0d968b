"""Statements side by side: what builds on another waits for it, errors are those of the list, nothing is left out."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.plan.duck import DuckDatabase, Order, connect

MISSING = "SELECT * FROM nowhere"
TOO_LARGE = "SELECT CAST(9223372036854775807 AS BIGINT) + range FROM range(2)"


@pytest.fixture(params=[1, 2, 4])
def database(request: pytest.FixtureRequest) -> DuckDatabase:
    return connect(threads=request.param)


def chain(length: int) -> tuple[list[str], list[set[int]]]:
    """Tables of which each reads the one before."""
    made = ["CREATE TABLE t0 AS SELECT 1 AS n"]
    made += [f"CREATE TABLE t{i} AS SELECT n + 1 AS n FROM t{i - 1}" for i in range(1, length)]
    return made, [set() if i == 0 else {i - 1} for i in range(length)]


def test_what_builds_on_another_waits_for_it(database: DuckDatabase) -> None:
    made, after = chain(20)
    ended: list[int] = []
    database.run_all(made, ended.append, after)
    assert database.value("SELECT n FROM t19") == 20 and ended == list(range(20))


def test_all_that_is_independent_runs(database: DuckDatabase) -> None:
    ended: list[int] = []
    database.run_all([f"CREATE TABLE s{i} AS SELECT {i} AS n" for i in range(50)], ended.append)
    assert sorted(ended) == list(range(50)) and database.value("SELECT n FROM s49") == 49


def test_the_first_error_of_the_list_is_raised_and_what_does_not_build_on_it_runs() -> None:
    database = connect(threads=2)
    made = ["CREATE TABLE a AS SELECT 1 AS n", TOO_LARGE, MISSING, "CREATE TABLE b AS SELECT n FROM a",
            "CREATE TABLE c AS SELECT 1 AS n"]  # fmt: skip
    with pytest.raises(InnoCityError) as found:
        database.run_all(made, after=[set(), set(), set(), {0}, {1}])
    assert found.value.code == "E-OVERFLOW"
    names = {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}
    assert names == {"a", "b"}, "c builds on what failed"


def test_while_others_run_the_body_runs_too_and_all_have_ended_after_it(database: DuckDatabase) -> None:
    ended: list[int] = []
    with database.meanwhile([f"CREATE TABLE m{i} AS SELECT {i} AS n" for i in range(12)], ended.append):
        database.run("CREATE TABLE body AS SELECT 7 AS n")
        database.run_all([f"CREATE TABLE within{i} AS SELECT n FROM body" for i in range(3)])
    assert sorted(ended) == list(range(12)) and database.value("SELECT count(*) FROM duckdb_tables()") == 16
    assert database.workers == database.threads, "afterwards all workers are there again"


def test_errors_beside_the_body_are_raised_when_it_is_left_its_own_first(database: DuckDatabase) -> None:
    with pytest.raises(InnoCityError), database.meanwhile(["SELECT 1", TOO_LARGE, "SELECT 2"]):
        database.run("CREATE TABLE body AS SELECT 1")
    assert database.value("SELECT count(*) FROM duckdb_tables()") == 1
    with pytest.raises(RuntimeError), database.meanwhile([TOO_LARGE] * 20):
        raise RuntimeError("its own")
    assert database.value("SELECT 5") == 5 and database.workers == database.threads


def test_many_statements_run_on_one_core_each_and_afterwards_on_all() -> None:
    database, seen = connect(threads=2), list[int]()
    database.run_all(["SELECT 1"] * 40, lambda i: seen.append(_cores(database)))
    assert set(seen) == {1} and _cores(database) == 2


def _cores(database: DuckDatabase) -> int:
    return int(database.value("SELECT current_setting('threads')"))


def test_tables_that_one_connection_alone_knows_are_read_in_its_own_thread() -> None:
    database = connect(threads=2)
    database.workers = 1
    database.run("CREATE TEMP TABLE own AS SELECT 3 AS n")
    with database.meanwhile(["CREATE TABLE copy AS SELECT n FROM own"]):
        assert threading.active_count() >= 1
    assert database.value("SELECT n FROM copy") == 3


@given(st.data())
def test_an_order_gives_each_once_and_never_before_what_it_builds_on(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 25))
    after = [data.draw(st.sets(st.integers(0, i - 1), max_size=4)) if i else set() for i in range(number)]
    order, done = Order(number, after), list[int]()
    while order.ready:
        one = order.ready.pop(0)
        assert after[one] <= set(done)
        done.append(one)
        order.ended(one)
    assert sorted(done) == list(range(number))
