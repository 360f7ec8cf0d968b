"""All indicators of a city in one table: newest figure, what the registers give, the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from innocity.cli.screen import SIMULATED, Screen

if TYPE_CHECKING:
    from innocity.engines.indicators.listing import IndicatorLine
    from innocity.engines.indicators.model import Board
    from innocity.packs.model import Pack

DIFFERENT = "没有哪份文件给它定目标，所以没有灯。"


def lines_data(pack: Pack, board: Board) -> list[dict[str, Any]]:
    """The table as data."""
    from innocity.engines.indicators.listing import indicator_lines

    return [one.as_dict() for one in indicator_lines(pack, board)]


def show_lines(screen: Screen, pack: Pack, board: Board) -> None:
    """The table for people; computed values that are simulated say so below it."""
    from innocity.engines.indicators.listing import indicator_lines

    lines = indicator_lines(pack, board)
    known = f"（只用 {board.known_on} 已知的数据）" if board.known_on else ""
    title = f"{pack.city.name}　截至 {board.as_of}{known}　指标 {len(pack.indicators)} 个"
    heads = ("指标", "编号", "范围", ">最新的数", "时期", ">登记簿", ">相差", ">目标")
    screen.table(heads, [_cells(one) for one in lines], title)
    screen.line("登记簿的数由程序按公式算出，只供核对，不作评价依据；看一个指标的全部细节：--only 编号。")
    if any(one.computed and one.computed.figure.simulated for one in lines):
        screen.line(SIMULATED, "yellow")


def _cells(one: IndicatorLine) -> tuple[Any, ...]:
    from innocity.engines.indicators.phrases import amount, gap, value_text

    figure, computed, apart = one.newest, one.computed, one.difference
    shown = value_text(figure, one.indicator) + ("（模拟）" if figure.simulated else "") if figure else "—"
    found = amount(computed.figure.value, one.indicator) if computed else ""
    sign = "" if apart is None or apart == 0 else "多" if apart > 0 else "少"
    return (
        one.indicator.name, one.indicator.id, one.scope_name, shown, figure.when() if figure else "",
        found, "" if apart is None else sign + gap(abs(apart), one.indicator),
        len(one.targets) or "",
    )  # fmt: skip


def beside_line(line: dict[str, Any]) -> str:
    """What the registers give for one indicator, and how far that is from its newest figure."""
    unit, computed, newest = line["unit"] or "", line["computed"], line["newest"]
    text = f"登记簿算得{_rounded(computed['value'])}{unit}（{line['scope_name']}，{computed['source']}）"
    if newest is None or line["difference"] is None:
        return text + "；没有观测值可比。"
    apart = _rounded(line["difference"].removeprefix("-"))
    way = "少" if line["difference"].startswith("-") else "多"
    return f"{text}，比观测值" + (f"{way}{apart}{unit}。" if line["difference"] != "0" else "不多不少。")


def _rounded(text: str) -> str:
    from fractions import Fraction

    from innocity.engines.indicators.phrases import number

    return number(Fraction(text))
