"""How a city draws what is checked and who checks it (双随机): `inspections.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from innocity.packs.model_assessment import Share
from innocity.packs.model_base import Frozen, Named, Texts

OneOrMore = Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class DrawRule(Frozen):
    """How many of a stratum are drawn: a share of it, rounded up, or a number; all where it has no more."""

    rate: Share | None = None
    number: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one(self) -> DrawRule:
        if (self.rate is None) == (self.number is None):
            raise ValueError("rate 与 number 写一个，只写一个")
        return self


class InspectionPlan(Named):
    """One entry of `inspections.yaml`: out of what is drawn, by whom, how much, and where results are followed.

    The list is the rows of a `register` whose day or year `dated` falls into the year that is asked for, or the
    matters of `procedures` that ended in it. `stratum` and `title` are columns of the register (a matter's stratum is
    its procedure). `clause` is the column that names a clause: the units responsible for it do not check what they
    decided, nor do those of `apart`. Each item drawn is a matter of `procedure`, which begins with step `step` and
    names the units of those who check.
    """

    by: OneOrMore
    procedure: str
    step: str
    register_: str | None = Field(default=None, alias="register")
    dated: str | None = None
    stratum: str | None = None
    title: str | None = None
    clause: str | None = None
    procedures: OneOrMore = ()
    rule: DrawRule
    strata: dict[str, DrawRule] = {}
    team: int = Field(default=2, ge=1)
    within: int | None = Field(default=None, ge=1)
    apart: OneOrMore = ()
    about: str | None = None
    document: str | None = None
    demonstration: bool = False
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _whole(self) -> InspectionPlan:
        if (self.register_ is None) == (not self.procedures):
            raise ValueError("register 与 procedures 写一个，只写一个")
        if self.register_ and not (self.dated and self.stratum):
            raise ValueError("写了 register，还要写 dated（按哪一栏归年）和 stratum（按哪一栏分层）")
        return self
