"""How documents hang together: what ends or rests on what, and the graph from a document to the units."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import Field


class EndView(Schema):
    """An end of a relation: a document, a clause, or a name of something that is not in the pack."""

    kind: str = Field(description="document 文件，clause 条款，空为本库之外的")
    id: str
    name: str


class RelationView(Schema):
    """How two documents or clauses stand to each other; with `supersedes` the newer ends the older."""

    id: str
    kind: str = Field(description="supersedes 取代，basis 依据，revises 修订，implements 落实等")
    kind_name: str
    newer: EndView
    older: EndView
    explicit: bool = Field(description="文件自己写明；否则是推定")
    since: date | None
    says: str
    document: str = Field(description="从哪份文件读到")
    article: str


class GraphLine(Schema):
    """A document of which there is a graph, with how many tasks stand in it."""

    document: str
    title: str
    tasks: int


class GraphNode(Schema):
    """A node: `key` is the id of what it is in its `layer`."""

    id: str
    layer: str = Field(description="document、task、clause、indicator、unit")
    key: str
    name: str


class GraphLink(Schema):
    """A link between two nodes, by their ids."""

    source: str
    target: str


class BranchClause(Schema):
    """A clause that a task names, and the units that answer for it."""

    id: str
    name: str
    units: list[str]


class BranchTarget(Schema):
    """A target that a task serves, with its light."""

    id: str
    indicator: str
    name: str
    status: str
    units: list[str]


class BranchView(Schema):
    """A task with all that hangs on it."""

    task: str
    title: str
    clauses: list[BranchClause]
    targets: list[BranchTarget]
    units: list[str]


class GraphView(Schema):
    """The graph of a document. Of several units `nodes` and `links` have the first; `branches` name them all."""

    document: str
    nodes: list[GraphNode]
    links: list[GraphLink]
    branches: list[BranchView]
