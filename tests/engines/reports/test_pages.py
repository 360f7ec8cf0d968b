"""The Word files as LibreOffice lays them out: they open, the sheet fits one page, no page is left almost empty."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from innocity.engines.reports import build, word_bytes
from tests.engines.reports.world import LONG, target, task, world

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TEXT = shutil.which("pdftotext")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine (libreoffice-writer)"),
    pytest.mark.skipif(TEXT is None, reason="pdftotext is not on this machine (poppler-utils)"),
]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LibreOffice's own folder: tests that run at once must not share one."""
    return tmp_path_factory.mktemp("office")


def pages(content: bytes, folder: Path, profile: Path) -> list[str]:
    """The text of each page."""
    assert OFFICE and TEXT
    source = folder / "report.docx"
    source.write_bytes(content)
    where = "file" + f"://{profile}"
    words = [OFFICE, f"-env:UserInstallation={where}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*words, str(source)], check=True, capture_output=True, timeout=120)
    shown = subprocess.run(
        [TEXT, "-layout", str(folder / "report.pdf"), "-"], check=True, capture_output=True, text=True
    )
    return shown.stdout.split("\f")[:-1]


def test_every_page_of_the_midterm_report_has_text_and_a_number(tmp_path: Path, profile: Path) -> None:
    found = pages(word_bytes(build("midterm", world())), tmp_path, profile)
    assert len(found) >= 6
    for number, text in enumerate(found, 1):
        assert re.search(rf"—\s*{number}\s*—", text), number
        assert len(re.sub(r"\s", "", text)) > 80, number
        assert "含模拟数据" in text
    body = re.sub(r"\s", "", "".join(found))
    assert "附件3数据来源" in body and "{%" not in body


def test_no_heading_stands_last_on_its_page(tmp_path: Path, profile: Path) -> None:
    for text in pages(word_bytes(build("selfeval", world())), tmp_path, profile):
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("—")]
        assert not re.match(r"[一二三四五六]、|（[一二三四五六]）", lines[-1]), lines[-1]


@pytest.mark.parametrize("many", [1, 2, 40])
def test_the_decision_sheet_is_one_page(tmp_path: Path, profile: Path, many: int) -> None:
    data = world(
        targets=tuple(target(f"{LONG}{n}", light="alert") for n in range(many)),
        tasks=tuple(task(f"{LONG}{n}") for n in range(many)),
    )
    found = pages(word_bytes(build("decision", data)), tmp_path, profile)
    assert len(found) == 1 and "领导批示" in found[0] and "呈报单位" in found[0]


def test_the_receipt_has_a_page_of_its_own_and_the_date_is_not_alone(tmp_path: Path, profile: Path) -> None:
    data = world(tasks=tuple(task(f"任务{n}") for n in range(9)))
    found = pages(word_bytes(build("supervision", data, "science")), tmp_path, profile)
    receipts = [text for text in found if "督办回执" in text]
    assert len(receipts) == 1 and "承办单位" in receipts[0] and "督办通知单" not in receipts[0]
    signed = [text for text in found if re.search(r"年\s+月\s+日", text) and "督办回执" not in text]
    assert all(len(re.sub(r"\s", "", text)) > 120 for text in signed)
