"""The light board as people and programs read it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import typed


def test_the_board_says_why_and_what_next(empty: Path) -> None:
    shown = typed("indicators", "weihai").stdout
    assert "截至 2023-12-31" in shown, "the city's own date"
    assert "净增224家，平均每批112家" in shown
    assert "下一步：请市发展改革委等6个单位说明情况" in shown
    assert "无法判定 6" in shown and "civilisation_bases_goal" not in shown, "told by their reasons only"
    assert "civilisation_bases_goal" in typed("indicators", "weihai", "--all").stdout


def test_counts_add_up_to_the_distinct_targets(empty: Path) -> None:
    board = json.loads(typed("indicators", "weihai", "--as-of", "2024-06-30", "--json").stdout)
    assert sum(board["counts"].values()) == board["distinct"] < board["targets"] == len(board["standings"])
    one = next(s for s in board["standings"] if s["target"] == "tech_sme_2024")
    assert (one["status"], one["expected"], one["achieved"]) == ("not_due", None, None)
    assert one["latest"]["value"] == "2325" and one["latest"]["document"] == "plan-2023"
    assert one["latest"]["as_said_on"] == "2023-07-27" and "2023年7月27日说的“目前”仍是这个数" in one["why"]
    assert one["tasks"] and one["clauses"]


def test_one_indicator_in_detail_with_its_registers(here: Path) -> None:
    report = json.loads(typed("indicators", "weihai", "--only", "高新技术企业数", "--json").stdout)
    one = next(s for s in report["standings"] if s["target"] == "hnte_2024")
    assert one["computed"]["simulated"] and "模拟数据" in one["beside"]
    assert int(one["difference"]) == int(one["computed"]["value"]) - 1376
    parts = report["parts"]["division"]
    assert sum(int(p["computed"] or 0) for p in parts) == int(one["computed"]["value"])
    assert {p["name"] for p in report["parts"]["zone"]} >= {"南海新区", "不在其中"}
    assert "hnte_reward" in report["clauses"] and "firm_cultivation" in report["tasks"]
    shown = typed("indicators", "weihai", "--only", "hnte_2024").stdout
    assert "资格将在期限前到期（登记簿为模拟数据）" in shown and "不相加" in shown
    assert "不作预测：同一口径连续的数只有1个" in shown


def test_no_facts_no_computed_value(empty: Path) -> None:
    one = json.loads(typed("indicators", "weihai", "--only", "hnte_2024", "--json").stdout)["standings"][0]
    assert one["computed"] is None and one["beside"] == ""


def test_forecasts_are_honest_about_few_points(empty: Path) -> None:
    report = json.loads(typed("indicators", "weihai", "--forecast", "--json").stdout)
    assert report["forecasts"] and not any(f["method"] for f in report["forecasts"].values())
    assert all(f["reason"] and f["mean"] is None for f in report["forecasts"].values())


def test_unknown_names_and_days(empty: Path) -> None:
    for words, code in (
        (("--only", "hnte_cont"), "E-FIGURE-INDICATOR"), (("--only", "位次"), "E-FIGURE-INDICATOR"),
        (("--as-of", "2023"), "E-DATE-FORMAT"), (("--facts", "nowhere"), "E-FACTS-FOLDER"),
    ):  # fmt: skip
        assert code in typed("indicators", "weihai", *words, code=1).stderr


def test_liaocheng(empty: Path) -> None:
    shown = typed("indicators", "liaocheng").stdout
    assert "聊城市　截至 2021-12-31　目标 12 项" in shown and "未到发布期 8" in shown


def test_days_that_the_program_does_not_know_are_refused(empty: Path) -> None:
    for day in ("0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"):
        for words in (("indicators", "weihai"), ("report", "weihai", "bulletin", "--out", "x.docx")):
            told = json.loads(typed(*words, "--as-of", day, "--json", code=1).stdout)
            assert told["error"]["code"] == "E-DATE-FORMAT"
    for day in ("1900-01-01", "2999-12-31"):
        typed("indicators", "weihai", "--as-of", day)


def test_every_indicator_in_one_table(here: Path) -> None:
    lines = json.loads(typed("indicators", "weihai", "--table", "--json").stdout)["indicators"]
    found = {(one["indicator"], one["scope"]): one for one in lines}
    count, rank = found["hnte_count", "city"], found["hnte_rank", "city"]
    assert count["newest"]["value"] == "1376" and "hnte_2024" in count["targets"]
    assert int(count["difference"]) == int(count["computed"]["value"]) - 1376
    assert rank["newest"]["value"] == "7" and not rank["targets"]
    shown = typed("indicators", "weihai", "--table").stdout
    assert "hnte_rank" in shown and "第7位" in shown and "只供核对，不作评价依据" in shown and "模拟" in shown


def test_an_indicator_without_a_target_shows_what_the_registers_give(here: Path) -> None:
    lines = json.loads(typed("indicators", "weihai", "--table", "--json").stdout)["indicators"]
    one = next(one for one in lines if one["computed"] and not one["targets"] and one["difference"] is not None)
    shown = typed("indicators", "weihai", "--only", one["indicator"]).stdout
    assert "登记簿算得" in shown and "比观测值" in shown and "没有哪份文件给它定目标，所以没有灯。" in shown


def test_what_became_known_later_can_be_left_out(empty: Path) -> None:
    for name, extra in (("indicators", ()), ("unit", ("科技局",)), ("tasks", ()), ("index", ())):
        typed(name, "weihai", *extra, "--known-on", "2023-07-20")
        assert "E-DATE-FORMAT" in typed(name, "weihai", *extra, "--known-on", "七月", code=1).stderr
    early = json.loads(typed("indicators", "weihai", "--known-on", "2023-07-20", "--json").stdout)
    assert early["known_on"] == "2023-07-20"
    assert "conference-2023" not in {(s["latest"] or {}).get("document") for s in early["standings"]}
    assert "只用 2023-07-20 已知的数据" in typed("indicators", "weihai", "--known-on", "2023-07-20").stdout


def test_milestones_to_come_are_counted_apart(empty: Path) -> None:
    head = typed("indicators", "weihai").stdout.splitlines()[1]
    assert "未到发布期 22" in head and "未到期 5" in head
