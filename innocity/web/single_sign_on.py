"""Single sign-on: what the site asks of the city's OpenID provider, what it believes of the answer, whom it lets in.

Code flow with PKCE. The provider's own description must name the issuer that INNOCITY_OIDC_URL names, and every
address in it is https. Signature, issuer, audience and term of the ID token are checked (`id_token`); what the
userinfo endpoint adds must be about the same subject. Of all that
the provider tells only the subject, the account's name and whether a second factor was used are kept.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from innocity.actions.tie_identity import tie_identity
from innocity.core.errors import InnoCityError
from innocity.records.viewer import Viewer
from innocity.web.id_token import Mistrusted, read_by_keys, read_by_secret, signed_by_secret

LOG = logging.getLogger("innocity.sign_in")
WELL_KNOWN = "/.well-known/openid-configuration"
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri")
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody does not get in: the answer's status, and what the page says."""

    status: int
    title: Any
    text: Any


_FAILED = _("没有登录成功")
_MISTRUSTED = _("统一身份认证的回答核对不上，没有采用。请告诉系统管理员。")
_UNKNOWN = _("统一身份认证认出了您，但本市的系统管理员还没有给您开账号。")
_CLOSED = _("企业的经办人请找本企业的法定代表人，工作人员请找系统管理员。")
_PASSWORD = _("您的账号没有开通统一身份认证。请用密码登录，或请系统管理员开通。")
_OTHER = _("和您同名的账号已经对应统一身份认证里的另一个人。请告诉系统管理员。")
REASONS: dict[str, Reason] = {
    "late": Reason(401, _FAILED, _("这次登录隔得太久，或不是在这里开始的。请重新登录。")),
    "cancelled": Reason(401, _FAILED, _("您没有在统一身份认证那里完成登录。")),
    "mistrusted": Reason(401, _FAILED, _MISTRUSTED),
    "unreachable": Reason(503, _FAILED, _("现在连不上统一身份认证，请过一会儿再试。")),
    "unknown": Reason(403, _("这里没有您的账号"), _UNKNOWN),
    "closed": Reason(403, _("账号已停用"), _CLOSED),
    "password": Reason(403, _("这个账号用密码登录"), _PASSWORD),
    "other": Reason(403, _("账号对应的不是您"), _OTHER),
}


def refuse(request: HttpRequest, reason: str, detail: str = "") -> HttpResponse:
    """The page of whoever does not get in, and a line for whoever runs the site: why, not who."""
    told = {"id": getattr(request, "number", ""), "reason": reason, "detail": detail}
    LOG.warning("single_sign_on_refused", extra={"told": told})
    one = REASONS[reason]
    leave = address_to_leave(request) if one.status == 403 else ""
    context = {"title": one.title, "text": one.text, "leave": leave}
    return render(request, "web/account/single_refused.html", context, status=one.status)


def checked(config: Any, url: str) -> dict[str, Any]:
    """The provider's description of itself, if it is what the setting names. Raises Mistrusted.

    >>> ends = dict.fromkeys(_NEEDED, "https://a.example.cn/x") | {"issuer": "https://a.example.cn"}
    >>> checked(ends, "https://a.example.cn/")["issuer"]
    'https://a.example.cn'
    """
    if not isinstance(config, dict) or not all(isinstance(config.get(name), str) for name in _NEEDED):
        raise Mistrusted("document")
    if config["issuer"].rstrip("/") != url.removesuffix(WELL_KNOWN).rstrip("/"):
        raise Mistrusted("issuer")
    for name in _ENDPOINTS:
        refuse_plain(str(config.get(name) or "https:"))
    return config


def refuse_plain(url: str) -> None:
    """Raises Mistrusted for an address that is not https; a trial on one machine may say that it is (check --deploy
    refuses that)."""
    if not url.startswith("https:") and not settings.INNOCITY_OIDC_HTTP:
        raise Mistrusted("plain_http")


