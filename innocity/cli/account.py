"""`innocity account ...`: who may sign in, opened and revoked by whoever has the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json
from innocity.cli.records import operator
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

app = typer.Typer(no_args_is_help=True, help="账号：谁能登录、是什么身份。（Who may sign in, and as what.）")
Name = Annotated[str, typer.Argument(metavar="账号名", help="登录用的名字", show_default=False)]
ROLES = {"firm": "企业经办人", "officer": "工作人员", "leader": "领导小组", "auditor": "审计人员"}


@app.command("open")
def open_(
    city: City,
    name: Name,
    role: Annotated[str, typer.Option("--role", metavar="身份", help="firm、officer、leader 或 auditor")],
    unit: Annotated[str | None, typer.Option("--unit", metavar="单位", help="officer 的单位编号")] = None,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="企业", help="firm 的企业：统一社会信用代码或主体编号，作其法定代表人"),
    ] = None,
    single_sign_on: Annotated[bool, typer.Option("--sso", help="不给密码，只能由统一身份认证登录")] = False,
    as_json: Json = False,
) -> None:
    """开一个账号；首次登录的密码只打印这一次，本人登录后要先改。

    Open an account.
    """
    from innocity.actions.open_account import one_time_password, open_account

    screen, viewer = Screen(as_json), operator_of(city)
    password = None if single_sign_on else one_time_password()
    own = None if party is None else _party(viewer, party)
    open_account(viewer, name, password, role, unit=unit, party=own, must_change=True)
    report = {"name": name, "role": role, "unit": unit, "party": own, "password": password}
    screen.show(report, lambda: _tell(screen, f"已开账号 {name}（{ROLES[role]}）。", password))


def _party(viewer: Viewer, text: str) -> str:
    """A firm by its code or id. Error: E-ACCOUNT-ROLE."""
    from innocity.records import queries

    found = queries.find_party(viewer, text)
    if found is None:
        raise InnoCityError("E-ACCOUNT-ROLE", f"没有主体 {text}", None, "先登记主体，或核对统一社会信用代码")
    return found.id


@app.command("list")
def list_(city: City, as_json: Json = False) -> None:
    """列出所有账号。

    List all accounts.
    """
    screen, viewer = Screen(as_json), operator_of(city)
    from innocity.records.queries.accounts import accounts

    rows = [
        {"name": one.name, "role": one.role, "whom": list(one.whom), "demo": one.demo,
         "revoked_on": one.revoked_on, "signed_in_on": one.signed_in_on} for one in accounts(viewer)
    ]  # fmt: skip
    screen.show({"accounts": rows}, lambda: _table(screen, rows))


def _table(screen: Screen, rows: list[dict[str, Any]]) -> None:
    cells = (
        (row["name"], ROLES[row["role"]], "、".join(row["whom"]), row["signed_in_on"] or "从未",
         f"{row['revoked_on']} 停用" if row["revoked_on"] else ("演示" if row["demo"] else "在用")) for row in rows
    )  # fmt: skip
    screen.table(("账号", "身份", "单位或企业", "上次登录", "状态"), cells)


@app.command()
def revoke(city: City, name: Name, as_json: Json = False) -> None:
    """停用一个账号，当场生效；它做过的事仍在审计里。

    Revoke an account, at once.
    """
    from innocity.actions.revoke_account import revoke_account

    screen, viewer = Screen(as_json), operator_of(city)
    revoke_account(viewer, name)
    screen.show({"name": name, "revoked": True}, lambda: screen.line(f"已停用账号 {name}。", "green"))


@app.command()
def password(city: City, name: Name, as_json: Json = False) -> None:
    """给账号换一个密码，打印这一次；已登录的都退出，本人登录后要先改。

    Set a new password, printed once.
    """
    from innocity.actions.open_account import one_time_password
    from innocity.actions.set_password import set_password

    screen, viewer = Screen(as_json), operator_of(city)
    new = one_time_password()
    set_password(viewer, name, new)
    screen.show({"name": name, "password": new}, lambda: _tell(screen, f"账号 {name} 的密码已换。", new))


@app.command()
def sso(
    city: City,
    name: Name,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="标识", help="现在就对应统一身份认证里的这个人（sub），密码照旧"),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="解除对应，不再能由统一身份认证登录")] = False,
    as_json: Json = False,
) -> None:
    """给已有的账号开通统一身份认证：取消密码，同名的人首次登录时对应上。

    Have an account sign in by single sign-on.
    """
    from innocity.actions.drop_password import drop_password
    from innocity.actions.tie_identity import tie_identity
    from innocity.actions.untie_identity import untie_identity

    if off and subject is not None:
        raise InnoCityError("E-USAGE", "--subject 和 --off 不能一起用", None, "只写一个")
    screen, viewer = Screen(as_json), operator_of(city)
    if off:
        untie_identity(viewer, name)
        text = f"账号 {name} 已不对应统一身份认证；要用密码登录，再给它一个：innocity account password"
    elif subject is not None:
        tie_identity(viewer, name, subject)
        text = f"账号 {name} 已对应统一身份认证里的这个人。"
    else:
        drop_password(viewer, name)
        text = f"账号 {name} 的密码已取消；统一身份认证里同名的人首次登录时对应上。"
    report = {"name": name, "subject": subject, "off": off}
    screen.show(report, lambda: screen.line(text, "green"))


def _tell(screen: Screen, text: str, new: str | None) -> None:
    screen.line(text, "green")
    if new is not None:
        screen.line(f"首次登录的密码：{new}")
        screen.line("当面交给本人；本人登录后要先改密码。")


def operator_of(city: str) -> Viewer:
    """Whoever has the command line, on the database of that city. Errors: E-RECORDS-*."""
    from innocity.packs.load import load_pack

    viewer = operator()
    from innocity.actions.recording import instance_of

    instance_of(load_pack(city))
    return viewer
