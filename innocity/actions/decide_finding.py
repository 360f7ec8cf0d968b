"""Decide a finding of a document that was read: accept, correct, reject, add, undo. Each with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from innocity.actions.file_lock import locked
from innocity.actions.reading_store import (
    UNDO,
    Entry,
    Review,
    add_entries,
    check_reviewer,
    folder_of,
    parts_of,
    review_of,
)
from innocity.actions.recording import instance_of
from innocity.core.canonical import canonical_json, sha256_text
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-REASON": ("没有写不要的理由", "a rejection without a reason"),
    "E-READING-CHANGED": ("这一条刚被别人判过", "somebody else has decided this finding meanwhile"),
})  # fmt: skip

VERDICTS = ("accept", "correct", "reject", "add", UNDO)
LONGEST_REASON = 300


def decide_finding(
    pack: Pack, viewer: Viewer, document: str, key: str, verdict: str, var: Path, *,
    fields: Mapping[str, Any] | None = None, reason: str = "", seen: int | None = None,
) -> Entry:  # fmt: skip
    """Write one decision and return it; of several about one finding the last stands.

    `key` is `benefits-3`; `benefits` alone adds a finding, `benefits+7` changes one that was added. `seen` is the
    number of the entry that the asker saw standing (0: none); where another stands by now, nothing is written. What
    the same person decided last in the same way (a button pressed twice) is returned as it is.
    Errors: E-READING-UNKNOWN, E-READING-DECISION, E-READING-REASON, E-READING-CHANGED, E-RECORDS-*.
    """
    check_reviewer(viewer)
    if verdict == "reject" and not reason.strip():
        raise InnoCityError("E-READING-REASON", "没有写不要的理由", None, "写一句：为什么这一条不对")
    folder = folder_of(var, pack.city.id, document)
    with locked(folder, "decisions.jsonl"):
        review = review_of(folder)
        entry = _entry(review, viewer, key, verdict, fields or {}, " ".join(reason.split())[:LONGEST_REASON])
        if (done := _same(review, entry)) is not None:
            return done
        stands = review.standing().get(entry.key)
        if seen is not None and seen != (stands.number if stands else 0):
            who = "您自己" if stands and stands.by == viewer.name else "别人"
            raise InnoCityError("E-READING-CHANGED", f"这一条刚被{who}判过", None, "看过现在的结果，再决定改不改")
        _check(review, entry)
        with transaction.atomic():
            store.next_entry()
            instance_of(pack)
            details = {"verdict": verdict, "number": entry.number, "hash": sha256_text(canonical_json(entry.fields))}
            store.audit(viewer, "decide_finding", f"reading/{document}/{entry.key}", details)
            add_entries(folder, [entry])
    return entry


def _entry(
    review: Review, viewer: Viewer, key: str, verdict: str, fields: Mapping[str, Any], reason: str
) -> Entry:  # fmt: skip
    number = len(review.entries) + 1
    now = timezone.localtime().isoformat(timespec="seconds")
    named = f"{key}+{number}" if verdict == "add" and "+" not in key else key
    return Entry(number, named, verdict, viewer.name, now, dict(fields), reason)


def _same(review: Review, entry: Entry) -> Entry | None:
    """The last decision about the same finding where the same person made the same one; of a finding that is added,
    one that says the same."""
    last = {one.key: one for one in review.entries}
    added = entry.verdict == "add" and entry.key not in last
    found = [one for one in last.values() if one.kind == parts_of(entry.key)[0]] if added else [last.get(entry.key)]
    return next((one for one in found if one is not None and _what(one) == _what(entry)), None)


def _what(entry: Entry) -> tuple[str, str, str, str]:
    return entry.verdict, entry.by, canonical_json(entry.fields), entry.reason


def _check(review: Review, entry: Entry) -> None:
    """That the decision fits the reading and what stands. Errors: E-READING-DECISION, E-READING-UNKNOWN."""
    _, index = parts_of(entry.key)
    own = int(entry.key.rpartition("+")[2]) == entry.number if index is None else False
    stands = entry.key in review.standing()
    if entry.verdict not in VERDICTS or (entry.verdict == UNDO and not stands):
        raise InnoCityError("E-READING-DECISION", f"{entry.key} 没有可以撤销的决定", None, "重新打开这份文件，再看一遍")
    if index is None and not own and not stands:
        raise InnoCityError("E-READING-UNKNOWN", f"没有补过 {entry.key}", None, "从列表里选一条")
    if entry.verdict != UNDO:
        review.result_of(entry)
