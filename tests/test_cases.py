"""Every golden case of every city, in every engine that is there: the one runner of all cases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from innocity.engines.rules.cases import Case, Engine, read_cases, reference_engine, run_case
from innocity.engines.rules.duck_engine import DuckEngine
from innocity.packs.load import cities_root, known_cities, load_pack
from innocity.packs.model import Pack

FILES = [path for city in known_cities() for path in sorted((cities_root() / city / "cases").glob("**/*.yaml"))]
IDS = [path.relative_to(cities_root()).as_posix() for path in FILES]


@cache
def pack_of(city: str) -> Pack:
    return load_pack(city)


@cache
def duckdb() -> DuckEngine:
    return DuckEngine()


def failing(path: Path, engines: dict[str, Engine]) -> list[str]:
    """What does not hold in a file, by place and sentence."""
    cases: list[Case] = read_cases(path)
    assert cases, "the file holds no case"
    outcomes = [run_case(pack_of(case.city), case, engines) for case in cases]
    return [f"{o.case.place} {o.case.says}: {problem}" for o in outcomes for problem in o.problems]


def test_every_city_has_cases() -> None:
    assert {path.parts[-3] for path in FILES} == set(known_cities()) != set()


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_cases_hold_in_duckdb_and_the_reference(path: Path) -> None:
    assert failing(path, {"duckdb": duckdb(), "reference": reference_engine}) == []


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_cases_hold_in_postgres(path: Path, postgres_engine: Engine) -> None:
    """PostgreSQL against the reference; skipped where its programs are not installed."""
    assert failing(path, {"postgres": postgres_engine, "reference": reference_engine}) == []


@pytest.fixture(scope="module")
def postgres_engine(postgres: str) -> Iterator[Engine]:
    """An engine on the session's temporary server."""
    from innocity.engines.rules.postgres import PostgresEngine

    engine = PostgresEngine(postgres)
    yield engine
    engine.close()
