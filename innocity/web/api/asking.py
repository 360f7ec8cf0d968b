"""Who asks: a token of a unit, or anybody; and how often."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from innocity.packs.model import Pack
from innocity.records.queries.tokens import TokenHolder, digest_of, holder_of
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.sign_in import address_of

_WINDOW = 60  # seconds


class UnitToken(HttpBearer):
    """`Authorization: Bearer innocity_...`."""

    openapi_description = "单位的令牌，由系统管理员用 innocity account token 签发"

    def authenticate(self, request: HttpRequest, token: str) -> TokenHolder | None:
        """Whoever the token stands for; None (401) where it opens nothing."""
        found = holder_of(token, timezone.localdate())
        if found is not None:
            request.unit_asking = found.viewer.unit  # for the line of the log
        return found


TOKEN = UnitToken()


def holder(request: HttpRequest) -> TokenHolder:
    """The token that an operation behind `TOKEN` was asked with."""
    found = getattr(request, "auth", None)
    assert isinstance(found, TokenHolder)
    return found


def viewer(request: HttpRequest) -> Viewer:
    """Who asks by the token."""
    return holder(request).viewer


def own_pack(city: str) -> Pack:
    """The pack of the city whose records this instance keeps. Raises Http404 for any other."""
    if city != settings.INNOCITY_CITY:
        raise Http404("this instance keeps the records of another city")
    return cities.pack_of(city)


def must_write(request: HttpRequest) -> Viewer:
    """Who asks, by a token that may record. Raises a 403."""
    if not holder(request).writes:
        raise HttpError(403, "")
    return viewer(request)


class Rate(BaseThrottle):
    """So many requests a minute for each token or, without one, each address, whichever process of the site answers."""

    def __init__(self) -> None:
        self._left = _WINDOW

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this one is within the limit."""
        who, limit = self._who(request)
        now = int(time.time())
        self._left = _WINDOW - now % _WINDOW
        key = f"api-rate:{who}:{now // _WINDOW}"
        cache.add(key, 0, _WINDOW + 1)
        try:
            return bool(cache.incr(key) <= limit)
        except ValueError:  # fell out of the cache in between
            return True

    def wait(self) -> float | None:
        """Seconds until the next window."""
        return float(self._left)

    @staticmethod
    def _who(request: HttpRequest) -> tuple[str, int]:
        known: Any = getattr(request, "auth", None)
        if isinstance(known, TokenHolder):
            return f"token:{known.id}", settings.INNOCITY_API_TOKEN_RATE
        return f"address:{digest_of(address_of(request))[:32]}", settings.INNOCITY_API_RATE
