"""Open an account: what somebody who signs in is to the city."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from innocity.actions.set_password import check_password_rules, keep_password
from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Account, Party
from innocity.records.models_accounts import Handler
from innocity.records.viewer import Viewer

register_codes({
    "E-ACCOUNT-ROLE": ("角色与单位或主体不合", "a role lacks its unit or party"),
    "E-ACCOUNT-NAME": ("账号名不能用", "the name of an account is taken or empty"),
    "E-ACCOUNT-DEMO": ("演示账号只能在演示里用", "accounts of the demo are for the demo alone"),
})  # fmt: skip

NAME_MOST = 150  # characters of an account's name
_SIGNS = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789")  # none that look alike


def open_account(
    viewer: Viewer, name: str, password: str | None, role: str, *, unit: str | None = None, party: str | None = None,
    demo: bool = False, must_change: bool = False,
) -> Account:  # fmt: skip
    """An account of a role: `firm` is the legal person of a `party`, `officer` acts for a `unit`.

    Without a password nobody can sign in with one (single sign-on only). `must_change`: the password is to be
    changed at the first sign-in. Errors: E-ACCOUNT-*, E-RECORDS-DENIED.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以开账号", None, "由系统管理员在服务器上开")
    if demo and not settings.INNOCITY_DEMO:
        raise InnoCityError("E-ACCOUNT-DEMO", "演示账号只能在演示里开", None, "运行 make demo，或开正式账号")
    with transaction.atomic():
        entry = store.next_entry()
        _check_role(role, unit, party)
        account = new_account(name, password, role, unit=unit, demo=demo, must_change=must_change)
        if party is not None:
            authorise(viewer, account, party, entry, legal_person=True)
        details = {"role": role, "unit": unit, "party": party, "demo": demo, "entry": entry}
        store.audit(viewer, "open_account", f"account/{name}", details)
    return account


def new_account(name: str, password: str | None, role: str, **fields: Any) -> Account:
    """A user and its account, within the transaction of the action. Errors: E-ACCOUNT-NAME, E-ACCOUNT-PASSWORD."""
    users = get_user_model()
    must_change = fields.pop("must_change", False)
    if len(name) > NAME_MOST:
        text = f"账号名有 {len(name)} 个字符"
        raise InnoCityError("E-ACCOUNT-NAME", text, None, f"最多 {NAME_MOST} 个字符")
    if not name.strip() or users.objects.filter(username__iexact=name).exists():
        raise InnoCityError("E-ACCOUNT-NAME", f"账号名“{name}”为空或已有人用", None, "换一个名字")
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        text = f"账号名“{name}”有不能用的符号"
        raise InnoCityError("E-ACCOUNT-NAME", text, None, "只用文字、数字和 . _ - @ +") from None
    user = users(username=name)
    if password is not None:
        check_password_rules(password, user)
    user.set_unusable_password()
    user.save()
    account: Account = Account.objects.create(user=user, role=role, unit_id=fields.pop("unit", None), **fields)
    if password is not None:
        keep_password(account, password, must_change=must_change)
    return account


def authorise(viewer: Viewer, account: Account, party: str, entry: int, *, legal_person: bool = False) -> Handler:
    """That an account acts for a party, from today; within the transaction of the action."""
    handler: Handler = Handler.objects.create(
        account=account, party_id=party, legal_person=legal_person, granted_on=store.today(),
        granted_by=viewer.name or viewer.role, entry=entry,
    )  # fmt: skip
    return handler


def one_time_password() -> str:
    """A password for the first sign-in: 14 signs of three kinds, none that look alike."""
    signs = [secrets.choice(kind) for kind in _SIGNS]
    signs += [secrets.choice("".join(_SIGNS)) for _ in range(11)]
    secrets.SystemRandom().shuffle(signs)
    return "".join(signs)


def _check_role(role: str, unit: str | None, party: str | None) -> None:
    if role not in Account.Role.values:
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有角色 {role}", None, "写 " + "、".join(Account.Role.values))
    if (role == "firm") != (party is not None) or (role == "officer" and unit is None) or (role == "firm" and unit):
        raise InnoCityError("E-ACCOUNT-ROLE", "企业经办人要有主体，经办人员要有单位", None, "补上 unit 或 party")
    if unit is not None and not Party.objects.filter(id=unit, kind=Party.Kind.UNIT).exists():
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有单位 {unit}", None, "写城市包里的单位编号")
    if party is not None and not Party.objects.filter(id=party).exists():
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有主体 {party}", None, "先登记主体")
