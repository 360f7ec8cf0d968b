"""Pools shared in proportion: the last fen falls where it falls when all remainders are sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

import duckdb
import pytest

from innocity.engines.rules import pool_sql, postgres
from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.ir import PoolPlan
from innocity.engines.rules.pool_sql import PoolShare
from innocity.engines.rules.postgres import PostgresEngine
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.totals_sql import Shared
from innocity.plan.dialects import DUCKDB, POSTGRES, Dialect
from innocity.plan.duck import connect, open_facts
from innocity.plan.interpret import Run
from innocity.plan.sql import Emitter
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

DAY = date(2023, 7, 1)
PAID = {"register": "event", "counts_on": "day", "amount": {"of": "sum(amount)"}}
Asks = dict[str, dict[str, int]]  # fen by clause and party


@pytest.mark.parametrize("seed", range(8))
def test_remainders_counted_in_parts_and_one_by_one_give_the_same(
    seed: int, awards_of: Callable[..., list[Award]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many of a kind, all different, and products beyond 64 bits; each with parts narrowed once or often."""
    random = Random(seed)
    most = random.choice([3, 10**4, 10**9, 10**15])
    events = [
        {"party_id": f"P{i}", "day": DAY, "amount": random.randint(1, most)} for i in range(random.randint(2, 60))
    ]
    asked = sum(int(e["amount"]) for e in events)
    pool = {
        "id": "q", "sum": f"{max(1, asked // random.randint(101, 400))}元", "share": "pro_rata", "members": ["c"],
    }  # fmt: skip
    found = []
    for few, parts in ((0, 2), (1, 3), (5, 7), (2_000, 1_000)):
        monkeypatch.setattr(pool_sql, "FEW", few)
        monkeypatch.setattr(pool_sql, "PARTS", parts)
        found.append([a.after_pool for a in awards_of([clause("c", **PAID)], {"event": events}, pools=[pool])])
    assert all(fen == found[0] for fen in found)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as made:
        yield made


def paid(connection: duckdb.DuckDBPyConnection, values: list[int], fen: int) -> list[int]:
    """What a pool pays on each, as SQL says it."""
    rows = "SELECT '' AS clause, '' AS object, unnest($1) AS party, unnest($2) AS v"
    connection.execute(
        f"CREATE OR REPLACE TABLE asked AS SELECT *, CAST(v AS BIGINT) AS value FROM ({rows})",
        [[f"{i:05}" for i in range(len(values))], values],
    )
    share = PoolShare(
        PoolPlan("q", fen, ("c",), "pro_rata"), Emitter(DUCKDB, Run(2023, DAY)), "asked",
        lambda sql: connection.execute(sql).fetchall(),
    )  # fmt: skip
    sql = share.expression(sum(values), max(values), len(values))
    return [int(got) for (got,) in connection.execute(f"SELECT {sql} FROM asked ORDER BY party").fetchall()]


