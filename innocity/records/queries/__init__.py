"""The only reader. Every function takes the `Viewer` who asks and gives what that one may see, and no more.

What belongs to one noun alone stands in a module of that name beside this one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records.chain import Entry
from innocity.records.models import (
    AuditHead,
    Document,
    Fact,
    Instance,
    Party,
    RegisterState,
    Run,
    Snapshot,
)
from innocity.records.protect import indices_of, normal
from innocity.records.rows import own_value, table_of_lines
from innocity.records.viewer import Viewer
from innocity.records.views import FactView, Page, PartyView

register_codes({
    "E-RECORDS-FORBIDDEN": ("无权查看", "not allowed to see this"),
})  # fmt: skip

_BASE = tuple(column.id for column in BASE_COLUMNS)
_PAIRS = ", ".join(f"'{name}', {name}" for name in _BASE)
# Its last value is a text in quotes or null: no other bracket is trimmed.
_LINE_SQLITE = f"rtrim(json_object({_PAIRS}), '}}') || CASE data WHEN '{{}}' THEN '}}' ELSE ',' || substr(data, 2) END"
_LINE_POSTGRESQL = f"CAST(jsonb_build_object({_PAIRS}) || data AS TEXT)"
_READ = 100_000  # rows fetched at a time
_BASE_SQL = (
    "fact_id, party_id, CAST(valid_from AS TEXT), CAST(valid_to AS TEXT), CAST(recorded_at AS TEXT), source,"
    " CAST(data AS TEXT)"
)


# --- parties


def party(viewer: Viewer, party_id: str) -> PartyView | None:
    """A party by its id; None where there is none, or none that the asker may see."""
    own = viewer.role == "firm" and viewer.party == party_id  # asked on each page of a firm: no need to look further
    found = (Party.objects.all() if own else _parties(viewer)).filter(id=party_id).first()
    return _party_view(found) if found else None


def find_party(viewer: Viewer, code: str) -> PartyView | None:
    """A party by social credit code, or, for whoever sees personal facts, by a person's id number."""
    text = normal(code)
    if not text:
        return None
    wanted = Q(code=text) | Q(id=text)
    if viewer.role == "operator":
        wanted |= Q(protected_index__in=indices_of(text))
    found = _parties(viewer).filter(wanted).first()
    return _party_view(found) if found else None


def parties(
    viewer: Viewer, text: str = "", *, kind: str = "organization", division: str = "", number: int = 1, size: int = 50
) -> Page:
    """Parties of a kind by part of their name or by code, in order of name."""
    found = _parties(viewer).filter(kind=kind)
    if text.strip():
        found = found.filter(Q(name__contains=text.strip()) | Q(code=normal(text)))
    if division:
        found = found.filter(Q(division=division) | Q(zone=division))
    return _page(found.order_by("name", "id"), number, size, _party_view)


def units(viewer: Viewer) -> tuple[PartyView, ...]:
    """All units of the city, whose tree is public: parents by `parent`."""
    return tuple(_party_view(one) for one in Party.objects.filter(kind=Party.Kind.UNIT).order_by("id"))


def _parties(viewer: Viewer) -> QuerySet[Party]:
    every = Party.objects.all()
    if viewer.sees_all_parties():
        return every
    seen = Q(kind__in=("unit", "division", "zone")) | Q(Exists(_published().filter(party=OuterRef("pk"))))
    if viewer.role == "firm" and viewer.party:
        seen |= Q(id=viewer.party)
    if viewer.role == "officer" and viewer.county:
        seen |= _county(viewer.county) | Q(id=viewer.unit)
    return every.filter(seen)


def _published() -> QuerySet[Fact]:
    return Fact.objects.filter(published_on__isnull=False, current=True, withdrawn=False)


def _county(county: str, prefix: str = "") -> Q:
    return Q(**{f"{prefix}division": county}) | Q(**{f"{prefix}zone": county})


def _party_view(one: Party) -> PartyView:
    return PartyView(one.id, one.kind, one.name, one.code or "", one.division, one.zone, one.parent_id)


