"""What changed between two documents that nobody has reviewed."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from innocity.cli.main import app
from innocity.engines.reading.compare import Change, compare
from innocity.engines.reading.pipeline import read

HERE = Path(__file__).parent / "documents"
CONTEST = (
    "第八条 举办活动。经市科技局备案的全市性创新大赛，给予承办单位不超过50万元补助；"
    "对大赛一、二、三等奖项目分别奖励20万、10万、5万元。"
)
CHANGES = (
    ("一次性奖励30万元", "一次性奖励35万元"), ("每年4月30日前", "每年5月31日前"),
    ("第九条 资金分担", "第八条 资金分担"), (CONTEST, ""), ("有效期3年", "有效期5年"),
    ("第十条 申报程序", "对新落户的检测机构，给予80万元补助。\n\n第十条 申报程序"),
)  # fmt: skip


def both() -> tuple[str, str]:
    old = new = (HERE / "101_yunze_measures.txt").read_text("utf-8")
    for before, after in CHANGES:
        assert before in new
        new = new.replace(before, after)
    return old, new


def found(old: str, new: str) -> list[Change]:
    return compare(read(old), old, read(new), new)


def test_each_change_is_told_once() -> None:
    told = sorted((c.what, c.kinds) for c in found(*both()))
    assert told == [
        ("benefits", ("amount",)), ("benefits", ("gone",)), ("benefits", ("gone",)), ("benefits", ("moved",)),
        ("benefits", ("new",)), ("meta", ("date",)), ("procedures", ("date",)), ("procedures", ("date",)),
    ]  # fmt: skip


def test_a_document_compared_with_itself_has_no_changes() -> None:
    for path in HERE.glob("10*.txt"):
        text = path.read_text("utf-8")
        assert found(text, text) == []


def test_targets_and_tasks_tell_value_date_and_units() -> None:
    old = "一、目标\n到2025年，高新技术企业达到400家。\n二、任务\n（一）壮大企业。做。（责任单位：市科技局）"
    new = "一、目标\n到2026年，高新技术企业达到500家。\n二、任务\n（一）壮大企业。做。（责任单位：市工信局）"
    assert {(c.what, c.kinds) for c in found(old, new)} == {("targets", ("value", "date")), ("tasks", ("units",))}


def test_the_command_gives_json_and_a_table(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    for path, text in zip((old, new), both(), strict=True):
        path.write_text(text, "utf-8")
    report = json.loads(CliRunner().invoke(app, ["compare", str(old), str(new), "--json"]).stdout)
    assert report["counts"]["benefits"] == 5
    amount = next(c for c in report["changes"] if c["kinds"] == ["amount"])
    assert [amount[side]["amounts"][0]["value_yuan"] for side in ("old", "new")] == [300000, 350000]
    shown = CliRunner().invoke(app, ["compare", str(old), str(new)])
    assert shown.exit_code == 0 and "额度变了" in shown.stdout
