"""`innocity simulate`: an invented city that fits the published figures."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR, then_settle
from innocity.cli.options import City, Json, Overwrite
from innocity.cli.screen import SIMULATED, Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.engines.simulation.calibration import Comparison


def simulate(
    city: City,
    scale: Annotated[float, typer.Option("--scale", metavar="倍数", help="1 为 6 万家企业")] = 1,
    seed: Annotated[int, typer.Option("--seed", metavar="数", help="随机种子；同一种子得到同样的文件")] = 7,
    firms: Annotated[int | None, typer.Option("--firms", metavar="家", help="直接给企业数，代替 --scale")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="写到哪里；默认 var/<城市>/facts", show_default=False)
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """造一个符合公布数字的模拟城市，并列出公布数与模拟数。

    Simulate a city's facts.
    """
    from innocity.engines import simulation
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    folder = out or VAR / pack.city.id / "facts"
    if folder.exists() and not overwrite:
        raise InnoCityError("E-FACTS-EXISTS", f"文件夹 {folder} 已存在", remedy="换一个 --out，或加 --overwrite")
    with screen.counting("模拟") as advance:
        manifest = simulation.simulate(pack, scale, seed, firms, out=folder, progress=advance, overwrite=overwrite)
    rows = simulation.calibration(pack, folder)
    report = {
        "city": pack.city.id, "folder": str(folder), "seed": seed, "simulated": True, "as_of": manifest.as_of,
        "hash": manifest.hash, "registers": {name: e.rows for name, e in manifest.registers.items()},
        "figures": [asdict(row) for row in rows],
    }  # fmt: skip
    screen.show(report, lambda: _render(screen, report, rows, then_settle(city, pack.city.id, folder)))


def _render(screen: Screen, report: dict[str, Any], rows: list[Comparison], then: str) -> None:
    render_figures(screen, rows)
    total = sum(report["registers"].values())
    firms = report["registers"].get("organization", 0)
    screen.line()
    screen.line(
        f"写出 {report['folder']}：{len(report['registers'])} 个登记簿，{total:,} 行，其中创新主体 {firms:,} 行。",
        "green",
    )
    screen.line(SIMULATED)
    screen.line(then)


def render_figures(screen: Screen, rows: list[Comparison]) -> None:
    """Published against simulated, one line a figure; the documents stand below."""
    documents = list(dict.fromkeys(row.document for row in rows))
    table = (
        (row.name, row.on.isoformat(), row.written, number(row.expected, row.written),
         number(row.simulated, row.written), _verdict(row), f"[{documents.index(row.document) + 1}] {row.place}")
        for row in rows
    )  # fmt: skip
    screen.table(("数字", "日期", ">公布", ">按规模", ">模拟", "", "出处"), table, "公布数与模拟数")
    for index, document in enumerate(documents, 1):
        screen.line(f"[{index}] {document}")


def _verdict(row: Comparison) -> str:
    if row.within is None:
        return "不在模拟年份"
    return "相符" if row.within else f"差 {number(row.difference, row.written)}"


def number(value: Fraction | None, written: str) -> str:
    """A figure in base units, in the unit in which it was published.

    >>> number(Fraction(1376), "1376家"), number(Fraction(248, 10_000), "2.48%"), number(Fraction(10**12), "100亿元")
    ('1376', '2.48%', '100亿元')
    """
    if value is None:
        return "—"
    for unit, size in (("%", Fraction(1, 100)), ("‰", Fraction(1, 1000)), ("万亿元", Fraction(10**14)),
                       ("亿元", Fraction(10**10)), ("万元", Fraction(10**6)), ("元", Fraction(100))):  # fmt: skip
        if unit in written:
            return _decimal(value / size) + unit
    return _decimal(value)


def _decimal(value: Fraction) -> str:
    """At most two decimals, half up."""
    cents = (abs(value) * 200 + 1) // 2
    whole, rest = divmod(int(cents), 100)
    digits = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"-{digits}" if value < 0 and cents else digits
