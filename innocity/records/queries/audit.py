"""The audit log as pages show it: found by who, what, when; and the entries behind one fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from innocity.records.models import AuditEntry, Fact
from innocity.records.queries import _must_audit, _page
from innocity.records.viewer import Viewer
from innocity.records.views import Page


def audit_entries(
    viewer: Viewer, *, actor: str = "", action: str = "", object_: str = "", since: str = "", until: str = "",
    number: int = 1, size: int = 50,
) -> Page:  # fmt: skip
    """Entries of the log, the latest first; `since` and `until` are days (UTC, ISO text, both included).

    `actor` and `object_` are parts of what was written. Error: E-RECORDS-FORBIDDEN.
    """
    _must_audit(viewer)
    found = AuditEntry.objects.order_by("-seq")
    if actor:
        found = found.filter(actor__contains=actor)
    if action:
        found = found.filter(action=action)
    if object_:
        found = found.filter(object__contains=object_)
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lte=f"{until}T99")
    return _page(found, number, size, lambda one: one)


def audit_actions(viewer: Viewer) -> tuple[str, ...]:
    """The actions that occur in the log, in order. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    return tuple(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def who_wrote(viewer: Viewer, entries: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(who, when as ISO text) of entries, by their number: for staff, beside the history of a fact."""
    if viewer.role in ("anonymous", "firm"):
        return {}
    found = AuditEntry.objects.filter(seq__in=sorted(set(entries)))
    return {one.seq: (one.actor, one.at) for one in found}


def rows_written(viewer: Viewer, entries: Mapping[int, str], most: int = 5) -> dict[int, list[dict[str, Any]]]:
    """The first rows that entries wrote into the register named for each, as they were then; sums in fen.

    Error: E-RECORDS-FORBIDDEN.
    """
    _must_audit(viewer)
    written = Fact.objects.filter(entry__in=list(entries)).values_list("id", "entry", "register")
    numbers: dict[int, list[int]] = {}
    for number, entry, register in sorted(written) if entries else ():  # ordered here: by id SQLite reads every fact
        own = numbers.setdefault(entry, [])
        if register == entries[entry] and len(own) < most:
            own.append(number)
    shown = [number for own in numbers.values() for number in own]
    contents = dict(Fact.objects.filter(id__in=shown).values_list("id", "data")) if shown else {}
    return {entry: [contents[number] for number in own] for entry, own in numbers.items()}


def newest_hash(viewer: Viewer) -> str:
    """The hash of the log's last entry; it tells that something was written, not what. Public."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM records_audithead WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
