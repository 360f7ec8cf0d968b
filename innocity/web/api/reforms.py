"""Drafts of the reform lab for a unit's token: what its officers see of them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from innocity.actions.try_reform import read_reforms
from innocity.packs.model import Pack
from innocity.web.api import schemas_reforms as f
from innocity.web.api.asking import own_pack, viewer
from innocity.web.api.errors import GUARDED
from innocity.web.api.paging import Id
from innocity.web.views.office import reform_result
from innocity.web.views.office.common import var

router = Router()
_CITY = "/cities/{city}"
_TAGS = ["政策测算"]
#: What a draft has to tell; one of another shape is left out, so that the others can be read.
_TOLD = frozenset({"year", "simulated", "winners", "losers", "gained", "lost"})


@router.get(f"{_CITY}/reforms", response={200: list[f.ReformLine], **GUARDED}, tags=_TAGS, summary="存下的测算方案")
def list_reforms(request: HttpRequest, city: Id) -> Any:
    """Drafts of changed clauses, the newest first. An estimate over the facts that each names."""
    pack = own_pack(city)
    return [_line(pack, name, report) for name, report in read_reforms(var(), city).items() if _whole(report)]


@router.get(
    f"{_CITY}/reforms/{{name}}", response={200: f.ReformView, **GUARDED}, tags=_TAGS, summary="一个测算方案：前后对比"
)
def get_reform(request: HttpRequest, city: Id, name: str) -> Any:
    """A draft: before and after by clause, payer and place, who gains and who loses; 404 for a name nobody kept."""
    pack = own_pack(city)
    report = read_reforms(var(), city).get(name)
    if report is None or not _whole(report):
        raise Http404(f"no reform {name[:50]}")
    shown = reform_result.shown(pack, viewer(request), report)
    (_, gained), (_, lost) = shown["party_lists"]
    return {
        **_line(pack, name, report), "changes": report["changes"],
        "clauses": [_clause(row) for row in shown["clauses"]],
        "payers": [_sum({**row, "key": row["payer"]}) for row in shown["payers"]],
        "breakdowns": {by: [_sum(row) for row in rows] for by, rows in report["distribution"].items()},
        "spread": [{"upto_fen": row["upto"], **{key: row[key] for key in ("before", "after", "gained", "lost")}}
                   for row in report.get("spread", ())],
        "most_gained": [_party(row) for row in gained], "most_lost": [_party(row) for row in lost],
    }  # fmt: skip


def _whole(report: Mapping[str, Any]) -> bool:
    return report.keys() >= _TOLD and "open" in report["before"] and "open" in report["after"]


def _line(pack: Pack, name: str, report: Mapping[str, Any]) -> dict[str, Any]:
    before, after = report["before"], report["after"]
    return {
        "name": name, "by": report.get("by", ""), "saved_on": report.get("saved_on") or None, "year": report["year"],
        "as_of": report.get("as_of"), "facts": report.get("facts", ""), "simulated": report["simulated"],
        "stale": report.get("pack", pack.hash) != pack.hash,
        "payable_before_fen": before["payable"], "payable_after_fen": after["payable"],
        "open_before_fen": before["open"], "open_after_fen": after["open"], "winners": report["winners"],
        "losers": report["losers"], "gained_fen": report["gained"], "lost_fen": report["lost"],
    }  # fmt: skip


def _clause(row: Mapping[str, Any]) -> dict[str, Any]:
    sums = {f"{what}_{side}_fen": row[f"{what}_{side}"] for what in ("payable", "open") for side in ("before", "after")}
    return {**{key: row[key] for key in ("clause", "name", "parties_before", "parties_after")}, **sums}


def _sum(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": row["key"], "name": row["name"], "before_fen": row["before"], "after_fen": row["after"]}


def _party(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"party": row["party"], "name": row["name"], "before_fen": row["before"], "after_fen": row["after"]}
