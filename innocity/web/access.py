"""Who may open which page. Every view says so; one that says nothing stays shut.

    @opens_to("officer", "leader")
    def inbox(request, city): ...

What of a page's data somebody sees is not decided here but by `innocity.records.queries`, and what somebody may
change by the actions: both get `viewer_of(request)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from innocity.records import queries
from innocity.records.viewer import Role, Viewer
from innocity.records.views import PartyView
from innocity.web.sign_in import owed

View = TypeVar("View", bound=Callable[..., HttpResponse])
EVERYBODY: frozenset[Role] = frozenset(("anonymous", "firm", "officer", "leader", "auditor", "operator"))
STAFF: frozenset[Role] = frozenset(("officer", "leader", "auditor", "operator"))
#: Views of libraries, by the package that holds them: they decide for themselves, and are open to all.
LIBRARIES: frozenset[str] = frozenset(("allauth",))


def opens_to(*roles: Role) -> Callable[[View], View]:
    """The roles that may open a view."""

    def mark(view: View) -> View:
        view.opens_to = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """A view that everybody may open."""
    return opens_to(*EVERYBODY)(view)


def roles_of(view: Any) -> frozenset[Role]:
    """The roles that may open a view. Raises ImproperlyConfigured for one that does not say."""
    declared: frozenset[Role] | None = getattr(view, "opens_to", None)
    if declared is not None:
        return declared
    if getattr(view, "__module__", "").partition(".")[0] in LIBRARIES:
        return EVERYBODY
    raise ImproperlyConfigured(f"{view!r} does not say to whom it opens: see innocity.web.access")


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks. Without a session nobody is looked up: public pages need no database."""
    found: Viewer | None = getattr(request, "_viewer", None)
    if found is None:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user")
        found = Viewer.of(request.user, request.session.get("party")) if signed_in else Viewer()
        request._viewer = found
    return found


def own_party(request: HttpRequest) -> PartyView | None:
    """The firm for which somebody acts, looked up once a request: pages and their bar show its name."""
    viewer = viewer_of(request)
    if not hasattr(request, "_own_party"):
        request._own_party = queries.party(viewer, viewer.party) if viewer.party else None
    found: PartyView | None = request._own_party
    return found


class Access:
    """Middleware: a page opens to the roles that its view names; of the instance's own city alone if not public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"  # what one person sees is kept by no one else
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Nothing where the page may open; else to the sign-in, or refused."""
        roles = roles_of(view)
        if roles == EVERYBODY:
            return None
        if kwargs.get("city", settings.INNOCITY_CITY) != settings.INNOCITY_CITY:
            raise Http404("this instance keeps the records of another city")
        viewer = viewer_of(request)
        if viewer.role in roles:
            return self._first(request, view, viewer)
        if viewer.role == "anonymous":
            late = "&ended=1" if getattr(request, "session_ended", False) else ""
            return redirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}{late}")
        raise PermissionDenied

    def _first(self, request: HttpRequest, view: Any, viewer: Viewer) -> HttpResponse | None:
        """Where somebody has to go before this page opens: a new password, a second factor, the choice of a firm."""
        today = timezone.localdate().isoformat()
        if request.session.get("settled") != today:
            if owes := owed(request, viewer):
                return redirect("account_change_password" if owes == "password" else "mfa_activate_totp")
            request.session["settled"] = today
        if viewer.role == "firm" and viewer.party is None and not getattr(view, "before_choice", False):
            return redirect("firms", city=settings.INNOCITY_CITY)
        return None
