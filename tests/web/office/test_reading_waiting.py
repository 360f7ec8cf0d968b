"""Documents that wait to be read: how many may, who takes them back, and when their reader is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings

from innocity.actions import open_reading as opening
from innocity.actions.reading_alive import HELD, PID, alive, end_reader, hold, reader_of
from innocity.actions.reading_store import SCAN, ReadDocument, document_in, scans_waiting, state_in
from innocity.actions.try_reform import write_json
from innocity.actions.withdraw_reading import withdraw_reading
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona

READING = "/weihai/office/reading/"
TEXT = "关于支持创新的若干措施\n一、奖励。对新认定的高新技术企业，奖励20万元。（责任单位：市科技局）\n"
SCIENCE = Viewer("officer", "science", "wh_science")


def waiting_scan(root: Path, number: int, by: str) -> tuple[Path, int]:
    """A scan that somebody is said to read: its folder and the lock that says so."""
    folder = root / f"{number:016x}"
    folder.mkdir(parents=True)
    held = hold(folder)
    (folder / SCAN).write_bytes(b"%PDF-1.4 a picture of a page")
    at = "2026-11-22T10:00:00+08:00"
    one = ReadDocument(folder.name, "weihai", "扫描.pdf", "扫描", "0" * 64, 0, by, "wh_science", at,
                       scanned=True)  # fmt: skip
    write_json(folder / "document.json", asdict(one))
    return folder, held


def begun(client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a document that is being read behind."""
    monkeypatch.setattr(opening, "AT_ONCE", 10)
    answer = client.post(READING, {"file": SimpleUploadedFile("措施.txt", TEXT.encode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_number_that_another_process_was_given_is_no_living_reader(tmp_path: Path) -> None:
    folder, held = waiting_scan(tmp_path, 1, "science")
    (folder / PID).write_text(str(os.getpid()), "ascii")  # this very process lives, and reads nothing
    assert state_in(folder) == "reading"
    os.close(held)
    assert state_in(folder) == "failed" and not (folder / SCAN).exists() and reader_of(folder) is None
    end_reader(folder)  # ends nobody, or this test would not go on


def test_the_lock_stays_with_the_process_that_was_started_until_it_ends(tmp_path: Path) -> None:
    held = hold(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(held,))
    os.close(held)
    (tmp_path / PID).write_text(str(process.pid), "ascii")
    assert alive(tmp_path) and alive(tmp_path) and reader_of(tmp_path) == process.pid
    end_reader(tmp_path)
    assert process.wait(20) == -15 and not alive(tmp_path)
    (tmp_path / HELD).unlink()
    assert not alive(tmp_path), "a folder of an older version has no such file"


def test_one_account_and_all_together_have_so_many_scans_waiting(tmp_path: Path, records: Path) -> None:
    root = tmp_path / "readings"
    mine = [waiting_scan(root, number, "science") for number in range(2)]
    other = waiting_scan(root, 9, "group_office")
    assert len(scans_waiting(root)) == 3
    with override_settings(INNOCITY_SCANS_MINE=3, INNOCITY_SCANS_WAITING=4):
        opening.check_room(root, SCIENCE)
    for limits, code, says in (
        ((2, 20), "E-READING-MINE", "您已有 2 份"), ((3, 3), "E-READING-QUEUE", "已有 3 份"),
    ):  # fmt: skip
        limit = override_settings(INNOCITY_SCANS_MINE=limits[0], INNOCITY_SCANS_WAITING=limits[1])
        with limit, pytest.raises(InnoCityError) as refused:
            opening.check_room(root, SCIENCE)
        assert refused.value.code == code and says in refused.value.message and refused.value.remedy
    os.close(mine[0][1])  # its reader was killed: it waits no more
    with override_settings(INNOCITY_SCANS_MINE=2, INNOCITY_SCANS_WAITING=20):
        opening.check_room(root, SCIENCE)
    for _, held in (mine[1], other):
        os.close(held)


def test_a_document_that_waits_is_taken_back_by_whoever_uploaded_it(
    persona: Persona, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = persona("science"), persona("group_office")
    page = begun(client, monkeypatch)
    folder = records / "weihai" / "readings" / page.rstrip("/").rpartition("/")[2]
    process = reader_of(folder)
    assert process is not None and document_in(folder).by == "science"
    assert "撤回，不读了" in client.get(page).content.decode()
    assert "撤回，不读了" not in other.get(page).content.decode()
    assert other.post(f"{page}withdraw/").status_code == 404 and client.get(f"{page}withdraw/").status_code == 405
    answer = client.post(f"{page}withdraw/", follow=True)
    assert answer.redirect_chain[-1][0] == READING and "已撤回" in answer.content.decode()
    assert client.get(page).status_code == 404 and not folder.exists()
    for _ in range(100):
        if not Path(f"/proc/{process}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{process}").exists(), "nobody reads on"
    entry = AuditEntry.objects.get(action="withdraw_reading")
    assert entry.actor == "science" and entry.object == f"reading/{folder.name}"
    assert begun(client, monkeypatch) == page, "the same text may come again"
    client.post(f"{page}withdraw/")


def test_what_is_read_already_is_not_taken_back(persona: Persona, records: Path) -> None:
    client = persona("science")
    page = str(client.post(READING, {"file": SimpleUploadedFile("措施.txt", TEXT.encode())})["Location"])
    with pytest.raises(InnoCityError, match="E-READING-DONE"):
        withdraw_reading(load_pack("weihai"), SCIENCE, page.rstrip("/").rpartition("/")[2], records)
    answer = client.post(f"{page}withdraw/", follow=True)
    assert answer.redirect_chain[-1][0] == page and "已经读完" in answer.content.decode()
