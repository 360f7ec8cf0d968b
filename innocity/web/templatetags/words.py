"""`{% trans "…" %}` of a fixed text, said once for each language: a page holds hundreds of them.

It is Django's own tag in all else; the catalogues do not change while the site runs (`innocity.web.messages`).
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.base import Node, Parser, Token, Variable
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()


@register.tag("trans")
@register.tag("translate")
def trans(parser: Parser, token: Token) -> Node:
    """Django's tag; where it says a fixed text and nothing else, one that remembers it."""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    said = node.filter_expression
    fixed = isinstance(said.var, Variable) and isinstance(said.var.literal, str) and not said.filters
    if not fixed or node.noop or node.asvar or node.message_context:
        return node
    return FixedText(said, node.noop)


class FixedText(i18n.TranslateNode):
    """A text in the language of the page."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The text, escaped as Django's tag does it."""
        language = get_language()
        found = self._said.get(language)
        if found is None:
            found = self._said[language] = super().render(context)
        return found
