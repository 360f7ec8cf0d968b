"""Single sign-on: an identity is tied to the account of its name, and to no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.core import context
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from innocity.actions.revoke_account import revoke_account
from innocity.web.sign_in import SingleSignOn
from tests.web.personas import OPERATOR


@pytest.fixture(autouse=True)
def office(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server for single sign-on is set."""
    app = {**settings.OIDC_APP, "client_id": "innocity", "settings": {"server_url": "https://sign-in.example.cn"}}
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", {"openid_connect": {"APPS": [app]}})


def request() -> HttpRequest:
    found = RequestFactory().get("/account/single/office/login/callback/")
    found.session, found.user = SessionStore(), AnonymousUser()
    return found


def login_of(told: dict[str, object]) -> SocialLogin:
    """What the provider's answer comes to: an identity that is not tied to any user yet."""
    identity = SocialAccount(provider="office", uid="subject-1", extra_data={"userinfo": told})
    return SocialLogin(user=get_user_model()(), account=identity)


@pytest.mark.parametrize(("told", "tied"), [
    ({"preferred_username": "science"}, "science"), ({"preferred_username": "nobody"}, None),
    ({"preferred_username": ""}, None), ({"preferred_username": ["science"]}, None), ({"email": "science"}, None),
])  # fmt: skip
def test_the_claim_names_the_account(records: Path, told: dict[str, object], tied: str | None) -> None:
    asked, login = request(), login_of(told)
    with context.request_context(asked):
        SingleSignOn().pre_social_login(asked, login)
        assert not SingleSignOn().is_open_for_signup(asked, login)
    known = [one.user.get_username() for one in SocialAccount.objects.all()]
    assert known == ([tied] if tied else []) and login.is_existing == bool(tied)


def test_an_account_that_is_not_in_force_is_not_tied(records: Path) -> None:
    revoke_account(OPERATOR, "science")
    asked, login = request(), login_of({"preferred_username": "science"})
    with context.request_context(asked):
        SingleSignOn().pre_social_login(asked, login)
    assert not SocialAccount.objects.exists()
