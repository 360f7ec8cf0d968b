"""What units read by their tokens of lists, gradings, money, changes and indices. Sums are fen, days ISO dates;
kinds of money stand apart and are never added up."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from innocity.web.api.schemas import FigureView, PageOf

# --- rosters ------------------------------------------------------------------------------------------------


class RosterLine(Schema):
    """A roster and the register that it reads; `yearly`: one of a year."""

    id: str
    name: str
    about: str
    register_id: str
    yearly: bool


class RosterColumn(Schema):
    """A column of a roster: `type` of its values (money: fen), the list of its codes."""

    name: str
    type: str
    codes: str


class RosterRow(Schema):
    """A row: its values as they are (fen, days, codes) and in words, in the order of the columns."""

    party: str
    name: str
    fact_id: str
    values: list[Any]
    words: list[str]


class GroupView(Schema):
    """A line of totals: sums by column (money in fen, shares as decimals), null where there are no rows."""

    name: str
    keys: list[Any]
    values: dict[str, Any]
    empty: bool
    marked: bool


class TotalsView(Schema):
    """A table of totals; `gaps` are its lines on which there is nothing."""

    name: str
    groups: list[GroupView]
    total: dict[str, Any] | None
    gaps: list[str]


class FundView(Schema):
    """The fund that a roster spends, in fen; only who sees the whole city sees it."""

    name: str
    planned_fen: int
    used_fen: int
    left_fen: int


class RosterPage(PageOf[RosterRow]):
    """A roster as of a day: totals over all that the token sees, and a page of its rows."""

    id: str
    name: str
    as_of: date
    simulated: bool
    whole: bool = Field(description="合计是全市的；否则只算本区市的主体")
    year: int | None
    years: list[int]
    columns: list[RosterColumn]
    tables: list[TotalsView]
    fund: FundView | None


# --- gradings -----------------------------------------------------------------------------------------------


class CriterionView(Schema):
    """A criterion and the heading of the roster that it measures."""

    id: str
    name: str
    of: str


class TierView(Schema):
    """A tier: from how many points on, and the share of support that it opens (None: none said)."""

    id: str
    name: str
    since: float = Field(description="从多少分起")
    support: float | None


class GradingLine(Schema):
    """A grading over a roster; of a demonstration no document says the measures or weights."""

    id: str
    name: str
    roster: str
    demonstration: bool
    note: str
    criteria: list[CriterionView]
    tiers: list[TierView]


class PointView(Schema):
    """What one criterion earned of `most` points; `value` in words."""

    criterion: str
    name: str
    value: str
    most: float
    earned: float


class GradeView(Schema):
    """A grade: null where the registers hold none of the measures. Not a decision: that is for whoever grades."""

    party: str
    name: str
    rank: int | None
    score: float | None
    tier: str | None
    tier_name: str
    leaves: bool
    missing: list[str]
    support: float | None
    points: list[PointView]


class GradingPage(PageOf[GradeView]):
    """A grading as of a day, best first, over what the token sees of its roster."""

    grading: GradingLine
    as_of: date
    simulated: bool
    counts: dict[str, int] = Field(description="各档几个，按档名")


# --- money --------------------------------------------------------------------------------------------------


class FlowView(Schema):
    """What one payer gives by one clause: payable (测算应付)."""

    payer: str
    payer_name: str
    clause: str
    clause_name: str
    fen: int


class PoolView(Schema):
    """A pool: what is set aside for the year, and what the run asks of it."""

    pool: str
    name: str
    available_fen: int
    asked_fen: int


class OpenView(Schema):
    """A clause with ceilings or awards that wait for a decision: no sum of it is payable yet."""

    clause: str
    name: str
    open_fen: int
    number: int


class ShareView(Schema):
    """What went to one group of beneficiaries, payable."""

    key: str
    name: str
    parties: int
    payable_fen: int


class MoneyView(Schema):
    """The money of the newest run: an estimate. `open_fen` (ceilings, awaiting decisions) is not in `payable_fen`."""

    run: str
    year: int
    simulated: bool
    kind: str = "测算"
    payable_fen: int
    open_fen: int
    awaiting_parameter: int = Field(description="待定参数、算不出金额的笔数")
    flows: list[FlowView]
    pools: list[PoolView]
    open: list[OpenView]
    shares: dict[str, list[ShareView]] = Field(description="division、zone、size 三种分法，互不相加")


# --- changes ------------------------------------------------------------------------------------------------


class MovedView(Schema):
    """A target whose light is another than on the day."""

    target: str
    indicator: str
    name: str
    scope: str
    was: str
    status: str
    way: str = Field(description="worse 变差，better 好转，other 其他")
    why: str


class AddedView(Schema):
    """A target that was set since."""

    target: str
    indicator: str
    name: str
    due: date | None


class TurnedView(Schema):
    """A task whose state is another than on the day."""

    task: str
    title: str
    was: str | None
    status: str
    simulated: bool
    why: str


class ChangesView(Schema):
    """What changed after a day up to `as_of`, by approved figures alone."""

    since: date
    as_of: date
    moved: list[MovedView]
    added: list[AddedView]
    tasks: list[TurnedView]
    tasks_set: int
    figures: list[FigureView]


# --- indices ------------------------------------------------------------------------------------------------


class PartView(Schema):
    """What a component gives to one of those compared; `filled`: the value was imputed."""

    component: str
    value: float | None
    normalised: float | None
    weight: float
    contribution: float | None
    filled: bool
    simulated: bool


class IntervalView(Schema):
    """Where a rank lies in nine draws of ten, and in what share of them it stays."""

    low: int
    high: int
    median: float
    same_share: float


class RankedView(Schema):
    """One of those compared."""

    scope: str
    name: str
    rank: int
    score: float
    simulated: bool
    interval: IntervalView | None
    parts: list[PartView]


class WeightView(Schema):
    """A component with its weight."""

    component: str
    name: str
    indicator: str
    weight: float


class RecordedView(Schema):
    """A value of an official index, as documents say it."""

    period: str | None
    value: str
    unit: str | None


class IndexView(Schema):
    """A composite index: computed, official (`recorded`), or why it cannot be computed (`error`)."""

    id: str
    name: str
    as_of: date
    demonstration: bool = Field(description="权重是演示用的假设，排名不作考核依据")
    simulated: bool
    note: str
    error: str
    recorded: list[RecordedView]
    ranking: list[RankedView]
    weights: list[WeightView]
    notes: list[str]
