"""`innocity records template`, `import`, `export` from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import typed
from tests.cli.instance import working_in

IMPORT = ("records", "import", "weihai", "organization", "a.csv")


def test_a_sheet_is_previewed_then_imported_then_exported(tmp_path: Path) -> None:
    with working_in(tmp_path):
        typed("records", "adopt", "weihai")
        typed("records", "template", "weihai", "organization", "--out", "t.xlsx")
        assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
        (tmp_path / "a.csv").write_text(
            "统一社会信用代码,名称,登记类别\n91990000000000027W,甲公司,无此类\n", encoding="gbk"
        )
        wrong = typed(*IMPORT, "--errors", "e.xlsx")
        assert "E-IMPORT-CODE" in wrong.stdout and (tmp_path / "e.xlsx").is_file()
        assert "E-IMPORT-WRONG" in typed(*IMPORT, "--commit", code=1).stderr
        (tmp_path / "a.csv").write_text("统一社会信用代码,名称\n91990000000000027W,甲公司\n", encoding="gbk")
        assert "加 --commit" in typed(*IMPORT).stdout
        assert "新增 1 行" in typed(*IMPORT, "--commit").stdout
        typed("records", "export", "weihai", "organization", "--out", "o.csv")
        assert "91990000000000027W" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
