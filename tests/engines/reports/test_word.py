"""The Word file: page and styles of official papers, real headings, marks, nothing left to fill in by machine."""

from __future__ import annotations

import re
from datetime import date

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from innocity.engines.reports import build, word_bytes
from innocity.engines.reports.blocks import Bar, Chart, Report, columns
from innocity.engines.reports.charts import Pictures, chinese_face
from tests.engines.reports.reading import opened, parts, styled, tables, texts, whole
from tests.engines.reports.world import HOSTILE, target, world

KINDS = ("midterm", "selfeval", "bulletin", "decision", "supervision")


def made(kind: str, pictures: Pictures | None = None) -> bytes:
    return word_bytes(build(kind, world(), "science" if kind == "supervision" else None), pictures)


@pytest.fixture(scope="module")
def midterm() -> bytes:
    return made("midterm")


@pytest.mark.parametrize("kind", KINDS)
def test_page_is_that_of_official_papers(kind: str) -> None:
    section = opened(made(kind)).sections[0]
    millimetres = [round(side.mm, 1) for side in (section.page_width, section.page_height)]
    assert millimetres == [210.0, 297.0]
    assert abs(section.top_margin.mm - 37) < 0.1 and abs(section.left_margin.mm - 28) < 0.1
    assert abs(section.page_width.mm - section.left_margin.mm - section.right_margin.mm - 156) < 0.1
    assert abs(section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm - 225) < 0.1


def test_styles_have_the_sizes_and_typefaces(midterm: bytes) -> None:
    known = {style.style_id: style for style in opened(midterm).styles}
    wanted = {
        "Title": ("方正小标宋简体", 22), "ReportBody": ("仿宋_GB2312", 16), "Heading1": ("黑体", 16),
        "Heading2": ("楷体_GB2312", 16), "FooterOdd": ("宋体", 14),
    }  # fmt: skip
    for name, (face, size) in wanted.items():
        style = known[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == face, name
        assert style.font.size.pt == size, name
    # 22 lines of 28 characters: 28.95 points each, and 28 x 15.75 points on 156 mm
    spacing = known["ReportBody"].element.pPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == "exact" and int(spacing.get(qn("w:line"))) * 22 <= 225 / 25.4 * 1440
    tighter = int(known["ReportBody"].element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    assert 28 * (320 + tighter) <= 156 / 25.4 * 1440 < 28 * (320 + tighter) + 28


def test_headings_are_real_and_in_order(midterm: bytes) -> None:
    first = styled(midterm, "Heading1")
    assert [text[:2] for text in first[:6]] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert first[6:] == ["附件1　指标台账", "附件2　任务台账", "附件3　数据来源"]
    assert all(re.match("（[一二三四五]）|附：", text) for text in styled(midterm, "Heading2"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_to_fill_in_by_machine(kind: str) -> None:
    found = texts(made(kind))
    own = [text for text in found if "alert(1)" not in text]  # the hostile aim holds braces of its own
    assert not [text for text in own if re.search(r"\{\{|\}\}|\{%|None|nan|TODO|Fraction\(|datetime", text)]
    assert "<script>alert(1)</script>&{{ title }}" in "".join(found) or kind in ("bulletin", "decision", "supervision")


@pytest.mark.parametrize("kind", KINDS)
def test_same_input_same_bytes(kind: str) -> None:
    assert made(kind) == made(kind)
    assert b"<dcterms:modified" in parts(made(kind))["docProps/core.xml"]
    assert b"2023-12-31" in parts(made(kind))["docProps/core.xml"]


def test_head_rows_repeat_and_no_row_is_split(midterm: bytes) -> None:
    for table in opened(midterm).tables:
        rows = table._tbl.tr_lst
        assert rows[0].trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst]
        assert sum(grid) in (8845, 12756)  # 156 mm upright, 225 mm across


def test_ledgers_stand_across_the_page(midterm: bytes) -> None:
    sections = opened(midterm).sections
    assert [section.orientation for section in sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]


def test_page_numbers_are_at_the_outer_side(midterm: bytes) -> None:
    document = opened(midterm)
    assert document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        for footer, style in ((section.footer, "FooterOdd"), (section.even_page_footer, "FooterEven")):
            (paragraph,) = footer.paragraphs
            assert paragraph.style.style_id == style and "PAGE" in paragraph._p.xml and paragraph.text == "—  —"


def test_what_is_simulated_says_so_on_every_page(midterm: bytes) -> None:
    for section in opened(midterm).sections:
        for header in (section.header, section.even_page_header):
            assert "含模拟数据" in header.paragraphs[0].text
    real = word_bytes(build("midterm", world(targets=(target("真的指标"),), tasks=(), simulated=False)))
    assert "模拟" not in "".join(p.text for p in opened(real).sections[0].header.paragraphs)


@pytest.mark.skipif(chinese_face() is None, reason="no Chinese typeface on this machine")
def test_every_picture_is_there_and_told_in_words(midterm: bytes) -> None:
    document = opened(midterm)
    shapes = document.inline_shapes
    assert len(shapes) == 2
    for shape in shapes:
        properties = shape._inline.docPr
        assert "：" in properties.get("descr") and properties.get("name").startswith("图")
        blip = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        assert blip.blob.startswith(b"\x89PNG") and len(blip.blob) > 5000
    numbers = [shape._inline.docPr.get("id") for shape in shapes]
    assert len(set(numbers)) == len(numbers)


def test_without_a_chinese_typeface_the_data_stand_as_tables() -> None:
    plain = made("midterm", Pictures(None))
    assert len(opened(plain).inline_shapes) == 0
    assert len(tables(plain)) == len(tables(made("midterm", Pictures(None)))) > 5
    assert "图1　各板块目标评价" in styled(plain, "Caption")


def test_pictures_do_not_depend_on_the_run() -> None:
    chart = Chart("counts", "图", ("甲",), ("#2E7D32",), (Bar("行", (1.0,), "1"),))
    assert Pictures().png(chart) == Pictures().png(chart)
    assert Pictures().png(Chart("counts", "图", (), (), ())) is None


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert HOSTILE in whole(made("midterm")) and "\x0b" not in whole(made("midterm"))


def test_an_empty_report_is_still_a_document() -> None:
    report = Report("midterm", "空", "试验市", date(2023, 1, 1), ())
    assert texts(word_bytes(report)) == []
    assert columns("") == ()


# The order that the schema of WordprocessingML asks for (ISO/IEC 29500-1, 17.3 and 17.4), as far as we use it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr shd tabs kinsoku overflowPunct autoSpaceDE"
           " autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rFonts b color spacing sz szCs vertAlign lang",
    "tcPr": "tcW vAlign",
    "tblPr": "tblW jc tblInd tblBorders tblLayout tblCellMar",
    "sectPr": "reference type pgSz pgMar docGrid",
    "style": "name basedOn uiPriority semiHidden qFormat pPr rPr tblPr",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_elements_stand_in_the_order_of_the_schema(kind: str) -> None:
    document = opened(made(kind))
    for root in (document.element.body, document.styles.element):
        for name, order in ORDER.items():
            allowed = order.split()
            for element in root.iter(qn(f"w:{name}")):
                tags = (child.tag.rpartition("}")[2] for child in element)
                found = ["reference" if tag.endswith("Reference") else tag for tag in tags]
                assert found == sorted(found, key=allowed.index), (name, found)
                assert len(found) == len(set(found)) or name == "sectPr", (name, found)
