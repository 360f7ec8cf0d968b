"""What holds for every request: no NUL in it, which language its page speaks, how long its session lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation

from innocity.actions.note_sign_out import note_sign_out
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.foreign import speak_english

KNOWN = frozenset(code for code, _ in settings.LANGUAGES)


class PlainText:
    """Refuses (400) an address, a cookie or a form that holds a NUL: no text has one, and PostgreSQL takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refuse_nul([request.path_info, *request.COOKIES.values(), *texts_of(request.GET)])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Forms are looked at once the check of their token has read them."""
        if request.method == "POST":
            refuse_nul(texts_of(request.POST))


def texts_of(fields: QueryDict) -> Iterator[str]:
    """The names and values of a query or a form."""
    for name, values in fields.lists():
        yield name
        yield from map(str, values)


def refuse_nul(texts: Iterable[str]) -> None:
    """Raises BadRequest where one of the texts holds a NUL."""
    if any("\x00" in text for text in texts):
        raise BadRequest("a NUL in a request")


class ChosenLanguage:
    """Activates the language of the cookie, not the browser's: what a link shows is the same for everyone.

    In English pages what stays Chinese is marked as such (`innocity.web.foreign`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        with translation.override(chosen if chosen in KNOWN else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        if request.LANGUAGE_CODE == "en":
            named = request.resolver_match.kwargs.get("city", "") if request.resolver_match else ""
            speak_english(response, named if named in cities.city_ids() else "")
        return response


class SessionAge:
    """Ends a session that was left alone too long, or has lasted too long, whatever the browser's cookie says."""

    KEPT = 60  # seconds: how often the last use is written down

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "_auth_user_id" in request.session:
            now, session = time.time(), request.session
            began, seen = session.get("began", now), session.get("seen", now)
            if now - seen > settings.INNOCITY_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                viewer = Viewer.of(get_user(request), session.get("party"))
                session.flush()
                note_sign_out(viewer, timed_out=True)
                request.session_ended = True
            elif "seen" not in session or now - seen > self.KEPT:
                session["began"], session["seen"] = began, now
        return self.get_response(request)
