"""Writing: audit entries, and many rows at once. Only actions call this, inside their transaction."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice, repeat
from itertools import count as count_from
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction

from innocity.core.canonical import canonical_json
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.packs.model import Register
from innocity.records.chain import ALGORITHMS, GENESIS, Anchor, Entry, entry_hash
from innocity.records.models import AuditEntry, AuditHead, Fact, Party, RegisterState
from innocity.records.protect import encipher, index_of
from innocity.records.rows import base_texts, data_texts, fact_line, fact_lines
from innocity.records.viewer import Viewer

register_codes({
    "E-AUDIT-BROKEN": ("审计日志被改动过", "the audit log was tampered with"),
    "E-AUDIT-ALGORITHM": ("审计日志的摘要算法不认识", "an unknown hash algorithm for the audit log"),
    "E-FACT-CHANGED": ("这条事实刚被别人更正过", "the fact was corrected by somebody else meanwhile"),
    "E-AUDIT-ANCHOR": ("锚定文件读不成", "the file of anchors cannot be read"),
})  # fmt: skip

_T = TypeVar("_T")
_BATCH = 5000
_TOGETHER = 25  # rows of one statement on SQLite
_IN = 500  # values of one IN list
_PIECE = 100_000  # rows made ready at once
_FACT_COLUMNS = ("fact_id", "party_id", "valid_from", "valid_to", "recorded_at", "source", "data")
_HISTORY_COLUMNS = ("revision", "supersedes_id", "reason")
History = tuple[int, int | None, str]  # a row's revision, the number of the row it supersedes, the reason
FIRST: History = (1, None, "")
_PARTY_COLUMNS = ("id", "kind", "name", "code", "division", "zone", "protected_id")


def audit(viewer: Viewer, action: str, object_: str, details: Mapping[str, Any]) -> int:
    """Add an entry to the log and return its number; it stands only if the transaction does.

    `details` hold hashes, counts and ids, never personal data. Error: E-AUDIT-ALGORITHM.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    algorithm = getattr(settings, "INNOCITY_AUDIT_HASH", "sha256")
    if algorithm not in ALGORITHMS:
        text = f"INNOCITY_AUDIT_HASH 写的是“{algorithm}”，不认识"
        raise InnoCityError("E-AUDIT-ALGORITHM", text, None, f"写 {'、'.join(ALGORITHMS)} 之一")
    if head.seq and head.at[:10] < now[:10]:
        last = Anchor(head.at[:10], head.seq, head.hash)
        transaction.on_commit(lambda: keep_anchor(last))
    entry = Entry(
        head.seq + 1, now, viewer.name or viewer.role, viewer.role, action, object_[:200], canonical_json(details),
        algorithm, head.hash or GENESIS, "",
    )  # fmt: skip
    entry = entry._replace(hash=entry_hash(entry))
    AuditEntry.objects.create(**entry._asdict())
    AuditHead.objects.filter(id=1).update(seq=entry.seq, hash=entry.hash, at=entry.at)
    return entry.seq


def next_entry() -> int:
    """The number of the entry that comes next. From here to the end of the transaction nobody else writes."""
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    return head.seq + 1


def anchor_file() -> Path:
    """Where anchors are kept: copy this file to a place that the database's keeper cannot write."""
    return Path(getattr(settings, "INNOCITY_VAR", "var")) / "audit-anchors.jsonl"


def keep_anchor(anchor: Anchor) -> None:
    """Add an anchor's line to the file; lines already there stay."""
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(anchor._asdict()) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_anchors(path: Path | None = None) -> list[Anchor]:
    """The anchors kept so far. Error: E-AUDIT-ANCHOR."""
    path = path or anchor_file()
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            data = json.loads(line)
            found.append(Anchor(str(data["day"]), int(data["seq"]), str(data["hash"])))
        except (ValueError, KeyError, TypeError):
            place = Place(path.name, number)
            raise InnoCityError("E-AUDIT-ANCHOR", "这一行读不成", place, "换上原来的锚定文件") from None
    return found


def insert_facts(
    table: pa.Table, register: Register, entry: int, histories: Sequence[History] | None = None
) -> str:  # fmt: skip
    """Insert checked rows in order of `fact_id`; return the hash of the batch.

    They are first revisions, or what `histories` says of each.
    """
    digest = hashlib.sha256()
    same: dict[str, Any] = {"register": register.id, "current": True, "withdrawn": False, "entry": entry}
    columns = (*_FACT_COLUMNS, *(_HISTORY_COLUMNS if histories is not None else ()))
    if histories is None:
        same |= dict(zip(_HISTORY_COLUMNS, FIRST, strict=True))
    for start in range(0, table.num_rows, _PIECE):
        piece = table.slice(start, _PIECE)
        data = data_texts(piece, register)
        digest.update(fact_lines(piece, data))
        history = zip(*histories[start : start + _PIECE], strict=True) if histories is not None else ()
        rows = zip(*base_texts(piece), data.to_pylist(), *history, strict=True)
        bulk_insert(Fact._meta.db_table, columns, rows, same=same)
    return digest.hexdigest()


def make_past(numbers: Sequence[int]) -> None:
    """Facts that others supersede from now on hold no longer. Error: E-FACT-CHANGED where one was past already."""
    for batch in batches(numbers, _IN):
        if Fact.objects.filter(id__in=batch, current=True).update(current=False) != len(batch):
            text = "有事实刚被别人更正过"
            raise InnoCityError("E-FACT-CHANGED", text, None, "重新打开这些事实，看过新的内容再更正")


def add_people(numbers: Mapping[str, str]) -> None:
    """New people by party, with their id numbers enciphered and indexed."""
    Party.objects.bulk_create([
        Party(id=party, kind=Party.Kind.PERSON, protected_id=encipher(number), protected_index=index_of(number))
        for party, number in numbers.items()
    ])  # fmt: skip


