"""`innocity near`: who lacks one condition."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from innocity.cli.explain import lacking
from innocity.cli.folders import run_folder
from innocity.cli.options import City, Json, RunFolder, Year
from innocity.cli.screen import SIMULATED, Screen


def near(
    city: City,
    party: Annotated[
        str | None, typer.Argument(metavar="[PARTY]", help="只看一个对象：登记编号、信用代码或名称", show_default=False)
    ] = None,
    clause: Annotated[str | None, typer.Option("--clause", metavar="X", help="只看一个条款")] = None,
    year: Year = None,
    run: RunFolder = None,
    limit: Annotated[int, typer.Option("--limit", metavar="行", min=1, help="最多列出多少行")] = 50,
    as_json: Json = False,
) -> None:
    """尚缺条件：谁只差一步，差多少。

    Near misses of a run.
    """
    from innocity.engines.rules.near import near_misses
    from innocity.engines.rules.parties import Parties
    from innocity.engines.rules.past import open_run
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    past = open_run(run_folder(pack.city.id, run, year), pack)
    parties = Parties(past.plan.pack, past.snapshot(), past.plan.as_of)
    found = near_misses(past, parties, parties.find(party) if party else None, clause, limit)
    report = {"city": pack.city.id, "simulated": past.report["simulated"], "run": str(past.folder), **found}
    screen.show(report, lambda: render(screen, report))


def render(screen: Screen, report: dict[str, Any]) -> None:
    """One line a near miss."""
    screen.line(f"{report['year']} 年度尚缺一项条件的共 {report['total']:,} 笔", "bold")
    if report["simulated"]:
        screen.line(SIMULATED, "yellow")
    rows = [
        (r["name"], f"{r['party_name']}（{r['party']}）" if r["party_name"] else r["party"],
         r["object"] if r["object"] != r["party"] else "", lacking(r))
        for r in report["rows"]
    ]  # fmt: skip
    if any(row[2] for row in rows):
        screen.table(("条款", "对象", "事项", "尚缺"), rows)
    elif rows:  # clauses that count a party, not something of it: no matter beside it
        screen.table(("条款", "对象", "尚缺"), [(name, who, gap) for name, who, _, gap in rows])
    if len(report["rows"]) < report["total"]:
        counts = "；".join(f"{c['name']} {c['count']}" for c in report["clauses"])
        screen.line(f"只列出 {len(report['rows'])} 行（--limit）。各条款：{counts}")
