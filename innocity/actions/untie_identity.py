"""Untie an account from its identity of the city's single sign-on."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from innocity.actions.tie_identity import PROVIDER
from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.viewer import Viewer


def untie_identity(viewer: Viewer, name: str) -> None:
    """Nobody is this account by single sign-on any more, until it is tied anew; sessions that run go on.

    Errors: E-RECORDS-DENIED, E-ACCOUNT-IDENTITY.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以解除对应", None, "在服务器上解除")
    with transaction.atomic():
        store.next_entry()
        deleted, _ = SocialAccount.objects.filter(provider=PROVIDER, user__username=name).delete()
        if not deleted:
            text = f"账号 {name} 没有对应统一身份认证的身份"
            raise InnoCityError("E-ACCOUNT-IDENTITY", text, None, "核对账号名")
        store.audit(viewer, "untie_identity", f"account/{name}", {})
