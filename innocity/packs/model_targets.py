"""What is measured, aimed at and to be done: indicators, observations, targets, tasks.

Values are exact fractions in a unit of measure (`innocity.core.measures`), never floats.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from innocity.core.dates import Period, normal_period, parse_date, parse_period, parse_year, year_end
from innocity.core.errors import InvalidValue
from innocity.core.measures import parse_decimal
from innocity.core.money import clean
from innocity.packs.model_base import Day, Frozen, Named, Texts
from innocity.packs.model_clause import Fence

Kind = Literal["stock", "flow", "cumulative", "ratio", "rank", "growth", "demand", "structural", "milestone"]
Operator = Literal[
    ">=", ">", "<=", "=", "about", "range", "growth", "delta", "order", "increase", "milestone",
    "qualitative", "stable_at",
]  # fmt: skip
TaskKind = Literal[
    "goal", "task", "task_group", "subtask", "safeguard", "phase", "milestone", "guideline", "attachment",
    "policy_focus", "problem", "recommendation", "recommendation_group",
]  # fmt: skip
Approx = Literal["余", "多", "超过", "近", "以上", "不足"]

#: Operators that compare with a number; the others may have one or none.
NEEDS_VALUE = frozenset({">=", ">", "<=", "=", "about", "growth", "delta", "stable_at"})
#: Kinds of tasks that are shown, never owed, scored or overdue.
SHOWN_ONLY = frozenset({"guideline", "policy_focus", "problem", "recommendation", "recommendation_group", "attachment"})


def _number(value: Any) -> Any:
    if isinstance(value, str):
        return parse_decimal(value)
    if isinstance(value, (Fraction, int)) and not isinstance(value, bool):
        return Fraction(value)
    raise ValueError("这里要一个数值")


def _core(value: Any) -> Any:
    known: dict[Any, Any] = {"true": True, "false": False, True: True, False: False, "missing": "missing"}
    if isinstance(value, (str, bool)) and value in known:
        return known[value]
    raise ValueError(f"“{value}”不在 true、false、missing 之列")


def _period(text: str) -> str:
    parse_period(text)
    return normal_period(text)


def _batch(text: str) -> str:
    parse_date(text if len(text) > 5 else f"2000-{text}")
    return clean(text)


Number = Annotated[Fraction, PlainValidator(_number), WithJsonSchema({"type": "string"})]
#: Whether a core indicator; `missing` where the document marks them in a table that is lost.
Core = Annotated[
    bool | Literal["missing"] | None,
    PlainValidator(_core),
    WithJsonSchema({"enum": [None, True, False, "true", "false", "missing"]}),
]
#: A year, a half, a quarter, a month or a day, as text: `2023`, `2023H1`, `2023Q3`, `2023-07`, `2023-07-27`.
PeriodText = Annotated[str, AfterValidator(_period)]
#: A day on which results come in batches: of every year (`11-30`), or one day (`2023-11-29`).
BatchDay = Annotated[str, AfterValidator(_batch)]
Year = Annotated[int, BeforeValidator(lambda v: parse_year(v) if isinstance(v, str) else v)]


class Release(Frozen):
    """When a figure is due: days after the end of its period."""

    lag_days: int = Field(ge=0)


class Per(Frozen):
    """A divisor: another indicator; the quotient is multiplied by `scale`."""

    indicator: str
    scale: Number = Fraction(1)


class Formula(Frozen):
    """What the registers give for an indicator; expressions are the compiler's to check."""

    register_: str = Field(alias="register")
    counts_on: str | None = None
    where: str = "True"
    value: str
    per: Per | None = None


