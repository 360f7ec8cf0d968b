"""Signing in: the page, the limits, the second factor, sessions that end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client

import innocity.records  # noqa: F401  makes Django ready
from innocity.actions.open_account import open_account
from innocity.actions.revoke_account import revoke_account
from innocity.actions.set_password import set_password
from innocity.core.errors import InnoCityError
from innocity.records import queries
from innocity.records.models import AuditEntry
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR, PASSWORD

LOGIN = "/account/login/"
PRIVATE = "/weihai/my/handlers/"


def client(address: str = "10.0.0.1") -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address)


def sign_in(who: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return who.post(LOGIN, {"login": name, "password": password, **more})


def test_the_sign_in_leads_where_one_was_going(records: Path) -> None:
    one = client()
    answer = one.get(PRIVATE)
    assert answer.status_code == 302 and answer["Location"] == f"{LOGIN}?next={PRIVATE}"
    page = one.get(answer["Location"]).content.decode()
    assert "登录" in page and f'value="{PRIVATE}"' in page and "注册" not in page.replace("不能自己注册", "")
    assert sign_in(one, "firm", next=PRIVATE)["Location"] == PRIVATE
    assert one.get(PRIVATE).status_code == 200
    assert AuditEntry.objects.filter(action="sign_in", actor="firm").count() == 1


def test_nobody_is_led_to_another_site(records: Path) -> None:
    assert "elsewhere" not in sign_in(client(), "firm", next="https://elsewhere.example/")["Location"]


def test_a_wrong_password_says_nothing_of_the_account(records: Path) -> None:
    known, unknown = sign_in(client(), "firm", "wrong"), sign_in(client("10.0.0.2"), "nobody", "wrong")
    assert known.status_code == unknown.status_code == 200
    text = "账号或密码不对"
    assert text in known.content.decode() and text in unknown.content.decode()


def test_five_failures_lock_an_account_for_that_address(records: Path) -> None:
    one = client()
    for _ in range(5):
        answer = sign_in(one, "firm", "wrong")
    assert answer.status_code == 429 and "15 分钟" in answer.content.decode()
    assert sign_in(one, "firm").status_code == 429
    assert sign_in(one, "science").status_code == 302
    assert sign_in(client("10.0.0.2"), "firm").status_code == 302


def test_the_lock_opens_after_fifteen_minutes(records: Path) -> None:
    from datetime import timedelta

    from axes.models import AccessAttempt
    from django.utils import timezone

    one = client()
    for _ in range(5):
        sign_in(one, "firm", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert sign_in(one, "firm").status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(one, "firm").status_code == 302


def test_an_account_that_is_not_in_force_cannot_sign_in(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    revoke_account(OPERATOR, "science")
    assert sign_in(client(), "science").status_code == 200
    get_user_model().objects.create_superuser("root", password=PASSWORD)
    assert sign_in(client(), "root").status_code == 200


def test_revoking_ends_the_session_at_once(persona: Persona) -> None:
    one = persona("firm")
    assert one.get(PRIVATE).status_code == 200
    revoke_account(OPERATOR, "firm")
    assert one.get(PRIVATE)["Location"].startswith(LOGIN)


def test_accounts_of_the_demo_are_for_the_demo(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InnoCityError) as refused:
        open_account(OPERATOR, "show", PASSWORD, "leader", demo=True)
    assert refused.value.code == "E-ACCOUNT-DEMO"
    monkeypatch.setattr(settings, "INNOCITY_DEMO", True)
    open_account(OPERATOR, "show", PASSWORD, "leader", demo=True)
    one = client()
    assert sign_in(one, "show").status_code == 302 and one.get("/account/").status_code == 200
    monkeypatch.setattr(settings, "INNOCITY_DEMO", False)
    assert one.get("/account/").status_code == 302
    assert sign_in(client(), "show").status_code == 200


# --- sessions ---------------------------------------------------------------------------------------------------


def test_a_session_left_alone_ends(persona: Persona) -> None:
    one = persona("firm")
    assert one.get(PRIVATE).status_code == 200
    session = one.session
    session["seen"] -= settings.INNOCITY_IDLE_SECONDS + 1
    session.save()
    answer = one.get(PRIVATE)
    assert answer["Location"].startswith(LOGIN) and "ended=1" in answer["Location"]
    assert "太久没有操作" in one.get(answer["Location"]).content.decode()


def test_a_session_in_use_ends_too_at_last(persona: Persona) -> None:
    one = persona("firm")
    one.get(PRIVATE)
    session = one.session
    session["began"] -= settings.SESSION_COOKIE_AGE + 1
    session.save()
    assert one.get(PRIVATE).status_code == 302


def test_signing_out_needs_a_press(persona: Persona) -> None:
    one = persona("firm")
    assert "不退出" in one.get("/account/logout/").content.decode() and one.get(PRIVATE).status_code == 200
    assert one.post("/account/logout/").status_code == 302
    assert one.get(PRIVATE).status_code == 302


def test_other_devices_are_listed_and_signed_out(records: Path) -> None:
    here, there = client(), client("10.0.0.2")
    for one in (here, there):
        sign_in(one, "firm")
    page = here.get("/account/sessions/").content.decode()
    assert "10.0.0.2" in page and "其他设备全部退出" in page
    here.post("/account/sessions/")
    assert here.get(PRIVATE).status_code == 200 and there.get(PRIVATE).status_code == 302


def test_forms_need_their_token(records: Path) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = strict.post(LOGIN, {"login": "firm", "password": PASSWORD})
    assert answer.status_code == 403 and "这一页过期了" in answer.content.decode()


# --- passwords --------------------------------------------------------------------------------------------------


def change(one: Client, new: str, old: str = PASSWORD) -> Any:
    return one.post("/account/password/", {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize(("new", "why"), [
    ("Ab1!", "至少 10 个字符"), ("abcdefghijklmn", "至少要有三种"), ("Password123", "常见"), (PASSWORD, "最近五次"),
    ("Science-1A", "相似"),
])  # fmt: skip
def test_weak_passwords_are_refused_with_the_reason(persona: Persona, new: str, why: str) -> None:
    answer = change(persona("science"), new)
    told = [str(error) for error in answer.context["form"].errors["password1"]]
    assert answer.status_code == 200 and any(why in one and one in answer.content.decode() for one in told), told


def test_a_new_password_ends_other_sessions_and_keeps_this_one(records: Path) -> None:
    here, there = client(), client("10.0.0.2")
    for one in (here, there):
        sign_in(one, "firm")
    answer = change(here, "Quite-Another-1")
    assert answer["Location"] == "/account/" and "密码已改" in here.get("/account/").content.decode()
    assert here.get(PRIVATE).status_code == 200 and there.get(PRIVATE).status_code == 302
    assert sign_in(client(), "firm", "Quite-Another-1").status_code == 302


def test_a_first_password_is_changed_before_anything_else(records: Path) -> None:
    set_password(OPERATOR, "firm", "First-Password-1")
    one = client()
    sign_in(one, "firm", "First-Password-1")
    assert one.get(PRIVATE)["Location"] == "/account/password/"
    assert "先改密码" in one.get("/account/password/").content.decode()
    change(one, "Quite-Another-1", "First-Password-1")
    assert one.get(PRIVATE).status_code == 200


def test_an_old_password_is_changed_too(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    from innocity.records.models import Account

    Account.objects.update(password_changed_on="2020-01-01")
    assert persona("firm").get(PRIVATE)["Location"] == "/account/password/"
    monkeypatch.setattr(settings, "INNOCITY_PASSWORD_DAYS", 0)
    assert persona("firm").get(PRIVATE).status_code == 200


# --- second factor ----------------------------------------------------------------------------------------------


def opened(one: Client) -> Any:
    """The page on which it is set up: it asks for the password once more first."""
    answer = one.get("/account/2fa/totp/activate/")
    assert "再输一次密码" in one.get(answer["Location"]).content.decode()
    return one.get(one.post(answer["Location"], {"password": PASSWORD})["Location"])


def enrol(one: Client) -> None:
    page = opened(one)
    counter = int(time.time()) // 30
    code = format_hotp_value(hotp_value(page.context["form"].secret, counter))
    assert one.post("/account/2fa/totp/activate/", {"code": code})["Location"] == "/account/2fa/codes/"


def test_the_second_factor_is_asked_for_once_it_is_set_up(records: Path) -> None:
    one = client()
    sign_in(one, "science")
    enrol(one)
    codes = one.get("/account/2fa/codes/").context["unused_codes"]
    assert len(codes) == 10
    raw = Authenticator.objects.get(user__username="science", type="totp").data["secret"]
    assert get_adapter().decrypt(raw) not in raw
    other = client()
    assert sign_in(other, "science")["Location"] == "/account/2fa/authenticate/"
    assert other.get("/account/").status_code == 302
    assert "验证码不对" in other.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert other.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert other.get("/account/").status_code == 200
    again = client()
    sign_in(again, "science")
    assert again.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # used up


def test_roles_that_need_it_set_it_up_first(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INNOCITY_MFA_ROLES", frozenset({"auditor"}))
    one = client()
    sign_in(one, "auditor")
    assert one.get("/account/")["Location"] == "/account/2fa/totp/activate/"
    enrol(one)
    assert one.get("/account/").status_code == 200
    assert "必须用两步验证" in one.get("/account/2fa/totp/deactivate/").content.decode()


def test_its_picture_needs_nothing_that_the_policy_forbids(persona: Persona) -> None:
    one = client()
    sign_in(one, "science")
    page = opened(one).content.decode()
    assert "<svg" in page and "style=" not in page and "data:image" not in page


# --- the database keeps sessions --------------------------------------------------------------------------------


def test_sessions_lie_in_the_database(persona: Persona) -> None:
    assert Session.objects.filter(session_key=persona("firm").session.session_key).exists()


def test_postgresql_signs_in_too(persona_postgresql: Persona) -> None:
    one = client()
    for _ in range(5):
        sign_in(one, "firm", "wrong")
    assert sign_in(one, "firm").status_code == 429
    assert sign_in(one, "science").status_code == 302
    assert queries.instance(OPERATOR) is not None
