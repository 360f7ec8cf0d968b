"""Bad input ends as a clear error or an empty reading: never a crash, never a hang."""

from __future__ import annotations

import io
from functools import cache

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.engines.reading.files import text_of
from innocity.engines.reading.pipeline import read

PIECES = (
    "(", "〔(", "“", "😀", "1", "1,000,", "给予最高", "按50%、",
    "一、甲\n", "一是甲,", "(责任单位:", "对的,给予100万元,",
    "到2025年达到3家,", "《", "根据《甲》", "百", "在甲上,", "(1)", "第一条", " ", "\n", "、", "牵头单位:甲局,", "每年",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_long_lines_of_one_piece_are_read(piece: str) -> None:
    """How the steps grow is counted in test_linear; here only that nothing breaks."""
    reading = read(piece * (12_000 // len(piece)))  # four times the longest sentence that is followed
    assert all(0 <= f.start <= f.end <= 12_000 for f in reading.benefits)


@pytest.mark.parametrize("piece", ["甲", "1", "😀", "(", "给予100万元", "\u00a0"])
def test_a_line_of_ten_megabytes_is_refused_and_one_of_a_document_read(piece: str) -> None:
    data = (piece * (10_000_000 // len(piece.encode()))).encode()
    with pytest.raises(InnoCityError, match="E-READING-TOO-LARGE"):
        text_of(data, "a.txt")
    assert read(text_of(data[:90_000], "a.txt")).tasks == ()


@given(st.text(alphabet="(（〔[【《“‘)）〕]】》”’对给予100万元，。", max_size=200))
@settings(max_examples=150, deadline=None)
def test_brackets_in_any_order_are_read(text: str) -> None:
    for finding in read(text).benefits:
        assert 0 <= finding.start <= finding.end <= len(text)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text: str) -> None:
    read(text)


@given(st.text(max_size=200), st.sampled_from(["a.html", "a.htm"]))
@settings(max_examples=60, deadline=None)
def test_any_page_is_read(page: str, name: str) -> None:
    try:
        read(text_of(f"<html><body>{page}</body>".encode(), name))
    except InnoCityError as error:
        assert error.code.startswith("E-READING-")


@pytest.mark.parametrize("tenths", range(10))
def test_a_word_file_cut_off_anywhere_is_refused(tenths: int) -> None:
    data = word_file("一、奖励", "对新认定的企业奖励20万元。")
    with pytest.raises(InnoCityError) as caught:
        text_of(data[: len(data) * tenths // 10], "a.docx")
    assert caught.value.code == "E-READING-BROKEN" and caught.value.remedy


@given(st.integers(0, 40_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_word_file_with_wrong_bytes_is_refused_or_read(place: int, wrong: bytes) -> None:
    data = bytearray(word_file("一、奖励", "对新认定的企业奖励20万元。"))
    data[place % len(data) : place % len(data) + len(wrong)] = wrong
    try:
        read(text_of(bytes(data), "a.docx"))
    except InnoCityError as error:
        assert error.code.startswith("E-READING-")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", "a.bin"]))
def test_random_bytes_are_refused_or_read(data: bytes, name: str) -> None:
    try:
        text = text_of(data, name)
    except InnoCityError as error:
        assert error.code.startswith("E-READING-") and error.remedy
    else:
        read(text)


WORDS = st.sampled_from(
    ["对", "给予", "100万元", "50%", "分别", "、", ",", "。", "(", ")", "“", "一、", "(一)", "1.", "最高", "奖励", "\n",
     "达到",
     "到2025年", "30家", "1:1", "责任单位:", "市科技局", "配套", "用于", "超过", "部分", "每年", "各", "两级", "负担"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_any_order_of_words_is_read(words: list[str]) -> None:
    text = "".join(words)
    reading = read(text)
    for finding in (*reading.benefits, *reading.targets, *reading.tasks, *reading.facts, *reading.outline):
        assert 0 <= finding.start <= finding.end <= len(text)


CELLS = st.sampled_from(
    ["任务", "牵头单位", "责任单位", "奖励标准（万元）", "项目", "指标名称", "2025年目标", "单位", "100",
     "最高30", "50%", "1:1", "≥5", "市科技局、财政局", "", "合计", "/", "甲\u3000乙", "9" * 40, "(", "家"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_cells_in_any_order_are_read(rows: list[list[str]], end: str) -> None:
    text = end.join("\t".join(row) for row in rows)
    reading = read(text)
    for finding in (*reading.benefits, *reading.targets, *reading.tasks, *reading.facts, *reading.outline):
        assert 0 <= finding.start <= finding.end <= len(text)


TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=3 rowspan=2>", "<p>", "</p>", "任务",
     "责任单位", "100万元", "\n", "<script>", "</script>"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(TAGS, max_size=60))
def test_tables_of_a_page_in_any_order_are_read(pieces: list[str]) -> None:
    text = text_of(f"<html>{''.join(pieces)}".encode(), "a.html")
    read(text)


@cache
def word_file(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "指标", "数值"
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def test_word_files() -> None:
    data = word_file("一、奖励", "对新认定的企业奖励20万元。")
    text = text_of(data, "a.docx")
    assert text.splitlines() == ["一、奖励", "对新认定的企业奖励20万元。", "指标 数值"]
    assert read(text).benefits[0].amounts[0].value_yuan == 200_000
    with pytest.raises(InnoCityError, match="E-READING-BROKEN"):
        text_of(data[: len(data) // 2], "a.docx")


def test_pdf_without_text_is_refused_as_scanned() -> None:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    with pytest.raises(InnoCityError, match="E-READING-SCANNED"):
        text_of(out.getvalue(), "a.pdf")
    with pytest.raises(InnoCityError, match="E-READING-BROKEN"):
        text_of(out.getvalue()[:60], "a.pdf")


def test_pages_lose_their_furniture_and_old_encodings_are_read() -> None:
    page = "<html><style>p{}</style><body><nav>首页</nav><p>一、任务</p><footer>版权</footer></body></html>"
    assert text_of(page.encode("gb18030"), "a.html") == "一、任务"


def test_other_kinds_and_ten_million_characters() -> None:
    with pytest.raises(InnoCityError, match="E-READING-KIND"):
        text_of(b"\xd0\xcf\x11\xe0rest", "a.doc")
    with pytest.raises(InnoCityError, match="E-READING-TOO-LARGE"):
        text_of(b"a" * 10_000_001, "a.txt")
