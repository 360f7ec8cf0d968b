"""The way to the provider of single sign-on, the way back from it, and out of it.

The way there is a page that leads on by itself: the policy of the site lets forms lead to the site alone, and browsers
hold redirects after a form to that.
"""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from innocity.web.access import public
from innocity.web.single_sign_on import Office, address_to_leave, told_of


@public
@never_cache
@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the provider, and afterwards to `next`; nobody ties an identity by asking for it."""
    provider = _provider(request, provider_id)
    try:
        answer = provider.redirect(request, AuthProcess.LOGIN, get_next_redirect_url(request))
    except (RequestException, OAuth2Error) as error:
        return told_of(request, error)
    if answer.status_code != 302:
        return answer
    context = {"address": answer["Location"], "name": settings.OIDC_APP["name"]}
    return render(request, "web/account/single_start.html", context)


@public
@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider: signed in, or told why not."""
    _provider(request, provider_id)
    try:
        return OAuth2CallbackView.adapter_view(Office(request, provider_id))(request)
    except (RequestException, OAuth2Error) as error:
        return told_of(request, error)


@public
@never_cache
@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Signed out here; the provider still knows this browser until one signs out there too."""
    leave = address_to_leave(request)
    if request.user.is_authenticated or not leave:
        return redirect(settings.LOGOUT_REDIRECT_URL)
    return render(request, "web/account/single_left.html", {"leave": leave, "name": settings.OIDC_APP["name"]})


def _provider(request: HttpRequest, provider_id: str) -> Any:
    """The provider of that name; 404 where there is none."""
    try:
        return get_adapter(request).get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404("no such provider") from None
