"""What the pages of firms need in templates: days in Chinese, big sums, states of requests, ratings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from innocity.core.money import format_money
from innocity.packs.model import Register
from innocity.records.views import FactView
from innocity.web.figures import figure
from innocity.web.templatetags.site import address, day, in_threes, light

register = template.Library()

#: Light and word of each state of a request for a correction.
CORRECTIONS = {
    "open": ("near", gettext_noop("待核对")), "approved": ("met", gettext_noop("已更正")),
    "refused": ("watch", gettext_noop("未采纳")), "withdrawn": ("none", gettext_noop("已撤回")),
}  # fmt: skip
FEEDBACK = {"waiting": gettext_noop("待审核"), "shown": gettext_noop("公开的"), "hidden": gettext_noop("不公开的")}
#: Light and word (as of the code list) of the states of listings and of the steps of pairs (供需对接).
EXCHANGE = {
    "pending": ("none", gettext_noop("待审核")), "open": ("met", gettext_noop("已发布")),
    "refused": ("watch", gettext_noop("不予发布")), "closed": ("none", gettext_noop("已撤下")),
    "proposed": ("none", gettext_noop("已推荐")), "introduced": ("near", gettext_noop("已见面")),
    "agreed": ("near", gettext_noop("已签约")), "fulfilled": ("met", gettext_noop("已履约")),
    "failed": ("watch", gettext_noop("未成")),
}  # fmt: skip
RATINGS = {
    5: gettext_noop("5 分 很好"), 4: gettext_noop("4 分 好"), 3: gettext_noop("3 分 一般"),
    2: gettext_noop("2 分 不好"), 1: gettext_noop("1 分 很不好"),
}  # fmt: skip


@register.filter
def date_zh(value: date | None) -> str:
    """A day as 2024年4月30日, in English as 2024-04-30; a dash where none is known."""
    return day(value)


@register.simple_tag
def fact_list(city: str, register: Register, facts: Iterable[Mapping[str, Any]]) -> SafeString:
    """Facts of a register: what each says (`lines`: name and text), where it comes from, its own page.

    Written here and not in a template, as a firm's page of all registers shows hundreds of such lines.
    """
    words = _FactWords(*(escape(word) for word in (_("；"), _("已公开"), _("来历与更正"))))
    shown = (_fact(city, register, one["fact"], one["lines"], words) for one in facts)
    return mark_safe(f'<ul class="factlist">{"".join(shown)}</ul>')


class _FactWords(NamedTuple):
    """Words that stand beside each fact, escaped."""

    parted: str
    public: str
    more: str


def _fact(
    city: str, register: Register, fact: FactView, lines: Iterable[tuple[str, str]], words: _FactWords
) -> str:  # fmt: skip
    said = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in lines)
    source = escape(fact.source) + words.parted if fact.source else ""
    known = escape(_("%(day)s登记") % {"day": day(fact.recorded_at)}) if fact.recorded_at else ""
    again = words.parted + escape(_("第 %(n)s 版") % {"n": fact.revision}) if fact.revision > 1 else ""
    public = f' <span class="tag">{words.public}</span>' if fact.published_on else ""
    page = escape(address("my_fact", city, register.id, fact.fact_id))
    link = f'<a href="{page}">{words.more}<span class="vh"> {escape(fact.fact_id)}</span></a>'
    return f'<li><dl class="chips">{said}</dl><p class="soft">{source}{known}{again}{public} {link}</p></li>'


@register.simple_tag
def big(fen: int) -> SafeString:
    """A sum whose unit is set smaller."""
    text = in_threes(format_money(fen))
    if get_language() == "en":
        return format_html("{}", figure(text) or text)
    cut = next((i for i, sign in enumerate(text) if not (sign.isdigit() or sign in ".,-")), len(text))
    return format_html("{}<small>{}</small>", text[:cut], text[cut:])


@register.filter
def before_hash(article: str) -> str:
    """The document of an article named `document#article`."""
    return article.partition("#")[0]


@register.filter
def payer(key: str, payers: Mapping[str, str]) -> str:
    """A payer's name."""
    return payers.get(key, key)


@register.simple_tag
def correction_light(state: str, add: bool = False) -> SafeString:
    """The state of a request as a chip; `add` is one for a missing fact."""
    kind, word = CORRECTIONS[state]
    return light(kind, gettext_noop("已补登") if add and state == "approved" else word)


@register.simple_tag
def correction_word(state: str) -> str:
    """The state of a request in words."""
    return str(_(CORRECTIONS[state][1]))


@register.simple_tag
def exchange_word(state: str) -> SafeString:
    """The state of a listing or the step of a pair as a chip."""
    kind, word = EXCHANGE[state]
    return light(kind, word)


@register.simple_tag
def feedback_word(state: str) -> str:
    """The state of feedback in words."""
    return str(_(FEEDBACK[state]))


@register.simple_tag
def rating_word(rating: int) -> str:
    """What a rating means."""
    return str(_(RATINGS[rating]))


@register.simple_tag
def rating_stars(rating: int) -> SafeString:
    """A rating as stars, and in words for those who hear the page."""
    stars = "★" * rating + "☆" * (5 - rating)
    mark = '<span class="rating"><span aria-hidden="true">{}</span><span class="vh">{}</span></span>'
    return format_html(mark, stars, rating_word(rating))


@register.simple_tag(takes_context=True)
def letter_number(context: Any) -> int:
    """The next number of a table that shows only some of a list."""
    found: int = context.render_context.get("letter_number", 0) + 1
    context.render_context["letter_number"] = found
    return found


@register.simple_tag
def fault_of(faults: Iterable[Any], column: str) -> str:
    """What is wrong with a column's answer; nothing where nothing is."""
    return fault_at(faults, f"v-{column}")


@register.simple_tag
def fault_at(faults: Iterable[Any], field: str) -> str:
    """What is wrong with a field; nothing where nothing is."""
    return next((str(one.message) for one in faults if one.field == field), "")


@register.simple_tag
def faults_asked(faults: Iterable[Any], about: Register) -> list[Any]:
    """The faults at fields of the form of a register: one that asks for no party tells it at the party's own code."""
    columns = {column.id for column in about.columns}
    own = next((f"v-{name}" for name in ("uscc", "name") if name in columns), "")
    if about.id != "organization":
        return list(faults)
    return [replace(one, field=own) if one.field == "whom" else one for one in faults]


@register.simple_tag
def typed_or(typed: Mapping[str, str] | None, name: str, answer: str) -> str:
    """What was just typed into a field, else the answer kept so far."""
    return typed.get(name, answer) if typed else answer
