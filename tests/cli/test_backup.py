"""`innocity backup` and `innocity restore`, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def innocity(var: Path, *arguments: str) -> tuple[int, Any, str]:
    """Exit code, JSON and errors of a command of an instance."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INNOCITY_")}
    environment |= {"INNOCITY_VAR": str(var), "INNOCITY_DATA_KEYS": "a:" + "11" * 32}
    code = "from innocity.cli.main import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--json"], capture_output=True, text=True, env=environment
    )
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


def test_a_city_moves_house(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "weihai.zip"
    assert innocity(old, "records", "adopt", "weihai")[0] == 0
    code, done, _ = innocity(old, "backup", "weihai", "--out", str(file))
    assert code == 0 and done["rows"] > 50 and len(done["sha256"]) == 64 and done["bytes"] == file.stat().st_size
    code, checked, _ = innocity(new, "restore", "weihai", str(file), "--check")
    assert code == 0 and checked["rows"] == done["rows"] and not checked["restored"]
    assert not (new / "innocity.sqlite3").exists()
    code, back, _ = innocity(new, "restore", "weihai", str(file))
    assert code == 0 and back["rows"] == done["rows"]
    code, verified, _ = innocity(new, "verify")
    assert code == 0 and verified["findings"] == []
    code, refused, _ = innocity(new, "restore", "weihai", str(file))
    assert code != 0 and "E-RESTORE-NOT-EMPTY" in json.dumps(refused)
