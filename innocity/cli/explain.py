"""`innocity explain`: what one party gets, why, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import facts_folder, latest_run, run_folder
from innocity.cli.options import City, FactsFolder, Json, RunFolder, Year
from innocity.cli.screen import ESTIMATE, SIMULATED, Screen
from innocity.cli.settle import payer_name
from innocity.core.errors import InnoCityError
from innocity.core.money import format_money

if TYPE_CHECKING:
    from innocity.engines.rules.explain import Explainer
    from innocity.packs.model import Pack

MONEY = ("sum", "ceiling", "awaiting_decision", "manual", "excluded")


def explain(
    city: City,
    party: Annotated[
        str, typer.Argument(metavar="PARTY", help="对象：登记编号、统一社会信用代码或名称", show_default=False)
    ],
    year: Year = None,
    facts: FactsFolder = None,
    run: RunFolder = None,
    every: Annotated[bool, typer.Option("--all", help="列出全部服务事项和只有意向的支持")] = False,
    as_json: Json = False,
) -> None:
    """解释一个对象：得多少、为什么、依据哪一条、谁出、还差什么。

    Explain one party.
    """
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    with screen.working("解释") as step:
        explainer, folder = open_explainer(screen, pack, year, facts, run, step)
        report = explainer.explain(explainer.party_of(party), folder)
    screen.show(report, lambda: render(screen, explainer.plan.pack, report, every))


def open_explainer(
    screen: Screen, pack: Pack, year: int | None, facts: Path | None, run: Path | None,
    step: Callable[[str], None] = lambda step: None,
) -> tuple[Explainer, Path | None]:  # fmt: skip
    """An explainer of a run (the one given, else the latest), or of facts alone where there is no run.

    `step` is told what is under way where the facts have no index yet.
    """
    from innocity.engines.rules.compile import compile_rules
    from innocity.engines.rules.explain import Explainer
    from innocity.engines.rules.past import open_run
    from innocity.engines.rules.snapshot import open_snapshot

    found = run or (None if facts else latest_run(pack.city.id, year))
    if found is None:
        snapshot = open_snapshot(facts_folder(pack.city.id, facts), pack)
        screen.notice("没有用到结果文件夹：择一已算，资金池和全市范围的先后没有算；先运行 innocity settle 可得全貌。")
        plan = compile_rules(pack, year or pack.city.default_year, snapshot.as_of, simulated=snapshot.simulated)
        return Explainer(plan, snapshot, indexing(step)), None
    past = open_run(run_folder(pack.city.id, found), pack)
    if year is not None and past.plan.year != year:
        raise InnoCityError("E-USAGE", f"结果 {found} 是 {past.plan.year} 年度的", remedy="改 --year 或 --run")
    if past.changed:
        screen.notice("城市包在算出这份结果之后改过；按当时的条款解释。")
    return Explainer(past.plan, past.snapshot(facts), indexing(step)), found


def indexing(step: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """Tells that an index is built, which is done once for each state of the facts."""

    def tell(register: str, done: int, whole: int) -> None:
        step(f"第一次查这份事实，先建索引（只做一次）：{done + 1}/{whole} {register}")

    return tell


def render(screen: Screen, pack: Pack, report: dict[str, Any], every: bool = False) -> None:
    """The report as an officer reads it."""
    name = f"{report['name']}（{report['party']}）" if report["name"] else report["party"]
    screen.line(f"{name}  {report['year']} 年度，事实截至 {report['as_of']}", "bold")
    if report["simulated"]:
        screen.line(SIMULATED, "yellow")
    items = report["items"]
    sums = [i for i in items if i["status"] == "sum"]
    screen.line(f"测算合计 {format_money(report['total'])}（{len(sums)} 项）", "bold green")
    for number, item in enumerate((i for i in items if i["status"] in MONEY), 1):
        _item(screen, pack, number, item)
    _near(screen, [i for i in items if i["status"] == "near"])
    _open(screen, [i for i in items if i["status"] == "awaiting_parameter"], every)
    _services(screen, [i for i in items if i["status"] == "in_kind"], report["open_to_all"], every)
    lapsed = [i["name"] for i in items if i["status"] == "not_in_force"]
    if lapsed:
        screen.title("条款不在有效期")
        screen.line("  " + "、".join(dict.fromkeys(lapsed)))
    screen.line()
    screen.line(ESTIMATE)


def _item(screen: Screen, pack: Pack, number: int, item: dict[str, Any]) -> None:
    """One award: sum, article, steps, cuts, payers, call, caveats."""
    fen = item["payable"] if item["status"] == "sum" else item["fen"]
    amount = format_money(fen) if fen is not None else item["amount"]
    counted = f"（{item['counted_on']} 计入）" if item["counted_on"] else ""
    screen.line()
    screen.line(f"{number} {item['name']}  {amount}  {item['status_name']}{counted}", "bold")
    for label, text in _lines(pack, item):
        screen.line(f"   {label}：{text}")


def _lines(pack: Pack, item: dict[str, Any]) -> Iterable[tuple[str, str]]:
    yield "依据", f"{item['article']}（{item['clause']}）"
    if item["fen"] is not None:
        yield "标准", item["amount"]
    if item["steps"]:
        yield "怎么算", "；".join(f"{s['text']}{' ← 起作用' if s['bound'] else ''}" for s in item["steps"])
    if item["decided"] is not None:
        yield "核定", format_money(item["decided"])
    yield from (("扣减", cut) for cut in item["cuts"])
    if item["payers"]:
        yield "谁出", "，".join(f"{payer_name(pack, p)} {format_money(fen)}" for p, fen in item["payers"].items())
    if item["parts"]:
        yield "分给", "，".join(f"{to} {format_money(fen)}" for to, fen in item["parts"].items())
    if item["others"]:
        others = (f"{payer_name(pack, p)} {format_money(fen)}" for p, fen in item["others"].items())
        yield "另由他方出", "，".join(others)
    yield from _reasons(pack, item)


def _reasons(pack: Pack, item: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Why it is not simply due, under which call, and what to keep in mind."""
    if item["excluded_by"]:
        yield "排除", item["excluded_by"]
    if item["manual"]:
        yield "转人工", item["manual"]
    if item["gate"] and item["status"] == "awaiting_decision":
        yield "等决定", item["gate"]
    call = item["call"]
    if call:
        contact = call["contact"] or {}
        unit = pack.units.get(contact.get("unit") or "")
        yield "申报", f"{call['name']}，{call['opens']} 至 {call['closes']}" + (f"，{unit.name}" if unit else "")
    if item["materials"]:
        yield "材料", "、".join(item["materials"])
    if item["delivery"] == "automatic":
        yield "兑现", "免申即享"
    if item["stacks"]:
        yield "叠加", item["stacks"]
    if item["reading"]:
        yield "读法", item["reading"]
    if item["caveats"]:
        yield "注意", "；".join(item["caveats"])


