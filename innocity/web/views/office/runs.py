"""测算结果: settled runs, and one of them by clause, payer and pool. Sums of different kinds are never added up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from innocity.engines.rules.ir import STATUS_NAMES
from innocity.engines.rules.status import KINDS, kind_of
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.templatetags.office import in_table
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.common import staff_page

BREAKDOWNS = {
    "division": "按区市（统计地）", "zone": "按功能区", "size": "按企业规模", "industry": "按行业", "chain": "按产业链",
}  # fmt: skip
_SHOWN = 12
OUTSIDE = "未登记"


@staff_page
def runs(request: HttpRequest, city: str) -> HttpResponse:
    """All registered runs, the latest first."""
    cities.pack_of(city)
    viewer = viewer_of(request)
    found = queries.runs(viewer)
    latest = queries.latest_run(viewer)
    context: dict[str, Any] = {"runs": found, "latest": latest.id if latest else None}
    return lists.page(request, "web/office/runs.html", context, listed.runs(found, context["latest"]))


@staff_page
def run(request: HttpRequest, city: str, run: int) -> HttpResponse:
    """One run."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = next((row for row in queries.runs(viewer) if row.id == run), None)
    if one is None:
        raise Http404(f"no run {run}")
    report = one.report
    clauses = [_clause(pack, row) for row in report["clauses"]]
    context = {
        "run": one, "report": report, "totals": report["totals"], "payable": [row for row in clauses if row["payable"]],
        "open": [row for row in clauses if row["open"]],
        "rest": sum(not row["payable"] and not row["open"] for row in clauses),
        "statuses": [(name, report["totals"].get(key, 0)) for key, name in STATUS_NAMES.items()],
        "payers": [(payer_name(pack, payer), fen) for payer, fen in report["payers"].items() if fen],
        "pools": [_pool(pack, pool) for pool in report["pools"]], "breakdowns": breakdowns(report["breakdowns"]),
        "overrides": list(report["overrides"].items()), "changed": one.pack != pack.hash,
    }  # fmt: skip
    places = ((BREAKDOWNS.get(name, name), {**row, "name": place(name, row)})
              for name, rows in report["breakdowns"].items() for row in rows)  # fmt: skip
    return lists.page(
        request, "web/office/run.html", context, listed.run_clauses(one, clauses), listed.run_places(one, places)
    )  # fmt: skip


def _clause(pack: Pack, row: dict[str, Any]) -> dict[str, Any]:
    clause = pack.clauses.get(row["clause"])
    kind = KINDS[kind_of(clause)] if clause else ""
    name = clause.name if clause else row["clause"]
    return {**row, "name": name, "known": clause is not None, "kind": kind, "wan": round(in_table(row["payable"]), 2)}


def payer_name(pack: Pack, payer: str) -> str:
    """A payer's name; the id where the pack knows it no more."""
    return pack.payers[payer].name if payer in pack.payers else payer


def _pool(pack: Pack, pool: dict[str, Any]) -> dict[str, Any]:
    known = pack.pools.get(pool["pool"])
    short = pool["asked"] > pool["available"]
    share = pool["available"] / pool["asked"] * 100 if short else 100
    return {**pool, "name": (known.name if known else "") or pool["pool"], "short": short, "percent": f"{share:.1f}%"}


def breakdowns(found: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, list[dict[str, Any]], int]]:
    """(id, heading, rows, how many are left out) of each breakdown; the whole stands in each."""
    shown = []
    for name, rows in found.items():
        named = [{**row, "name": place(name, row)} for row in rows]
        shown.append((name, BREAKDOWNS.get(name, name), named[:_SHOWN], max(0, len(named) - _SHOWN)))
    return shown


def place(name: str, row: dict[str, Any]) -> str:
    """What a row stands for: those without a zone are not unregistered, most firms lie outside the zones."""
    return "不在功能区或未登记" if name == "zone" and row["key"] == OUTSIDE else str(row["name"])
