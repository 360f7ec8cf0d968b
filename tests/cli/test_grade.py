"""`innocity grade`: rules, grades with their points, the table for whoever decides."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import data, typed


def test_grades_of_the_small_city(here: Path, tmp_path: Path) -> None:
    assert {one["id"] for one in data("grade", "weihai")["gradings"]} >= {"platform_grading", "innovation_points"}
    out = tmp_path / "grades.csv"
    shown = typed("grade", "weihai", "--only", "innovation_points", "--out", out).stdout
    assert "研发费用" in shown and "演示" in shown and "模拟数据" in shown
    rows = out.read_text("utf-8-sig").splitlines()
    assert rows[0] == "party_id,名称,名次,得分,档次" and len(rows) > 1
    assert data("grade", "weihai", "--only", "nothing", code=1)["error"]["code"] == "E-GRADING-UNKNOWN"
