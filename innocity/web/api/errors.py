"""Errors as programs get them: one form for all, with a code that stays, a place and a remedy."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import Field

from innocity.core.errors import InnoCityError, InnoCityErrors, register_codes

register_codes({
    "E-API-FACTS": ("计算器不要这样的事实", "facts that the clause does not read"),
    "E-API-REQUEST": ("请求读不懂", "a request that cannot be read"),
    "E-API-FIELD": ("参数或字段不合要求", "a parameter or field that does not fit"),
    "E-API-TOKEN": ("要有效的令牌", "a valid token is needed"),
    "E-API-FORBIDDEN": ("这个令牌不能做这件事", "the token may not do this"),
    "E-API-UNKNOWN": ("没有这个地址或编号", "an unknown address or id"),
    "E-API-METHOD": ("这个地址不接受这种方法", "the address does not take this method"),
    "E-API-RATE": ("请求太密", "too many requests"),
    "E-API-SERVER": ("系统出错", "a fault of the system's own"),
    "E-API-SIZE": ("请求太大", "a request with more in it than is read"),
    "E-API-AWAY": ("暂时连不上数据库", "the database does not answer"),
})  # fmt: skip


class Detail(Schema):
    """One thing that is wrong: where, what, and what to do."""

    code: str
    message: str
    place: str = Field("", description="参数、字段或行")
    remedy: str = ""


class Problem(Schema):
    """Why a request was not answered; `errors` has all that is wrong at once."""

    code: str = Field(description="错误代码，不随版本改变")
    message: str
    remedy: str = ""
    errors: list[Detail] = []


#: Answers that every operation may give, by status.
PROBLEMS: dict[int, Any] = {400: Problem, 404: Problem, 422: Problem, 429: Problem, 503: Problem}
GUARDED: dict[int, Any] = {**PROBLEMS, 401: Problem, 403: Problem}
_WORDS = {
    400: ("E-API-REQUEST", "请求读不懂", "检查请求的格式，正文用 JSON"),
    401: ("E-API-TOKEN", "要有效的令牌", "在 Authorization 头里写 Bearer 和令牌；过期的由系统管理员另签"),
    403: ("E-API-FORBIDDEN", "这个令牌不能做这件事", "换有权限的令牌"),
    404: ("E-API-UNKNOWN", "没有这个地址或编号", "编号见上一级清单"),
    405: ("E-API-METHOD", "这个地址不接受这种方法", "看接口说明"),
    413: ("E-API-SIZE", "请求太大", "分几次交"),
    429: ("E-API-RATE", "请求太密", "等 Retry-After 头说的秒数再来"),
    500: ("E-API-SERVER", "系统出错", "稍后再试；总是这样，告诉系统管理员"),
    503: ("E-API-AWAY", "暂时连不上数据库", "等 Retry-After 头说的秒数再来"),
}
#: Errors that no request can help: the database does not answer, or is behind the program.
OURS = {"E-RECORDS-CONNECT": 503, "E-RECORDS-SCHEMA": 500}
#: Errors of actions and queries that mean: not allowed. All others mean: what was sent cannot be taken.
_FORBIDDEN = frozenset({"E-RECORDS-FORBIDDEN", "E-RECORDS-DENIED", "E-LEDGER-UNIT", "E-FIGURE-REPORTER", "E-TASK-UNIT"})


def problem(status: int, message: str = "") -> dict[str, Any]:
    """The body of an error by its status."""
    code, words, remedy = _WORDS.get(status, ("E-API-REQUEST", "请求没有办成", ""))
    return {"code": code, "message": message or words, "remedy": remedy, "errors": []}


def handle_errors(api: NinjaAPI) -> None:
    """Give every error the form of `Problem`."""

    def answer(request: HttpRequest, body: dict[str, Any], status: int) -> HttpResponse:
        return api.create_response(request, body, status=status)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, problem(404), 404)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        response = answer(request, problem(error.status_code), error.status_code)
        if isinstance(error, Throttled) and error.wait:
            response["Retry-After"] = str(error.wait)
        if error.status_code == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [
            {"code": "E-API-FIELD", "message": str(one.get("msg", "")), "remedy": "",
             "place": ".".join(str(part) for part in one.get("loc", ()))}
            for one in error.errors
        ]  # fmt: skip
        body = {"code": "E-API-FIELD", "message": "参数或字段不合要求", "remedy": "看每一条", "errors": found}
        return answer(request, body, 422)

    @api.exception_handler(InnoCityErrors)
    def several(request: HttpRequest, error: InnoCityErrors) -> HttpResponse:
        return answer(request, _told(tuple(error.errors)), _status(error.errors[0]))

    @api.exception_handler(InnoCityError)
    def one(request: HttpRequest, error: InnoCityError) -> HttpResponse:
        if error.code in OURS:
            raise error  # for the site's own answer (views.errors): its words are for whoever runs the site
        return answer(request, _told((error,)), _status(error))


def _status(error: InnoCityError) -> int:
    return 403 if error.code in _FORBIDDEN else 422


def _told(errors: tuple[InnoCityError, ...]) -> dict[str, Any]:
    found = [
        {"code": one.code, "message": one.message, "remedy": one.remedy or "",
         "place": str(one.place.path or one.place) if one.place else ""}
        for one in errors
    ]  # fmt: skip
    return {"code": errors[0].code, "message": errors[0].message, "remedy": errors[0].remedy or "", "errors": found}
