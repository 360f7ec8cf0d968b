"""Recording and confirming on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import typed

ONE = ("observe", "weihai", "--indicator", "hnte_count", "--period", "2023", "--by", "市科技局", "--on", "2024-01-20")


def test_record_correct_confirm(empty: Path) -> None:
    report = json.loads(typed(*ONE, "--value", "1480", "--json").stdout)
    assert report["recorded"][0]["value"] == "1480" and report["file"].endswith("observation.csv")
    assert "E-FIGURE-REVISION" in typed(*ONE, "--value", "1470", code=1).stderr
    shown = typed(*ONE[:-2], "--value", "1470", "--revise", "--note", "核减10家").stdout
    assert "已登记：高新技术企业数 2023 1470家" in shown
    assert "已确认" in typed(*ONE[:-2], "--value", "1470", "--confirm", "张三").stdout
    board = json.loads(typed("indicators", "weihai", "--as-of", "2024-03-31", "--only", "hnte_2024", "--json").stdout)
    one = board["standings"][0]
    assert (one["status"], one["latest"]["value"], one["latest"]["confirmed"]) == ("watch", "1470", True)
    shown = [(h["shown"], h["confirmed"]) for h in board["history"] if h["period"] == "2023"]
    assert shown == [("1480家", False), ("1470家", True)]


def test_a_file_is_recorded_whole_or_not_at_all(empty: Path) -> None:
    Path("f.csv").write_text(
        "指标,时期,数值,报数单位\nhnte_count,2023,1480,市科技局\nrd_gdp_share,2022,117,市科技局\n", encoding="utf-8"
    )
    told = typed("observe", "weihai", "--file", "f.csv", code=1).stderr
    assert "f.csv:3" in told and "E-FIGURE-SHARE" in told and "怎么办" in told
    assert not (empty / "var/weihai/observation.csv").exists()
    Path("f.csv").write_text(
        "指标,时期,数值,报数单位\nhnte_count,2023,1480,市科技局\nrd_gdp_share,2022,2.6,市科技局\n", encoding="utf-8"
    )
    assert typed("observe", "weihai", "--file", "f.csv").stdout.count("已登记") == 2


def test_usage(empty: Path) -> None:
    assert "--value" in typed(*ONE, code=2).stderr
    assert "E-USAGE" in typed(*ONE, "--value", "1", "--file", "f.csv", code=2).stderr
    assert "E-FILE-MISSING" in typed("observe", "weihai", "--file", "f.csv", code=1).stderr


def test_simulated_figures_are_marked(empty: Path) -> None:
    assert "模拟数据，不亮灯" in typed(*ONE, "--value", "1700", "--simulated").stdout
    board = json.loads(typed("indicators", "weihai", "--only", "hnte_2024", "--json").stdout)
    assert board["standings"][0]["latest"]["value"] == "1376"
    assert [h["simulated"] for h in board["history"]] == [False, False, True]
