"""Revoke a handler: from the next request on that account acts for the firm no more."""

from __future__ import annotations

from django.db import transaction

from innocity.actions.authorise_handler import must_be_legal_person
from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.models_accounts import Handler
from innocity.records.viewer import Viewer


def revoke_handler(viewer: Viewer, party: str, name: str) -> None:
    """End the authority of an account over a party; its history stays.

    A legal person is revoked by the operator alone. Errors: E-HANDLER-DENIED, E-HANDLER-ACCOUNT.
    """
    with transaction.atomic():
        store.next_entry()
        must_be_legal_person(viewer, party)
        found = Handler.objects.filter(account__user__username=name, party=party, revoked_on__isnull=True).first()
        if found is None:
            raise InnoCityError("E-HANDLER-ACCOUNT", f"“{name}”不是在用的经办人", None, "刷新页面，核对名单")
        if found.legal_person and viewer.role != "operator":
            text = "法定代表人的授权不能在这里撤销"
            raise InnoCityError("E-HANDLER-ACCOUNT", text, None, "变更法定代表人，找系统管理员办理")
        found.revoked_on, found.revoked_by = store.today(), viewer.name or viewer.role
        found.save()
        store.audit(viewer, "revoke_handler", f"party/{party}", {"account": name})
