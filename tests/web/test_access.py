"""Every address says to whom it opens, and opens to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import innocity.records  # noqa: F401  makes Django ready
from innocity.web.access import EVERYBODY, opens_to, roles_of


def patterns(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """(address, view) of every route of the site."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


ROUTES = list(patterns(get_resolver()))


@pytest.mark.parametrize(("address", "view"), ROUTES, ids=[address or "/" for address, _ in ROUTES])
def test_every_route_has_a_rule(address: str, view: Any) -> None:
    assert roles_of(view) <= EVERYBODY


def test_a_view_without_a_rule_stays_shut() -> None:
    def forgotten(request: Any) -> Any:
        return request

    with pytest.raises(ImproperlyConfigured):
        roles_of(forgotten)
    assert roles_of(opens_to("officer")(forgotten)) == {"officer"}


def test_public_pages_set_no_cookie(site: Client) -> None:
    answer = site.get("/weihai/")
    assert answer.status_code == 200 and not answer.cookies
