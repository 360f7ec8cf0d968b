"""`innocity settle`: a year of a city, for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import facts_folder, runs_folder
from innocity.cli.options import City, FactsFolder, Json, Overwrite, Settings, Year, day_of, settings_of
from innocity.cli.screen import ESTIMATE, SIMULATED, Screen
from innocity.cli.words import short, yuan
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.engines.rules.run import Outcome
    from innocity.packs.model import Pack

ASSUMPTIONS = ("ceilings",)
CLAUSES_SHOWN = 20


def settle(
    city: City,
    year: Year = None,
    facts: FactsFolder = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="结果文件夹；默认 var/<城市>/runs/<年度>-<摘要前8位>", show_default=False
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="日期", help="只用这一天之前登记的事实；默认取事实的截止日")
    ] = None,
    settings: Settings = None,
    assume: Annotated[
        list[str] | None, typer.Option("--assume", metavar="ceilings", help="假设上限都足额核定（只供设想）")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="先逐行核对事实与清单的摘要")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """测算一个年度：全市谁得多少、谁出、还差什么，写成一个可以重算的结果文件夹。

    Settle a fact year.
    """
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    if unknown := set(assume or ()) - set(ASSUMPTIONS):
        raise InnoCityError("E-USAGE", f"不认识 --assume {'、'.join(unknown)}", remedy="只有 --assume ceilings")
    pack = load_pack(city)
    outcome, folder = run(
        screen, pack, facts_folder(pack.city.id, facts), year or pack.city.default_year, out, verify=verify,
        overwrite=overwrite, as_of=day_of(as_of), overrides=settings_of(settings), assume_ceilings=bool(assume),
    )  # fmt: skip
    for warning in outcome.snapshot.warnings:
        screen.notice(f"{warning.code} {warning.message}")
    report = {**outcome.report, "folder": str(folder)}
    screen.show(report, lambda: _render(screen, pack, report, outcome))


def run(
    screen: Screen, pack: Pack, facts: Path, year: int, out: Path | None, *, verify: bool = False,
    overwrite: bool = False, **settings: Any,
) -> tuple[Outcome, Path]:  # fmt: skip
    """Settle and write a run; without `out` its folder is named by year and hash.

    A folder so named that holds the same result of the same inputs is written again; one that holds the
    same result of other inputs is E-RUN-EXISTS, as any existing `out` is unless `overwrite`.
    """
    from innocity.engines.rules.run import evaluate, read_run, write_run
    from innocity.engines.rules.snapshot import open_snapshot

    if out is not None and out.exists() and not overwrite:
        raise InnoCityError("E-RUN-EXISTS", f"结果文件夹 {out} 已存在", remedy="换一个 --out，或加 --overwrite")
    with screen.working("测算") as step:
        step("读事实")
        outcome = evaluate(pack, open_snapshot(facts, pack, verify=verify), year, progress=step, **settings)
        folder = out or runs_folder(pack.city.id) / f"{year}-{outcome.hash[:8]}"
        if out is None and folder.exists() and not overwrite:
            before = read_run(folder)
            same = ("hash", "pack", "snapshot", "overrides", "as_of", "assume_ceilings", "engine")
            if any(before.get(key) != outcome.report[key] for key in same):
                text = f"{folder} 里有结果相同、输入不同的一份"
                raise InnoCityError("E-RUN-EXISTS", text, remedy="用 --out 另起名字，或加 --overwrite")
        write_run(outcome, folder, step)
    return outcome, folder


def _render(screen: Screen, pack: Pack, report: dict[str, Any], outcome: Outcome) -> None:
    from innocity.engines.rules.run_files import unconfirmed_documents

    screen.line(f"{report['city_name']} {report['year']} 年度政策兑现测算（事实截至 {report['as_of']}）", "bold")
    if report["simulated"]:
        screen.line(SIMULATED, "yellow")
    render_totals(screen, report)
    for line in unconfirmed_documents(pack, report):
        screen.line(line, "yellow")
    render_clauses(screen, pack, report)
    render_money(screen, pack, report)
    screen.line()
    screen.line(f"结果：{report['folder']}（awards.xlsx 给人看，awards.parquet 给程序用）", "green")
    screen.line(
        f"城市包 {short(report['pack'])} · 事实 {short(report['snapshot']['hash'])} · 结果 {short(report['hash'])}"
        f" · 用时 {report['seconds']} 秒"
    )
    screen.line(ESTIMATE)


def render_totals(screen: Screen, report: dict[str, Any]) -> None:
    """What the run comes to, by status; the city's own share stands beside what all payers pay together."""
    from innocity.engines.rules.run_files import OWN_PAYER

    totals = report["totals"]
    screen.line()
    own = report["payers"].get(OWN_PAYER)
    share = "" if own is None else f"，其中市级财政 {yuan(own)} 元"
    screen.line(f"测算金额合计 {yuan(totals['payable'])} 元{share}，{totals['sum']:,} 笔。", "bold")
    screen.line(
        f"不计入合计：上限待核定 {totals['ceiling']:,} 笔、待评审 {totals['awaiting_decision']:,} 笔，"
        f"上限共 {yuan(totals['open'])} 元；文件没写标准的 {totals['awaiting_parameter']:,} 笔；"
        f"服务事项 {totals['in_kind']:,} 笔。"
    )
    screen.line(
        f"尚缺一项条件 {totals['near']:,} 笔；转人工 {totals['manual']:,} 笔；"
        f"因信用等情形排除 {totals['excluded']:,} 笔；不在有效期 {totals['not_in_force']:,} 笔。"
    )
    if report["unmatched_decisions"]:
        screen.line(
            f"有 {report['unmatched_decisions']} 条本年度的决定没有对应的事项，请核对条款、事项和对象。", "yellow"
        )
    if report["assume_ceilings"]:
        screen.line("假设上限都足额核定：合计含上限，只供设想。", "yellow")
    if report["overrides"]:
        screen.line("改动的参数：" + "；".join(f"{k}={v}" for k, v in report["overrides"].items()), "yellow")


