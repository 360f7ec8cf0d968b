"""The plan's targets and tasks, unit by unit and phase by phase, and the papers at the end of each phase."""

from __future__ import annotations

from datetime import date

from docx import Document
from python_calamine import CalamineWorkbook

from innocity.packs.load import load_pack
from tests.cli.conftest import data, typed


def text_of(path: str) -> str:
    """All words of a Word file, tables included."""
    document = Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_targets_and_tasks_reach_their_units() -> None:
    pack = load_pack("weihai")
    targets = [one for one in pack.targets.values() if one.units and pack.document_of(one).id == "plan-2023"]
    assert len(targets) > 30
    pages = {unit: data("unit", "weihai", unit) for unit in ("市科技局", "市市场监管局", "市海洋发展局", "荣成市政府")}
    for page in pages.values():
        mine = {(one.indicator, one.scope) for one in targets if page["unit"] in one.units}
        told = [pack.targets[row["target"]] for row in page["targets"]]
        assert mine and mine <= {(one.indicator, one.scope) for one in told}, "those said twice are told once"
        assert page["tasks"] and all(row["role"] for row in page["tasks"])


def test_every_task_of_the_plan_has_a_phase_or_is_told_to_have_no_deadline() -> None:
    tasks = data("tasks", "weihai", "--document", "plan-2023", "--as-of", "2023-08-01")["tasks"]
    owed = [task for task in tasks if task["counted"]]
    assert len(owed) > 50
    assert {task["due"] for task in owed} == {None, "2023-12-31", "2024-10-31", "2024-12-31"}
    assert {task["status"] for task in owed if not task["due"]} == {"no_deadline"}
    phases = data("tasks", "weihai", "--as-of", "2024-11-15")["phases"]
    assert [phase["state"] for phase in phases] == ["past", "running"]


def test_midterm_report_self_evaluation_and_ledgers_when_they_are_due() -> None:
    task = "innovation_chain_system"
    typed("tasks", "weihai", "--report", task, "--unit", "市科技局", "--on", "2024-09-01", "--progress", "100",
          "--text", "建成", "--evidence", "总结.pdf")  # fmt: skip
    typed("tasks", "weihai", "--close", task, "--unit", "市科技暨创新型城市建设领导小组", "--on", "2024-10-08",
          "--evidence", "验收意见.pdf")  # fmt: skip
    typed("report", "weihai", "midterm", "--as-of", "2023-12-31", "--out", "midterm.docx")
    middle = text_of("midterm.docx")
    assert "中期评估报告" in middle and "高新技术企业数" in middle and "市科技局" in middle
    late = ("--as-of", "2024-12-31", "--known-on", date.today().isoformat())  # what was recorded only now counts too
    typed("report", "weihai", "selfeval", *late, "--out", "selfeval.docx")
    final = text_of("selfeval.docx")
    assert "验收自评报告" in final and "总结.pdf" in final and "验收意见.pdf" in final
    assert "缺佐证材料的事项" in final and "已凭佐证销号1项" in final
    typed("report", "weihai", "selfeval", *late, "--out", "ledgers.xlsx")
    sheets = CalamineWorkbook.from_path("ledgers.xlsx")
    ledgers = {name: sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names}
    assert any("高新技术企业数" in map(str, row) for rows in ledgers.values() for row in rows)
    assert any("建设创新链体系" in map(str, row) for rows in ledgers.values() for row in rows)


def test_the_five_zones_have_a_place_and_those_who_answer() -> None:
    zones = [task for task in data("tasks", "weihai", "--document", "plan-2023")["tasks"]
             if task["parent"] == "five_demonstration_zones"]  # fmt: skip
    assert len(zones) == 5
    titles = "".join(zone["title"] for zone in zones)
    assert all(place in titles for place in ("高区", "经区", "荣成", "南海新区"))
    shown = typed("tasks", "weihai", "--only", "marine_economy_zone").stdout
    assert "荣成市政府" in shown and "责任单位" in shown
