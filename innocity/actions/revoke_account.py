"""Revoke an account: whoever holds it is nobody from then on. Its history stays."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.models import Account
from innocity.records.viewer import Viewer


def revoke_account(viewer: Viewer, name: str, *, today: date | None = None) -> None:
    """End an account that is in force. Errors: E-RECORDS-DENIED, E-ACCOUNT-UNKNOWN."""
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以停用账号", None, "在服务器上停用")
    with transaction.atomic():
        store.next_entry()
        found = Account.objects.filter(user__username=name, revoked_on__isnull=True)
        if not found.update(revoked_on=today or store.today()):
            raise InnoCityError("E-ACCOUNT-UNKNOWN", f"没有在用的账号 {name}", None, "核对账号名")
        store.audit(viewer, "revoke_account", f"account/{name}", {})
