"""Connections to SQLite stay open from request to request; one whose file was put in another's place is let go.

Opening a file costs more than most questions, and what a connection has read it need not read again. But a database
that was restored or made anew under the same name is another file: who kept the old one open would go on reading,
and writing, what nobody else sees. So each request looks first whether the file is still the one that was opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.signals import request_started
from django.db import connection
from django.db.backends.signals import connection_created


def watch() -> None:
    """Look at the file when a connection is made and when a request begins."""
    connection_created.connect(_note, dispatch_uid="innocity.web.connections.note")
    request_started.connect(close_replaced, dispatch_uid="innocity.web.connections.close")


def close_replaced(**rest: Any) -> None:
    """Close this thread's connection where its file is gone or another one; the next question opens the new one."""
    if connection.connection is None or connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    if getattr(connection, "file_opened", None) != _file_of(connection):
        connection.close()


def _note(connection: Any, **rest: Any) -> None:
    if connection.vendor == "sqlite":
        connection.file_opened = _file_of(connection)


def _file_of(one: Any) -> tuple[int, int] | None:
    """Which file stands under the name of a database; None where there is none (or it is in memory)."""
    try:
        found = Path(one.settings_dict["NAME"]).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
