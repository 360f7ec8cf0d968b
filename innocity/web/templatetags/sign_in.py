"""What the pages of an account say beside what allauth gives them."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from innocity.web.access import viewer_of
from innocity.web.sign_in import owed

register = template.Library()
_SYSTEMS = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


@register.simple_tag
def single_sign_on() -> str:
    """The name of the office's own sign-in; empty where there is none."""
    return str(settings.OIDC_APP["name"]) if settings.OIDC_APP["settings"]["server_url"] else ""


@register.simple_tag
def is_demo() -> bool:
    """Whether accounts of the demo may sign in here."""
    return bool(settings.INNOCITY_DEMO)


@register.simple_tag(takes_context=True)
def password_due(context: template.Context) -> bool:
    """Whether whoever asks must choose another password before anything else."""
    request = context["request"]
    return owed(request, viewer_of(request)) == "password"


@register.filter
def device(agent: str) -> str:
    """A browser's own description of itself as browser and system.

    >>> device("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
    'Chrome · Linux'
    """
    browser = next((name for sign, name in _BROWSERS if re.search(sign, agent)), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("认不出的设备")


@register.filter
def by_four(text: str) -> str:
    """Signs in groups of four, to be read and typed.

    >>> by_four("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
