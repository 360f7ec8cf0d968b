"""Papers of a matter: handed in with a step, guarded, replaced and taken out before it is sent, read by few."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from pypdf import PdfWriter

from innocity.actions import attach_to_matter as attaching
from innocity.actions.back_up import back_up
from innocity.actions.open_account import open_account
from innocity.actions.restore import check_backup, restore
from innocity.actions.verify_audit import verify_audit
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry, Party
from innocity.records.models_matters import MatterFile
from tests.records import databases
from tests.records.test_documents import word
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR, PASSWORD
from tests.web.test_matters import OFFICE, OWN, open_calls

START = f"{OWN}start/call_application/"
CLAUSE = f"{START}?clause=hnte_reward"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200
TOLD = {"step": "apply", "title": "认定奖励", "clause": "hnte_reward", "text": "按通知申报"}


def paper(name: str = "证书.docx", raw: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, word("高新技术企业证书") if raw is None else raw)


def blank_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def text_pdf(*lines: str) -> bytes:
    """A pdf of one page with these lines as text, its letters told by a table from codes to signs."""
    signs = {sign: n for n, sign in enumerate(dict.fromkeys("".join(lines)), 1)}
    table = "".join(f"<{n:04x}> <{sign.encode('utf-16-be').hex()}>\n" for sign, n in signs.items())
    head = "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
    cmap = f"{head}{len(signs)} beginbfchar\n{table}endbfchar\nendcmap\nend".encode()
    shown = "".join(f"<{''.join(f'{signs[one]:04x}' for one in line)}> Tj 0 -20 Td " for line in lines)
    page = f"BT /F1 12 Tf 20 700 Td {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R]"
        b" /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (A) /Ordering (B) "
        b"/Supplement 0 >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    at = len(out)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at)


def sheet(*cells: str, footer: str = "") -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for number, text in enumerate(cells):
            page.write_string(number, 0, text)
        if footer:
            page.set_footer(footer)
    return out.getvalue()


def applied(firm: Client, **files: Any) -> str:
    """The address of an application that a firm has just sent, with files."""
    open_calls()
    answer = firm.post(START, TOLD | (files or {"m-0": paper()}))
    assert answer.status_code == 302, answer.context["faults"]
    return str(answer["Location"]).partition("?")[0]


def links(client: Client, page: str) -> list[str]:
    """The addresses of the files that a page lists."""
    found = client.get(page)
    assert found.status_code == 200, page
    own = "/weihai/my/matters/papers/" if "/my/" in page else "/weihai/office/procedures/papers/"
    return sorted(
        {f"{own}{one.id}/" for one in MatterFile.objects.all() if f"{own}{one.id}/" in found.content.decode()}
    )


def test_an_application_takes_its_papers_and_the_officer_sees_them_and_what_is_missing(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    open_calls()
    form = firm.get(CLAUSE).content.decode()
    assert 'enctype="multipart/form-data"' in form and "高新技术企业证书" in form and "收款账户" in form
    more = {"m-0": [paper(), paper("附页.png", PNG)], "m-2": paper("说明.xlsx", sheet("名称", "数量")), "looked": "1"}
    mine = applied(firm, **more)
    case = mine.rstrip("/").rpartition("/")[2]
    there = f"{OFFICE}{case}/"
    seen = science.get(there)
    assert seen.context["listed"] == [("高新技术企业证书", 2, "sent"), ("收款账户", 0, "missing")]
    [papers] = seen.context["papers"].values()
    assert [one.file_name for one in papers] == ["证书.docx", "附页.png", "说明.xlsx"]
    assert seen.context["case"].taken[0].evidence == ("高新技术企业证书（网上交2份）", "其他材料（网上交1份）")
    text = seen.content.decode()
    assert "材料清单" in text and "缺" in text and "演示通知" in text and papers[0].sha256[:12] in text
    for client, page in ((firm, mine), (science, there)):
        found = [client.get(one) for one in links(client, page)]
        assert len(found) == 3 and found[1].content == PNG
        assert "attachment" in found[1]["Content-Disposition"] and found[1]["X-Content-Type-Options"] == "nosniff"
        assert found[1]["Content-Type"] == "image/png" and "no-store" in found[1]["Cache-Control"]
    sent = AuditEntry.objects.get(action="send_papers")
    assert sent.object == f"matter/{case}" and json.loads(sent.details)["sha256"] == sorted(
        one.sha256 for one in papers
    )
    assert AuditEntry.objects.filter(action="attach_to_matter", actor="firm").count() == 3
    assert AuditEntry.objects.filter(action="export", object=f"matter/{case}", actor="science").count() == 3


def test_nobody_but_the_applicant_and_the_units_that_decide_reads_a_paper(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    mine = applied(firm)
    there = mine.replace("my/matters", "office/procedures")
    number = MatterFile.objects.get().id
    own, office = f"{OWN}papers/{number}/", f"{OFFICE}papers/{number}/"
    for name, unit in (("people", "wh_hr"), ("money", "wh_finance"), ("window", "wh_approval")):
        open_account(OPERATOR, name, PASSWORD, "officer", unit=unit)
    assert firm.get(own).status_code == 200 and science.get(office).status_code == 200
    for name in ("people", "money", "window", "county", "group_office", "leader", "auditor"):
        client = persona(name)
        assert client.get(office).status_code == 404, name
        shown = client.get(there)
        assert shown.status_code == 404 or "证书.docx" not in shown.content.decode(), name
    assert "另有 1 份上传的材料" in persona("leader").get(there).content.decode()
    other = persona("other_firm")
    assert other.get(own).status_code == 404 and other.get(office).status_code == 403
    nobody = Client(SERVER_NAME="localhost")
    assert all(nobody.get(one)["Location"].startswith("/account/login/") for one in (own, office))


def test_what_is_not_sent_yet_is_seen_by_nobody_else(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    open_calls()
    kept = firm.post(START, TOLD | {"m-0": paper(), "do": "keep"})
    assert kept.status_code == 200 and "按通知申报" in kept.content.decode(), "what was written stays"
    number = MatterFile.objects.get(state="waiting").id
    assert firm.get(f"{OWN}papers/{number}/").status_code == 200
    assert science.get(f"{OFFICE}papers/{number}/").status_code == 404
    assert persona("other_firm").get(f"{OWN}papers/{number}/").status_code == 404
    assert (
        "证书.docx" in firm.get(CLAUSE).content.decode()
        and "证书.docx" not in persona("other_firm").get(CLAUSE).content.decode()
    )
    assert not AuditEntry.objects.filter(action="take_step").exists()


def test_files_are_replaced_and_taken_out_until_the_step_is_sent_and_then_stand(persona: Persona) -> None:
    firm = persona("firm")
    open_calls()
    files = {"m-0": [paper("甲.docx", word("甲")), paper("乙.docx", word("乙"))], "do": "keep"}
    firm.post(START, TOLD | files)
    first, second = MatterFile.objects.order_by("id")
    raw = word("丙")  # made once: such a file holds the time of its making
    firm.post(START, TOLD | {f"r-{first.id}": paper("丙.docx", raw), "do": "keep"})
    firm.post(START, TOLD | {"do": f"drop-{second.id}"})
    states = {one.file_name: (one.state, one.material) for one in MatterFile.objects.all()}
    own = "高新技术企业证书"
    assert states == {"甲.docx": ("replaced", own), "乙.docx": ("withdrawn", own), "丙.docx": ("waiting", own)}
    page = firm.get(CLAUSE).content.decode()
    assert "换掉和撤下的 2 份" in page and "已换掉" in page and "已撤下" in page
    firm.post(START, TOLD | {"m-0": paper("丙.docx", raw), "do": "keep"})
    again = firm.post(START, TOLD | {"do": f"drop-{first.id}"})
    assert again.status_code == 422 and "已经提交，或已撤下" in again.content.decode()
    assert firm.post(START, TOLD).status_code == 302
    third = MatterFile.objects.get(state="sent")
    assert third.file_name == "丙.docx" and third.replaces_id == first.id and third.case and third.row
    gone = firm.post(START, TOLD | {"do": f"drop-{third.id}"})
    assert gone.status_code == 422 and MatterFile.objects.get(state="sent").id == third.id
    for change in (lambda: MatterFile.objects.filter(id=third.id).update(file_name="x"), third.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AuditEntry.objects.filter(action="withdraw_from_matter").count() == 1


def macros() -> bytes:
    out = io.BytesIO(word("正文"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return out.getvalue()


def locked() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("x")
    writer.write(out)
    return out.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "another kind": ("程序.exe", lambda: b"MZ", "不收 .exe 文件"),
    "no ending": ("证书", lambda: b"x", "不收 没有后缀的 文件"),
    "not what it says": ("图.png", lambda: b"<html>", "内容不是 png"),
    "a page as a pdf": ("a.pdf", lambda: b"<script>", "内容不是 pdf"),
    "nothing in it": ("a.png", lambda: b"", "空的"),
    "too large": ("a.png", lambda: PNG + b"0" * (20 << 20), "最多 20 MB"),
    "an old or locked office file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0" + b"0" * 600, "加了密码"),
    "no Word file": ("a.docx", lambda: b"PK\x03\x04 nothing", "读不成 Word 文件"),
    "a program inside": ("a.docx", macros, "宏"),
    "a broken pdf": ("a.pdf", lambda: b"%PDF-1.4 cut off", "不是完整的 pdf"),
    "a locked pdf": ("a.pdf", locked, "加了密码"),
    "no workbook": ("a.xlsx", lambda: word("正文"), "不是 Excel 工作簿"),
    "secret in a Word head": ("a.docx", lambda: word("正文", header="机密★5年"), "文件标有“机密”"),
    "secret in a cell": ("a.xlsx", lambda: sheet("秘密★1年", "名称"), "文件标有“秘密”"),
    "secret in a sheet's foot": ("a.xlsx", lambda: sheet("名称", footer="&C绝密★长期"), "文件标有“绝密”"),
    "secret in a pdf": ("a.pdf", lambda: text_pdf("机密★1年", "关于某事的通知，共有若干条。"), "文件标有“机密”"),
    "secret by its name": ("【秘密】图.png", lambda: PNG, "文件标有“秘密”"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_hostile_or_secret_is_refused_by_file_and_the_rest_waits(persona: Persona, how: str) -> None:
    firm = persona("firm")
    open_calls()
    name, make, says = REFUSED[how]
    answer = firm.post(START, TOLD | {"m-0": paper(), "m-1": SimpleUploadedFile(name, make()), "looked": "1"})
    [fault] = answer.context["faults"]
    assert (
        answer.status_code == 422 and fault.message.startswith(f"{name}：") and says in fault.message and fault.remedy
    )
    assert fault.field == "m-apply-1" and 'id="m-apply-1"' in answer.content.decode()
    assert [one.file_name for one in MatterFile.objects.all()] == ["证书.docx"], "the other file is kept"
    assert not AuditEntry.objects.filter(action="take_step").exists(), "and nothing is sent"


def test_a_picture_or_scan_needs_somebody_who_looked_and_internal_is_told(persona: Persona) -> None:
    firm = persona("firm")
    open_calls()
    for name, raw in (("图.png", PNG), ("扫描.pdf", blank_pdf())):
        answer = firm.post(START, TOLD | {"m-0": SimpleUploadedFile(name, raw)})
        assert answer.status_code == 422 and answer.context["faults"][0].field == "looked-apply", name
        assert not MatterFile.objects.exists()
    plain = text_pdf("高新技术企业证书", "发证日期二零二三年十一月")
    files = {
        "m-0": [paper("图.png", PNG), paper("证书.pdf", plain)],
        "m-1": paper("账户.docx", word("内部资料", "账号")),
    }
    answer = firm.post(START, TOLD | files | {"looked": "1", "do": "keep"})
    assert answer.status_code == 200 and "只在本系统内部查阅" in answer.content.decode()
    found = {one.file_name: (one.marking_checked_by, one.internal) for one in MatterFile.objects.all()}
    assert found == {"图.png": ("firm", False), "证书.pdf": ("", False), "账户.docx": ("", True)}


def test_one_step_takes_so_many_files_and_no_more(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = persona("firm")
    open_calls()
    monkeypatch.setattr(attaching, "MOST", 2)
    answer = firm.post(START, TOLD | {"m-0": [paper(f"{n}.docx", word(str(n))) for n in range(3)], "do": "keep"})
    assert answer.status_code == 422 and "2.docx：这一步已有 2 份材料" in answer.content.decode()
    monkeypatch.setattr(attaching, "ROOM", 10)
    other = persona("other_firm").post(START, TOLD | {"m-0": paper(), "do": "keep"})
    assert other.status_code == 422 and "合计超过" in other.content.decode()


def test_the_window_hands_in_the_papers_of_whom_it_takes_an_application_for(persona: Persona) -> None:
    open_account(OPERATOR, "window", PASSWORD, "officer", unit="wh_approval")
    open_account(OPERATOR, "second", PASSWORD, "officer", unit="wh_approval")
    window, firm = persona("window"), persona("firm")
    party = Party.objects.get(handlers__account__user__username="firm").id
    there, told = (
        f"{OFFICE}start/call_application/",
        TOLD | {"actor": "wh_approval", "party": party, "text": "窗口收件"},
    )
    late = window.post(there, told | {"on": date.today().isoformat(), "m-0": paper()})
    assert late.status_code == 422 and "已于2024年4月30日截止" in late.content.decode()
    assert "证书.docx" in late.content.decode(), "the file is kept, only the day has to be put right"
    assert "证书.docx" not in persona("second").get(f"{there}?clause=hnte_reward").content.decode()
    answer = window.post(there, told | {"on": "2024-03-20"})
    page = str(answer["Location"]).partition("?")[0]
    one = MatterFile.objects.get()
    assert answer.status_code == 302 and (one.owner, one.party, one.kept_by) == ("wh_approval", party, "window")
    assert len(links(window, page)) == len(links(persona("science"), page)) == 1
    assert len(links(firm, page.replace("office/procedures", "my/matters"))) == 1
    assert persona("other_firm").get(f"{OWN}papers/{one.id}/").status_code == 404


def test_a_supplement_brings_what_was_missing(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    mine = applied(firm)
    there = mine.replace("my/matters", "office/procedures")
    assert science.post(there, {"step": "return", "on": date.today().isoformat(), "actor": "wh_science",
                                "text": "缺收款账户"}).status_code == 302  # fmt: skip
    shown = firm.get(mine).context
    trays = {step.id: tray for step, _, tray in [*shown["forms"], *shown["own_end"]]}
    assert [slot.name for slot in trays["supplement"].slots] == ["高新技术企业证书", "收款账户", ""]
    assert [slot.name for slot in trays["withdraw"].slots] == [""], "nothing is asked of whoever gives up"
    assert firm.post(mine, {"step": "supplement"}).status_code == 422, "nothing was handed in"
    done = firm.post(mine, {"step": "supplement", "m-1": paper("账户.docx", word("账户"))})
    assert done.status_code == 302, done.context["faults"]
    seen = science.get(there).context
    assert seen["listed"] == [("高新技术企业证书", 1, "sent"), ("收款账户", 1, "sent")] and len(seen["papers"]) == 2
    refused = firm.post(mine, {"step": "accept", "m-0": paper("混.docx", word("混"))})
    assert refused.status_code == 422 and MatterFile.objects.count() == 2, "no papers for the steps of others"


def test_verifying_looks_at_every_file(persona: Persona) -> None:
    applied(persona("firm"))
    one = MatterFile.objects.get()
    path = Path(settings.INNOCITY_VAR) / "files" / one.sha256[:2] / one.sha256
    assert verify_audit(OPERATOR, facts=True).whole
    path.write_bytes(b"another")
    [found] = verify_audit(OPERATOR, facts=True).findings
    assert found.kind == "changed" and f"paper/{one.id}" in found.text
    path.unlink()
    [found] = verify_audit(OPERATOR, facts=True).findings
    assert found.kind == "missing" and f"paper/{one.id}" in found.text


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_holds_the_papers_and_brings_them_back(
    persona: Persona, kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(persona("firm"))
    one = MatterFile.objects.get()
    name = f"files/{one.sha256[:2]}/{one.sha256}"
    raw = (Path(settings.INNOCITY_VAR) / name).read_bytes()
    done = back_up(OPERATOR, tmp_path / "backup.zip")
    assert f"files/{name}" in zipfile.ZipFile(done.path).namelist() and check_backup(done.path).files == done.files
    place = (
        databases.sqlite(tmp_path / "other.sqlite3")
        if kind == "sqlite"
        else databases.postgresql(request.getfixturevalue("postgres"), "papers_restored")
    )
    if kind == "postgresql":
        databases.execute(place, "CREATE DATABASE papers_restored")
    with databases.used(databases.migrated(place)), monkeypatch.context() as patch:
        patch.setattr(settings, "INNOCITY_VAR", tmp_path / "other", raising=False)
        restore(OPERATOR, "weihai", done.path)
        again = MatterFile.objects.get()
        assert (again.sha256, again.state, again.row, again.kept_at) == (one.sha256, "sent", one.row, one.kept_at)
        assert (tmp_path / "other" / name).read_bytes() == raw and verify_audit(OPERATOR).whole
    databases.dropped(place)


def test_a_call_names_its_papers_and_so_may_a_step() -> None:
    from innocity.engines.workflow.papers import materials_of

    pack = load_pack("weihai")
    procedure = pack.procedures["voucher"]
    step = procedure.steps[0]
    assert materials_of(pack, procedure, step, "", date(2024, 3, 1)) == ()
    own = step.model_copy(update={"materials": ("检测合同", "发票")})
    assert materials_of(pack, procedure, own, "", date(2024, 3, 1)) == ("检测合同", "发票")
    called = pack.procedures["call_application"]
    assert materials_of(pack, called, called.steps[0], "hnte_reward", date(2026, 1, 1)) == (
        "高新技术企业证书",
        "收款账户",
    )
