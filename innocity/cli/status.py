"""`innocity status`: every promise, and every case that does not hold, as docs/status.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.cases import run_all
from innocity.cli.options import Json
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.engines.rules.status import CityStatus


def status(
    cities: Annotated[
        list[str] | None, typer.Argument(metavar="[CITY...]", help="哪些城市；默认全部", show_default=False)
    ] = None,
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到哪里；- 为标准输出")] = "docs/status.md",
    as_json: Json = False,
) -> None:
    """写出承诺与用例的现状：能算的、只有上限的、待评审的、缺标准的、服务、陈述。

    Write docs/status.md.
    """
    from innocity.engines.rules.status import status_page
    from innocity.packs.load import known_cities

    screen = Screen(as_json)
    found = [city_status(screen, name) for name in cities or known_cities()]
    page = status_page(found)
    if out == "-" and not as_json:
        screen.raw(page)
        return
    if out != "-":
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        Path(out).write_text(page, encoding="utf-8")
    report = {"file": out, "cities": [_summary(city) for city in found]}
    screen.show(report, lambda: _render(screen, report))


def city_status(screen: Screen, name: str) -> CityStatus:
    """A city's promises, and its cases run by the reference interpreter (the engines agree: tests/test_cases.py)."""
    from innocity.engines.rules.cases import read_cases, reference_engine
    from innocity.engines.rules.status import CityStatus, promises
    from innocity.packs.load import load_pack

    pack = load_pack(name)
    folder = Path(pack.root) / "cases"
    cases = read_cases(folder) if folder.is_dir() else []
    shown = [c.model_copy(update={"place": c.place.replace(pack.root, f"cities/{pack.city.id}")}) for c in cases]
    with screen.counting("用例") as advance:
        outcomes = list(run_all(shown, {"reference": reference_engine}, advance, {pack.city.id: pack}))
    return CityStatus(pack, promises(pack), len(outcomes), tuple(o for o in outcomes if not o.holds))


def _summary(city: CityStatus) -> dict[str, Any]:
    from dataclasses import asdict

    from innocity.engines.rules.status import counts

    return {
        "city": city.pack.city.id, "name": city.pack.city.name, "counts": counts(city.promises),
        "promises": [asdict(p) for p in city.promises], "cases": city.cases,
        "failing": [{"says": o.case.says, "place": o.case.place, "problems": o.problems} for o in city.failing],
    }  # fmt: skip


def _render(screen: Screen, report: dict[str, Any]) -> None:
    from innocity.engines.rules.status import KINDS

    for city in report["cities"]:
        counts = "，".join(f"{KINDS[kind]} {number}" for kind, number in city["counts"].items())
        screen.line(f"{city['name']}：{len(city['promises'])} 项承诺（{counts}）")
        screen.line(f"   {city['cases']} 个用例，不通过 {len(city['failing'])} 个")
    screen.line(f"写出 {report['file']}", "green")
