"""Registers that several clauses read are read once, and nothing of it shows in the results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from innocity.engines.rules import narrow_sql
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.finish_sql import Options
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.totals_sql import Shared
from innocity.packs.load import load_pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from tests.engines.rules.test_real_packs import made
from tests.engines.rules.world import duck_engine

NEVER, ALWAYS = 10**9, 1


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_rows_kept_in_memory_give_what_registers_give(city: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in (1, 2):
        plan, facts = made(city, seed)
        found = []
        for least in (NEVER, ALWAYS):
            with monkeypatch.context() as patch:
                patch.setattr(narrow_sql, "LEAST", least)
                found.append(duck_engine(plan, facts))
        assert found[0] == found[1]


def test_a_register_that_many_clauses_read_is_read_once() -> None:
    plan = compile_rules(load_pack("weihai"), 2023, date(2023, 12, 31))
    settling = Settling(plan, connect(threads=1), DUCKDB, Options())
    by_row = [c for c in settling._by_row() if c.source is not None and c.source.register == "innovation_platform"]
    assert len(by_row) > 10, "many clauses speak of platforms"
    year = [c for c in by_row if settling.emit.scan_of(c).years == settling.emit.scan_of(by_row[0]).years]
    assert len(year) > 10
    assert not any('"r_innovation_platform"' in settling.emit.rows_of(c) for c in year)
    held = [sql for sql in settling._narrowing.queries.values() if '"r_innovation_platform"' in sql]
    assert len(held) == 1


def test_a_table_is_named_after_what_it_holds() -> None:
    """Variants whose clauses read the same rows share the table; one that asks for others never finds it."""
    pack = load_pack("weihai")
    names = []
    for year in (2022, 2023, 2023):
        plan = compile_rules(pack, year, date(year, 12, 31))
        names.append(set(Settling(plan, connect(threads=1), DUCKDB, Options())._narrowing.queries))
    assert names[1] == names[2] and not names[0] & names[1]


def test_variants_that_ask_for_other_parties_do_not_share_who_they_are() -> None:
    """The rows of organisations are kept for the parties of a variant; the next asks for one more."""
    plan = compile_rules(load_pack("weihai"), 2023, date(2023, 12, 31))
    day = date(2023, 6, 30)
    same = {"valid_from": date(2020, 1, 1), "registration_class": "private", "registered_division": "371002"}
    facts = {
        "organization": [{"fact_id": f"o{p}", "party_id": p, **same} for p in ("one", "two")],
        "contract_payment": [{
            "fact_id": "c1", "party_id": "one", "contract_type": "development", "filed": True, "paid_on": day,
            "counterpart_kind": "university", "amount": 10_000_000,
        }],
        "insurance_premium": [{
            "fact_id": "i1", "party_id": "two", "product": "linked_finance", "paid_on": day, "amount": 1,
            "premium": 10_000_000,
        }],
    }  # fmt: skip
    few = replace(plan, clauses=tuple(c for c in plan.clauses if c.id != "contract_payment_subsidy"))
    database, shared = connect(threads=1), Shared()
    found = open_facts(database, plan.pack, arrow_tables(plan, facts), plan.as_of, registers_read(plan))
    options = replace(options_for(found, plan, database), exclusions=True)
    for one in (few, plan):
        settling = Settling(one, database, DUCKDB, options, shared=shared)
        settling.base_facts()
        settling.awards()
    given = {(a.clause, a.party) for a in fetch_awards(database)}
    assert {("contract_payment_subsidy", "one"), ("linked_finance_insurance", "two")} <= given


def test_what_failed_while_tables_were_made_is_made_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, facts = made("weihai", 1)
    database, shared = connect(threads=1), Shared()
    found = open_facts(database, plan.pack, arrow_tables(plan, facts), plan.as_of, registers_read(plan))
    options = options_for(found, plan, database)
    run = DuckDatabase.run

    def fails_on_subjects(self: DuckDatabase, sql: str) -> None:
        if sql.startswith('CREATE OR REPLACE TABLE "__subjects"'):
            raise MemoryError
        run(self, sql)

    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr(DuckDatabase, "run", fails_on_subjects)
        Settling(plan, database, DUCKDB, options, shared=shared).base_facts()
    again = Settling(plan, database, DUCKDB, options, shared=shared)
    again.base_facts()
    again.awards()
    assert fetch_awards(database) == duck_engine(plan, facts)
