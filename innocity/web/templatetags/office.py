"""What officers' pages need beside the site's own tags: changes of sums with their sign, days in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from innocity.core.money import format_money
from innocity.engines.indicators.model import Figure
from innocity.web.templatetags.site import day, in_threes, pending
from innocity.web.templatetags.site import light as light_chip
from innocity.web.views.office.cells import Cell

register = template.Library()


@register.simple_tag
def figure_state(one: Figure, states: Mapping[str, tuple[str, str]]) -> SafeString:
    """How far a figure is: one that a document states is published; `states` has lights and words by fact id."""
    if one.document:
        return format_html('<span class="tag">{}</span>', _("文件公布"))
    light, word = states.get(one.fact or "", ("", ""))
    return light_chip(light, word) if word else pending(one)


@register.filter
def signed(fen: int | None) -> str:
    """A change of a sum with its sign; 不变 for none.

    >>> signed(20000000), signed(-150)
    ('+20万元', '−1.5元')
    """
    if fen is None:
        return "—"
    if fen == 0:
        return _("不变")
    return ("+" if fen > 0 else "−") + in_threes(format_money(abs(fen)))


@register.filter
def wan(fen: int | None) -> str:
    """A sum as a number of 万元 with two decimals (in English of thousands, with one), for tables whose heading names
    the unit.

    >>> wan(434265458), wan(100), wan(0)
    ('434.27', '0.00', '0')
    """
    if not fen:
        return "—" if fen is None else "0"
    return f"{in_table(fen):,.{1 if get_language() == 'en' else 2}f}"


def in_table(fen: int) -> float:
    """The number that stands for a sum in tables and charts, in 万元, in English in thousands of yuan."""
    return round(fen, -4) / (10**5 if get_language() == "en" else 10**6)


@register.filter
def signed_wan(fen: int | None) -> str:
    """A change in 万元 with its sign.

    >>> signed_wan(-12500000), signed_wan(0)
    ('−12.50', '—')
    """
    return "—" if not fen else ("+" if fen > 0 else "−") + wan(abs(fen))


@register.filter
def way(number: int | None) -> str:
    """The class of a change: more, less, or none."""
    return "same" if not number else "up" if number > 0 else "down"


@register.simple_tag
def left(days: int | None) -> SafeString:
    """How many days are left, or gone by."""
    if days is None:
        return SafeString("")
    if days < 0:
        return format_html('<b class="late num">{}</b>', _("已过 %(n)s 天") % {"n": -days})
    if days == 0:
        return format_html('<b class="late">{}</b>', _("今天"))
    return format_html('<span class="num">{}</span>', _("还有 %(n)s 天") % {"n": days})


@register.filter
def chinese_day(value: date | str | None) -> str:
    """A day as people write it, in English as 2023-12-31; a dash where none is known.

    >>> chinese_day(date(2023, 12, 31))
    '2023年12月31日'
    """
    return day(value)


@register.filter
def moment(value: str) -> str:
    """A time of the log (UTC, ISO text) as the clock of the place showed it: 2026-11-22 18:08."""
    return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")


@register.simple_tag
def cells(row: Iterable[Cell]) -> SafeString:
    """The cells of a row of a register. Written here, as a list has fifty rows of dozens of them."""
    return mark_safe("".join(map(_cell, row)))


def _cell(one: Cell) -> str:
    looks = ("r num" * one.number, "soft" * one.hidden, "long" * one.long)
    named = " ".join(look for look in looks if look)
    return f'<td class="{named}">{escape(one.text)}</td>' if named else f"<td>{escape(one.text)}</td>"
