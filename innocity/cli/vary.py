"""`innocity reform --vary`: what each value of some parameters would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from innocity.cli.screen import ESTIMATE, SIMULATED, Screen
from innocity.cli.words import change, million, yuan
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.packs.model import Pack


def values_of(texts: list[str] | None, budget: str | None = None, save: str | None = None) -> dict[str, list[str]]:
    """`["a.b=1%,2%"]` as values by parameter. Error: E-USAGE, also for a budget without values, or values to be saved.

    >>> values_of(["hnte_reward.first=20万元,30万元", "c.rate=5%，6%"])
    {'hnte_reward.first': ['20万元', '30万元'], 'c.rate': ['5%', '6%']}
    """
    found: dict[str, list[str]] = {}
    for text in texts or []:
        key, _, listed = text.partition("=")
        values = [value.strip() for value in listed.replace("，", ",").split(",") if value.strip()]
        if "." not in key or not values:
            raise InnoCityError("E-USAGE", f"看不懂 --vary {text}", remedy="写成 --vary 条款.参数=值,值,值")
        found.setdefault(key.strip(), []).extend(values)
    if (budget and not found) or (save and found):
        wrong = "--vary 的结果不存为方案" if save else "--budget 与 --vary 一起用"
        raise InnoCityError("E-USAGE", wrong, remedy="去掉 --save，或加上 --vary 条款.参数=值,值")
    return found


def render_variants(screen: Screen, pack: Pack, report: dict[str, Any]) -> None:
    """A row a combination of values, those within the budget marked, and the dearest of them named."""
    screen.line(f"方案比选（{report['year']} 年度）：现行合计 {yuan(report['current']['payable'])} 元", "bold")
    if report["simulated"]:
        screen.line(SIMULATED, "yellow")
    budget, variants = report["budget"], report["variants"]
    names = list(variants[0]["settings"])
    headings = (
        *names,
        ">测算合计（元）",
        ">比现行（元）",
        "变化最大的条款",
        *(["预算内"] if budget is not None else []),
    )
    rows = (
        (*one["settings"].values(), yuan(one["payable"]), change(one["more"]), _most(pack, one),
         *(["是" if one["within"] else "超"] if budget is not None else []))
        for one in variants
    )  # fmt: skip
    screen.table(headings, rows, "")
    if budget is not None:
        screen.line(_best(budget, variants))
    screen.line(ESTIMATE)


def _most(pack: Pack, variant: dict[str, Any]) -> str:
    """The clause that changes most, with what it changes by."""
    for name, one in variant["clauses"].items():
        known = pack.clauses.get(name)
        return f"{known.name if known else name} {change(one['more'])}"
    return "没有变化"


def _best(budget: int, variants: list[dict[str, Any]]) -> str:
    """The combination that comes closest to the budget from below."""
    within = [one for one in variants if one["within"]]
    if not within:
        return f"没有一个方案在预算 {million(budget)} 以内。"
    best = max(within, key=lambda one: one["payable"])
    chosen = "；".join(f"{name}={value}" for name, value in best["settings"].items())
    return f"预算 {million(budget)} 以内，用得最足的是 {chosen}，合计 {million(best['payable'])}。"
