"""Procedures of a city: `procedures.yaml`, how a matter goes step by step from who asks for it to its end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.packs.model_base import Frozen, Named, Texts
from innocity.packs.model_clause import Clause

APPLICANT = "applicant"  # in `by`: whoever asked, a party and not a unit
NAMED = "named"  # in `by`: the units that a step before named
CALL = "call"  # in `by`: the unit of the call under which was applied, else those responsible for the clause
Despite = Literal["none", "near", "manual", "awaiting_parameter", "excluded", "not_in_force"]
OneOrMore = Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
Asked = Literal[
    "clause", "text", "evidence", "sum", "party", "subject", "answer", "lacking", "promise", "until", "scope", "named"
]


class Gate(Frozen):
    """What the row of a register that a matter is about must reach: its integer `column`, at least `least`.

    Below it, or where the row says nothing, the step wants a reason. `demonstration`: no document sets the number.
    """

    column: str
    least: int
    demonstration: bool = False


class Subject(Frozen):
    """Which register's rows start matters: `key` is the column with their ids, `title` the one with their names.

    `outcome`: the end of a matter is written back as a row of `application_outcome`.
    """

    register_: str = Field(alias="register")
    key: str
    title: str
    outcome: bool = False


class ProcedureStep(Named):
    """One step: who takes it, after which others, what it must be given.

    A step without `after` begins a case. `needs` must have been taken at some time before, none of
    `without`. `party` says what becomes
    of the party that the step names: it joins those of the case, leaves them, or must be one of them. `upto` is a step
    whose sum all sums of the steps that name it together may not exceed. `within`: days after the step before. `ends`
    closes the case, in the word given. `pays`: public money leaves the city here, to somebody of the case, and by
    a unit that took no step before it. `capped` is a clause whose greatest sum the sums of a year may not exceed.
    `materials` are the papers that the step is asked for, by name; without them those steps of the applicant that
    ask for evidence take those of the call. A step that asks for a `clause` begins a matter and says what is applied
    for, with the sum where one is asked for.

    `each`: all units of `by` take it side by side, once each; what follows waits for the last. `agreed` is such a step
    in which nobody may have said no. A step that asks for what is `lacking` takes a matter on without some papers
    `until` a day; `lapses` is the word in which the matter ends by itself when the day has passed. `supplies` is the
    step whose papers this one brings; `whole`: not before they are there. `integrity` is a list of bad credit on
    which the applicant stands from this step on. `gate`: what the row must reach that the matter is about. `opens`
    are the steps whose papers a step with a `scope` opens, those of the latest. `decides`: the `sum` of this step is
    what the party gets under the clause that it applied for, within what the clause gives it; `despite` are the states
    of an award (`none`: the facts give none) in which it gets something all the same, where a reason says why.
    """

    by: OneOrMore
    after: OneOrMore = ()
    needs: OneOrMore = ()
    without: OneOrMore = ()
    asks: tuple[Asked, ...] = ()
    materials: Texts = ()
    party: Literal["joins", "leaves", "member"] | None = None
    upto: str | None = None
    pays: bool = False
    capped: str | None = None
    within: int | None = Field(default=None, ge=1)
    ends: str | None = None
    each: bool = False
    agreed: str | None = None
    lapses: str | None = None
    supplies: str | None = None
    whole: bool = False
    integrity: str | None = None
    gate: Gate | None = None
    opens: OneOrMore = ()
    decides: bool = False
    despite: tuple[Despite, ...] = ()


class Procedure(Named):
    """One entry of `procedures.yaml`; `clauses` are those whose money or service it leads to.

    `document` is where the steps stand, as `document#article`; what it leaves open is told in `note`.
    `intake` are units that may take the applicant's steps for it, from its papers: never one that settles sums, pays
    or closes.
    """

    about: str | None = None
    document: str | None = None
    clauses: Texts = ()
    subject: Subject | None = None
    intake: OneOrMore = ()
    steps: tuple[ProcedureStep, ...]
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _goes(self) -> Procedure:
        ids = [step.id for step in self.steps]
        if len(ids) != len(set(ids)):
            raise ValueError("步骤的编号重复")
        if not any(not step.after for step in self.steps) or not any(step.ends for step in self.steps):
            raise ValueError("要有不写 after 的第一步，和写 ends 的最后一步")
        for step in self.steps:
            one = (step.upto, step.agreed, step.supplies)
            named = {*step.after, *step.needs, *step.without, *step.opens, *(name for name in one if name)}
            if unknown := named - set(ids):
                raise ValueError(f"步骤 {step.id} 提到没有的步骤 {'、'.join(sorted(unknown))}")
            if "clause" in step.asks and step.after:
                raise ValueError(f"步骤 {step.id} 问申报哪一条，只有第一步可以问")
            if step.ends and any(step.id in other.after for other in self.steps):
                raise ValueError(f"步骤 {step.id} 写了 ends，后面不能再有步骤")
        return self

    @model_validator(mode="after")
    def _joins(self) -> Procedure:
        """What steps say of papers that come later, answers side by side and rows of registers fits together."""
        for step in self.steps:
            faults = (
                (step.each and (not step.after or step.ends or {APPLICANT, NAMED, CALL} & set(step.by)),
                 "each 要由写明的单位办，不是第一步，也不写 ends"),
                (step.agreed and not (self.step(step.agreed) or step).each, "agreed 要写一个 each 的步骤"),
                (step.supplies and "lacking" not in (self.step(step.supplies) or step).asks,
                 "supplies 要写问 lacking 的步骤"),
                ("lacking" in step.asks and not {"until"} <= set(step.asks), "问 lacking 的步骤还要问 until"),
                (step.lapses and "lacking" not in step.asks, "lapses 只写在问 lacking 的步骤上"),
                ((step.gate or "subject" in step.asks) and self.subject is None,
                 "流程要写 subject：办的是哪本登记簿里的登记"),
                ("subject" in step.asks and bool(step.after), "问 subject 的只能是第一步"),
                (step.opens and "scope" not in step.asks, "写了 opens 的步骤要问 scope"),
                ((step.decides or CALL in step.by) and not (step.after and self.applies()),
                 "decides 和 by: call 只写在后面的步骤上，第一步要问 clause"),
                (step.decides and "sum" not in step.asks, "decides 的步骤要问 sum"),
                (step.despite and not step.decides, "despite 只写在 decides 的步骤上"),
            )  # fmt: skip
            for wrong, text in faults:
                if wrong:
                    raise ValueError(f"步骤 {step.id} 不对：{text}")
        return self

    @model_validator(mode="after")
    def _pays(self) -> Procedure:
        """No unit settles or pays by itself what it asked for, and what is paid has somebody to go to."""
        settling = {unit for step in self.steps if step.pays or step.upto or step.ends or "sum" in step.asks
                    for unit in step.by}  # fmt: skip
        if both := settling & set(self.intake):
            raise ValueError(f"代为登记申请的 {'、'.join(sorted(both))} 自己定金额、付款或办结")
        named = any(step.party == "joins" for step in self.steps)
        for step in self.steps:
            if not step.pays:
                continue
            before = {unit for one in self.before(step) if not one.pays for unit in one.by}
            if both := set(step.by) & (before | {APPLICANT}):
                raise ValueError(f"付款的步骤 {step.id} 和前面的步骤都由 {'、'.join(sorted(both))} 办，要由别的单位付")
            if any(not (named or APPLICANT in one.by or "party" in one.asks) for one in self.steps if not one.after):
                raise ValueError(f"步骤 {step.id} 要付款，第一步却没有写给谁：写 asks: [party]")
        return self

    def before(self, step: ProcedureStep) -> list[ProcedureStep]:
        """The steps that may come at some time before a step."""
        found: dict[str, None] = {}
        waiting = [*step.after, *step.needs]
        while waiting:
            name = waiting.pop()
            one = self.step(name)
            if one is not None and name not in found:
                found[name] = None
                waiting += [*one.after, *one.needs]
        return [one for one in self.steps if one.id in found]

    def applies(self) -> bool:
        """Whether matters begin by saying which clause is applied for."""
        return any("clause" in one.asks for one in self.steps if not one.after)

    def step(self, name: str) -> ProcedureStep | None:
        """A step by its id."""
        return next((one for one in self.steps if one.id == name), None)


def greatest(clause: Clause) -> int | None:
    """The most that a clause gives at once, in fen, where its text says a number: its cap, or its fixed sum."""
    if clause.amount is None:
        return None
    written = clause.amount.cap or clause.amount.fixed
    try:
        return parse_money(written) if written else None
    except InnoCityError:
        return None  # a parameter or an expression