def visible_parties(viewer: Viewer) -> frozenset[str]:
    """The ids of the parties that the asker may see."""
    return frozenset(_parties(viewer).values_list("id", flat=True))


# --- facts


def facts(
    viewer: Viewer, register: Register, *, party_id: str | None = None, on: date | None = None, number: int = 1,
    size: int = 50, without: Collection[str] = (),
) -> Page:  # fmt: skip
    """The current facts of a register, of one party or of all, latest first, those without a first day last;
    `on`: that hold on a day; `without`: fact ids that the caller keeps back."""
    found = _facts(viewer).filter(register=register.id, current=True, withdrawn=False)
    if without:
        found = found.exclude(fact_id__in=without)
    if party_id is not None:
        found = found.filter(party_id=party_id)
    if on is not None:
        found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    since = F("valid_from") if party_id is None else Coalesce("valid_from", "recorded_at")
    found = found.order_by(since.desc(nulls_last=True), "-id")  # databases differ in where nothing stands
    return _page(found, number, size, lambda one: _fact_view(viewer, register, one))


def facts_of(viewer: Viewer, pack: Pack, party_id: str) -> dict[str, tuple[FactView, ...]]:
    """All current facts of a party by register, in the pack's order of registers, the earliest first; registers
    without facts left out."""
    found = _of_party(viewer, party_id).order_by("register", F("valid_from").asc(nulls_first=True), "id")
    return _by_register(viewer, pack, found)


def _by_register(viewer: Viewer, pack: Pack, found: Iterable[Fact]) -> dict[str, tuple[FactView, ...]]:
    """Facts as the asker sees them, in the pack's order of registers and, within one, as they come."""
    by_register: dict[str, list[FactView]] = {}
    for one in found:
        if one.register in pack.registers:
            by_register.setdefault(one.register, []).append(_fact_view(viewer, pack.registers[one.register], one))
    return {name: tuple(by_register[name]) for name in pack.registers if name in by_register}


def history(viewer: Viewer, register: Register, fact_id: str) -> tuple[FactView, ...]:
    """All revisions of a fact, the latest first; none where the asker may not see it."""
    row = _facts(viewer).filter(register=register.id, fact_id=fact_id, current=True).first()
    found = []
    # Only the current row is scoped: whoever sees it sees how it came to be.
    while row is not None:
        found.append(_fact_view(viewer, register, row))
        full = row.supersedes_id and _knows(viewer, row.party)
        row = Fact.objects.select_related("party").filter(id=row.supersedes_id).first() if full else None
    return tuple(found)


def _facts(viewer: Viewer) -> QuerySet[Fact]:
    every = Fact.objects.select_related("party")
    if viewer.sees_all_parties():
        return every
    seen = Q(published_on__isnull=False, current=True, withdrawn=False)
    if viewer.role == "firm" and viewer.party:
        seen |= Q(party_id=viewer.party)
    if viewer.role == "officer" and viewer.county:
        seen |= _county(viewer.county, "party__") | Q(party_id=viewer.unit)
    return every.filter(seen)


def _of_party(viewer: Viewer, party_id: str) -> QuerySet[Fact]:
    """The current facts of a party that the asker may see: a firm all of its own, without a look at what is public."""
    own = viewer.role == "firm" and viewer.party == party_id
    every = Fact.objects.select_related("party") if own else _facts(viewer)
    return every.filter(party_id=party_id, current=True, withdrawn=False)


def _knows(viewer: Viewer, one: Party) -> bool:
    """Whether the asker sees more of a party than what is published."""
    if viewer.sees_all_parties() or (viewer.role == "firm" and one.id == viewer.party):
        return True
    county = viewer.role == "officer" and viewer.county is not None and viewer.county in (one.division, one.zone)
    return county or (viewer.role == "officer" and one.id == viewer.unit)


