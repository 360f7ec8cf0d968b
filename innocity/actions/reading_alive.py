"""Whether the program that reads a document still lives, told by a lock that it holds until it ends.

Whoever starts the reading takes the lock on `held` in the document's folder; a program of its own inherits it. The
system gives it back when the last that holds it has ended, however it ended: no other process can seem to hold it,
as one could that was given the number of a process that is gone.
"""

from __future__ import annotations

import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path

HELD, PID = "held", "pid"


def hold(folder: Path) -> int:
    """Take the lock; gives the open file's number. The lock stands until it and all that inherited it are closed."""
    handle = os.open(folder / HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def alive(folder: Path) -> bool:
    """Whether somebody holds the lock of a folder. Those who look do not disturb one another."""
    try:
        handle = os.open(folder / HELD, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def reader_of(folder: Path) -> int | None:
    """The number of the process that reads behind; None where none lives, or the site itself is reading."""
    if not alive(folder):
        return None
    try:
        return int((folder / PID).read_text("ascii"))
    except (OSError, ValueError):
        return None


def end_reader(folder: Path) -> None:
    """End the process that reads a folder's document; what it holds the system gives back."""
    process = reader_of(folder)
    if process is not None:
        with suppress(OSError):  # it ended by itself just now
            os.kill(process, signal.SIGTERM)
