"""`innocity convert`: CSV files of an office as a folder of Parquet with hashes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from innocity.cli.folders import then_settle
from innocity.cli.options import City, Json, Overwrite, day_of
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError


def convert(
    city: City,
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="放着各登记簿 CSV 的文件夹（UTF-8 或 GB18030）", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写到哪里", show_default=False)],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="日期", help="事实登记到哪一天；SOURCE 没有 manifest.json 时必填")
    ] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="SOURCE 是模拟数据（没有 manifest.json 时）")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """把 CSV 事实逐行核对后转为 Parquet，并记下摘要。

    Convert facts from CSV to Parquet.
    """
    from innocity.packs.facts import convert_facts
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    if out.exists() and not overwrite:
        raise InnoCityError("E-FACTS-EXISTS", f"文件夹 {out} 已存在", remedy="换一个 OUT，或加 --overwrite")
    with screen.working("转换"):
        manifest = convert_facts(
            source, out, load_pack(city), as_of=day_of(as_of), simulated=simulated, overwrite=overwrite
        )
    rows = {name: entry.rows for name, entry in manifest.registers.items()}
    report: dict[str, Any] = {"city": manifest.city, "folder": str(out), "simulated": manifest.simulated,
                              "as_of": manifest.as_of, "hash": manifest.hash, "registers": rows}  # fmt: skip
    screen.show(report, lambda: _render(screen, report, then_settle(city, manifest.city, out)))


def _render(screen: Screen, report: dict[str, Any], then: str) -> None:
    screen.table(("登记簿", ">行"), ((name, f"{rows:,}") for name, rows in report["registers"].items()))
    screen.line(f"写出 {report['folder']}，摘要 {report['hash'][:12]}。", "green")
    screen.line(then)
