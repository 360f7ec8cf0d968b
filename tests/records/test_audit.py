"""The audit log: whoever changes it or the facts behind its back is found, and told where."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from innocity.actions.record_facts import record_rows
from innocity.actions.verify_audit import must_be_whole, verify_audit
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records.chain import ALGORITHMS, GENESIS, Anchor, Entry, check_chain, entry_hash
from innocity.records.models import AuditEntry, Fact
from innocity.records.queries.audit import rows_written
from innocity.records.viewer import Viewer
from tests.records import databases
from tests.records.conftest import OPERATOR

ROW = {"title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"}


def chain(length: int, algorithm: str = "sha256") -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        previous = entries[-1].hash if entries else GENESIS
        entry = Entry(seq, "2026-01-01T00:00:00.000000Z", "a", "officer", "x", f"o{seq}", "{}", algorithm, previous, "")
        entries.append(entry._replace(hash=entry_hash(entry)))
    return entries


def found(entries: list[Entry], head: Entry, anchors: tuple[Anchor, ...] = ()) -> list[tuple[str, int]]:
    return [(one.kind, one.seq) for one in check_chain(entries, (head.seq, head.hash), anchors)]


def rehashed(entries: list[Entry], start: int) -> list[Entry]:
    """What an attacker who knows the method makes of a chain from `start` on."""
    fixed = entries[:start]
    for entry in entries[start:]:
        entry = entry._replace(previous=fixed[-1].hash if fixed else GENESIS, seq=len(fixed) + 1)
        fixed.append(entry._replace(hash=entry_hash(entry)))
    return fixed


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_whole_chain_is_whole(algorithm: str) -> None:
    entries = chain(20, algorithm)
    assert found(entries, entries[-1], (Anchor("2026-01-01", 7, entries[6].hash),)) == []


@pytest.mark.parametrize("field", [name for name in Entry._fields if name != "seq"])
def test_a_flip_in_any_field_is_located(field: str) -> None:
    entries = chain(20)
    entries[6] = entries[6]._replace(**{field: getattr(entries[6], field)[:-1] + "#"})
    assert ("changed", 7) in found(entries, entries[-1])


def test_a_flip_with_a_new_hash_is_located() -> None:
    entries = chain(20)
    flipped = entries[6]._replace(details='{"x":1}')
    entries[6] = flipped._replace(hash=entry_hash(flipped))
    assert found(entries, entries[-1]) == [("unlinked", 8)]


@pytest.mark.parametrize("seq", [1, 7, 20])
def test_a_deletion_is_located(seq: int) -> None:
    entries = chain(20)
    kept = [entry for entry in entries if entry.seq != seq]
    assert found(kept, entries[-1]) == [("truncated" if seq == 20 else "missing", seq)]


def test_a_new_order_is_located() -> None:
    entries = chain(20)
    swapped = [*entries]
    swapped[6], swapped[7] = entries[7]._replace(seq=7), entries[6]._replace(seq=8)
    assert {seq for _, seq in found(swapped, entries[-1])} == {7, 8, 9}
    swapped[6], swapped[7] = (one._replace(hash=entry_hash(one)) for one in swapped[6:8])
    assert {seq for _, seq in found(swapped, entries[-1])} == {7, 8, 9}


def test_an_insertion_is_located() -> None:
    entries = chain(20)
    foreign = Entry(8, entries[6].at, "b", "officer", "x", "o", "{}", "sha256", entries[6].hash, "")
    foreign = foreign._replace(hash=entry_hash(foreign))
    pushed = [entry._replace(seq=entry.seq + 1) for entry in entries[7:]]
    assert found([*entries[:7], foreign, *pushed], entries[-1])[0] == ("changed", 9)
    again = rehashed([*entries[:7], foreign, *pushed], 7)
    assert found(again, entries[-1])[0] == ("appended", 21)


def test_a_rewritten_chain_is_found_by_its_anchor() -> None:
    entries = chain(20)
    anchor = Anchor("2026-01-01", 12, entries[11].hash)
    lying = [*entries]
    lying[4] = lying[4]._replace(actor="nobody")
    lying = rehashed(lying, 4)
    assert found(lying, lying[-1]) == []
    assert found(lying, lying[-1], (anchor,)) == [("anchor", 12)]


def test_truncation_is_located() -> None:
    entries = chain(20)
    assert found(entries[:15], entries[-1]) == [("truncated", 16)]
    anchor = Anchor("2026-01-01", 18, entries[17].hash)
    assert found(entries[:15], entries[14], (anchor,)) == [("truncated", 16)]
    assert found([], Entry(0, "", "", "", "", "", "", "", "", ""), (anchor,)) == [("truncated", 1)]


# --- in the databases


@pytest.fixture
def written(city: Pack) -> Pack:
    for party in "ABCDE":
        record_rows(city, OPERATOR, "qualification", [{**ROW, "party_id": party}])
    assert verify_audit(OPERATOR, keep=True).whole
    return city


def behind_its_back(*statements: str) -> None:
    """What somebody with the database's own password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE records_auditentry DISABLE TRIGGER ALL")
            cursor.execute("ALTER TABLE records_fact DISABLE TRIGGER ALL")
        else:
            for name in ("audit_no_update", "audit_no_delete", "fact_no_rewrite"):
                cursor.execute(f"DROP TRIGGER IF EXISTS records_{name}")
        for statement in statements:
            cursor.execute(statement)


