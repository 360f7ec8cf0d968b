"""Issue a token by which the systems of a unit ask the interface for programs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Party
from innocity.records.models_tokens import ApiToken
from innocity.records.queries.tokens import PREFIX, digest_of
from innocity.records.viewer import Viewer

register_codes({
    "E-TOKEN-UNIT": ("令牌要签发给城市包里的单位", "a token is issued to a unit of the city"),
    "E-TOKEN-NAME": ("令牌没有写用途", "the purpose of a token is missing"),
    "E-TOKEN-DAYS": ("令牌的有效期不对", "a token lasts from 1 to 366 days"),
    "E-TOKEN-UNKNOWN": ("没有这个令牌", "no such token"),
})  # fmt: skip

LONGEST = 366  # days


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it was issued; `token` is told this once and kept nowhere."""

    id: int
    token: str
    expires_on: date


def issue_token(viewer: Viewer, unit: str, name: str, *, days: int = 180, writes: bool = False) -> Issued:
    """A token of a unit for a purpose, for so many days; with `writes` it may also record figures and progress.

    Errors: E-TOKEN-UNIT, E-TOKEN-NAME, E-TOKEN-DAYS, E-RECORDS-DENIED.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以签发令牌", None, "由系统管理员在服务器上签发")
    if not name.strip():
        raise InnoCityError("E-TOKEN-NAME", "没有写令牌的用途", None, "写明哪个系统用它做什么")
    if not 1 <= days <= LONGEST:
        raise InnoCityError("E-TOKEN-DAYS", f"有效期 {days} 天不在 1 到 {LONGEST} 天之间", None, "到期以前再签发一个")
    with transaction.atomic():
        entry = store.next_entry()
        if not Party.objects.filter(id=unit, kind=Party.Kind.UNIT).exists():
            raise InnoCityError("E-TOKEN-UNIT", f"没有单位 {unit}", None, "写城市包里的单位编号")
        token = PREFIX + secrets.token_urlsafe(32)
        today = store.today()
        kept = ApiToken.objects.create(
            unit_id=unit, name=name.strip()[:100], start=token[: len(PREFIX) + 4], digest=digest_of(token),
            writes=writes, issued_on=today, expires_on=today + timedelta(days=days), entry=entry,
        )  # fmt: skip
        details = {"unit": unit, "writes": writes, "expires_on": kept.expires_on.isoformat()}
        store.audit(viewer, "issue_token", f"token/{kept.id}", details)
    return Issued(kept.id, token, kept.expires_on)
