"""What the interface gives and takes. Sums are fen, values exact decimals as text, days ISO dates."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

from innocity.web.api.schemas_policy import RelationView

T = TypeVar("T")


class PageOf(Schema, Generic[T]):
    """A slice of a list, and how long the list is."""

    items: list[T]
    total: int
    page: int
    pages: int
    size: int


class Place(Schema):
    """A division or zone."""

    id: str
    name: str


class CityLine(Schema):
    """A city that the site shows."""

    id: str
    name: str
    own: bool = Field(description="这个实例管的城市，只有它有登记和令牌")


class CityView(CityLine):
    """A city."""

    as_of: date = Field(description="灯和任务截至哪一天")
    divisions: list[Place]
    zones: list[Place]
    documents: int
    clauses: int
    targets: int
    tasks: int
    units: int
    simulated: bool


class DocumentLine(Schema):
    """A policy document."""

    id: str
    title: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    state: str = Field(description="in_force 有效，unknown 未确认，expired、repealed 已失效或废止")


class Article(Schema):
    """An article: our digest of it, not the document's own words."""

    id: str
    path: str | None
    title: str
    digest: str


class DocumentView(DocumentLine):
    """A document with its articles."""

    articles: list[Article]
    clauses: list[str]
    targets: list[str]
    tasks: list[str]
    relations: list[RelationView]


class ClauseLine(Schema):
    """A clause: to whom, what, how much."""

    id: str
    name: str
    topic: str
    topic_name: str
    who: str
    what: str
    amount: str
    largest_fen: int | None
    kind: str
    kind_name: str
    force: str
    delivery: str
    state: str
    document: str
    article: str
    citation: str


class Input(Schema):
    """A column of a register that a clause reads."""

    column: str
    name: str
    type: str
    required: bool


class InputRegister(Schema):
    """What a clause reads from a register."""

    register_id: str
    name: str
    columns: list[Input]


class ClauseView(ClauseLine):
    """A clause in full; `inputs` are the facts that the calculator wants."""

    responsible: list[str]
    materials: list[str]
    payers: list[str]
    stacks: Any
    reading: str | None
    digest: str | None
    inputs: list[InputRegister]


class Facts(Schema):
    """Facts to calculate with: rows by register, texts by column, as `inputs` of the clause names them."""

    facts: dict[str, list[dict[str, str]]] = Field(
        max_length=20, examples=[{"contract_payment": [{"amount": "400万元", "paid_on": "2023-05-01"}]}]
    )


class VerdictView(Schema):
    """One award as the rules give it: an estimate until the authority has decided."""

    status: str
    word: str
    fen: int | None
    party: str
    steps: list[str]
    says: list[str]
    payers: dict[str, str]


class Calculated(Schema):
    """What facts give under a clause."""

    clause: str
    kind: str = "测算"
    awards: list[VerdictView]


class FigureView(Schema):
    """A value of an indicator, exact decimals as text; a simulated one never sets a light."""

    indicator: str
    scope: str
    period: str | None
    on: date | None
    value: str
    unit: str | None
    approx: str | None
    observed_on: date | None
    document: str | None
    article: str | None
    source: str
    simulated: bool
    confirmed: bool


class TargetView(Schema):
    """A target and its light."""

    id: str
    indicator: str
    name: str
    scope: str
    document: str
    article: str
    operator: str
    value: str | None
    unit: str | None
    due: date | None
    status: str
    label: str
    reached: bool
    expected: str | None
    achieved: str | None
    latest: FigureView | None
    needed: str | None
    rate: str | None
    rate_unit: str
    why: str
    next: str
    units: list[str]
    tasks: list[str]
    clauses: list[str]
    same_as: str | None


class IndicatorLine(Schema):
    """An indicator."""

    id: str
    name: str
    unit: str | None
    direction: str
    kind: str
    frequency: str
    caliber: str | None
    agency: str | None


class PathView(Schema):
    """What the path of a target asks for on a day."""

    on: date
    value: str


class ForecastView(Schema):
    """Where an indicator is heading: for early warning alone. `method` is empty where nothing is forecast."""

    method: str
    reason: str
    mean: float | None
    low: float | None
    high: float | None
    level: float
    chance: float | None
    says: str


class IndicatorView(IndicatorLine):
    """An indicator with its figures, targets, path and forecast of the target that is due next."""

    figures: list[FigureView]
    targets: list[TargetView]
    path: list[PathView]
    forecast: ForecastView | None
    computed: FigureView | None


class TaskView(Schema):
    """A task and how it stands."""

    id: str
    title: str
    kind: str
    document: str
    article: str
    parent: str | None
    phase: str | None
    lead: list[str]
    responsible: list[str]
    cooperating: list[str]
    starts: date | None
    due: date | None
    status: str
    progress: int | None
    overdue_days: int
    simulated: bool
    why: str
    next: str
    targets: list[str]
    clauses: list[str]


class UnitLine(Schema):
    """A unit that documents name."""

    id: str
    name: str
    full_name: str | None
    parent: str | None
    level: str | None
    successor: str | None
    collective: bool


class UnitView(UnitLine):
    """A unit with what it answers for. Its score is not public and not here."""

    targets: list[str]
    tasks: list[str]
    clauses: list[str]
    overdue: int


class SystemLine(Schema):
    """A system that a document asks for, and whether this program is it."""

    id: str
    name: str
    tier: str
    must: str = Field(description="它要做什么，我们的概括")
    status: str = Field(description="works 可用，partly 部分可用，not yet 尚无")


class Column(Schema):
    """A column of a table or register."""

    id: str
    name: str
    says: str = ""
    type: str = "text"
    personal: bool = False


class TableLine(Schema):
    """A table of open data."""

    id: str
    name: str
    says: str
    columns: list[Column]
