"""`innocity indicators`: the light board of a city's targets, one indicator in detail, forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, FactsFolder, Json, KnownOn, day_of
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.engines.indicators.model import Board, Standing
    from innocity.packs.model import Pack

_STYLES = {"alert": "red", "watch": "dark_orange", "near": "yellow", "met": "green"}
_ORDER = ("alert", "watch", "near", "not_reported", "not_due", "met", "not_assessable")


def indicators(
    city: City,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="看到哪一天；默认取城市的日期")] = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="ID", help="只看一个指标（编号或名称）或一个目标，列出全部细节")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="无法判定的和与其他文件重复的目标也逐个列出")] = False,
    table: Annotated[
        bool, typer.Option("--table", help="列出全部指标（没有目标的也在内）：最新的数、登记簿算得的数、相差多少")
    ] = False,
    forecast: Annotated[bool, typer.Option("--forecast", help="对有足够数据的目标作预测（只供预警参考）")] = False,
    known_on: KnownOn = None,
    facts: FactsFolder = None,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="登记数据的文件夹")] = VAR,
    as_json: Json = False,
) -> None:
    """指标亮灯：每个目标到这一天该到哪里、实际在哪里、还需要什么。

    The light board of a city's targets.
    """
    from innocity.actions.figures import city_board, city_figures, computed_values, facts_of
    from innocity.engines.indicators.board import default_date
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    day = day_of(as_of) or default_date(pack)
    names = _named(pack, only) if only else None
    faults = ErrorList()
    folder, figures, by = facts_of(pack, var, facts), city_figures(pack, var, faults), day_of(known_on)
    screen.left_out(faults)
    computed = computed_values(pack, folder, day, var, names, figures, by) if folder else {}
    board = city_board(pack, day, var, computed, by, figures)
    if names:
        from innocity.cli.indicator_detail import detail, show_detail

        report = detail(pack, board, names, only or "", figures)
        screen.show(report, lambda: show_detail(screen, report))
        return
    report = board.as_dict()
    if table:
        from innocity.cli.indicator_table import lines_data, show_lines

        report["indicators"] = lines_data(pack, board)
        screen.show(report, lambda: show_lines(screen, pack, board))
        return
    if forecast:
        report["forecasts"] = {one.target.id: forecast_of(one, board) for one in board.distinct if one.due}
    screen.show(report, lambda: render(screen, pack, board, show_all, report.get("forecasts", {})))


def _named(pack: Pack, name: str) -> set[str]:
    """The indicators that an id of an indicator or a target, or a Chinese name, means. Error: E-FIGURE-INDICATOR."""
    from innocity.packs.invalid import suggest

    if name in pack.indicators:
        return {name}
    if name in pack.targets:
        return {pack.targets[name].indicator}
    found = {one.id for one in pack.indicators.values() if name == one.name}
    found = found or {one.id for one in pack.indicators.values() if name in one.name}
    if len(found) == 1:
        return found
    if found:
        many = "、".join(f"{one}（{pack.indicators[one].name}）" for one in sorted(found)[:8])
        raise InnoCityError("E-FIGURE-INDICATOR", f"“{name}”对应几个指标", None, f"写明是哪一个：{many}")
    known = {*pack.indicators, *pack.targets, *(one.name for one in pack.indicators.values())}
    raise InnoCityError("E-FIGURE-INDICATOR", f"没有指标或目标“{name}”", None, suggest(name, known))


def forecast_of(standing: Standing, board: Board) -> dict[str, Any]:
    """The forecast of one target as data."""
    from dataclasses import asdict

    from innocity.engines.indicators.forecast import forecast
    from innocity.engines.indicators.goals import better

    figures = [one for one in board.figures if one.on is not None and one.on <= board.as_of]
    goal = float(standing.value) if standing.value is not None else None
    sign = better(standing.target, standing.indicator)
    found = forecast(figures, standing.indicator, standing.target.scope, standing.due, goal, sign)
    return {**asdict(found), "says": found.says(standing.indicator.unit or "")}


def render(screen: Screen, pack: Pack, board: Board, show_all: bool, forecasts: dict[str, Any]) -> None:
    """Counts, then the targets by light, worst first."""
    counts = board.counts()
    screen.line(f"{pack.city.name}　截至 {board.as_of}{_known(board)}　目标 {len(board.distinct)} 项", "bold")
    screen.line("　".join(f"{word} {count}" for word, count in board.words().items()))
    repeated = len(board.standings) - len(board.distinct)
    if repeated:
        screen.line(f"另有 {repeated} 项与其他文件或本文件前文的目标相同，不重复计数。", "dim")
    shown = board.standings if show_all else board.distinct
    for status in _ORDER:
        group = [one for one in shown if one.status == status]
        if not group or (status == "not_assessable" and not show_all):
            continue
        screen.title("　".join(f"{word} {count}" for word, count in board.words(group).items()))
        for one in group:
            _show(screen, one, _STYLES.get(status))
    if not show_all and counts["not_assessable"]:
        _unassessable(screen, board)
    _forecasts(screen, board, forecasts)


def _known(board: Board) -> str:
    return f"（只用 {board.known_on} 已知的数据）" if board.known_on else ""


def _show(screen: Screen, one: Standing, style: str | None) -> None:
    """One target: what it asks for, why its light is what it is, what is needed from now."""
    from innocity.engines.indicators.phrases import day, goal_text
    from innocity.engines.indicators.words import beside

    goal = goal_text(one.target, one.indicator, one.value) if one.target.operator != "milestone" else "完成"
    until = f"，{day(one.due)}" if one.due else ""
    same = f"（同 {one.duplicate_of}）" if one.duplicate_of else ""
    screen.line(f"● {one.label}　{one.name}　{goal}{until}　{one.target.id}{same}", style)
    screen.line(f"  {one.why}")
    if one.computed is not None:
        screen.line(f"  {beside(one)}", "dim")
    screen.line(f"  下一步：{one.next}")


def _unassessable(screen: Screen, board: Board) -> None:
    """Those that cannot be judged, by why: the sentences up to the first comma tell them apart."""
    from collections import Counter

    reasons = Counter(one.why.partition("，")[0] for one in board.distinct if one.status == "not_assessable")
    screen.title(f"无法判定 {sum(reasons.values())}（逐个看加 --all）")
    for reason, count in reasons.most_common():
        screen.line(f"{count:>3}　{reason}")


def _forecasts(screen: Screen, board: Board, forecasts: dict[str, Any]) -> None:
    if not forecasts:
        return
    made = {key: one for key, one in forecasts.items() if one["method"]}
    screen.title(f"预测 {len(made)}")
    for key, one in made.items():
        standing = board.of(key)
        screen.line(f"{standing.name if standing else key}：{one['says']}")
    if len(made) < len(forecasts):
        screen.line(f"其余 {len(forecasts) - len(made)} 项不作预测：数太少或没有数。", "dim")
