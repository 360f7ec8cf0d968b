"""What templates need beside Django's own: lights, sums, texts in paragraphs, addresses of static files."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, defaulttags
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from innocity.core.money import format_money
from innocity.engines.indicators.model import LIGHTS as LIGHT_NAMES
from innocity.engines.indicators.phrases import number
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.web.figures import MEASURES
from innocity.web.phrases import HAN
from innocity.web.remedies import on_page

register = template.Library()
_DAY = re.compile(r"(?<![0-9-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9-])")
_WHOLE = re.compile(r"[0-9]{5,}")

#: Shape and class of each light: never by colour alone.
SHAPES = {"met": "●", "near": "■", "watch": "◆", "alert": "▲", "none": "○"}
LIGHTS = {
    "met": "met", "near": "near", "watch": "watch", "alert": "alert",
    "not_due": "none", "to_come": "none", "not_reported": "watch", "not_assessable": "none",
    "done": "met", "on_time": "near", "at_risk": "watch", "overdue": "alert",
    "not_started": "none", "no_deadline": "none", "shown_only": "none", "none": "none",
    "in_force": "met", "unknown": "watch", "expired": "none", "repealed": "none",
    "works": "met", "partly": "near", "not yet": "none",
}  # fmt: skip
WORDS: dict[str, str] = {
    **{str(key): word for key, word in (*LIGHT_NAMES.items(), *STATUS_NAMES.items())},
    "in_force": gettext_noop("有效"), "unknown": gettext_noop("有效性未确认"), "expired": gettext_noop("已失效"),
    "repealed": gettext_noop("已废止"), "works": gettext_noop("可用"), "partly": gettext_noop("部分可用"),
    "not yet": gettext_noop("尚无"),
}  # fmt: skip

SETTINGS = {
    "true": "是", "false": "否", "pro_rata": "按同一比例", "rank": "按评审排序", "first_come": "先到先得",
    "highest": "只给最高的一项", "all": "各项都给", "net": "就高，扣除已给的",
}  # fmt: skip


@register.simple_tag
def light(status: str, word: str = "") -> SafeString:
    """A chip: shape, word, colour."""
    kind = LIGHTS.get(status, "none")
    text = _(word or WORDS.get(status, status))
    mark = '<span class="chip is-{}"><span aria-hidden="true">{}</span>{}</span>'
    return format_html(mark, kind, SHAPES[kind], text)


@register.simple_tag
def shape(kind: str) -> str:
    """The shape of a light alone, for drawings."""
    return SHAPES[kind]


@register.simple_tag
def simulated(word: str = "") -> SafeString:
    """The mark of what is not real."""
    return format_html('<span class="sim">{}</span>', word or _("模拟"))


@register.filter
def remedy_here(remedy: str | None) -> str:
    """What to do about an error, without options of the command line."""
    return on_page(remedy)


@register.simple_tag
def pending(one: Any) -> SafeString:
    """The mark of a figure that waits for approval; nothing for any other."""
    return light("near", _("待审核")) if getattr(one, "pending", False) else SafeString("")


@register.filter
def money(fen: int | None) -> str:
    """A sum with its unit, its digits in threes; a dash where there is none.

    >>> money(12932116410), money(20000000)
    ('129,321,164.1元', '20万元')
    """
    return "—" if fen is None else in_threes(format_money(fen))


def in_threes(text: str) -> str:
    """A sum as text with commas between thousands, from five digits on."""
    return _WHOLE.sub(lambda found: f"{int(found[0]):,}", text, count=1)


@register.filter
def threes(count: int) -> str:
    """A count with its digits in threes, from five on.

    >>> threes(63452), threes(1639)
    ('63,452', '1639')
    """
    return in_threes(str(count))


@register.filter
def fields(query: str) -> list[tuple[str, str]]:
    """The names and values of a query, for the hidden fields of a form that keeps it."""
    return parse_qsl(query)


@register.filter
def figure(value: Fraction | None) -> str:
    """A number as people write it; a dash where there is none."""
    return "—" if value is None else number(value)


@register.filter
def day(value: date | str | None) -> str:
    """A day (or its ISO text) as people write it, in English as 2023-12-31; a dash where none is known.

    >>> day(date(2023, 12, 31)), day("2024-05-06T10:00:00+08:00"), day(None)
    ('2023年12月31日', '2024年5月6日', '—')
    """
    if not value:
        return "—"
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return found.isoformat() if get_language() == "en" else f"{found.year}年{found.month}月{found.day}日"


@register.filter
def iso(value: date | None) -> str:
    """A day for programs and for fields of forms; nothing where none is known."""
    return value.isoformat() if value else ""


@register.filter
def own(text: str) -> SafeString | str:
    """What somebody wrote: in English pages it stays as it is, marked as Chinese where it is."""
    foreign = text and get_language() == "en" and HAN.search(text)
    return format_html('<span lang="zh-CN">{}</span>', text) if foreign else text or ""


@register.filter
def unit_word(unit: str | None) -> str:
    """What a figure is counted in; nothing where English has no word for it."""
    return "" if not unit or (get_language() == "en" and unit in MEASURES) else unit


@register.filter
def written_days(text: str) -> str:
    """A reason given by an engine, its days as people write them.

    >>> written_days("阶段期限2024-10-31，还有305天")
    '阶段期限2024年10月31日，还有305天'
    """
    return _DAY.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text or "")


@register.filter
def dated(document: Any) -> str:
    """When a document was signed; the year alone where only its number tells it; a dash where nothing does."""
    known = document.valid_from or document.published_on
    return day(document.issued_on) if document.issued_on or not known else f"{known.year}"


@register.filter
def paragraphs(text: str) -> SafeString:
    """A text whose lines are paragraphs."""
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in text.splitlines() if line.strip()))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`; nothing where it is not there."""
    return mapping.get(key)


