"""A ledger with a bad line: who reads goes on and says so, who writes and what leaves the house does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import data, typed
from tests.cli.instance import working_in

ONE = ("observe", "weihai", "--indicator", "hnte_count", "--period", "2023", "--value", "1480", "--by", "市科技局")
TASK = "firm_cultivation"


@pytest.fixture
def damaged(empty: Path) -> Path:
    """A good figure and a bad one after it; a report of a task that does not exist."""
    typed(*ONE)
    folder = empty / "var/weihai"
    path = folder / "observation.csv"
    header = path.read_text("utf-8-sig").splitlines()[0]
    cells = {
        "fact_id": "hand-1",
        "party_id": "wh_science",
        "indicator": "rd_gdp_share",
        "period": "2022",
        "value": "117",
    }
    line = ",".join(cells.get(name, "") for name in header.split(","))
    path.write_text(path.read_text("utf-8-sig") + line + "\n", encoding="utf-8-sig")
    text = "fact_id,party_id,task,reported_on,work,text\nr1,wh_science,no_such_task,2023-10-01,under_way,完成\n"
    (folder / "task_progress.csv").write_text(text, encoding="utf-8")
    return folder


def test_who_reads_goes_on_and_says_which_line_is_left_out(damaged: Path) -> None:
    board = typed("indicators", "weihai", "--as-of", "2024-03-31")
    assert "observation.csv:3" in board.stderr and "没有算进去" in board.stderr and "怎么办" in board.stderr
    tasks = typed("tasks", "weihai")
    assert "task_progress.csv:2" in tasks.stderr and "no_such_task" in tasks.stderr
    unit = typed("unit", "weihai", "市科技局")
    assert "observation.csv:3" in unit.stderr and "task_progress.csv:2" in unit.stderr
    one = data("indicators", "weihai", "--as-of", "2024-03-31", "--only", "hnte_2024")
    assert [fault["code"] for fault in one["left_out"]] == ["E-FIGURE-SHARE"]
    assert "1480" in {row["value"] for row in one["history"]}


def test_who_writes_refuses(damaged: Path) -> None:
    before = (damaged / "observation.csv").read_bytes()
    more = (*ONE[:4], "--period", "2021", "--value", "1100", "--by", "市科技局")
    assert "observation.csv:3" in typed(*more, code=1).stderr
    report = ("tasks", "weihai", "--report", TASK, "--unit", "市科技局", "--progress", "40", "--text", "完成名单")
    assert "task_progress.csv:2" in typed(*report, code=1).stderr
    assert (damaged / "observation.csv").read_bytes() == before


def test_a_formal_report_is_not_made_without_it(damaged: Path) -> None:
    refused = typed("report", "weihai", "midterm", "--as-of", "2024-03-31", "--out", "r.html", code=1).stderr
    assert "observation.csv:3" in refused and not Path("r.html").exists()


def test_a_good_ledger_is_silent(empty: Path) -> None:
    typed(*ONE)
    assert "没有算进去" not in typed("indicators", "weihai", "--as-of", "2024-03-31").stderr
    assert "left_out" not in data("indicators", "weihai", "--as-of", "2024-03-31")


def test_an_index_goes_without_the_line_and_says_so(damaged: Path) -> None:
    shown = typed("index", "weihai")
    assert "observation.csv:3" in shown.stderr and "没有算进去" in shown.stderr and "2022年：第3位" in shown.stdout
    assert [fault["code"] for fault in data("index", "weihai")["left_out"]] == ["E-FIGURE-SHARE"]


@pytest.mark.parametrize("words", [("index", "weihai"), ("report", "weihai", "midterm", "--out", "r.html")])
def test_lines_never_brought_into_the_records_are_told_by_index_and_report(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """The rest is in the records, so the report is made; what it goes without is said, for people and programs."""
    with working_in(tmp_path) as var:
        typed("records", "adopt", "weihai")
        text = "fact_id,party_id,indicator,period,scope,value\no1,wh_science,hnte_count,2023,city,1480\n"
        (var / "weihai").mkdir(exist_ok=True)
        (var / "weihai/observation.csv").write_text(text, encoding="utf-8")
        shown = typed(*words)
        assert "W-LEDGER-LEFT" in shown.stderr and "innocity records import" in shown.stderr
        more = data(*words, *(("--overwrite",) if words[0] == "report" else ()))
        assert [one["code"] for one in more["left_out"]] == ["W-LEDGER-LEFT"]
