"""A value that a unit reports, checked before it is recorded: is it one that this indicator can have?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from innocity.core.dates import normal_period, parse_boolean, parse_date, parse_period
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.measures import base_unit, format_value, parse_decimal, unit_factor
from innocity.engines.indicators.figures import current, vintages
from innocity.engines.indicators.model import Figure
from innocity.packs.invalid import suggest
from innocity.packs.model import Indicator, Pack

register_codes({
    "E-FIGURE-INDICATOR": ("没有这个指标", "an unknown indicator"),
    "E-FIGURE-UNIT": ("计量单位与指标不符", "a unit of measure that does not fit the indicator"),
    "E-FIGURE-PERIOD": ("时期不对", "a period that cannot have a figure"),
    "E-FIGURE-SCOPE": ("没有这个范围", "an unknown scope"),
    "E-FIGURE-SHARE": ("比例超出0到100%", "a share outside 0 to 100 per cent"),
    "E-FIGURE-VALUE": ("这个指标不会有这样的数", "a value that the indicator cannot have"),
    "E-FIGURE-APPROX": ("看不懂的约数写法", "an unknown word of approximation"),
    "E-FIGURE-REVISION": ("与已登记的数不一致", "a figure contradicts one already recorded"),
    "E-FIGURE-DUPLICATE": ("同样的数已经登记过", "the same figure is recorded already"),
})  # fmt: skip

_APPROX = ("余", "多", "超过", "近", "以上", "不足")
_COUNTED = frozenset("家个项人名位条次所台套款类处场件支艘")  # what comes in whole numbers


def checked_figure(pack: Pack, cells: Mapping[str, str | None], today: date, place: Place | None = None) -> Figure:
    """The figure of a row (text by column of register `observation`), in its indicator's unit.

    Errors: E-FIGURE-INDICATOR, -UNIT, -PERIOD, -SCOPE, -SHARE, -VALUE, -APPROX, E-NUMBER-FORMAT, E-PERIOD-FORMAT.
    """
    try:
        return _checked(pack, {name: (text or "").strip() for name, text in cells.items()}, today)
    except InnoCityError as error:
        raise (error.at(place) if place else error) from None


def _checked(pack: Pack, cells: Mapping[str, str], today: date) -> Figure:
    indicator = _indicator(pack, cells.get("indicator", ""))
    scope = _scope(pack, cells.get("scope") or indicator.scope)
    text = normal_period(cells.get("period", ""))
    if not text:
        raise InnoCityError("E-FIGURE-PERIOD", "没有写时期", None, "写成 2023、2023Q3、2023-09 或 2023-09-30")
    period = parse_period(text)
    if period.start is not None and period.start > today:
        raise InnoCityError("E-FIGURE-PERIOD", f"时期 {text} 还没有开始", None, "核对年月")
    value = parse_decimal(cells.get("value", ""))
    unit = cells.get("unit") or indicator.unit
    value = _converted(indicator, value, unit)
    _possible(indicator, value)
    approx = cells.get("approx") or None
    if approx is not None and approx not in _APPROX:
        known = "、".join(_APPROX)
        raise InnoCityError("E-FIGURE-APPROX", f"不认识的约数“{approx}”", None, f"写 {known}，确数不填")
    observed = parse_date(cells["observed_on"]) if cells.get("observed_on") else today
    if observed > today:
        raise InnoCityError("E-FIGURE-PERIOD", f"取数日期 {observed} 在今天之后", None, "核对日期")
    if period.start is not None and observed < period.start:
        raise InnoCityError("E-FIGURE-PERIOD", f"取数日期 {observed} 早于时期 {text}", None, "核对时期和取数日期")
    return Figure(
        indicator.id, scope, period, text, value, indicator.unit, approx=approx, observed_on=observed,
        source=cells.get("source", ""), note=cells.get("note") or None,
        simulated=parse_boolean(cells["simulated"]) if cells.get("simulated") else False,
    )  # fmt: skip


def _indicator(pack: Pack, name: str) -> Indicator:
    """An indicator by its id or its Chinese name."""
    if name in pack.indicators:
        return pack.indicators[name]
    named = [one for one in pack.indicators.values() if one.name == name]
    if len(named) == 1:
        return named[0]
    known = {*pack.indicators, *(one.name for one in pack.indicators.values())}
    remedy = suggest(name, known) if name else "写上指标的编号或名称"
    raise InnoCityError("E-FIGURE-INDICATOR", f"没有指标“{name}”", None, remedy)


def _scope(pack: Pack, scope: str) -> str:
    """A scope by its id, or a place by its name; other Chinese words name scopes of their own."""
    places = {place.name: place.id for place in (*pack.city.divisions, *pack.city.zones)} | {"全市": "city"}
    known = {"city", *places.values()}
    if scope in places:
        return places[scope]
    if scope.isascii() and scope not in known:
        raise InnoCityError("E-FIGURE-SCOPE", f"没有区市或功能区 {scope}", None, suggest(scope, known))
    return scope


def _converted(indicator: Indicator, value: Fraction, unit: str | None) -> Fraction:
    if unit == indicator.unit or unit is None:
        return value
    factor = unit_factor(unit, indicator.unit) if indicator.unit else None
    if factor is None:
        own = f"“{indicator.unit}”" if indicator.unit else "没有单位"
        text = f"单位“{unit}”不能换算成指标 {indicator.name} 的单位（{own}）"
        raise InnoCityError("E-FIGURE-UNIT", text, None, "改用指标的单位；口径不同就另立一个指标")
    return value * factor


def _possible(indicator: Indicator, value: Fraction) -> None:
    """Whether an indicator can have the value at all."""
    unit = indicator.unit or ""
    shown = format_value(value) + unit
    if indicator.kind == "ratio" and unit in ("%", "‰"):
        whole = 100 if unit == "%" else 1000
        if not 0 <= value <= whole:
            remedy = "核对小数点；确是增长率的，指标的 kind 应是 growth"
            raise InnoCityError("E-FIGURE-SHARE", f"{indicator.name}是比例，不会是{shown}", None, remedy)
        return
    if indicator.kind == "rank" and (value < 1 or value.denominator != 1):
        raise InnoCityError("E-FIGURE-VALUE", f"位次要写正整数，不会是{shown}", None, "写位次，如 7")
    base, multiple = base_unit(unit) if unit else ("", Fraction(1))
    counted = indicator.kind in ("stock", "flow", "cumulative") and base in _COUNTED
    if counted and (value < 0 or (multiple == 1 and value.denominator != 1)):
        raise InnoCityError("E-FIGURE-VALUE", f"{indicator.name}以{base}计，不会是{shown}", None, "核对数值和单位")


def _one_spelling(new: Figure, last: Figure) -> None:
    """A level at the end of 2023 is one figure, be its period written 2023, 2023Q4, 2023-12 or 2023-12-31."""
    if new.period_text != last.period_text:
        text = f"{new.when()}与{last.when()}是同一个时点，已有{last.shown()}（{last.source or '已登记'}）"
        remedy = f"时期写成 {last.period_text}；数不同的，按更正登记（命令行用 --revise）"
        raise InnoCityError("E-FIGURE-REVISION", text, None, remedy)


def check_revision(new: Figure, known: Iterable[Figure], declared: bool, indicator: Indicator) -> Figure | None:
    """The figure that a new one corrects, None where the period had none.

    A second value for the same indicator, scope and period must be declared as a correction and be no older than
    the first; it is written with the same period as the first. Errors: E-FIGURE-REVISION, E-FIGURE-DUPLICATE.
    """
    alike = vintages(known, new, indicator)
    if not alike:
        return None
    last = current(alike, None, {indicator.id: indicator})[-1]
    _one_spelling(new, last)
    told = f"{last.shown()}（{last.source or '已登记'}，{last.observed_on or '日期不详'}）"
    if (last.value, last.approx) == (new.value, new.approx) and not declared:
        raise InnoCityError(
            "E-FIGURE-DUPLICATE",
            f"{new.when()}的数已有：{told}",
            None,
            "不必重复登记；要确认就在已有的数旁确认（命令行用 --confirm）",
        )
    if not declared:
        text = f"{new.when()}的数已有{told}，与{new.shown()}不一致"
        raise InnoCityError(
            "E-FIGURE-REVISION",
            text,
            None,
            "确是更正，就勾上“更正以前报过的数”，在“说明”里写理由（命令行用 --revise 和 --note）；两个数都会保留",
        )
    if last.observed_on is not None and new.observed_on is not None and new.observed_on < last.observed_on:
        text = f"更正的取数日期 {new.observed_on} 早于原数的 {last.observed_on}"
        raise InnoCityError("E-FIGURE-REVISION", text, None, "核对取数日期")
    if not new.note:
        raise InnoCityError(
            "E-FIGURE-REVISION", f"更正{new.when()}的数没有写理由", None, "在“说明”里写明理由（命令行用 --note）"
        )
    return last
