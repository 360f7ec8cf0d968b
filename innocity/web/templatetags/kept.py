"""`{% kept state a b %}…{% endkept %}`: a part of a page that is rendered once for a state of a city (or for rows that
a view keeps by all that they rest on).

The part may rest on the state (told by identity, see `innocity.web.cities.state_for`), on the values named behind
it and on the language, and on nothing else: not on who asks, unless that is named. What somebody may not see is not
in the state that they get.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from innocity.actions.overview import Overview
from innocity.core.kept import Kept, Same

register = template.Library()
_STATES, _OF_EACH = 8, 40  # as many states as pages work out (innocity.web.cities), so many parts of each
_PARTS: Kept[Kept[SafeString]] = Kept(_STATES)
_OTHERS: Kept[Kept[SafeString]] = Kept(64)  # of smaller things that views keep: they push no state out


@register.tag
def kept(parser: Parser, token: Token) -> KeptPart:
    """The block tag. Raises TemplateSyntaxError where it names no state."""
    _, *names = token.split_contents()
    if not names:
        raise TemplateSyntaxError("kept: name the state on which the part rests")
    body = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptPart(body, [parser.compile_filter(name) for name in names])


class KeptPart(Node):
    """Its content, rendered once for the same state, values and language."""

    def __init__(self, nodelist: NodeList, names: list[FilterExpression]) -> None:
        self.nodelist, self.names = nodelist, names

    def render(self, context: Context) -> SafeString:
        """The content. Values that cannot be a key (lists) raise TypeError."""
        state, *values = (name.resolve(context) for name in self.names)
        key: tuple[Any, ...] = (self, *values, get_language())
        kept = _PARTS if isinstance(state, Overview) else _OTHERS
        parts: Kept[SafeString] = kept.get(Same(state), lambda: Kept(_OF_EACH))
        return parts.get(key, lambda: self.nodelist.render(context))
