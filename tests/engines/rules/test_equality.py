"""Random packs over random cities: reference, DuckDB and PostgreSQL give the same rows, to the fen.

150 examples by default; INNOCITY_THOROUGH=1 (`make check-thorough`) runs a thousand.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from innocity.engines.rules.cases import reference_engine
from innocity.packs.model import Pack
from tests.engines.rules.cities import cities, decided
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows, differences, evaluate
from tests.engines.rules.world import duck_engine, plan_of

THOROUGH = bool(os.environ.get("INNOCITY_THOROUGH"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def examples(usual: int, thorough: int) -> settings:
    """So many examples; the same ones each time unless thorough."""
    return settings(
        max_examples=thorough if THOROUGH else usual, derandomize=not THOROUGH, deadline=None, database=None,
        suppress_health_check=SLOW, print_blob=True,
    )  # fmt: skip


@examples(150, 1000)
@given(packs(), cities(), st.data())
def test_duckdb_and_reference_agree(pack: Pack, city: Rows, data: st.DataObject) -> None:
    plan = plan_of(pack)
    facts = decided(data.draw, plan, city)
    for clause in pack.clauses.values():
        note(str(clause.model_dump(exclude_defaults=True, by_alias=True)))
    assert differences(evaluate(reference_engine, plan, facts), evaluate(duck_engine, plan, facts)) == []
