"""Single sign-on with a real provider: who gets in, as whom, and what is believed of the provider's answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from innocity.actions.drop_password import drop_password
from innocity.actions.revoke_account import revoke_account
from innocity.actions.set_password import set_password
from innocity.actions.tie_identity import tie_identity
from innocity.actions.untie_identity import untie_identity
from innocity.core.errors import InnoCityError
from innocity.records.models import AuditEntry
from innocity.records.viewer import Viewer
from innocity.web import single_sign_on
from innocity.web.watch import Line
from tests.web.account.conftest import Provider, free_ports
from tests.web.account.sign_on import START, answered, begun, client_at, signed_on
from tests.web.personas import OPERATOR, PASSWORD

INBOX = "/weihai/office/"


@pytest.fixture
def one(records: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser of a site that knows the provider; 科技 (`science`) was opened for single sign-on."""
    told = provider.environment
    app = {
        **settings.OIDC_APP, "client_id": told["INNOCITY_OIDC_ID"], "secret": told["INNOCITY_OIDC_SECRET"],
        "name": told["INNOCITY_OIDC_NAME"], "settings": {"server_url": provider.issuer},
    }  # fmt: skip
    known = {"openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}}
    monkeypatch.setattr(settings, "OIDC_APP", app)
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", known)
    monkeypatch.setattr(settings, "INNOCITY_OIDC_HTTP", True)
    drop_password(OPERATOR, "science")
    return client_at(provider)


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What the log tells of sign-ins that were refused."""
    found: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(json.loads(Line().format(record)))  # type: ignore[method-assign]
    logger = logging.getLogger("innocity.sign_in")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def server(url: str) -> None:
    settings.OIDC_APP["settings"]["server_url"] = url


def is_in(one: Client) -> bool:
    return "_auth_user_id" in one.session


def changed(path: str, **fields: str) -> str:
    parts = urlsplit(path)
    return f"{parts.path}?{urlencode({**dict(parse_qsl(parts.query)), **fields})}"


def test_an_account_opened_for_it_lands_where_its_work_begins(one: Client) -> None:
    answer = signed_on(one, "science")
    assert answer.status_code == 302 and answer["Location"].startswith(INBOX) and is_in(one)
    assert one.get(answer["Location"]).status_code == 200
    rows = {row.action: row for row in AuditEntry.objects.filter(object="account/science")}
    assert rows["tie_identity"].actor == rows["sign_in"].actor == "science"
    assert json.loads(rows["sign_in"].details) == {"single_sign_on": True}
    again = signed_on(Client(**one.defaults), "science")
    assert again["Location"].startswith(INBOX) and AuditEntry.objects.filter(action="tie_identity").count() == 1


def test_nothing_else_that_the_provider_tells_is_kept(one: Client) -> None:
    signed_on(one, "science")
    kept = SocialAccount.objects.get()
    assert kept.uid == "subject-of-science" and set(kept.extra_data) == {"sub", "account", "second_factor"}
    assert not kept.user.email


def test_pkce_and_state_go_with_the_question(one: Client) -> None:
    asked = dict(parse_qsl(urlsplit(begun(one)).query))
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43 and asked["state"]
    assert asked["redirect_uri"].endswith("/account/single/office/login/callback/")


@pytest.mark.parametrize(("next_", "lands"), [
    ("/weihai/office/registers/", "/weihai/office/registers/"), ("https://evil.example/", INBOX),
    ("//evil.example/", INBOX),
])  # fmt: skip
def test_it_leads_back_to_the_page_that_was_asked_for(one: Client, next_: str, lands: str) -> None:
    location = signed_on(one, "science", "?" + urlencode({"next": next_}))["Location"]
    assert location.startswith(lands) and "evil" not in location


def test_who_has_no_account_is_refused_and_none_is_made(one: Client, lines: list[dict[str, Any]]) -> None:
    before = get_user_model().objects.count()
    answer = signed_on(one, "stranger")
    text = answer.content.decode()
    assert answer.status_code == 403 and "这里没有您的账号" in text and "/session/end?client_id=innocity" in text
    assert not is_in(one) and get_user_model().objects.count() == before and not SocialAccount.objects.exists()
    assert [line["reason"] for line in lines] == ["unknown"] and "stranger" not in json.dumps(lines)


def test_a_name_does_not_take_over_an_account_with_a_password(one: Client) -> None:
    answer = signed_on(one, "county")
    assert answer.status_code == 403 and "这个账号用密码登录" in answer.content.decode() and not is_in(one)
    tie_identity(OPERATOR, "county", "subject-of-county")
    assert signed_on(one, "county")["Location"].startswith(INBOX)
    assert Client(**one.defaults).post("/account/login/", {"login": "county", "password": PASSWORD}).status_code == 302


def test_an_account_is_of_one_identity_until_the_operator_unties_it(one: Client) -> None:
    signed_on(one, "science")
    other = Client(**one.defaults)
    answer = signed_on(other, "other")  # the same name, somebody else
    assert answer.status_code == 403 and "账号对应的不是您" in answer.content.decode() and not is_in(other)
    with pytest.raises(InnoCityError, match="已经对应另一个身份"):
        tie_identity(OPERATOR, "science", "subject-of-another")
    untie_identity(OPERATOR, "science")
    assert signed_on(other, "other")["Location"].startswith(INBOX)
    with pytest.raises(InnoCityError, match="已经对应一个账号"):
        tie_identity(OPERATOR, "county", "subject-of-another")


@pytest.mark.parametrize("tied", [False, True])
def test_a_revoked_account_is_shut_out(one: Client, tied: bool) -> None:
    if tied:
        signed_on(one, "science")
    revoke_account(OPERATOR, "science")
    late = Client(**one.defaults)
    answer = signed_on(late, "science")
    assert answer.status_code == 403 and "账号已停用" in answer.content.decode() and not is_in(late)


def test_only_the_operator_ties_unties_and_drops_passwords(one: Client) -> None:
    county = Viewer.of(get_user_model().objects.get(username="county"))
    for attempt in (
        lambda: tie_identity(county, "county", "x"), lambda: tie_identity(county, "science", "x"),
        lambda: untie_identity(county, "county"), lambda: drop_password(county, "county"),
    ):  # fmt: skip
        with pytest.raises(InnoCityError) as refused:
            attempt()
        assert refused.value.code == "E-RECORDS-DENIED"


# --- the way there and back ------------------------------------------------------------------------------------


def test_it_is_begun_by_a_button_alone_and_ties_nothing_on_request(one: Client) -> None:
    assert one.get(START).status_code == 405
    assert one.post("/account/single/elsewhere/login/").status_code == 404
    assert one.get("/account/single/elsewhere/login/callback/").status_code == 404
    one.force_login(get_user_model().objects.get(username="county"), "innocity.records.accounts.AccountBackend")
    answer = signed_on(one, "stranger", "?process=connect")
    assert answer.status_code == 403 and not SocialAccount.objects.exists()


def test_without_a_provider_there_is_nothing(records: Path) -> None:
    plain = Client(SERVER_NAME="localhost")
    assert plain.post(START).status_code == plain.get(START + "callback/").status_code == 404
    assert "统一" not in plain.get("/account/login/").content.decode()
    assert plain.get("/account/single/left/")["Location"] == "/"


def test_a_way_back_that_was_not_begun_here_leads_nowhere(one: Client, lines: list[dict[str, Any]]) -> None:
    back = answered(begun(one), "science")
    other = Client(**one.defaults)
    assert other.get(back).status_code == 401 and not is_in(other)
    assert one.get(back).status_code == 302
    assert other.get(back).status_code == 401  # nor twice
    assert one.get(back)["Location"] == "/"  # who is in already goes on
    assert one.get(START + "callback/?error=access_denied&state=x")["Location"] == "/"
    assert {line["reason"] for line in lines} == {"late"}


def test_a_way_that_took_too_long_is_begun_again(one: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    back = answered(begun(one), "science")
    monkeypatch.setattr(statekit, "STATE_TTL", -1)
    answer = one.get(back)
    assert answer.status_code == 401 and "隔得太久" in answer.content.decode() and not is_in(one)


def test_who_gives_up_there_is_told_so(one: Client) -> None:
    answer = one.get(answered(begun(one), "science", "cancel"))
    assert answer.status_code == 401 and "没有在统一身份认证那里完成登录" in answer.content.decode()


def test_the_code_of_somebody_else_is_of_no_use(one: Client, lines: list[dict[str, Any]]) -> None:
    stolen = dict(parse_qsl(urlsplit(answered(begun(Client(**one.defaults)), "science")).query))["code"]
    own = dict(parse_qsl(urlsplit(begun(one)).query))["state"]
    answer = one.get(START + "callback/?" + urlencode({"code": stolen, "state": own, "iss": settings_issuer()}))
    assert answer.status_code == 401 and not is_in(one)
    assert lines[-1]["reason"] == "mistrusted" and stolen not in json.dumps(lines)


def settings_issuer() -> str:
    return str(settings.OIDC_APP["settings"]["server_url"])


# --- what is believed ------------------------------------------------------------------------------------------


def test_a_provider_that_calls_itself_otherwise_is_not_believed(one: Client, lines: list[dict[str, Any]]) -> None:
    server(settings_issuer().replace("127.0.0.1", "localhost"))
    answer = one.post(START)
    assert answer.status_code == 401 and "核对不上" in answer.content.decode()
    assert (lines[-1]["reason"], lines[-1]["detail"]) == ("mistrusted", "issuer")


@pytest.mark.parametrize("named", ["https://evil.example", ""])
def test_an_answer_in_the_name_of_another_issuer_is_not_believed(one: Client, named: str) -> None:
    answer = one.get(changed(answered(begun(one), "science"), iss=named))
    assert answer.status_code == 401 and not is_in(one)


def test_userinfo_about_somebody_else_is_not_believed(
    one: Client, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"sub": "subject-of-leader", "preferred_username": "science"}
    monkeypatch.setattr(single_sign_on.Office, "_fetch_user_info", lambda *_: told)
    assert signed_on(one, "science").status_code == 401 and lines[-1]["detail"] == "subject" and not is_in(one)


def test_a_token_for_another_client_is_not_believed(one: Client, lines: list[dict[str, Any]]) -> None:
    back = answered(begun(one), "science")

    class Elsewhere(single_sign_on.Office):
        def _decode_id_token(self, app: Any, sent: str) -> Any:
            app.client_id = "another"
            return super()._decode_id_token(app, sent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("innocity.web.views.account.single.Office", Elsewhere)
        assert one.get(back).status_code == 401 and lines[-1]["reason"] == "mistrusted" and not is_in(one)


@pytest.mark.parametrize(
    ("path", "detail"), [("/keys-of-another", "signature"), ("/.well-known/openid-configuration", "key")]
)
def test_a_token_that_the_provider_s_keys_did_not_sign_is_not_believed(
    one: Client, lines: list[dict[str, Any]], path: str, detail: str
) -> None:
    settings.OIDC_APP["settings"]["openid_configuration_overrides"] = {"jwks_uri": settings_issuer() + path}
    answer = signed_on(one, "science")
    assert answer.status_code == 401 and "核对不上" in answer.content.decode() and not is_in(one)
    assert (lines[-1]["reason"], lines[-1]["detail"]) == ("mistrusted", detail)
    assert not SocialAccount.objects.exists()


def test_a_provider_whose_keys_cannot_be_had_lets_nobody_in(one: Client, lines: list[dict[str, Any]]) -> None:
    away = {"jwks_uri": f"http://127.0.0.1:{free_ports(1)[0]}/jwks"}
    settings.OIDC_APP["settings"]["openid_configuration_overrides"] = away
    assert signed_on(one, "science").status_code == 503 and lines[-1]["reason"] == "unreachable" and not is_in(one)


def test_nothing_is_asked_without_tls(
    one: Client, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "INNOCITY_OIDC_HTTP", False)
    server("http://127.0.0.1:1")  # nobody listens: had it been asked, it would be unreachable
    assert one.post(START).status_code == 401 and lines[-1]["detail"] == "plain_http"


@pytest.mark.parametrize(("changes", "detail"), [
    ({"token_endpoint": "http://a.example.cn/token"}, "plain_http"), ({"issuer": "https://b.example.cn"}, "issuer"),
    ({"token_endpoint": None}, "document"), ({"end_session_endpoint": "javascript:alert(1)"}, "plain_http"),
])  # fmt: skip
def test_a_description_of_a_provider(changes: dict[str, Any], detail: str) -> None:
    url = "https://a.example.cn"
    good = {"issuer": url, "authorization_endpoint": f"{url}/auth", "token_endpoint": f"{url}/token"}
    assert single_sign_on.checked(good, f"{url}/.well-known/openid-configuration") == good
    with pytest.raises(single_sign_on.Mistrusted, match=detail):
        single_sign_on.checked({**good, **changes}, url)


def test_a_provider_that_is_away_is_told_at_either_end(one: Client, lines: list[dict[str, Any]]) -> None:
    back, away = answered(begun(one), "science"), f"http://127.0.0.1:{free_ports(1)[0]}"
    server(away)
    for answer in (one.post(START), one.get(back)):
        assert answer.status_code == 503 and "连不上" in answer.content.decode()
    assert lines[-1]["detail"] == "ConnectionError" and not is_in(one)


# --- second factor, passwords, signing out ---------------------------------------------------------------------


def test_roles_that_need_a_second_factor_set_one_up_here(one: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INNOCITY_MFA_ROLES", frozenset(("leader",)))
    drop_password(OPERATOR, "leader")
    landed = one.get(signed_on(one, "leader+otp")["Location"])
    assert landed["Location"] == "/account/2fa/totp/activate/"


def test_a_second_factor_at_the_provider_counts_where_a_setting_says_so(
    one: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "INNOCITY_MFA_ROLES", frozenset(("leader",)))
    monkeypatch.setattr(settings, "INNOCITY_OIDC_MFA", frozenset(("otp",)))
    drop_password(OPERATOR, "leader")
    assert one.get(signed_on(one, "leader+otp")["Location"]).status_code == 200
    weak = Client(**one.defaults)  # the same person without it
    assert weak.get(signed_on(weak, "leader")["Location"])["Location"] == "/account/2fa/totp/activate/"


def test_a_second_factor_set_up_here_is_asked_for_unless_one_was_used_there(
    one: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(get_user_model().objects.get(username="science"), generate_totp_secret())
    assert signed_on(one, "science")["Location"] == "/account/2fa/authenticate/" and not is_in(one)
    monkeypatch.setattr(settings, "INNOCITY_OIDC_MFA", frozenset(("otp",)))
    other = Client(**one.defaults)
    assert signed_on(other, "science+otp")["Location"].startswith(INBOX) and is_in(other)


def test_a_password_that_was_not_used_need_not_be_changed(one: Client) -> None:
    set_password(OPERATOR, "county", "Another-of-2023!")  # to be changed at the next sign-in
    tie_identity(OPERATOR, "county", "subject-of-county")
    assert one.get(signed_on(one, "county")["Location"]).status_code == 200
    plain = Client(**one.defaults)
    plain.post("/account/login/", {"login": "county", "password": "Another-of-2023!"})
    assert plain.get(INBOX)["Location"] == "/account/password/"


def test_signing_out_leads_out_of_the_provider_too(one: Client, provider: Provider) -> None:
    signed_on(one, "science")
    answer = one.post("/account/logout/")
    assert answer["Location"] == "/account/single/left/" and not is_in(one)
    page = one.get("/account/single/left/").content.decode()
    assert f"{provider.issuer}/session/end?client_id=innocity&amp;post_logout_redirect_uri=" in page
    assert AuditEntry.objects.filter(action="sign_out", actor="science").exists()
    one.post("/account/login/", {"login": "county", "password": PASSWORD})
    assert one.post("/account/logout/")["Location"] == "/"  # this one did not come from there
