"""`innocity records template`, `import`, `export` from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from innocity.cli.main import app; app()"]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    database = {"INNOCITY_VAR": str(folder / "var"), "INNOCITY_DATABASE_URL": f"sqlite:///{folder}/x.sqlite3"}
    return subprocess.run(
        [*PROGRAM, "records", *words], cwd=folder, env={**os.environ, **database}, capture_output=True, text=True
    )


def test_a_sheet_is_previewed_then_imported_then_exported(tmp_path: Path) -> None:
    assert run(tmp_path, "adopt", "weihai").returncode == 0
    assert run(tmp_path, "template", "weihai", "organization", "--out", "t.xlsx").returncode == 0
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
    (tmp_path / "a.csv").write_text(
        "统一社会信用代码,名称,登记类别\n91990000000000027W,甲公司,无此类\n", encoding="gbk"
    )
    wrong = run(tmp_path, "import", "weihai", "organization", "a.csv", "--errors", "e.xlsx")
    assert "E-IMPORT-CODE" in wrong.stdout and (tmp_path / "e.xlsx").is_file()
    refused = run(tmp_path, "import", "weihai", "organization", "a.csv", "--commit")
    assert refused.returncode != 0 and "E-IMPORT-WRONG" in refused.stderr
    (tmp_path / "a.csv").write_text("统一社会信用代码,名称\n91990000000000027W,甲公司\n", encoding="gbk")
    assert "加 --commit" in run(tmp_path, "import", "weihai", "organization", "a.csv").stdout
    assert "新增 1 行" in run(tmp_path, "import", "weihai", "organization", "a.csv", "--commit").stdout
    assert run(tmp_path, "export", "weihai", "organization", "--out", "o.csv").returncode == 0
    assert "91990000000000027W" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
