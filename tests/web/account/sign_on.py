"""The way through a real provider without a browser: what the pages and forms lead to, step by step."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.test import Client

from tests.web.account.conftest import Provider

START = "/account/single/office/login/"
_REFRESH = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


def client_at(provider: Provider) -> Client:
    """A browser of the site that the provider knows."""
    return Client(HTTP_HOST=urlsplit(provider.site).netloc)


def begun(one: Client, ask: str = "") -> str:
    """The provider's address to which the site's button leads."""
    answer = one.post(START + ask)
    found = _REFRESH.search(answer.content.decode())
    assert answer.status_code == 200 and found is not None, answer.content.decode()
    return html.unescape(found[1])


def answered(address: str, name: str, do: str = "in") -> str:
    """Where the provider sends somebody of that name back to: path and query of the site."""
    with httpx.Client(follow_redirects=True) as at:
        form = at.get(address)
        assert form.status_code == 200 and "<form" in form.text, address
        found = at.post(form.url, data={"name": name, "do": do}, follow_redirects=False)
        assert found.has_redirect_location, found.text
        while not urlsplit(found.headers["location"]).path.startswith("/account/"):
            found = at.get(form.url.join(found.headers["location"]), follow_redirects=False)
    parts = urlsplit(found.headers["location"])
    return f"{parts.path}?{parts.query}"


def signed_on(one: Client, name: str, ask: str = "") -> Any:
    """The site's answer to somebody who comes back from the provider as that name."""
    return one.get(answered(begun(one, ask), name))