def _fact_view(viewer: Viewer, register: Register, one: Fact) -> FactView:
    personal = viewer.sees_personal(register, one.party_id)
    hidden = tuple(c.id for c in register.columns if c.personal and not personal)
    values = {c.id: own_value(c, one.data) for c in register.columns if c.id not in hidden}
    return FactView(
        one.id, one.register, one.fact_id, one.party_id, one.valid_from, one.valid_to, one.recorded_at,
        one.source or "", values, hidden, one.revision, one.current, one.withdrawn,
        one.reason if _knows(viewer, one.party) else "", one.published_on, one.entry,
    )  # fmt: skip


def register_table(
    viewer: Viewer, register: Register, errors: ErrorList, *, party_id: str | None = None
) -> pa.Table | None:
    """All current facts of a register, or those of one party, as a facts folder holds them, in order of `fact_id`.

    For whoever may see whole registers, or a firm its own. Errors: E-RECORDS-FORBIDDEN raised; E-FACTS-TYPE in
    `errors` where facts do not fit the register (then None).
    """
    one = Party.objects.filter(id=party_id).first() if party_id is not None else None
    if not (viewer.sees_all_parties() or (one is not None and _knows(viewer, one))):
        raise InnoCityError("E-RECORDS-FORBIDDEN", "整本登记簿只有责任单位和审计可以读", None, "登录有权限的账号")
    personal = viewer.sees_personal(register, party_id)
    parts = []
    for table in _tables(_fact_lines(register.id, party_id), register, errors):
        if table is None:
            return None
        parts.append(table if personal else _without_personal(table, register))
    if not parts:
        return table_of_lines([], register, errors)
    return pa.concat_tables(parts)


def _tables(batches: Iterable[list[str]], register: Register, errors: ErrorList) -> Iterator[pa.Table | None]:
    """Each batch of lines as a table: one is read while the one before is parsed."""
    with ThreadPoolExecutor(1) as parser:
        waiting: Future[pa.Table | None] | None = None
        for lines in batches:
            parsed = parser.submit(table_of_lines, lines, register, errors)
            if waiting is not None:
                yield waiting.result()
            waiting = parsed
        if waiting is not None:
            yield waiting.result()


def _without_personal(table: pa.Table, register: Register) -> pa.Table:
    for column in register.columns:
        if column.personal:
            index = table.column_names.index(column.id)
            field = table.schema.field(index)
            table = table.set_column(index, field, pa.nulls(table.num_rows, field.type))
    return table


def _fact_lines(register: str, party_id: str | None) -> Iterator[list[str]]:
    """Facts as JSON objects in bytewise order of `fact_id`, a batch at a time, without holding them all.

    The database writes them: a text a row costs a third of a row of values.
    """
    postgresql = connection.vendor == "postgresql"
    order = 'fact_id COLLATE "C"' if postgresql else "fact_id"
    mine = "" if party_id is None else " AND party_id = %s"
    where = f"register = %s AND current AND NOT withdrawn{mine}"
    line = _LINE_POSTGRESQL if postgresql else _LINE_SQLITE
    sql = f"SELECT {line} FROM records_fact WHERE {where} ORDER BY {order}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [register] if party_id is None else [register, party_id])
        while rows := cursor.fetchmany(_READ):
            yield [row[0] for row in rows]


# --- what the instance is, and how fresh its registers are


def instance(viewer: Viewer) -> Instance | None:
    """The city of this database; public."""
    return Instance.objects.filter(id=1).first()


def registers(viewer: Viewer) -> tuple[RegisterState, ...]:
    """Each register with its authoritative source, purpose and refresh date; public."""
    return tuple(RegisterState.objects.order_by("register"))


# --- documents


def documents(viewer: Viewer, party_id: str | None = None) -> tuple[Document, ...]:
    """Documents that the asker may see: originals of the pack (staff: replaced ones too), or those of a party."""
    found = _documents(viewer).defer("text")
    return tuple(found.filter(party_id=party_id) if party_id else found.exclude(pack_document=""))


def original(viewer: Viewer, pack_document: str) -> Document | None:
    """The original of a document of the pack, where it is attached and the asker may see it."""
    return _documents(viewer).filter(pack_document=pack_document, replaced_on__isnull=True).first()


