"""Open an account: what somebody who signs in is to the city."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Account, Party
from innocity.records.viewer import Viewer

register_codes({
    "E-ACCOUNT-ROLE": ("角色与单位或主体不合", "a role lacks its unit or party"),
    "E-ACCOUNT-NAME": ("账号名不能用", "the name of an account is taken or empty"),
    "E-ACCOUNT-PASSWORD": ("密码不合要求", "the password is too weak"),
})  # fmt: skip


def open_account(
    viewer: Viewer, name: str, password: str | None, role: str, *, unit: str | None = None, party: str | None = None
) -> Account:
    """An account of a role: `firm` acts for a `party`, `officer` for a `unit`, `leader` and `auditor` for neither.

    Without a password nobody can sign in with one (single sign-on only). Errors: E-ACCOUNT-*, E-RECORDS-DENIED.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以开账号", None, "由系统管理员在服务器上开")
    users = get_user_model()
    with transaction.atomic():
        entry = store.next_entry()
        _check_role(role, unit, party)
        if not name.strip() or users.objects.filter(username=name).exists():
            raise InnoCityError("E-ACCOUNT-NAME", f"账号名“{name}”为空或已有人用", None, "换一个名字")
        user = users(username=name)
        if password is None:
            user.set_unusable_password()
        else:
            try:
                validate_password(password, user)
            except ValidationError as error:
                text = "；".join(error.messages)
                raise InnoCityError("E-ACCOUNT-PASSWORD", text, None, "换一个更长、不常见的密码") from None
            user.set_password(password)
        user.save()
        account: Account = Account.objects.create(user=user, role=role, unit_id=unit, party_id=party)
        details = {"role": role, "unit": unit, "party": party, "entry": entry}
        store.audit(viewer, "open_account", f"account/{name}", details)
    return account


def _check_role(role: str, unit: str | None, party: str | None) -> None:
    if role not in Account.Role.values:
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有角色 {role}", None, "写 " + "、".join(Account.Role.values))
    if (role == "firm") != (party is not None) or (role == "officer" and unit is None) or (role == "firm" and unit):
        raise InnoCityError("E-ACCOUNT-ROLE", "企业经办人要有主体，经办人员要有单位", None, "补上 unit 或 party")
    if unit is not None and not Party.objects.filter(id=unit, kind=Party.Kind.UNIT).exists():
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有单位 {unit}", None, "写城市包里的单位编号")
    if party is not None and not Party.objects.filter(id=party).exists():
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有主体 {party}", None, "先登记主体")
