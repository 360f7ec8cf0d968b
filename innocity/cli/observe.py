"""`innocity observe`: record what an indicator is, one value or a file; confirm a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError


def observe(
    city: City,
    indicator: Annotated[str | None, typer.Option("--indicator", metavar="ID", help="指标的编号或名称")] = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="时期", help="2023、2023H1、2023Q3、2023-09 或 2023-09-30")
    ] = None,
    value: Annotated[str | None, typer.Option("--value", metavar="数", help="不带单位的数，如 1480")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="单位", help="计量单位；默认用指标的")] = None,
    scope: Annotated[str | None, typer.Option("--scope", metavar="范围", help="区市或功能区；默认全市")] = None,
    approx: Annotated[str | None, typer.Option("--approx", metavar="约", help="余、多、超过、近、以上、不足")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="单位", help="报数单位；只有一个责任单位时可省")] = None,
    observed_on: Annotated[str | None, typer.Option("--on", metavar="日期", help="取数日期；默认今天")] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", metavar="材料", help="佐证材料的名称或编号")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明；更正时必须写理由")] = None,
    revise: Annotated[bool, typer.Option("--revise", help="更正以前的数；原数保留")] = False,
    simulated: Annotated[bool, typer.Option("--simulated", help="这是模拟数据：只供演示，不亮灯，不能确认")] = False,
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="确认人", help="不登记新数，由此人确认现行的数")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="F", help="一次登记一张表：.csv 或 .xlsx")] = None,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="登记数据的文件夹")] = VAR,
    as_json: Json = False,
) -> None:
    """登记指标数据：一个数，或一张表；也用来确认数据。

    Record or confirm observed figures.
    """
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    given = {
        "indicator": indicator, "period": period, "value": value, "unit": unit, "scope": scope, "approx": approx,
        "party_id": by, "observed_on": observed_on, "evidence": evidence, "note": note,
        "revises": "是" if revise else None, "simulated": "true" if simulated else None,
    }  # fmt: skip
    if file is not None:
        _only_file(given, confirm)
        report = _from_file(pack, file, var)
    else:
        _complete(given)
        report = _confirmed(pack, given, confirm, var) if confirm is not None else _recorded(pack, given, var)
    screen.show(report, lambda: render(screen, report))


def _only_file(given: dict[str, str | None], confirm: str | None) -> None:
    extra = [name for name, text in given.items() if text is not None] + (["confirm"] if confirm is not None else [])
    if extra:
        raise InnoCityError("E-USAGE", "--file 不和其他选项同用", None, "把各项写进表里的列")


def _complete(given: dict[str, str | None]) -> None:
    missing = [f"--{name}" for name in ("indicator", "period", "value") if given[name] is None]
    if missing:
        remedy = "例：innocity observe weihai --indicator hnte_count --period 2023 --value 1480 --by 市科技局"
        raise InnoCityError("E-USAGE", f"缺少 {'、'.join(missing)}", None, remedy)


def _recorded(pack: Any, given: dict[str, str | None], var: Path) -> dict[str, Any]:
    from innocity.actions.observe import observe as record

    return _report(pack, "recorded", record(pack, [given], var), var)


def _from_file(pack: Any, file: Path, var: Path) -> dict[str, Any]:
    from innocity.actions.observe import observe as record
    from innocity.actions.observe import read_file

    rows, places = read_file(pack, file)
    return _report(pack, "recorded", record(pack, rows, var, places=places), var)


def _confirmed(pack: Any, given: dict[str, str | None], by: str, var: Path) -> dict[str, Any]:
    from innocity.actions.confirm_figure import confirm_figure

    row = confirm_figure(
        pack, given["indicator"] or "", given["period"] or "", given["value"] or "", by, unit=given["unit"],
        scope=given["scope"], party=given["party_id"] or "", note=given["note"], approx=given["approx"], var=var,
    )  # fmt: skip
    return _report(pack, "confirmed", [row], var)


def _report(pack: Any, what: str, rows: list[Any], var: Path) -> dict[str, Any]:
    from innocity.actions.ledger import ledger

    named = [{**row.values, "name": pack.indicators[row["indicator"]].name, "line": row.line} for row in rows]
    register = "observation" if what == "recorded" else "figure_confirmation"
    return {"city": pack.city.id, what: named, "file": ledger(pack, register, var).shown if rows else None}


def render(screen: Screen, report: dict[str, Any]) -> None:
    """One line a row."""
    for what, word in (("recorded", "已登记"), ("confirmed", "已确认")):
        for row in report.get(what, ()):
            fake = "（模拟数据，不亮灯）" if row.get("simulated") else ""
            text = f"{word}：{row['name']} {row['period']} {row['value']}{row['unit'] or ''}{fake}　{row['fact_id']}"
            screen.line(text)
    if report["file"]:
        screen.line(f"存在 {report['file']}", "dim")