def render_clauses(screen: Screen, pack: Pack, report: dict[str, Any], shown: int = CLAUSES_SHOWN) -> None:
    """Clauses with money, the largest first."""
    rows = [r for r in report["clauses"] if r["payable"] or r["open"]]
    table = (
        (pack.clauses[r["clause"]].name, r["clause"], f"{r['sum'] + r['ceiling'] + r['awaiting_decision']:,}",
         yuan(r["payable"]), yuan(r["open"]) if r["open"] else "")
        for r in rows[:shown]
    )  # fmt: skip
    screen.table(("条款", "编号", ">笔数", ">测算金额（元）", ">上限与待评审（元）"), table, "按条款")
    if len(rows) > shown:
        screen.line(f"另有 {len(rows) - shown} 条款有金额，见结果文件夹里的 awards.xlsx。")


def render_money(screen: Screen, pack: Pack, report: dict[str, Any]) -> None:
    """Who pays, and which pools were short."""
    payers = ((payer_name(pack, payer), yuan(fen)) for payer, fen in report["payers"].items())
    screen.table(("出资方", ">金额（元）"), payers, "谁出")
    pools = [
        (pack.pools[p["pool"]].name or p["pool"], yuan(p["asked"]), yuan(p["available"]),
         "不足，按规则分配" if p["asked"] > p["available"] else "足够")
        for p in report["pools"]
    ]  # fmt: skip
    if pools:
        screen.table(("资金池", ">申请（元）", ">可用（元）", ""), pools, "资金池")


def payer_name(pack: Pack, payer: str) -> str:
    """The Chinese name of a payer."""
    known = pack.payers.get(payer)
    return known.name if known else payer
