"""A small simulated city, settled once, in a folder of its own; and the command line as people type it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from innocity.cli.main import app

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


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