def bulk_insert(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], conflict: str = "",
    same: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Rows into a table by the database's quickest way: COPY on PostgreSQL, statements of several rows on SQLite.

    `same` are further columns, each with the one value that it has in all rows.
    """
    names = ", ".join(connection.ops.quote_name(column) for column in (*(same or {}), *columns))
    target = f"{connection.ops.quote_name(table)} ({names})"
    shared = tuple((same or {}).values())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _insert_sqlite(cursor, target, shared, len(columns), rows, conflict)
        elif conflict:
            holes = ", ".join(["%s"] * (len(shared) + len(columns)))
            for batch in batches(((*shared, *row) for row in rows), _BATCH):
                cursor.executemany(f"INSERT INTO {target} VALUES ({holes}) {conflict}", batch)
        else:
            with cursor.cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*shared, *row))


def _insert_sqlite(
    cursor: Any, target: str, shared: tuple[Any, ...], width: int, rows: Iterable[Sequence[Any]], conflict: str
) -> None:
    """Each statement opens all indexes of the table and is bound anew, so it takes several rows."""

    def statement(count: int) -> str:
        known = [f"?{number}" for number in range(1, len(shared) + 1)]
        holes = count_from(len(shared) + 1)
        values = (", ".join([*known, *(f"?{next(holes)}" for _ in range(width))]) for _ in range(count))
        return f"INSERT INTO {target} VALUES ({'), ('.join(values)}) {conflict}"

    size = _TOGETHER * width
    for cells in batches(chain.from_iterable(rows), _BATCH * width):
        whole = len(cells) - len(cells) % size
        cursor.executemany(
            statement(_TOGETHER), [(*shared, *cells[start : start + size]) for start in range(0, whole, size)]
        )
        if rest := cells[whole:]:
            cursor.execute(statement(len(rest) // width), (*shared, *rest))


def batches(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Lists of at most `size` items.

    >>> list(batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def upsert_parties(rows: Sequence[Mapping[str, Any]]) -> None:
    """Parties by id: new ones are added, known ones take kind, name, code and place anew."""
    conflict = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in ("kind", "name", "code", "division", "zone")
    )
    defaults = {"id": "", "kind": "", "name": "", "code": None, "division": "", "zone": "", "protected_id": ""}
    cells = ([row.get(name, defaults[name]) for name in _PARTY_COLUMNS] for row in rows)
    bulk_insert(Party._meta.db_table, _PARTY_COLUMNS, cells, conflict)


def weigh() -> None:
    """Let the database count the facts anew, so that it chooses its indexes by how many rows stand behind each.

    Wanted after many rows were written: without it whole registers are looked through for a handful of rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Fact._meta.db_table)}")


def weigh_published() -> None:
    """The same for the small index of published facts alone, whose rows come without any being written anew.

    PostgreSQL sees to that itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute('ANALYZE "published_facts"')


def add_parties(ids: Iterable[str], kind: str) -> None:
    """Parties of which nothing but the id is known; those that exist stay as they are."""
    rows = zip(ids, repeat(kind), repeat(""), repeat(None), repeat(""), repeat(""), repeat(""))
    bulk_insert(Party._meta.db_table, _PARTY_COLUMNS, rows, "ON CONFLICT (id) DO NOTHING")


def today() -> date:
    """The day by the clock of the place that Django is set to."""
    from django.utils import timezone

    return timezone.localdate()


def known_lines(register: str, ids: Sequence[str]) -> dict[str, bytes]:
    """The lines of the first revisions that are recorded under these ids."""
    found, corrected = dict[str, bytes](), list[str]()
    for revision, row in _lines(register, ids, "current"):  # these the index finds; without it each write reads all
        if revision == 1:
            found[row[0]] = fact_line(row[:-1], row[-1])
        else:
            corrected.append(row[0])
    for _, row in _lines(register, corrected, "revision = 1"):
        found[row[0]] = fact_line(row[:-1], row[-1])
    return found


def _lines(register: str, ids: Sequence[str], which: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(revision, base columns and data as text) of the facts under these ids of which `which` holds."""
    sql = (
        "SELECT revision, fact_id, party_id, CAST(valid_from AS TEXT), CAST(valid_to AS TEXT),"
        f" CAST(recorded_at AS TEXT), source, CAST(data AS TEXT) FROM records_fact WHERE register = %s AND {which}"
        " AND fact_id IN ({})"
    )
    with connection.cursor() as cursor:
        for batch in batches(ids, _IN):
            cursor.execute(sql.format(", ".join(["%s"] * len(batch))), [register, *batch])
            yield from ((row[0], tuple(row[1:])) for row in cursor.fetchall())


def latest_organizations(ids: Sequence[str], table: pa.Table, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The columns `names` of the latest row of each party in register `organization`: of the table, or of what is
    recorded already."""
    taken = ("valid_from", "fact_id", "party_id", *names)
    rows = list(zip(*(table.column(name).to_pylist() for name in taken), strict=True))
    if RegisterState.objects.filter(register="organization", version__gt=0).exists():
        for batch in batches(ids, _IN):
            facts = Fact.objects.filter(register="organization", current=True, withdrawn=False, party_id__in=batch)
            rows += [(one.valid_from, one.fact_id, one.party_id, *map(one.data.get, names)) for one in facts]
    rows.sort(key=lambda row: (row[0] or date.min, row[1]))
    return {row[2]: dict(zip(names, row[3:], strict=True)) for row in rows}


def loads(text: str) -> dict[str, Any]:
    """A fact's `data` from its JSON text."""
    data: dict[str, Any] = orjson.loads(text)
    return data
