"""`innocity describe`: the clauses of a city, and one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.packs.model import Pack

HEADS = (
    ("给谁", "who"), ("给什么", "what"), ("额度", "amount"), ("状态", "state"), ("依据", "article"),
    ("主题", "topic_name"), ("责任单位", "responsible"), ("兑现", "delivery"), ("材料", "materials"),
    ("出资", "payers"), ("承诺编号", "promise"), ("叠加", "stacks"), ("读法", "reading"), ("备注", "note"),
)  # fmt: skip


def describe(
    city: City,
    clause: Annotated[
        str | None, typer.Argument(metavar="[CLAUSE]", help="条款的 id；不写则列出全部", show_default=False)
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", metavar="X", help="只列一个主题（id 或中文名）")] = None,
    as_json: Json = False,
) -> None:
    """列出一个城市的条款；给出条款则列全文：摘要、条件、参数、各种读法。

    Describe clauses.
    """
    from innocity.cli.diff import topic_names
    from innocity.engines.rules.profile import clause_list, clause_profile
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    names = topic_names(pack)
    if clause is None:
        listed = clause_list(pack, names)
        rows = [r for r in listed if topic in (None, r["topic"], r["topic_name"])]
        if not rows:
            known = "、".join(dict.fromkeys(f"{r['topic']} {r['topic_name']}" for r in listed))
            raise InnoCityError("E-PACK-REFERENCE", f"没有主题“{topic}”", remedy=f"可选：{known}")
        screen.show(rows, lambda: _list(screen, pack, rows))
    else:
        profile = clause_profile(pack, clause, names)
        screen.show(profile, lambda: _one(screen, profile))


def _list(screen: Screen, pack: Pack, rows: list[dict[str, Any]]) -> None:
    """All clauses by topic."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        topics.setdefault(row["topic_name"], []).append(row)
    for topic, found in topics.items():
        table = ((r["clause"], r["name"], r["amount"], f"{r['kind_name']}；{r['state']}") for r in found)
        screen.table(("编号", "条款", "额度", "状态"), table, topic)
    screen.line()
    screen.line(f"{pack.city.name}共 {len(rows)} 个条款。innocity describe {pack.city.id} <编号> 看全文。")


def _one(screen: Screen, profile: dict[str, Any]) -> None:
    """One clause: who, what, how much; the article's digest; parameters with their readings."""
    screen.line(f"{profile['name']}（{profile['clause']}）", "bold")
    for label, key in HEADS:
        value = profile[key]
        if value:
            screen.line(f"{label}：{'、'.join(value) if isinstance(value, list) else value}")
    if profile["digest"]:
        screen.title("条文摘要（我们的话，不是原文）")
        screen.line(profile["digest"])
    screen.title("条件")
    screen.line(f"登记簿：{profile['register'] or '—'}；计入年度：{profile['counts_on'] or '—'}")
    for condition in profile["conditions"]:
        screen.line(f"  {condition['says']}：{condition['if']}" if condition["says"] else f"  {condition['if']}")
    _parameters(screen, profile["parameters"])
    for relation in profile["relations"]:
        screen.line(f"{relation['kind']} {relation['id']}：{relation['says']}")


def _parameters(screen: Screen, parameters: list[dict[str, Any]]) -> None:
    if not parameters:
        return
    rows = []
    for p in parameters:
        value = p["value"] if p["value"] is not None else f"缺：{p['missing']}"
        rows.append((p["set"], value, p["reading"] or p["says"] or ""))
        rows += [("", f"或 {a['value']}", a["says"] or "") for a in p["alternatives"]]
    screen.table(("参数（--set 的写法）", "取值", "读法"), rows, "参数")
