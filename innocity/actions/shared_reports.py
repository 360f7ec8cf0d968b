"""Reports whose full text opens: which files of which matters, to whom, and from which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from innocity.engines.tasks.units import answerable
from innocity.engines.workflow.model import Case, Taken
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

_STAFF = ("officer", "leader", "auditor", "operator")


@dataclass(frozen=True, slots=True)
class Shared:
    """A report with its scope: `rows` are the steps with which the last version of it was handed in."""

    case: Case
    scope: str
    named: tuple[str, ...]
    decided_on: date
    opens_on: date
    rows: tuple[str, ...]

    def open_on(self, day: date) -> bool:
        """Whether the day has come from which it opens."""
        return self.opens_on <= day


def shared_reports(found: Iterable[Case]) -> list[Shared]:
    """The matters in which a scope was set, the latest first."""
    told = [one for case in found if (one := _shared(case)) is not None]
    return sorted(told, key=lambda one: (one.decided_on, one.case.id), reverse=True)


def _shared(case: Case) -> Shared | None:
    said = next((one for one in reversed(case.taken) if one.scope), None)
    step = case.procedure.step(said.step) if said else None
    if said is None or step is None:
        return None
    before = case.taken[: case.taken.index(said)]
    return Shared(case, said.scope, said.named, said.taken_on, said.opens_on or said.taken_on,
                  rows_opened(before, step.opens))  # fmt: skip


def rows_opened(taken: Iterable[Taken], steps: Iterable[str]) -> tuple[str, ...]:
    """The row with which the last version was handed in: what was sent back for changes does not open."""
    wanted = set(steps)
    return tuple(one.id for one in taken if one.step in wanted)[-1:]


def may_open(pack: Pack, viewer: Viewer, one: Shared, day: date) -> bool:
    """Whether a scope opens the full text to somebody on a day.

    `everybody`: to all; `units`: to whoever works for the city; `named`: to those units, or who answers for them
    now, and those parties; `closed`: to nobody. The applicant and the units that decide read it by other rights.
    """
    if not one.open_on(day):
        return False
    if one.scope == "everybody":
        return True
    if one.scope == "units":
        return viewer.role in _STAFF
    if one.scope != "named":
        return False
    if viewer.role == "firm":
        return viewer.party is not None and viewer.party in one.named
    return viewer.role == "operator" or (viewer.role == "officer" and (viewer.unit or "-") in _heirs(pack, one, day))


def _heirs(pack: Pack, one: Shared, day: date) -> set[str]:
    units = [name for name in one.named if name in pack.units]
    return {*units, *(heir for name in units for heir in answerable(pack.units, name, day).answer)}
