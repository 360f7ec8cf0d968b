"""`innocity figures`: from 报送 to 锁定 as people type it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import data, typed

ONE = ("observe", "weihai", "--indicator", "hnte_count", "--period", "2023", "--value", "1480", "--by", "市科技局")
STEP = ("figures", "weihai", "--period", "2023")


def test_the_whole_way(empty: Path) -> None:
    assert "没有登记的数" in typed("figures", "weihai").stdout
    typed(*ONE)
    assert "待报送" in typed("figures", "weihai").stdout
    told = typed(*STEP, "--submit", "hnte_count", "--by", "张三").stdout
    assert "报送：高新技术企业数 2023 1480家，市科技局 张三" in told
    assert "E-REVIEW-PERSON" in typed(*STEP, "--approve", "hnte_count", "--by", "张三", code=1).stderr
    assert "E-REVIEW-TEXT" in typed(*STEP, "--return", "hnte_count", "--by", "李四", code=1).stderr
    typed(*STEP, "--return", "hnte_count", "--by", "李四", "--text", "附名单")
    listed = typed("figures", "weihai", "--state", "已退回").stdout
    assert "附名单" in listed and "1480家" in listed
    typed(*STEP, "--submit", "hnte_count", "--by", "张三")
    typed(*STEP, "--approve", "hnte_count", "--by", "李四", "--unit", "市统计局")
    assert "锁定：高新技术企业数" in typed(*STEP, "--lock", "--by", "李四", "--unit", "市统计局").stdout
    refused = typed(*ONE[:6], "--value", "1470", "--revise", "--note", "核减", "--by", "市科技局", code=1).stderr
    assert "E-FIGURE-LOCKED" in refused and "解锁" in refused
    typed(*STEP, "--unlock", "hnte_count", "--by", "李四", "--text", "核减10家")
    one = data("figures", "weihai")["figures"][0]
    assert one["state"] == "unlocked" and len(one["history"]) == 6 and one["history"][-1]["text"] == "核减10家"


def test_usage(empty: Path) -> None:
    assert "E-USAGE" in typed("figures", "weihai", "--submit", "hnte_count", code=2).stderr
    assert "E-USAGE" in typed(*STEP, "--submit", "hnte_count", "--lock", code=2).stderr
    assert "E-USAGE" in typed("figures", "weihai", "--state", "不明", code=2).stderr
    assert "E-REVIEW-NONE" in typed(*STEP, "--submit", "hnte_count", "--by", "张三", code=1).stderr
