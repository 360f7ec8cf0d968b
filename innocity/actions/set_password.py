"""Set the password of an account: its rules are checked, its age starts anew, all sessions of the user end."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Account
from innocity.records.viewer import Viewer

register_codes({
    "E-ACCOUNT-PASSWORD": ("密码不合要求", "the password is too weak"),
    "E-ACCOUNT-UNKNOWN": ("没有这个账号", "no such account"),
})  # fmt: skip
KEPT = 5  # so many of the last passwords may not come again


def set_password(viewer: Viewer, name: str, password: str, *, must_change: bool = True) -> None:
    """Give an account another password: by the operator, or by its holder.

    `must_change`: whoever signs in with it has to choose one of their own first. Errors: E-RECORDS-DENIED,
    E-ACCOUNT-UNKNOWN, E-ACCOUNT-PASSWORD.
    """
    own = viewer.role != "anonymous" and viewer.name == name
    if viewer.role != "operator" and not own:
        raise InnoCityError("E-RECORDS-DENIED", "只能改自己的密码", None, "由系统管理员在服务器上改")
    with transaction.atomic():
        store.next_entry()
        account = Account.objects.select_related("user").filter(user__username=name, revoked_on__isnull=True).first()
        if account is None:
            raise InnoCityError("E-ACCOUNT-UNKNOWN", f"没有在用的账号 {name}", None, "核对账号名")
        check_password_rules(password, account.user)
        keep_password(account, password, must_change=must_change and viewer.role == "operator")
        store.audit(viewer, "set_password", f"account/{name}", {"must_change": account.must_change_password})


def check_password_rules(password: str, user: Any) -> None:
    """That a password may be this user's. Error: E-ACCOUNT-PASSWORD with all that is wrong."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        text = "；".join(error.messages)
        raise InnoCityError("E-ACCOUNT-PASSWORD", text, None, "换一个更长、不常见的密码") from None


def keep_password(account: Account, password: str, *, must_change: bool) -> None:
    """Write a checked password; the hashes of the last ones are kept so that none comes again."""
    user = account.user
    user.set_password(password)
    user.save()
    account.previous_passwords = [user.password, *account.previous_passwords][:KEPT]
    account.password_changed_on = store.today()
    account.must_change_password = must_change
    account.save()
