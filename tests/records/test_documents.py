"""Files attached: what is secret is refused, what is internal is not published, an original is the one meant."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from innocity.actions.attach_document import attach_document
from innocity.actions.publish_document import publish_document
from innocity.actions.remove_original import remove_original
from innocity.actions.verify_audit import verify_audit
from innocity.core.errors import InnoCityError
from innocity.packs.model import Original, Pack
from innocity.records import markings, queries
from innocity.records.markings import read_marking
from innocity.records.models import AuditEntry, Document
from innocity.records.models_matters import MatterFile
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR
from tests.records.test_facts import refused

PARTY = "wh_science"


def word(*paragraphs: str, header: str = "") -> bytes:
    """A Word file of these paragraphs."""
    from docx import Document as Word

    document = Word()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


SECRET = {
    "a mark with its term": ("a.txt", "机密★1年\n关于某事的通知".encode()),
    "spaced out": ("a.txt", "000001\n秘　密\n特急\n通知".encode()),
    "gb18030": ("a.txt", "绝密★长期\n通知".encode("gb18030")),
    "stated": ("a.md", ("正文\n" * 100 + "密级：秘密\n").encode()),
    "in the text": ("a.txt", ("正文\n" * 100 + "附件一 机密★10年\n").encode()),
    "in the name": ("【秘密】方案.txt", "正文".encode()),
    "in a Word header": ("a.docx", word("正文", header="机密★5年")),
    "in a Word paragraph": ("a.docx", word("绝密", "正文")),
}
PLAIN = {
    "a law": "各单位应当保守国家秘密，尊重商业秘密。",
    "a term": "技术秘密入股",
    "a heading": "一、加强秘密保护工作\n正文",
}


@pytest.mark.parametrize("how", SECRET)
def test_what_is_marked_is_refused(city: Pack, how: str) -> None:
    name, raw = SECRET[how]
    before = AuditEntry.objects.count()
    with refused("E-DOCUMENT-SECRET"):
        attach_document(city, OPERATOR, name, raw, party=PARTY, marking_checked_by="张三")
    assert not Document.objects.exists() and AuditEntry.objects.count() == before
    assert not list(Path(settings.INNOCITY_VAR).rglob("*"))


@pytest.mark.parametrize("how", PLAIN)
def test_words_about_secrets_are_no_marks(how: str) -> None:
    assert read_marking("a.txt", PLAIN[how].encode()).grade is None


def test_internal_is_told_and_not_published(city: Pack) -> None:
    attached = attach_document(city, OPERATOR, "a.txt", "内部资料，注意保存\n正文".encode(), party=PARTY)
    assert [one.code for one in attached.warnings] == ["W-DOCUMENT-INTERNAL"]
    with refused("E-PUBLISH-INTERNAL"):
        publish_document(OPERATOR, attached.id, "李四", "可以公开")


def test_a_picture_needs_somebody_who_looked(city: Pack) -> None:
    with refused("E-DOCUMENT-UNREAD"):
        attach_document(city, OPERATOR, "scan.pdf", b"%PDF-1.7", party=PARTY)
    attached = attach_document(city, OPERATOR, "../x/scan.pdf", b"%PDF-1.7", party=PARTY, marking_checked_by="张三")
    kept = queries.document(OPERATOR, attached.id)
    assert kept is not None and (kept.file_name, kept.marking_checked_by) == ("scan.pdf", "张三")


def test_publishing_records_who_checked(city: Pack) -> None:
    raw = "市级公告".encode()
    attached = attach_document(city, OPERATOR, "a.txt", raw, party=PARTY)
    assert queries.document(Viewer(), attached.id) is None
    for by, basis in (("", "可以公开"), ("李四", " ")):
        with refused("E-PUBLISH-CHECK"):
            publish_document(OPERATOR, attached.id, by, basis)
    with refused("E-RECORDS-DENIED"):
        publish_document(Viewer("firm", "a", party="A"), attached.id, "李四", "可以公开")
    publish_document(OPERATOR, attached.id, "李四", "不涉密，可以公开")
    shown = queries.document(Viewer(), attached.id)
    assert shown is not None and shown.published_check_by == "李四"
    assert queries.file_of(shown, Path(settings.INNOCITY_VAR)).read_bytes() == raw
    assert '"checked_by":"李四"' in AuditEntry.objects.get(action="publish_document").details


def test_an_original_is_the_one_that_the_pack_means(city: Pack) -> None:
    name, document = next((k, d) for k, d in city.documents.items() if d.original)
    raw = "原文".encode()
    with refused("E-DOCUMENT-DIFFERS"):
        attach_document(city, OPERATOR, "a.txt", raw, original_of=name)
    meant = Original(file="a.txt", sha256=hashlib.sha256(raw).hexdigest(), chars=2)
    other = document.model_copy(update={"original": meant})
    pack = city.model_copy(update={"documents": {**city.documents, name: other}})
    attach_document(pack, OPERATOR, "a.txt", raw, original_of=name)
    found = queries.original(OPERATOR, name)
    assert found is not None and (found.text, found.title) == ("原文", document.title)
    assert queries.original(Viewer(), name) is None
    with refused("E-DOCUMENT-EXISTS"):
        attach_document(pack, OPERATOR, "a.txt", raw, original_of=name)


@pytest.fixture
def pinned(city: Pack) -> str:
    """A document of which the pack says which file its articles were counted in."""
    return next(name for name, one in city.documents.items() if one.original)


def test_another_edition_is_taken_where_it_is_said_to_be_one(city: Pack, pinned: str) -> None:
    meant = city.documents[pinned].original
    assert meant is not None
    with pytest.raises(InnoCityError) as found:
        attach_document(city, OPERATOR, "印发.txt", "印发稿".encode(), original_of=pinned)
    assert found.value.code == "E-DOCUMENT-DIFFERS"
    assert meant.file in str(found.value) and "印发.txt" in str(found.value) and "--other-edition" in str(found.value)
    done = attach_document(city, OPERATOR, "印发.txt", "印发稿".encode(), original_of=pinned, other_edition=True)
    kept = queries.original(OPERATOR, pinned)
    assert done.other_edition and kept is not None and kept.sha256 == done.sha256 != meant.sha256
    assert '"kind":"另一版原文"' in AuditEntry.objects.get(action="attach_document").details


def test_an_original_is_replaced_with_a_reason_and_the_old_one_stays(city: Pack, pinned: str) -> None:
    first = attach_document(city, OPERATOR, "错.txt", "放错了".encode(), original_of=pinned, other_edition=True)
    publish_document(OPERATOR, first.id, "李四", "可以公开")
    more = {"original_of": pinned, "other_edition": True}
    with pytest.raises(InnoCityError) as found:
        attach_document(city, OPERATOR, "对.txt", "对的".encode(), **more)
    assert found.value.code == "E-DOCUMENT-EXISTS"
    assert all(word in str(found.value) for word in ("错.txt", "对.txt", "--replace", "--reason"))
    for wrong in ({"replace": True}, {"reason": "放错了"}, {"replace": True, "reason": " "},
                  {"replace": True, "reason": "长" * 501}):  # fmt: skip
        with refused("E-DOCUMENT-REASON"):
            attach_document(city, OPERATOR, "对.txt", "对的".encode(), **more, **wrong)
    with refused("E-DOCUMENT-EXISTS"):
        attach_document(city, OPERATOR, "错.txt", "放错了".encode(), **more, replace=True, reason="同一个")
    second = attach_document(city, OPERATOR, "对.txt", "对的".encode(), **more, replace=True, reason="前一份放错了")
    now = queries.original(OPERATOR, pinned)
    assert now is not None and (now.id, now.file_name, now.published_on) == (second.id, "对.txt", None)
    assert second.replaced == first.sha256 and queries.original(Viewer(), pinned) is None
    assert queries.document(Viewer(), first.id) is None, "what was replaced is public no more"
    old = Document.objects.get(id=first.id)
    assert old.replaced_on is not None and old.replaced_because == "前一份放错了"
    assert queries.file_of(old, Path(settings.INNOCITY_VAR)).read_bytes() == "放错了".encode()
    assert {one.id for one in queries.documents(OPERATOR)} == {first.id, second.id}, "staff see the history"
    last = AuditEntry.objects.filter(action="attach_document").order_by("seq").last()
    assert last is not None and first.sha256 in last.details and "前一份放错了" in last.details
    with refused("E-DOCUMENT-UNKNOWN"):
        publish_document(OPERATOR, first.id, "李四", "可以公开")
    third = attach_document(city, OPERATOR, "错.txt", "放错了".encode(), **more, replace=True, reason="原来那份对")
    assert third.id not in (first.id, second.id), "one that was replaced may come back"


def test_nothing_is_replaced_where_nothing_is_attached(city: Pack, pinned: str) -> None:
    with refused("E-DOCUMENT-UNKNOWN"):
        attach_document(city, OPERATOR, "a.txt", b"a", original_of=pinned, other_edition=True, replace=True, reason="x")
    for viewer in (Viewer("firm", "a", party="A"), Viewer("officer", "b", "wh_huancui", None, "huancui")):
        with refused("E-RECORDS-DENIED"):
            attach_document(city, viewer, "a.txt", b"a", original_of=pinned, replace=True, reason="x")
    with refused("E-DOCUMENT-REASON"):
        attach_document(city, OPERATOR, "a.txt", b"a", party=PARTY, replace=True)
    assert not Document.objects.exists()


def test_hostile_word_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(**files: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name.replace("__", "/") + ".xml", content)
        return buffer.getvalue()

    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "/etc/passwd">]><a>&x;</a>'
    bomb = packed(word__document=b"<a>" + b" " * 3_000_000 + b"</a>")
    monkeypatch.setattr(markings, "INFLATED_MAX", 2_000_000)
    for code, raw in (("E-DOCUMENT-FORMAT", b"no zip"), ("E-DOCUMENT-FORMAT", packed(other=b"<a/>")),
                      ("E-DOCUMENT-FORMAT", packed(word__document=b"<a>")), ("E-DOCUMENT-SIZE", bomb),
                      ("E-DOCUMENT-FORMAT", b"")):  # fmt: skip
        with pytest.raises(InnoCityError) as caught:
            read_marking("a.docx", raw)
        assert caught.value.code == code
    assert "root" not in read_marking("a.docx", packed(word__document=entity)).text


def test_a_failed_record_keeps_no_entry(city: Pack) -> None:
    with refused("E-DOCUMENT-UNKNOWN"):
        attach_document(city, OPERATOR, "a.txt", b"x", party="nobody")
    assert not Document.objects.exists()


def test_an_original_is_taken_away_with_a_reason_though_it_was_public(city: Pack, pinned: str) -> None:
    first = attach_document(city, OPERATOR, "错.txt", "放错了".encode(), original_of=pinned, other_edition=True)
    publish_document(OPERATOR, first.id, "李四", "可以公开")
    for reason in ("", " ", "长" * 501):
        with refused("E-DOCUMENT-REMOVAL"):
            remove_original(OPERATOR, pinned, reason)
    for other in (Viewer("firm", "a", party="A"), Viewer("leader", "b"), Viewer()):
        with refused("E-RECORDS-DENIED"):
            remove_original(other, pinned, "放错了")
    assert remove_original(OPERATOR, pinned, "放错了").sha256 == first.sha256
    assert queries.original(OPERATOR, pinned) is None and queries.document(Viewer(), first.id) is None
    old = Document.objects.get(id=first.id)
    assert (old.replaced_because, old.erased_on, old.published_on) == ("放错了", None, None)
    assert queries.file_of(old, Path(settings.INNOCITY_VAR)).is_file(), "staff still have it"
    assert '"erased":false' in AuditEntry.objects.get(action="remove_original").details
    with refused("E-DOCUMENT-UNKNOWN"):
        remove_original(OPERATOR, pinned, "再撤一次")
    again = attach_document(city, OPERATOR, "对.txt", "对的".encode(), original_of=pinned, other_edition=True)
    assert again.replaced == "" and queries.original(OPERATOR, pinned) is not None


def test_what_should_never_have_been_attached_is_erased_with_its_bytes_and_text(city: Pack, pinned: str) -> None:
    raw = "程序没有看出密级的正文".encode()
    first = attach_document(city, OPERATOR, "错.txt", raw, original_of=pinned, other_edition=True)
    assert remove_original(OPERATOR, pinned, "误传", erase=True).erased
    gone = Document.objects.get(id=first.id)
    assert gone.text == "" and gone.erased_on is not None and gone.sha256 == first.sha256
    assert not queries.file_of(gone, Path(settings.INNOCITY_VAR)).exists()
    assert "密级的正文" not in AuditEntry.objects.get(action="remove_original").details
    assert verify_audit(OPERATOR).findings == (), "an original that was erased is no file that is missing"
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        assert not any(raw in file.read_bytes() for file in name.parent.glob(f"{name.name}*"))
    # Only what the log calls erased may be missing.
    other = attach_document(city, OPERATOR, "b.txt", "另一份".encode(), party=PARTY)
    Document.objects.filter(id=other.id).update(erased_on=gone.erased_on)
    queries.file_of(Document.objects.get(id=other.id), Path(settings.INNOCITY_VAR)).unlink()
    assert [one.kind for one in verify_audit(OPERATOR).findings] == ["missing"]


def test_to_erase_is_for_whoever_runs_the_site(city: Pack, pinned: str) -> None:
    attach_document(city, OPERATOR, "错.txt", "正文".encode(), original_of=pinned, other_edition=True)
    officer = Viewer("officer", "a", "wh_science")
    with refused("E-RECORDS-DENIED"):
        remove_original(officer, pinned, "误传", erase=True)
    assert not remove_original(officer, pinned, "误传").erased and queries.original(OPERATOR, pinned) is None
    assert remove_original(OPERATOR, pinned, "误传", erase=True).erased


def test_what_was_taken_away_or_attached_twice_can_still_be_erased(city: Pack, pinned: str) -> None:
    raw = "先撤下，后来才知道不能留".encode()
    for name in ("一.txt", "二.txt"):
        attach_document(city, OPERATOR, name, raw, original_of=pinned, other_edition=True)
        remove_original(OPERATOR, pinned, "放错了")
    assert remove_original(OPERATOR, pinned, "不能留", erase=True).erased
    rows = Document.objects.filter(pack_document=pinned)
    assert [(one.text, one.erased_on is None) for one in rows] == [("", False)] * 2
    assert not queries.file_of(rows[0], Path(settings.INNOCITY_VAR)).exists()
    with refused("E-DOCUMENT-UNKNOWN"):
        remove_original(OPERATOR, pinned, "不能留", erase=True)


def test_bytes_that_were_handed_in_for_a_matter_are_not_erased(city: Pack, pinned: str) -> None:
    raw = "办事时也交了这一份".encode()
    one = attach_document(city, OPERATOR, "a.txt", raw, original_of=pinned, other_edition=True)
    MatterFile.objects.create(owner=PARTY, procedure="voucher", step="apply", file_name="a.txt", size=len(raw),
                              media_type="text/plain", sha256=one.sha256, kept_by="tests", entry=1,
                              kept_at=timezone.now())  # fmt: skip
    assert not remove_original(OPERATOR, pinned, "误传", erase=True).erased, "it is said that the bytes are there"
    gone = Document.objects.get(id=one.id)
    assert gone.text == "" and queries.file_of(gone, Path(settings.INNOCITY_VAR)).read_bytes() == raw
    assert verify_audit(OPERATOR).findings == ()


def test_bytes_that_another_paper_rests_on_are_not_erased(city: Pack, pinned: str) -> None:
    raw = "两处都用".encode()
    kept = attach_document(city, OPERATOR, "a.txt", raw, party=PARTY)
    attach_document(city, OPERATOR, "b.txt", raw, original_of=pinned, other_edition=True)
    assert not remove_original(OPERATOR, pinned, "误传", erase=True).erased
    paper = Document.objects.get(id=kept.id)
    assert paper.text and queries.file_of(paper, Path(settings.INNOCITY_VAR)).read_bytes() == raw
