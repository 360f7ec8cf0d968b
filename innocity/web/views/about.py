"""Pages about the site: systems, accessibility, site map, preferences, health."""

from __future__ import annotations

import os
from collections import Counter
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from innocity.packs.load import find_city
from innocity.packs.yamltext import read_file
from innocity.records.queries.health import database_answers
from innocity.web import cities, finder
from innocity.web.access import public
from innocity.web.context import THEMES
from innocity.web.unchanged import unchanged

_YEAR = 365 * 24 * 3600
STATUSES = ("works", "partly", "not yet")
TIERS = {"core": "核心", "support": "支撑", "peripheral": "外围"}


# --- systems and the map of the site ----------------------------------------------------------------------


@public
@unchanged
def systems(request: HttpRequest, city: str) -> HttpResponse:
    """Every system that the documents name, and how far it goes here."""
    pack = cities.pack_of(city)
    rows = systems_of(city)
    counts = Counter(row["status"] for row in rows)
    chosen = request.GET.get("status", "")
    context = {
        "rows": [
            {**row, "tier_name": TIERS[row["tier"]], "run_by": [pack.units[one] for one in row.get("elsewhere") or ()]}
            for row in rows if chosen in ("", row["status"])
        ],
        "total": len(rows), "chosen": chosen,
        "counts": [(status, counts[status]) for status in STATUSES], "pack": pack,
    }  # fmt: skip
    return render(request, "web/systems.html", context)


@lru_cache(maxsize=16)
def systems_of(city: str) -> list[dict[str, Any]]:
    """The rows of `systems.yaml`; none where a city has no such file."""
    path = find_city(city) / "systems.yaml"
    return list(read_file(path).data or []) if path.is_file() else []


@public
@unchanged
def site_map(request: HttpRequest, city: str) -> HttpResponse:
    """Every page of a city's site."""
    pack = cities.pack_of(city)
    topics: dict[str, list[Any]] = {}
    for one in finder.catalogue(city):
        topics.setdefault(one.row["topic_name"], []).append(one.clause)
    board = cities.state_of(city).board
    aimed = dict.fromkeys(one.indicator.id for one in board.standings)
    context = {
        "pack": pack, "topics": sorted(topics.items()), "indicators": [pack.indicators[name] for name in aimed],
        "rest": [one for one in pack.indicators.values() if one.id not in aimed], "units": pack.units.values(),
        "cities": [cities.pack_of(name).city for name in cities.city_ids()],
    }  # fmt: skip
    return render(request, "web/site_map.html", context)


@public
@unchanged
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "web/accessibility.html")


@public
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: 503 while the database does not answer."""
    fine = database_answers()
    found = {"status": "ok" if fine else "no database", "city": settings.INNOCITY_CITY}
    return JsonResponse(found, status=200 if fine else 503)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and times for Prometheus: for this machine itself, or for whoever has INNOCITY_METRICS_TOKEN."""
    token = settings.INNOCITY_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    here = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
    if not (compare_digest(given.encode(), f"Bearer {token}".encode()) if token else here):
        raise Http404("no such page")
    counts = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # what all processes of the site counted (innocity.cli.serve)
        MultiProcessCollector(counts := CollectorRegistry())  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(counts), content_type=CONTENT_TYPE_LATEST)


# --- preferences --------------------------------------------------------------------------------------------


@csrf_exempt  # it changes how pages look and nothing else; pages need no cookie of their own for it
@public
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep one choice (`theme`, `care`, `language`) in a cookie for a year and go back to the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("start")
    response = redirect(back)
    allowed = {"theme": THEMES, "care": ("0", "1"), "language": [code for code, _ in settings.LANGUAGES]}
    for name, values in allowed.items():
        value = request.POST.get(name)
        if value in values:
            key = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
            response.set_cookie(key, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
