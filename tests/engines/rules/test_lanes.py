"""Real packs settled from files by several threads at a time give what the reference gives."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.rules.award import Award
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.finish_sql import Named
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.totals_sql import Shared
from innocity.packs.load import load_pack
from innocity.plan import duck
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from tests.engines.rules.compare import Rows, differences
from tests.engines.rules.test_real_packs import made
from tests.engines.rules.world import clause, duck_engine, facts_of, pack_of, plan_of, reference_engine

DAY = date(2023, 6, 30)


def opened(
    plan: RulesPlan, facts: Rows, folder: Path, threads: int, rows_each: int | None = None
) -> tuple[DuckDatabase, set[str]]:  # fmt: skip
    """A database of several workers over facts in files."""
    for name, table in arrow_tables(plan, facts).items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=rows_each)
    database = connect(threads)
    return database, open_facts(database, plan.pack, folder, plan.as_of, registers_read(plan))


def settling(plan: RulesPlan, database: DuckDatabase, found: set[str], shared: Shared | None = None) -> Settling:
    return Settling(plan, database, DUCKDB, options_for(found, plan, database), shared=shared or Shared())


def settled(
    plan: RulesPlan, facts: Rows, folder: Path, threads: int, rows_each: int | None = None
) -> list[Award]:  # fmt: skip
    database, found = opened(plan, facts, folder, threads, rows_each)
    return evaluated(settling(plan, database, found), database)


def evaluated(one: Settling, database: DuckDatabase) -> list[Award]:
    one.base_facts()
    one.awards()
    return fetch_awards(database)


@pytest.mark.parametrize("threads", [2, 5])
@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_many_statements_side_by_side_give_what_the_reference_gives(city: str, threads: int, tmp_path: Path) -> None:
    plan, facts = made(city, 3)
    assert differences(reference_engine(plan, facts), settled(plan, facts, tmp_path, threads)) == []


def test_base_facts_go_once_they_are_read(tmp_path: Path) -> None:
    """What memory is wanted for is the results; reforms keep their base facts."""
    plan, facts = made("weihai", 2)
    database, found = opened(plan, facts, tmp_path, 2)
    for shared in (None, Shared()):
        options = options_for(found, plan, database)
        one = Settling(plan, database, DUCKDB, options) if shared is None else settling(plan, database, found, shared)
        assert differences(reference_engine(plan, facts), evaluated(one, database)) == []
        names = {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}
        assert bool({n for n in names if n.startswith("__base_")}) == (shared is not None)


def test_few_statements_give_the_same(tmp_path: Path) -> None:
    plan, facts = made("weihai", 4)
    kept = [c for c in plan.clauses if c.id in ("contract_payment_subsidy", "hnte_reward", "talent_card_services")]
    alone = replace(plan, clauses=tuple(kept), groups=(), pools=())
    assert differences(reference_engine(alone, facts), settled(alone, facts, tmp_path, 2)) == []


def test_variants_begun_before_others_have_ended_keep_to_their_own_tables(tmp_path: Path) -> None:
    """Base facts of two variants are under way when the first is settled, with one table for what both read."""
    plan, facts = made("weihai", 5)
    database, found = opened(plan, facts, tmp_path, 2)
    other = compile_rules(plan.pack, plan.year, plan.as_of, {"contract_payment_subsidy.cap": "1万元"})
    shared = Shared()
    first, second = settling(plan, database, found, shared), settling(other, database, found, shared)
    for one in (first, second):
        one.base_facts()
    for one, variant in ((second, other), (first, plan)):
        one.awards()
        assert differences(reference_engine(variant, facts), fetch_awards(database)) == []
    assert not shared.under_way and len(set(shared.bases.values())) == len(shared.bases)


@pytest.mark.parametrize("threads", [1, 3])
def test_sums_of_large_files_take_less_memory_and_give_the_same(
    threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "LARGE", 0)
    plan, facts = made("weihai", 6)
    database, found = opened(plan, facts, tmp_path, threads)
    one = settling(plan, database, found)
    assert differences(reference_engine(plan, facts), evaluated(one, database)) == []
    assert [q for q in one.shared.bases if "sum_no_overflow" in q]


@pytest.mark.parametrize(("most", "statistics", "small"), [
    (2**61, True, True), (-(2**61), True, True), (2**62, True, False), (-(2**62), True, False), (5, False, False),
    (None, True, True),
])  # fmt: skip
def test_which_sums_cannot_leave_64_bits_is_read_from_the_file(
    most: int | None, statistics: bool, small: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three rows in two parts: the second has no number at all."""
    monkeypatch.setattr(duck, "LARGE", 0)
    pack = pack_of([clause("c", register="event", counts_on="day", amount={"of": "sum(amount)"})])
    rows = [{"party_id": "A", "day": DAY, "amount": fen} for fen in (most, 1 if most else None, None)]
    table = arrow_tables(plan_of(pack), facts_of(pack, {"event": rows}))["event"]
    pq.write_table(table, tmp_path / "event.parquet", row_group_size=2, write_statistics=statistics)
    database = connect(1)
    open_facts(database, pack, tmp_path, DAY, ["event"])
    asked = {("event", "amount"), ("other", "amount")}
    assert database.small_sums(asked) == ({("event", "amount")} if small else set())


