"""A cache that all processes of a site on one machine share: a small SQLite file in the instance's folder.

Counts of tries and requests live here, so `add` and `incr` are single statements: two processes that count at the
same moment count two. Nothing here has to last: what the file loses (it is not fsynced) is counted anew. It is apart
from the instance's database so that counting never waits for a long import.
"""

from __future__ import annotations

import pickle
import random
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

FILE = "counts.sqlite3"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, number INTEGER, value BLOB, until REAL NOT NULL)"
    " WITHOUT ROWID"
)
_PUT = "INSERT INTO kept (key, number, value, until) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET"
_SET = f"{_PUT} number = ?2, value = ?3, until = ?4"
_ADD = f"{_PUT} number = ?2, value = ?3, until = ?4 WHERE until <= ?5"
_ONCE_IN = 2000  # so many writes, about, between two sweeps of what is over
_FOREVER = 1e12
_PATIENCE = 10  # seconds to wait for another connection


class SharedCache(BaseCache):
    """Django's cache interface over that file. Integers are kept as such; all else is pickled (the file is 0600)."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.location = location
        self._own = threading.local()

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """What is kept under a key and not over."""
        asked = (self.make_and_validate_key(key, version), time.time())
        row = self._file().execute("SELECT number, value FROM kept WHERE key = ? AND until > ?", asked).fetchone()
        if row is None:
            return default
        return row[0] if row[1] is None else pickle.loads(row[1])

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value for `timeout` seconds."""
        self._write(_SET, (self.make_and_validate_key(key, version), *_packed(value), self._until(timeout)))

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where none is kept; whether it was."""
        name = self.make_and_validate_key(key, version)
        return self._write(_ADD, (name, *_packed(value), self._until(timeout), time.time())) > 0

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a number and give the new one. Raises ValueError where none is kept."""
        asked = (delta, self.make_and_validate_key(key, version), time.time())
        sql = "UPDATE kept SET number = number + ? WHERE key = ? AND until > ? AND number IS NOT NULL RETURNING number"
        row = self._file().execute(sql, asked).fetchone()
        if row is None:
            raise ValueError(f"no number under {key!r}")
        return int(row[0])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep what is there for `timeout` seconds from now; whether something is."""
        asked = (self._until(timeout), self.make_and_validate_key(key, version), time.time())
        return self._write("UPDATE kept SET until = ? WHERE key = ? AND until > ?", asked) > 0

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a key; whether there was one."""
        asked = (self.make_and_validate_key(key, version), time.time())
        return self._write("DELETE FROM kept WHERE key = ? AND until > ?", asked) > 0

    def clear(self) -> None:
        """Forget everything."""
        self._write("DELETE FROM kept", ())

    def close(self, **kwargs: Any) -> None:
        """Connections stay open from request to request: opening one costs more than all that is done with it."""

    def _until(self, timeout: Any) -> float:
        until = self.get_backend_timeout(timeout)
        return _FOREVER if until is None else until

    def _write(self, sql: str, values: tuple[Any, ...]) -> int:
        file = self._file()
        if random.random() * _ONCE_IN < 1:
            file.execute("DELETE FROM kept WHERE until <= ?", (time.time(),))
        return file.execute(sql, values).rowcount

    def _file(self) -> sqlite3.Connection:
        """This thread's connection to the file of the instance's folder."""
        path = Path(settings.INNOCITY_VAR) / (self.location or FILE)
        found: tuple[Path, sqlite3.Connection] | None = getattr(self._own, "file", None)
        if found is not None and found[0] == path and path.exists():
            return found[1]
        if found is not None:
            found[1].close()
        made = _opened(path)
        self._own.file = (path, made)
        return made


def _packed(value: Any) -> tuple[int | None, bytes | None]:
    if type(value) is int and abs(value) < 2**62:
        return value, None
    return None, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
    made = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    _write_ahead(made)
    made.execute("PRAGMA synchronous=OFF")
    made.execute(_TABLE)
    return made


def _write_ahead(made: sqlite3.Connection) -> None:
    """Switch a file to write-ahead; where another is the first to do so too, SQLite refuses at once, so ask again."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            made.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