def places() -> set[tuple[str, int]]:
    return {(one.kind, one.seq) for one in verify_audit(OPERATOR).findings}


TAMPERING: dict[str, tuple[tuple[str, ...], set[tuple[str, int]]]] = {
    "flip": (("UPDATE records_auditentry SET actor = 'nobody' WHERE seq = 3",), {("changed", 3)}),
    "delete": (("DELETE FROM records_auditentry WHERE seq = 1",), {("missing", 1)}),
    "reorder": (
        ("UPDATE records_auditentry SET seq = 99 WHERE seq = 3", "UPDATE records_auditentry SET seq = 3 WHERE seq = 4",
         "UPDATE records_auditentry SET seq = 4 WHERE seq = 99"),
        {("changed", 3), ("changed", 4), ("unlinked", 3), ("unlinked", 4), ("unlinked", 5)},
    ),
    "insert": (
        ("INSERT INTO records_auditentry SELECT 7, at, actor, role, action, object, details, algorithm, previous, hash"
         " FROM records_auditentry WHERE seq = 2",),
        {("changed", 7), ("unlinked", 7), ("appended", 7), ("missing", 7)},
    ),
    "truncate and hide it": (
        ("DELETE FROM records_auditentry WHERE seq = 6",
         "UPDATE records_audithead SET seq = 5, hash = (SELECT hash FROM records_auditentry WHERE seq = 5)",
         "DELETE FROM records_fact WHERE entry = 6"),
        {("truncated", 6)},
    ),
    "change a fact": (("UPDATE records_fact SET source = 'hearsay' WHERE entry = 4",), {("changed", 4)}),
    "delete a fact": (("DELETE FROM records_fact WHERE entry = 4",), {("missing", 4)}),
    "hide a fact": (("UPDATE records_fact SET current = false WHERE entry = 4",), {("changed", 0)}),
    "make up a fact": (
        ("INSERT INTO records_fact"
         " (register, fact_id, party_id, source, data, revision, current, withdrawn, reason, entry)"
         " VALUES ('qualification', 'x', 'A', 'x', '{}', 1, true, false, '', 3)",),
        {("changed", 3)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_located(store: str, written: Pack, how: str) -> None:
    statements, where = TAMPERING[how]
    behind_its_back(*statements)
    assert places() == where
    with pytest.raises(InnoCityError) as caught:
        must_be_whole(verify_audit(OPERATOR))
    assert caught.value.code == "E-AUDIT-BROKEN"


@pytest.mark.parametrize("statement", [
    "UPDATE records_auditentry SET actor = 'nobody'", "DELETE FROM records_auditentry",
    "UPDATE records_fact SET source = 'hearsay'",
])  # fmt: skip
def test_the_database_refuses_a_rewrite(written: Pack, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_audit(OPERATOR).whole


def test_both_algorithms_follow_each_other(written: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "INNOCITY_AUDIT_HASH", "sm3", raising=False)
    record_rows(written, OPERATOR, "qualification", [{**ROW, "party_id": "F"}])
    assert list(AuditEntry.objects.order_by("seq").values_list("algorithm", flat=True))[-2:] == ["sha256", "sm3"]
    assert verify_audit(OPERATOR).whole


def test_yesterdays_last_entry_is_anchored(written: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from innocity.records import store as records_store
    from innocity.records.models import AuditHead

    AuditHead.objects.update(at="2026-01-01T10:00:00.000000Z")
    before = len(records_store.read_anchors())
    record_rows(written, OPERATOR, "qualification", [{**ROW, "party_id": "F"}])
    anchors = records_store.read_anchors()
    assert len(anchors) == before + 1 and anchors[-1][:2] == ("2026-01-01", 6)


def test_a_failed_action_leaves_no_entry_and_no_gap(written: Pack) -> None:
    with pytest.raises(InnoCityError):
        record_rows(written, OPERATOR, "qualification", [{"party_id": "G"}])
    record_rows(written, OPERATOR, "qualification", [{**ROW, "party_id": "G"}])
    verified = verify_audit(OPERATOR)
    assert verified.whole and verified.entries == 7


@pytest.mark.parametrize("role", ["anonymous", "firm", "officer", "leader"])
def test_only_auditors_read_the_log(written: Pack, role: str) -> None:
    viewer = dataclasses.replace(Viewer(), role=role, unit="wh_science", party="A")
    with pytest.raises(InnoCityError) as caught:
        verify_audit(viewer)
    assert caught.value.code == "E-RECORDS-FORBIDDEN"
    assert verify_audit(dataclasses.replace(viewer, role="auditor")).whole


def test_many_events_are_verified_quickly() -> None:
    """A twentieth of the promise (a million in five seconds), with room for a busy machine."""

    entries = chain(50_000)
    started = time.perf_counter()
    assert found(entries, entries[-1]) == []
    assert time.perf_counter() - started < 1.0


def test_the_first_rows_of_an_entry_are_found_by_an_index_and_no_other_is_loaded(city: Pack, store: str) -> None:
    many = [{**ROW, "party_id": "A", "title": title} for title in ("hnte", "gazelle", "tech_sme")]
    record_rows(city, OPERATOR, "qualification", many)
    record_rows(city, OPERATOR, "qualification", [{**ROW, "party_id": "B"}])
    numbers = sorted(set(Fact.objects.values_list("entry", flat=True)))
    first = list(Fact.objects.filter(entry=numbers[0]).order_by("id").values_list("data", flat=True))
    with CaptureQueriesContext(connection) as asked:
        found = rows_written(OPERATOR, dict.fromkeys(numbers, "qualification"), most=2)
    assert len(first) == 3 and found[numbers[0]] == first[:2] and len(found[numbers[1]]) == 1
    assert rows_written(OPERATOR, {numbers[0]: "award"}).get(numbers[0], []) == []
    assert rows_written(OPERATOR, {}) == {}
    with connection.cursor() as cursor:
        assert "facts_of_an_entry" in connection.introspection.get_constraints(cursor, "records_fact")
    for one in asked.captured_queries:
        plan, by_key = databases.plan(one["sql"]), ("PRIMARY KEY", "records_fact_pkey")
        assert "SCAN" not in plan and any(name in plan for name in ("facts_of_an_entry", *by_key)), plan
        seen = '"data"' not in one["sql"] or any(name in plan for name in by_key)
        assert seen, "contents only of the rows that are shown"
