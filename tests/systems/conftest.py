"""Systems that the documents name, used as an officer uses them: by the command line, on the real city folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import data, typed


def observe(city: str, unit: str, day: str, *figures: tuple[str, str, str]) -> None:
    """Record figures (indicator or indicator@scope, period, value), all taken on one day."""
    for name, period, value in figures:
        indicator, _, scope = name.partition("@")
        place = ("--scope", scope) if scope else ()
        typed("observe", city, "--indicator", indicator, "--period", period, "--value", value, "--by", unit,
              "--on", day, *place)  # fmt: skip


def lights(city: str, day: str, **targets: str) -> dict[str, str]:
    """The status of each target, given as target=indicator, on a day."""
    found = {}
    for target, indicator in targets.items():
        standings = data("indicators", city, "--only", indicator, "--as-of", day)["standings"]
        found[target] = next(one["status"] for one in standings if one["target"] == target)
    return found


def write(path: str, text: str) -> Path:
    """A file in the current folder, with the folders above it."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
