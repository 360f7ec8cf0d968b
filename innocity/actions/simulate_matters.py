"""Put invented matters into a simulated city: procedures begun by its parties, each at another step.

Each step goes through `take_step`, with the units that may take it; whatever is given is marked as simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from innocity.actions.award_of_matter import award_of
from innocity.actions.ledger import VAR
from innocity.actions.procedure_records import actors, handling, open_cases
from innocity.actions.simulate_exchange import Cast
from innocity.actions.take_step import Step, take_step
from innocity.engines.simulation.listings import TOPICS, WORDS
from innocity.engines.workflow.board import answers_now, cases, may_follow, members_of
from innocity.engines.workflow.model import Case, Taken
from innocity.engines.workflow.papers import call_of, materials_of
from innocity.packs.model import Call, Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT, greatest
from innocity.records.viewer import Viewer

#: What firms ask for most: these come first, for the firms that have accounts.
USUAL = (
    "call_application", "voucher", "linked_finance_project", "rd_reporting", "resource_booking", "case_by_case",
    "call_application", "voucher", "fund_pipeline", "advanced_service",
)  # fmt: skip
MATTERS = 26
_BEGUN, _PACE = 150, 12  # days ago of the first step, and days between two steps at most
_SUMS = tuple(wan * 10**6 for wan in (5, 10, 20, 50))
_AGAIN = 2  # so often may a step come back
_BEYOND = {"subject", "named"}  # what is drawn or registered elsewhere is not made up here
_LONGEST = 8  # steps of a matter, by which it has come to its end
_TERM = 20  # days that a matter is given for what is still to come


@dataclass
class _Course:
    """One matter as it grows."""

    procedure: Procedure
    applicant: str
    title: str
    day: date
    case: str = ""
    clause: str = ""
    taken: list[Taken] = field(default_factory=list)

    @property
    def now(self) -> ProcedureStep | None:
        """The step that was taken last."""
        return self.procedure.step(self.taken[-1].step) if self.taken else None

    @property
    def answered(self) -> set[str]:
        """The units that have answered in the round side by side that is under way."""
        return {one.actor for one in answers_now(self.procedure, self.taken)}

    @property
    def members(self) -> tuple[str, ...]:
        return members_of(self.procedure, self.taken)

    def case_in(self, pack: Pack) -> Case | None:
        """The matter as it stands; None before its first step."""
        return cases(pack, self.taken, date.max).get(self.case)

    def sum_of(self, step: str) -> int:
        return sum(one.sum or 0 for one in self.taken if one.step == step)

    def room(self, step: ProcedureStep) -> int | None:
        """What may still be given under the step that limits this one, in fen; None where nothing does."""
        if step.upto is None:
            return None
        under = sum(self.sum_of(one.id) for one in self.procedure.steps if one.upto == step.upto)
        return self.sum_of(step.upto) - under


def simulate_matters(
    pack: Pack, viewer: Viewer, cast: Cast, var: Path = VAR, *, seed: int = 7, today: date | None = None,
    owed: Sequence[tuple[str, str]] = (),
) -> int:  # fmt: skip
    """Take the steps of MATTERS matters; gives how many were begun. Errors: E-STEP-*, those of ledgers.

    `owed` are parties with clauses that give them money: each applies for it, most until they are paid.
    """
    day, draw = today or date.today(), Random(seed)
    names = [name for name in USUAL if name in pack.procedures]
    names += [name for name in pack.procedures if name not in names]
    for number, name in enumerate((names * MATTERS)[:MATTERS] if names else ()):
        procedure = pack.procedures[name]
        applicant = cast.firms[0] if number < 5 else cast.party("firm", number)
        title = f"{procedure.name}：{TOPICS[number % len(TOPICS)]}"
        begun = day - timedelta(days=draw.randrange(_BEGUN // 3, _BEGUN))
        course = _Course(procedure, applicant, title, begun)
        _walk(pack, viewer, cast, course, number, draw, day, var)
    for number, (party, clause) in enumerate(owed):
        call = call_of(pack, clause, day)
        taken_on = next((one for one in pack.procedures.values() if _by_call(one)), None)
        if call is None or taken_on is None or call.opens > day:
            continue
        course = _Course(taken_on, party, pack.clauses[clause].name, day, clause=clause)
        course.day = call.opens + timedelta(number % ((min(call.closes, day) - call.opens).days + 1))
        _go(pack, viewer, cast, course, number, draw, day, var)
    return MATTERS if names else 0


def _by_call(procedure: Procedure) -> bool:
    """Whether a procedure takes on whatever a call names."""
    return not procedure.clauses and any("clause" in one.asks for one in may_follow(procedure, [], ()))


def _walk(
    pack: Pack, viewer: Viewer, cast: Cast, course: _Course, number: int, draw: Random, today: date, var: Path
) -> None:  # fmt: skip
    """From the first step on: so many steps as the matter's number says, or until nothing more may come."""
    if _by_call(course.procedure):
        calls = _calls(pack, today)
        if not calls and pack.calls:
            return
        if calls:  # in its time: what is filed too early or too late is refused
            course.applicant, call, course.clause = _application(pack, cast, calls, number, var, today)
            if not call:
                return
            course.title = pack.clauses[course.clause].name
            days = (min(call.closes, today) - call.opens).days + 1
            course.day = call.opens + timedelta(number % days)
    _go(pack, viewer, cast, course, number, draw, today, var)


