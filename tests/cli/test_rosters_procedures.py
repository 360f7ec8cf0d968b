"""`innocity rosters` and `innocity procedures`, as people type them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import data, typed


def test_a_roster_is_listed_with_its_totals_and_gaps(here: Path) -> None:
    text = typed("rosters", "weihai", "--only", "patents_by_firm", "--limit", "1").stdout
    assert "本年各企业发明专利" in text and "●：发明超过19。" in text and "只列出 1 行" in text and "模拟数据" in text
    assert "空着" in typed("rosters", "weihai", "--only", "incubation_carriers").stdout, "it simulates no accelerator"
    assert "E-ROSTER-UNKNOWN" in typed("rosters", "weihai", "--only", "laddr", code=1).stderr


def test_a_matter_is_begun_and_followed_from_the_command_line(empty: Path) -> None:
    begun = data(
        "procedures",
        "weihai",
        "--only",
        "tolerance",
        "--take",
        "ask",
        "--by",
        "甲",
        "--party",
        "甲",
        "--on",
        "2023-03-01",
        "--title",
        "项目未达标",
        "--text",
        "已尽职",
        "--evidence",
        "说明.pdf",
    )
    assert (begun["state"], [one["step"] for one in begun["next"]]) == ("提出", ["examine"])
    case = begun["case"]
    text = typed(
        "procedures",
        "weihai",
        "--case",
        case,
        "--take",
        "examine",
        "--by",
        "市科技局",
        "--on",
        "2023-04-01",
        "--text",
        "属实",
        "--evidence",
        "核查报告.pdf",
    ).stdout
    assert "科研容错认定：核查" in text
    assert "接着：认定免责（exempt），市科技暨创新型城市建设领导小组" in text
    assert Path("var/weihai/procedure_step.csv").read_text("utf-8-sig").count(case) == 2
