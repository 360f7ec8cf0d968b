"""Matters as pages read them: those that somebody may see, what a party has applied for, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from innocity.actions.ledger import changed
from innocity.actions.procedure_records import actors_in, open_cases, own_view, waiting_for
from innocity.core.money import format_money
from innocity.engines.workflow.model import Case, Taken
from innocity.packs.model import Pack
from innocity.packs.model_procedure import APPLICANT
from innocity.records.queries.ledgers import places
from innocity.records.viewer import Viewer
from innocity.web import cities


@dataclass(frozen=True, slots=True)
class Turn:
    """Who goes on with a matter: `units` by id, or the applicant; what it may do, until when (None: not written)."""

    units: tuple[str, ...]
    steps: tuple[str, ...]
    due: date | None
    applicant: bool = False


def every(pack: Pack) -> Mapping[str, Case]:
    """All matters of a city as of today, read again when something was recorded."""
    folder = Path(settings.INNOCITY_VAR)
    return _cases(pack.city.id, timezone.localdate(), folder, changed(pack, folder))


@lru_cache(maxsize=4)
def _cases(city: str, day: date, folder: Path, stamp: tuple[object, ...]) -> Mapping[str, Case]:
    return open_cases(cities.pack_of(city), day, folder)


def seen(pack: Pack, viewer: Viewer) -> dict[str, Case]:
    """The matters that somebody may see."""
    found = every(pack)
    if viewer.role == "firm":
        own = {name: own_view(case, viewer.party or "-") for name, case in found.items()}
        return {name: case for name, case in own.items() if case is not None}
    if viewer.sees_all_parties():
        return dict(found)
    where = places(viewer, {one.applicant for one in found.values()})
    mine = {party for party, place in where.items() if viewer.county in place}
    orphans = [one for one in found.values() if not any(where.get(one.applicant, ()))]
    waits = {one.id for one in waiting_for(pack, viewer, orphans, timezone.localdate())}
    waits |= {one.id for one in found.values() if any(step.actor == viewer.unit for step in one.taken)}
    waits |= {one.id for one in found.values() if viewer.unit in one.named}
    return {name: one for name, one in found.items() if one.applicant in mine or name in waits}


def thing_in_words(pack: Pack, clause: str, text: str) -> str:
    """Which of the things that a clause gives for, as an award names it: codes by their names, ids as they stand."""
    one = pack.clauses.get(clause)
    register = pack.registers.get(one.register_ or "") if one else None
    parts = text.split("|")
    if one is None or register is None or len(parts) != len(one.object):
        return text
    columns = [register.column(name) for name in one.object]
    lists = [pack.codes.get(column.codes or "") if column else None for column in columns]
    return "、".join(next((code.name for code in known.codes if code.id == part), part) if known else part
                    for known, part in zip(lists, parts, strict=True))  # fmt: skip


def asked_in_words(case: Case, names: Mapping[str, str]) -> str:
    """Who asked, when, for how much: the first step of a matter as a sentence; names as far as they are known."""
    first = case.taken[0]
    who = names.get(case.applicant) or case.applicant
    total = f"，申请{format_money(first.sum)}" if first.sum is not None else ""
    return f"{who}，{first.taken_on}提出{total}" if who else f"{first.taken_on}提出{total}"


def by_urgency(found: Iterable[Case]) -> list[Case]:
    """What waits, the earliest term first; without one what is real before what is made up, then who waits longest."""

    def key(case: Case) -> tuple[date, bool, date]:
        due = min((one.due for one in case.next if one.due), default=date.max)
        return due, case.simulated, case.taken[-1].taken_on

    return sorted(found, key=key)


def turns(pack: Pack, case: Case, day: date) -> list[Turn]:
    """Who may go on with a matter, the units first; what only ends it on the applicant's wish is left out."""
    by_units: dict[tuple[str, ...], list[str]] = {}
    own: list[str] = []
    dues: dict[str, date] = {}
    for one in case.next:
        if one.due is not None:
            dues[one.step.name] = one.due
        if APPLICANT in one.step.by:
            own += [] if one.step.ends else [one.step.name]
        else:
            units = tuple(actors_in(pack, case, one.step, day))
            by_units.setdefault(units, []).append(one.step.name)
    found = [Turn(units, tuple(steps), _first(dues, steps)) for units, steps in by_units.items()]
    return [*found, *([Turn((), tuple(own), _first(dues, own), applicant=True)] if own else [])]


def sent_back(case: Case) -> bool:
    """Whether the applicant has to go on: nobody else may, but to end it."""
    steps = [one.step for one in case.next if not one.step.ends]
    return case.open and bool(steps) and all(APPLICANT in one.by for one in steps)


def result_of(case: Case) -> Taken | None:
    """The last step of a matter, where a unit ended or granted something by it; else None."""
    last = case.taken[-1]
    step = case.procedure.step(last.step)
    news = step is not None and APPLICANT not in step.by and bool(step.ends or step.decides or step.pays)
    return last if news else None


def _first(dues: Mapping[str, date], steps: Iterable[str]) -> date | None:
    return min((dues[name] for name in steps if name in dues), default=None)