@register.filter
def in_language(named: Any) -> str:
    """The name of something in the reader's language, as far as it has one there."""
    english = (get_language() or "").startswith("en") and named.name_en
    return str(english or named.name)


@register.filter
def name_of(key: str, mapping: Any) -> str:
    """The name of what a mapping holds under an id; the id where it holds nothing."""
    found = mapping.get(key)
    return str(found.name) if found else key


@register.filter
def setting(value: str) -> str:
    """A parameter's value: switches and ways of sharing in words, all else as it is written."""
    return SETTINGS.get(value, value)


@register.filter
def title_of(document: Any) -> str:
    """A document's title; nothing where there is none."""
    return str(document.title) if document else ""


@register.filter
def minus(value: int, other: int) -> int:
    """The difference of two counts."""
    return value - other


@register.filter
def after_hash(article: str) -> str:
    """The anchor of an article named `document#article`."""
    return article.partition("#")[2]


@register.filter
def plain(value: Fraction) -> str:
    """A number for a program."""
    return f"{float(value):.10g}"


@register.simple_tag
def bullet(achieved: Fraction | None, expected: Fraction | None, status: str) -> SafeString:
    """A bar of the way gone, with a mark where it should be by now. Decoration: the numbers stand beside it."""
    if achieved is None or not expected:
        return SafeString("")  # nothing was asked for by now: a bar would only mislead
    gone, mark = (max(0.0, min(100.0, float(share) * 100)) for share in (achieved, expected))
    bar = (
        '<svg class="bullet v-{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bg" width="100" height="10"/><rect class="v" width="{}" height="10"/>{}</svg>'
    )
    line = format_html('<rect class="t" x="{}" y="-3" width="0.8" height="16"/>', f"{min(mark, 99.2):.2f}")
    return format_html(bar, LIGHTS.get(status, "none"), f"{gone:.2f}", line)


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file with a hash of its content, so that a new version is fetched at once."""
    return _addressed(path) if settings.DEBUG else _asset(path)


@lru_cache(maxsize=64)
def _asset(path: str) -> str:
    """Files stay as they are while the site runs (whitenoise looks for them once, too); not so in development."""
    return _addressed(path)


def _addressed(path: str) -> str:
    found = _asset_file(path)
    return static(path) + (f"?v={_hash(found, Path(found).stat().st_mtime_ns)}" if found else "")


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """Django's `{% url %}`; an address that was worked out once is not worked out again."""
    node = defaulttags.url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)


class Address(defaulttags.URLNode):
    """The address of a view, escaped as Django's own tag does it. Pages with long lists hold hundreds of them."""

    def render(self, context: Context) -> str:
        """The address; with `as`, nothing, and it is kept under that name."""
        values = [one.resolve(context) for one in self.args]
        named = {name: one.resolve(context) for name, one in self.kwargs.items()}
        try:
            found = address(self.view_name.resolve(context), *values, **named)
        except (NoReverseMatch, TypeError):  # a value that cannot be a key, or no such address: as Django says it
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


def address(view: str, /, *values: object, **named: object) -> str:
    """The address of a view, not escaped; the last thousands are not worked out again. Raises NoReverseMatch."""
    return _address(get_urlconf(), get_script_prefix(), view, *values, **named)


@lru_cache(maxsize=4096, typed=True)
def _address(conf: object, prefix: str, view: str, /, *values: object, **named: object) -> str:
    return reverse(view, args=values, kwargs=named)


@lru_cache(maxsize=64)
def _asset_file(path: str) -> str | None:
    return finders.find(path) or None


@lru_cache(maxsize=64)
def _hash(path: str, changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
