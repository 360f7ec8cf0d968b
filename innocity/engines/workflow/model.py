"""What was done in a matter, and where that leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.packs.model import Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was recorded: a row of `procedure_step`. `sum` is in fen."""

    case: str
    procedure: str
    step: str
    actor: str  # the unit or party that took it
    taken_on: date
    title: str = ""
    party: str = ""  # whom it concerns
    text: str = ""
    evidence: tuple[str, ...] = ()
    sum: int | None = None
    by: str = ""
    simulated: bool = False
    clause: str = ""  # what is applied for
    id: str = ""  # of the row
    subject: str = ""  # the row of a register that the matter is about
    agrees: bool | None = None
    reason: str = ""  # why an exception was made
    lacking: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    until: date | None = None
    scope: str = ""
    named: tuple[str, ...] = ()
    opens_on: date | None = None
    object: str = ""  # which of the things that the clause gives for


@dataclass(frozen=True, slots=True)
class Next:
    """A step that may come now, and until when, where a term runs."""

    step: ProcedureStep
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A matter: its steps in the order of recording, who is still in it, what may come next.

    `applicant` is whom the first step concerns; `overdue` says that every term of what may come next has passed,
    or that of answers which are still owed.
    `lapsed` is the word in which it ended by itself; `left` are the units that still owe their answer.
    """

    id: str
    procedure: Procedure
    title: str
    applicant: str
    taken: tuple[Taken, ...]
    now: ProcedureStep
    members: tuple[str, ...]
    next: tuple[Next, ...]
    overdue: bool = False
    lapsed: str = ""
    left: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The clause that is applied for, by its id; empty where the first step named none."""
        return self.taken[0].clause if self.taken else ""

    @property
    def object(self) -> str:
        """Which of the things that the clause gives for is applied for; empty where all, or there is but one."""
        return self.taken[0].object if self.taken else ""

    @property
    def decided(self) -> bool:
        """Whether what was applied for was granted."""
        steps = {step.id for step in self.procedure.steps if step.decides or step.pays}
        return any(one.step in steps for one in self.taken)

    @property
    def granted(self) -> int | None:
        """What was granted, in fen; None before that, and where nothing is decided under a clause."""
        steps = {step.id for step in self.procedure.steps if step.decides}
        found = [one.sum or 0 for one in self.taken if one.step in steps]
        return sum(found) if found else None

    @property
    def paid(self) -> int:
        """The public money that was paid in it, in fen."""
        return sum(self.sum_of(step.id) for step in self.procedure.steps if step.pays)

    @property
    def stands(self) -> bool:
        """Whether it is under way or was granted: withdrawn, refused and lapsed ones no longer stand."""
        return self.open or self.decided

    @property
    def open(self) -> bool:
        """Whether it has not come to an end."""
        return self.now.ends is None and not self.lapsed

    @property
    def state(self) -> str:
        """Its end in a word, or the step at which it stands."""
        return self.lapsed or self.now.ends or self.now.name

    @property
    def subject(self) -> str:
        """The row of a register that it is about; empty where none."""
        return self.taken[0].subject if self.taken else ""

    @property
    def named(self) -> tuple[str, ...]:
        """The units that were named last, to go on with it."""
        return next((one.named for one in reversed(self.taken) if one.named and not one.scope), ())

    @property
    def lacking(self) -> tuple[str, ...]:
        """The papers without which it was taken on and that have not come."""
        return lacking_of(self.procedure, self.taken)

    @property
    def promised(self) -> tuple[str, ...]:
        """The papers in whose place a promise stands."""
        return tuple(dict.fromkeys(name for one in self.taken for name in one.promises))

    def sum_of(self, step: str) -> int:
        """All sums of a step together, in fen."""
        return sum(one.sum or 0 for one in self.taken if one.step == step)

    def sum_under(self, step: str) -> int:
        """The sums of all steps that a step limits (`upto`), together, in fen."""
        return sum(self.sum_of(one.id) for one in self.procedure.steps if one.upto == step)

    @property
    def simulated(self) -> bool:
        """Whether any of its steps is made up."""
        return any(one.simulated for one in self.taken)

    def on_behalf(self, one: Taken) -> bool:
        """Whether a step of the applicant was recorded for it by a unit."""
        step = self.procedure.step(one.step)
        return step is not None and APPLICANT in step.by and one.actor not in (self.applicant, *step.by)

    def as_dict(self) -> dict[str, Any]:
        """As JSON; sums in fen."""
        more = ("subject", "agrees", "reason", "lacking", "promises", "until", "scope", "named", "opens_on")
        names = {step.id: step.name for step in self.procedure.steps}
        return {
            "case": self.id, "procedure": self.procedure.id, "title": self.title, "applicant": self.applicant,
            "open": self.open, "state": self.state, "members": list(self.members), "overdue": self.overdue,
            "simulated": self.simulated, "clause": self.clause, "subject": self.subject,
            "lacking": list(self.lacking), "promised": list(self.promised), "left": list(self.left),
            "next": [{"step": one.step.id, "name": one.step.name, "by": list(one.step.by), "due": one.due}
                     for one in self.next],
            "steps": [{"step": one.step, "name": names.get(one.step, one.step), "actor": one.actor,
                       "on": one.taken_on, "party": one.party, "text": one.text, "sum": one.sum,
                       "evidence": list(one.evidence), "simulated": one.simulated, "on_behalf": self.on_behalf(one),
                       **{name: value for name in more if (value := getattr(one, name)) not in (None, "", ())}}
                      for one in self.taken],
        }  # fmt: skip


def lacking_of(procedure: Procedure, taken: Sequence[Taken]) -> tuple[str, ...]:
    """The papers without which a matter was taken on and that no step has brought since."""
    found: tuple[str, ...] = ()
    for one in taken:
        step = procedure.step(one.step)
        if step is not None and step.supplies:
            found = ()
        elif one.lacking:
            found = one.lacking
    return found
