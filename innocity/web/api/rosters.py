"""Rosters and gradings for a unit's token: as the unit's officers see them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from innocity.actions.grade import grade_view
from innocity.actions.view_roster import reading_day, view_roster
from innocity.engines.grading.model import Grade
from innocity.engines.rosters.model import RosterView, Row
from innocity.packs.model import Grading
from innocity.records import queries
from innocity.web.api import schemas_staff as f
from innocity.web.api.asking import own_pack, viewer
from innocity.web.api.errors import GUARDED
from innocity.web.api.paging import Id, Number, Size, found, paged

router = Router()
_CITY = "/cities/{city}"
_TAGS = ["名录与评级"]
Year = Annotated[int | None, Query(ge=1900, le=2200)]


@router.get(f"{_CITY}/rosters", response={200: list[f.RosterLine], **GUARDED}, tags=_TAGS, summary="名录")
def list_rosters(request: HttpRequest, city: Id) -> Any:
    """All rosters of the city, each with the register that it reads."""
    return [
        {"id": one.id, "name": one.name, "about": one.about or "", "register_id": one.register_,
         "yearly": one.year is not None}
        for one in own_pack(city).rosters.values()
    ]  # fmt: skip


@router.get(
    f"{_CITY}/rosters/{{roster}}", response={200: f.RosterPage, **GUARDED}, tags=_TAGS, summary="一份名录：合计和各行"
)
def get_roster(
    request: HttpRequest, city: Id, roster: Id, on: date | None = None, year: Year = None, page: Number = 1,
    size: Size = 50,
) -> Any:  # fmt: skip
    """A roster as of a day; a county's token gets its own parties' rows, and totals over those."""
    pack, who = own_pack(city), viewer(request)
    found(pack.rosters, roster)
    day = on or reading_day(who)
    view = view_roster(pack, who, roster, day, skip=(page - 1) * size, limit=size, year=year)
    instance = queries.instance(who)
    told = view.as_dict()
    return {
        "id": view.roster.id, "name": view.roster.name, "as_of": day,
        "simulated": instance is not None and instance.simulated, "whole": who.sees_all_parties(),
        "year": view.year, "years": [each for each, _rows in view.years], "tables": told["tables"],
        "columns": [{"name": one.name, "type": one.type, "codes": one.codes} for one in view.columns],
        "fund": _fund(view), "items": [_row(row) for row in view.rows], "total": view.count, "page": page,
        "size": size, "pages": max(1, -(-view.count // size)),
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {"party": row.party, "name": row.name, "fact_id": row.fact, "values": list(row.values),
            "words": list(row.words)}  # fmt: skip


def _fund(view: RosterView) -> dict[str, Any] | None:
    one = view.fund
    if one is None:
        return None
    return {"name": one.name, "planned_fen": one.planned, "used_fen": one.used, "left_fen": one.left}


# --- gradings -----------------------------------------------------------------------------------------------


@router.get(f"{_CITY}/gradings", response={200: list[f.GradingLine], **GUARDED}, tags=_TAGS, summary="打分评级的规则")
def list_gradings(request: HttpRequest, city: Id) -> Any:
    """Every grading of the city with its measures and tiers."""
    return [_grading(one) for one in own_pack(city).gradings.values()]


def _grading(one: Grading) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "roster": one.roster, "demonstration": one.demonstration,
        "note": one.note or "", "criteria": [{"id": c.id, "name": c.name, "of": c.of} for c in one.criteria],
        "tiers": [{"id": tier.id, "name": tier.name, "since": float(tier.from_),
                   "support": None if tier.support is None else float(tier.support)} for tier in one.tiers],
    }  # fmt: skip


@router.get(
    f"{_CITY}/gradings/{{grading}}", response={200: f.GradingPage, **GUARDED}, tags=_TAGS,
    summary="一项评级：各家得分和档次",
)  # fmt: skip
def get_grading(request: HttpRequest, city: Id, grading: Id, page: Number = 1, size: Size = 50) -> Any:
    """The grades over what the token sees of the roster, best first."""
    pack, who = own_pack(city), viewer(request)
    one, day = found(pack.gradings, grading), reading_day(who)
    every = grade_view(pack, one, view_roster(pack, who, one.roster, day))
    counts = dict.fromkeys((tier.name for tier in one.tiers), 0)
    for each in every:
        counts[each.tier_name] = counts.get(each.tier_name, 0) + 1
    instance = queries.instance(who)
    return {
        **paged(every, Grade.as_dict, page, size), "grading": _grading(one), "as_of": day, "counts": counts,
        "simulated": instance is not None and instance.simulated,
    }  # fmt: skip
