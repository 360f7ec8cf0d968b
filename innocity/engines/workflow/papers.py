"""Under which call something is applied for, on which days, and which papers a step takes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from innocity.packs.model import Call, Pack, Procedure, ProcedureStep
from innocity.packs.model_fences import papers_of
from innocity.packs.model_procedure import APPLICANT

Stage = Literal["open", "upcoming", "closed"]


def stage_of(call: Call, day: date) -> Stage:
    """Whether applications under a call are taken on a day: its first and its last day are among those."""
    return "upcoming" if day < call.opens else "open" if day <= call.closes else "closed"


def call_of(pack: Pack, clause: str, day: date) -> Call | None:
    """The call under which a clause is applied for on a day: one that is open, else the next to open, else the last
    that closed; None where no call names the clause."""
    every = [call for call in pack.calls.values() if clause in call.clauses]
    by_stage = {stage: [call for call in every if stage_of(call, day) == stage] for stage in ("open", "upcoming")}
    if by_stage["open"]:
        return min(by_stage["open"], key=lambda call: (call.closes, call.id))
    if by_stage["upcoming"]:
        return min(by_stage["upcoming"], key=lambda call: (call.opens, call.id))
    return max(every, key=lambda call: (call.closes, call.id), default=None)


def units_of(pack: Pack, clause: str, day: date) -> tuple[str, ...]:
    """The units to which an application for a clause goes: the one that its call names, else those responsible for
    the clause, else the office of the leading group."""
    call, wanted = call_of(pack, clause, day), pack.clauses.get(clause)
    named = (call.contact.unit,) if call and call.contact else wanted.responsible if wanted else ()
    return tuple(unit for unit in named if unit in pack.units) or tuple(pack.city.reporting.office)


def year_of(pack: Pack, clause: str, day: date) -> int | None:
    """The fact year for which a clause is applied for on a day: its call's, else the city's own."""
    call = call_of(pack, clause, day)
    return call.fact_year if call else pack.city.default_year


def materials_of(pack: Pack, procedure: Procedure, step: ProcedureStep, clause: str, day: date) -> tuple[str, ...]:
    """The papers that a step is asked for, by name: its own, else those of the call, for the steps of the applicant
    that ask for evidence.

    Empty where neither the procedure nor a call names any.
    """
    if step.materials:
        return step.materials
    asked = APPLICANT in step.by and "evidence" in step.asks and not procedure.clauses
    call = call_of(pack, clause, day) if clause and asked else None
    return papers_of(pack.clauses[clause], call) if call and clause in pack.clauses else ()


def materials_of_matter(pack: Pack, procedure: Procedure, steps: list[ProcedureStep], clause: str,
                        day: date) -> tuple[str, ...]:  # fmt: skip
    """The papers that the steps of a matter ask for together, each once."""
    return tuple(dict.fromkeys(name for step in steps for name in materials_of(pack, procedure, step, clause, day)))
