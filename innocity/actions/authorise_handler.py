"""Authorise a handler: the legal person of a firm lets somebody act for it."""

from __future__ import annotations

from django.db import transaction

from innocity.actions.open_account import authorise, new_account, one_time_password
from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Account
from innocity.records.models_accounts import Handler
from innocity.records.viewer import Viewer

register_codes({
    "E-HANDLER-DENIED": ("只有法定代表人可以授权", "only the legal person may authorise handlers"),
    "E-HANDLER-ACCOUNT": ("这个账号不能作经办人", "this account cannot act for a firm"),
})  # fmt: skip


def authorise_handler(viewer: Viewer, party: str, name: str) -> str | None:
    """Let the account `name` act for a party from now on; an account that is not there yet is opened.

    Gives the password for the first sign-in of a new account, to be handed over in person, else None.
    Errors: E-HANDLER-DENIED, E-HANDLER-ACCOUNT, E-ACCOUNT-NAME.
    """
    with transaction.atomic():
        entry = store.next_entry()
        must_be_legal_person(viewer, party)
        account = Account.objects.filter(user__username=name).first()
        password = None
        if account is None:
            password = one_time_password()
            demo = Account.objects.filter(user__username=viewer.name, demo=True).exists()
            account = new_account(name, password, "firm", must_change=True, demo=demo)
        elif account.role != "firm" or account.revoked_on is not None:
            raise InnoCityError("E-HANDLER-ACCOUNT", f"账号“{name}”不能作经办人", None, "换一个账号名")
        elif Handler.objects.filter(account=account, party=party, revoked_on__isnull=True).exists():
            raise InnoCityError("E-HANDLER-ACCOUNT", f"“{name}”已经是经办人", None, "不用再授权")
        authorise(viewer, account, party, entry)
        store.audit(viewer, "authorise_handler", f"party/{party}", {"account": name, "new": password is not None})
    return password


def must_be_legal_person(viewer: Viewer, party: str) -> None:
    """That the asker may authorise and revoke for a party. Error: E-HANDLER-DENIED."""
    own = Handler.objects.filter(
        account__user__username=viewer.name, account__revoked_on__isnull=True, party=party, legal_person=True,
        revoked_on__isnull=True,
    )  # fmt: skip
    if viewer.role != "operator" and not (viewer.role == "firm" and own.exists()):
        text = "只有法定代表人可以授权或撤销经办人"
        raise InnoCityError("E-HANDLER-DENIED", text, None, "由法定代表人的账号办理")
