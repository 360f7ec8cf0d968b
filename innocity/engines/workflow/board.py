"""Steps that were taken -> where each matter stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from innocity.core.dates import add_days
from innocity.engines.workflow.model import Case, Next, Taken, lacking_of
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT

Answer = Callable[[str, date], Collection[str]]  # the units that answer for a unit on a day


def _itself(unit: str, day: date) -> tuple[str]:
    return (unit,)


def cases(
    pack: Pack, taken: Iterable[Taken], as_of: date, on: date | None = None, answer: Answer | None = None
) -> dict[str, Case]:
    """Every matter by its id as of a day, in the order in which they began.

    `on` is the day by which terms are counted, where it is another; `answer` says who answers for a unit. Steps of
    procedures that the pack no longer has, and steps that a procedure no longer has, are passed over.
    """
    found: dict[str, list[Taken]] = {}
    for one in taken:
        procedure = pack.procedures.get(one.procedure)
        if procedure is not None and procedure.step(one.step) is not None and one.taken_on <= as_of:
            found.setdefault(one.case, []).append(one)
    day = on or as_of
    return {
        name: _case(pack.procedures[steps[0].procedure], name, steps, day, answer or _itself)
        for name, steps in found.items()
    }


def _case(procedure: Procedure, name: str, taken: list[Taken], as_of: date, answer: Answer) -> Case:
    first, last = taken[0], taken[-1]
    now = procedure.step(last.step)
    assert now is not None
    members, left = members_of(procedure, taken), still_to_answer(procedure, taken, answer)
    lapsed = _lapsed(procedure, taken, as_of)
    coming = () if lapsed else tuple(
        Next(step, due_of(step, procedure, taken)) for step in may_follow(procedure, taken, members, left)
    )  # fmt: skip
    owed = [one for one in coming if one.step.each] if left else coming
    late = bool(owed) and all(one.due is not None and one.due < as_of for one in owed)
    return Case(name, procedure, first.title, first.party, tuple(taken), now, members, coming, late, lapsed, left)


def due_of(step: ProcedureStep, procedure: Procedure, taken: Sequence[Taken]) -> date | None:
    """Until when a step is due: by its own term, or by the day that was set in the step before it.

    Terms of answers side by side run from the step before the first of them; papers are due on the day that was set.
    """
    if step.supplies:
        return next((one.until for one in reversed(taken) if one.step == step.supplies), None)
    round_ = answers_now(procedure, taken) if step.each else []
    start = taken[taken.index(round_[0]) - 1] if round_ else taken[-1]
    if start.until is not None and not start.lacking:
        return start.until
    return add_days(start.taken_on, step.within) if step.within else None


def answers_now(procedure: Procedure, taken: Sequence[Taken]) -> list[Taken]:
    """The answers of the round side by side that came last, the oldest first; empty where none is under way.

    What the applicant does in between ends no round; a step of a unit does.
    """
    found: list[Taken] = []
    for one in reversed(taken):
        step = procedure.step(one.step)
        if step is not None and step.each and (not found or one.step == found[-1].step):
            found.append(one)
        elif step is None or APPLICANT not in step.by:
            break
    return found[::-1]


def still_to_answer(procedure: Procedure, taken: Sequence[Taken], answer: Answer) -> tuple[str, ...]:
    """The units that have not answered in the round that is under way; empty where none is, or all have."""
    round_ = answers_now(procedure, taken)
    step = procedure.step(round_[0].step) if round_ else None
    if step is None:
        return ()
    told, day = {one.actor for one in round_}, taken[-1].taken_on
    return tuple(unit for unit in step.by if unit not in told and not told & {*answer(unit, day)})


def _lapsed(procedure: Procedure, taken: Sequence[Taken], as_of: date) -> str:
    """The word in which a matter has ended by itself: the papers it lacked did not come in time."""
    if not lacking_of(procedure, taken):
        return ""
    one = next(each for each in reversed(taken) if each.lacking)
    step = procedure.step(one.step)
    last = procedure.step(taken[-1].step)
    ended = last is not None and last.ends is not None
    return step.lapses if step and step.lapses and one.until and one.until < as_of and not ended else ""


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


def may_follow(
    procedure: Procedure, taken: Sequence[Taken], members: tuple[str, ...], left: tuple[str, ...] = ()
) -> tuple[ProcedureStep, ...]:
    """The steps that may come after those taken; those that begin a matter where none was.

    While units of `left` owe their answer only that step may come, and what the applicant may do by itself.
    """
    if not taken:
        return tuple(step for step in procedure.steps if not step.after)
    done, last = {one.step for one in taken}, taken[-1].step
    round_ = answers_now(procedure, taken)
    lacking = bool(lacking_of(procedure, taken))

    def in_turn(step: ProcedureStep) -> bool:
        if round_ and step.id == round_[0].step:
            return bool(left)
        return last in step.after and (not left or APPLICANT in step.by)

    return tuple(
        step for step in procedure.steps
        if in_turn(step) and done.issuperset(step.needs) and done.isdisjoint(step.without)
        and (members or step.party not in ("leaves", "member"))
        and not (lacking and step.whole) and (lacking or not step.supplies)
        and (step.agreed is None or _all_agreed(step.agreed, round_))
    )  # fmt: skip


def _all_agreed(name: str, round_: Sequence[Taken]) -> bool:
    return bool(round_) and all(one.step == name and one.agrees for one in round_)
