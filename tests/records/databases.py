"""A fresh database for each test, on SQLite or PostgreSQL: migrated once a session, then copied.

Tests that do not name a kind run on SQLite; with INNOCITY_TEST_DATABASE=postgresql all of them run on PostgreSQL.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

import innocity.records  # noqa: F401  makes Django ready

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;",
}
#: The kind of those that do not name one.
CHOSEN = os.environ.get("INNOCITY_TEST_DATABASE", "").strip() or "sqlite"
assert CHOSEN in ("sqlite", "postgresql"), f"INNOCITY_TEST_DATABASE={CHOSEN}: sqlite or postgresql"
#: Connection string of the tests' own server, once it runs (the fixture `postgres`).
server: list[str] = []
_numbers = itertools.count(1)


def sqlite(path: Path) -> dict[str, Any]:
    """Settings of a SQLite file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": SQLITE_OPTIONS}


def postgresql(server: str, name: str) -> dict[str, Any]:
    """Settings of a database on the server that a connection string names."""
    parts = dict(part.split("=", 1) for part in server.split())
    return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": parts["host"], "USER": parts["user"]}


def fresh(path: Path) -> dict[str, Any]:
    """Settings of a database of the chosen kind in which nothing is: a file yet to be made, or an empty database."""
    if CHOSEN == "sqlite":
        return sqlite(path)
    settings = postgresql(server[0], f"copy{next(_numbers)}")
    execute(settings, f'CREATE DATABASE "{settings["NAME"]}"')
    return settings


def environment(settings: dict[str, Any]) -> dict[str, str]:
    """What a process of its own is told of a database."""
    if settings["ENGINE"].endswith("sqlite3"):
        return {"INNOCITY_DATABASE_URL": f"sqlite:///{settings['NAME']}"}
    return {"INNOCITY_DATABASE_URL": f"postgresql://{settings['USER']}@/{settings['NAME']}", "PGHOST": settings["HOST"]}


@contextmanager
def used(settings: dict[str, Any]) -> Iterator[None]:
    """Django's default database is this one, in every thread that connects from now on."""
    before = connections.settings["default"]
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]


def migrated(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings, once the database has its tables."""
    with used(settings):
        call_command("migrate", verbosity=0)
    return settings


def copied(template: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy of a database of its own."""
    name = f"copy{next(_numbers)}"
    if template["ENGINE"].endswith("sqlite3"):
        path = folder / f"{name}.sqlite3"
        shutil.copyfile(template["NAME"], path)
        return sqlite(path)
    execute(template, f'CREATE DATABASE {name} TEMPLATE "{template["NAME"]}"', from_15=" STRATEGY FILE_COPY")
    return {**template, "NAME": name}


def plan(sql: str) -> str:
    """How the database in use finds what a statement asks for: by indexes, if it can at all."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            return " / ".join(str(row[3]) for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = off")  # tables of tests are so small that reading all would be cheaper
        cursor.execute("EXPLAIN " + sql)
        lines = [str(row[0]).strip() for row in cursor.fetchall()]
        cursor.execute("RESET enable_seqscan")
    # In the words of the other one; what an index has found is then fetched, which is no way of finding it.
    return " / ".join(line for line in lines if "Bitmap Heap Scan" not in line).replace("Seq Scan on", "SCAN")


def dropped(settings: dict[str, Any]) -> None:
    """Take a copy away again."""
    if not settings["ENGINE"].endswith("sqlite3"):
        execute(settings, f'DROP DATABASE "{settings["NAME"]}" WITH (FORCE)')


def execute(settings: dict[str, Any], statement: str, *, from_15: str = "") -> None:
    """A statement that stands outside of transactions, said to the server itself; `from_15` is added for newer ones."""
    import psycopg

    server = f"host={settings['HOST']} dbname=postgres user={settings['USER']}"
    with psycopg.connect(server, autocommit=True) as connection:
        more = from_15 if connection.info.server_version >= 150_000 else ""
        connection.execute((statement + more).encode())
