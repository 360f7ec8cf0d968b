"""Random packs over facts in files, as a run reads them: several statements at a time, with what files tell."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import Settling
from innocity.plan import duck
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import connect, open_facts
from innocity.plan.sql import Emitter
from tests.engines.rules.compare import Rows
from tests.engines.rules.test_equality import THOROUGH, assert_random_examples_equal


def from_files(plan: RulesPlan, facts: Rows) -> list[Award]:
    """The awards, by two threads in a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, table in arrow_tables(plan, facts).items():
            pq.write_table(table, Path(folder) / f"{name}.parquet", row_group_size=3)
        database = connect(2)
        try:
            found = open_facts(database, plan.pack, Path(folder), plan.as_of, registers_read(plan))
            settling = Settling(plan, database, DUCKDB, options_for(found, plan, database))
            settling.base_facts()
            settling.awards()
            return fetch_awards(database)
        finally:
            database.close()


@pytest.fixture(params=[False, True], ids=["joined by row", "joined by key"])
def every_file_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sums are taken in 64 bits wherever they fit; registers that are joined are all smaller, or none is."""
    monkeypatch.setattr(duck, "LARGE", 0)
    monkeypatch.setattr(Emitter, "smaller", lambda self, register, than: request.param)
    yield


@pytest.mark.parametrize("part", range(20 if THOROUGH else 2))
def test_files_and_reference_agree(part: int, every_file_large: None) -> None:
    assert_random_examples_equal(2000 + part, from_files)
