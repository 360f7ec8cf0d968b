"""Record a meeting (会商, 领导小组会议); what it resolves becomes tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innocity.actions.authority import check_acts_for, deciders, overseers, unit_names
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.task_records import TaskRecords, task_records, written_list
from innocity.core.dates import parse_date
from innocity.core.errors import ErrorList, InnoCityError, InvalidValue, Place, register_codes
from innocity.engines.tasks.units import find_unit
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.packs.yamltext import Located, read_file

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-MEETING-EXISTS": ("会议编号已用过", "the id of the meeting is taken"),
    "E-MEETING-FILE": ("会议文件写得不对", "a file of a meeting is written wrongly"),
    "E-RESOLUTION": ("议定事项写得不对", "a resolution is written wrongly"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resolved:
    """One resolution: who does what by when; units by id. `parent` is a task of a document or a meeting."""

    title: str
    lead: Sequence[str] = ()
    responsible: Sequence[str] = ()
    cooperating: Sequence[str] = ()
    due: date | None = None
    parent: str | None = None
    targets: Sequence[str] = ()
    clauses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting and what it resolved; its id is made of kind and day (`leading_group-2023-11-20`) if not given."""

    kind: str
    title: str
    held_on: date
    unit: str
    resolutions: Sequence[Resolved] = ()
    id: str = ""
    chair: str = ""
    attendees: Sequence[str] = ()
    minutes_no: str = ""
    text: str = ""
    simulated: bool = False


