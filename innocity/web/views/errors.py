"""Pages for what went wrong: what it is, whether anything was kept, where to go on.

Below 500 they are pages of the site like any other. A failure of ours may come from what every page needs (the
database, the pack, a menu), so its page needs none of them: no context processor, no account, no city.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from innocity.web.api.errors import OURS, problem
from innocity.web.context import look

API = "/api/"
KNOWN = frozenset(code for code, _name in settings.LANGUAGES)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
AWAY = (OperationalError, InterfaceError)  # the database does not answer, or is shut to us
RETRY = 30  # seconds
_AGAIN = _("回到上一页，刷新后再试。")
#: Title and text of each page.
PAGES: dict[str, tuple[Any, Any]] = {
    "400": (_("看不懂这个请求"), _AGAIN),
    "stale": (_("这一页过期了"), _AGAIN),
    "403": (_("您的账号不能看这一页"), _("这一页给别的岗位用。要办这件事，请找本单位的管理员或换一个账号登录。")),
    "404": (_("没有这一页"), _("网址可能写错了，或者这一条已经改了编号。")),
    "405": (_("这个网址不能直接打开"), _("它只接收页面上的表单。请回到那一页，从那里再提交一次。")),
    "413": (_("一次交得太多"), _("超过了一次能收的，什么也没有收下。请删去多余的，或分几次交。")),
    "500": (_("出错了"), _("是我们的问题，已经记下来。过一会儿再试；填过的内容没有保存。")),
    "503": (
        _("暂时连不上数据库"), _("是我们的问题，已经记下来。过一会儿再试；这一次填的没有保存。查条款、试算金额照常。"),
    ),
}  # fmt: skip

#: What jobs say whose program is gone (`actions.reform_jobs`, `actions.reading_store`), in English here.
STOPPED = (
    _("程序中途停了，没有算完"), _("重新开始；还是不行请找系统管理员"),
    _("程序中途停了，没有读完"), _("再传一次；还是不行请找系统管理员"),
)  # fmt: skip


def page(request: HttpRequest, status: int, which: str = "") -> HttpResponse:
    """The page of a status below 500; programs get one form of error, wherever it arose."""
    if request.path_info.startswith(API):
        return _told(status)
    title, text = PAGES[which or str(status)]
    context = {"status": status, "title": title, "text": text, "back": back_of(request) if status != 404 else ""}
    return render(request, "web/error.html", context, status=status)


def back_of(request: HttpRequest) -> str:
    """The page of this site from which somebody came, as its path; empty where there is none, or it is this one."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if came.netloc != request.META.get("HTTP_HOST") or not came.path.startswith("/") or came.path.startswith("//"):
        return ""
    path = came.path + (f"?{came.query}" if came.query else "")
    return "" if path == request.get_full_path() and request.method == "GET" else path


def _told(status: int) -> HttpResponse:
    return JsonResponse(problem(status), status=status, json_dumps_params={"ensure_ascii": False})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a form with more in it than is read."""
    return page(request, 413 if isinstance(exception, TOO_MUCH) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token, as after signing out elsewhere."""
    return page(request, 403, "stale")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database does not answer (the error is the one that is being handled)."""
    error = sys.exc_info()[1]
    status = 503 if isinstance(error, AWAY) else OURS.get(getattr(error, "code", ""), 500)
    response = _told(status) if request.path_info.startswith(API) else HttpResponse(_failed(request, status))
    response.status_code = status
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = str(RETRY)
    return response


def _failed(request: HttpRequest, status: int) -> str:
    """The page of a failure of ours, in the language and look of the reader's cookies, with the number of its line in
    the log."""
    title, text = PAGES[str(status)]
    again = request.get_full_path() if request.method == "GET" else back_of(request)
    context = {
        **look(request), "status": status, "title": title, "text": text, "again": again,
        "number": getattr(request, "number", ""), "city_id": settings.INNOCITY_CITY,
    }  # fmt: skip
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with translation.override(chosen if chosen in KNOWN else settings.LANGUAGE_CODE):
        return render_to_string("web/failed.html", {**context, "LANGUAGE_CODE": translation.get_language()})


class NoBlankRefusal:
    """Middleware: an address that takes forms alone, opened in a browser, shows a page and not nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        told = page(request, 405)
        told["Allow"] = response["Allow"]
        return told
