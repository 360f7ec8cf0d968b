"""Statements of one run, side by side: each goes as soon as the tables that it reads have been made.

Whoever emits statements need not say what builds on what: a statement waits for those given before it that make a
table which it names. Of those that may go, the more urgent goes first, then the one given first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread

_TABLES = re.compile(r'"(__\w+)"')  # of a run; columns that are named alike are no tables, as nothing makes them
_LINGERS = 0.02  # seconds that a lane waits for more before it ends


def named(sql: str) -> list[str]:
    """The tables of a run that a statement names, as often as it does; some are columns.

    >>> named('SELECT "__party" FROM "__base_1" JOIN "r_person" ON TRUE')
    ['__party', '__base_1']
    """
    return _TABLES.findall(sql)


@dataclass(eq=False)
class _Task:
    number: int
    sql: str
    makes: str
    reads: set[str]
    before: set[_Task]  # what has to end first
    done: Callable[[], None] | None
    urgent: int
    begun: bool = False
    error: BaseException | None = None


class Lanes:
    """At most `number` threads that each `run` one statement at a time; they end by themselves when all is done.

    All state hangs on `_tasks`, what has not ended: an interrupt between two steps leaves nothing that is waited for
    in vain.
    """

    def __init__(self, number: int, run: Callable[[str], None]) -> None:
        self.number, self._run = number, run
        self._changed = Condition()
        self._tasks: dict[_Task, None] = {}
        self._given = self._lanes = self._idle = 0
        self._ended: list[_Task] = []  # of which nobody has been told
        self._failed: list[_Task] = []

    def soon(self, sql: str, makes: str = "", done: Callable[[], None] | None = None, urgent: int = 0) -> None:
        """Run a statement once all stands that it reads. `done` is called, in the caller's thread, after it.

        One that makes a table anew waits too for those that fill or read the table of that name as it is.
        """
        self._tell()
        names = named(sql)
        reads = {n for n in names if n != makes or names.count(n) > 1}  # what adds to a table may read it
        anew = bool(makes) and not sql.startswith("INSERT")
        with self._changed:
            before = {
                t for t in self._tasks if t.makes in reads or (anew and (t.makes == makes or makes in t.reads))
            }  # fmt: skip
            self._given += 1
            self._tasks[_Task(self._given, sql, makes, reads, before, done, urgent)] = None
            self._wake()

    def until(self, sql: str) -> None:
        """Wait until all stands that a statement reads. Where anything has failed: as `ended`."""
        self._tell()
        names = set(named(sql))
        with self._changed:
            self._wake()
            while not self._failed and any(t.makes in names for t in self._tasks):
                self._changed.wait()
            failed = bool(self._failed)
        if failed:
            self.ended()

    def ended(self) -> None:
        """Wait for all but what builds on one that failed; raise the error of the one that was given first."""
        with self._changed:
            self._wake()
            while self._tasks:
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
            for task in [t for t in self._tasks if not t.begun]:
                del self._tasks[task]
            self._changed.notify_all()  # lanes that wait for more
            while self._tasks:
                self._changed.wait()
            self._failed, self._ended = [], []

    def _next(self) -> _Task | None:
        ready = (t for t in self._tasks if not t.begun and not t.before)
        return min(ready, key=lambda t: (-t.urgent, t.number), default=None)

    def _wake(self) -> None:
        """Let a lane see what may go; a new one where more may go than lanes are free."""
        ready = sum(not t.begun and not t.before for t in self._tasks)
        if ready > self._idle and self._lanes < self.number:
            try:
                Thread(target=self._lane).start()  # a process that ends waits for it: DuckDB aborts one that does not
            except RuntimeError:  # no thread can be had: those that there are do it all
                if not self._lanes:
                    raise
            else:
                self._lanes += 1
        if ready and self._idle:
            self._changed.notify_all()

    def _lane(self) -> None:
        while True:
            with self._changed:
                while (task := self._next()) is None:
                    self._idle += 1
                    told = self._changed.wait(None if self._tasks else _LINGERS)
                    self._idle -= 1
                    if not told and not self._tasks:
                        self._lanes -= 1
                        return
                task.begun = True
            try:
                self._run(task.sql)
            except BaseException as error:  # raised by `ended`, to whoever waits
                task.error = error
            with self._changed:
                self._end(task)
                self._wake()
                self._changed.notify_all()

    def _end(self, task: _Task) -> None:
        del self._tasks[task]
        if task.error is None:
            self._ended.append(task)
            for other in self._tasks:
                other.before.discard(task)
            return
        self._failed.append(task)
        lost = {task}
        for other in list(self._tasks):  # given after what they build on
            if other.before & lost:
                lost.add(other)
                del self._tasks[other]

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
