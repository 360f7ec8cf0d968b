"""`make bench`: every promise of speed with its rival in the same run.

    python -m bench [--quick] [--full] [--only NAME ...]

Writes bench/results.json. `--quick` takes small cities (no number of it means anything); `--full` adds ten
million firms, which needs some 3 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import imports, indicators, reports, shapes, site, snapshots, weihai
from bench.measure import Result

HERE = Path(__file__).parent


def benchmarks(scratch: Path, quick: bool, full: bool) -> dict[str, Callable[[], list[Result]]]:
    """Name -> benchmark."""
    firms, rounds, city = (2_000, 1, 2_000) if quick else (1_000_000, 5, 1_000_000)
    found: dict[str, Callable[[], list[Result]]] = {
        "shapes": lambda: shapes.against_rivals(scratch, firms, rounds),
        "reforms": lambda: shapes.reforms(scratch, firms),
        "firm": lambda: shapes.one_firm(scratch, firms),
        "weihai": lambda: weihai.against_sql(scratch, city, 1 if quick else 3),
        "indicators": lambda: indicators.lights(200 if quick else 10_000, 1 if quick else 3),
        "imports": lambda: imports.sheets(scratch, 2_000 if quick else 100_000, 1 if quick else 3),
        "reports": lambda: reports.midterm(scratch, 300 if quick else 60_000, 1 if quick else 3),
        "site": lambda: site.pages(scratch, 0.02 if quick else 1, 3 if quick else 30),
        "snapshot": lambda: snapshots.whole(scratch, city),
        "weihai-firm": lambda: weihai.one_firm(scratch, city),
    }
    if full or quick:
        found["large"] = lambda: shapes.large(scratch, firms)
    return found


def render(results: list[Result], console: Console) -> None:
    """The results as a table."""
    table = Table(title="bench")
    for name in ("benchmark", "value", "rival", "rival's", "ratio", "target", "met"):
        table.add_column(name, justify="left" if name in ("benchmark", "rival") else "right")
    for r in results:
        met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[r.met]
        other = f"{r.rival_value:,.3g} {r.unit}" if r.rival_value is not None else ""
        ratio = f"{r.ratio:.2f}" if r.ratio is not None else ""
        name = r.name + (f"\n  [dim]{r.note}[/]" if r.note else "")
        table.add_row(name, f"{r.value:,.3g} {r.unit}", r.rival, other, ratio, r.target, met)
    console.print(table)


def save(results: list[Result], path: Path) -> None:
    """What is known so far, as JSON."""
    path.write_text(json.dumps([r.as_dict() for r in results], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> list[Result]:
    """Run the benchmarks asked for; returns their results."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--scratch", type=Path, default=HERE / ".scratch")
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    options = parser.parse_args(arguments)
    console, results = Console(), []
    for name, run in benchmarks(options.scratch, options.quick, options.full).items():
        if not options.only or name in options.only:
            console.print(f"[dim]{name} …[/]")
            results += run()
            save(results, options.out)
    render(results, console)
    load = os.getloadavg()[0]
    console.print(f"[dim]{os.cpu_count()} cores, load {load:.1f} at the end[/]")
    return results


if __name__ == "__main__":
    main()
