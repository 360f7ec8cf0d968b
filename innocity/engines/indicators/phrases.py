"""Numbers, days and targets as Chinese text; every sentence of this engine is made of these."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from innocity.core.measures import format_value
from innocity.core.rates import finite_decimal
from innocity.engines.indicators.goals import better
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Indicator, Target

_PATHS = {
    "linear": "按天匀速推进", "compound": "按每年同一增速推进", "steps": "按年末台阶推进", "batches": "按认定批次推进",
    "yearly_registration": "按每年重新入库推进", "cumulative": "按年内累计推进",
}  # fmt: skip


def number(value: Fraction, places: int = 2) -> str:
    """A number; exact where it has few decimals, otherwise rounded half up and marked 约.

    >>> [number(Fraction(n, d)) for n, d in ((1600, 1), (57, 20), (1, 3), (17831407, 100000))]
    ['1600', '2.85', '约0.33', '约178.31']
    """
    digits = finite_decimal(value)
    if digits is not None and len(digits.partition(".")[2]) <= places:
        return digits
    scale = 10**places
    rounded = Fraction((abs(value) * scale * 2 + 1) // 2, scale) * (1 if value >= 0 else -1)
    return f"约{format_value(rounded)}"


def amount(value: Fraction, indicator: Indicator) -> str:
    """A number with the indicator's unit."""
    return number(value) + (indicator.unit or "")


def percent(value: Fraction) -> str:
    """A share as a percentage with at most one decimal.

    >>> percent(Fraction(208, 731)), percent(Fraction(1, 2)), percent(Fraction(-1, 8))
    ('28.5%', '50%', '-12.5%')
    """
    rounded = Fraction((abs(value) * 2000 + 1) // 2, 10) * (1 if value >= 0 else -1)
    return f"{format_value(rounded)}%"


def shares(expected: Fraction, achieved: Fraction) -> tuple[str, str]:
    """Two shares as percentages, with as many decimals as it takes to tell them apart (at most four).

    >>> shares(Fraction(1, 2), Fraction(4999, 10000))
    ('50%', '49.99%')
    """
    for places in (1, 2, 3, 4):
        scale = 10**places
        texts = []
        for value in (expected, achieved):
            rounded = Fraction((abs(value) * 100 * scale * 2 + 1) // 2, scale) * (1 if value >= 0 else -1)
            texts.append(f"{format_value(rounded)}%")
        if expected == achieved or texts[0] != texts[1]:
            break
    return texts[0], texts[1]


def day(value: date) -> str:
    """A day in Chinese; the last of a year as 年底.

    >>> day(date(2024, 12, 31)), day(date(2024, 10, 31))
    ('2024年底', '2024年10月31日')
    """
    if (value.month, value.day) == (12, 31):
        return f"{value.year}年底"
    return f"{value.year}年{value.month}月{value.day}日"


def value_text(figure: Figure, indicator: Indicator) -> str:
    """A figure's value: 1376家; a rank as 第7位."""
    return f"第{figure.value}位" if indicator.kind == "rank" and not figure.approx else figure.shown()


def figure_text(figure: Figure, indicator: Indicator) -> str:
    """A figure with its time: 2022年为1376家."""
    return f"{figure.when()}为{value_text(figure, indicator)}"


def gap(value: Fraction, indicator: Indicator) -> str:
    """A difference: of percentages in 个百分点."""
    points, unit = number(value), indicator.unit or ""
    return {"%": f"{points}个百分点", "‰": f"{points}个千分点"}.get(unit, f"{points}{unit}")


def quoted(name: str) -> str:
    """A name in quotation marks, its own marks inside becoming single ones.

    >>> quoted("“一中心三平台”体系")
    '“‘一中心三平台’体系”'
    """
    return "“" + name.replace("“", "‘").replace("”", "’") + "”"


def goal_text(target: Target, indicator: Indicator, goal: Fraction | None) -> str:
    """What the target asks for: 不低于1600家."""
    value = amount(goal, indicator) if goal is not None else ""
    operator = target.operator
    if operator == "qualitative":
        return "定性要求，没有写数"
    if operator == "order" and goal is None:  # 数百家，一批
        return "没有写具体数"
    if indicator.kind == "rank" and goal is not None:
        return f"第{number(goal)}位以内"
    if operator == "growth":
        by_rate = target.value or Fraction(0)
        a_year = f"{number(abs(by_rate))}{target.unit or '%'}"
        rate = f"年均下降{a_year}" if by_rate < 0 else f"年均增长{a_year}"
        return rate if goal is None or indicator.kind == "growth" else f"{rate}（折合{value}）"
    if operator == "delta":
        change = _delta(target, indicator)
        return f"{change}（折合{value}）" if goal is not None else change
    if operator == "increase":
        return f"由基数增加到{value}" if goal is not None else "比基数有所增加"
    if operator == "range" and target.low is not None and target.high is not None:
        return f"{number(target.low)}—{number(target.high)}{target.unit or indicator.unit or ''}"
    if operator == "=":
        return f"达到{value}" if better(target, indicator) > 0 else f"为{value}"
    said = {">=": f"不低于{value}", ">": f"超过{value}", "<=": f"不超过{value}", "about": f"约{value}",
            "order": f"达到{value}", "stable_at": f"稳定在{value}以上"}  # fmt: skip
    return said.get(operator, value)


def _delta(target: Target, indicator: Indicator) -> str:
    """By how much, each year or once."""
    by = target.value or Fraction(0)
    left = f"{number(abs(by))}{target.unit or indicator.unit or ''}"
    if target.from_:
        return f"每年减少{left}" if by < 0 else f"每年增加{left}"
    return f"减少{left}" if by < 0 else f"增加{left}"


def path_name(indicator: Indicator) -> str:
    """How the path runs; an assumption about batches is said."""
    name = _PATHS[indicator.path]
    if indicator.path == "batches" and not indicator.batches:
        return f"{name}（批次日期没有登记，按每年一批、年末计）"
    return name


def owner(target: Target) -> str:
    """Who answers for a target, short.

    >>> from innocity.packs.model import Target as T
    >>> owner(T(id="a", indicator="x", operator=">=", value="1", as_printed="市科技局／市财政局"))
    '市科技局等2个单位'
    """
    names = [name for name in (target.as_printed or "").replace("；", "／").replace("、", "／").split("／") if name]
    if not names:
        return "责任单位（原文没有写明）" if not target.units else "责任单位"
    return names[0] if len(names) == 1 else f"{names[0]}等{len(names)}个单位"
