"""The policy graph: a nested list for everyone, a drawing where there is room for it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from innocity.web import cities
from innocity.web.access import public
from innocity.web.policy_graph import branches, documents_with_tasks, drawing
from innocity.web.unchanged import unchanged


@public
@unchanged
def graph(request: HttpRequest, city: str) -> HttpResponse:
    """One document's graph; without `document` that of the one with most tasks."""
    pack = cities.pack_of(city)
    known = documents_with_tasks(pack)
    chosen = request.GET.get("document") or (known[0] if known else "")
    if chosen and chosen not in known:
        raise Http404(f"no graph of {chosen}")
    board = cities.state_of(city).board
    found = branches(pack, board, chosen) if chosen else []
    drawn = drawing(pack, chosen, found) if chosen else {"nodes": [], "links": []}
    context = {
        "documents": [pack.documents[name] for name in known], "chosen": pack.documents.get(chosen),
        "branches": found, "nodes": len(drawn["nodes"]), "links": len(drawn["links"]),
    }  # fmt: skip
    return render(request, "web/graph.html", context)


@public
@unchanged
def graph_data(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """The nodes and links of a document as JSON, each node with the address of its page."""
    pack = cities.pack_of(city)
    if document not in documents_with_tasks(pack):
        raise Http404(f"no graph of {document}")
    drawn = drawing(pack, document, branches(pack, cities.state_of(city).board, document))
    for node in drawn["nodes"]:
        page, key = node.pop("page"), node.pop("key")
        node["address"] = (
            f"{reverse('tasks', args=[city])}#{key}" if page == "task" else reverse(page, args=[city, key])
        )
    return JsonResponse(drawn, json_dumps_params={"ensure_ascii": False})