@pytest.mark.parametrize("large", [0, 2**25])
def test_a_number_out_of_range_stops_the_run_and_the_next_one_works(
    large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "LARGE", large)
    plan = compile_rules(load_pack("weihai"), 2023, date(2023, 12, 31))
    payment = {"party_id": "one", "contract_type": "development", "filed": True, "paid_on": DAY, "valid_from": DAY,
               "counterpart_kind": "university", "amount": 2**62}  # fmt: skip
    facts: Rows = {"contract_payment": [{"fact_id": f"c{i}", **payment} for i in range(4)]}
    database, found = opened(plan, facts, tmp_path, 2)
    shared = Shared()
    for _ in range(2):
        one = settling(plan, database, found, shared)
        with pytest.raises(InnoCityError) as error:
            one.base_facts()
            one.awards()
        assert error.value.code == "E-OVERFLOW" and not shared.under_way
    few = {"contract_payment": [{"fact_id": "c1", **payment, "amount": 10_000_000}]}
    pq.write_table(arrow_tables(plan, few)["contract_payment"], tmp_path / "contract_payment.parquet")
    one = settling(plan, database, found, shared)
    assert differences(reference_engine(plan, few), evaluated(one, database)) == []


def test_after_a_failure_the_next_variant_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who the beneficiaries are could not be written down for a variant: nobody may take what stood there for it."""
    a = clause("a", register="event", counts_on="day", amount={"of": "sum(amount)"}, subject="employees >= 1")
    b = clause("b", register="state", counts_on="since", amount={"of": "sum(value)"}, subject="employees >= 1")
    few, both = plan_of(pack_of([a])), plan_of(pack_of([a, b]))
    facts = facts_of(both.pack, {
        "event": [{"party_id": "P", "day": DAY, "amount": 100}],
        "state": [{"party_id": "Q", "since": DAY, "value": 700}],
        "organization": [{"party_id": "P", "employees": 5}, {"party_id": "Q", "employees": 5}],
    })  # fmt: skip
    database, found = opened(both, facts, tmp_path, 2)
    shared = Shared()

    def variant(plan: RulesPlan) -> list[Award]:
        return evaluated(settling(plan, database, found, shared), database)

    assert differences(reference_engine(few, facts), variant(few)) == []
    run = duck._run

    def fails(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        if 'TABLE "__subjects"' in sql:
            raise MemoryError
        run(connection, sql)

    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr(duck, "_run", fails)
        variant(both)
    assert differences(reference_engine(both, facts), variant(both)) == []


def test_what_stops_a_run_is_told_before_what_is_wrong_with_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = clause("a", register="event", counts_on="day", object=["tech"], where="kind == 'first'", amount="1元",
               gate={"method": "择优"})  # fmt: skip
    b = clause("b", register="state", counts_on="since", object=["project"], when=["ok"],
               amount={"each": "1元", "times": "score"})  # fmt: skip
    plan = plan_of(pack_of([a, b]))
    facts = facts_of(plan.pack, {
        "event": [{"party_id": "P", "day": DAY, "tech": "t", "kind": "first"}],
        "state": [{"party_id": "Q", "since": DAY, "project": "x", "score": 2**62, "ok": True}],
        "decision": [{"party_id": "P", "clause": "a", "object": "t", "year": 2023, "selected": True, "sum": 99_999}],
    })  # fmt: skip
    run = duck._run

    def late(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        if "'b'" in sql and "__settled" in sql:
            time.sleep(0.05)
        run(connection, sql)

    monkeypatch.setattr(duck, "_run", late)
    with pytest.raises(InnoCityError) as error:
        settled(plan, facts, tmp_path, 2)
    assert error.value.code == "E-OVERFLOW"


def test_of_organisations_that_stand_twice_at_the_end_of_a_year_the_later_row_counts() -> None:
    """By the day from which it holds, then by its id; rows that have ended do not count."""
    plan = compile_rules(load_pack("weihai"), 2023, date(2023, 12, 31))
    paid = {"contract_type": "development", "filed": True, "paid_on": DAY, "counterpart_kind": "university",
            "amount": 100_000_00}  # fmt: skip
    states = {  # a bank gets nothing of it
        "later": [("a", date(2020, 1, 1), None, "bank"), ("b", date(2021, 1, 1), None, "private")],
        "same_day": [("a", date(2020, 1, 1), None, "bank"), ("b", date(2020, 1, 1), None, "private")],
        "ended": [("a", date(2020, 1, 1), None, "private"), ("b", date(2021, 1, 1), date(2023, 2, 1), "bank")],
        "bank": [("a", date(2020, 1, 1), None, "private"), ("b", date(2021, 1, 1), None, "bank")],
        "single": [("a", date(2020, 1, 1), None, "private")],
    }
    facts: Rows = {
        "organization": [
            {"fact_id": f"{party}-{fact}", "party_id": party, "valid_from": start, "valid_to": end,
             "registration_class": kind, "registered_division": "371002", "status": "active"}
            for party, rows in states.items() for fact, start, end, kind in rows
        ],
        "contract_payment": [{"fact_id": f"c-{party}", "party_id": party, **paid} for party in states],
    }  # fmt: skip
    awards = duck_engine(plan, facts)
    given = {a.party for a in awards if a.clause == "contract_payment_subsidy" and a.computed}
    assert given == {"later", "same_day", "ended", "single"}
    assert differences(reference_engine(plan, facts), awards) == []


def test_what_was_recorded_later_is_left_out(tmp_path: Path) -> None:
    plan = compile_rules(load_pack("weihai"), 2023, date(2023, 12, 31))
    paid = {"contract_type": "development", "filed": True, "paid_on": DAY, "counterpart_kind": "university",
            "amount": 100_000_00}  # fmt: skip
    days = {"before": date(2023, 7, 1), "on_the_day": date(2023, 12, 31), "unknown": None}
    for later in ({}, {"after": date(2024, 1, 1)}):
        rows = [{"fact_id": p, "party_id": p, "recorded_at": at, **paid} for p, at in (days | later).items()]
        firms = [{"fact_id": p, "party_id": p, "valid_from": date(2020, 1, 1), "registration_class": "private"}
                 for p in (*days, "after")]  # fmt: skip
        awards = settled(plan, {"contract_payment": rows, "organization": firms}, tmp_path, 2)
        assert {a.party for a in awards if a.clause == "contract_payment_subsidy"} == set(days)


def test_what_decisions_name_is_asked_once_and_not_before_sums_are_under_way(tmp_path: Path) -> None:
    plan, facts = made("weihai", 1)
    database, found = opened(plan, facts, tmp_path, 2)
    asked: list[Named] = []

    def named(given: Callable[[], Named]) -> Named:
        asked.append(given())
        return asked[-1]

    options = options_for(found, plan, database)
    assert options.named is not None
    one = Settling(plan, database, DUCKDB, replace(options, named=cache(partial(named, options.named))))
    one.base_facts()
    assert not asked
    one.awards()
    assert len(asked) == 1 and asked[0].decided


def test_results_are_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, facts = made("weihai", 1)
    database, found = opened(plan, facts, tmp_path, 2)
    before = evaluated(settling(plan, database, found), database)
    run = duck._run

    def fails(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        if sql.startswith('INSERT INTO "__settled_3"'):
            raise MemoryError
        run(connection, sql)

    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr(duck, "_run", fails)
        evaluated(settling(plan, database, found), database)
    with pytest.raises(duckdb.CatalogException):
        database.rows("SELECT * FROM __awards")
    assert evaluated(settling(plan, database, found), database) == before


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "shared"])
@pytest.mark.parametrize("fails_at", [None, 3, 60, 75])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("first", ["totals", "awards"])
def test_what_has_been_asked_once_may_be_asked_again(
    first: str, threads: int, fails_at: int | None, alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a failure, and after totals: nothing that has gone is taken to stand."""
    plan, facts = made("weihai", 1)
    database, found = opened(plan, facts, tmp_path, threads)
    one = Settling(plan, database, DUCKDB, options_for(found, plan, database), shared=Shared(alone=alone))
    one.base_facts()
    run, left = duck._run, [fails_at]

    def fails(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        if left[0] is not None:
            left[0] -= 1
            if not left[0]:
                raise MemoryError
        run(connection, sql)

    with monkeypatch.context() as patch, contextlib.suppress(MemoryError):
        patch.setattr(duck, "_run", fails)
        getattr(one, first)()
    one.awards()
    again = fetch_awards(database)
    assert differences(reference_engine(plan, facts), again) == []
    pools = list(one.pools)
    one.awards()
    assert fetch_awards(database) == again and one.pools == pools
