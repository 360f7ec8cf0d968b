"""Random packs over random cities: reference, DuckDB and PostgreSQL give the same rows, to the fen.

A hundred examples by default, 1,500 with INNOCITY_THOROUGH=1 (`make check-thorough`); the same
ones each time.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.postgres import PostgresEngine
from innocity.packs.model import Pack
from tests.engines.rules.cities import cities, decided
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Engine, Rows, differences, evaluate
from tests.engines.rules.reduce import differ, reduced, spec_of
from tests.engines.rules.world import duck_engine, plan_of

THOROUGH = bool(os.environ.get("INNOCITY_THOROUGH"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
SLOW += [HealthCheck.function_scoped_fixture]


def examples(usual: int, thorough: int) -> settings:
    """So many examples; the same ones each time unless thorough. What fails is made small by `reduce`."""
    return settings(
        max_examples=thorough if THOROUGH else usual, derandomize=not THOROUGH, deadline=None, database=None,
        suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate], print_blob=True,
    )  # fmt: skip


def assert_equal(pack: Pack, facts: Rows, other: Engine, ours: Engine = reference_engine) -> None:
    """Two engines agree; if not, the smallest pack and facts found are shown."""
    plan = plan_of(pack)
    try:
        found = differences(evaluate(ours, plan, facts), evaluate(other, plan, facts))
    except Exception as error:  # an engine that breaks is made small too
        found = [repr(error)]
    if found:
        spec = reduced(spec_of(pack, facts), ours, other, seconds=40)
        raise AssertionError(f"{differ(spec, ours, other) or found}\n{_shown(spec)}")


def _shown(spec: dict[str, Any]) -> str:
    return json.dumps({k: v for k, v in spec.items() if v}, ensure_ascii=False, indent=1, default=str)


def assert_random_examples_equal(seeded: int, other: Engine) -> None:
    """Twenty packs and cities that follow from a seed."""

    @seed(seeded)
    @settings(examples(20, 20), derandomize=False)
    @given(packs(), cities(), st.data())
    def compared(pack: Pack, city: Rows, data: st.DataObject) -> None:
        assert_equal(pack, decided(data.draw, plan_of(pack), city), other)

    compared()


@pytest.mark.parametrize("part", range(50 if THOROUGH else 3))
def test_duckdb_and_reference_agree(part: int) -> None:
    assert_random_examples_equal(part, duck_engine)


@pytest.mark.parametrize("part", range(25 if THOROUGH else 2))
def test_postgresql_and_reference_agree(part: int, postgres_engine: PostgresEngine) -> None:
    assert_random_examples_equal(1000 + part, postgres_engine)
