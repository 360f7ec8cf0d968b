"""What `check --deploy` says of a site that is about to face the world, beside what Django asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_single_sign_on(**_: Any) -> list[CheckMessage]:
    """A provider over TLS, with a client of its own."""
    url, found = settings.OIDC_APP["settings"]["server_url"], []
    if settings.INNOCITY_OIDC_HTTP:
        text = "INNOCITY_OIDC_HTTP lets single sign-on go without TLS: anybody on the way can sign in as anybody."
        found.append(Error(text, hint="Unset INNOCITY_OIDC_HTTP.", id="innocity.E001"))
    if url and not url.startswith("https://"):
        text = "INNOCITY_OIDC_URL is not an https address: the site refuses to talk to it."
        found.append(Error(text, hint="Give the provider's issuer, https://...", id="innocity.E002"))
    if url and not (settings.OIDC_APP["client_id"] and settings.OIDC_APP["secret"]):
        text = "Single sign-on lacks INNOCITY_OIDC_ID or INNOCITY_OIDC_SECRET."
        found.append(Error(text, hint="Register the site with the provider.", id="innocity.E003"))
    return found


@register(Tags.security, deploy=True)
def check_https(**_: Any) -> list[CheckMessage]:
    """The server speaks no TLS itself: https without a proxy that says so is an endless redirect."""
    if settings.SECURE_SSL_REDIRECT and not settings.INNOCITY_PROXIES:
        text = "INNOCITY_HTTPS is on, but no proxy of ours stands before the site: every request is redirected."
        return [Error(text, hint="Put a proxy with TLS before it and set INNOCITY_PROXIES=1.", id="innocity.E004")]
    return []


@register(Tags.security, deploy=True)
def check_demo(**_: Any) -> list[CheckMessage]:
    """Accounts whose passwords are printed open no door to the world."""
    if not settings.INNOCITY_DEMO:
        return []
    return [Error("Accounts of the demo may sign in.", hint="Unset INNOCITY_DEMO.", id="innocity.E005")]