def largest_remainders(values: list[int], fen: int) -> list[int]:
    asked = sum(values)
    shares = [value * fen // asked for value in values]
    order = sorted(range(len(values)), key=lambda i: (-(values[i] * fen % asked), i))
    for i in order[: fen - sum(shares)]:
        shares[i] += 1
    return shares


@pytest.mark.parametrize("seed", range(4))
def test_no_fen_is_lost_however_parts_are_cut(
    seed: int, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts of parts do not begin where parts do; what has been counted above must not be counted again."""
    random = Random(seed)
    for _ in range(400):
        few, parts = random.choice([(0, 2), (0, 3), (1, 3), (3, 5), (5, 7)])
        monkeypatch.setattr(pool_sql, "FEW", few)
        monkeypatch.setattr(pool_sql, "PARTS", parts)
        most = random.choice([3, 100, 10**4, 10**9, 10**17])
        values = [random.randint(1, most) for _ in range(random.randint(2, 60))]
        fen = random.randint(1, max(1, sum(values) - 1))
        assert paid(connection, values, fen) == largest_remainders(values, fen)


def test_a_pool_of_many_thousand_awards_pays_all_that_it_holds(connection: duckdb.DuckDBPyConnection) -> None:
    random = Random(5)
    values = [4_000_000 + random.randint(0, 300) * random.randint(0, 3) for _ in range(14_000)]
    for fen in (31_392_665_509, 27_000_000_001, 12_345_678_901):
        assert paid(connection, values, fen) == largest_remainders(values, fen)
        assert sum(paid(connection, values, fen)) == fen


@pytest.mark.parametrize("fen", [[5 * 10**18] * 3, [2**62, 2**62 - 1, 5], [2**63 - 1] * 4 + [0, -5]])
def test_what_is_asked_for_may_leave_64_bits(fen: list[int], awards_of: Callable[..., list[Award]]) -> None:
    events = [{"party_id": f"P{i}", "day": DAY, "amount": asked} for i, asked in enumerate(fen)]
    pool = {"id": "q", "sum": "46116860184273879元", "share": "pro_rata", "members": ["c"]}
    found = awards_of([clause("c", **PAID)], {"event": events}, pools=[pool])
    assert sum(a.after_pool or 0 for a in found) == 4611686018427387900


@pytest.mark.parametrize("alone", [True, False])
def test_a_pool_may_be_shared_twice_in_one_database(alone: bool, postgres_engine: PostgresEngine) -> None:
    pool = {"id": "q", "sum": "1元", "share": "pro_rata", "members": ["c"]}
    plan = plan_of(pack_of([clause("c", **PAID)], pools=[pool]))
    rows = facts_of(plan.pack, {"event": [{"party_id": f"P{i}", "day": DAY, "amount": 100} for i in range(3)]})
    tables = arrow_tables(plan, rows)

    def settled(database: Any, found: set[str], dialect: Dialect) -> None:
        shared, pays = Shared(), []
        for _ in range(2):
            given = {} if alone else {"shared": shared}
            settling = Settling(plan, database, dialect, options_for(found, plan, database), **given)
            settling.base_facts()
            for _ in range(2):
                settling.awards()
                pays.append([a.after_pool for a in fetch_awards(database, dialect)])
        assert pays == [[34, 33, 33]] * 4

    names = registers_read(plan)
    with postgres_engine.database.connection.transaction(force_rollback=True):
        there = postgres_engine.database
        settled(there, postgres.open_facts(there, plan.pack, tables, plan.as_of, names), POSTGRES)
    here = connect(1)
    settled(here, open_facts(here, plan.pack, tables, plan.as_of, names), DUCKDB)


def test_of_those_that_tie_for_the_last_fen_the_first_by_name_get_it(awards_of: Callable[..., list[Award]]) -> None:
    events = [{"party_id": p, "day": DAY, "amount": 100} for p in "EDCBA"]
    pool = {"id": "q", "sum": "3.03元", "share": "pro_rata", "members": ["c"]}
    found = awards_of([clause("c", **PAID)], {"event": events}, pools=[pool])
    assert {a.party: a.after_pool for a in found} == {"A": 61, "B": 61, "C": 61, "D": 60, "E": 60}


def test_an_outer_pool_shares_out_what_an_inner_one_has_left(awards_of: Callable[..., list[Award]]) -> None:
    """c asks for 300 fen, of which the inner pool has 200; then c and d ask the outer one for 300, which has 150."""
    clauses = [clause("c", **PAID), clause("d", **{**PAID, "amount": "1元"})]
    events = [{"party_id": p, "day": DAY, "amount": 300} for p in "A"]
    inner = {"id": "inner", "sum": "2元", "share": "pro_rata", "members": ["c"], "within": "outer"}
    outer = {"id": "outer", "sum": "1.50元", "share": "pro_rata", "members": ["d"]}
    found = awards_of(clauses, {"event": events}, pools=[inner, outer])
    assert {a.clause: (a.after_group, a.after_pool, a.pool_by) for a in found} == {
        "c": (300, 100, "outer"),
        "d": (100, 50, "outer"),
    }
