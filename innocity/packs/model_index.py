"""Composite indices of a city: `indices.yaml` (after the handbook of OECD and JRC, 2008)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from innocity.core.errors import InvalidValue, register_codes
from innocity.core.measures import parse_decimal
from innocity.packs.model_assessment import Share
from innocity.packs.model_base import Frozen, Named, Texts
from innocity.packs.model_targets import Number, PeriodText

register_codes({
    "E-INDEX-SOURCE": ("指数的方法没有出处", "an index names no document for its method"),
    "E-INDEX-DIRECTION": ("指数的分项没有好坏方向", "a component of an index has no better direction"),
})  # fmt: skip

Normalisation = Literal["min_max", "z_score", "rank", "distance"]
Weighting = Literal["given", "equal", "entropy", "ahp"]
Aggregation = Literal["arithmetic", "geometric"]
Missing = Literal["refuse", "leave_out", "mean", "lowest"]
Variation = Literal["weights", "normalise", "aggregate"]


def _judgement(value: Any) -> Any:
    """A pairwise judgement: `3`, `1/3`, `1.5`."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        top, slash, bottom = value.partition("/")
        divisor = parse_decimal(bottom) if slash else Fraction(1)
        number = parse_decimal(top) / divisor if divisor else Fraction(0)
        if number > 0:
            return number
    raise ValueError(f"“{value}”不是大于 0 的判断值，写成 3 或 1/3")


Judgement = Annotated[Fraction, PlainValidator(_judgement), WithJsonSchema({"type": "string"})]


class Component(Named):
    """One indicator of an index; `direction` is the indicator's where not given.

    `low` and `high` are fixed goalposts of `min_max`; `reference` is that of `distance`; without them the
    lowest, highest and best of those compared serve.
    """

    indicator: str
    per: str | None = None  # another indicator of the same scope and period that it is divided by
    direction: Literal["up", "down"] | None = None
    weight: Share | None = None
    low: Number | None = None
    high: Number | None = None
    reference: Number | None = None

    @model_validator(mode="after")
    def _goalposts(self) -> Component:
        if self.low is not None and self.high is not None and self.high <= self.low:
            raise ValueError("high 要大于 low")
        return self


class Sensitivity(Frozen):
    """Monte Carlo: so many draws of a seed; weights move by up to `spread` of themselves, methods by chance."""

    draws: int = Field(default=1000, ge=1, le=100_000)
    seed: int = Field(default=7, ge=0)
    spread: Share = Fraction(1, 4)
    vary: tuple[Variation, ...] = ("weights", "normalise", "aggregate")


class CompositeIndex(Named):
    """One entry of `indices.yaml`: either computed from components, or only `recorded` (an official index)."""

    recorded: str | None = None  # an indicator whose official values are shown, never computed again
    method: str | None = None  # the document of the pack that sets the method
    demonstration: bool = False
    among: Texts = ()
    period: PeriodText | None = None
    normalise: Normalisation = "min_max"
    weights: Weighting = "given"
    aggregate: Aggregation = "arithmetic"
    missing: Missing = "refuse"
    scale: tuple[Number, Number] = (Fraction(0), Fraction(100))
    components: tuple[Component, ...] = ()
    comparisons: tuple[tuple[Judgement, ...], ...] = ()
    sensitivity: Sensitivity = Sensitivity()
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _one_kind(self) -> CompositeIndex:
        if (self.recorded is None) == (not self.components):
            raise ValueError("recorded 与 components 只写一种")
        if self.recorded is None and len(self.among) < 2:
            raise ValueError("among 至少写两个可比的对象")
        if self.recorded is None and self.method is None and not self.demonstration:
            text = f"指数 {self.id} 的方法没有出处"
            raise InvalidValue("E-INDEX-SOURCE", text, remedy="写 method: 文件编号，或 demonstration: true")
        if self.scale[1] <= self.scale[0] or self.scale[0] < 0:
            raise ValueError("scale 写 [低, 高]，低不小于 0，高大于低")
        return self

    @model_validator(mode="after")
    def _weighed(self) -> CompositeIndex:
        if self.recorded is not None:
            return self
        given = [one.weight for one in self.components]
        if self.weights == "given":
            if any(weight is None for weight in given) or sum(w for w in given if w is not None) != 1:
                text = f"指数 {self.id} 的权重合计不是 100%"
                raise InvalidValue("E-SHARE-SUM", text, remedy="每个 component 写 weight，合计 100%")
        elif any(weight is not None for weight in given):
            raise ValueError(f"weights: {self.weights} 不写 weight")
        size = len(self.components)
        square = len(self.comparisons) == size and all(len(row) == size for row in self.comparisons)
        if self.weights == "ahp" and not square:
            raise ValueError(f"comparisons 要是 {size}×{size} 的判断矩阵")
        if self.weights != "ahp" and self.comparisons:
            raise ValueError("comparisons 只用于 weights: ahp")
        if self.aggregate == "geometric" and self.normalise == "z_score":
            raise ValueError("几何平均要求各项大于 0，不能用 z_score")
        if self.aggregate == "geometric" and self.normalise == "min_max" and self.scale[0] == 0:
            raise ValueError("几何平均要求各项大于 0，scale 的低端写 1 以上")
        return self
