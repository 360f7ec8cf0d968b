"""Who may open which address: read off the addresses themselves, for docs/permissions.md and the tests.

python -m innocity.web.matrix
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import innocity.records  # noqa: F401  makes Django ready
from innocity.records.viewer import Role
from innocity.web.access import EVERYBODY, roles_of

ROLES: tuple[Role, ...] = ("anonymous", "firm", "officer", "leader", "auditor")
NAMES = {"anonymous": "未登录", "firm": "企业经办人", "officer": "工作人员", "leader": "领导小组", "auditor": "审计"}
HEAD = """# 谁能打开哪一页

本页由程序从网址生成（`make docs`）。没有写明对谁开放的网址打不开；
`tests/web/account/test_permissions.py` 以每种身份逐条走一遍。

- ● 打开；→ 转到登录；✕ 拒绝（403）。
- 打开之后看到什么由 `innocity.records.queries` 决定，能改什么由 `innocity.actions` 决定：
  企业只看到自己，区市的工作人员只看到本区市的主体；别家、别区市的东西当作没有（404）。
- 除公开页外，只有本库所属城市的网址能打开。
- `/api/v1` 下的操作不认登录，只认单位的令牌。「令」：要令牌，没有的得到 401，谁登录都一样；
  「报」：要能登记的令牌，只读的得到 403。令牌看到的，就是本单位工作人员看到的。
"""


@dataclass(frozen=True, slots=True)
class Route:
    """An address, the methods it takes (none said: any), and the roles to which it opens.

    `token`: whether an operation for programs asks for a unit's token ("reads"), or for one that may record ("writes").
    """

    address: str
    name: str
    methods: tuple[str, ...]
    roles: frozenset[Role]
    view: Any
    token: str = ""


def routes() -> list[Route]:
    """Every address of the site in the order of its addresses."""
    operations = _operations()
    found = []
    for address, name, view in _patterns(get_resolver(), ""):
        methods, token = operations.get("/" + address, (methods_of(view), ""))
        found.append(Route("/" + address, name, methods, roles_of(view), view, token))
    return found


def _operations() -> dict[str, tuple[tuple[str, ...], str]]:
    """The methods of the operations for programs and the token that they ask for, by address, as their own
    description has them: all that records asks for a token that may."""
    from innocity.web.api.urls import api

    found = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        guarded = any(one.get("security") for one in methods.values())
        token = ("writes" if "post" in methods else "reads") if guarded else ""
        found[path.replace("{", "<").replace("}", ">")] = tuple(name.upper() for name in methods), token
    return found


def _patterns(resolver: Any, before: str) -> Iterator[tuple[str, str, Any]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.name or "", one.callback


def methods_of(view: Any) -> tuple[str, ...]:
    """The methods that a view takes, as `require_http_methods` was told, or as its class has them."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        return tuple(name.upper() for name in ("get", "post") if hasattr(kind, name))
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None) or ()
        if code is not None and "request_method_list" in code.co_freevars:
            return tuple(cells[code.co_freevars.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return ()


def page() -> str:
    """The matrix as a page of docs."""
    lines = [
        HEAD,
        "| 网址 | 方法 | " + " | ".join(NAMES[role] for role in ROLES) + " |",
        "|---" * (2 + len(ROLES)) + "|",
    ]
    for one in routes():
        marks = [_mark(one, role) for role in ROLES]
        address = one.address.replace("<slug:", "<").replace("<str:", "<").replace("<int:", "<")
        lines.append(f"| `{address}` | {' '.join(one.methods) or '任何'} | {' | '.join(marks)} |")
    return "\n".join(lines)


def _mark(route: Route, role: Role) -> str:
    if route.token:
        return "令" if route.token == "reads" else "报"
    if role in route.roles or route.roles == EVERYBODY:
        return "●"
    return "→" if role == "anonymous" else "✕"


if __name__ == "__main__":
    print(page())