def document(viewer: Viewer, document_id: int) -> Document | None:
    """A document by its number."""
    return _documents(viewer).filter(id=document_id).first()


def _documents(viewer: Viewer) -> QuerySet[Document]:
    every = Document.objects.all()
    if viewer.sees_all_parties():
        return every
    seen = Q(published_on__isnull=False, replaced_on__isnull=True)
    if viewer.role == "firm" and viewer.party:
        seen |= Q(party_id=viewer.party)
    if viewer.role == "officer":
        seen |= ~Q(pack_document="") | _county(viewer.county or "-", "party__")
    return every.filter(seen)


# --- runs, snapshots, audit


def runs(viewer: Viewer, year: int | None = None) -> tuple[Run, ...]:
    """Settled runs, the latest first; for officers, leaders and auditors."""
    if not viewer.sees_runs():
        return ()
    found = Run.objects.order_by("-id")
    return tuple(found if year is None else found.filter(year=year))


def latest_run(viewer: Viewer, year: int | None = None) -> Run | None:
    """The run whose pool factors entitlements name: the latest that supposes nothing.

    Public but for its report: firms see which run a sum rests on, and the factors of the pools in it.
    """
    found = Run.objects.filter(supposed=False).order_by("-id")
    run = (found if year is None else found.filter(year=year)).first()
    if run is not None and not viewer.sees_runs():
        run.report, run.folder = {"pools": run.report.get("pools", [])}, ""
    return run


def snapshots(viewer: Viewer) -> tuple[Snapshot, ...]:
    """Snapshots taken, the latest first."""
    return tuple(Snapshot.objects.order_by("-id")) if viewer.sees_runs() else ()


def audit_chain(viewer: Viewer) -> Iterator[Entry]:
    """The whole log in order, a row at a time. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    columns = ", ".join(Entry._fields)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM records_auditentry ORDER BY seq")
        while rows := cursor.fetchmany(_READ):
            yield from map(Entry._make, rows)


def audit_head(viewer: Viewer) -> tuple[int, str]:
    """Number and hash of the last entry, as the log itself remembers it. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    head = AuditHead.objects.filter(id=1).first()
    return (head.seq, head.hash) if head else (0, "")


def written_lines(viewer: Viewer, register: str) -> Iterator[tuple[Any, ...]]:
    """(entry, base columns..., data) of every revision of a register, by entry and `fact_id`: to compare with the
    hashes of the log. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    order = 'fact_id COLLATE "C"' if connection.vendor == "postgresql" else "fact_id"
    sql = f"SELECT entry, {_BASE_SQL} FROM records_fact WHERE register = %s ORDER BY entry, {order}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [register])
        while rows := cursor.fetchmany(_READ):
            yield from rows


def misplaced_facts(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """(register, fact id) of facts whose mark `current` contradicts their revisions. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    newer = Fact.objects.filter(supersedes__isnull=False).values("supersedes_id")
    wrong = Fact.objects.filter(Q(current=True, id__in=newer) | (Q(current=False) & ~Q(id__in=newer)))
    return tuple(wrong.order_by("register", "fact_id").values_list("register", "fact_id"))


def _must_audit(viewer: Viewer) -> None:
    if not viewer.sees_audit():
        raise InnoCityError("E-RECORDS-FORBIDDEN", "审计日志只有审计人员可以查看", None, "登录审计账号")


def file_of(document_: Document, root: Path) -> Path:
    """Where a document's bytes lie below `root`."""
    return root / "files" / document_.sha256[:2] / document_.sha256


def _page(found: QuerySet[Any], number: int, size: int, view: Any, total: int | None = None) -> Page:
    total = found.count() if total is None else total
    size = min(max(size, 1), 1000)
    number = min(max(number, 1), max(1, -(-total // size)))
    items: Iterable[Any] = found[(number - 1) * size : number * size]
    return Page(tuple(view(one) for one in items), total, number, size)
