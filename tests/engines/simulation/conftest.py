"""A simulated Weihai at scale 1, made once a session, and a small one for what does not need the size."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from innocity.engines.simulation import simulate
from innocity.packs.load import load_pack
from innocity.packs.model import Pack


@pytest.fixture(scope="session")
def weihai() -> Pack:
    return load_pack("weihai")


@pytest.fixture(scope="session")
def whole(weihai: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60,000 firms."""
    out = tmp_path_factory.mktemp("simulated") / "weihai"
    simulate(weihai, out=out)
    return out


@pytest.fixture(scope="session")
def small(weihai: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 firms."""
    out = tmp_path_factory.mktemp("simulated") / "small"
    simulate(weihai, firms=3_000, out=out)
    return out


class Query:
    """SQL over the files of a folder: `{register}` is a register's file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, text: str) -> list[tuple]:
        names = {path.stem: f"read_parquet('{path}')" for path in self.folder.glob("*.parquet")}
        with duckdb.connect() as database:
            return database.execute(text.format(**names)).fetchall()

    def one(self, text: str) -> object:
        return self.rows(text)[0][0]


@pytest.fixture(scope="session")
def facts(whole: Path) -> Query:
    return Query(whole)
