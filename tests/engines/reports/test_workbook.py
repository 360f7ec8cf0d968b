"""The workbook of the ledgers: everything in it, and nothing that a spreadsheet would execute."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook

from innocity.engines.reports import workbook_bytes
from tests.engines.reports.world import HOSTILE, figure, target, task, world


def sheet(content: bytes, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_all_targets_and_tasks_are_in_it() -> None:
    content = workbook_bytes(world())
    targets, tasks = sheet(content, "指标台账"), sheet(content, "任务台账")
    assert [row["编号"] for row in targets] == [one.id for one in world().targets]
    assert [row["编号"] for row in tasks] == [one.id for one in world().tasks]
    first = targets[0]
    assert first["最新值"] == "1480家" and first["已确认"] == "是" and first["性质"] == ""
    assert first["应达进度"] == 0.5 and first["评价"] == "接近"
    assert "《新闻发布会》" in first["最新来源"] and "2023年12月20日" in first["最新来源"]


def test_figures_carry_their_marks() -> None:
    rows = {row["编号"]: row for row in sheet(workbook_bytes(world()), "指标台账")}
    assert rows["科技型中小企业数"]["最新值"] == "2100家※" and rows["科技型中小企业数"]["性质"] == "初步判断"
    assert rows["模拟的指标"]["最新值"] == "9家（模拟）" and rows["模拟的指标"]["模拟"] == "是"
    waiting = [row["编号"] for row in sheet(workbook_bytes(world()), "待确认数据")]
    assert waiting == ["科技型中小企业数", "模拟的指标"]
    assert "（预测）" in sheet(workbook_bytes(world()), "预测（不作结论）")[0]["预测"]


def test_nothing_is_a_formula_or_a_link() -> None:
    hostile = [HOSTILE, "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "http://example.org", "={1}"]
    data = world(
        targets=tuple(target(text, why=text, latest=figure(text)) for text in hostile),
        tasks=tuple(task(text, report=text) for text in hostile),
    )
    content = workbook_bytes(data)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        names = archive.namelist()
    assert sheets and not any("<f>" in text or "<f " in text or "hyperlink" in text for text in sheets)
    assert not any("externalLink" in name or "vba" in name for name in names)
    assert [row["编号"] for row in sheet(content, "指标台账")][:1] == [HOSTILE]


def test_one_unit_and_the_same_bytes() -> None:
    only = sheet(workbook_bytes(world(), "finance"), "指标台账")
    assert only == []
    assert len(sheet(workbook_bytes(world(), "science"), "任务台账")) == 6
    assert workbook_bytes(world()) == workbook_bytes(world())


def test_the_notes_say_what_it_is() -> None:
    rows = sheet(workbook_bytes(world()), "说明")
    assert rows[0]["项目"] == "注意" and "模拟" in rows[0]["内容"]
    assert {"城市", "数据截至", "目标", "任务", "标记"} <= {row["项目"] for row in rows}
    assert workbook_bytes(world(simulated=False)) != workbook_bytes(world())
