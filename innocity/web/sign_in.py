"""How somebody signs in: what allauth asks of the site. There is no self sign-up.

By password (and, where it is asked for or wished, a second factor), or by single sign-on (`single_sign_on.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innocity.actions.note_sign_in import note_sign_in
from innocity.actions.note_sign_out import note_sign_out
from innocity.actions.set_password import set_password
from innocity.records.protect import decipher, encipher
from innocity.records.queries import accounts
from innocity.records.viewer import Viewer
from innocity.web import slowdown
from innocity.web.single_sign_on import strong, vouched

#: The first page of each role, by the name of its address: the first of these that exists.
FIRST_PAGES: dict[str, tuple[str, ...]] = {
    "firm": ("entitlements", "handlers"),
    "officer": ("inbox",),
    "leader": ("cockpit", "inbox"),
    "auditor": ("audit", "inbox"),
}
Owed = Literal["password", "second_factor", ""]


def first_page(viewer: Viewer) -> str:
    """The address at which somebody's work begins; the site's own start where no such page is."""
    city = settings.INNOCITY_CITY
    for name in FIRST_PAGES.get(viewer.role, ()):
        try:
            return reverse(name, args=[city])
        except NoReverseMatch:
            continue
    return reverse("home", args=[city])


def owed(request: HttpRequest, viewer: Viewer) -> Owed:
    """What somebody has to do before working: choose a new password, or set up a second factor.

    Who came by single sign-on used no password of ours, and needs no second factor of ours where the provider asked
    for one in a way that INNOCITY_OIDC_MFA names.
    """
    user, office = request.user, request.session.get("office")
    if user.has_usable_password() and office is None:
        age = accounts.password_age(viewer)
        if age.must_change or _too_old(age.changed_on):
            return "password"
    if viewer.role not in settings.INNOCITY_MFA_ROLES or (office or {}).get("second_factor"):
        return ""
    return "" if is_mfa_enabled(user) else "second_factor"


def _too_old(changed_on: date | None) -> bool:
    days = 0 if settings.INNOCITY_DEMO else settings.INNOCITY_PASSWORD_DAYS
    return bool(days and changed_on and timezone.localdate() - changed_on > timedelta(days))


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks: as the outermost of our own proxies saw it, never what a client claims."""
    seen = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    proxies = settings.INNOCITY_PROXIES
    if proxies and len(seen) >= proxies:
        return str(seen[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account whose failures are counted."""
    told = (credentials or {}).get("username") or request.POST.get("login", "")
    return str(told).strip().casefold()[:150]


class Adapter(DefaultAccountAdapter):
    """Accounts are opened by the operator and by legal persons; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("账号或密码不对。核对大小写；连错五次要等十五分钟"),
        "invalid_login": _("账号或密码不对。核对大小写；连错五次要等十五分钟"),
        "too_many_login_attempts": _("这个账号近来试错的次数太多，隔几分钟再试；在登录过的设备上不用等"),
        "incorrect_password": _("密码不对"),
        "enter_current_password": _("现在的密码不对"),
        "incorrect_code": _("验证码不对，或已过了时间"),
        "rate_limited": _("操作太快，过一会儿再试"),
    }
    said = {"account/messages/password_changed.txt": _("密码已改，其他设备上的登录已退出。")}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one's work begins."""
        return first_page(Viewer.of(request.user))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The start; who came by single sign-on is told that it does not end with this."""
        return reverse("single_left" if request.session.get("leave") else settings.LOGOUT_REDIRECT_URL)

    def get_login_stages(self) -> list[str]:
        """allauth's, but for our own second step."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "innocity.web.single_sign_on.SecondStep"}
        return [ours.get(one, one) for one in super().get_login_stages()]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's account."""
        return reverse("account")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Whether a password is tried at all. What axes refuses is not looked at, and so is no failure."""
        shut_out = not AxesProxyHandler.is_allowed(request, credentials)
        request._shut_out = shut_out
        if not shut_out and not slowdown.may_try(request, name_tried(request, credentials)):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted for the account, whatever the address."""
        if not getattr(request, "_shut_out", False):
            slowdown.count_failure(request, name_tried(request, credentials))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """A line in the audit log; the device is known from now on."""
        request._viewer = viewer = Viewer.of(user)
        told = kwargs.get("signal_kwargs")
        office = vouched(told) is not None
        note_sign_in(viewer, single_sign_on=office)
        for key in ("office", "leave", "settled") if not office else ("settled",):
            request.session.pop(key, None)
        if office:
            request.session["office"] = {"second_factor": strong(told)}
        answer = super().post_login(request, user, **kwargs)
        if answer is not None:
            slowdown.remember_device(request, answer, name_tried(request, {"username": user.get_username()}))
        return answer

    def logout(self, request: HttpRequest) -> None:
        """A line in the audit log here too."""
        viewer, leave = Viewer.of(request.user), request.session.get("leave")
        super().logout(request)
        note_sign_out(viewer)
        if leave:
            request.session["leave"] = leave  # so that the next page can lead out of the provider too

    def set_password(self, user: Any, password: str) -> None:
        """Passwords are set by an action, which keeps their age."""
        set_password(Viewer.of(user), user.get_username(), password)
        user.refresh_from_db()

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any,
                    **kwargs: Any) -> None:  # fmt: skip
        """Only what is worth saying, in our own words."""
        if message_template in self.said:
            super().add_message(request, level, message=str(self.said[message_template]))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose failures are counted."""
        return address_of(request)


class SecondFactor(DefaultMFAAdapter):
    """Secrets of the second factor are kept enciphered."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对，或已过了时间"),
        "cannot_delete_authenticator": _("您的岗位必须用两步验证，不能关"),
    }

    def get_totp_issuer(self) -> str:
        """What the app on the telephone calls the site."""
        return "InnoCity"

    def encrypt(self, text: str) -> str:
        """As `innocity.records.protect` does; in hexadecimal, as that one does not keep case."""
        return encipher(text.encode().hex())

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return bytes.fromhex(decipher(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not where one's role needs it."""
        return Viewer.of(authenticator.user).role not in settings.INNOCITY_MFA_ROLES
