"""The whole packs of the cities over random facts: the engines agree on every award."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.postgres import PostgresEngine
from innocity.packs.load import load_pack
from innocity.packs.model import Pack
from tests.engines.rules.compare import Engine, Rows, differences
from tests.engines.rules.real_facts import RealFacts
from tests.engines.rules.test_equality import THOROUGH
from tests.engines.rules.world import duck_engine

YEARS = {"weihai": (2023, 2019, 2023, 2021, 2024), "liaocheng": (2021, 2022, 2023)}
SEEDS = range(20) if THOROUGH else range(2)


@cache
def _pack(city: str) -> Pack:
    return load_pack(city)


@cache
def made(city: str, seed: int) -> tuple[RulesPlan, Rows]:
    """A plan of all clauses of a city and random facts, with decisions on some of what they give.

    The same for all who ask: none may change them.
    """
    year = YEARS[city][seed % len(YEARS[city])]
    plan = compile_rules(_pack(city), year, date(year, 12, 31))
    source = RealFacts(plan, seed)
    facts = source.rows()
    return plan, {**facts, **source.decided(reference_engine(plan, facts))}


def assert_agree(city: str, seed: int, engine: Engine) -> None:
    plan, facts = made(city, seed)
    found = reference_engine(plan, facts)
    begun = [c for c in plan.clauses if c.valid_from is None or c.valid_from.year <= plan.year]
    assert len({a.clause for a in found}) > len(begun) // 3, "too few clauses give anything"
    assert sum(a.payable for a in found) > 0
    assert differences(found, engine(plan, facts)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_weihai_in_duckdb(seed: int) -> None:
    assert_agree("weihai", seed, duck_engine)


@pytest.mark.parametrize("seed", SEEDS[: len(SEEDS) // 2])
def test_liaocheng_in_duckdb(seed: int) -> None:
    assert_agree("liaocheng", seed, duck_engine)


@pytest.mark.parametrize("seed", SEEDS[: len(SEEDS) // 2])
def test_weihai_in_postgresql(seed: int, postgres_engine: PostgresEngine) -> None:
    assert_agree("weihai", seed, postgres_engine)
