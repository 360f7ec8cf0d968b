"""How a city measures its units (考核细则) and follows up its tasks (督办): `assessment.yaml`."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from innocity.core.errors import InvalidValue, register_codes
from innocity.core.measures import parse_decimal
from innocity.core.rates import parse_rate
from innocity.packs.model_base import Day, Frozen, Named, Texts

register_codes({
    "E-ASSESSMENT-OVERDUE": ("考核细则给逾期任务计分", "an assessment rule gives points for overdue tasks"),
    "E-ASSESSMENT-SOURCE": ("考核细则没有出处", "an assessment rule names no document"),
})  # fmt: skip

TargetState = Literal["met", "near", "watch", "alert", "not_due", "not_reported", "not_assessable"]
TaskState = Literal["done", "on_time", "at_risk", "overdue", "not_started", "no_deadline"]
Role = Literal["lead", "responsible", "cooperating"]

#: From the best to the worst: points must not rise on the way down.
TARGET_ORDER: tuple[str, ...] = ("met", "near", "watch", "alert")
#: A rule must give these states points, or a task would count only once it is late.
TASK_NEEDED: tuple[str, ...] = ("done", "on_time", "at_risk", "not_started", "overdue")


def _share(value: Any) -> Any:
    if isinstance(value, str):
        return parse_rate(value)
    if isinstance(value, Fraction):
        return value
    raise ValueError("这里要一个比例，如 60%")


def _points(value: Any) -> Any:
    number = parse_decimal(value) if isinstance(value, str) else value
    if isinstance(number, int) and not isinstance(number, bool):
        number = Fraction(number)
    if not isinstance(number, Fraction):
        raise ValueError("这里要一个分数值，如 100 或 0.5")
    if number < 0:
        raise ValueError("分值不能小于 0")
    return number


#: From 0 to 1, written `60%`.
Share = Annotated[Fraction, PlainValidator(_share), WithJsonSchema({"type": "string"})]
#: Points, a decimal not below 0.
Points = Annotated[Fraction, PlainValidator(_points), WithJsonSchema({"type": "string"})]


class AssessmentPart(Named):
    """A part of the score: the mean of what its items earn, each item weighted by the unit's role.

    States not named in `points` are left out of the mean and told. `roles` weighs tasks only. Without `past`,
    targets due and tasks closed before the year of the date are left out too; an overdue task never is.
    """

    of: Literal["targets", "tasks"]
    share: Share
    points: dict[TargetState | TaskState, Share]
    roles: dict[Role, Share] = {"lead": Fraction(1), "responsible": Fraction(1), "cooperating": Fraction(1)}
    past: bool = False
    article: str | None = None

    @model_validator(mode="after")
    def _monotonic(self) -> AssessmentPart:
        known = TARGET_ORDER if self.of == "targets" else TASK_NEEDED
        missing = [name for name in known if name not in self.points]
        if missing:
            raise ValueError(f"points 要写全 {'、'.join(known)}，缺 {'、'.join(missing)}")
        if self.of == "targets":
            values = [self.points[name] for name in TARGET_ORDER]  # type: ignore[index]
            if values != sorted(values, reverse=True):
                raise ValueError("目标完成得好，得分率不能反而低（met ≥ near ≥ watch ≥ alert）")
        elif self.points["overdue"] != 0:
            raise InvalidValue("E-ASSESSMENT-OVERDUE", "逾期任务的得分率要是 0%", remedy="写 overdue: 0%")
        return self


class Deduction(Named):
    """Points taken off: `points` for each full `every_days` that a task is overdue, `most` for one unit."""

    of: Literal["tasks"] = "tasks"
    status: Literal["overdue"] = "overdue"
    every_days: int = Field(ge=1)
    points: Points
    most: Points
    article: str | None = None


class Supervision(Frozen):
    """When a task is at risk and when its units are asked; days are calendar days.

    `pace`: at risk below this share of the time gone by. `warn_days`: a task without a report is at risk so
    many days before its deadline. `report_days`: a report is asked for again when older. `reply_days`: the
    time given to answer a supervision notice.
    """

    pace: Share = Fraction(7, 10)
    warn_days: int = Field(default=30, ge=0)
    report_days: int = Field(default=90, ge=1)
    reply_days: int = Field(default=7, ge=1)


class Assessment(Named):
    """One entry of `assessment.yaml`. `document` is the document of the pack that sets the rule, if any; `viewers`
    are the units (the leading group) that may see every unit's score, `deciders` those that decide on closing tasks
    (none named: the office of the city's `reporting`).
    """

    document: str | None = None
    demonstration: bool = False
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    total: Points = Fraction(100)
    parts: tuple[AssessmentPart, ...]
    deductions: tuple[Deduction, ...] = ()
    viewers: Texts = ()
    deciders: Texts = ()
    supervision: Supervision = Supervision()
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _whole(self) -> Assessment:
        if sum((part.share for part in self.parts), Fraction()) != 1:
            raise InvalidValue("E-SHARE-SUM", "各部分的 share 合计不是 100%", remedy="核对 parts 里的 share")
        if self.total <= 0:
            raise ValueError("total 要大于 0")
        if self.document is None and not self.demonstration:
            text = "细则没有出处"
            raise InvalidValue("E-ASSESSMENT-SOURCE", text, remedy="写 document: 文件编号，或 demonstration: true")
        if self.from_ and self.to and self.to < self.from_:
            raise InvalidValue("E-PERIOD-ORDER", f"to（{self.to}）早于 from（{self.from_}）", remedy="核对两个日期")
        return self
