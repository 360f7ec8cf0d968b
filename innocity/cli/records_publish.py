"""`innocity records publish` and `unpublish`: what of a register everybody may see, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json
from innocity.cli.records import operator
from innocity.cli.records_sheets import Register
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError, Place

if TYPE_CHECKING:
    from innocity.packs.model import Pack
    from innocity.packs.model import Register as Known
    from innocity.records.queries.publications import State
    from innocity.records.viewer import Viewer

_SHOWN = 20  # facts on the screen
Ids = Annotated[
    str | None, typer.Option("--ids", metavar="编号", help="哪几条：事实编号，用逗号隔开", show_default=False)
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="列=值",
        show_default=False,
        help="按登记簿的列选，可多次，都要满足；text=名称、信用代码或编号，division=区市，也可以",
    ),
]
Preview = Annotated[bool, typer.Option("--preview", help="只列出选到哪些，什么也不写")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts are meant."""

    ids: str | None
    where: list[str] | None
    state: State


def publish(
    city: City,
    register: Register,
    checked_by: Annotated[str, typer.Option("--checked-by", metavar="姓名", help="谁审查的")] = "",
    basis: Annotated[str, typer.Option("--basis", metavar="依据", help="依据什么公开，如公告文号")] = "",
    ids: Ids = None,
    where: Where = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="更正以后待重新公开的")] = False,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """公开登记簿里的事实：公开以后，不登录按信用代码或全名也查得到。有个人信息的登记簿不公开。

    Publish facts of a register.
    """
    from innocity.packs.load import load_pack

    screen, pack = Screen(as_json), load_pack(city)
    viewer = operator()
    from innocity.actions.publish_facts import publish_facts, publishable

    known = publishable(pack, register)
    chosen = _chosen(pack, viewer, known, Asked(ids, where, "waiting" if waiting else "private"))
    if preview:
        _listed(screen, viewer, known, chosen)
        return
    count = publish_facts(pack, viewer, register, checked_by, basis, ids=chosen)
    report = {"register": register, "published": count, "ids": list(chosen)}
    screen.show(report, lambda: screen.line(f"{known.name}：公开了 {count:,} 条。", "green"))


def unpublish(
    city: City,
    register: Register,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么不再公开")] = "",
    ids: Ids = None,
    where: Where = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="更正以后待重新公开的，不再公开")] = False,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """收回公开：以后不登录查不到；谁在什么时候为什么收回，审计里有。

    Take back the publication of facts.
    """
    from innocity.packs.load import load_pack
    from innocity.packs.registers import find_register

    screen, pack = Screen(as_json), load_pack(city)
    viewer = operator()
    from innocity.actions.unpublish_facts import unpublish_facts

    known = find_register(pack, register)
    chosen = _chosen(pack, viewer, known, Asked(ids, where, "waiting" if waiting else "public"))
    if preview:
        _listed(screen, viewer, known, chosen)
        return
    count = unpublish_facts(pack, viewer, register, reason, ids=chosen)
    report = {"register": register, "unpublished": count, "ids": list(chosen)}
    screen.show(report, lambda: screen.line(f"{known.name}：收回了 {count:,} 条。", "green"))


def _chosen(pack: Pack, viewer: Viewer, register: Known, asked: Asked) -> dict[str, int]:
    """Revisions by fact id. Errors: E-USAGE, E-FACTS-*, E-FACT-UNKNOWN."""
    from innocity.actions.publish_facts import named_rows
    from innocity.actions.recording import instance_of
    from innocity.records.queries.publications import chosen

    instance_of(pack)
    written = asked.ids.replace("，", ",").split(",") if asked.ids is not None else []
    names = None if asked.ids is None else [one.strip() for one in written if one.strip()]
    if names is None and not asked.where and asked.state != "waiting":
        remedy = "用 --ids 写事实编号，或用 --where 列=值 选；先看选到哪些，加 --preview"
        raise InnoCityError("E-USAGE", "没有写哪些事实", None, remedy)
    text, division, values = _conditions(register, asked.where or [])
    if names is not None:
        rows = {one.fact_id: one.revision for one in named_rows(register.id, names)}
        if not asked.where and asked.state != "waiting":
            return rows
    return chosen(viewer, register, asked.state, ids=names, where=values, text=text, division=division)


def _conditions(register: Known, texts: list[str]) -> tuple[str, str, dict[str, Any]]:
    """Text, place, and values by column. Errors: E-USAGE, E-FACTS-COLUMN-EXTRA, E-FACTS-TYPE."""
    from datetime import date

    from innocity.actions.recording import typed_row

    given = dict[str, str]()
    for one in texts:
        name, sign, value = one.partition("=")
        if not sign or not value.strip() or name.strip() in given:
            raise InnoCityError("E-USAGE", f"看不懂 --where {one}", None, "写成 --where 列=值，一列只写一次")
        given[name.strip()] = value.strip()
    text, division = given.pop("text", ""), given.pop("division", "")
    errors = ErrorList()
    typed = typed_row(given, register, Place(path="--where"), errors)
    errors.raise_if_any()
    own = {column.id for column in register.columns}
    values = {n: v.isoformat() if isinstance(v, date) and n in own else v for n, v in typed.items()}
    return text, division, values


def _listed(screen: Screen, viewer: Viewer, register: Known, chosen: dict[str, int]) -> None:
    """How many, and the first of them."""
    from innocity.records.queries.publications import lines_of

    lines = lines_of(viewer, register, list(chosen)[:_SHOWN])
    rows = [{"fact_id": one.fact.fact_id, "party": one.fact.party, "name": one.party.name} for one in lines]

    def render() -> None:
        screen.line(f"{register.name}：选到 {len(chosen):,} 条。")
        screen.table(("事实编号", "主体", "名称"), (tuple(row.values()) for row in rows))
        if len(chosen) > len(rows):
            screen.line(f"还有 {len(chosen) - len(rows):,} 条。")

    screen.show({"register": register.id, "count": len(chosen), "ids": list(chosen), "first": rows}, render)


def add_to(app: typer.Typer) -> None:
    """The commands of this file, among those of `records`."""
    app.command("publish")(publish)
    app.command("unpublish")(unpublish)
