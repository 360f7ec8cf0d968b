"""One's account at a glance, and the page of whoever has failed too often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.records.queries import accounts
from innocity.web.access import opens_to, viewer_of
from innocity.web.sign_in import first_page


@opens_to("firm", "officer", "leader", "auditor")
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and where password, second factor and sessions are kept."""
    viewer = viewer_of(request)
    context = {
        "firms": accounts.firms_of(viewer), "age": accounts.password_age(viewer), "first": first_page(viewer),
        "legal": accounts.is_legal_person(viewer),
        "days": settings.INNOCITY_PASSWORD_DAYS, "has_password": request.user.has_usable_password(),
    }  # fmt: skip
    return render(request, "web/account/account.html", context)


account.before_choice = True  # type: ignore[attr-defined]


def locked(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """After five failures: nothing about whether there is such an account."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/account/locked.html", {"minutes": minutes}, status=429)
