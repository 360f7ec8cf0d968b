"""Public pages stay as they were made for the last reader for as long as nothing changes on which they rest.

    @public
    @unchanged
    def home(request, city): ...

What anonymous readers see depends on the address, the language and look of their cookies, and on what is stamped
here: the audit log's last entry (every change of the records writes one), ledgers and runs in the instance's
folder, the pack, the day. Whoever has signed in gets a page of their own. A browser that asks again for a page it
has gets 304.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from innocity.actions.ledger import changed, in_records
from innocity.core.errors import InnoCityError
from innocity.core.kept import Kept
from innocity.records.queries.audit import newest_hash
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.context import look

View = TypeVar("View", bound=Callable[..., HttpResponse])
_NUMBER = re.compile("[0-9]{1,2}")
_PAGES: Kept[HttpResponse | None] = Kept(256)


def unchanged(view: View) -> View:
    """A public view whose answers to anonymous readers are kept. Only whole pages (200) that set no cookie are."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (
            request.method != "GET"
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or "HX-Request" in request.headers
        ):
            return view(request, *args, **kwargs)
        names = [kwargs["city"]] if "city" in kwargs else cities.city_ids()
        try:
            key = (request.build_absolute_uri(), get_language(), *look(request).values(), *stamp(names))
        except (InnoCityError, DatabaseError):  # pages that show the pack alone do without the database
            return view(request, *args, **kwargs)
        made: list[HttpResponse] = []

        def make() -> HttpResponse | None:
            made.append(view(request, *args, **kwargs))
            return made[0] if _may_be_kept(request, made[0]) else None

        kept = _PAGES.get(key, make)
        if kept is None:
            return made[0] if made else view(request, *args, **kwargs)
        tag = kept.headers["ETag"]
        fresh = HttpResponse(kept.content, headers=dict(kept.headers))
        return get_conditional_response(request, tag, None, fresh) or fresh

    return shown  # type: ignore[return-value]


def unchanged_unless_asked(*harmless: str) -> Callable[[View], View]:
    """The same for the bare address alone: what somebody enters behind it is kept nowhere.

    `harmless`: a question by one of these names alone, with a short number for its answer (which example of the
    pack's own), enters nothing and is kept too.
    """

    def mark(view: View) -> View:
        kept = unchanged(view)

        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = list(request.GET.lists())
            same = all(name in harmless and len(values) == 1 and _NUMBER.fullmatch(values[0]) for name, values in asked)
            return (kept if same and len(asked) <= 1 else view)(request, *args, **kwargs)

        return shown  # type: ignore[return-value]

    return mark


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page is the same for everybody; what it needs to be asked for again is added to it."""
    if (
        response.status_code != 200
        or response.streaming
        or response.cookies
        or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
    ):
        return False
    response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = "no-cache"  # browsers ask each time whether theirs still holds
    patch_vary_headers(response, ("Cookie",))
    return True


def stamp(names: Sequence[str]) -> tuple[object, ...]:
    """All that public pages of these cities rest on: alike as long as nothing changed. Raises Http404 for another."""
    var = Path(settings.INNOCITY_VAR)
    found: list[object] = [timezone.localdate()]
    for name in names:
        pack, run = cities.pack_of(name), cities.run_of(name)
        recorded = newest_hash(Viewer()) if in_records(pack, var) else None
        found += [name, changed(pack, var), run, recorded]
    return tuple(found)
