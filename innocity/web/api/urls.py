"""Addresses of the interface, below /api/v1: open to all, as each operation asks for its own token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from innocity import __version__
from innocity.web.access import public
from innocity.web.api import chains, exchange, leading, opened, own, policy, reforms, rosters
from innocity.web.api import public as reading
from innocity.web.api.asking import TOKEN, Rate
from innocity.web.api.errors import handle_errors

ABOUT = (
    "创新政策的公开数据、计算器，以及单位凭令牌的登记查询与报送。金额一律为分，数值为精确的小数文本，日期为 ISO 格式。"
    "测算不是核定；标有 simulated 的不对应真实情况。每个地址限定每分钟的请求数；GET 的回答带 ETag，"
    "用 If-None-Match 再取，没有变化时得到 304。"
)


class _Renderer(JSONRenderer):
    """Chinese as it is written, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


class _Api(NinjaAPI):
    """Whose description is made once, as that takes a second; its addresses never change while the site runs."""

    _described: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        """The description for programs."""
        if self._described is None:
            self._described = super().get_openapi_schema()
        return self._described


def _made() -> NinjaAPI:
    api = _Api(
        title="InnoCity", version=__version__, description=ABOUT, docs_url=None, openapi_url="/openapi.json",
        urls_namespace="api", throttle=[Rate()], renderer=_Renderer(),
    )  # fmt: skip
    handle_errors(api)
    for one in (reading, policy, exchange, opened):
        api.add_router("", one.router)
    for one in (own, chains, rosters, leading, reforms):
        api.add_router("", one.router, auth=TOKEN)
    return api


api = _made()


@public
def docs(request: HttpRequest) -> HttpResponse:
    """The operations in words: what each gives, what it takes. Made from the description that programs read."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in schema["paths"].items():
        for method, one in methods.items():
            found = {
                "address": address, "method": method.upper(), "summary": one["summary"],
                "says": one.get("description", ""), "token": bool(one.get("security")),
                "parameters": one.get("parameters", []), "body": _body(schema, one),
                "statuses": sorted(str(status) for status in one["responses"]),
            }  # fmt: skip
            groups.setdefault(one["tags"][0], []).append(found)
    return render(request, "web/api.html", {"groups": groups.items(), "about": ABOUT})


def _body(schema: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool]]:
    """(name, schema, required) of the fields of an operation's JSON."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("$ref", "").rpartition("/")[2]
    found = schema["components"]["schemas"].get(name, {})
    return [(key, one, key in found.get("required", ())) for key, one in found.get("properties", {}).items()]


def _patterns() -> list[URLPattern]:
    """The patterns of ninja, each marked as open and answering If-None-Match."""
    found: list[URLPattern] = []
    for pattern in api.urls[0]:
        pattern.callback = public(conditional_page(pattern.callback))
        found.append(pattern)
    return found


urlpatterns: list[URLPattern] = [path("", docs, name="docs"), *_patterns()]
app_name = "api"
