"""Drop the password of an account: from then on its holder signs in by single sign-on alone."""

from __future__ import annotations

from django.db import transaction

from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.models import Account
from innocity.records.viewer import Viewer


def drop_password(viewer: Viewer, name: str) -> None:
    """Make the password of an account in force unusable; all sessions of its holder end.

    Errors: E-RECORDS-DENIED, E-ACCOUNT-UNKNOWN.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以取消密码", None, "由系统管理员在服务器上办")
    with transaction.atomic():
        store.next_entry()
        account = Account.objects.select_related("user").filter(user__username=name, revoked_on__isnull=True).first()
        if account is None:
            raise InnoCityError("E-ACCOUNT-UNKNOWN", f"没有在用的账号 {name}", None, "核对账号名")
        account.user.set_unusable_password()
        account.user.save()
        account.must_change_password = False
        account.save()
        store.audit(viewer, "drop_password", f"account/{name}", {})
