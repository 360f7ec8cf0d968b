"""The addresses of the site, and two whose view fails with words that nobody is to read."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from innocity.web import urls
from innocity.web.access import public

WORDS = "password of 13800000000 in /srv/data/var"
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@public
def broken(request: HttpRequest, city: str) -> NoReturn:
    raise ValueError(WORDS)


urlpatterns = [path("<slug:city>/broken/", broken), path("api/v1/<slug:city>/broken/", broken), *urls.urlpatterns]
