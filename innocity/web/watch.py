"""What whoever runs the site sees of it: a line a request, counts and times by route. Nothing personal is in either.

A line holds the request's number, the route's name, method, status, milliseconds and the role of who asked (of a
program with a token: `token`, and the unit that has it): no names, no codes, no addresses, no query strings.
INNOCITY_LOG=requests turns lines on; errors are always told, by their type and where they arose, as their words may
hold what somebody entered.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

LOG = logging.getLogger("innocity.requests")
REQUESTS = Counter("innocity_requests", "Requests by route", ("route", "method", "status"))
SECONDS = Histogram(
    "innocity_request_seconds", "Time to an answer by route", ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_NUMBER = re.compile(r"[0-9A-Za-z-]{8,64}")
_FRAMES = 8


class Watch:
    """The outermost middleware: numbers, times and counts requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _NUMBER.fullmatch(given) else secrets.token_hex(8)
        request.number = number
        start = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - start
        match = request.resolver_match
        route = (match.view_name or "unnamed") if match else "unknown"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        LOG.info(
            "request",
            extra={"told": {
                "id": number, "route": route, "method": method, "status": response.status_code,
                "ms": round(seconds * 1000, 1), **_asker(request),
            }},
        )  # fmt: skip
        response["X-Request-ID"] = number
        return response


def _asker(request: HttpRequest) -> dict[str, str]:
    """The role of who asked; of a program with a token also the unit that it was issued to."""
    unit = getattr(request, "unit_asking", None)
    if unit is not None:
        return {"role": "token", "unit": unit}
    viewer = getattr(request, "_viewer", None)
    return {"role": viewer.role if viewer else "anonymous"}


def _event(record: logging.LogRecord) -> str:
    """What happened, in words of the program. Django's refusals have no others than what was asked: their kind stands
    instead, as in `DisallowedHost`.
    """
    _, refused, kind = record.name.partition("django.security.")
    return kind if refused else str(record.msg)


class Line(logging.Formatter):
    """A record as one line of JSON: what it tells of itself, never the values in its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": _event(record)}
        line |= getattr(record, "told", {"log": record.name})
        request = getattr(record, "request", None)
        if request is not None:
            line["id"] = getattr(request, "number", "")
            line["route"] = request.resolver_match.view_name if getattr(request, "resolver_match", None) else "unknown"
        if record.exc_info and record.exc_info[0] is not None:
            frames = extract_tb(record.exc_info[2])[-_FRAMES:]
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
        return json.dumps(line, ensure_ascii=False)
