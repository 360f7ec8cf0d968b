"""Statements of one run, side by side: each goes as soon as the tables that it reads have been made.

Whoever emits statements need not say what builds on what: a statement waits for those given before it that make a
table which it names. Of those that may go, the more urgent goes first, then the one given first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from threading import Condition, Thread

#: Tables of a run, and views of facts. Columns that are named alike are no tables: nothing makes them.
_NAMES = re.compile(r'"((?:__|r_|awards_of_)\w+)"')
_LINGERS = 0.05  # seconds that a lane waits for more before it ends


@dataclass(eq=False)
class _Task:
    number: int
    sql: str
    makes: str
    done: Callable[[], None] | None
    urgent: int
    waits: int = 0
    followers: list[_Task] = field(default_factory=list)
    error: BaseException | None = None

    def __lt__(self, other: _Task) -> bool:
        return (-self.urgent, self.number) < (-other.urgent, other.number)


class Lanes:
    """At most `number` threads that each `run` one statement at a time; they end by themselves when all is done."""

    def __init__(self, number: int, run: Callable[[str], None]) -> None:
        self.number, self._run = number, run
        self._changed = Condition()
        self._open: dict[str, list[_Task]] = defaultdict(list)  # by the table that it makes: what has not ended
        self._ready: list[_Task] = []
        self._left = self._given = self._lanes = self._idle = 0
        self._ended: list[_Task] = []  # of which nobody has been told
        self._failed: list[_Task] = []

    def soon(self, sql: str, makes: str = "", done: Callable[[], None] | None = None, urgent: int = 0) -> None:
        """Run a statement once all stands that it reads. `done` is called, in the caller's thread, after it."""
        self._tell()
        task = _Task(self._given, sql, makes, done, urgent)
        with self._changed:
            self._given += 1
            self._left += 1
            for before in self._unmade(sql, besides=makes):
                before.followers.append(task)
                task.waits += 1
            self._open[makes].append(task)
            if not task.waits:
                self._start(task)

    def until(self, sql: str) -> None:
        """Wait until all stands that a statement reads. Errors: those of `ended`, if some of it never will."""
        self._tell()
        if not self._left and not self._failed:
            return
        with self._changed:
            while not self._failed and self._unmade(sql):
                self._changed.wait()
            failed = bool(self._failed)
        if failed:
            self.ended()

    def ended(self) -> None:
        """Wait for all but what builds on one that failed; raise the error of the one that was given first."""
        with self._changed:
            while self._left:
                self._changed.wait()
            failed, self._failed = self._failed, []
        self._tell()
        if failed:
            error = min(failed, key=lambda task: task.number).error
            assert error is not None
            raise error

    def give_up(self) -> None:
        """Forget what has not begun, and wait for what runs; its errors are those of something that has failed."""
        with self._changed:
            self._left -= len(self._ready)
            self._ready.clear()
            for waiting in [t for tasks in self._open.values() for t in tasks if t.waits]:
                waiting.waits = -1
                self._left -= 1
            self._changed.notify_all()  # lanes that wait for more
            while self._left:
                self._changed.wait()
            self._open.clear()
            self._failed.clear()
            self._ended.clear()

    def _unmade(self, sql: str, besides: str = "") -> list[_Task]:
        """What has not ended of what makes the tables that a statement names."""
        if not self._left:
            return []
        found = _NAMES.findall(sql)
        reads = {name for name in found if name != besides or found.count(name) > 1}  # what adds to a table may read it
        return [task for name in reads for task in self._open.get(name, ())]

    def _start(self, task: _Task) -> None:
        heappush(self._ready, task)
        if self._idle:
            self._changed.notify_all()
        elif self._lanes < self.number:
            self._lanes += 1
            Thread(target=self._lane, daemon=True).start()

    def _lane(self) -> None:
        while True:
            with self._changed:
                while not self._ready:
                    self._idle += 1
                    told = self._changed.wait(None if self._left else _LINGERS)
                    self._idle -= 1
                    if not told and not self._ready and not self._left:
                        self._lanes -= 1
                        return
                task = heappop(self._ready)
            try:
                self._run(task.sql)
            except BaseException as error:  # raised by `ended`, to whoever waits
                task.error = error
            with self._changed:
                self._end(task)
                self._changed.notify_all()

    def _end(self, task: _Task) -> None:
        self._left -= 1
        if task in self._open[task.makes]:
            self._open[task.makes].remove(task)
        if task.error is not None:
            self._failed.append(task)
            self._block(task)
            return
        self._ended.append(task)
        for follower in task.followers:
            follower.waits -= 1
            if follower.waits == 0:
                self._start(follower)

    def _block(self, failed: _Task) -> None:
        """What builds on one that failed never goes."""
        for follower in failed.followers:
            if follower.waits > 0:
                follower.waits = -1
                self._left -= 1
                self._open[follower.makes].remove(follower)
                self._block(follower)

    def _tell(self) -> None:
        """Call what was to be called after statements that have ended."""
        while self._ended:
            task = self._ended.pop(0)
            if task.done is not None:
                task.done()


def urgency(reads: Sequence[Iterable[int]]) -> list[int]:
    """How long a row of statements builds on each, given the numbers of those before it that each reads."""
    urgent = [0] * len(reads)
    for i in reversed(range(len(reads))):
        for before in reads[i]:
            urgent[before] = max(urgent[before], urgent[i] + 1)
    return urgent
