"""`innocity account token`, `tokens`, `revoke-token`: by which systems of units ask the interface for programs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from innocity.cli.account import operator_of
from innocity.cli.options import City, Json
from innocity.cli.screen import Screen


def token(
    city: City,
    unit: Annotated[str, typer.Argument(metavar="单位", help="单位编号，如 wh_science", show_default=False)],
    purpose: Annotated[str, typer.Option("--for", metavar="用途", help="哪个系统用它做什么", show_default=False)],
    days: Annotated[int, typer.Option("--days", metavar="天数", help="有效多少天，最多 366")] = 180,
    writes: Annotated[bool, typer.Option("--writes", help="也能以本单位的名义报数、报进展")] = False,
    as_json: Json = False,
) -> None:
    """给一个单位签发接口令牌；令牌只打印这一次，库里只存摘要。

    Issue a token for /api/v1.
    """
    from innocity.actions.issue_token import issue_token

    screen, viewer = Screen(as_json), operator_of(city)
    made = issue_token(viewer, unit, purpose, days=days, writes=writes)
    report = {"id": made.id, "unit": unit, "token": made.token, "expires_on": made.expires_on, "writes": writes}
    screen.show(report, lambda: _tell(screen, report))


def _tell(screen: Screen, report: dict[str, Any]) -> None:
    screen.line(f"已签发 {report['id']} 号令牌，有效期到 {report['expires_on']}。", "green")
    screen.line(f"令牌：{report['token']}")
    screen.line("只显示这一次。放在请求头里：Authorization: Bearer 令牌。")


def tokens(city: City, as_json: Json = False) -> None:
    """列出所有接口令牌：只有开头，没有全文。

    List all tokens.
    """
    from innocity.records import store
    from innocity.records.queries.tokens import tokens as listed

    screen, viewer = Screen(as_json), operator_of(city)
    today = store.today()
    rows = [
        {"id": one.id, "unit": one.unit, "unit_name": one.unit_name, "purpose": one.name, "start": one.start,
         "writes": one.writes, "expires_on": one.expires_on, "used_on": one.used_on, "in_force": one.in_force(today)}
        for one in listed(viewer)
    ]  # fmt: skip
    screen.show({"tokens": rows}, lambda: _table(screen, rows))


def _table(screen: Screen, rows: list[dict[str, Any]]) -> None:
    cells = (
        (str(row["id"]), row["unit_name"] or row["unit"], row["purpose"], f"{row['start']}…",
         "读和登记" if row["writes"] else "只读", str(row["used_on"] or "从未"),
         f"到 {row['expires_on']}" if row["in_force"] else "已失效")
        for row in rows
    )  # fmt: skip
    screen.table(("编号", "单位", "用途", "开头", "权限", "最近使用", "状态"), cells)


def revoke_token(
    city: City,
    number: Annotated[int, typer.Argument(metavar="编号", help="令牌的编号，见 account tokens", show_default=False)],
    as_json: Json = False,
) -> None:
    """撤销一个接口令牌，立即生效。

    Revoke a token, at once.
    """
    from innocity.actions.revoke_token import revoke_token as revoke

    screen, viewer = Screen(as_json), operator_of(city)
    revoke(viewer, number)
    screen.show({"revoked": number}, lambda: screen.line(f"已撤销 {number} 号令牌。", "green"))


def add_to(app: typer.Typer) -> None:
    """Give `innocity account` these commands."""
    for name, command in (("token", token), ("tokens", tokens), ("revoke-token", revoke_token)):
        app.command(name)(command)
