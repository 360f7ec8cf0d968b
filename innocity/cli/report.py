"""`innocity report`: a report as a Word file, a page, or a workbook."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json, Overwrite, day_of
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.packs.model import Pack

MADE = "送审稿：文号、签发人、日期和印章处留空。"


Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="midterm 中期评估、selfeval 验收自评、bulletin 月报、supervision 督办通知单、decision 呈阅件",
        show_default=False,
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="写到哪里：.docx、.html 或 .xlsx；督办可给文件夹", show_default=False),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="日期", help="数据截至哪一天；默认取 city.yaml 的 as_of", show_default=False),
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on", metavar="日期", help="用到哪一天已经公布或登记的数据；默认同 --as-of，补报后重写可以写晚些",
        show_default=False,
    ),
]  # fmt: skip
Unit = Annotated[str | None, typer.Option("--unit", metavar="单位", help="督办哪个单位；台账只列这个单位")]
Paper = Annotated[
    str | None, typer.Option("--document", metavar="ID", help="对照哪份文件；默认取未到期和近两年到期目标最多的")
]


def report(
    city: City,
    kind: Kind,
    out: Out,
    as_of: AsOf = None,
    unit: Unit = None,
    document: Paper = None,
    issuer: Annotated[str, typer.Option("--issuer", metavar="机关", help="落款机关；不写则留空")] = "",
    real: Annotated[bool, typer.Option("--real", help="不看模拟的进展，只看真实台账")] = False,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="台账放在哪里")] = VAR,
    starter: Annotated[bool, typer.Option("--starter", help="不写报告，写一份可改的模板")] = False,
    known_on: KnownOn = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """写报告：中期评估、验收自评、月报、督办通知单、呈阅件，均为送审稿。

    Reports as Word, HTML or a workbook of the ledgers.
    """
    from innocity.actions.make_report import Request, make_report, write_starter
    from innocity.actions.withheld import uncounted
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    begun = time.perf_counter()
    pack = load_pack(city)
    if starter:
        made = [write_starter(pack, kind, out, overwrite=overwrite)]
    else:
        day = _day(pack, as_of)
        asked = Request(
            kind, day, out, unit, document, issuer, var, simulated=not real, overwrite=overwrite,
            known_on=day_of(known_on), hidden=uncounted(pack, var),
        )  # fmt: skip
        faults = ErrorList()
        with screen.working("写报告"):
            made = make_report(pack, asked, faults)
        screen.left_out(faults)
    found = {
        "city": pack.city.id,
        "files": [asdict(one) for one in made],
        "simulated": any(one.simulated for one in made),
        "seconds": round(time.perf_counter() - begun, 2),
    }
    screen.show(found, lambda: render(screen, found, starter))


def _day(pack: Pack, as_of: str | None) -> date:
    """The day asked for, else the city's own. Error: E-USAGE."""
    day = day_of(as_of) or pack.city.as_of
    if day is None:
        raise InnoCityError("E-USAGE", "城市没有写 as_of", remedy="加 --as-of 2023-12-31")
    return day


def render(screen: Screen, found: dict[str, Any], starter: bool = False) -> None:
    """The files, and what to know about them."""
    for one in found["files"]:
        template = f"（模板 {one['template']}）" if one["template"] else ""
        screen.line(f"{one['title']}：{one['path']}{template}")
    if starter:
        kind = found["files"][0]["kind"]
        screen.line(f"改好后放到城市文件夹的 templates/{kind}.docx；templates/report.docx 各种报告共用。")
        return
    if found["simulated"]:
        screen.line("含模拟数据，报告每页都有标识，不作为结论。", "yellow")
    screen.line(MADE)