class Indicator(Named):
    """One entry of `indicators.yaml`."""

    unit: str | None = None
    direction: Literal["up", "down", "none"]
    kind: Kind
    frequency: Literal["year", "half", "quarter", "month", "once"]
    scope: str = "city"
    agency: str | None = None
    caliber: str | None = None
    release: Release | None = None
    core: Core = None
    path: Literal["linear", "compound", "steps", "batches", "yearly_registration", "cumulative"] = "linear"
    batches: tuple[BatchDay, ...] = ()  # when batches are announced; empty: not known
    breakdowns: Texts = ()
    formula: Formula | None = None
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`


class Observation(Frozen):
    """One row of `observations.csv`: what a document says an indicator was.

    `period` is the time that the number describes, `observed_on` the vintage. A text that says a number "at
    present" and only repeats that of an earlier period gives that period here, and the day on which it was said so
    in `as_said_on`. `unit` and `kind` are the indicator's where not given. Figures that conflict are rows of their own.
    """

    indicator: str
    period: PeriodText | None = None
    scope: str = "city"
    value: Number
    unit: str | None = None
    approx: Approx | None = None
    kind: Kind | None = None
    as_written: str | None = None
    document: str
    article: str | None = None
    observed_on: Day | None = None
    as_said_on: Day | None = None
    origin: Texts = ()
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _said_later(self) -> Observation:
        end = parse_period(self.period).end if self.period else None
        if self.as_said_on is not None and (end is None or self.as_said_on < end):
            raise ValueError("as_said_on 要在 period 之后：它是文中说“目前”的那一天，period 是数所属的时期")
        return self

    def days(self) -> Period | None:
        """The days of the period; None where the document does not say when."""
        return parse_period(self.period) if self.period else None


class Baseline(Frozen):
    """Where a target starts from, as its text says."""

    value: Number
    period: PeriodText | None = None


class Target(Fence):
    """What a document wants an indicator to be, and by when; `stages` are values for years on the way.

    `year`, `by` and `from`/`to` exclude each other; none of them where the text sets no deadline.
    `unit` is the indicator's where not given; operator `growth` is in per cent a year.
    """

    indicator: str
    year: Year | None = None
    by: Day | None = None
    from_: PeriodText | None = Field(default=None, alias="from")
    to: PeriodText | None = None
    operator: Operator
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: str | None = None
    baseline: Baseline | None = None
    stages: dict[Year, Number] = {}
    scope: str = "city"
    units: Texts = ()
    as_printed: str | None = None
    core: Core = None
    same_as: Texts = ()
    note: str | None = None

    @model_validator(mode="after")
    def _numbers(self) -> Target:
        if self.operator == "range":
            if self.low is None or self.high is None or self.value is not None:
                raise ValueError("operator: range 写 low 与 high，不写 value")
            if self.high < self.low:
                raise ValueError("low 大于 high")
        elif self.low is not None or self.high is not None:
            raise ValueError("low 与 high 只用于 operator: range")
        elif self.operator in NEEDS_VALUE and self.value is None:
            raise ValueError(f"operator: {self.operator} 要有 value")
        elif self.operator == "qualitative" and self.value is not None:
            raise ValueError("operator: qualitative 不写 value")
        return self

    @model_validator(mode="after")
    def _deadline(self) -> Target:
        given = [self.year is not None, self.by is not None, bool(self.from_ or self.to)]
        if sum(given) > 1:
            raise ValueError("year、by、from/to 只写一种")
        first, last = self.starts(), self.due()
        if first and last and last < first:
            raise InvalidValue("E-PERIOD-ORDER", f"to（{last}）早于 from（{first}）", remedy="核对两个日期")
        return self

    def starts(self) -> date | None:
        """The first day of the span; None where none is given."""
        return parse_period(self.from_).start if self.from_ else None

    def due(self) -> date | None:
        """The last day on which it may be met: the year's or the span's last, `by`; None without a deadline."""
        if self.year is not None:
            return year_end(self.year)
        end = parse_period(self.to).end if self.to else None
        return end - timedelta(days=1) if end else self.by


class AsPrinted(Frozen):
    """The names of units as the document prints them."""

    lead: str | None = None
    responsible: str | None = None
    cooperating: str | None = None


class Task(Fence):
    """What a document wants done, by whom and by when; tasks form a tree by `parent`.

    `depends_on` names tasks that must be done first; `same_as` tasks of other documents that say the same:
    it is followed up there, and counted once.
    """

    path: str | None = None
    parent: str | None = None
    kind: TaskKind = "task"
    title: str
    lead: Texts = ()
    responsible: Texts = ()
    cooperating: Texts = ()
    as_printed: AsPrinted = AsPrinted()
    everyone: bool = False
    from_: Day | None = Field(default=None, alias="from")
    due: Day | None = None
    phase: str | None = None
    depends_on: Texts = ()
    same_as: Texts = ()
    targets: Texts = ()
    clauses: Texts = ()
    note: str | None = None

    def owed(self) -> bool:
        """Whether somebody answers for it; other tasks are shown, never scored or overdue."""
        return self.kind not in SHOWN_ONLY
