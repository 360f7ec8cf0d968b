"""How documents hang together, open to all: relations, and the graph from a document to the units."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.api import schemas as s
from innocity.web.api import schemas_policy as p
from innocity.web.api import shown
from innocity.web.api.errors import PROBLEMS
from innocity.web.api.paging import Id, Number, OptionalId, Size, found, paged
from innocity.web.policy_graph import LAYERS, Branch, branches, documents_with_tasks, drawing
from innocity.web.views.documents import relations_of

router = Router()


@router.get(
    "/cities/{city}/relations", response={200: s.PageOf[p.RelationView], **PROBLEMS}, tags=["文件"],
    summary="谁取代谁、依据谁",
)  # fmt: skip
def list_relations(
    request: HttpRequest, city: Id, document: OptionalId = "", kind: OptionalId = "", page: Number = 1, size: Size = 50
) -> Any:
    """The relations of documents and clauses, of all documents or of one, of all kinds or of one."""
    pack = cities.pack_of(city)
    of = [found(pack.documents, document)] if document else list(pack.documents.values())
    rows = {row["relation"].id: row for one in of for row in relations_of(pack, one)}
    kept = [row for row in rows.values() if kind in ("", row["relation"].kind)]
    return paged(kept, shown.relation_view, page, size)


@router.get(
    "/cities/{city}/graph", response={200: list[p.GraphLine], **PROBLEMS}, tags=["文件"], summary="有政策图谱的文件"
)
def list_graphs(request: HttpRequest, city: Id) -> Any:
    """The documents of which there is a graph, those with most tasks first."""
    pack, board = cities.pack_of(city), cities.state_of(city).board
    return [
        {"document": name, "title": pack.documents[name].title, "tasks": len(branches(pack, board, name))}
        for name in documents_with_tasks(pack)
    ]


@router.get(
    "/cities/{city}/graph/{document}", response={200: p.GraphView, **PROBLEMS}, tags=["文件"],
    summary="政策图谱：文件、任务、条款、指标、单位",
)  # fmt: skip
def get_graph(request: HttpRequest, city: Id, document: Id) -> Any:
    """From a document by its tasks to clauses, indicators and the units that answer for them."""
    pack = cities.pack_of(city)
    if document not in documents_with_tasks(pack):
        raise Http404(f"no graph of {document}")
    hanging = branches(pack, cities.state_of(city).board, document)
    drawn = drawing(pack, document, hanging)
    nodes = [
        {"id": one["id"], "layer": LAYERS[one["layer"]], "key": one["key"], "name": one["name"]}
        for one in drawn["nodes"]
    ]
    return {
        "document": document, "nodes": nodes, "links": drawn["links"],
        "branches": [_branch(pack, one) for one in hanging],
    }  # fmt: skip


def _branch(pack: Pack, one: Branch) -> dict[str, Any]:
    return {
        "task": one.task.id, "title": one.task.title, "units": [unit.id for unit in one.units],
        "clauses": [{"id": clause.id, "name": clause.name, "units": [unit.id for unit in units]}
                    for clause, units in one.clauses],
        "targets": [{"id": aim.target.id, "indicator": aim.indicator.id, "name": aim.name, "status": aim.status,
                     "units": list(aim.target.units)} for aim in one.standings],
    }  # fmt: skip