def hold_meeting(
    pack: Pack, held: MeetingHeld, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> list[LedgerRow]:
    """Record the meeting and its resolutions; return the rows of `resolution`, whose tasks are then tracked.

    All is checked before anything is written, and nobody else writes meanwhile. In the records both are written as
    one; in files resolutions are written after the meeting: where that failed in between, recording the same
    meeting again adds what is lacking and nothing twice. `viewer` is who writes. Errors, together:
    E-MEETING-EXISTS, E-RESOLUTION, E-TASK-*, E-UNIT-UNKNOWN, those of ledgers; E-LEDGER-UNIT.
    """
    meetings = ledger(pack, "meeting", var, viewer=viewer)
    with meetings.locked():
        meeting, fresh = _rows(pack, held, var, today or date.today())
        check_acts_for(pack, viewer, held.unit)
        _check_convener(pack, held, viewer)
        meetings.append(meeting, "hold_meeting")
        return ledger(pack, "resolution", var, viewer=viewer).append(fresh, "hold_meeting")


def _check_convener(pack: Pack, held: MeetingHeld, viewer: Viewer | None) -> None:
    """What meetings resolve binds others: only who oversees or decides records it. Error: E-LEDGER-UNIT."""
    may = overseers(pack) | deciders(pack)
    if viewer is not None and viewer.role != "operator" and may and held.unit not in may:
        text = f"{unit_names(pack, [held.unit])}不能登记会议：议定事项会成为别的单位的任务"
        raise InnoCityError("E-LEDGER-UNIT", text, None, f"由这些单位登记：{unit_names(pack, may)}")


def _rows(
    pack: Pack, held: MeetingHeld, var: Path, today: date
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:  # fmt: skip
    """The meeting's row, if it is not there yet, and those of its new resolutions, after all checks."""
    records = task_records(pack, var).real()
    name = held.id.strip() or f"{held.kind}-{held.held_on.isoformat()}"
    errors = ErrorList()
    meeting_row, rows = _meeting_row(name, held), _resolution_rows(name, held)
    known = {one.id: one for one in records.meetings}
    if name in known and (known[name].title, known[name].held_on) != (held.title.strip(), held.held_on):
        errors.add("E-MEETING-EXISTS", f"会议 {name} 已登记为“{known[name].title}”", None, "换一个编号（id）")
    _check(pack, held, rows, records, today, errors)
    errors.raise_if_any()
    told = {one.task.title for one in records.resolutions if one.meeting == name}
    taken = {one.task.id for one in records.resolutions}
    fresh = [row for row in rows if row["title"] not in told]
    _number(name, fresh, taken, set(pack.tasks))
    if name in known and not fresh:
        raise InnoCityError("E-MEETING-EXISTS", f"会议 {name} 及其议定事项已经登记", None, "要补充议定事项，写新的事项")
    return ([] if name in known else [meeting_row]), fresh


def _meeting_row(name: str, held: MeetingHeld) -> dict[str, str]:
    day = held.held_on.isoformat()
    return {
        "party_id": held.unit, "meeting": name, "kind": held.kind, "title": held.title.strip(), "held_on": day,
        "chair": held.chair, "attendees": written_list(held.attendees), "minutes_no": held.minutes_no,
        "text": held.text, "simulated": "true" if held.simulated else "", "valid_from": day, "source": "会议纪要",
    }  # fmt: skip


def _resolution_rows(name: str, held: MeetingHeld) -> list[dict[str, str]]:
    day = held.held_on.isoformat()
    return [
        {
            "party_id": held.unit, "task": "", "meeting": name, "title": one.title.strip(),
            "lead": written_list(one.lead), "responsible": written_list(one.responsible),
            "cooperating": written_list(one.cooperating), "due": one.due.isoformat() if one.due else "",
            "parent": one.parent or "", "targets": written_list(one.targets), "clauses": written_list(one.clauses),
            "simulated": "true" if held.simulated else "", "valid_from": day, "source": "会议纪要",
        }
        for one in held.resolutions
    ]  # fmt: skip


def _number(meeting: str, rows: Sequence[dict[str, str]], taken: set[str], tasks: set[str]) -> None:
    """Give each resolution the id of a task: `leading_group_20231120_1`."""
    stem, number = "".join(char for char in meeting if char.isascii() and (char.isalnum() or char == "_")), 0
    for row in rows:
        number += 1
        while f"{stem}_{number}" in taken or f"{stem}_{number}" in tasks:
            number += 1
        row["task"] = f"{stem or 'meeting'}_{number}"


def _check(
    pack: Pack, held: MeetingHeld, rows: Sequence[dict[str, str]], records: TaskRecords, today: date, errors: ErrorList
) -> None:
    if held.held_on > today:
        errors.add("E-TASK-DATE", f"召开日期 {held.held_on} 还没有到", None, "会议开过再登记")
    if not held.title.strip():
        errors.add("E-TASK-TEXT", "会议没有名称", None, "写上 title")
    kinds = {code.id for code in pack.codes["meeting_kind"].codes} if "meeting_kind" in pack.codes else {held.kind}
    if held.kind not in kinds:
        errors.add("E-FACTS-CODE", f"不认识的会议类别“{held.kind}”", None, suggest(held.kind, kinds))
    for unit in (held.unit, *held.attendees):
        _known(unit, pack.units, "E-UNIT-UNKNOWN", f"没有单位 {unit}", errors)
    titles = [row["title"] for row in rows]
    tasks = {*pack.tasks, *(one.task.id for one in records.resolutions)}
    for number, one in enumerate(held.resolutions, 1):
        place = Place(path=f"第 {number} 项议定事项")
        if not one.title.strip() or titles.count(one.title.strip()) > 1:
            errors.add("E-RESOLUTION", "事项没有内容，或写了两次", place, "每项写一句不同的内容")
        if not one.lead and not one.responsible:
            errors.add("E-RESOLUTION", f"“{one.title}”没有责任单位", place, "写上 lead 或 responsible")
        if one.due and one.due < held.held_on:
            errors.add("E-RESOLUTION", f"期限 {one.due} 早于会议的 {held.held_on}", place, "核对期限")
        _check_names(pack, one, tasks, place, errors)


def _check_names(pack: Pack, one: Resolved, tasks: set[str], place: Place, errors: ErrorList) -> None:
    for unit in (*one.lead, *one.responsible, *one.cooperating):
        _known(unit, pack.units, "E-UNIT-UNKNOWN", f"没有单位 {unit}", errors, place)
    if one.parent:
        _known(one.parent, tasks, "E-TASK-UNKNOWN", f"没有任务 {one.parent}", errors, place)
    for target in one.targets:
        _known(target, pack.targets, "E-PACK-TARGET", f"没有目标 {target}", errors, place)
    for clause in one.clauses:
        _known(clause, pack.clauses, "E-PACK-CLAUSE", f"没有条款 {clause}", errors, place)


def _known(name: str, ids: Any, code: str, text: str, errors: ErrorList, place: Place | None = None) -> None:
    if name not in ids:
        errors.add(code, text, place, suggest(name, set(ids)))


_FIELDS = {"id", "kind", "title", "held_on", "unit", "chair", "attendees", "minutes_no", "text", "resolutions"}
_ITEM = {"title", "lead", "responsible", "cooperating", "due", "parent", "targets", "clauses"}


def read_meeting(pack: Pack, path: Path) -> MeetingHeld:
    """A meeting written as YAML: the fields of MeetingHeld, units by id or name.

    Errors, together, with file and line: E-MEETING-FILE, E-YAML-*, E-DATE-FORMAT, E-UNIT-UNKNOWN.
    """
    if not path.is_file():
        raise InnoCityError("E-FILE-MISSING", f"没有文件 {path.name}", None, "核对文件名")
    located = read_file(path, path.name)
    errors = ErrorList()
    data = located.data
    if not isinstance(data, dict):
        raise InnoCityError("E-MEETING-FILE", "会议文件应是一组“键: 值”", located.place(), "每行写一个 键: 值")
    _fields(data, _FIELDS, ("kind", "title", "held_on", "unit"), located, (), errors)
    items = data.get("resolutions") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        errors.add("E-MEETING-FILE", "resolutions 应是列表", located.place(("resolutions",)), "每项以 - title: 开头")
        items = []
    for number, item in enumerate(items):
        _fields(item, _ITEM, ("title",), located, ("resolutions", number), errors)
    reader = _Reader(pack, located, errors)
    held = MeetingHeld(
        str(data.get("kind") or ""), str(data.get("title") or ""), reader.day(data, "held_on") or date.min,
        next(iter(reader.units(data, "unit")), ""),
        [reader.resolved(item, ("resolutions", number)) for number, item in enumerate(items)],
        str(data.get("id") or ""), str(data.get("chair") or ""), reader.units(data, "attendees"),
        str(data.get("minutes_no") or ""), str(data.get("text") or ""),
    )  # fmt: skip
    errors.raise_if_any()
    return held


def _fields(
    data: Any, known: set[str], needed: Sequence[str], located: Located, path: tuple[str | int, ...], errors: ErrorList
) -> None:
    for name in data:
        if name not in known:
            errors.add("E-MEETING-FILE", f"不认识的字段 {name}", located.place((*path, name)), suggest(name, known))
    for name in needed:
        if not data.get(name):
            errors.add("E-MEETING-FILE", f"缺少 {name}", located.place(path), f"补上 {name}: …")


class _Reader:
    """Values of a meeting's file, errors with their line."""

    def __init__(self, pack: Pack, located: Located, errors: ErrorList) -> None:
        self.pack, self.located, self.errors = pack, located, errors

    def day(self, data: Any, name: str, path: tuple[str | int, ...] = ()) -> date | None:
        """A date; None where none is given or it cannot be read."""
        if not data.get(name):
            return None
        try:
            return parse_date(str(data[name]))
        except InvalidValue as error:
            self.errors.append(error.at(self.located.place((*path, name))))
            return None

    def units(self, data: Any, name: str, path: tuple[str | int, ...] = ()) -> tuple[str, ...]:
        """Units by id or name, as ids."""
        found = []
        for text in self.texts(data, name):
            try:
                found.append(find_unit(self.pack.units, text).id)
            except InnoCityError as error:
                self.errors.append(error.at(self.located.place((*path, name))))
        return tuple(found)

    def texts(self, data: Any, name: str) -> tuple[str, ...]:
        """A list, or a single word."""
        value = data.get(name) or ()
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)

    def resolved(self, item: Any, path: tuple[str | int, ...]) -> Resolved:
        """One resolution."""
        return Resolved(
            str(item.get("title") or ""), self.units(item, "lead", path), self.units(item, "responsible", path),
            self.units(item, "cooperating", path), self.day(item, "due", path),
            str(item["parent"]) if item.get("parent") else None, self.texts(item, "targets"),
            self.texts(item, "clauses"),
        )  # fmt: skip
