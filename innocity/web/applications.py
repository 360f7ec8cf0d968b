"""From what a firm is owed to asking for it: by which procedure, and what an application may be for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from innocity.engines.workflow.papers import stage_of
from innocity.packs.model import Call, Clause, Pack, Procedure
from innocity.packs.model_procedure import APPLICANT


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be applied for together: the clauses of a call, or of the procedure itself (no call).

    `stage` is `open`, `upcoming` or `closed` on the day asked about; empty without a call.
    """

    call: Call | None
    stage: str
    clauses: tuple[Clause, ...]


def procedure_for(pack: Pack, clause: str) -> str:
    """The id of the procedure by which an applicant asks for a clause; empty where the city has none."""
    every = [one for one in pack.procedures.values() if _asks(one)]
    own = [one.id for one in every if clause in one.clauses]
    return next(iter([*own, *(one.id for one in every if not one.clauses)]), "")


def _asks(procedure: Procedure) -> bool:
    """Whether the applicant begins it by saying which clause it asks for."""
    return any("clause" in one.asks and APPLICANT in one.by for one in procedure.steps if not one.after)


def offers(pack: Pack, procedure: Procedure, day: date, *, closed: bool = False) -> list[Offer]:
    """What an application may be for on a day: open calls first, then those to come; with `closed` also those that
    are over (what came on paper in time is recorded later). A procedure with clauses of its own offers these."""
    if procedure.clauses:
        own = tuple(pack.clauses[name] for name in procedure.clauses if name in pack.clauses)
        return [Offer(None, "", own)]
    found = [one for one in _called(pack, day) if closed or one.stage != "closed"]
    return sorted(found, key=lambda one: ("open", "upcoming", "closed").index(one.stage))


def _called(pack: Pack, day: date) -> Iterator[Offer]:
    for call in pack.calls.values():
        clauses = tuple(pack.clauses[name] for name in call.clauses if name in pack.clauses)
        yield Offer(call, stage_of(call, day), tuple(one for one in clauses if one.delivery != "automatic"))
