"""What a password must be, beside what Django asks: several kinds of signs, and none of the last five again."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS, LENGTH = 3, 10


def kinds_of(password: str) -> int:
    """How many of: small letters, capitals, digits, other signs.

    >>> kinds_of("abcDEF123!"), kinds_of("abcabcabc"), kinds_of("密码abc1")
    (4, 1, 3)
    """
    tests = (str.islower, str.isupper, str.isdigit)
    found = [any(test(sign) for sign in password) for test in tests]
    return sum(found) + any(not any(test(sign) for test in tests) for sign in password)


class LongEnough:
    """Ten signs; Django's own rule has no Chinese words for it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if len(password) < LENGTH:
            raise ValidationError(self.get_help_text(), code="password_length")

    def get_help_text(self) -> str:
        """The rule, for whoever chooses a password."""
        return _("至少 10 个字符")


class SeveralKinds:
    """Three of four kinds of signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if kinds_of(password) < KINDS:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """The rule, for whoever chooses a password."""
        return _("小写字母、大写字母、数字、其他符号，至少要有三种")


class NotUsedBefore:
    """None of the last passwords of the account, nor the present one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        account = getattr(user, "account", None) if getattr(user, "pk", None) else None
        if account is not None and any(check_password(password, used) for used in account.previous_passwords):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        """The rule, for whoever chooses a password."""
        return _("不能与最近五次用过的密码相同")
