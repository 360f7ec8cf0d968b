"""The small city, new for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packs.world import make_city


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the small city; it is also where cities are looked for."""
    folder = make_city(tmp_path / "cities")
    monkeypatch.setenv("INNOCITY_CITIES", str(tmp_path / "cities"))
    return folder
