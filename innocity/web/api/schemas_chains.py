"""What units read of chains, roadmaps and key technologies. Sums in fen, kinds of money apart."""

from __future__ import annotations

from datetime import date

from ninja import Schema


class Money(Schema):
    """Money of one kind: how many items, and their sum."""

    number: int
    fen: int


class Stock(Schema):
    """What stands together, counted; `money` by kind: fiscal, loan, equity, fund."""

    firms: int
    projects: int
    platforms: int
    people: int
    money: dict[str, Money]


class ChainLine(Schema):
    """A chain in a row; `gaps` are steps with neither firm nor platform."""

    id: str
    name: str
    as_of: date
    simulated: bool
    steps: int
    gaps: int
    weak: int
    late_tasks: int
    whole: Stock


class NodeView(Stock):
    """A node of a chain; a product or technology has a `strength` (gap, weak, strong) and what it `lacks`."""

    id: str
    name: str
    kind: str
    upstream: list[str]
    local: bool | None
    strength: str | None
    lacks: list[str]


class DutyView(Schema):
    """Who answers for what of a chain."""

    role: str
    name: str
    since: date


class ChainTaskView(Schema):
    """A task of a chain."""

    id: str
    kind: str
    name: str
    answers: str
    node: str
    due: date | None
    stage: str
    late: bool


class ChainPage(Schema):
    """A chain in full: `loose` is what stands on it and at no node."""

    id: str
    name: str
    as_of: date
    simulated: bool
    whole: Stock
    loose: Stock
    nodes: list[NodeView]
    duties: list[DutyView]
    tasks: list[ChainTaskView]


class RoadProjectView(Schema):
    """A project that carries a step; `known` to the register of projects."""

    number: str
    party: str
    known: bool
    done: bool


class RoadStepView(Schema):
    """A step of a roadmap: done, behind (its year is over), waiting, due or ahead."""

    id: str
    name: str
    goal: str
    first: int
    last: int
    answers: str
    stage: str
    needs: list[str]
    open: list[str]
    state: str
    projects: list[RoadProjectView]


class RoadmapView(Schema):
    """A roadmap by its name."""

    name: str
    cluster: str | None
    chain: str | None
    field: str | None
    steps: list[RoadStepView]


class ReserveView(Schema):
    """A technology held in reserve."""

    id: str
    name: str
    cluster: str | None
    chain: str | None
    field: str | None
    readiness: int | None
    needed_by: int | None
    roadmap: str
    holder: str


class RoadmapsView(Schema):
    """All roadmaps of a city, those with most steps behind first, and its reserve."""

    as_of: date
    simulated: bool
    roadmaps: list[RoadmapView]
    reserves: list[ReserveView]


class KindView(Schema):
    """A kind of technology: the ways that fit it (`settled`: not a default alone), its technologies counted by way."""

    kind: str
    fits: list[str]
    settled: bool
    reading: str | None
    total: int
    modes: dict[str, int]
    otherwise: int
    unsaid: int
    done: int


class TechnologyView(Schema):
    """A key technology; `otherwise` where it is organised in a way that its kind does not have."""

    id: str
    name: str
    form: str
    mode: str | None
    posed_by: str
    answered_by: str
    chain: str | None
    field: str | None
    project: str
    done: bool
    otherwise: bool
    says: list[str]


class TechnologiesView(Schema):
    """The key technologies of a city and its kinds."""

    as_of: date
    simulated: bool
    kinds: list[KindView]
    technologies: list[TechnologyView]
