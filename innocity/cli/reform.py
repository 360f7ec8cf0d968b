"""`innocity reform`: what a change would cost, and who would win or lose."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR, facts_folder, latest_run, run_folder
from innocity.cli.options import City, FactsFolder, Json, Overwrite, RunFolder, Settings, Year, day_of, settings_of
from innocity.cli.screen import ESTIMATE, SIMULATED, Screen
from innocity.cli.settle import payer_name
from innocity.cli.vary import render_variants, values_of
from innocity.cli.words import change, yuan
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money

if TYPE_CHECKING:
    from innocity.actions.try_reform import Basis
    from innocity.engines.rules.reform import Overlay
    from innocity.packs.model import Pack

OUTSIDE = "未登记"
BREAKDOWNS = {"division": "按区市（统计地）", "zone": "按功能区（与区市重叠，不可相加）", "size": "按企业规模",
              "industry": "按行业", "chain": "按产业链"}  # fmt: skip


def reform(
    city: City,
    overlay: Annotated[
        Path | None,
        typer.Argument(metavar="[OVERLAY.yaml]", help="改动文件：参数、条款、择一组、资金池", show_default=False),
    ] = None,
    settings: Settings = None,
    run: RunFolder = None,
    year: Year = None,
    facts: FactsFolder = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="只用这一天之前登记的事实")] = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="存为 var/<城市>/reforms/<NAME>.json")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="A.B=V,V", help="方案比选：一个参数的几个取值，可多次", show_default=False),
    ] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="金额", help="方案比选的预算，如 2亿元", show_default=False)
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """政策测算：改一个参数或条款，看多花多少、谁得谁失。

    没有说 --facts 时，用结果（--run，默认最新一份）的事实、年度和日期。
    用 --vary 一次比较一个或几个参数的多个取值各要多少钱：--vary hnte_reward.first=10万元,20万元,30万元

    Try a reform, or compare the values of a parameter.
    """
    from innocity.actions.try_reform import write_json
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    values = values_of(vary, budget, save)
    basis = basis_of(screen, pack, run, facts, year, day_of(as_of))
    if values:
        return varied(screen, pack, overlay, settings, values, basis, parse_money(budget) if budget else None)
    target = saved(pack.city.id, save, overwrite) if save else None
    wanted = overlay_of(overlay, settings_of(settings), save)
    report = compare(screen, pack, wanted, basis)
    if target is not None:
        write_json(target, report)
    screen.show(report, lambda: _render(screen, pack, report))
    if target is not None:
        screen.notice(f"存为 {target}")


def varied(
    screen: Screen, pack: Pack, path: Path | None, settings: list[str] | None, values: dict[str, list[str]],
    basis: Basis, budget: int | None,
) -> None:  # fmt: skip
    """Show what each combination of values comes to, all else changed as the file and `--set` say."""
    from innocity.actions.vary_reform import vary_reform
    from innocity.engines.rules.reform import Overlay

    wanted = overlay_of(path, settings_of(settings)) if path or settings else Overlay()
    with screen.working("方案比选") as step:
        report = vary_reform(pack, wanted, values, basis, budget, step)
    screen.show(report, lambda: render_variants(screen, pack, report))


def overlay_of(path: Path | None, settings: dict[str, str], name: str | None = None) -> Overlay:
    """The overlay of a file, with the settings of the command line on top. Errors: E-USAGE, E-OVERLAY."""
    from innocity.engines.rules.reform import Overlay, read_overlay

    if path is None and not settings:
        raise InnoCityError("E-USAGE", "没有说改什么", remedy="给出 --set 条款.参数=值，或一个改动文件 OVERLAY.yaml")
    overlay = read_overlay(path) if path else Overlay()
    label = overlay.name or name or "；".join(f"{k}={v}" for k, v in settings.items()) or (path.stem if path else "")
    return overlay.model_copy(update={"set": {**overlay.set, **settings}, "name": label})


def basis_of(
    screen: Screen, pack: Pack, run: Path | None, facts: Path | None, year: int | None, as_of: date | None
) -> Basis:
    """The run given, else the latest (of the year, if one is given) unless facts are named.

    Without any run: the city's facts and default year. Errors: E-RUN-FOLDER, E-FACTS-FOLDER, E-USAGE.
    """
    from innocity.actions.try_reform import Basis
    from innocity.engines.rules.run import read_run

    found = run or (None if facts else latest_run(pack.city.id, year))
    if found is None:
        return Basis(facts_folder(pack.city.id, facts), year or pack.city.default_year, as_of)
    report = read_run(run_folder(pack.city.id, found))
    if report["city"] != pack.city.id:
        raise InnoCityError("E-USAGE", f"结果 {found} 是 {report['city']} 的", remedy="改 --run 或城市")
    if year is not None and year != report["year"]:
        raise InnoCityError("E-USAGE", f"结果 {found} 是 {report['year']} 年度的", remedy="改 --year 或 --run")
    if report["overrides"]:
        settings = "；".join(f"{k}={v}" for k, v in report["overrides"].items())
        screen.notice(f"结果 {found} 改过参数（{settings}）；“现行”带着这些改动。")
    if report["pack"] != pack.hash:
        screen.notice("城市包在算出这份结果之后改过；“现行”按今天的条款。")
    place = facts_folder(pack.city.id, facts or (found / report["facts"]).resolve())
    day = as_of or date.fromisoformat(report["as_of"])
    settled = {"settings": report["overrides"], "ceilings": report["assume_ceilings"]}
    return Basis(place, report["year"], day, found, report["snapshot"]["hash"], **settled)


def compare(screen: Screen, pack: Pack, overlay: Overlay, basis: Basis) -> dict[str, Any]:
    """Before and after, as the steps are shown. Errors: those of `innocity.actions.try_reform.try_reform`."""
    from innocity.actions.try_reform import try_reform

    with screen.working("政策测算") as step:
        return try_reform(pack, overlay, basis, step)


def saved(city: str, name: str, overwrite: bool) -> Path:
    """Where a reform is saved. Errors: E-USAGE for a name that is no file name, E-RUN-EXISTS."""
    if Path(name).name != name or name.startswith("."):
        raise InnoCityError("E-USAGE", f"“{name}”不能用作文件名", remedy="只写名字，不带路径")
    path = VAR / city / "reforms" / f"{name}.json"
    if path.exists() and not overwrite:
        raise InnoCityError("E-RUN-EXISTS", f"{path} 已存在", remedy="换一个 --save，或加 --overwrite")
    return path


def _render(screen: Screen, pack: Pack, report: dict[str, Any]) -> None:
    render_change(screen, pack, report)
    render_parties(screen, report)
    for name, rows in report["distribution"].items():
        shown = [r for r in rows if r["winners"] or r["losers"]] or rows[:3]
        table = (
            (_place(name, r), yuan(r["before"]), yuan(r["after"]), change(r["after"] - r["before"]),
             f"{r['winners']:,}", f"{r['losers']:,}")
            for r in shown[:12]
        )  # fmt: skip
        head = ("", ">现行（元）", ">改后（元）", ">增减（元）", ">得（个）", ">失（个）")
        screen.table(head, table, BREAKDOWNS.get(name, name))
        if left := len(rows) - len(shown[:12]):
            screen.line(f"另有 {left} 类没有列出：没有增减，或增减较小。")
    screen.line()
    screen.line(ESTIMATE)


def _place(name: str, row: dict[str, Any]) -> str:
    """Those without a zone are not unregistered: most firms lie outside the zones."""
    return "不在功能区或未登记" if name == "zone" and row["key"] == OUTSIDE else str(row["name"])


def render_change(screen: Screen, pack: Pack, report: dict[str, Any]) -> None:
    """Totals, clauses and payers before and after."""
    before, after = report["before"], report["after"]
    screen.line(f"政策测算：{report['name']}（{report['year']} 年度）", "bold")
    if report["simulated"]:
        screen.line(SIMULATED, "yellow")
    more, open_more = (after[key] - before[key] for key in ("payable", "open"))
    screen.line(
        f"测算合计 {yuan(before['payable'])} 元 → {yuan(after['payable'])} 元，{change(more)} 元；"
        f"上限与待评审 {change(open_more)} 元。",
        "bold",
    )
    rows = (
        (pack.clauses[r["clause"]].name if r["clause"] in pack.clauses else r["clause"],
         yuan(r["payable_before"]), yuan(r["payable_after"]),
         change(r["payable_after"] - r["payable_before"]), change(r["open_after"] - r["open_before"]))
        for r in report["clauses"]
    )  # fmt: skip
    if report["clauses"]:
        headings = ("条款", ">现行（元）", ">改后（元）", ">增减（元）", ">上限与待评审增减（元）")
        screen.table(headings, rows, "有变化的条款")
    payers = (
        (payer_name(pack, r["payer"]), yuan(r["before"]), yuan(r["after"]), change(r["after"] - r["before"]))
        for r in report["payers"]
    )
    screen.table(("出资方", ">现行（元）", ">改后（元）", ">增减（元）"), payers, "谁出")


def render_parties(screen: Screen, report: dict[str, Any], shown: int = 5) -> None:
    """Winners and losers."""
    screen.title("谁得谁失")
    screen.line(
        f"增加 {report['winners']:,} 个对象，共 {yuan(report['gained'])} 元；减少 {report['losers']:,} 个，"
        f"共 {yuan(report['lost'])} 元；不变 {report['unchanged']:,} 个。"
    )
    for label, rows in (("增加最多", report["most_gained"]), ("减少最多", report["most_lost"])):
        if rows:
            table = (
                (f"{r['name']}（{r['party']}）" if r["name"] else r["party"], yuan(r["before"]), yuan(r["after"]),
                 change(r["after"] - r["before"]))
                for r in rows[:shown]
            )  # fmt: skip
            screen.table((label, ">现行（元）", ">改后（元）", ">增减（元）"), table)