def _go(
    pack: Pack, viewer: Viewer, cast: Cast, course: _Course, number: int, draw: Random, today: date, var: Path
) -> None:  # fmt: skip
    """Step by step."""
    through = bool(course.clause) and number % 4 != 1  # most of what is applied for goes on until it is paid
    reach = _LONGEST if through else 1 + number % 5
    for place in range(reach):
        granted = course.now is not None and course.now.decides
        step = _chosen(pack, course, draw, var, last=granted or (place == reach - 1 and number % 3 == 0))
        if step is None or course.day > today:
            return
        asked = _step(pack, cast, course, step, number + place, draw, var)
        if asked is None:
            return
        row = take_step(pack, asked, var, today=today, viewer=viewer)
        course.case = row["case"]
        course.taken.append(Taken(course.case, course.procedure.id, step.id, asked.actor, asked.on, party=asked.party,
                                  sum=asked.sum, agrees=asked.agrees, clause=asked.clause, lacking=tuple(asked.lacking),
                                  until=asked.until))  # fmt: skip
        course.day += timedelta(days=draw.randrange(1, _PACE))


def _application(
    pack: Pack, cast: Cast, calls: list[Call], number: int, var: Path, today: date
) -> tuple[str, Call | None, str]:  # fmt: skip
    """Who applies under which call for which clause: somebody that the clause gives money, where anybody is.

    The firms with accounts keep theirs, for whoever looks on to apply.
    """
    done = {(one.applicant, one.clause) for one in open_cases(pack, today, var).values()}
    every = [(firm, call, name) for firm in cast.firms[2:] or cast.firms for call in calls for name in call.clauses
             if (firm, name) not in done]  # fmt: skip
    owed = [one for one in every if _gives(pack, one[0], one[2], one[1].opens, var, today)]
    found = owed or every
    return found[number % len(found)] if found else ("", None, "")


def _gives(pack: Pack, applicant: str, clause: str, day: date, var: Path, today: date) -> int | None:
    """What a clause gives a party (fen), as whoever approves will see it; None or 0 where it names no sum."""
    first = Taken("", "", "", applicant, day, party=applicant, clause=clause)
    found = award_of(pack, applicant, first, var, today=today)
    return found.gives if found is not None and found.status in ("sum", "ceiling") else None


def _chosen(pack: Pack, course: _Course, draw: Random, var: Path, *, last: bool) -> ProcedureStep | None:
    """One of the steps that may come now: one that goes on, or an end where the matter is to come to its end."""
    told = [one.step for one in course.taken]
    left = tuple(one for one in course.now.by if one not in course.answered) if course.now and course.now.each else ()
    coming = [
        one for one in may_follow(course.procedure, course.taken, course.members, left)
        if not _BEYOND & set(one.asks) and one.integrity is None and (one.each or told.count(one.id) < _AGAIN)
        and course.room(one) != 0 and (not one.decides or _decided(pack, course, var))
        and not (one.party == "leaves" and len(course.members) < 2)
    ]  # fmt: skip
    wanted = [one for one in coming if bool(one.ends) == last] or ([] if not last else coming)
    going = [one for one in wanted if one.ends is None or last]
    return draw.choice(going) if going else None


