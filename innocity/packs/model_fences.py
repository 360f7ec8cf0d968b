"""What stands beside clauses: rules, groups, pools, appropriations, relations, statements, calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from innocity.packs.model_amount import Alternative, Param
from innocity.packs.model_base import Day, Force, Frozen, Money, Texts, Year, Years
from innocity.packs.model_clause import Clause, Fence, Part
from innocity.packs.model_targets import Target, Task


class Rule(Fence):
    """A constraint on other clauses that is a promise of its own: a split, a burden, a condition."""

    name: str = ""
    of: Texts
    parts: tuple[Part, ...] = ()
    payers: dict[str, str] | None = None
    manual_unless: str | None = None
    says: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    assume: bool = True
    note: str | None = None


class Group(Fence):
    """Clauses of which not all are paid; `take` may be a parameter with a reading."""

    name: str = ""
    members: Texts
    take: Param = Param(value="highest")
    scope: Literal["object", "party"] = "object"
    reading: str | None = None
    note: str | None = None


class Pool(Fence):
    """A yearly amount shared by the members' sums, conserved to the fen."""

    name: str = ""
    sum: Param
    members: Texts
    share: Param = Param(value="pro_rata")
    within: str | None = None
    force: Force = "entitlement"
    reading: str | None = None
    note: str | None = None


class Uses(Frozen):
    """What has been drawn from an appropriation; `counts_on` is the day from which a row counts (left out: at once)."""

    register_: str = Field(alias="register")
    of: str = "amount"
    where: str = "True"
    counts_on: str | None = None


class Appropriation(Fence):
    """Money set aside, by year or in all; what is drawn from it comes from a register."""

    name: str = ""
    years: Years | None = None
    per_year: Money | None = None
    total: Money | None = None
    parts: dict[str, Money] = {}
    uses: Uses | None = None
    force: Force = "entitlement"
    payer: str = "city"
    reading: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _sum(self) -> Appropriation:
        if self.per_year is None and self.total is None:
            raise ValueError("资金安排要写 per_year（配 years）或 total")
        if self.per_year is not None and self.years is None:
            raise ValueError("per_year 要配 years")
        return self

    def planned(self) -> int:
        """Fen planned over all years."""
        if self.total is not None:
            return self.total
        assert self.per_year is not None and self.years is not None
        return self.per_year * (self.years[1] - self.years[0] + 1)


class Relation(Fence):
    """How documents or clauses stand to each other; `supersedes` ends the older clause's validity."""

    kind: str
    newer: str | None = None
    older: str | None = None
    source: str | None = None
    target: str | None = None
    explicit: bool = True
    assume: bool = True
    from_: Day | None = Field(default=None, alias="from")
    says: str | None = None
    note: str | None = None


class Statement(Fence):
    """What a document reports or recommends: never paid, never shown to a firm."""

    name: str = ""
    topic: str | None = None
    force: Force = "reported"
    says: str
    note: str | None = None


class Contact(Frozen):
    """Where to ask."""

    unit: str
    section: str | None = None
    telephone: str | None = None


class Call(Fence):
    """A yearly call (申报通知): without one a sum is an estimate."""

    name: str = ""
    clauses: Texts
    fact_year: Year
    opens: Day
    closes: Day
    materials: Texts = ()
    contact: Contact | None = None
    budget: Money | None = None
    demonstration: bool = False
    note: str | None = None


def papers_of(clause: Clause, call: Call | None) -> tuple[str, ...]:
    """The papers to be handed in for a clause, by name, each once: those that it names and those of the notice; none
    where nobody has to apply."""
    if clause.delivery == "automatic":
        return ()
    return tuple(each_once([*clause.materials, *(call.materials if call else ())]))


def each_once(papers: Iterable[str]) -> list[str]:
    """Papers that are to be handed in, each once: one that names two (“甲与乙”) adds only what is not named alone.

    >>> each_once(["保单", "缴费凭证", "立项文件", "保单与缴费凭证", "立项文件"])
    ['保单', '缴费凭证', '立项文件']
    >>> each_once(["开题报告", "进站备案与开题报告", "牵头或参与证明"])
    ['开题报告', '进站备案', '牵头或参与证明']
    """
    every = list(dict.fromkeys(papers))
    found: dict[str, None] = {}
    for paper in every:
        parts = paper.split("与")
        found |= dict.fromkeys(parts if set(parts) & {one for one in every if one != paper} else [paper])
    return list(found)


FENCES: dict[str, type[Fence]] = {
    "clause": Clause, "rule": Rule, "pool": Pool, "group": Group, "appropriation": Appropriation,
    "relation": Relation, "statement": Statement, "call": Call,
    "target": Target, "task": Task,
}  # fmt: skip
