"""Addresses of the account, below `/account/`: of allauth's views those that are wanted, nothing else."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path

from innocity.web.views.account import pages, single

urlpatterns: list[URLPattern] = [
    path("", pages.account, name="account"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("single/<slug:provider_id>/login/", single.start, name="single_start"),
    path("single/<slug:provider_id>/login/callback/", single.callback, name="openid_connect_callback"),
    path("single/left/", single.left, name="single_left"),
]
