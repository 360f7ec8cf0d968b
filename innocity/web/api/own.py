"""What units read and report by their tokens: scoped as an officer of the unit, changed through actions alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path as Folder
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from innocity.actions.observe import observe
from innocity.actions.report_progress import Progress, report_progress
from innocity.actions.view_entitlements import day_of, view_entitlements
from innocity.actions.withheld import hidden_facts
from innocity.packs.registers import all_columns
from innocity.records import queries
from innocity.records.views import FactView
from innocity.web import cases
from innocity.web.api import schemas as s
from innocity.web.api import schemas_own as o
from innocity.web.api import shown
from innocity.web.api.asking import must_write, own_pack, viewer
from innocity.web.api.errors import GUARDED
from innocity.web.api.paging import Id, Number, OptionalId, Size, Words, found, of_records

router = Router()
_CITY = "/cities/{city}"


@router.get(f"{_CITY}/registers", response={200: list[o.RegisterLine], **GUARDED}, tags=["登记"], summary="登记簿")
def list_registers(request: HttpRequest, city: Id) -> Any:
    """The registers with their authoritative sources, and how fresh they are."""
    pack = own_pack(city)
    states = {one.register: one for one in queries.registers(viewer(request))}
    return [_register(one, states.get(one.id)) for one in pack.registers.values()]


def _register(one: Any, state: Any) -> dict[str, Any]:
    columns = [
        {"id": c.id, "name": c.name, "says": c.help or "", "type": c.type, "personal": bool(c.personal)}
        for c in all_columns(one)
    ]
    return {
        "id": one.id, "name": one.name, "columns": columns, "source": state.source if state else "",
        "purpose": state.purpose if state else "", "refresh": state.refresh if state else "",
        "refreshed_on": state.refreshed_on if state else None, "rows": state.rows if state else 0,
    }  # fmt: skip


@router.get(
    f"{_CITY}/registers/{{register_id}}/facts", response={200: s.PageOf[o.FactView], **GUARDED}, tags=["登记"],
    summary="登记簿的现行事实",
)  # fmt: skip
def list_facts(
    request: HttpRequest, city: Id, register_id: Id, party: OptionalId = "", on: date | None = None, page: Number = 1,
    size: Size = 50,
) -> Any:  # fmt: skip
    """The current facts of a register that the unit may see; personal columns as the register's keepers alone do."""
    pack, who = own_pack(city), viewer(request)
    one = found(pack.registers, register_id)
    hidden = hidden_facts(pack, who, one.id, Folder(settings.INNOCITY_VAR))
    rows = queries.facts(who, one, party_id=party or None, on=on, number=page, size=size, without=hidden)
    return of_records(rows, _fact, page)


def _fact(one: FactView) -> dict[str, Any]:
    return {
        "fact_id": one.fact_id, "register_id": one.register, "party": one.party, "valid_from": one.valid_from,
        "valid_to": one.valid_to, "recorded_at": one.recorded_at, "source": one.source, "values": dict(one.values),
        "hidden": list(one.hidden), "revision": one.revision,
    }  # fmt: skip


@router.get(f"{_CITY}/parties", response={200: s.PageOf[o.PartyView], **GUARDED}, tags=["登记"], summary="找主体")
def list_parties(
    request: HttpRequest, city: Id, words: Words = "", kind: OptionalId = "organization", page: Number = 1,
    size: Size = 50,
) -> Any:  # fmt: skip
    """Parties by part of their name or by social credit code, as far as the unit may see them."""
    own_pack(city)
    rows = queries.parties(viewer(request), words, kind=kind or "organization", number=page, size=size)
    return of_records(rows, party_view, page)


def party_view(one: Any) -> dict[str, Any]:
    return {key: getattr(one, key) for key in ("id", "kind", "name", "code", "division", "zone")}


