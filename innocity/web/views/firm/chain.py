"""我们的产业链: the chain on which a firm stands, its gaps, who answers for it, what meets there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.view_chain import chain_of_firm, view_chain
from innocity.actions.view_roster import reading_day
from innocity.records import queries
from innocity.web import chains as shown
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of


@opens_to("firm")
def my_chain(request: HttpRequest, city: str) -> HttpResponse:
    """The map with nobody but the firm itself on it; a firm on no chain is told."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    day = reading_day(viewer)
    chain = chain_of_firm(pack, viewer)
    context: dict[str, Any] = {"view": None, "day": day, "instance": queries.instance(viewer)}
    if chain is not None:
        view = view_chain(pack, viewer, chain, day)
        rows = shown.node_rows(view)
        context |= {
            "view": view, "rows": rows, "drawn": sum(bool(one.at) for one in rows), "roles": shown.roles(pack, view),
            "boards": shown.boards(pack, view), "proposals": shown.proposals(city, viewer, view),
            "own": [row.node.name for row in rows if row.node.held.firms], "pack": pack,
        }  # fmt: skip
    return render(request, "web/firm/chain.html", context)
