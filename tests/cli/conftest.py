"""A small simulated city, settled once, in a folder of its own; and the command line as people type it.

`here` has all clauses of Weihai; `town` the same facts and two of the clauses, which takes a fifth of the time.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from innocity.cli.main import app
from tests.cli.town import write_town

Run = Callable[..., Result]
FIRMS = "300"


def typed(*words: str | Path, code: int = 0) -> Result:
    """Run a command line in this process; it must end with `code`."""
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
    assert result.exit_code == code, f"{result.exit_code}: {result.stdout}{result.stderr}{result.exception!r}"
    return result


def data(*words: str | Path, code: int = 0) -> Any:
    """A command's JSON; stderr must be silent, as its notices go there only for people."""
    return json.loads(typed(*words, "--json", code=code).stdout)


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which Weihai has been simulated and settled, with the default places."""
    folder = tmp_path_factory.mktemp("cli")
    before = Path.cwd()
    os.chdir(folder)
    try:
        typed("simulate", "weihai", "--firms", FIRMS)
        typed("settle", "weihai")
    finally:
        os.chdir(before)
    yield folder


@pytest.fixture
def here(settled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder as the current one; tests leave its facts and runs as they are."""
    monkeypatch.chdir(settled)
    return settled


@pytest.fixture(scope="session")
def settled_town(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those facts, settled by a Weihai that promises two things only; its cities stand in `cities`."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(settled / "var/weihai/facts", folder / "var/weihai/facts")
    write_town(folder / "cities")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("INNOCITY_CITIES", str(folder / "cities"))
        typed("settle", "weihai")
    return folder


@pytest.fixture
def town(settled_town: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder as the current one, and its Weihai as the one that commands know."""
    monkeypatch.chdir(settled_town)
    monkeypatch.setenv("INNOCITY_CITIES", str(settled_town / "cities"))
    return settled_town


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
