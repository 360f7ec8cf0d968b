"""What links a list of a page with the file of all its rows (`innocity.web.views.lists`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from innocity.web.views import lists

register = template.Library()


@register.simple_tag(takes_context=True)
def export_address(context: Any, name: str, ending: str) -> str:
    """The address of a list of this page as a file, under the page's own filters."""
    return lists.address_of(context["request"], name, ending)


@register.filter
def list_name(name: str) -> str:
    """What a list is called."""
    return _(lists.NAMES[name])
