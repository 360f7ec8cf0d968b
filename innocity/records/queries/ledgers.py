"""Registers that grow from day to day, whole and in the order of recording: what lights and tasks are computed from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import orjson
from django.db import connection

from innocity.core.errors import InnoCityError
from innocity.packs.model import Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records.models import AuditEntry, Fact, Party
from innocity.records.store import batches
from innocity.records.viewer import Viewer

_IN = 500  # values of one IN list
_BASE = tuple(column.id for column in BASE_COLUMNS)
_DAYS = tuple(column.id for column in BASE_COLUMNS if column.type == "date")
_ROWS = (
    "SELECT id, revision, CAST(data AS TEXT), fact_id, party_id, CAST(valid_from AS TEXT), CAST(valid_to AS TEXT),"
    " CAST(recorded_at AS TEXT), source FROM records_fact WHERE register = %s AND current AND NOT withdrawn"
)


def city_of_database(viewer: Viewer) -> str | None:
    """The city that this database has adopted; public. Raises Django's errors where it has no tables."""
    with connection.cursor() as cursor:  # asked on every page: composing a query would cost more than asking it
        cursor.execute("SELECT city FROM records_instance WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else None


def ledger_rows(viewer: Viewer, register: Register) -> list[dict[str, Any]]:
    """The current facts of a register as typed values by column, in the order in which they were first recorded.

    A corrected fact keeps its place. For whoever sees all parties. Error: E-RECORDS-FORBIDDEN.
    """
    if not viewer.sees_all_parties():
        raise InnoCityError("E-RECORDS-FORBIDDEN", "整本登记簿只有责任单位和审计可以读", None, "登录有权限的账号")
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [register.id])
        rows = cursor.fetchall()
    first = _first_ids(register, [row[3] for row in rows if row[1] > 1])
    rows.sort(key=lambda row: first.get(row[3], row[0]))
    former = [(column.was, column.id) for column in register.columns if column.was]
    days = (*_DAYS, *(column.id for column in register.columns if column.type == "date"))
    empty = dict.fromkeys(column.id for column in register.columns)
    found = []
    for _, _, data, *base in rows:
        values = {**dict(zip(_BASE, base, strict=True)), **empty, **orjson.loads(data)}
        for was, name in former:
            before = values.pop(was, None)
            values[name] = before if values[name] is None else values[name]
        for name in days:
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        found.append(values)
    return found


def _first_ids(register: Register, facts: Collection[str]) -> dict[str, int]:
    """The row numbers of the first revisions of facts that were corrected."""
    found: dict[str, int] = {}
    for batch in batches(facts, _IN):
        rows = Fact.objects.filter(register=register.id, revision=1, fact_id__in=batch)
        found.update(rows.values_list("fact_id", "id"))
    return found


def known_ids(viewer: Viewer, register: str, ids: Collection[str]) -> set[str]:
    """Which of these fact ids a register has already, withdrawn ones included; ids tell nothing by themselves."""
    found: set[str] = set()
    for batch in batches(ids, _IN):
        facts = Fact.objects.filter(register=register, current=True, fact_id__in=batch)  # each has one that is
        found.update(facts.values_list("fact_id", flat=True))
    return found


def ids_written_by(viewer: Viewer, register: str, action: str) -> set[str]:
    """The facts of a register of which some revision was written by an action, as the audit log names it; ids tell
    nothing by themselves."""
    entries = AuditEntry.objects.filter(action=action).values("seq")
    return set(Fact.objects.filter(register=register, entry__in=entries).values_list("fact_id", flat=True))


def has_party(viewer: Viewer, party: str) -> bool:
    """Whether somebody is registered under an id; that tells nothing about who it is."""
    return Party.objects.filter(id=party).exists()


def places(viewer: Viewer, parties: Collection[str]) -> dict[str, tuple[str, str]]:
    """The division and the zone of each organisation and person among some ids, empty where none is known; nothing
    for who is no officer."""
    if not viewer.sees_runs():
        return {}
    found = Party.objects.filter(id__in=parties).exclude(kind=Party.Kind.UNIT)
    return {one: (division, zone) for one, division, zone in found.values_list("id", "division", "zone")}


def register_versions(viewer: Viewer, registers: Collection[str]) -> tuple[tuple[str, int], ...]:
    """How often the facts of each register have changed; public."""
    marks = ", ".join(["%s"] * len(registers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT register, version FROM records_registerstate WHERE register IN ({marks}) ORDER BY register",
            list(registers),
        )
        return tuple(cursor.fetchall())
