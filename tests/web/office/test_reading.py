"""读文件: upload -> reading over the text -> decide, correct, reject, add -> draft -> zip; a corpus that scores."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.actions import open_reading, reading_store
from innocity.cli.read import scores
from innocity.packs.load import load_pack, read_pack
from innocity.records.queries.audit import audit_entries
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona

READING = "/weihai/office/reading/"
TEXT = """松岚市人民政府关于支持企业创新的若干措施
松政发〔2024〕3号
一、企业奖补
（一）培育企业。对新认定的市级雏鹰企业，每家奖励18万元。（责任单位：市科技局）
（二）上市奖励。对在境内新上市的企业，给予一次性奖励260万元。（责任单位：市财政局）
二、目标
到2026年，全市高新技术企业达到430家以上。
三、说明
本措施提到的雏鹰企业曾拿过许多荣誉，另有补贴3万元。
"""


def upload(client: Client, text: str | bytes = TEXT, name: str = "措施.txt", **extra: Any) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return client.post(READING, {"file": SimpleUploadedFile(name, raw)}, **extra)


def opened(client: Client, text: str = TEXT) -> str:
    answer = upload(client, text)
    assert answer.status_code == 302, answer.context["faults"]
    return str(answer["Location"])


def decide(client: Client, page: str, key: str, verdict: str, **data: Any) -> Any:
    return client.post(f"{page}?finding={key}", {"key": key, "verdict": verdict, **data})


def form_of(client: Client, page: str, key: str) -> dict[str, str]:
    """The form to correct a finding as the page fills it in."""
    context = client.get(page, {"finding": key}).context
    given = {field.spec.name: field.value for field in context["fields"]}
    for n, row in context["amounts"]:
        given |= {f"{name}.{n}": value for name, value in row.items()}
    return {**given, "quote": context["quote"], "start": str(context["start"])}


def accept_all(client: Client, page: str) -> None:
    for row, _ in client.get(page).context["rows"]:
        if not row.verdict:
            assert decide(client, page, row.key, "accept").status_code == 302


def test_what_was_read_stands_over_the_text_and_beside_it(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    answer = client.get(page)
    context = answer.context
    keys = {row.key for row, _ in context["rows"]}
    assert {"benefits-0", "benefits-1", "targets-0"} <= keys and context["total"] == len(keys)
    shown = "".join(piece.text for line in context["lines"] for piece in line)
    assert "".join(shown.split()) == "".join(TEXT.split())
    pieces = [piece for line in context["lines"] for piece in line if "benefits-1" in piece.keys]
    assert "260万元" in "".join(piece.text for piece in pieces) and pieces[0].begins
    assert 'data-tag="benefits-1"' in answer.content.decode() and ">奖2</a>" in answer.content.decode()
    one = client.get(page, {"finding": "benefits-1"}).context
    assert one["current"].gist == "260万元" and 0 < one["current"].sure <= 100 and one["current"].finding.rule
    beside = client.get(page, {"finding": "benefits-1"}, headers={"hx-request": "true"}).content.decode()
    assert 'id="panel"' in beside and "<html" not in beside


def test_decisions_are_kept_with_who_and_when_and_lead_on(persona: Persona, records: Path) -> None:
    client = persona("science")
    page = opened(client)
    answer = decide(client, page, "benefits-0", "accept", seen="0")
    assert answer.status_code == 302 and "benefits-0" not in answer["Location"] and "finding=" in answer["Location"]
    shown = persona("group_office").get(page, {"finding": "benefits-0"})
    assert shown.context["done"] == 1
    entry, _, word, at = shown.context["history"][0]
    assert (entry.by, entry.verdict, str(word)) == ("science", "accept", "接受") and at.tzinfo
    assert "science" in shown.content.decode()
    logged = audit_entries(Viewer.operator("tests"), action="decide_finding").items[0]
    assert logged.actor == "science" and logged.object.endswith("/benefits-0")
    assert decide(client, page, "benefits-0", "undo", seen=str(entry.number)).status_code == 302
    assert client.get(page).context["done"] == 0
    assert client.get(READING).context["documents"][0][2][0] == 0


def test_a_rejection_says_why(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    bare = decide(client, page, "benefits-1", "reject", reason=" ")
    assert (
        bare.status_code == 422
        and bare.context["faults"][0].field == "reason"
        and 'href="#reason"' in str(bare.content.decode())
    )
    assert decide(client, page, "benefits-1", "reject", reason="不是本市的事").status_code == 302
    shown = client.get(page, {"finding": "benefits-1"})
    assert "不是本市的事" in shown.content.decode() and shown.context["current"].verdict == "reject"


def test_amounts_and_fields_are_corrected(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    given = form_of(client, page, "benefits-0")
    assert given["value_yuan.0"] == "18万元"
    untouched = decide(client, page, "benefits-0", "correct", **given)
    assert untouched.status_code == 422 and "没有改动" in untouched.content.decode()
    wrong = decide(client, page, "benefits-0", "correct", **{**given, "value_yuan.0": "十八"})
    assert wrong.status_code == 422 and wrong.context["faults"][0].field == "v-value_yuan-0"
    assert 'value="十八"' in wrong.content.decode() and wrong.context["correcting"]
    changed = {**given, "value_yuan.0": "20万元", "case.1": "国家级", "value_yuan.1": "50万元", "mode.1": "max"}
    assert decide(client, page, "benefits-0", "correct", **changed).status_code == 302
    context = client.get(page, {"finding": "benefits-0"}).context
    assert context["current"].gist == "20万元；国家级 最高50万元"
    assert ("额度", "20万元；国家级 最高50万元", "18万元") in [(str(a), b, c) for a, b, c in context["shown"]]
    target = form_of(client, page, "targets-0")
    assert decide(client, page, "targets-0", "correct", **{**target, "value": "450", "year": "2027"}).status_code == 302
    found = client.get(page, {"finding": "targets-0"}).context["current"].finding
    assert (found.value, found.year, found.rule) == (450, "2027", "person")


def test_what_was_missed_is_added_from_its_quote_or_a_marked_span(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    form = client.get(page, {"add": "benefits"})
    assert form.status_code == 200 and form.context["quote"] == ""
    data = {"key": "benefits", "verdict": "add", "seen": "0", "shape": "fixed", "subject": "雏鹰企业",
            "value_yuan.0": "3万元"}  # fmt: skip
    for quote, words in (("没有的话", "找不到"), ("雏鹰企业", "不止一处")):
        answer = client.post(f"{page}?add=benefits", {**data, "quote": quote})
        assert answer.status_code == 422 and words in answer.context["faults"][0].message
        assert answer.context["faults"][0].field == "quote" and quote in answer.content.decode()
    start = TEXT.index("另有补贴3万元")
    marked = client.get(page, {"add": "benefits", "start": start, "end": start + 7})
    assert marked.context["quote"] == "另有补贴3万元"
    added = client.post(f"{page}?add=benefits", {**data, "quote": "另有补贴\r\n3万元", "start": ""})
    assert added.status_code == 302 and "benefits%2B1" in added["Location"]
    context = client.get(page, {"finding": "benefits+1"}).context
    assert context["added"] == 1 and context["current"].label == "奖+1"
    assert (context["current"].finding.start, context["current"].gist) == (start, "3万元")
    undone = client.post(f"{page}?finding=benefits%2B1", {"key": "benefits+1", "verdict": "undo"})
    assert undone.status_code == 302
    assert client.get(page).context["added"] == 0


def test_what_somebody_else_decided_meanwhile_is_not_written_over(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    assert decide(persona("group_office"), page, "benefits-0", "accept", seen="0").status_code == 302
    late = decide(client, page, "benefits-0", "reject", reason="晚了", seen="0")
    assert late.status_code == 422 and "刚被别人判过" in late.content.decode()
    assert client.get(page, {"finding": "benefits-0"}).context["current"].verdict == "accept"


def test_a_button_pressed_twice_decides_once_and_says_nothing_of_others(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    for _ in range(2):
        assert decide(client, page, "benefits-0", "accept", seen="0").status_code == 302
    for _ in range(2):
        assert decide(client, page, "benefits-1", "reject", reason="不要", seen="0").status_code == 302
    assert [one.verdict for one, *_ in client.get(page, {"finding": "benefits-0"}).context["history"]] == ["accept"]
    assert [one.verdict for one, *_ in client.get(page, {"finding": "benefits-1"}).context["history"]] == ["reject"]
    other = decide(client, page, "benefits-0", "reject", reason="改主意", seen="0")
    assert other.status_code == 422 and "刚被您自己判过" in other.content.decode()
    for _ in range(2):
        assert decide(client, page, "benefits-0", "undo", seen="1").status_code == 302
    assert client.get(page, {"finding": "benefits-0"}).context["current"].verdict == ""
    assert decide(client, page, "benefits-0", "accept", seen="0").status_code == 302, "once undone it is open again"


def test_a_draft_says_who_accepted_what_and_when(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    decide(persona("group_office"), page, "benefits-0", "accept")
    decide(client, page, "benefits-1", "correct", **{**form_of(client, page, "benefits-1"), "value_yuan.0": "20万元"})
    text = client.get(f"{page}draft/").content.decode()
    [one] = [entry for entry, *_ in client.get(page, {"finding": "benefits-0"}).context["history"]]
    assert "没有人看过" not in text and "未经核对" not in text
    assert f"所据条目由 group_office 在 {one.at[:10]} 接受" in text
    assert f"机器读出，由 science 在 {one.at[:10]} 改正" in text
    assert "group_office、science 判过" in text, "of the document as a whole"


def test_the_draft_holds_what_was_accepted_and_nothing_else(persona: Persona, tmp_path: Path) -> None:
    client = persona("science")
    page = opened(client)
    bare = client.get(f"{page}draft/")
    assert bare.status_code == 200 and bare.context["draft"] is None and bare.context["blocked"]
    assert client.post(f"{page}draft.zip").status_code == 422
    decide(client, page, "benefits-0", "correct", **{**form_of(client, page, "benefits-0"), "value_yuan.0": "20万元"})
    decide(client, page, "benefits-1", "reject", reason="不要")
    shown = client.get(f"{page}draft/")
    assert shown.context["draft"].counts["clauses"] == 1 and shown.context["open"] > 0
    assert "20万元" in shown.content.decode() and "260万元" not in shown.content.decode()
    answer = client.post(f"{page}draft.zip")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert "changes.diff" in names and any(name.startswith("weihai/documents/draft-") for name in names)
        archive.extractall(tmp_path)
    import shutil

    from innocity.packs.load import find_city

    trial = tmp_path / "trial" / "weihai"
    shutil.copytree(find_city("weihai"), trial)
    shutil.copytree(tmp_path / "weihai", trial, dirs_exist_ok=True)
    pack, errors = read_pack(trial)
    assert not [one for one in errors if one.severity == "error"]
    assert len(pack.clauses) == len(load_pack("weihai").clauses) + 1
    assert audit_entries(Viewer.operator("tests"), action="export_draft").items[0].actor == "science"


def test_what_is_decided_to_the_end_becomes_a_corpus_that_scores(persona: Persona, tmp_path: Path) -> None:
    client = persona("science")
    page = opened(client)
    assert client.get(f"{READING}corpus.zip").status_code == 404
    early = client.post(f"{page}keep/")
    assert early.status_code == 422 and "没有判" in early.content.decode()
    decide(client, page, "benefits-1", "correct", **{**form_of(client, page, "benefits-1"), "value_yuan.0": "300万元"})
    accept_all(client, page)
    assert client.post(f"{page}keep/").status_code == 302
    answer = client.get(f"{READING}corpus.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    [result] = scores(tmp_path / "gold", tmp_path / "sources").values()
    benefits = result["benefits"].as_dict()
    assert benefits["missed"] == 1 and benefits["right"] >= 1
    assert json.loads((tmp_path / "gold/targets.jsonl").read_text("utf-8").splitlines()[0])["quote"]


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.txt", "机密★1年\n关于奖励的通知\n奖励10万元".encode(), "标有“机密”"),
        ("〔秘密〕措施.txt", TEXT.encode(), "标有“秘密”"),
        ("a.docx", b"PK\x03\x04broken", "不是完整的 docx"),
        ("a.pdf", b"%PDF-1.4 cut off", ""),
        ("a.doc", b"\xd0\xcf\x11\xe0", "读不了"),
        ("a.txt", b" \n ", "没有文字"),
        ("a.bin", bytes(range(256)) * 20, ""),
    ],
)
def test_what_cannot_be_read_or_must_not_be_kept_is_told(
    persona: Persona, records: Path, name: str, raw: bytes, words: str
) -> None:
    answer = upload(persona("science"), raw, name)
    fault = answer.context["faults"][0]
    assert answer.status_code == 422 and words in fault.message and fault.remedy and fault.field == "file"
    assert not list((records / "weihai").glob("readings/*/text.txt"))


def test_a_docx_with_a_mark_in_the_head_of_its_pages_is_refused(persona: Persona) -> None:
    from docx import Document

    made = Document()
    made.sections[0].header.paragraphs[0].text = "秘密★3年"
    made.add_paragraph("对新认定的企业奖励18万元。")
    raw = io.BytesIO()
    made.save(raw)
    answer = upload(persona("science"), raw.getvalue(), "措施.docx")
    assert answer.status_code == 422 and "秘密" in answer.context["faults"][0].message


def test_the_same_text_is_kept_once_with_its_decisions(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    decide(client, page, "benefits-0", "accept")
    assert opened(client) == page and client.get(page).context["done"] == 1


def test_only_officers_of_the_city_itself_review(persona: Persona) -> None:
    page = opened(persona("science"))
    for name in ("county", "leader", "auditor", "firm"):
        client = persona(name)
        assert {client.get(READING).status_code, client.get(page).status_code} == {403}, name
        assert {upload(client).status_code, decide(client, page, "benefits-0", "accept").status_code} == {403}, name
    assert Client(SERVER_NAME="localhost").get(page).status_code == 302


def test_addresses_that_name_nothing(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    assert client.get(f"{READING}0123456789abcdef/").status_code == 404
    assert client.get(f"{READING}nothing/draft/").status_code == 404
    odd = client.get(page, {"part": "99999", "finding": "x", "kind": "y", "add": "z", "start": "²"})
    assert odd.status_code == 200 and odd.context["asked"].part == 1
    for key, verdict in (("benefits-999", "accept"), ("x", "accept"), ("benefits+4", "add"), ("benefits-0", "shrug")):
        answer = client.post(page, {"key": key, "verdict": verdict, "seen": "0", "quote": "18万元"})
        assert answer.status_code == 422 and answer.context["faults"], (key, verdict)


def test_a_long_document_is_read_in_the_background_and_shown_in_parts(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(open_reading, "AT_ONCE", 100)
    client = persona("science")
    lines = "".join(f"（{n}）对新认定的第{n}类企业，每家奖励{n}万元。\n" for n in range(1, 241))
    page = opened(client, f"一、奖补\n{lines}")
    for _ in range(240):
        answer = client.get(page)
        if "state" not in answer.context or answer.context["state"] != "reading":
            break
        assert "正在读" in answer.content.decode()
        time.sleep(0.25)
    asked = client.get(page, headers={"hx-request": "true", "hx-target": "progress"})
    assert asked["HX-Redirect"] == page  # the page that waited goes on to the review by itself
    context = client.get(page).context
    assert context["total"] >= 240 and context["parts"] >= 6
    every: list[str] = []
    for part in range(1, context["parts"] + 1):
        shown = client.get(page, {"part": part}).context
        assert len(shown["rows"]) <= 60
        every += [row.key for row, _ in shown["rows"]]
    assert len(every) == len(set(every)) == context["total"]
    last = client.get(page, {"finding": every[-1]}).context
    assert last["asked"].part == context["parts"]


def test_a_reading_whose_program_is_gone_has_failed_and_is_begun_anew(persona: Persona, records: Path) -> None:
    client = persona("science")
    page = opened(client)
    folder = records / "weihai/readings" / page.rstrip("/").rpartition("/")[2]
    (folder / "reading.json").unlink()
    (folder / "pid").write_text("999999999", "ascii")
    (folder / reading_store.SCAN).write_bytes(b"a scan that nobody has looked at")
    assert reading_store.state_in(folder) == "failed"
    assert not (folder / reading_store.SCAN).exists(), "whoever killed the program, the scan does not stay"
    assert "没有读成" in client.get(page).content.decode() and client.get(READING).status_code == 200
    assert opened(client) == page and client.get(page).context["total"] > 2


def test_a_list_is_narrowed_by_kind_and_to_what_is_open(persona: Persona) -> None:
    client = persona("science")
    page = opened(client)
    decide(client, page, "benefits-0", "accept")
    only = client.get(page, {"kind": "benefits", "open": "1"}).context["rows"]
    assert [row.key for row, _ in only if row.kind != "benefits" or row.verdict] == []
    assert "benefits-1" in [row.key for row, _ in only]
