"""What else is open to all: published facts of a firm, random inspections, feedback that was let through."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.errors import Throttled

from innocity.actions.inspection_records import Inspection
from innocity.actions.inspection_results import as_dict
from innocity.records.queries import feedback as said
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.api import schemas as s
from innocity.web.api import schemas_open as o
from innocity.web.api.errors import PROBLEMS
from innocity.web.api.paging import Id, Number, Size, found, of_records, paged
from innocity.web.inspections import every_row, inspections_of, known, results, strata, summary
from innocity.web.limits import allowed
from innocity.web.views import lookup as looking

router = Router()
_CITY = "/cities/{city}"
_INSPECTIONS = f"{_CITY}/inspections"
_TAGS = ["随机抽查"]
Whole = Annotated[
    str,
    Query(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]*$", description="完整的统一社会信用代码或企业全名"),
]


# --- published facts ----------------------------------------------------------------------------------------


@router.get(f"{_CITY}/lookup", response={200: o.Lookup, **PROBLEMS}, tags=["公开查询"], summary="一家企业已公开的登记")
def lookup(request: HttpRequest, city: Id, q: Whole) -> Any:
    """The published facts of the firm with this whole code or name; twenty asked in a minute.

    One that is unknown and one of which nothing is published get the same answer: 404.
    """
    cities.pack_of(city)
    if not allowed(request, "lookup", looking._A_MINUTE):
        raise Throttled(wait=60)
    party = looking._found(city, q.strip())
    if party is None:
        raise Http404("nothing published")
    return {
        "name": party.name or party.id, "code": party.code,
        "registers": [_published(one) for one in looking._published(city, party)["blocks"]],
    }  # fmt: skip


def _published(block: dict[str, Any]) -> dict[str, Any]:
    register = block["register"]
    keys = ("fact_id", "valid_from", "valid_to", "published_on")
    facts = [
        {**{key: getattr(one["fact"], key) for key in keys}, "values": dict(one["fact"].values),
         "said": [{"name": name, "text": text} for name, text in one["lines"]]}
        for one in block["facts"]
    ]  # fmt: skip
    return {"register_id": register.id, "name": register.name, "source": register.source, "total": block["total"],
            "facts": facts}  # fmt: skip


# --- random inspections -------------------------------------------------------------------------------------


@router.get(_INSPECTIONS, response={200: s.PageOf[o.InspectionLine], **PROBLEMS}, tags=_TAGS, summary="随机抽查")
def list_inspections(request: HttpRequest, city: Id, page: Number = 1, size: Size = 50) -> Any:
    """Every inspection, the latest first."""
    cities.pack_of(city)
    return paged(list(inspections_of(city).values())[::-1], lambda one: _line(city, one), page, size)


def _line(city: str, one: Inspection) -> dict[str, Any]:
    keys = ("id", "title", "plan", "unit", "year", "state", "announced_on", "reveal_on", "drawn_on", "due", "simulated")
    counts = summary(city, one)
    return {**{key: getattr(one, key) for key in keys}, "listed": len(one.frozen.items), **counts}


@router.get(
    f"{_INSPECTIONS}/{{inspection}}", response={200: o.InspectionView, **PROBLEMS}, tags=_TAGS,
    summary="一次抽查：抽中的和结果",
)  # fmt: skip
def get_inspection(request: HttpRequest, city: Id, inspection: Id, page: Number = 1, size: Size = 50) -> Any:
    """An inspection with the digest of its list, the public number, the seed, and a page of what was drawn."""
    cities.pack_of(city)
    one = known(city, inspection)
    keys = ("number_source", "number", "list_hash", "seed", "result_hash", "sound", "cancelled")
    layers = [
        {"name": name, "listed": size_, "rule": rule, "drawn": drawn}
        for name, size_, rule, drawn in strata(cities.pack_of(city), one)
    ]
    return {
        **_line(city, one), **{key: getattr(one, key) for key in keys}, "strata": layers,
        "items": paged(list(every_row(city, one, Viewer())), _drawn, page, size),
    }  # fmt: skip


def _drawn(each: dict[str, Any]) -> dict[str, Any]:
    row = each["row"]
    return {
        "item": row.drawn.item, "name": each["name"], "stratum": each["stratum"], "state": row.state, "on": row.on,
        "inspectors": [name for name, _unit in each["team"]], "units": [unit for _name, unit in each["team"]],
        "late": each["late"],
    }  # fmt: skip


@router.get(
    f"{_INSPECTIONS}/{{inspection}}/record", response={200: dict[str, Any], **PROBLEMS}, tags=_TAGS,
    summary="公开记录：任何人可以重抽",
)  # fmt: skip
def get_record(request: HttpRequest, city: Id, inspection: Id) -> Any:
    """The record from which anybody can draw again, with the results: no parties, no names."""
    cities.pack_of(city)
    one = known(city, inspection)
    return as_dict(one, results(city, one))


# --- feedback -----------------------------------------------------------------------------------------------


@router.get(
    f"{_CITY}/clauses/{{clause}}/feedback", response={200: o.FeedbackPage, **PROBLEMS}, tags=["条款"],
    summary="对一个条款的评价（已公开的）",
)  # fmt: skip
def list_feedback(request: HttpRequest, city: Id, clause: Id, page: Number = 1, size: Size = 50) -> Any:
    """What was said of a clause and let through, the latest first."""
    found(cities.pack_of(city).clauses, clause)
    if not cities.is_own(city):
        raise Http404("this instance keeps the records of another city")
    rated = said.rated(clause)
    keys = ("rating", "words", "said_on", "answer")
    rows = of_records(
        said.shown(clause, page, size), lambda one: {key: getattr(one, key) for key in keys}, page
    )  # fmt: skip
    return {**rows, "count": rated.count, "average": rated.average}
