"""`innocity rosters`: lists read off the registers, with totals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from innocity.cli.folders import facts_folder
from innocity.cli.options import City, FactsFolder, Json, day_of
from innocity.cli.screen import SIMULATED, Screen

if TYPE_CHECKING:
    from innocity.engines.rosters.model import RosterView, Totals
    from innocity.packs.model import Pack

_MARK = {True: "●", False: ""}


def rosters(
    city: City,
    only: Annotated[str | None, typer.Option("--only", metavar="X", help="看一份名录：编号")] = None,
    facts: FactsFolder = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截至哪一天；默认事实的日期")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="行", min=0, help="最多列出多少行")] = 50,
    as_json: Json = False,
) -> None:
    """名录：从登记簿列出有谁，按区市、产业或类别合计，空着的也看得出。

    Lists read off the registers, with totals that show gaps.
    """
    from innocity.engines.rosters.plan import find_roster
    from innocity.engines.rosters.read import read_roster
    from innocity.packs.facts import read_manifest
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    if only is None:
        screen.show(_list(pack), lambda: _show_list(screen, pack))
        return
    roster = find_roster(pack, only)
    folder = facts_folder(pack.city.id, facts)
    manifest = read_manifest(folder)
    day: date = day_of(as_of) or manifest.as_of
    view = read_roster(pack, roster, folder, day, limit=None if as_json else limit)
    report = {"city": pack.city.id, "as_of": day, "simulated": manifest.simulated, **view.as_dict()}
    screen.show(report, lambda: _show(screen, view, day, manifest.simulated))


def _list(pack: Pack) -> dict[str, object]:
    found = [{"id": one.id, "name": one.name, "register": one.register_, "about": one.about}
             for one in pack.rosters.values()]  # fmt: skip
    return {"city": pack.city.id, "rosters": found}


def _show_list(screen: Screen, pack: Pack) -> None:
    rows = [(one.name, one.id, pack.registers[one.register_].name, one.about or "") for one in pack.rosters.values()]
    screen.table(("名录", "编号", "登记簿", "看什么"), rows, f"{pack.city.name}　名录 {len(rows)} 份")


def _show(screen: Screen, view: RosterView, day: date, simulated: bool) -> None:
    screen.title(f"{view.roster.name}　截至 {day}　共 {view.count:,} 行")
    if simulated:
        screen.line(SIMULATED, "yellow")
    if view.roster.about:
        screen.line(view.roster.about)
    if view.fund is not None:
        from innocity.core.money import format_money

        fund = view.fund
        screen.line(f"{fund.name}：安排{format_money(fund.planned)}，已用{format_money(fund.used)}，"
                    f"可用{format_money(fund.left)}，利用率{float(fund.rate):.1%}")  # fmt: skip
    for table in view.tables:
        _show_totals(screen, table)
    heads = [(">" if column.number else "") + column.name for column in view.columns]
    screen.table(("对象", *heads), [(row.name, *row.words) for row in view.rows])
    if len(view.rows) < view.count:
        screen.line(f"只列出 {len(view.rows)} 行（--limit）。")


def _show_totals(screen: Screen, table: Totals) -> None:
    from innocity.engines.rosters.model import sum_word

    heads = ("", *(">" + column.name for column in table.columns), "")
    rows = [
        (one.name, *(sum_word(column, value) for column, value in zip(table.columns, one.values, strict=True)),
         "空着" if one.empty else _MARK[one.marked])
        for one in table.lines
    ]  # fmt: skip
    screen.table(heads, rows, table.name)
    if table.above is not None:
        screen.line(f"●：{table.columns[0].name}超过{table.above:,}。")
