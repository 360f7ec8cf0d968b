"""`innocity tasks`: what an officer sees, what is recorded, and that --json is JSON and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import data, typed

DAY = ("--as-of", "2023-12-31")


def test_the_ledger_of_a_city_without_records(empty: Path) -> None:
    found = data("tasks", "weihai", *DAY)
    assert (found["city"], found["as_of"], found["simulated"]) == ("weihai", "2023-12-31", False)
    counts = found["counts"]
    assert counts["overdue"] == 7 and counts["done"] == 0 and counts["shown_only"] == 0
    assert sum(counts.values()) == sum(row["total"] for row in found["documents"])
    assert [phase["state"] for phase in found["phases"]] == ["running", "to_come"]
    assert {item["task"] for item in found["supervision"]} <= {task["id"] for task in found["tasks"]}
    shown = [task for task in found["tasks"] if task["status"] == "shown_only"]
    assert shown and not [task for task in shown if task["counted"]]


def test_what_an_officer_reads(here: Path) -> None:
    text = typed("tasks", "weihai").stdout
    for words in (
        "威海市任务台账（截至 2023-12-31）", "模拟数据", "全面推进阶段", "时间已过35%", "对照阶段目标作中期评估并成文",
        "督办", "文件印发已过三年", "下一步",
    ):  # fmt: skip
        assert words in text, words
    assert "None" not in text and "[]" not in text and "wh_" not in text


def test_the_tree_adds_up_on_the_screen(empty: Path) -> None:
    text = typed("tasks", "weihai", "--tree", "--document", "plan-2023").stdout
    assert "三、（六）4（8） 新能源集群" in text and "下列" in text and "opinion-2018" not in text


def test_one_task(here: Path) -> None:
    text = typed("tasks", "weihai", "--only", "firm_cultivation").stdout
    assert "期限：2024-12-31（本项期限）" in text and "上级：协同壮大创新主体" in text
    assert "高新技术企业数（hnte_2024_firms）" in text and "资金条款" in text
    text = typed("tasks", "weihai", "--only", "science_finance_integration").stdout
    assert "人民银行威海市中心支行（今人民银行威海市分行）" in text
    text = typed("tasks", "weihai", "--only", "cluster_key_technologies").stdout
    assert "市经济和信息化委（今市工业和信息化局，承接日期不详）" in text
    text = typed("tasks", "weihai", "--only", "university_partners").stdout
    assert "各区市政府（环翠区政府、文登区政府" in text and "乳山市政府）" in text
    found = data("tasks", "weihai", "--only", "firm_cultivation")
    assert found["simulated"] and found["clauses"] == ["growth_target_finance"]


def test_lists_by_unit_status_and_document(here: Path) -> None:
    tasks = data("tasks", "weihai", "--unit", "工信局", "--status", "at_risk")["tasks"]
    assert tasks and {task["status"] for task in tasks} == {"at_risk"}
    meeting = data("tasks", "weihai", "--document", "meeting")["tasks"]
    assert [task["meeting"] for task in meeting] == ["simulated-1", "simulated-2"]
    assert data("tasks", "weihai", "--real")["simulated"] is False


def test_supervision_by_unit(here: Path) -> None:
    found = data("tasks", "weihai", "--supervise")
    assert found["notices"] and all(notice["items"] for notice in found["notices"])
    assert {notice["reply_by"] for notice in found["notices"]} == {"2024-01-07"}
    assert "书面答复" in typed("tasks", "weihai", "--supervise").stdout
    mine = data("tasks", "weihai", "--supervise", "--unit", "市科技局")["notices"]
    assert [one["unit"] for one in mine] == ["wh_science"], "one unit's notice is not another's"
    assert mine[0]["items"] == next(one for one in found["notices"] if one["unit"] == "wh_science")["items"]


def test_recording_from_report_to_closing(empty: Path) -> None:
    task = "innovation_chain_system"
    report = (
        "--unit",
        "市科技局",
        "--on",
        "2023-12-01",
        "--progress",
        "100",
        "--text",
        "建成",
        "--evidence",
        "报告.pdf",
    )
    row = data("tasks", "weihai", "--report", task, *report)
    assert (row["progress"], row["party_id"], row["evidence"]) == (100, "wh_science", "报告.pdf")
    assert "还没有销号" in typed("tasks", "weihai", "--only", task, *DAY).stdout
    group = ("--unit", "市科技暨创新型城市建设领导小组")
    returned = typed("tasks", "weihai", "--return", task, *group, "--on", "2023-12-05", "--text", "缺验收意见").stdout
    assert "已退回" in returned
    closed = ("--on", "2023-12-20", "--evidence", "验收.pdf")
    assert "已销号" in typed("tasks", "weihai", "--close", task, *group, *closed).stdout
    assert data("tasks", "weihai", "--only", task, *DAY)["status"] == "done"
    assert (
        "已恢复办理"
        in typed("tasks", "weihai", "--reopen", task, *group, "--on", "2023-12-25", "--text", "未投用").stdout
    )
    assert data("tasks", "weihai", "--only", task, *DAY)["status"] == "on_time"
    assert sorted(path.name for path in (empty / "var/weihai").glob("*.csv")) == [
        "task_closure.csv", "task_progress.csv"
    ]  # fmt: skip


def test_a_meeting_from_a_file(empty: Path) -> None:
    (empty / "m.yaml").write_text(
        "kind: dispatch\ntitle: 调度会\nheld_on: 2023-11-01\nunit: 市科技局\n"
        "resolutions: [{title: 补报数据, lead: 市统计局, due: 2023-11-30}]\n",
        encoding="utf-8",
    )
    assert "补报数据" in typed("tasks", "weihai", "--meeting", "m.yaml").stdout
    [task] = data("tasks", "weihai", "--document", "meeting", *DAY)["tasks"]
    assert (task["status"], task["overdue_days"], task["due_from"]) == ("overdue", 31, "meeting")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--only", "nothing"), "E-TASK-UNKNOWN"),
        (("--unit", "外星局"), "E-UNIT-UNKNOWN"),
        (("--document", "nothing"), "E-USAGE"),
        (("--status", "lost"), "E-USAGE"),
        (("--as-of", "2023-02-30"), "E-DATE-FORMAT"),
        (("--report", "a", "--close", "b"), "E-USAGE"),
        (("--report", "innovation_chain_system", "--text", "x"), "E-USAGE"),
        (("--close", "innovation_chain_system", "--unit", "市科技局", "--on", "2023-12-01"), "E-TASK-EVIDENCE"),
        (("--report", "innovation_chain_system", "--unit", "科技局", "--progress", "117", "--text", "x"),
         "E-TASK-PROGRESS"),
        (("--meeting", "nothing.yaml"), "E-FILE-MISSING"),
    ],
)  # fmt: skip
def test_bad_input(empty: Path, words: tuple[str, ...], code: str) -> None:
    result = typed("tasks", "weihai", *words, code=2 if code == "E-USAGE" else 1)
    assert code in result.stderr and "怎么办" in result.stderr
    assert not list(empty.rglob("*.csv"))
