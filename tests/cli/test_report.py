"""`innocity report` as it is typed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from docx import Document

from tests.cli.conftest import typed

KINDS = ("midterm", "selfeval", "bulletin", "decision")


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_written_and_told(empty: Path, kind: str) -> None:
    result = typed("report", "weihai", kind, "--as-of", "2023-12-31", "--out", f"out/{kind}.docx")
    assert f"out/{kind}.docx" in result.stdout and "送审稿" in result.stdout and "模拟" not in result.stdout
    assert any("国家创新型城市" in p.text for p in Document(str(empty / "out" / f"{kind}.docx")).paragraphs) or (
        kind == "decision"
    )
    assert "E-REPORT-EXISTS" in typed("report", "weihai", kind, "--out", f"out/{kind}.docx", code=1).stderr
    typed("report", "weihai", kind, "--as-of", "2023-12-31", "--out", f"out/{kind}.docx", "--overwrite")


def test_what_was_made_as_json(empty: Path) -> None:
    result = typed("report", "weihai", "midterm", "--as-of", "2023-12-31", "--out", "m.html", "--json")
    found = json.loads(result.stdout)
    assert found["city"] == "weihai" and found["files"][0]["path"] == "m.html" and found["simulated"] is False
    assert (empty / "m.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_notice_for_one_unit_or_for_all(empty: Path) -> None:
    typed("report", "weihai", "supervision", "--unit", "科技局", "--as-of", "2025-01-31", "--out", "one.docx")
    text = "\n".join(p.text for p in Document(str(empty / "one.docx")).paragraphs)
    assert "威海市科学技术局：" in text and "督办回执" in text
    typed("report", "weihai", "supervision", "--as-of", "2025-01-31", "--out", "all")
    assert (empty / "all" / "supervision-wh_science.docx").is_file()


def test_simulated_progress_is_announced_and_can_be_left_out(here: Path, tmp_path: Path) -> None:
    told = typed("report", "weihai", "midterm", "--as-of", "2023-12-31", "--out", tmp_path / "a.docx")
    assert "含模拟数据" in told.stdout
    real = typed("report", "weihai", "midterm", "--as-of", "2023-12-31", "--real", "--out", tmp_path / "b.docx")
    assert "含模拟数据" not in real.stdout
    body = Document(str(tmp_path / "b.docx"))
    assert not [p.text for p in body.paragraphs if "（模拟）" in p.text and "程序生成" not in p.text]


def test_wrong_words_are_told(empty: Path) -> None:
    for words, code in (
        (("yearly", "--out", "x.docx"), "E-REPORT-KIND"),
        (("midterm", "--out", "x.pdf"), "E-REPORT-SUFFIX"),
        (("midterm", "--out", "x.docx", "--as-of", "昨天"), "E-DATE-FORMAT"),
        (("midterm", "--out", "x.docx", "--document", "no"), "E-REPORT-DOCUMENT"),
        (("supervision", "--out", "x.docx"), "E-REPORT-UNIT"),
        (("supervision", "--unit", "没有", "--out", "x.docx"), "E-UNIT-UNKNOWN"),
    ):
        assert code in typed("report", "weihai", *words, code=1).stderr
    assert list(empty.iterdir()) == []


def test_a_starter_is_a_word_file_with_places(empty: Path) -> None:
    result = typed("report", "weihai", "midterm", "--starter", "--out", "midterm.docx")
    assert "templates/midterm.docx" in result.stdout
    assert "{{ content }}" in [p.text for p in Document(str(empty / "midterm.docx")).paragraphs]


def test_a_report_takes_less_than_five_seconds(empty: Path) -> None:
    begun = time.perf_counter()
    typed("report", "weihai", "midterm", "--as-of", "2023-12-31", "--out", "m.docx")
    assert time.perf_counter() - begun < 5