@router.get(f"{_CITY}/parties/{{party}}", response={200: o.PartyView, **GUARDED}, tags=["登记"], summary="一个主体")
def get_party(request: HttpRequest, city: Id, party: Id) -> Any:
    """A party that the unit may see."""
    own_pack(city)
    one = queries.party(viewer(request), party)
    if one is None:
        raise Http404(f"no party {party}")
    return party_view(one)


@router.get(
    f"{_CITY}/parties/{{party}}/entitlements", response={200: o.EntitlementsView, **GUARDED}, tags=["登记"],
    summary="一个主体能得到什么（测算）",
)  # fmt: skip
def get_entitlements(
    request: HttpRequest, city: Id, party: Id, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> Any:
    """What a party is owed for the facts of a year, by current facts and the newest run's pools: an estimate."""
    pack, asking = own_pack(city), viewer(request)
    if queries.party(asking, party) is None:
        raise Http404(f"no party {party}")
    day, simulated = day_of(pack, asking, timezone.localdate())
    found_year = year or pack.city.default_year
    matters = cases.every(pack).values()
    one = view_entitlements(pack, asking, party, found_year, day, simulated=simulated, matters=matters)
    return {
        "party": party, "year": one.year, "day": one.day, "simulated": one.simulated, "kind": "测算",
        "total_fen": one.total, "run": one.run.hash if one.run else None,
        "items": [shown.entitlement_view(item) for item in one.items],
    }  # fmt: skip


@router.get(f"{_CITY}/runs", response={200: list[o.RunView], **GUARDED}, tags=["登记"], summary="测算过的年度")
def list_runs(request: HttpRequest, city: Id) -> Any:
    """Settled years, the latest first."""
    own_pack(city)
    return [
        {"id": one.id, "year": one.year, "as_of": one.as_of, "hash": one.hash, "simulated": one.simulated,
         "supposed": one.supposed, "payable_fen": one.report["totals"]["payable"],
         "open_fen": one.report["totals"]["open"]}
        for one in queries.runs(viewer(request))
    ]  # fmt: skip


# --- changes: through actions alone ------------------------------------------------------------------------


@router.post(f"{_CITY}/reports/figures", response={201: o.Recorded, **GUARDED}, tags=["报送"], summary="报一个指标的数")
def add_figure(request: HttpRequest, city: Id, body: o.NewFigure) -> Any:
    """Record a figure in the name of the token's unit, checked as on the page of reporting."""
    pack, asking = own_pack(city), must_write(request)
    row = {
        "indicator": body.indicator, "period": body.period, "value": body.value, "unit": body.unit or None,
        "scope": body.scope or None, "approx": body.approx or None, "note": body.note or None,
        "observed_on": body.observed_on.isoformat() if body.observed_on else None,
        "revises": "是" if body.revises else None, "evidence": "；".join(body.evidence) or None,
        "party_id": asking.unit,
    }  # fmt: skip
    rows = observe(pack, [row], Folder(settings.INNOCITY_VAR), timezone.localdate(), viewer=asking)
    return Status(201, {"ledger": "observation", "ids": [one["fact_id"] for one in rows]})


@router.post(
    f"{_CITY}/reports/tasks/{{task}}", response={201: o.Recorded, **GUARDED}, tags=["报送"], summary="报一项任务的进展"
)
def add_progress(request: HttpRequest, city: Id, task: Id, body: o.NewProgress) -> Any:
    """Record progress of a task in the name of the token's unit, checked as on the page of the task ledger."""
    pack, asking = own_pack(city), must_write(request)
    told = Progress(
        task, asking.unit or "", body.reported_on, body.progress, body.text, body.work, body.problem, body.next_step,
        tuple(body.evidence), public=body.public,
    )  # fmt: skip
    row = report_progress(pack, told, Folder(settings.INNOCITY_VAR), today=timezone.localdate(), viewer=asking)
    return Status(201, {"ledger": "task_progress", "ids": [row["fact_id"]]})
