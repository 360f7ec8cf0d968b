"""One indicator in detail: definition, targets with their lights, history, registers beside, parts, forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from innocity.cli.screen import SIMULATED, Screen
from innocity.core.measures import format_value

if TYPE_CHECKING:
    from innocity.actions.figures import CityFigures
    from innocity.engines.indicators.model import Board
    from innocity.packs.model import Indicator, Pack


def detail(pack: Pack, board: Board, names: set[str], asked: str, figures: CityFigures) -> dict[str, Any]:
    """Everything about one indicator, as data."""
    from innocity.cli.indicators import forecast_of
    from innocity.engines.indicators.figures import from_pack
    from innocity.engines.indicators.listing import lines_of
    from innocity.engines.indicators.phrases import value_text
    from innocity.engines.indicators.words import beside

    indicator = pack.indicators[next(iter(names))]
    standings = [one for one in board.of_indicator(indicator.id) if asked not in pack.targets or one.target.id == asked]
    every = [*from_pack(pack), *figures.recorded]
    history = [one for one in every if one.indicator == indicator.id and one.known_by(board.known_on)]
    marked = {one.key() for one in board.figures if one.confirmed}
    return {
        "city": board.city, "as_of": board.as_of, "known_on": board.known_on,
        "lines": [{**one.as_dict(), "scope_name": one.scope_name} for one in lines_of(pack, board, indicator)],
        "indicator": {**indicator.model_dump(mode="python", exclude={"formula"}), "defined": _definition(indicator)},
        "standings": [
            {**one.as_dict(), "beside": beside(one), "forecast": forecast_of(one, board)} for one in standings
        ],
        "history": [
            {**one.as_dict(), "shown": value_text(one, indicator),
             "when": one.when(), "confirmed": one.confirmed or one.key() in marked}
            for one in sorted(history, key=lambda one: one.order)
        ],
        "parts": _parts(pack, board, indicator),
        "tasks": {one: pack.tasks[one].title for standing in standings for one in standing.tasks},
        "clauses": {one: pack.clauses[one].name for standing in standings for one in standing.clauses
                    if one in pack.clauses},
    }  # fmt: skip


def _definition(indicator: Indicator) -> str:
    from innocity.engines.indicators.words import indicator_line

    return indicator_line(indicator)


def _parts(pack: Pack, board: Board, indicator: Indicator) -> dict[str, Any]:
    """By division and by zone, each by itself."""
    from innocity.engines.indicators.breakdown import breakdown

    computed = board.computed.get((indicator.id, indicator.scope))
    found: dict[str, Any] = {}
    for by in ("division", "zone"):
        if by not in indicator.breakdowns:
            continue
        parts = breakdown(pack, indicator, by, board.figures, computed)
        if any(part.observed or part.computed is not None for part in parts):
            found[by] = [
                {"id": part.id, "name": part.name, "observed": part.observed.as_dict() if part.observed else None,
                 "computed": format_value(part.computed) if part.computed is not None else None}
                for part in parts
            ]  # fmt: skip
    return found


def show_detail(screen: Screen, report: dict[str, Any]) -> None:
    """The same for people."""
    indicator = report["indicator"]
    screen.line(f"{indicator['name']}（{indicator['id']}）　截至 {report['as_of']}", "bold")
    screen.line(indicator["defined"])
    if indicator["note"]:
        screen.line(f"说明：{indicator['note']}")
    _show_lines(screen, report)
    for one in report["standings"]:
        screen.title(f"{one['label']}　{one['target']}（{one['document']}）")
        for text in (one["why"], one["next"], one["beside"], one["forecast"]["says"]):
            if text:
                screen.line(text)
    if report["history"]:
        rows = ((h["when"], h["scope"], h["shown"], h["observed_on"] or "", h["source"],
                 _marks(h), h["note"] or "") for h in report["history"])  # fmt: skip
        screen.table(("时期", "范围", "数", "取数日期", "来源", "标记", "说明"), rows, "历次数据（更正前后都在）")
    _show_parts(screen, report)
    for title, key in (("推动它的任务", "tasks"), ("推动它的条款", "clauses")):
        if report[key]:
            screen.title(title)
            screen.line("、".join(f"{name}（{one}）" for one, name in report[key].items()))


def _show_lines(screen: Screen, report: dict[str, Any]) -> None:
    """What the registers give, where no target's light tells it."""
    from innocity.cli.indicator_table import DIFFERENT, beside_line

    told = {one["scope"] for one in report["standings"] if one["beside"]}
    for one in report["lines"]:
        if one["computed"] and one["scope"] not in told:
            screen.line(beside_line(one))
            if one["computed"]["simulated"]:
                screen.line(SIMULATED, "yellow")
    if not report["standings"]:
        screen.line(DIFFERENT)


def _marks(row: dict[str, Any]) -> str:
    marks = ["模拟"] if row["simulated"] else []
    marks += [f"{row['as_said_on']}说的“目前”"] if row["as_said_on"] else []
    return "、".join([*marks, "已确认" if row["confirmed"] else "未确认"])


def _show_parts(screen: Screen, report: dict[str, Any]) -> None:
    names = {"division": "按区市", "zone": "按功能区"}
    for by, parts in report["parts"].items():
        rows = ((p["name"], f"{p['observed']['value']}（{p['observed']['period']}）" if p["observed"] else "—",
                 p["computed"] or "—") for p in parts)  # fmt: skip
        screen.table(("地方", ">观测", ">登记簿"), rows, f"{names[by]}（各地之间、区市与功能区之间都不相加）")
    simulated = any(one["computed"] and one["computed"]["simulated"] for one in report["standings"])
    if report["parts"] and simulated:
        screen.line(SIMULATED, "yellow")
