"""Tokens of units: who asks by one, and the list of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from innocity.core.errors import InnoCityError
from innocity.records.models import Party
from innocity.records.models_tokens import ApiToken
from innocity.records.viewer import Viewer

PREFIX = "innocity_"


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who asks by a token: sees what an officer of its unit sees; `writes` whether it may record anything."""

    id: int
    viewer: Viewer
    writes: bool


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as it is listed: by its beginning, never whole."""

    id: int
    unit: str
    unit_name: str
    name: str
    start: str
    writes: bool
    issued_on: date
    expires_on: date
    revoked_on: date | None
    used_on: date | None

    def in_force(self, day: date) -> bool:
        """Whether it opens anything on a day."""
        return self.revoked_on is None and day <= self.expires_on


def digest_of(token: str) -> str:
    """The hash by which a token is kept. It needs no salt: a token is random, not chosen."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder_of(token: str, day: date) -> TokenHolder | None:
    """Who asks by a token on a day; None where it is unknown, revoked or over."""
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    found = ApiToken.objects.select_related("unit").filter(digest=digest_of(token), revoked_on__isnull=True).first()
    if found is None or day > found.expires_on or found.unit.kind != Party.Kind.UNIT:
        return None
    if found.used_on != day:  # written down once a day
        ApiToken.objects.filter(id=found.id).update(used_on=day)
    unit = found.unit
    viewer = Viewer("officer", f"token/{found.id}", unit.id, None, unit.division or unit.zone or None)
    return TokenHolder(found.id, viewer, found.writes)


def tokens(viewer: Viewer) -> tuple[TokenView, ...]:
    """All tokens, the latest first; for the operator and auditors. Error: E-RECORDS-FORBIDDEN."""
    if viewer.role not in ("operator", "auditor"):
        raise InnoCityError("E-RECORDS-FORBIDDEN", "令牌清单只有系统管理员和审计可以看", None, "由系统管理员列出")
    return tuple(
        TokenView(
            one.id, one.unit_id, one.unit.name, one.name, one.start, one.writes, one.issued_on, one.expires_on,
            one.revoked_on, one.used_on,
        )
        for one in ApiToken.objects.select_related("unit").order_by("-id")
    )  # fmt: skip
