"""Rows of tables: work with its units, sums that are promised, aims by year; from Word, HTML and copied rows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from innocity.actions.draft_pack import draft_pack, write_draft
from innocity.core.errors import InnoCityError
from innocity.engines.reading.files import text_of
from innocity.engines.reading.model import Reading
from innocity.engines.reading.pipeline import read
from innocity.packs.check_sources import sources
from innocity.packs.load import load_pack

WORK = [
    ["序号", "重点任务", "工作内容", "牵头单位", "责任单位", "完成时限"],
    ["1", "壮大企业", "新增高新技术企业30家。", "市科技局", "市财政局、各县区政府", "2026年12月"],
    ["2", "壮大企业", "建设检测平台。", "市市场监管局", "财政局", "长期"],
]
SUMS = [
    ["平台类型", "奖励标准（万元）", "", "依据"],
    ["平台类型", "国家级", "省级", "依据"],
    ["重点实验室", "500", "100", "批文"],
    ["技术创新中心", "最高300", "/", "批文"],
    ["合计", "800", "100", ""],
]
PRICES = [
    ["补助项目", "补助标准", "备注"],
    ["购买检测服务", "按服务费的30%，每家每年最高20万元", "凭发票"],
    ["参加国家级展会", "每个展位1万元", ""],
]
AIMS = [
    ["指标名称", "计量单位", "2023年实际", "2025年目标", "2026年目标", "责任单位"],
    ["高新技术企业数", "家", "410", "500", "≥600", "市科技局"],
    ["研发投入强度（%）", "", "2.1", "2.5", "3.0", "市统计局"],
]


def word_file(*tables: list[list[str]], merged: bool = False) -> bytes:
    document = Document()
    document.add_paragraph("附件")
    for rows in tables:
        document.add_paragraph("表格如下")
        table = document.add_table(len(rows), len(rows[0]))
        for n, row in enumerate(rows):
            for k, text in enumerate(row):
                table.cell(n, k).text = text
        if merged:
            table.cell(1, 1).merge(table.cell(2, 1)).text = rows[1][1]
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def tabbed(*tables: list[list[str]]) -> str:
    return "\n附表\n".join("\n".join("\t".join(row) for row in rows) for rows in tables) + "\n"


def page(rows: list[list[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td><p>{c}</p></td>" for c in row) + "</tr>" for row in rows)
    return f"<html><body><table><tbody>{cells}</tbody></table></body></html>"


def work(reading: Reading) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(t.title, t.lead_units, t.responsible_units_norm) for t in reading.tasks]


WANTED = [
    ("新增高新技术企业30家", ("市科技局",), ("市财政局", "各县区政府")),
    ("建设检测平台", ("市市场监管局",), ("市财政局",)),
]


@pytest.mark.parametrize("kind", ["word", "merged", "page", "copied", "crlf"])
def test_a_table_of_work_gives_a_task_a_row(kind: str) -> None:
    text = {
        "word": lambda: text_of(word_file(WORK), "a.docx"),
        "merged": lambda: text_of(word_file(WORK, merged=True), "a"),
        "page": lambda: text_of(page(WORK).encode(), "a.html"), "copied": lambda: tabbed(WORK),
        "crlf": lambda: tabbed(WORK).replace("\n", "\r\n"),
    }[kind]()  # fmt: skip
    reading = read(text)
    assert work(reading) == WANTED
    assert [text[t.start : t.end] for t in reading.tasks] == [row[2] for row in WORK[1:]]
    assert len({t.path for t in reading.tasks}) == 2


def test_a_table_of_sums_gives_a_benefit_a_row_with_the_unit_of_its_head() -> None:
    text = f"一、奖励标准\n{tabbed(SUMS)}"
    one, two = read(text).benefits
    assert [(a.case, a.value_yuan, a.mode) for a in one.amounts] == [
        ("国家级", 5_000_000, "fixed"), ("省级", 1_000_000, "fixed"),
    ]  # fmt: skip
    assert [(a.value_yuan, a.mode) for a in two.amounts] == [(3_000_000, "max")]
    assert (one.subject, one.shape, two.shape) == ("重点实验室", "ladder", "fixed")
    assert text[one.start : one.end] == "重点实验室\t500\t100\t批文"


def test_a_cell_may_hold_a_rate_and_its_limit() -> None:
    one, two = read(tabbed(PRICES)).benefits
    assert [(a.rate, a.cap_yuan) for a in one.amounts] == [(0.3, None), (None, 200_000)]
    assert [a.value_yuan for a in two.amounts] == [10_000] and one.subject == "购买检测服务"


def test_a_table_of_aims_gives_a_target_a_year_and_no_target_of_what_was() -> None:
    found = [(t.indicator, t.year, t.operator, t.value, t.unit, t.units) for t in read(tabbed(AIMS)).targets]
    assert found == [
        ("高新技术企业数", "2025", ">=", 500, "家", ("市科技局",)),
        ("高新技术企业数", "2026", ">=", 600, "家", ("市科技局",)),
        ("研发投入强度", "2025", ">=", 2.5, "%", ("市统计局",)),
        ("研发投入强度", "2026", ">=", 3, "%", ("市统计局",)),
    ]  # fmt: skip


def test_what_stands_around_a_table_is_read_as_before() -> None:
    before, after = "对新认定的企业，每家奖励20万元", "对新上市企业，一次性奖励50万元"
    text = f"{before}\n{tabbed(PRICES)}{after}"
    found = read(text).benefits
    assert [text[b.start : b.end] for b in (found[0], found[-1])] == [before, after] and len(found) == 4


def test_a_title_over_the_columns_groups_and_persons_are_no_units() -> None:
    rows = [
        ["2026年重点任务分工表", "", "", ""],
        ["任务", "责任领导", "责任单位", "配合单位"],
        ["一、平台建设", "", "", ""],
        ["建设中试基地", "张某", "市科技局", "市财政局、工信局"],
        ["引进机构", "李某", "市商务局", ""],
    ]
    found = read(tabbed(rows)).tasks
    assert [(t.title, t.responsible_units, t.cooperating_units_norm) for t in found] == [
        ("建设中试基地", ("市科技局",), ("市财政局", "市工信局")), ("引进机构", ("市商务局",), ()),
    ]  # fmt: skip


def test_a_table_of_other_things_stays_text() -> None:
    text = "姓名\t职务\n甲\t局长\n乙\t科长\n"
    reading = read(text)
    assert not (reading.tasks or reading.benefits or reading.targets)


def test_a_page_laid_out_by_a_table_is_read_as_paragraphs() -> None:
    inner = page(PRICES).removeprefix("<html><body>").removesuffix("</body></html>")
    body = "<p>一、奖励</p><p>对新认定的企业，每家奖励20万元。</p>"
    laid = f"<table><tr><td>首页</td><td>{body}{inner}</td></tr></table>"
    text = text_of(laid.encode(), "a.html")
    reading = read(text)
    assert [s.path for s in reading.outline if s.rule == "heading"] == ["一"] and len(reading.benefits) == 3


def test_cells_over_several_rows_and_columns_keep_their_columns() -> None:
    html = (
        "<table><tr><th rowspan=2>任务</th><th colspan=2>分工</th></tr><tr><th>牵头单位</th><th>配合单位</th></tr>"
        "<tr><td rowspan=2>建设园区</td><td>市科技局</td><td>市财政局</td></tr>"
        "<tr><td>市工信局</td><td></td></tr></table>"
    )
    found = read(text_of(html.encode(), "a.html")).tasks
    assert [(t.title, t.lead_units, t.cooperating_units) for t in found] == [
        ("建设园区", ("市科技局",), ("市财政局",)), ("建设园区", ("市工信局",), ()),
    ]  # fmt: skip


def test_a_span_of_a_million_columns_is_no_million_cells() -> None:
    html = "<table>" + "<tr><td colspan=9999 rowspan=9999>甲</td></tr>" * 50 + "</table>"
    assert len(text_of(html.encode(), "a.html")) < 20_000


def test_a_workbook_is_refused_with_what_to_do() -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InnoCityError, match="E-READING-KIND") as caught:
        text_of(packed.getvalue(), "a.xlsx")
    assert "制表符" in str(caught.value.remedy)


def test_rows_are_drafted_and_their_numbers_stand_in_the_original(tmp_path: Path) -> None:
    text = f"关于印发奖补标准的通知\n一、奖补标准\n{tabbed(SUMS, PRICES, WORK, AIMS)}"
    draft = draft_pack(text, "tables.txt", tmp_path / "newtown")
    write_draft(draft, tmp_path / "sources")
    pack = load_pack(tmp_path / "newtown")
    assert (len(pack.clauses), len(pack.tasks), len(pack.targets)) == (4, 2, 4)
    assert [e.message for e in sources(pack, tmp_path / "sources") if e.severity == "error"] == []
