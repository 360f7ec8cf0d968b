"""The original beside the digest: for whoever may see it, passage by passage, public only once examined."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.packs.load import load_pack
from innocity.records.models import Document
from tests.web.conftest import Persona

PAGE, DESK = "/weihai/documents/calls-2023/", "/weihai/office/documents/calls-2023/original/"
TEXT = "第一条　本通知说明怎样申报。\n\n第二条　材料一次交齐。\n"
SOURCES = os.environ.get("INNOCITY_SOURCES")


def paper(text: str = TEXT) -> SimpleUploadedFile:
    return SimpleUploadedFile("通知.txt", text.encode())


def test_nobody_is_shown_an_original_that_is_not_there(site: Client) -> None:
    text = site.get(f"{PAGE}?read=original").content.decode()
    assert "怎么读" not in text and "以下是本系统逐条写的摘要" in text


def test_an_original_is_attached_then_published(persona: Persona) -> None:
    officer, firm, passer_by = persona("science"), persona("firm"), Client(SERVER_NAME="localhost")
    assert "放入原文" in officer.get(PAGE).content.decode() and "放入原文" not in firm.get(PAGE).content.decode()
    assert officer.post(DESK, {"file": paper()}).status_code == 302
    assert "材料一次交齐" in officer.get(f"{PAGE}?read=original").content.decode()
    for other in (firm, passer_by):
        assert "材料一次交齐" not in other.get(f"{PAGE}?read=original").content.decode()
    assert officer.post(DESK, {"checked_by": "审查员", "basis": ""}).status_code == 400
    assert officer.post(DESK, {"checked_by": "审查员", "basis": "主动公开范围"}).status_code == 302
    for other in (firm, passer_by):
        text = other.get(f"{PAGE}?read=both").content.decode()
        assert "在原文里的位置没有标出来" in text
        assert "材料一次交齐" in other.get(f"{PAGE}?read=original").content.decode()


def test_another_edition_is_told_as_such_and_compared_with_nothing(persona: Persona) -> None:
    officer, page = persona("science"), "/weihai/documents/plan-2023/?read=both"
    desk = "/weihai/office/documents/plan-2023/original/"
    refused = officer.post(desk, {"file": paper()})
    assert refused.status_code == 400
    assert "不是同一个文件" in refused.content.decode() and "--other-edition" not in refused.content.decode()
    told = officer.post(desk, {"file": SimpleUploadedFile("印发.txt", TEXT.encode()), "other_edition": "1"})
    assert told.status_code == 302 and "另一版" in officer.get(desk).content.decode()
    text = officer.get(page).content.decode()
    assert "印发.txt（另一版，不是摘要所依据的那个文件，不逐条对照）" in text
    assert "在原文里的位置没有标出来" in text and '<blockquote class="passage" lang="zh-CN"><p>' not in text
    assert "材料一次交齐" in officer.get("/weihai/documents/plan-2023/?read=original").content.decode()
    officer.cookies["django_language"] = "en"
    assert "another edition" in officer.get(page).content.decode()


def test_a_wrong_file_is_replaced_with_a_reason_and_has_to_be_published_anew(persona: Persona) -> None:
    officer, passer_by = persona("science"), Client(SERVER_NAME="localhost")
    assert officer.post(DESK, {"file": paper()}).status_code == 302
    officer.post(DESK, {"checked_by": "审查员", "basis": "主动公开范围"})
    new = {"file": SimpleUploadedFile("新的.txt", "换过的正文\n第一条 新".encode()), "replace": "1"}
    assert officer.post(DESK, new).status_code == 400, "without a reason"
    again = {**new, "file": SimpleUploadedFile("新的.txt", "换过的正文\n第一条 新".encode()), "reason": "放错了文件"}
    assert officer.post(DESK, again).status_code == 302
    assert "换过的正文" in officer.get(f"{PAGE}?read=original").content.decode()
    text = passer_by.get(f"{PAGE}?read=original").content.decode()
    assert "换过的正文" not in text and "材料一次交齐" not in text


def test_an_original_that_should_not_be_there_is_taken_away(persona: Persona) -> None:
    officer, passer_by = persona("science"), Client(SERVER_NAME="localhost")
    officer.post(DESK, {"file": paper()})
    officer.post(DESK, {"checked_by": "审查员", "basis": "主动公开范围"})
    assert "材料一次交齐" in passer_by.get(f"{PAGE}?read=original").content.decode()
    assert persona("firm").post(DESK, {"removal": "放错了"}).status_code == 403
    refused = officer.post(DESK, {"removal": " "})
    assert refused.status_code == 400 and "撤下原文要写理由" in refused.content.decode()
    assert "已撤下" in officer.post(DESK, {"removal": "不该公开", "erase": "1"}, follow=True).content.decode()
    assert Document.objects.get(pack_document="calls-2023").erased_on is None, "to erase is for whoever runs the site"
    assert "材料一次交齐" not in passer_by.get(f"{PAGE}?read=original").content.decode()
    assert "放入" in officer.get(DESK).content.decode()


@pytest.mark.parametrize(("upload", "told"), [
    ({}, "没有选文件"), ({"file": paper("秘密★1年\n正文")}, "涉密文件不得进入本系统"),
    ({"file": SimpleUploadedFile("扫描.png", b"\x89PNG\r\n\x1a\n0")}, "密级核对人"),
])  # fmt: skip
def test_what_may_not_be_attached_is_refused_with_a_remedy(persona: Persona, upload: dict, told: str) -> None:
    answer = persona("science").post(DESK, upload)
    assert answer.status_code == 400 and told in answer.content.decode() and 'id="errors"' in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("firm", 403), ("leader", 403), ("auditor", 403), ("county", 400)])
def test_only_officers_of_the_city_attach(persona: Persona, name: str, status: int) -> None:
    assert persona(name).post(DESK, {"file": paper()}).status_code == status
    assert "怎么读" not in persona("science").get(PAGE).content.decode()


@pytest.mark.skipif(not SOURCES, reason="INNOCITY_SOURCES names no folder with the original documents")
def test_each_article_stands_beside_its_own_passage(persona: Persona) -> None:
    document = load_pack("weihai").documents["opinion-2018"]
    assert document.original is not None
    file = Path(str(SOURCES)) / Path(document.original.file).name
    officer = persona("science")
    desk = "/weihai/office/documents/opinion-2018/original/"
    assert officer.post(desk, {"file": SimpleUploadedFile(file.name, file.read_bytes())}).status_code == 302
    text = officer.get("/weihai/documents/opinion-2018/?read=both").content.decode()
    raw = file.read_text(encoding="utf-8", errors="replace")
    placed = [(article, article.spans[0]) for article in document.articles if article.spans]
    assert len(placed) > 20 and "位置没有标出来" not in text
    for article, (first, end) in placed:
        line = next(line.strip() for line in raw[first:end].splitlines() if line.strip())
        section = text[text.index(f'id="{article.id}"') :]
        assert line[:8] in section[: section.index("</section>")], article.id
    changed = SimpleUploadedFile(file.name, file.read_bytes() + b" ")
    other = persona("science").post("/weihai/office/documents/plan-2023/original/", {"file": changed})
    assert other.status_code == 400 and "勾选“另一版”" in other.content.decode()
    assert "--other-edition" not in other.content.decode()
