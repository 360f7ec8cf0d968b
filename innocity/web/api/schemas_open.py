"""What is open to all beside clauses and lights: relations, graphs, published facts, demand and supply, inspections,
feedback. Sums are fen, days ISO dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from innocity.web.api.schemas import PageOf


class Counted(Schema):
    """Of a kind of demand and supply what stands on its lists and came of it; what is simulated stands apart."""

    simulated: bool
    demands: int
    offers: int
    agreed: int = Field(description="签约的对数，含已履约的")
    fulfilled: int


class ExchangeKind(Schema):
    """A kind of demand and supply with what its two lists are called."""

    id: str
    name: str
    demand: str
    offer: str
    offices: list[str]
    counts: list[Counted]


class Said(Schema):
    """A column in words, as the page has it."""

    name: str
    text: str


class ListingView(Schema):
    """A listing: `by`, `text` and sums are empty where the kind does not open them; `values` has sums in fen."""

    id: str
    kind: str
    side: str = Field(description="demand 需求，offer 供给")
    title: str
    by: str
    text: str
    posted_on: date
    until: date | None
    simulated: bool
    values: dict[str, Any] = Field(description="按列编号的原值，金额为分，代码为编号")
    said: list[Said]


class ReasonView(Schema):
    """What one criterion gives to a score: `earned` of `most` points."""

    name: str
    earned: float
    most: float
    says: str


class AnswerView(Schema):
    """What answers a listing; `score` (0 to 100) and reasons only where both sides are wholly shown."""

    listing: ListingView
    score: float | None
    reasons: list[ReasonView]


class ListingPage(Schema):
    """A listing with the best of what answers it, and how often it was brought together."""

    listing: ListingView
    answers: list[AnswerView] = Field(description="最好的前 20 项")
    answered: int = Field(description="一共有几项")
    pairs: int
    agreed: int
    pairs_simulated: bool


class EventView(Schema):
    """A visit, a fair or a diagnosis; planned, and once held on which day."""

    id: str
    title: str
    form: str
    form_name: str
    planned_on: date
    held_on: date | None
    host: str
    simulated: bool


class InspectionLine(Schema):
    """A random inspection: announced, drawn or cancelled; what came of it counted."""

    id: str
    title: str
    plan: str
    unit: str
    year: int
    state: str = Field(description="announced 已公告，drawn 已抽取，cancelled 已取消")
    announced_on: date
    reveal_on: date = Field(description="公开数产生的那一天")
    drawn_on: date | None
    due: date | None
    listed: int
    drawn: int
    checked: int
    problems: int
    simulated: bool


class StratumView(Schema):
    """A stratum of the frozen list: how many it has, how many are to be drawn in words, how many were."""

    name: str
    listed: int
    rule: str
    drawn: int


class DrawnView(Schema):
    """An item that was drawn; `name` is that of an organisation, never of a person; `late`: not checked in time."""

    item: str
    name: str
    stratum: str
    inspectors: list[str] = Field(description="检查人员的编号，不是姓名")
    units: list[str] = Field(description="检查人员的单位，与编号同序")
    state: str
    on: date | None
    late: bool


class InspectionView(InspectionLine):
    """An inspection in full; with the record (`record`) anybody can draw again."""

    number_source: str
    number: str
    list_hash: str
    seed: str
    result_hash: str
    sound: bool = Field(description="名单、种子和结果对得上")
    cancelled: str
    strata: list[StratumView]
    items: PageOf[DrawnView]


class FeedbackView(Schema):
    """What somebody said of a clause and an officer let through; `answer` is the office's reply."""

    rating: int = Field(description="1 到 5 星")
    words: str
    said_on: date
    answer: str


class FeedbackPage(PageOf[FeedbackView]):
    """The words of a clause; `count` and `average` are of all that were let through, also those without words."""

    count: int
    average: float | None


class PublishedFact(Schema):
    """A published fact: `values` by column, sums in fen; `said` in words."""

    fact_id: str
    valid_from: date | None
    valid_to: date | None
    published_on: date | None
    values: dict[str, Any]
    said: list[Said]


class PublishedRegister(Schema):
    """The published facts of a firm in a register: `total` of them, the first fifty here."""

    register_id: str
    name: str
    source: str
    total: int
    facts: list[PublishedFact]


class Lookup(Schema):
    """What of a firm is published."""

    name: str
    code: str
    registers: list[PublishedRegister]
