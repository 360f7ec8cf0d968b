"""Who may act for a firm: its legal person authorises and revokes; who acts for several chooses which."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from innocity.actions.authorise_handler import authorise_handler
from innocity.actions.revoke_handler import revoke_handler
from innocity.core.errors import InnoCityError
from innocity.records.queries import accounts
from innocity.web.access import opens_to, viewer_of
from innocity.web.sign_in import first_page


@never_cache
@require_http_methods(["GET", "POST"])
@opens_to("firm")
def handlers(request: HttpRequest, city: str) -> HttpResponse:
    """The list; its form authorises (`name`) or revokes (`revoke`)."""
    viewer = viewer_of(request)
    told: dict[str, Any] = {}
    if request.method == "POST":
        try:
            told = _do(request)
        except InnoCityError as error:
            told = {"error": error, "name": request.POST.get("name", "")}
    assert viewer.party is not None  # access sends whoever has not chosen to `firms`
    context = {
        "handlers": accounts.handlers(viewer, viewer.party), "may": accounts.is_legal_person(viewer),
        "asked": request.GET.get("revoke", ""), **told,
    }  # fmt: skip
    return render(request, "web/account/handlers.html", context, status=422 if "error" in told else 200)


def _do(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    assert viewer.party is not None
    if name := request.POST.get("revoke", "").strip():
        revoke_handler(viewer, viewer.party, name)
        return {"revoked": name}
    name = request.POST.get("name", "").strip()
    return {"authorised": name, "password": authorise_handler(viewer, viewer.party, name)}


@never_cache
@require_http_methods(["GET", "POST"])
@opens_to("firm")
def firms(request: HttpRequest, city: str) -> HttpResponse:
    """The firms for which somebody may act; the one chosen is kept in the session."""
    viewer = viewer_of(request)
    found = accounts.firms_of(viewer)
    chosen = request.POST.get("party")
    if chosen is not None and any(one.party == chosen for one in found):
        request.session["party"] = chosen
        return redirect(first_page(viewer))
    return render(request, "web/account/firms.html", {"firms": found})


firms.before_choice = True
