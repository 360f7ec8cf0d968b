"""Scanned pages: refused with what to do; recognised where the extra `ocr` is installed and asked for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from typer.testing import CliRunner

from innocity.actions.recognise_text import can_recognise, check_scan, scanned_text
from innocity.cli.main import app
from innocity.core.errors import InnoCityError
from innocity.engines.reading.files import text_of
from innocity.engines.reading.pipeline import read
from tests.engines.reading import scans
from tests.engines.reading.scans import FONTS, need_font

LINES = [
    "第一条对新认定的高新技术企业，每家一次性给",
    "予奖励20万元。",
    "第二条企业购买检测服务的，按服务费的30%给予",
    "补助。",
]
INSTALLED = can_recognise()
#: Drawn pages, what is printed on them, and the least share of it that must be recognised.
PAGES: dict[str, tuple[Any, tuple[str, ...], float]] = {
    "red header": (scans.red_header, scans.HEADED, 0.97),
    "articles": (scans.articles, scans.ARTICLES, 0.97),
    "table": (scans.table, (scans.TABLE_TITLE, *("".join(row) for row in scans.TABLE)), 0.97),
}


@pytest.fixture
def scan() -> bytes:
    """A page that is only a picture of four lines."""
    from PIL import Image, ImageDraw, ImageFont

    need_font()
    font = ImageFont.truetype(str(FONTS[0]), 34)
    image = Image.new("RGB", (900, 500), "white")
    for n, line in enumerate(LINES):
        ImageDraw.Draw(image).text((60, 60 + 60 * n), line, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, "PDF", resolution=110)
    return out.getvalue()


def test_a_scan_is_refused_with_both_ways_to_read_it(scan: bytes) -> None:
    with pytest.raises(InnoCityError, match="E-READING-SCANNED") as caught:
        text_of(scan, "a.pdf")
    assert "--ocr" in str(caught.value.remedy) and "ocrmypdf" in str(caught.value.remedy)


@pytest.mark.skipif(INSTALLED, reason="the extra `ocr` is installed")
def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(tmp_path / "a.pdf")
    told = CliRunner().invoke(app, ["read", str(tmp_path / "a.pdf"), "--ocr", "--json"])
    assert told.exit_code != 0
    with pytest.raises(InnoCityError, match="E-READING-OCR") as caught:
        scanned_text((tmp_path / "a.pdf").read_bytes(), "a.pdf")
    assert "innocity[ocr]" in str(caught.value.remedy)
    with pytest.raises(InnoCityError, match="E-READING-OCR"):
        check_scan((tmp_path / "a.pdf").read_bytes(), "a.pdf")


@pytest.mark.skipif(not INSTALLED, reason="the extra `ocr` is not installed (pip install 'innocity[ocr]')")
class TestWithTheExtra:
    """What needs the models."""

    def test_characters_and_paragraphs_are_recognised(self, scan: bytes) -> None:
        text = scanned_text(scan, "a.pdf")
        assert len(text.splitlines()) == 2 and "每家一次性给予奖励20万元" in text
        assert [[a.value_yuan or a.rate for a in b.amounts] for b in read(text).benefits] == [[200_000], [0.3]]

    def test_the_command_keeps_the_text_to_be_compared(self, scan: bytes, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(scan)
        saved = tmp_path / "a.txt"
        told = CliRunner().invoke(app, ["read", str(tmp_path / "a.pdf"), "--ocr", "--save-text", str(saved), "--json"])
        assert told.exit_code == 0 and saved.read_text("utf-8") == scanned_text(scan, "a.pdf")

    def test_an_empty_or_damaged_page_is_refused(self, scan: bytes) -> None:
        writer, out = PdfWriter(), io.BytesIO()
        writer.add_blank_page(200, 200)
        writer.write(out)
        with pytest.raises(InnoCityError, match="E-READING-SCANNED"):
            scanned_text(out.getvalue(), "a.pdf")
        with pytest.raises(InnoCityError, match="E-READING-BROKEN"):
            scanned_text(scan[:40], "a.pdf")

    @pytest.mark.parametrize("kind", PAGES)
    def test_pages_of_a_scanner_are_recognised(self, kind: str) -> None:
        need_font()
        draw, printed, least = PAGES[kind]
        found = scanned_text(scans.as_pdf([draw()]), "a.pdf")
        assert scans.accuracy(found, "".join(printed)) >= least

    def test_what_scanned_pages_promise_is_read(self) -> None:
        need_font()
        told: list[tuple[int, int]] = []
        data = scans.as_pdf([scans.red_header(), scans.articles(), scans.table()])
        assert check_scan(data, "a.pdf") == 3
        reading = read(scanned_text(data, "a.pdf", lambda *done: told.append(done)))
        assert told == [(1, 3), (2, 3), (3, 3)]
        assert reading.meta["number"] == "汀政发〔2024〕17号"
        sums = [a.value_yuan or a.rate or a.cap_yuan for b in reading.benefits for a in b.amounts]
        assert sums == [300_000, 150_000, 0.2, 800_000, 5_000_000, 2_000_000, 0.0015, 600_000, 4_000]
        assert [t.value for t in reading.targets if t.rule != "target-table"] == [3.2]
        articles = [(t.title, t.responsible_units) for t in reading.tasks if t.path.startswith("第")]
        assert articles[0] == ("支持平台建设", ("市科技局", "市财政局")) and len(articles) == 3
        rows = [(t.title, t.lead_units, t.cooperating_units) for t in reading.tasks if t.rule == "task-table"]
        assert ("开工中试基地", ("市工信局",), ("市财政局",)) in rows and len(rows) == 4
