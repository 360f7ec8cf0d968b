"""Where the money of the newest run goes: by clause, payer, county and size. Kinds are never added up."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.note_export import note_export
from innocity.core.money import format_yuan
from innocity.engines.rules.summary import UNKNOWN
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of

_STAFF = ("leader", "officer", "auditor")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one payer gives by one clause, payable fen."""

    payer: str
    payer_name: str
    clause: str
    clause_name: str
    fen: int


@opens_to(*_STAFF)  # type: ignore[arg-type]
def money(request: HttpRequest, city: str) -> HttpResponse:
    """The newest run: its sums by kind, its flows, what was appropriated, and who receives."""
    run, pack = cities.run_of(city), cities.pack_of(city)
    if run is None:
        return render(request, "web/lead/money.html", {"run": None})
    found = flows(city, pack, run)
    context = {
        "run": run, "flows": found, "payers": _payers(pack, run.report["payers"]),
        "pools": [(pack.pools.get(row["pool"]), row) for row in run.report["pools"]],
        "open": [(pack.clauses.get(row["clause"]), row) for row in run.report["clauses"] if row["open"]],
        "shares": [(by, _rows(run.report["breakdowns"].get(by, []))) for by in ("division", "zone", "size")],
        "most": max((flow.fen for flow in found), default=1),
    }  # fmt: skip
    return render(request, "web/lead/money.html", context)


@opens_to(*_STAFF)  # type: ignore[arg-type]
def money_file(request: HttpRequest, city: str) -> HttpResponse:
    """The flows as CSV, in yuan."""
    run = cities.run_of(city)
    if run is None:
        raise Http404("no run")
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["年度", "种类", "出资", "条款编号", "条款", "金额（元）", "是否模拟"])
    mark = "是" if run.simulated else "否"
    found = flows(city, cities.pack_of(city), run)
    for flow in found:
        cells = [flow.payer_name, flow.clause, flow.clause_name, format_yuan(flow.fen)]
        writer.writerow([run.report["year"], "测算应付", *cells, mark])
    note_export(viewer_of(request), f"money/{run.report['year']}", "csv", len(found))
    headers = {"Content-Disposition": f'attachment; filename="{city}-money-{run.report["year"]}.csv"'}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def flows(city: str, pack: Pack, run: cities.Run) -> list[Flow]:
    """Payable sums by payer and clause, the largest first; none where the run's folder lacks the file."""
    root = Path(settings.INNOCITY_VAR) / city
    path = next((p for p in (root / "runs" / run.name, root / run.name) if (p / "payers.parquet").is_file()), None)
    if path is None:
        return []
    names = _payer_names(pack)
    return [
        Flow(to, names.get(to, to), clause, _clause_name(pack, clause), fen)
        for to, clause, fen in _summed(path / "payers.parquet", run.report["hash"])
    ]


@lru_cache(maxsize=4)
def _summed(path: Path, version: str) -> tuple[tuple[str, str, int], ...]:
    """(payer, clause, fen) of a run; `version` is its hash, so that another run in the same folder is read anew."""
    table = pq.read_table(path, columns=["to", "clause", "fen"]).group_by(["to", "clause"]).aggregate([("fen", "sum")])
    found = [(row["to"], row["clause"], row["fen_sum"]) for row in table.to_pylist() if row["fen_sum"]]
    return tuple(sorted(found, key=lambda row: (-row[2], row[0], row[1])))


def _clause_name(pack: Pack, clause: str) -> str:
    return pack.clauses[clause].name or clause if clause in pack.clauses else clause


def _payer_names(pack: Pack) -> dict[str, str]:
    """Payers in words: those of the city's folder, then the levels of government."""
    levels = {"city": "市级财政", "county": "区市财政", "province": "省级财政", "state": "中央财政"}
    return {**levels, **{one.id: one.name for one in pack.city.payers}}


def _payers(pack: Pack, fen: dict[str, int]) -> list[tuple[str, int]]:
    names = _payer_names(pack)
    return [(names.get(name, name), value) for name, value in fen.items()]


def _rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A breakdown with each row's share of the largest; what is not known stands last."""
    most = max((row["payable"] for row in rows), default=0) or 1
    marked = [{**row, "share": row["payable"] / most} for row in rows]
    return sorted(marked, key=lambda row: row["key"] == UNKNOWN)
