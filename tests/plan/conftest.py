"""Databases in which expressions are evaluated beside the interpreter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from innocity.engines.rules import postgres
from innocity.plan import duck
from innocity.plan.dialects import DUCKDB, POSTGRES
from tests.plan.table import Table


@pytest.fixture(params=["duckdb", "postgres"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """A table of edge values in either database."""
    if request.param == "duckdb":
        yield Table(duck.connect(threads=1), DUCKDB)
        return
    database = postgres.connect(request.getfixturevalue("postgres"))
    yield Table(database, POSTGRES)
    database.close()
