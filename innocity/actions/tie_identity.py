"""Tie an identity of the city's single sign-on to an account: whoever proves to be the one is the other."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Account
from innocity.records.viewer import Viewer

register_codes({
    "E-ACCOUNT-IDENTITY": ("统一身份认证的身份对应不上", "an identity of single sign-on cannot be tied to the account"),
})  # fmt: skip
PROVIDER = "office"  # the one provider of single sign-on that a site has
SUBJECT_MOST = 191  # characters of a subject that the table holds


def tie_identity(viewer: Viewer, name: str, subject: str) -> SocialAccount:
    """Tie the provider's `subject` to an account in force: one identity an account, one account an identity.

    The operator may tie any account. An account ties itself, at its first sign-in, only if it was opened for single
    sign-on and has no password: a name alone never takes over an account of somebody who has one.
    Errors: E-RECORDS-DENIED, E-ACCOUNT-UNKNOWN, E-ACCOUNT-IDENTITY.
    """
    with transaction.atomic():
        store.next_entry()  # one at a time
        account = Account.objects.select_related("user").filter(user__username=name, revoked_on__isnull=True).first()
        if account is None:
            raise InnoCityError("E-ACCOUNT-UNKNOWN", f"没有在用的账号 {name}", None, "核对账号名")
        own = viewer.role != "anonymous" and viewer.name == name and not account.user.has_usable_password()
        if viewer.role != "operator" and not own:
            raise InnoCityError("E-RECORDS-DENIED", f"账号 {name} 没有开通统一身份认证", None, "由系统管理员开通")
        _check(name, account.user, subject)
        tied: SocialAccount = SocialAccount.objects.create(user=account.user, provider=PROVIDER, uid=subject)
        store.audit(viewer, "tie_identity", f"account/{name}", {})
    return tied


def _check(name: str, user: object, subject: str) -> None:
    text = remedy = ""
    if not subject or len(subject) > SUBJECT_MOST or not subject.isprintable():
        text, remedy = "统一身份认证的用户标识为空、太长或有不能用的符号", f"写它的 sub，最多 {SUBJECT_MOST} 个字符"
    elif SocialAccount.objects.filter(provider=PROVIDER, uid=subject).exists():
        text, remedy = "这个身份已经对应一个账号", "先解除那个账号的对应"
    elif SocialAccount.objects.filter(provider=PROVIDER, user=user).exists():
        text, remedy = (
            f"账号 {name} 已经对应另一个身份",
            f"确实换了人：innocity account sso CITY {name} --off",
        )
    if text:
        raise InnoCityError("E-ACCOUNT-IDENTITY", text, None, remedy)
