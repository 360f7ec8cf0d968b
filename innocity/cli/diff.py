"""`innocity diff`: two cities, or two versions of one, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from innocity.cli.options import Json
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.engines.rules.diff import Comparison, Pair, Side
    from innocity.packs.model import Pack


# The fields of a clause in the words of its readers; in JSON they keep the names under which they are written.
FIELDS = {
    "promise": "承诺编号", "name": "名称", "topic": "主题", "kind": "种类", "force": "效力", "who": "对象",
    "what": "内容", "responsible": "责任单位", "delivery": "兑现方式", "materials": "材料", "valid": "有效期",
    "register": "登记簿", "after": "所依据的条款", "counts_on": "归年日期", "counts_over": "归年区间",
    "where": "哪些行算", "subject": "主体条件", "object": "按什么计", "party": "受益方", "join": "关联登记簿",
    "distinct": "去重",
    "when": "条件", "before": "前一步", "manual": "转人工", "amount": "额度", "bound": "定额或上限", "gate": "谁来定",
    "caps": "合计封顶", "once": "只给一次", "payers": "出资比例", "others": "他方出资", "parts": "如何分配",
    "manual_unless": "分配转人工", "exclusions": "信用排除", "stacks": "叠加", "near": "差多少算接近", "params": "参数",
    "reading": "读法", "service": "服务内容", "derived": "推算说明", "note": "备注", "id": "编号", "origin": "出处",
    "name_en": "英文名称", "alternatives": "其他读法", "confirmed": "读法的确认", "article": "所在条目",
}  # fmt: skip


def diff(
    left: Annotated[str, typer.Argument(metavar="A", help="城市名或城市文件夹", show_default=False)],
    right: Annotated[str, typer.Argument(metavar="B", help="另一个城市名或文件夹", show_default=False)],
    topic: Annotated[str | None, typer.Option("--topic", metavar="X", help="只看一个主题（id 或中文名）")] = None,
    changed: Annotated[bool, typer.Option("--changed", help="只列不同之处（两个版本相比时用）")] = False,
    as_json: Json = False,
) -> None:
    """比较两个城市或两个版本：按主题并排列出条款、额度和状态。

    Compare two packs by topic.
    """
    from innocity.engines.rules.diff import compare
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    packs = load_pack(left), load_pack(right)
    found = compare(*packs, topic_names(*packs))
    if topic is not None:
        found = found.only_topic(topic)
    if changed:
        found = found.only_changed()
    screen.show(found.as_dict(), lambda: _render(screen, packs, found))


def topic_names(*packs: Pack) -> dict[str, str]:
    """Chinese names of topics from the glossaries of the packs."""
    from innocity.packs.load import load_glossaries

    return {term.id: term.zh for pack in packs for term in load_glossaries(pack)}


def _render(screen: Screen, packs: tuple[Pack, Pack], found: Comparison) -> None:
    a, b = (f"{p.city.name}（{side}）" for p, side in zip(packs, "AB", strict=True))
    both = [t for t in found.topics if t.only is None]
    screen.line(f"{a} 与 {b}：共有主题 {len(both)} 个，一方独有 {len(found.topics) - len(both)} 个。", "bold")
    for topic in found.topics:
        only = {"left": f"  只有 {a}", "right": f"  只有 {b}", None: ""}[topic.only]
        screen.table(
            ("", "条款", "额度", "状态"), [row for p in topic.pairs for row in _rows(p)], f"{topic.name}{only}"
        )


def _rows(pair: Pair) -> list[tuple[str, str, str, str]]:
    rows = [_row(mark, side) for mark, side in (("A", pair.left), ("B", pair.right)) if side is not None]
    if pair.left and pair.right:
        fields = "、".join(FIELDS.get(name, name) for name in pair.changed)
        text = f"编号相同，不同之处：{fields}" if fields else "两边相同"
        rows.append(("", text, "", ""))
    return rows


def _row(mark: str, side: Side) -> tuple[str, str, str, str]:
    return mark, f"{side.name}（{side.clause}）", side.amount, f"{side.kind_name}；{side.state}"
