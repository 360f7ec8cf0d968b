"""What was recorded about tasks, from both places: the city's ledgers, and a folder of facts.

    board = tasks_as_of(load_pack("weihai"), date(2023, 12, 31))

Rows of a folder of facts that is marked as simulated are simulated, whatever they say themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from innocity.actions.ledger import VAR, ledger
from innocity.actions.ledger_csv import CsvLedger
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.engines.performance.score import rule_for
from innocity.engines.tasks.board import task_board
from innocity.engines.tasks.model import Bands, Closure, Report, Resolution, TaskBoard
from innocity.packs.facts import read_manifest
from innocity.packs.facts_columns import fit_columns, fit_types
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Supervision, Task

register_codes({
    "E-TASK-UNKNOWN": ("没有这项任务", "no such task"),
    "E-TASK-NOT-OWED": ("这一项只列示，不报送、不销号", "the task is shown only: nothing is reported or closed"),
    "E-TASK-RECORD": ("任务记录引用了不存在的编号", "a record of tasks names what does not exist"),
})  # fmt: skip

_LIST = re.compile(r"[;；\n]+")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A row of `meeting`."""

    id: str
    kind: str
    title: str
    held_on: date
    chair: str = ""
    attendees: tuple[str, ...] = ()
    minutes_no: str = ""
    text: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class TaskRecords:
    """All that was recorded, in the order of recording; facts first, then ledgers."""

    reports: tuple[Report, ...] = ()
    closures: tuple[Closure, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    resolutions: tuple[Resolution, ...] = ()

    def real(self) -> TaskRecords:
        """Without what is simulated."""
        return TaskRecords(
            tuple(one for one in self.reports if not one.simulated),
            tuple(one for one in self.closures if not one.simulated),
            tuple(one for one in self.meetings if not one.simulated),
            tuple(one for one in self.resolutions if not one.simulated),
        )


def task_records(
    pack: Pack, var: Path = VAR, facts: Path | None = None, known_on: date | None = None,
    faults: ErrorList | None = None, hidden: Collection[str] = (),
) -> TaskRecords:  # fmt: skip
    """What was recorded about the tasks of a city; `facts` defaults to `var/<city>/facts` where that is there.

    `known_on` leaves out what was recorded after that day, and resolutions of meetings that were not known then.
    Errors, with file and line: those of ledgers, E-FACTS-*, E-TASK-RECORD. With `faults` those of the ledgers go
    there, and the rows they are about are left out. Of reports and closings in `hidden` (fact ids) the words are left
    out.
    """
    folder = var / pack.city.id / "facts" if facts is None else facts
    rows = {name: register_rows(pack, name, var, folder, faults) for name in _REGISTERS}
    meetings = tuple(_meeting(row) for row in rows["meeting"])
    held = {one.id: one for one in meetings}
    errors = ErrorList() if faults is None else faults
    resolutions = tuple(
        _resolution(row, held[row["meeting"]]) for row in rows["resolution"] if _meeting_known(row, held, errors)
    )
    known = {*pack.tasks, *(one.task.id for one in resolutions)}
    for name in ("task_progress", "task_closure"):
        for row in rows[name]:
            if row["task"] not in known and not row["simulated"]:  # simulated rows may be of an older pack
                errors.add("E-TASK-RECORD", f"没有任务 {row['task']}", row["place"], suggest(row["task"], known))
    if faults is None:
        errors.raise_if_any()
    reports = tuple(_report(row, hidden) for row in rows["task_progress"] if known_by(row, known_on))
    closures = tuple(_closure(row, hidden) for row in rows["task_closure"] if known_by(row, known_on))
    unknown = {row["meeting"] for row in rows["meeting"] if not known_by(row, known_on)}
    later = {row["task"] for row in rows["resolution"] if row["meeting"] in unknown or not known_by(row, known_on)}
    return TaskRecords(
        reports, closures, tuple(one for one in meetings if one.id not in unknown),
        tuple(one for one in resolutions if one.task.id not in later),
    )  # fmt: skip


def known_by(row: Row, day: date | None) -> bool:
    """Whether a row was recorded by a day; without a day, or without one in the row, it is known."""
    return day is None or row["recorded_at"] is None or row["recorded_at"] <= day


_REGISTERS = ("task_progress", "task_closure", "meeting", "resolution")
Row = Mapping[str, Any]


def tasks_as_of(
    pack: Pack,
    as_of: date,
    var: Path = VAR,
    facts: Path | None = None,
    *,
    simulated: bool = True,
    known_on: date | None = None,
    faults: ErrorList | None = None,
    hidden: Collection[str] = (),
) -> TaskBoard:
    """The states of all tasks of a city; with `simulated=False`, simulated records are not looked at.

    With `known_on`, nothing that was recorded after that day; `faults` and `hidden` as in `task_records`.
    """
    records = task_records(pack, var, facts, known_on, faults, hidden)
    if not simulated:
        records = records.real()
    return task_board(pack, as_of, records.reports, records.closures, records.resolutions, bands_of(pack, as_of))


def bands_of(pack: Pack, as_of: date) -> Bands:
    """The city's bands for tasks at risk on a day."""
    own = supervision_of(pack, as_of)
    return Bands(int(own.pace * 100), own.warn_days, own.report_days)


def supervision_of(pack: Pack, as_of: date) -> Supervision:
    """How tasks are followed up on a day: by the assessment rule in force, else by the program's own values."""
    try:
        return rule_for(pack, as_of).supervision
    except InnoCityError:
        return Supervision()


def known_task(pack: Pack, records: TaskRecords, name: str) -> Task:
    """A task to be reported on or closed, of a document or of a meeting. Errors: E-TASK-UNKNOWN, E-TASK-NOT-OWED."""
    tasks = {**pack.tasks, **{one.task.id: one.task for one in records.resolutions}}
    task = tasks.get(name.strip())
    if task is None:
        raise InnoCityError("E-TASK-UNKNOWN", f"没有任务“{name}”", None, suggest(name, set(tasks)))
    if not task.owed():
        remedy = "建议、问题、政策聚焦点等只供查看；要办的话由会议议定成任务"
        raise InnoCityError("E-TASK-NOT-OWED", f"“{task.title}”（{task.id}）只列示", None, remedy)
    if task.same_as:
        other = tasks[task.same_as[0]]
        remedy = f"改用 {other.id}"
        raise InnoCityError("E-TASK-NOT-OWED", f"“{task.title}”与“{other.title}”是同一项，在那里跟踪", None, remedy)
    return task


def written_list(items: Iterable[str]) -> str:
    """Several names or papers in one cell."""
    return "；".join(item.strip() for item in items if item.strip())


def read_list(text: str | None) -> tuple[str, ...]:
    """The items of such a cell.

    >>> read_list("验收报告.pdf；威科字〔2024〕1号")
    ('验收报告.pdf', '威科字〔2024〕1号')
    """
    return tuple(part.strip() for part in _LIST.split(text or "") if part.strip())


def register_rows(
    pack: Pack, name: str, var: Path = VAR, facts: Path | None = None, faults: ErrorList | None = None
) -> list[Row]:
    """All rows of a register by column, facts first, then the ledger; each with its `place` and whether simulated.

    A pack without the register has none. What of the facts was loaded into the records is taken from there. `faults`
    takes what cannot be read of a ledger (`Ledger.rows`).
    """
    if name not in pack.registers:
        return []
    folder = var / pack.city.id / "facts" if facts is None else facts
    book = ledger(pack, name, var)
    own = [{**row.values, "place": row.place} for row in book.rows(faults)]
    loaded = set() if isinstance(book, CsvLedger) else {row["fact_id"] for row in own}
    return [*(row for row in fact_rows(pack, name, folder) if row["fact_id"] not in loaded), *own]


def fact_rows(pack: Pack, name: str, folder: Path) -> list[Row]:
    """The register's rows in a folder of facts, in the order of their ids; only Parquet, as simulate writes."""
    path = folder / f"{name}.parquet"
    register = pack.registers.get(name)
    if register is None or not path.is_file():
        return []
    simulated = read_manifest(folder).simulated
    errors, place = ErrorList(), Place(path.name)
    table = fit_columns(pq.ParquetFile(path).read(), register, errors, place)
    typed = fit_types(table, register, errors, place) if table is not None else None
    errors.raise_if_any()
    rows = typed.to_pylist() if typed is not None else []
    return [{**row, "simulated": simulated or bool(row.get("simulated")), "place": Place(path.name, n)}
            for n, row in enumerate(rows, 1)]  # fmt: skip


def _report(row: Row, hidden: Collection[str]) -> Report:
    words = {name: "" if row["fact_id"] in hidden else row[name] or "" for name in ("text", "problem", "next_step")}
    return Report(
        row["task"], row["party_id"], row["reported_on"], row["progress"], row["work"], **words,
        evidence=read_list(row["evidence"]), simulated=bool(row["simulated"]), place=str(row["place"]),
        recorded_on=row["recorded_at"], fact=row["fact_id"], public=bool(row.get("public")),
    )  # fmt: skip


def _closure(row: Row, hidden: Collection[str]) -> Closure:
    return Closure(
        row["task"], row["decided_on"], row["outcome"], read_list(row["evidence"]), row["by"] or "",
        "" if row["fact_id"] in hidden else row["text"] or "", bool(row["simulated"]), str(row["place"]),
        row["recorded_at"],
    )  # fmt: skip


def _meeting(row: Row) -> Meeting:
    return Meeting(
        row["meeting"], row["kind"], row["title"], row["held_on"], row["chair"] or "", read_list(row["attendees"]),
        row["minutes_no"] or "", row["text"] or "", bool(row["simulated"]),
    )  # fmt: skip


def _meeting_known(row: Row, held: Mapping[str, Meeting], errors: ErrorList) -> bool:
    if row["meeting"] in held:
        return True
    errors.add("E-TASK-RECORD", f"没有会议 {row['meeting']}", row["place"], "先登记会议")
    return False


def _resolution(row: Row, meeting: Meeting) -> Resolution:
    task = Task(
        id=row["task"], title=row["title"], lead=read_list(row["lead"]), responsible=read_list(row["responsible"]),
        cooperating=read_list(row["cooperating"]), due=row["due"], parent=row["parent"],
        targets=read_list(row["targets"]), clauses=read_list(row["clauses"]), place=str(row["place"]),
    )  # fmt: skip
    return Resolution(
        task, meeting.id, meeting.held_on, meeting.title, bool(row["simulated"]) or meeting.simulated,
        str(row["place"]),
    )  # fmt: skip
