"""What the leader's pages need beside the site's own tags: small pictures, all of attributes, none of style."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from innocity.core.money import format_yuan
from innocity.engines.index.model import RankInterval
from innocity.engines.indicators.forecast import Forecast, chance_text
from innocity.engines.indicators.model import LIGHTS as LIGHT_NAMES
from innocity.engines.indicators.model import Figure, Standing
from innocity.engines.indicators.phrases import day as deadline
from innocity.engines.indicators.phrases import number
from innocity.web.figures import figure
from innocity.web.templatetags.site import LIGHTS, SHAPES, day, unit_word

register = template.Library()


@register.simple_tag
def spark(points: Sequence[tuple[date, float]], status: str) -> SafeString:
    """Figures over time as a small line. Decoration: the numbers stand in the table of the indicator's page."""
    if len(points) < 2:
        return SafeString("")
    days = [day.toordinal() for day, _value in points]
    values = [value for _day, value in points]
    wide, high = (days[-1] - days[0]) or 1, (max(values) - min(values)) or 1.0
    flat = max(values) == min(values)
    placed = [
        (100 * (day - days[0]) / wide, 12.0 if flat else 22 - 20 * (value - min(values)) / high)
        for day, value in zip(days, values, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    picture = (
        '<svg class="spark v-{}" viewBox="-4 -2 108 28" aria-hidden="true" focusable="false"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="3.5"/></svg>'
    )
    return format_html(picture, LIGHTS.get(status, "none"), line, f"{placed[-1][0]:.1f}", f"{placed[-1][1]:.1f}")


@register.simple_tag
def share_bar(share: float) -> SafeString:
    """A bar of a share from 0 to 1. Decoration: the sum stands beside it."""
    bar = (
        '<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bg" width="100" height="6"/><rect class="v" width="{}" height="6"/></svg>'
    )
    return format_html(bar, f"{max(0.0, min(1.0, share)) * 100:.2f}")


@register.filter
def kind_of_light(status: str) -> str:
    """The class of a light."""
    return LIGHTS.get(status, "none")


@register.filter
def shape_of_light(status: str) -> str:
    """The shape of a light."""
    return SHAPES[LIGHTS.get(status, "none")]


@register.filter
def told(one: Standing) -> str:
    """A target and its light in words, for those who do not see its shape."""
    return f"{one.name}：{_(LIGHT_NAMES[one.light])}"


@register.filter
def days_in_words(number: int) -> str:
    """How far a day is: 今天, 还有5天, 已过3天."""
    if number == 0:
        return _("今天")
    text = _("还有%(days)s天") if number > 0 else _("已过%(days)s天")
    return text % {"days": abs(number)}


@register.filter
def day_in_words(value: date | None) -> str:
    """A day as Chinese readers write it, in English as 2024-10-31; a dash where none is known.

    >>> day_in_words(date(2024, 10, 31))
    '2024年10月31日'
    """
    return day(value)


@register.simple_tag
def large(value: str, unit: str | None) -> SafeString:
    """A figure with its unit, as a tile shows it; in English sums as sums, and counts without a measure word."""
    if get_language() == "en":
        said = figure(f"{value}{unit or ''}") if "元" in (unit or "") else None
        if said and said.startswith("CNY "):
            value, _space, size = said.removeprefix("CNY ").partition(" ")
            unit = f"CNY {size}".strip()
        return format_html('<b class="num">{}</b><span>{}</span>', value, unit_word(unit))
    return format_html('<b class="num">{}</b><span>{}</span>', value, unit or "")


@register.filter
def by_when(value: date | None) -> str:
    """A deadline, short: the last day of a year as 2024年底, in English as by the end of 2024."""
    written = deadline(value) if value else ""
    return f"by {figure(written) or written}" if written and get_language() == "en" else written


@register.simple_tag
def light_word(status: str) -> str:
    """The word of a light alone."""
    return _(LIGHT_NAMES[status])  # type: ignore[index]


@register.filter
def as_chance(value: float | None) -> str:
    """A chance as it may be told: in steps of five per cent, never as certain."""
    return chance_text(value) if value is not None else "—"


@register.filter
def money_short(fen: int) -> str:
    """A sum to be read from afar: at most two decimals of its unit, marked 约 where it is rounded.

    >>> money_short(90_000_000), money_short(536_787_879), money_short(123_456_789_012)
    ('90万元', '约536.79万元', '约12.35亿元')
    """
    units = ((10_000_000_000, "亿元"), (1_000_000, "万元"), (100, "元"))
    size, unit = next((one for one in units if abs(fen) >= one[0]), units[-1])
    return number(Fraction(fen, size)) + unit


@register.filter
def says(found: Forecast, unit: str) -> str:
    """A forecast as a sentence."""
    return found.says(unit)


@register.simple_tag
def difference(computed: Figure, observed: Figure) -> str:
    """What the registers give less what was reported, with its sign."""
    return with_sign(computed.value - observed.value) + (observed.unit or "")


@register.filter
def with_sign(value: Fraction | None) -> str:
    """A number with its sign; a dash where there is none.

    >>> with_sign(Fraction(110)), with_sign(Fraction(-3)), with_sign(Fraction(0)), with_sign(None)
    ('+110', '-3', '0', '—')
    """
    return "—" if value is None else ("+" if value > 0 else "") + number(value)


@register.simple_tag
def share_of(part: int, whole: int) -> SafeString:
    """A bar of one number's share of another."""
    return share_bar(part / whole if whole else 0.0)


@register.filter
def yuan(fen: int) -> str:
    """A sum in yuan for a program."""
    return format_yuan(fen)


@register.filter
def percent(share: float | Fraction) -> str:
    """A share as a whole per cent.

    >>> percent(0.254), percent(Fraction(1, 4))
    ('25%', '25%')
    """
    return f"{float(share):.0%}"


@register.simple_tag
def change(before: Fraction, now: Fraction) -> str:
    """By how much a score changed, in words."""
    if now == before:
        return _("没有变化")
    return _("升了") + number(now - before) if now > before else _("降了") + number(before - now)


@register.simple_tag
def rank_range(interval: RankInterval, places: int) -> SafeString:
    """Where a rank lies: a bar from the better to the worse end, a mark at the rank itself. Numbers stand beside."""
    wide = 100 / max(places, 1)
    left, right = (interval.low - 1) * wide, interval.high * wide
    picture = (
        '<svg class="range" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bg" width="100" height="12"/><rect class="v" x="{}" width="{}" y="2" height="8"/>'
        '<rect class="t" x="{}" width="1.5" height="12"/></svg>'
    )
    middle = (interval.rank - 0.5) * wide
    return format_html(picture, f"{left:.2f}", f"{right - left:.2f}", f"{middle:.2f}")
