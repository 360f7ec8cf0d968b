"""Money, changes and composite indices for a unit's token: as the unit's officers see them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from innocity.core.errors import InnoCityError
from innocity.core.measures import format_value
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.api import schemas_staff as f
from innocity.web.api import shown
from innocity.web.api.asking import own_pack, viewer
from innocity.web.api.errors import GUARDED
from innocity.web.api.paging import Id
from innocity.web.views.lead.changes import Changes, _day, changes_since
from innocity.web.views.lead.indices import _computed, _shown
from innocity.web.views.lead.money import flows

router = Router()
_CITY = "/cities/{city}"
_TAGS = ["资金、变化与指数"]
_SHARES = ("division", "zone", "size")


@router.get(
    f"{_CITY}/money", response={200: f.MoneyView, **GUARDED}, tags=_TAGS, summary="资金去向：最近一次测算（测算）"
)
def get_money(request: HttpRequest, city: Id) -> Any:
    """Where the money of the newest run goes, by payer and clause, pool, place and size; 404 before any run."""
    pack, run = own_pack(city), cities.run_of(city)
    if run is None:
        raise Http404("no run")
    report = run.report
    return {
        "run": report["hash"], "year": report["year"], "simulated": run.simulated, "kind": "测算",
        "payable_fen": report["totals"]["payable"], "open_fen": report["totals"]["open"],
        "awaiting_parameter": report["totals"]["awaiting_parameter"],
        "flows": [{key: getattr(one, key) for key in ("payer", "payer_name", "clause", "clause_name", "fen")}
                  for one in flows(city, pack, run)],
        "pools": [{"pool": row["pool"], "name": _name(pack.pools, row["pool"]), "available_fen": row["available"],
                   "asked_fen": row["asked"]} for row in report["pools"]],
        "open": [{"clause": row["clause"], "name": _name(pack.clauses, row["clause"]), "open_fen": row["open"],
                  "number": row["ceiling"] + row["awaiting_decision"]} for row in report["clauses"] if row["open"]],
        "shares": {by: [{"key": row["key"], "name": row["name"], "parties": row["parties"],
                         "payable_fen": row["payable"]} for row in report["breakdowns"].get(by, [])]
                   for by in _SHARES},
    }  # fmt: skip


def _name(known: Any, name: str) -> str:
    one = known.get(name)
    return (one.name or name) if one else name


# --- changes ------------------------------------------------------------------------------------------------


@router.get(f"{_CITY}/changes", response={200: f.ChangesView, **GUARDED}, tags=_TAGS, summary="从某一天以来的变化")
def get_changes(request: HttpRequest, city: Id, since: date | None = None) -> Any:
    """Lights that moved, tasks that turned, figures that became known since a day; by default since last month."""
    own_pack(city)
    state = cities.approved_for(city, viewer(request))
    default = state.as_of.replace(day=1) - timedelta(days=1)
    day, wrong = _day(since.isoformat() if since else "", default, state.as_of)
    if wrong:
        raise InnoCityError("E-API-FIELD", str(wrong), None, "换一天：since=2023-09-30")
    return {"since": day, "as_of": state.as_of, **_changes(changes_since(state, day))}


def _changes(one: Changes) -> dict[str, Any]:
    return {
        "moved": [{"target": row.one.target.id, "indicator": row.one.indicator.id, "name": row.one.name,
                   "scope": row.one.target.scope, "was": row.was.status, "status": row.one.status, "way": row.way,
                   "why": row.one.why} for row in one.moved],
        "added": [{"target": row.target.id, "indicator": row.indicator.id, "name": row.name, "due": row.due}
                  for row in one.added],
        "tasks": [{"task": row.one.id, "title": row.one.task.title, "was": row.was, "status": row.one.status,
                   "simulated": row.one.simulated, "why": row.one.why} for row in one.tasks],
        "tasks_set": one.set_since, "figures": [shown.figure_view(row) for row in one.figures],
    }  # fmt: skip


# --- indices ------------------------------------------------------------------------------------------------


@router.get(f"{_CITY}/indices", response={200: list[f.IndexView], **GUARDED}, tags=_TAGS, summary="综合指数")
def list_indices(request: HttpRequest, city: Id) -> Any:
    """All indices of the city: computed ones with their parts, official ones as they were published."""
    pack = own_pack(city)
    state = cities.approved_for(city, viewer(request))
    names = _places(pack)
    return [{"as_of": state.as_of, **_index(_shown(state, name, one, names))} for name, one in _computed(state).items()]


def _places(pack: Pack) -> dict[str, str]:
    return {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}


def _index(row: dict[str, Any]) -> dict[str, Any]:
    """An index as its page tells it: an error, what was recorded, or a result."""
    index, result, error, recorded = row["index"], row.get("result"), row.get("error"), row.get("recorded")
    return {
        "id": index.id, "name": index.name, "demonstration": index.demonstration, "note": index.note or "",
        "error": error.message if error else "", "simulated": bool(result and result.simulated),
        "recorded": [{"period": one.period, "value": format_value(one.value), "unit": one.unit}
                     for one in (recorded.figures if recorded else ())],
        "ranking": [_ranked(line) for line in row.get("lines", ())],
        "weights": [{"component": part.id, "name": part.name, "indicator": part.indicator, "weight": float(weight)}
                    for part, weight in row.get("weights", ())],
        "notes": list(result.notes) if result else [],
    }  # fmt: skip


def _ranked(line: Any) -> dict[str, Any]:
    keys = ("component", "value", "normalised", "weight", "contribution", "filled", "simulated")
    spread = ("low", "high", "median", "same_share")
    return {
        "scope": line.one.unit, "name": line.name, "rank": line.one.rank, "score": line.one.score,
        "simulated": line.one.simulated,
        "interval": line.interval and {key: getattr(line.interval, key) for key in spread},
        "parts": [{key: getattr(part, key) for key in keys} for part in line.one.parts],
    }  # fmt: skip
