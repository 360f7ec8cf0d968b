"""A backup holds all that an instance keeps, and comes back whole on either database, or not at all."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction

from innocity.actions.attach_document import attach_document
from innocity.actions.back_up import BackedUp, back_up
from innocity.actions.correct_fact import correct_fact
from innocity.actions.open_account import open_account
from innocity.actions.record_facts import record_rows
from innocity.actions.restore import check_backup, restore
from innocity.actions.verify_audit import verify_audit
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import dump, queries
from innocity.records.models import Account, Document, Fact, Party
from innocity.records.viewer import Viewer
from tests.records import databases
from tests.records.conftest import OPERATOR

ROWS = [{"party_id": f"o{n}", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"} for n in (1, 2)]


@pytest.fixture
def kept(city: Pack, tmp_path: Path) -> BackedUp:
    """The backup of an instance that has facts, a correction, a person, a file, an account and a ledger."""
    done = record_rows(city, OPERATOR, "qualification", ROWS)
    assert sum(done.added.values()) == 2
    fact = Fact.objects.filter(register="qualification").order_by("fact_id").first()
    assert fact is not None
    correct_fact(
        city, OPERATOR, "qualification", fact.fact_id, {"issued_on": "2023-11-02"}, revision=1, reason="抄错了日期"
    )
    attach_document(city, OPERATOR, "a.txt", "第一条 说明".encode(), party="o1")
    open_account(OPERATOR, "checker", "a Long pass-phrase 7!", "auditor")
    ledger = Path(settings.INNOCITY_VAR) / "weihai" / "observation.csv"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("﻿fact_id\n", encoding="utf-8")
    (ledger.parent / ".ledgers.lock").touch()
    return back_up(OPERATOR, tmp_path / "backup.zip")


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], object]:  # fmt: skip
    """A context in which the instance is another one: an empty database of a kind, an empty folder."""

    @contextmanager
    def inside(kind: str) -> Iterator[None]:
        copy = databases.copied(request.getfixturevalue(f"{kind}_template"), tmp_path)
        try:
            with databases.used(copy), monkeypatch.context() as patch:
                patch.setattr(settings, "INNOCITY_VAR", tmp_path / f"other-{kind}", raising=False)
                yield
        finally:
            databases.dropped(copy)

    return inside


def test_nobody_else_reads_a_backup(kept: BackedUp) -> None:
    assert kept.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_kept_comes_back_on_either_database(kept: BackedUp, elsewhere: Callable, kind: str) -> None:
    head = verify_audit(OPERATOR).head
    facts = sorted(Fact.objects.values_list("register", "fact_id", "revision", "data", "valid_from", "current"))
    with elsewhere(kind):
        done = restore(OPERATOR, "weihai", kept.path)
        assert done.rows == kept.rows and done.files == kept.files >= 2
        found = Fact.objects.values_list("register", "fact_id", "revision", "data", "valid_from", "current")
        assert sorted(found) == facts
        assert verify_audit(OPERATOR).whole and queries.audit_head(OPERATOR)[0] == head[0]
        assert get_user_model().objects.get(username="checker").check_password("a Long pass-phrase 7!")
        assert Account.objects.get().role == "auditor"
        original = Document.objects.get()
        assert queries.file_of(original, Path(settings.INNOCITY_VAR)).read_bytes() == "第一条 说明".encode()
        assert (Path(settings.INNOCITY_VAR) / "weihai" / "observation.csv").is_file()
        record_rows(_pack(), OPERATOR, "qualification", [{**ROWS[0], "party_id": "o3"}])  # numbering goes on
        assert verify_audit(OPERATOR).whole


def _pack() -> Pack:
    from innocity.packs.load import load_pack

    return load_pack("weihai")


def test_keys_locks_and_sessions_stay_outside(kept: BackedUp) -> None:
    names = zipfile.ZipFile(kept.path).namelist()
    assert not [n for n in names if "secret" in n or "lock" in n or "session" in n]
    assert "tables/records_fact.parquet" in names and "files/weihai/observation.csv" in names


def test_an_instance_that_holds_something_is_not_overwritten(kept: BackedUp) -> None:
    before = Fact.objects.count()
    assert _code(lambda: restore(OPERATOR, "weihai", kept.path)) == "E-RESTORE-NOT-EMPTY"
    assert Fact.objects.count() == before


def test_a_backup_of_another_city_is_refused(kept: BackedUp, elsewhere: Callable) -> None:
    with elsewhere("sqlite"):
        assert _code(lambda: restore(OPERATOR, "liaocheng", kept.path)) == "E-RESTORE-CITY"


def test_a_backup_is_never_written_over(kept: BackedUp) -> None:
    assert _code(lambda: back_up(OPERATOR, kept.path)) == "E-BACKUP-WRITE"


def test_only_who_runs_the_machine_backs_up(city: Pack, tmp_path: Path) -> None:
    for role in ("anonymous", "firm", "officer", "leader", "auditor"):
        viewer = Viewer(role)  # type: ignore[arg-type]
        assert _code(lambda v=viewer: back_up(v, tmp_path / "x.zip")) == "E-RECORDS-DENIED"
        assert _code(lambda v=viewer: restore(v, "weihai", tmp_path / "x.zip")) == "E-RECORDS-DENIED"
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("change", ["flip", "drop", "truncate", "extra", "climb", "text", "newer"])
def test_a_backup_that_was_touched_is_refused_and_leaves_nothing(
    kept: BackedUp, elsewhere: Callable, tmp_path: Path, change: str
) -> None:  # fmt: skip
    bad = tmp_path / "bad.zip"
    _spoil(kept.path, bad, change)
    with elsewhere("sqlite"):
        code = _code(lambda: restore(OPERATOR, "weihai", bad))
        assert code in ("E-BACKUP-BROKEN", "E-BACKUP-FORMAT", "E-RESTORE-SCHEMA")
        assert not Fact.objects.exists() and not Party.objects.exists()
        assert [p for p in Path(settings.INNOCITY_VAR).rglob("*") if p.is_file()] == []
    assert not (tmp_path / "climbed").exists()


def _spoil(good: Path, bad: Path, change: str) -> None:
    if change == "truncate":
        bad.write_bytes(good.read_bytes()[:-200])
        return
    if change == "text":
        bad.write_text("not a backup")
        return
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "files/weihai/observation.csv" and change == "flip":
                body += b"x"
            if name == "files/weihai/observation.csv" and change == "drop":
                continue
            if name == "manifest.json":
                manifest = json.loads(body)
                if change == "climb":
                    manifest["members"]["files/../../climbed"] = "0"
                    manifest["files"].append("../../climbed")
                if change == "newer":
                    manifest["migrations"].append(["records", "9999_later"])
                body = json.dumps(manifest).encode()
            target.writestr(name, body)
        if change in ("extra", "climb"):
            target.writestr("files/../../climbed", b"")


def test_a_failure_halfway_leaves_an_empty_instance(
    kept: BackedUp, elsewhere: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    import innocity.actions.restore as module

    def interrupted(viewer: Viewer, *, files: bool) -> None:
        raise KeyboardInterrupt

    with elsewhere("sqlite"), monkeypatch.context() as patch:
        patch.setattr(module, "verify_audit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            restore(OPERATOR, "weihai", kept.path)
        assert not Fact.objects.exists() and not list(Path(settings.INNOCITY_VAR).rglob("*.csv"))


def test_a_backup_is_checked_without_an_instance(kept: BackedUp, tmp_path: Path) -> None:
    assert check_backup(kept.path).rows == kept.rows
    _spoil(kept.path, tmp_path / "bad.zip", "flip")
    assert _code(lambda: check_backup(tmp_path / "bad.zip")) == "E-BACKUP-BROKEN"


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(InnoCityError) as refused:
        call()
    return refused.value.code


def test_reading_waits_for_no_writer_and_sees_one_moment(city: Pack) -> None:
    """While rows are read others write; what they write is not in the backup."""
    written, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                record_rows(city, OPERATOR, "qualification", ROWS)
                written.set()
                assert go_on.wait(20)
        finally:
            connections.close_all()

    with dump.reading() as fetch:
        assert next(fetch("SELECT count(*) FROM records_fact"))[0][0] == 0
        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(20)
        assert next(fetch("SELECT count(*) FROM records_fact"))[0][0] == 0
        go_on.set()
        writer.join()
        assert next(fetch("SELECT count(*) FROM records_fact"))[0][0] == 0
    assert Fact.objects.count() == 2
