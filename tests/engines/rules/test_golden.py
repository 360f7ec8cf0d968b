"""Every golden case of every city holds in the reference, in DuckDB and in PostgreSQL, with the same awards."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from innocity.engines.rules.cases import read_cases, reference_engine, run_case
from innocity.engines.rules.postgres import PostgresEngine
from innocity.packs.load import cities_root, known_cities, load_pack
from innocity.packs.model import Pack
from tests.engines.rules.compare import Engine
from tests.engines.rules.world import duck_engine

FILES = [
    pytest.param(city, path, id=f"{city}/{path.stem}")
    for city in known_cities()
    for path in sorted((cities_root() / city / "cases").glob("**/*.yaml"))
]


@cache
def _pack(city: str) -> Pack:
    return load_pack(city)


def _problems(city: str, path: Path, name: str, engine: Engine) -> list[str]:
    """What does not hold, a line a problem; `run_case` also compares the engines' rows with each other."""
    found = []
    cases = read_cases(path)
    assert cases
    for case in cases:
        outcome = run_case(_pack(city), case, {"reference": reference_engine, name: engine})
        found += [f"{case.place} {case.says}: {problem}" for problem in outcome.problems]
    return found


@pytest.mark.parametrize(("city", "path"), FILES)
def test_cases_hold_in_duckdb(city: str, path: Path) -> None:
    assert _problems(city, path, "duckdb", duck_engine) == []


@pytest.mark.parametrize(("city", "path"), FILES)
def test_cases_hold_in_postgresql(city: str, path: Path, postgres_engine: PostgresEngine) -> None:
    assert _problems(city, path, "postgresql", postgres_engine) == []
