"""A scanned pdf on the pages of 读文件: recognised on this machine where the extra is installed, else told plainly."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from innocity.actions import recognise_upload
from innocity.actions.recognise_text import can_recognise
from innocity.core.errors import InnoCityError
from innocity.records.queries.audit import audit_entries
from innocity.records.viewer import Viewer
from tests.engines.reading import scans
from tests.web.conftest import Persona

READING = "/weihai/office/reading/"
with_the_extra = pytest.mark.skipif(
    not can_recognise(), reason="the extra `ocr` is not installed (pip install 'innocity[ocr]')"
)


def upload(client: Client, raw: bytes, name: str = "措施.pdf") -> Any:
    return client.post(READING, {"file": SimpleUploadedFile(name, raw)})


def blank() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def awaited(client: Client, page: str) -> Any:
    """The page once nothing is being read any more."""
    for _ in range(600):
        answer = client.get(page)
        if answer.context.get("state") != "reading":
            return answer
        assert "正在识别文字" in answer.content.decode()
        time.sleep(0.25)
    raise AssertionError("a page takes longer than two minutes")


@pytest.mark.skipif(can_recognise(), reason="the extra `ocr` is installed")
def test_without_the_extra_the_page_says_whom_to_ask(persona: Persona, records: Path) -> None:
    client = persona("science")
    assert "没有装文字识别" in client.get(READING).content.decode()
    answer = upload(client, blank())
    fault = answer.context["faults"][0]
    assert answer.status_code == 422 and "扫描件" in fault.message and "innocity[ocr]" in fault.remedy
    assert fault.field == "file" and not list((records / "weihai").glob("readings/*/scan.pdf"))


@pytest.mark.parametrize("line", ["机密★1年", "000012\t机密女1年", "秘密 长期"])
def test_a_recognised_mark_is_refused_even_with_a_misread_star(line: str) -> None:
    with pytest.raises(InnoCityError, match="E-DOCUMENT-SECRET"):
        recognise_upload.check_head("a.pdf", f"{line}\n关于奖励的通知\n")
    recognise_upload.check_head("a.pdf", "关于保守国家秘密工作的通知\n对新认定的企业奖励10万元。\n")


@with_the_extra
class TestWithTheExtra:
    """What needs the models."""

    def test_a_scan_is_recognised_behind_and_reviewed_like_any_other(self, persona: Persona, records: Path) -> None:
        scans.need_font()
        client = persona("science")
        raw = scans.as_pdf([scans.red_header(), scans.articles()])
        page = str(upload(client, raw)["Location"])
        shown = awaited(client, page)
        assert shown.status_code == 200 and "对照原件" in shown.content.decode()
        document = shown.context["document"]
        assert document.scanned and document.chars > 300 and "支持企业研发" in document.title
        assert shown.context["total"] > 6
        folder = records / "weihai/readings" / document.id
        assert not (folder / "scan.pdf").exists() and (folder / "text.txt").read_text("utf-8").count("万元") >= 5
        text = client.get(f"{page}recognised.txt")
        assert text["Content-Type"].startswith("text/plain") and "高新技术企业" in text.content.decode()
        assert str(upload(client, raw)["Location"]) == page
        assert audit_entries(Viewer.operator("tests"), action="open_reading").items[0].actor == "science"

    def test_a_page_without_characters_fails_with_what_to_do(self, persona: Persona, records: Path) -> None:
        client = persona("science")
        shown = awaited(client, str(upload(client, blank())["Location"]))
        assert "没有认出文字" in shown.content.decode() and "照原件录入" in shown.content.decode()
        assert not list((records / "weihai").glob("readings/*/scan.pdf"))

    def test_a_damaged_scan_is_refused_at_once(self, persona: Persona) -> None:
        assert upload(persona("science"), b"%PDF-1.4 cut off").status_code == 422
