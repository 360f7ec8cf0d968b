"""A lock on a folder of ledgers, held by one program at a time; whoever holds it may ask for it again."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from innocity.core.errors import InnoCityError, Place, register_codes

register_codes({
    "E-LEDGER-LOCKED": ("另一个程序正在写这份台账", "another program is writing this ledger"),
    "E-LEDGER-WRITE": ("台账写不进去", "the ledger cannot be written"),
})  # fmt: skip

LOCK_NAME = ".ledgers.lock"
LOCK_SECONDS = 10.0  # how long to wait for another writer
_mine = threading.local()  # the locks that this thread holds


@contextmanager
def locked(folder: Path, shown: str) -> Iterator[None]:
    """Keep others from writing any ledger of a folder; `shown` names for errors what is to be written.

    One lock serves all ledgers of a city, since what is checked in one decides what is written in another.
    Errors: E-LEDGER-LOCKED, E-LEDGER-WRITE.
    """
    held: set[Path] = _mine.__dict__.setdefault("held", set())
    path = folder.absolute() / LOCK_NAME
    if path in held:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        text = f"写不进 {shown}：{error.strerror}"
        raise InnoCityError("E-LEDGER-WRITE", text, Place(shown), "检查文件夹的权限") from None
    with lock:
        _wait(lock.fileno(), shown)
        held.add(path)
        try:
            yield
        finally:
            held.discard(path)


def _wait(handle: int, shown: str) -> None:
    """Take the lock; the system gives it back when the file is closed, also after a crash."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                remedy = "稍后再试；原有内容没有改动"
                raise InnoCityError("E-LEDGER-LOCKED", f"{shown} 正由另一个程序写入", Place(shown), remedy) from None
            time.sleep(0.05)