def _step(
    pack: Pack, cast: Cast, course: _Course, step: ProcedureStep, number: int, draw: Random, var: Path
) -> Step | None:  # fmt: skip
    """The step with all that it asks for; None where nobody of the city may take it."""
    actor = _actor(pack, course, step)
    if actor is None:
        return None
    total = _sum(pack, course, step, draw, var) if "sum" in step.asks or step.pays else None
    party = _party(pack, cast, course, step, number)
    told = WORDS[number % len(WORDS)] if "text" in step.asks or number % 2 else ""
    by_unit = APPLICANT in step.by and actor in pack.units
    asked = materials_of(pack, course.procedure, step, course.clause, course.day) or (step.name,)
    papers = asked if "evidence" in step.asks or by_unit else ()
    clause = _clause(pack, course, step, number)
    return Step(course.procedure.id, step.id, actor, course.day, course.case, course.title, party, told, papers, total,
                simulated=True, clause=clause, **_terms(pack, course, step))  # fmt: skip


def _terms(pack: Pack, course: _Course, step: ProcedureStep) -> dict[str, Any]:
    """What a step asks for beyond words, papers and sums; a reason where there is a threshold."""
    first = next(one for one in course.procedure.steps if not one.after)
    papers = materials_of(pack, course.procedure, first, course.clause, course.day)[:1] or ("模拟材料",)
    given: dict[str, dict[str, Any]] = {
        "answer": {"agrees": True}, "lacking": {"lacking": papers}, "promise": {"promises": papers},
        "until": {"until": course.day + timedelta(days=_TERM)}, "scope": {"scope": "units"},
    }  # fmt: skip
    found: dict[str, Any] = {"reason": "模拟的理由"} if step.gate else {}
    for name in step.asks:
        found |= given.get(name, {})
    return found


def _clause(pack: Pack, course: _Course, step: ProcedureStep, number: int) -> str:
    """What is applied for, where the step asks: one of the procedure's clauses, or of those under a call."""
    if "clause" not in step.asks:
        return ""
    every = course.procedure.clauses or tuple(pack.clauses)
    return course.clause or every[number % len(every)]


def _calls(pack: Pack, day: date) -> list[Call]:
    """The calls that have opened by a day."""
    return [call for call in pack.calls.values() if call.opens <= day]


def _actor(pack: Pack, course: _Course, step: ProcedureStep) -> str | None:
    """The applicant where it may, else a unit; who pays took no step before."""
    allowed = [one for one in actors(pack, course.procedure, step, course.applicant, course.day, course.case_in(pack))
               if one not in pack.units or not pack.units[one].collective]  # fmt: skip
    if step.pays:
        pays = {one.id for one in course.procedure.steps if one.pays}
        busy = {one.actor for one in course.taken if one.step not in pays}
        allowed = [one for one in allowed if one not in busy]
    if course.applicant in allowed and not (course.procedure.intake and not course.taken and hash_even(course.title)):
        return course.applicant
    units = [one for one in allowed if one in pack.units and not (step.each and one in course.answered)]
    window = [one for one in units if one in course.procedure.intake]
    return next(iter(window or units), None)


def hash_even(text: str) -> bool:
    """The same for the same text in every run of the program, true for about half of all texts."""
    return sum(text.encode()) % 2 == 0


def _decided(pack: Pack, course: _Course, var: Path) -> int | None:
    """What the clause gives that was applied for, in fen."""
    return _gives(pack, course.applicant, course.clause, course.taken[0].taken_on, var, course.day)


def _sum(pack: Pack, course: _Course, step: ProcedureStep, draw: Random, var: Path) -> int:
    """A sum that what was set before and the clause of the step allow."""
    if step.decides:
        return _decided(pack, course, var) or 0
    room = course.room(step)
    if step.pays and course.clause and room is not None:
        return room  # all that was granted
    limits = [room, greatest(pack.clauses[step.capped]) if step.capped in pack.clauses else None]
    wanted = draw.choice(_SUMS)
    return min([wanted, *(one for one in limits if one is not None)])


def _party(pack: Pack, cast: Cast, course: _Course, step: ProcedureStep, number: int) -> str:
    """Whom a step concerns: the applicant first, then somebody who joins, or one of those who have."""
    begins = not course.taken
    if step.party == "joins" and not begins:
        kinds: Sequence[str] = ("firm", "university", "institute", "bank", "agency")
        apart = {*course.members, course.applicant, *handling(pack, course.procedure, course.day)}
        for offset in range(len(kinds) * 3):
            found = cast.party(kinds[(number + offset) % len(kinds)], number + offset)
            if found not in apart:
                return found
    if begins:
        return course.applicant
    if step.party in ("leaves", "member"):
        return course.members[-1]
    if "party" in step.asks:
        return course.members[-1] if course.members else course.applicant
    return ""
