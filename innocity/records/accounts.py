"""Which accounts are in force, and the backend by which Django signs their holders in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from innocity.records.models import Account


def in_force() -> QuerySet[Account]:
    """Accounts that are not revoked; those of the demo only where the site shows the demo."""
    found = Account.objects.filter(revoked_on__isnull=True, user__is_active=True)
    return found if getattr(settings, "INNOCITY_DEMO", False) else found.filter(demo=False)


class AccountBackend(ModelBackend):
    """Passwords as Django checks them, of users with an account in force; a session ends with the account."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether somebody may sign in."""
        return bool(super().user_can_authenticate(user) and in_force().filter(user=user).exists())

    def get_user(self, user_id: int) -> Any:
        """The user of a session, asked at each request: nobody once the account is not in force."""
        account = in_force().select_related("user", "unit").filter(user=user_id).first()
        if account is None:
            return None
        account.user.account_in_force = account
        return account.user
