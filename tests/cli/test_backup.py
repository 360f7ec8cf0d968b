"""`innocity backup` and `innocity restore`, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.conftest import data
from tests.cli.instance import DATABASE, working_in
from tests.records import databases


def run(var: Path, database: dict[str, Any], *arguments: str) -> Any:
    """The JSON of a command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INNOCITY_")}
    environment |= {"INNOCITY_VAR": str(var), "INNOCITY_DATA_KEYS": "a:" + "11" * 32, **databases.environment(database)}
    code = "from innocity.cli.main import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--json"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_city_moves_house(tmp_path: Path) -> None:
    """The last look is by a process of its own: what was brought back is there for whoever comes."""
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "weihai.zip"
    with working_in(old):
        data("records", "adopt", "weihai")
        done = data("backup", "weihai", "--out", file)
        assert done["rows"] > 50 and len(done["sha256"]) == 64 and done["bytes"] == file.stat().st_size
    place = databases.fresh(new / "var" / DATABASE)
    with working_in(new, place) as var:
        checked = data("restore", "weihai", file, "--check")
        assert checked["rows"] == done["rows"] and not checked["restored"]
        assert databases.CHOSEN != "sqlite" or not (var / DATABASE).exists()
        assert data("restore", "weihai", file)["rows"] == done["rows"]
        refused = data("restore", "weihai", file, code=1)
        assert refused["error"]["code"] == "E-RESTORE-NOT-EMPTY"
    assert run(new / "var", place, "verify")["findings"] == []