def _near(screen: Screen, items: list[dict[str, Any]]) -> None:
    if not items:
        return
    screen.title("尚缺条件")
    for item in items:
        screen.line(f"  {item['name']}（{item['amount']}）：{lacking(item['near'])}")
        screen.line(f"     依据：{item['article']}（{item['clause']}）")


def lacking(near: dict[str, Any]) -> str:
    """What a near miss has, needs and lacks.

    >>> lacking({"says": "营业收入", "have": "450万元", "need": "500万元", "gap": "50万元", "unit": "fen"})
    '营业收入：现有 450万元，需要 500万元，差 50万元'
    """
    if near["gap"] is None:
        return str(near["says"])
    return f"{near['says']}：现有 {near['have']}，需要 {near['need']}，差 {near['gap']}"


def _open(screen: Screen, items: list[dict[str, Any]], every: bool) -> None:
    """Support without a standard: which parameter is missing, who must decide."""
    if not items:
        return
    screen.title(f"符合条件但文件没写标准（{len(items)} 项，不猜金额）")
    if not every:
        screen.line("  " + "、".join(dict.fromkeys(i["name"] for i in items)))
        return
    for item in items:
        missing = f"；缺：{'、'.join(item['missing'])}" if item["missing"] else ""
        screen.line(f"  {item['name']}：{item['amount']}{missing}  {item['article']}")


def _services(screen: Screen, own: list[dict[str, Any]], open_to_all: list[dict[str, Any]], every: bool) -> None:
    """Services for this party, then those open to a whole class."""
    if own:
        screen.title("可享服务")
        for item in own:
            screen.line(f"  {item['name']}：{item['amount']}  {item['article']}")
    if open_to_all and every:
        screen.title("面向一类对象的服务与支持（是否适用请看对象）")
        for item in open_to_all:
            screen.line(f"  {item['name']}（{item['who']}）：{item['what']}  {item['article']}")
    elif open_to_all:
        screen.line()
        screen.line(f"另有 {len(open_to_all)} 项面向一类对象的服务与支持，加 --all 列出。")
