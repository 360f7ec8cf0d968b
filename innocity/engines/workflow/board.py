"""Steps that were taken -> where each matter stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from innocity.core.dates import add_days
from innocity.engines.workflow.model import Case, Next, Taken
from innocity.packs.model import Pack, Procedure, ProcedureStep


def cases(pack: Pack, taken: Iterable[Taken], as_of: date) -> dict[str, Case]:
    """Every matter by its id as of a day, in the order in which they began.

    Steps of procedures that the pack no longer has, and steps that a procedure no longer has, are passed over.
    """
    found: dict[str, list[Taken]] = {}
    for one in taken:
        procedure = pack.procedures.get(one.procedure)
        if procedure is not None and procedure.step(one.step) is not None and one.taken_on <= as_of:
            found.setdefault(one.case, []).append(one)
    return {name: _case(pack.procedures[steps[0].procedure], name, steps, as_of) for name, steps in found.items()}


def _case(procedure: Procedure, name: str, taken: list[Taken], as_of: date) -> Case:
    first, last = taken[0], taken[-1]
    now = procedure.step(last.step)
    assert now is not None
    members = members_of(procedure, taken)
    coming = tuple(Next(step, add_days(last.taken_on, step.within) if step.within else None)
                   for step in may_follow(procedure, taken, members))  # fmt: skip
    late = bool(coming) and all(one.due is not None and one.due < as_of for one in coming)
    return Case(name, procedure, first.title, first.party, tuple(taken), now, members, coming, late)


def members_of(procedure: Procedure, taken: Iterable[Taken]) -> tuple[str, ...]:
    """The parties that joined a matter and have not left it."""
    found: dict[str, None] = {}
    for one in taken:
        step = procedure.step(one.step)
        if step is None or not one.party:
            continue
        if step.party == "joins":
            found[one.party] = None
        elif step.party == "leaves":
            found.pop(one.party, None)
    return tuple(found)


def may_follow(procedure: Procedure, taken: list[Taken], members: tuple[str, ...]) -> tuple[ProcedureStep, ...]:
    """The steps that may come after those taken; those that begin a matter where none was."""
    if not taken:
        return tuple(step for step in procedure.steps if not step.after)
    done = {one.step for one in taken}
    return tuple(
        step for step in procedure.steps
        if taken[-1].step in step.after and done.issuperset(step.needs)
        and (members or step.party not in ("leaves", "member"))
    )  # fmt: skip
