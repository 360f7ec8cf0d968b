"""Engines for tests: each test that takes `other` or `awards_of` runs with DuckDB and with PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from innocity.engines.rules.award import Award
from innocity.engines.rules.postgres import PostgresEngine
from tests.engines.rules.compare import Engine
from tests.engines.rules.world import agreed, duck_engine


@pytest.fixture(scope="session")
def postgres_engine(postgres: str) -> Iterator[PostgresEngine]:
    """PostgreSQL on one connection."""
    engine = PostgresEngine(postgres)
    yield engine
    engine.close()


@pytest.fixture(params=["duckdb", "postgres"])
def other(request: pytest.FixtureRequest) -> Engine:
    """The engine that is compared with the reference."""
    found: Engine = duck_engine if request.param == "duckdb" else request.getfixturevalue("postgres_engine")
    return found


@pytest.fixture
def awards_of(other: Engine) -> Callable[..., list[Award]]:
    """Awards of clauses over facts, alike in the reference and the other engine."""
    return partial(agreed, other)
