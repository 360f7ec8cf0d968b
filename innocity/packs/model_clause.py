"""A clause: one promise, and the parts it is written in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from innocity.packs.model_amount import Alternative, Amount, Confirmation, Param
from innocity.packs.model_base import AmountKind, Day, Force, Frozen, Texts


class Join(Frozen):
    """The matching row of another register: their column = our column; dated with `at`."""

    register_: str = Field(alias="register")
    as_: str = Field(alias="as")
    on: dict[str, str]
    at: str | None = None
    where: str | None = None


class Distinct(Frozen):
    """Of rows alike in `by` only the first by `prefer` counts."""

    by: Texts
    prefer: Texts = ()


class Span(Frozen):
    """A row that counts in every year it touches."""

    from_: str = Field(alias="from")
    to: str


class Condition(Frozen):
    """A condition as it is shown: an expression, our words for it, the unit of its numbers."""

    if_: str = Field(alias="if")
    says: str | None = None
    unit: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"if": value} if isinstance(value, str) else value


class Manual(Frozen):
    """Cases that a person must look at (转人工)."""

    when: str
    says: str


class Step(Frozen):
    """The step before a missing event, for near misses."""

    register_: str = Field(alias="register")
    where: str = "True"
    says: str


class Near(Frozen):
    """How close a miss is still shown: share of the number needed, days of a date."""

    within: str = "20%"
    days: int = 365


class After(Frozen):
    """Rows are this run's awards of another clause."""

    clause: str


class Gate(Frozen):
    """Someone must decide: who, and how."""

    by: str | None = None
    method: str
    scheme: str | None = None
    workflow: str | None = None


class Cap(Frozen):
    """A cap over several awards of one clause."""

    sum: str
    per: Literal["party", "all"] = "party"


class Once(Frozen):
    """Given once: per object (over all parties) or party, in a year or a lifetime."""

    per: Literal["object", "party"] = "object"
    span: Literal["year", "lifetime"] = "lifetime"
    prefer: Texts = ()
    assume: bool = True


class Other(Frozen):
    """A sum that someone else pays: shown beside the award."""

    payer: str
    amount: Amount
    derived: str | None = None


class Part(Frozen):
    """A payee's part of an award."""

    to: Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
    share: str | None = None
    rest: bool = False
    leftover: str | None = None


class Fence(Frozen):
    """What every fence has: an id, where it stands, whence it comes."""

    id: str
    promise: Texts = ()
    origin: Texts = ()
    derived: dict[str, str] = {}
    article: str = ""  # filled in by the loader: `<document>#<article>`
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for key in ("promise", "origin"):
                if isinstance(value.get(key), str):
                    value = {**value, key: [value[key]]}
        return value


class Validity(Frozen):
    """Days from which and to which (inclusive) something holds; empty: open."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Clause(Fence):
    """One promise: who gets what, when, how much, from whom."""

    name: str
    name_en: str | None = None
    topic: str
    kind: AmountKind = "subsidy"
    force: Force = "entitlement"
    who: str
    what: str
    responsible: Texts = ()
    delivery: Literal["automatic", "application"] = "application"
    materials: Texts = ()
    service: str | None = None
    valid: Validity = Validity()
    params: dict[str, Param] = {}
    register_: str | None = Field(default=None, alias="register")
    after: After | None = None
    party: str = "party_id"
    join: tuple[Join, ...] = ()
    counts_on: str | None = None
    counts_over: Span | None = None
    distinct: Distinct | None = None
    where: str = "True"
    subject: str | None = None
    object: Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = ("party",)
    when: Annotated[tuple[Condition, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = ()
    before: Step | None = None
    manual: Manual | None = None
    amount: Amount
    bound: Literal["exact", "upto"] = "exact"
    gate: Gate | None = None
    caps: tuple[Cap, ...] = ()
    once: Once | None = None
    payers: dict[str, str] = {"city": "100%"}
    others: tuple[Other, ...] = ()
    parts: tuple[Part, ...] = ()
    manual_unless: str | None = None
    near: Near = Near()
    exclusions: Literal["common", "none"] = "common"
    stacks: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    confirmed: Confirmation | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _source(self) -> Clause:
        if self.register_ and self.after:
            raise ValueError("register 与 after 只能有一个")
        if self.register_ and not (self.counts_on or self.counts_over):
            raise ValueError("有 register 时要写 counts_on 或 counts_over（按哪个日期归年）")
        if not self.register_ and not self.after and self.amount.shape != "none":
            raise ValueError("没有 register 的条款不能有金额；写 in_kind 或 undecided")
        return self

    def computes(self) -> bool:
        """Whether the clause has an amount (a sum, a rate, a ceiling), rather than a service or support."""
        return self.amount.shape != "none"
