"""How platforms, parks, firms and people are graded: `gradings.yaml`."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from innocity.core.errors import InvalidValue, register_codes
from innocity.core.measures import parse_decimal
from innocity.core.money import parse_money
from innocity.packs.model_assessment import Points, Share
from innocity.packs.model_base import Frozen, Named, Texts

register_codes({
    "E-GRADING-SOURCE": ("评级规则没有出处", "a rule of grading names no document"),
    "E-GRADING-WEIGHT": ("评级规则的权重合计不是 100%", "the weights of a rule of grading do not add up to 100%"),
    "E-GRADING-TIER": ("评级规则的档次不对", "the tiers of a rule of grading make no sense"),
})  # fmt: skip


def _amount(value: Any) -> Any:
    """A number as a roster holds it: money in fen, others as they are."""
    if isinstance(value, str):
        return Fraction(parse_money(value)) if value.strip().endswith("元") else parse_decimal(value)
    if isinstance(value, Fraction):
        return value
    raise ValueError("这里要一个数，金额带单位")


Amount = Annotated[Fraction, PlainValidator(_amount), WithJsonSchema({"type": "string"})]


class GradingCriterion(Named):
    """One measure: the roster's column `of`, which earns its whole weight from `full` on, nothing up to `zero`.

    `weights` sets another weight for a value of the grading's `by`.
    """

    of: str
    full: Amount
    zero: Amount = Fraction(0)
    weight: Share
    weights: dict[str, Share] = {}

    @model_validator(mode="after")
    def _spans(self) -> GradingCriterion:
        if self.full == self.zero:
            raise ValueError("full 不能等于 zero")
        return self


class Tier(Named):
    """A tier: scores from `from` on. `support` is the share of support that it opens; `leaves` that it ends a place."""

    from_: Points = Field(alias="from")
    support: Share | None = None
    leaves: bool = False


class GradeRecord(Frozen):
    """Where decided grades are recorded: a row of `register` each, its columns filled from the roster's headings.

    `tier`, `score`, `day` and `year` name the columns that take the tier's id, the points, the day and the year of the
    evaluation, `rule` that of the grading's id, `by` that of who evaluated, `support` that of the money which the tier
    opens: its share of a full sum that is said at recording. `of_year` is the roster's heading of the year that the
    measures are of: a grade of a year rests on that year's measures.
    """

    register_: str = Field(alias="register")
    columns: dict[str, str] = {}
    tier: str
    day: str
    year: str
    of_year: str
    rule: str
    score: str | None = None
    by: str | None = None
    support: str | None = None


class Grading(Named):
    """One entry of `gradings.yaml`: whose rows are graded (a roster), by what, and which tiers scores fall into."""

    roster: str
    by: str | None = None  # the roster's column whose values have weights of their own
    criteria: tuple[GradingCriterion, ...] = Field(min_length=1)
    tiers: tuple[Tier, ...] = Field(min_length=2)
    records: GradeRecord | None = None
    never: Texts = ()  # what may not be a measure: columns of the roster
    document: str | None = None
    demonstration: bool = False
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _sound(self) -> Grading:
        groups = {"": None, **{group: None for one in self.criteria for group in one.weights}}
        for group in groups:
            total = sum((one.weights.get(group, one.weight) for one in self.criteria), Fraction(0))
            if total != 1:
                text = f"评级 {self.id}{'（' + group + '）' if group else ''} 的权重合计不是 100%"
                raise InvalidValue("E-GRADING-WEIGHT", text, remedy="每项 criteria 写 weight，合计 100%")
        if len(groups) > 1 and self.by is None:
            raise ValueError("写了 weights，还要写 by：按名录的哪一栏分类")
        if self.document is None and not self.demonstration:
            text = f"评级 {self.id} 的规则没有出处"
            raise InvalidValue("E-GRADING-SOURCE", text, remedy="写 document: 文件编号，或 demonstration: true")
        starts = [one.from_ for one in self.tiers]
        if starts != sorted(set(starts), reverse=True) or starts[-1] != 0:
            remedy = "从高到低写，最后一档 from: 0"
            raise InvalidValue("E-GRADING-TIER", f"评级 {self.id} 的档次没有从高到低排到 0", remedy=remedy)
        banned = [one.of for one in self.criteria if one.of in self.never]
        if banned:
            raise ValueError(f"never 里写了不得作指标的 {'、'.join(banned)}")
        return self
