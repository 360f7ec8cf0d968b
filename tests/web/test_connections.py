"""Connections to SQLite: open from request to request, and never to a file that another one has replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.signals import request_started
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from innocity.web.connections import close_replaced
from innocity.web.settings import database
from tests.web.conftest import DATABASE, Instance, own_copy


@pytest.fixture
def records(filled_sqlite: Instance, tmp_path: Path) -> Iterator[Path]:
    """An instance on SQLite, whatever the other tests run on."""
    with own_copy(filled_sqlite, tmp_path / "var") as one:
        yield one.var


def began() -> DatabaseWrapper:
    """This thread's connection as a request finds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close_at = None  # as under CONN_MAX_AGE: it is not old yet
    request_started.send(sender=None)
    return connection


def test_a_connection_outlives_its_request() -> None:
    assert database("sqlite:///var/x.sqlite3")["CONN_MAX_AGE"] > 0


def test_a_file_that_stays_keeps_its_connection(records: Path) -> None:
    first = began().connection
    assert first is not None and began().connection is first


def test_a_file_that_was_replaced_is_opened_anew(records: Path) -> None:
    assert _city() == "weihai"
    other = records / "other.sqlite3"
    shutil.copyfile(records / DATABASE, other)
    old = began().connection
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_instance SET city = 'elsewhere'")
    for beside in records.glob(f"{DATABASE}-*"):
        beside.unlink()
    os.replace(other, records / DATABASE)
    request_started.send(sender=None)
    assert _city() == "weihai", "not what the file said that nobody finds any more"
    assert connection.connection is not old


def test_a_file_that_is_gone_is_let_go(records: Path) -> None:
    began()
    (records / DATABASE).unlink()
    close_replaced()
    assert connection.connection is None


def test_work_under_way_is_not_cut_off(records: Path) -> None:
    from django.db import transaction

    with transaction.atomic():
        _city()
        connection.file_opened = (0, 0)
        close_replaced()
        assert connection.connection is not None and _city() == "weihai"


def _city() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT city FROM records_instance WHERE id = 1")
        return str(cursor.fetchone()[0])
