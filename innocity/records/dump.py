"""All tables as Parquet files and back again: the same files from SQLite and from PostgreSQL.

Each column is whole numbers or text; what it is to the database stands in the field's metadata (`kind`: integer,
boolean, date, datetime, json or text), so that a file is read without the models that wrote it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.dateparse import parse_datetime

from innocity.records.store import bulk_insert

_ROWS = 50_000  # read and written at a time
#: Tables that a new database fills by itself, or that nobody needs again.
_LEFT_OUT = frozenset((
    "contenttypes", "sessions", "usersessions", "axes", "socialaccount.socialtoken",
    "auth.permission", "auth.group_permissions", "auth.user_user_permissions",
))  # fmt: skip
_KINDS: dict[str, str] = {
    "BooleanField": "boolean", "DateField": "date", "DateTimeField": "datetime", "JSONField": "json",
    **dict.fromkeys(
        ("AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
         "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField"), "integer"),
}  # fmt: skip
_PLAIN = ("integer", "boolean")
Fetch = Callable[[str], Iterator[list[tuple[Any, ...]]]]


def tables() -> dict[str, list[tuple[str, str]]]:
    """(column, kind) of every table that is kept, by its name in the database."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label.partition(".")[0] in _LEFT_OUT or label in _LEFT_OUT or model._meta.proxy or not model._meta.managed:
            continue
        found[model._meta.db_table] = [(field.column, _kind(field)) for field in model._meta.concrete_fields]
    return dict(sorted(found.items()))


def _kind(field: models.Field[Any, Any]) -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return _KINDS.get(field.get_internal_type(), "text")


def migrations() -> list[list[str]]:
    """[app, last migration] of each app whose tables this database has, as the program knows them."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted([app, name] for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes()
                  if (app, name) in applied)  # fmt: skip


# --- out --------------------------------------------------------------------------------------------------------


@contextmanager
def reading() -> Iterator[Fetch]:
    """A function that fetches rows of one moment of the database, in batches; writers do not wait for it."""
    if connection.vendor == "sqlite":
        with _sqlite() as fetch:
            yield fetch
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

        def fetch(sql: str) -> Iterator[list[tuple[Any, ...]]]:
            with connection.chunked_cursor() as rows:
                rows.execute(sql)
                while batch := rows.fetchmany(_ROWS):
                    yield batch

        yield fetch


@contextmanager
def _sqlite() -> Iterator[Fetch]:
    """A connection of its own: Django's takes the lock of writers at once."""
    connection.ensure_connection()
    own = sqlite3.connect(f"file:{Path(connection.settings_dict['NAME']).absolute()}?mode=ro", uri=True)
    try:
        own.execute("BEGIN")
        own.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on this moment is seen

        def fetch(sql: str) -> Iterator[list[tuple[Any, ...]]]:
            cursor = own.execute(sql)
            while batch := cursor.fetchmany(_ROWS):
                yield batch

        yield fetch
    finally:
        own.close()


def write_table(fetch: Fetch, table: str, columns: Sequence[tuple[str, str]], path: Path) -> int:
    """Write a table's rows to a Parquet file, in order of the first column; return their number."""
    quoted = connection.ops.quote_name
    cells = [quoted(name) if kind in _PLAIN else f"CAST({quoted(name)} AS TEXT)" for name, kind in columns]
    schema = pa.schema([
        pa.field(name, pa.int64() if kind in _PLAIN else pa.string(), metadata={"kind": kind}) for name, kind in columns
    ])  # fmt: skip
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in fetch(f"SELECT {', '.join(cells)} FROM {quoted(table)} ORDER BY {quoted(columns[0][0])}"):
            values = (_plain(column, kind) for column, (_, kind) in zip(zip(*rows, strict=True), columns, strict=True))
            arrays = [pa.array(column, field.type) for column, field in zip(values, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(rows)
    return count


def _plain(cells: Sequence[Any], kind: str) -> Sequence[Any]:
    if kind == "boolean":
        return [None if cell is None else int(cell) for cell in cells]
    if kind == "datetime":
        return [None if cell is None else _utc(cell).isoformat() for cell in cells]
    return cells


def _utc(text: str) -> datetime:
    """A moment as a database prints it; where no zone is named it is UTC, as Django keeps it."""
    found = parse_datetime(text if text[-3:-2] not in "+-" else f"{text}:00")
    if found is None:
        raise ValueError(f"not a moment: {text}")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


# --- in ---------------------------------------------------------------------------------------------------------


def read_table(path: Path, table: str) -> int:
    """Put the rows of a file into its (empty) table; return their number. The caller holds the transaction."""
    file = pq.ParquetFile(path)
    columns = [(field.name, (field.metadata or {})[b"kind"].decode()) for field in file.schema_arrow]
    rows = (
        row
        for batch in file.iter_batches(_ROWS)
        for row in zip(*(_cells(batch.column(i).to_pylist(), kind) for i, (_, kind) in enumerate(columns)), strict=True)
    )
    bulk_insert(table, [name for name, _ in columns], rows)
    return int(file.metadata.num_rows)


def _cells(cells: list[Any], kind: str) -> list[Any]:
    if kind == "boolean":
        return [None if cell is None else bool(cell) for cell in cells]
    if kind == "datetime":
        adapt = connection.ops.adapt_datetimefield_value
        return [None if cell is None else adapt(datetime.fromisoformat(cell)) for cell in cells]
    return cells


def renumber(names: Sequence[str]) -> None:
    """Let new rows be numbered after those that were put in."""
    kept = set(names)
    chosen = [m for m in apps.get_models(include_auto_created=True) if m._meta.db_table in kept]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), chosen):
            cursor.execute(sql)


def filled(names: Sequence[str]) -> list[str]:
    """Those of some tables that hold rows."""
    found = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")
            if cursor.fetchone():
                found.append(name)
    return found
