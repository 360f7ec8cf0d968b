"""Revoke a token: from the next request on it opens nothing."""

from __future__ import annotations

from django.db import transaction

from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.models_tokens import ApiToken
from innocity.records.viewer import Viewer


def revoke_token(viewer: Viewer, token: int) -> None:
    """End a token by its number; one revoked before stays as it is. Errors: E-TOKEN-UNKNOWN, E-RECORDS-DENIED."""
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以撤销令牌", None, "由系统管理员在服务器上撤销")
    with transaction.atomic():
        store.next_entry()
        found = ApiToken.objects.filter(id=token).first()
        if found is None:
            raise InnoCityError("E-TOKEN-UNKNOWN", f"没有 {token} 号令牌", None, "用 innocity account tokens 查看")
        if found.revoked_on is None:
            found.revoked_on = store.today()
            found.save()
            store.audit(viewer, "revoke_token", f"token/{token}", {"unit": found.unit_id})
