"""Parameters with their readings, and amounts: how much."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from innocity.packs.model_base import Day, Frozen, Texts


class Confirmation(Frozen):
    """Who confirmed a reading, by which document, when; all three, or it is not confirmed."""

    by: str
    document: str
    on: Day


class Alternative(Frozen):
    """Another way to read the text: a parameter's value and what it would mean."""

    value: str
    says: str | None = None


class Param(Frozen):
    """A named parameter, as text; its type follows from the literal unless `type` is given."""

    value: str | None = None
    type: Literal["money", "rate", "integer", "date", "bool", "text"] | None = None
    above_one: bool = False
    says: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    confirmed: Confirmation | None = None
    missing: str | None = None
    decide_by: Texts = ()
    derived: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"value": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of(self) -> Param:
        if (self.value is None) == (self.missing is None):
            raise ValueError("参数要么有 value，要么有 missing（说明缺什么）")
        return self


class LadderStep(Frozen):
    """One step of a ladder by conditions."""

    name: str
    if_: str = Field(alias="if")
    is_: Amount = Field(alias="is")


class Bracket(Frozen):
    """The part of a base up to `upto` at `rate`; the last bracket has no `upto`."""

    upto: str | None = None
    rate: str


SHAPES = ("fixed", "by", "steps", "rate", "match", "each", "of", "lesser", "greater", "all", "brackets", "none")


class Amount(Frozen):
    """How much: exactly one shape, with an optional cap, floor and name (docs/explain/formats.md)."""

    fixed: str | None = None
    by: str | None = None
    cases: dict[str, Amount] | tuple[LadderStep, ...] | None = None
    else_: Amount | None = Field(default=None, alias="else")
    rate: str | None = None
    match: str | None = None
    above_one: bool = False
    of: str | None = None
    each: str | None = None
    times: str | None = None
    lesser: tuple[Amount, ...] | None = None
    greater: tuple[Amount, ...] | None = None
    all: tuple[Amount, ...] | None = None
    brackets: tuple[Bracket, ...] | None = None
    none: Literal["in_kind", "undecided"] | None = None
    cap: str | None = None
    floor: str | None = None
    name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"none": value} if value in ("in_kind", "undecided") else {"fixed": value}
        return value

    @property
    def shape(self) -> str:
        """The shape's name, one of SHAPES."""
        if self.brackets is not None:
            return "brackets"
        if self.by is not None:
            return "by"
        if self.cases is not None:
            return "steps"
        for shape in ("fixed", "rate", "match", "each", "lesser", "greater", "all", "none"):
            if getattr(self, shape) is not None:
                return shape
        return "of"

    @model_validator(mode="after")
    def _one_shape(self) -> Amount:
        given = [
            s
            for s in ("fixed", "cases", "rate", "match", "each", "lesser", "greater", "all", "none")
            if getattr(self, s) is not None
        ]
        if len(given) > 1 or (not given and self.of is None):
            raise ValueError(f"金额只能有一种写法：{'、'.join(given) or '（空）'}")
        if (self.rate or self.match or self.brackets) and self.of is None:
            raise ValueError("比例、配套和分档要有 of（基数）")
        if (self.each is None) != (self.times is None):
            raise ValueError("each 与 times 要同时给出")
        if isinstance(self.cases, dict) != (self.by is not None):
            raise ValueError("cases 写成映射时要有 by，写成列表时不能有 by")
        return self