class Office(OpenIDConnectOAuth2Adapter):
    """The conversation with the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Its description, fetched once a request, checked."""
        if not hasattr(self, "_checked"):
            url = settings.OIDC_APP["settings"]["server_url"]
            refuse_plain(url)
            self._checked = checked(super().openid_config, url)
        return self._checked

    def get_access_token_data(self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: Any = None) -> Any:
        """Nothing is sent to the provider for an answer that names another issuer (RFC 9207)."""
        named = request.GET.get("iss")
        asked = self.openid_config.get("authorization_response_iss_parameter_supported") is True
        if (named or asked) and named != self.openid_config["issuer"]:
            raise Mistrusted("issuer")
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Who signs in: only what is needed of what the provider told."""
        sent = kwargs["response"].get("id_token")
        claims = self._decode_id_token(app, sent) if isinstance(sent, str) else {}
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject or "exp" not in claims:
            raise Mistrusted("token")
        if claims.get("azp", app.client_id) != app.client_id:
            raise Mistrusted("token")
        told = dict(claims)
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if not isinstance(more, dict) or more.get("sub") != subject:
                raise Mistrusted("subject")
            told = more | claims
        request.session["leave"] = self._leaving(request, app)
        kept = {"sub": subject, "account": told.get(settings.INNOCITY_OIDC_CLAIM), "second_factor": _strong(claims)}
        return self.get_provider().sociallogin_from_response(request, kept)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Its claims, once its signature is the provider's: allauth leaves that out where a token came over TLS."""
        meant = {"issuer": self.openid_config["issuer"], "client": app.client_id}
        if signed_by_secret(id_token):
            claims = read_by_secret(id_token, app.secret, **meant)
        else:
            claims = read_by_keys(id_token, self._keys(), **meant)
        verify_jti(claims)  # a token that names itself is taken once
        return claims

    def _keys(self) -> Any:
        """The provider's keys as they are now, so that new ones hold at once."""
        address = self.openid_config.get("jwks_uri")
        if not isinstance(address, str):
            raise Mistrusted("key")
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            return answer.json()

    def _leaving(self, request: HttpRequest, app: Any) -> str:
        """Where one signs out of the provider too; empty where it has no such address."""
        address = self.openid_config.get("end_session_endpoint")
        if not isinstance(address, str):
            return ""
        back = request.build_absolute_uri("/")
        mark = "&" if "?" in address else "?"
        return f"{address}{mark}{urlencode({'client_id': app.client_id, 'post_logout_redirect_uri': back})}"


def _strong(claims: dict[str, Any]) -> bool:
    """Whether the provider says that a second factor was used, in a word that the city counts as saying so."""
    amr, acr = claims.get("amr"), claims.get("acr")
    said = {str(one) for one in amr} if isinstance(amr, list) else set()
    return bool((said | {str(acr)}) & settings.INNOCITY_OIDC_MFA)


def vouched(sign_in: Any) -> SocialLogin | None:
    """The identity by which a sign-in was made (allauth's keywords of it); nothing for one by password."""
    return (sign_in or {}).get("sociallogin")


def strong(sign_in: Any) -> bool:
    """Whether it was made by single sign-on with a second factor there."""
    login = vouched(sign_in)
    return login is not None and login.account.extra_data.get("second_factor") is True


class SecondStep(AuthenticateStage):
    """The second step of a sign-in, but for whoever has just taken one at the provider."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not strong(self.login.signal_kwargs) and bool(super()._should_handle(request))


def address_to_leave(request: HttpRequest) -> str:
    """Where this browser signs out of the provider; empty where it did not come from there."""
    return str(request.session.get("leave") or "")


class SingleSignOn(DefaultSocialAccountAdapter):
    """Who comes from the city's sign-in is the account that the operator opened for that; nobody else gets in."""

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> Any:
        """allauth's provider, which talks as `Office` does."""
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = Office
        return found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The account of an identity; at the first sign-in the account of its name, if it was opened for that."""
        if reason := _let_in(sociallogin):
            raise ImmediateHttpResponse(refuse(request, reason))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Our own page for whatever goes wrong between the two."""
        if exception is not None:
            answer = told_of(request, exception)
        elif error == AuthError.CANCELLED:
            answer = refuse(request, "cancelled")
        elif "state" in (extra_context or {}):
            said = request.GET.get("error", "")
            answer = refuse(request, "mistrusted", said if _CODE.fullmatch(said) else "no_code")
        elif request.user.is_authenticated:  # back from a page after the sign-in
            answer = redirect(settings.LOGIN_REDIRECT_URL)
        else:
            answer = refuse(request, "late")
        raise ImmediateHttpResponse(answer)


def told_of(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an error of the conversation."""
    if isinstance(exception, RequestException):
        return refuse(request, "unreachable", type(exception).__name__)
    return refuse(request, "mistrusted", str(exception) if isinstance(exception, Mistrusted) else "token")


def _let_in(login: SocialLogin) -> str:
    """Fill in the account of a sign-in, and tie it if this is the first one; else why not."""
    if login.is_existing:
        return "" if Viewer.of(login.user).role != "anonymous" else "closed"
    told = login.account.extra_data.get("account")
    user = get_user_model().objects.filter(username=told).first() if isinstance(told, str) and told else None
    if user is None:
        return "unknown"
    viewer = Viewer.of(user)
    if viewer.role == "anonymous":
        return "closed"
    if user.has_usable_password():
        return "password"
    try:
        tied = tie_identity(viewer, user.get_username(), login.account.uid)
    except InnoCityError:
        return "other"
    tied.extra_data = login.account.extra_data
    tied.save()
    login.account, login.user = tied, user
    return ""
