"""The supervision list of a city (督办): which tasks, whom to ask, by when an answer is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from innocity.actions.ledger import VAR
from innocity.actions.task_records import supervision_of, tasks_as_of
from innocity.engines.tasks.model import TaskBoard
from innocity.engines.tasks.supervision import SupervisionItem, supervised_units, supervision_list
from innocity.packs.model import Document, Pack


@dataclass(frozen=True, slots=True)
class SupervisionNotice:
    """What one unit is asked about; `unit` is empty for tasks whose text names nobody."""

    unit: str
    items: tuple[SupervisionItem, ...]
    reply_by: date
    simulated: bool


def supervise(
    pack: Pack,
    as_of: date,
    var: Path = VAR,
    *,
    facts: Path | None = None,
    documents: frozenset[str] | None = None,
    board: TaskBoard | None = None,
) -> list[SupervisionItem]:
    """The supervision list as of a date; `documents` limits it to tasks of these (`""`: meetings' resolutions)."""
    known = board or tasks_as_of(pack, as_of, var, facts)
    items = supervision_list(known)
    return items if documents is None else [one for one in items if one.state.document in documents]


def notices(pack: Pack, items: list[SupervisionItem], as_of: date) -> list[SupervisionNotice]:
    """A notice for each unit asked, in the order of the list; the answer is due after the city's days to reply."""
    day = reply_by(pack, as_of)
    return [
        SupervisionNotice(unit, tuple(own), day, any(one.state.simulated for one in own))
        for unit, own in supervised_units(items).items()
    ]


def reply_by(pack: Pack, as_of: date) -> date:
    """The day by which an answer is due to what is asked on a day."""
    return as_of + timedelta(days=supervision_of(pack, as_of).reply_days)


def old_document(document: Document | None, as_of: date) -> bool:
    """Whether a document is over three years old and nobody has confirmed that it is still in force."""
    if document is None or document.state == "in_force":
        return False
    day = document.issued_on or document.valid_from
    return day is not None and (as_of - day).days > 3 * 365
