"""Deleting a draft of a reform or a document that is read: by its owner, after a question, with a line in the log."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.actions.delete_reading import delete_reading
from innocity.actions.delete_reform import delete_reform
from innocity.actions.reading_alive import hold
from innocity.actions.reading_store import state_in
from innocity.actions.try_reform import read_reforms, reform_file, write_json
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR

TEXT = "关于支持创新的若干措施\n一、奖励。对新认定的高新技术企业，奖励20万元。（责任单位：市科技局）\n"
READING = "/weihai/office/reading/"


def kept(records: Path, name: str, by: str) -> str:
    """A draft as `save_reform` keeps it, and the address of its page."""
    report: dict[str, Any] = {
        "before": {"payable": 0}, "after": {"payable": 0}, "clauses": [],
        "changes": {"name": name, "set": {}, "remove": []}, "name": name, "by": by, "saved_on": "2023-12-31",
    }  # fmt: skip
    write_json(reform_file(records, "weihai", name), report)
    return f"/weihai/office/reform/drafts/{name}/delete/"


def entries(action: str) -> list[tuple[str, str, dict[str, Any]]]:
    found = AuditEntry.objects.filter(action=action).order_by("seq")
    return [(one.actor, one.object, json.loads(one.details)) for one in found]


def test_a_draft_is_deleted_by_its_owner_after_a_question(persona: Persona, records: Path) -> None:
    address, client = kept(records, "首次认定提高", "science"), persona("science")
    asked = client.get(address).content.decode()
    assert "要删除“首次认定提高”吗" in asked and list(read_reforms(records, "weihai")) == ["首次认定提高"]
    done = client.post(address, follow=True)
    assert "已删除" in done.content.decode() and not read_reforms(records, "weihai")
    ((actor, what, details),) = entries("delete_reform")
    assert (actor, what) == ("science", "reform/首次认定提高") and details["by"] == "science" and details["hash"]
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_another_one_finds_no_way_to_delete_it(persona: Persona, records: Path) -> None:
    address = kept(records, "首次认定提高", "science")
    for name in ("group_office", "leader"):
        assert persona(name).get(address).status_code == persona(name).post(address).status_code == 404, name
    assert persona("auditor").post(address).status_code == 403
    other = Viewer("officer", "group_office", "wh_innovation_group")
    with pytest.raises(InnoCityError) as refused:
        delete_reform(load_pack("weihai"), other, "首次认定提高", records)
    assert refused.value.code == "E-RECORDS-DENIED" and read_reforms(records, "weihai")
    delete_reform(load_pack("weihai"), OPERATOR, "首次认定提高", records)
    assert not read_reforms(records, "weihai") and entries("delete_reform")[0][0] == "tests"


def test_where_the_log_cannot_be_written_the_draft_stays(
    persona: Persona, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from innocity.records import store

    kept(records, "方案", "science")

    def broken(*given: object) -> int:
        raise RuntimeError("no log")

    monkeypatch.setattr(store, "audit", broken)
    with pytest.raises(RuntimeError):
        delete_reform(load_pack("weihai"), OPERATOR, "方案", records)
    assert list(read_reforms(records, "weihai")) == ["方案"]


def uploaded(client: Client) -> str:
    answer = client.post(READING, {"file": SimpleUploadedFile("措施.txt", TEXT.encode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def walk(persona: Persona) -> None:
    client, other = persona("science"), persona("group_office")
    address = uploaded(client)
    assert f"{address}delete/" in client.get(READING).content.decode()
    assert f"{address}delete/" not in other.get(READING).content.decode()
    assert other.post(f"{address}delete/").status_code == 404
    asked = client.get(f"{address}delete/").content.decode()
    assert "0 次核对" in asked and client.get(address).status_code == 200
    assert client.post(f"{address}delete/").status_code == 302
    assert client.get(address).status_code == 404 and address not in client.get(READING).content.decode()
    ((actor, what, details),) = entries("delete_reading")
    assert actor == "science" and what.startswith("reading/") and details["decisions"] == 0 and details["sha256"]
    assert uploaded(client) == address, "the same text may be read anew"


def test_a_document_that_is_read_is_deleted_by_whoever_uploaded_it(persona: Persona) -> None:
    walk(persona)


def test_on_postgresql_too(persona_postgresql: Persona) -> None:
    walk(persona_postgresql)


def test_a_document_that_is_just_being_read_waits(persona: Persona, records: Path) -> None:
    document = uploaded(persona("science")).rstrip("/").rpartition("/")[2]
    folder = records / "weihai" / "readings" / document
    (folder / "reading.json").unlink()
    held = hold(folder)
    with pytest.raises(InnoCityError) as refused:
        delete_reading(load_pack("weihai"), OPERATOR, document, records)
    assert refused.value.code == "E-READING-BUSY" and (folder / "document.json").is_file()
    os.close(held)
    assert state_in(folder) == "failed", "whoever held it has ended"
