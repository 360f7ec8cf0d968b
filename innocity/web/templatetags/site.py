"""What templates need beside Django's own: lights, sums, texts in paragraphs, addresses of static files."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from innocity.core.money import format_money
from innocity.engines.indicators.model import NAMES
from innocity.engines.indicators.phrases import number
from innocity.engines.tasks.model import STATUS_NAMES

register = template.Library()

#: Shape and class of each light: never by colour alone.
SHAPES = {"met": "●", "near": "■", "watch": "◆", "alert": "▲", "none": "○"}
LIGHTS = {
    "met": "met", "near": "near", "watch": "watch", "alert": "alert",
    "not_due": "none", "not_reported": "watch", "not_assessable": "none",
    "done": "met", "on_time": "near", "at_risk": "watch", "overdue": "alert",
    "not_started": "none", "no_deadline": "none", "shown_only": "none", "none": "none",
    "in_force": "met", "unknown": "watch", "expired": "none", "repealed": "none",
    "works": "met", "partly": "near", "not yet": "none",
}  # fmt: skip
WORDS: dict[str, str] = {
    **{str(key): word for key, word in (*NAMES.items(), *STATUS_NAMES.items())},
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
def simulated(word: str = "") -> SafeString:
    """The mark of what is not real."""
    return format_html('<span class="sim">{}</span>', word or _("模拟"))


@register.filter
def money(fen: int | None) -> str:
    """A sum with its unit; a dash where there is none."""
    return "—" if fen is None else format_money(fen)


@register.filter
def figure(value: Fraction | None) -> str:
    """A number as people write it; a dash where there is none."""
    return "—" if value is None else number(value)


@register.filter
def day(value: date | None) -> str:
    """A day as 2023-12-31; a dash where none is known."""
    return value.isoformat() if value else "—"


@register.filter
def paragraphs(text: str) -> SafeString:
    """A text whose lines are paragraphs."""
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in text.splitlines() if line.strip()))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`; nothing where it is not there."""
    return mapping.get(key)


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
    found = finders.find(path)
    return static(path) + (f"?v={_hash(found, Path(found).stat().st_mtime_ns)}" if found else "")


@lru_cache(maxsize=64)
def _hash(path: str, changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
