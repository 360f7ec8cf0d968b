"""Chains, roadmaps and key technologies for a unit's token: as the unit's officers see them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router

from innocity.actions.view_chain import view_chain, view_chains, view_roadmaps, view_technologies
from innocity.actions.view_roster import reading_day
from innocity.engines.chains.gather import chains_of
from innocity.records import queries
from innocity.web.api import schemas_chains as c
from innocity.web.api.asking import own_pack, viewer
from innocity.web.api.errors import GUARDED
from innocity.web.api.paging import Id, found

router = Router()
_CITY = "/cities/{city}"


def _state(request: HttpRequest, on: date | None) -> dict[str, Any]:
    """The day, and whether what is shown is invented."""
    instance = queries.instance(viewer(request))
    return {"as_of": on or reading_day(viewer(request)), "simulated": instance is not None and instance.simulated}


@router.get(f"{_CITY}/chains", response={200: list[c.ChainLine], **GUARDED}, tags=["产业链"], summary="产业链与创新链")
def list_chains(request: HttpRequest, city: Id, on: date | None = None) -> Any:
    """Every chain with what stands on it as of a day; a county's token counts its own parties alone."""
    pack, state = own_pack(city), _state(request, on)
    views = view_chains(pack, viewer(request), state["as_of"])
    return [
        {**state, "id": one.chain, "name": one.name, "steps": len(one.steps), "whole": one.whole.counts(),
         "gaps": sum(step.strength == "gap" for step in one.steps),
         "weak": sum(step.strength == "weak" for step in one.steps),
         "late_tasks": sum(task.late for task in one.tasks)}
        for one in views
    ]  # fmt: skip


@router.get(
    f"{_CITY}/chains/{{chain}}",
    response={200: c.ChainPage, **GUARDED},
    tags=["产业链"],
    summary="一条链：环节、缺口、职责、任务",
)
def get_chain(request: HttpRequest, city: Id, chain: Id, on: date | None = None) -> Any:
    """A chain as of a day, node by node."""
    pack, state = own_pack(city), _state(request, on)
    found(chains_of(pack), chain)
    return {**view_chain(pack, viewer(request), chain, state["as_of"]).as_dict(), **state}


@router.get(f"{_CITY}/roadmaps", response={200: c.RoadmapsView, **GUARDED}, tags=["产业链"], summary="技术路线图与储备")
def list_roadmaps(request: HttpRequest, city: Id, on: date | None = None) -> Any:
    """Roadmaps with the state of each step as of a day, and the technologies held in reserve."""
    pack, state = own_pack(city), _state(request, on)
    roads, reserve = view_roadmaps(pack, viewer(request), state["as_of"])
    return {**state, "roadmaps": [asdict(one) for one in roads], "reserves": [asdict(one) for one in reserve]}


@router.get(
    f"{_CITY}/technologies", response={200: c.TechnologiesView, **GUARDED}, tags=["产业链"], summary="四类关键技术"
)
def list_technologies(request: HttpRequest, city: Id, on: date | None = None) -> Any:
    """Key technologies by kind as of a day, with what is organised otherwise than its kind."""
    pack, state = own_pack(city), _state(request, on)
    told = view_technologies(pack, viewer(request), state["as_of"])
    kinds = []
    for one in told.kinds:
        rule = pack.technology_kinds.get(one.kind)
        kinds.append({**asdict(one), "fits": list(rule.modes) if rule else [], "settled": bool(rule and rule.settled),
                      "reading": rule.reading if rule else None})  # fmt: skip
    return {**state, "kinds": kinds, "technologies": [asdict(one) for one in told.found]}
