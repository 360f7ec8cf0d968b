"""`innocity compare`: what changed between two documents that nobody has reviewed (`diff` compares packs)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.actions.amounts_said import money_said
from innocity.cli.options import Json
from innocity.cli.read import Ocr, text_from
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.engines.reading.compare import Change

WHAT = {"meta": "文件信息", "benefits": "奖补", "targets": "目标", "tasks": "任务", "procedures": "程序"}
KINDS = {
    "new": "新增", "gone": "取消", "amount": "额度变了", "gate": "谁来定变了", "condition": "条件变了",
    "moved": "挪了位置", "wording": "措辞变了", "value": "数值变了", "unit": "计量单位变了",
    "date": "日期变了", "operator": "要求变了",
    "units": "单位变了", "title": "标题变了",
}  # fmt: skip
LONGEST = 60  # characters of a finding's words in the table


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="旧文件", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="新文件", show_default=False)],
    ocr: Ocr = False,
    as_json: Json = False,
) -> None:
    """比较两份还没有核对的文件：奖补、目标、任务、日期，哪些变了、新增了、取消了。

    Compare two unreviewed documents, finding by finding.
    """
    from innocity.engines.reading.compare import compare as changes_of
    from innocity.engines.reading.pipeline import read

    screen = Screen(as_json)
    texts = text_from(old, ocr), text_from(new, ocr)
    found = changes_of(read(texts[0]), texts[0], read(texts[1]), texts[1])
    counts = {what: sum(c.what == what for c in found) for what in WHAT}
    report = {"counts": counts, "changes": [c.as_dict() for c in found]}
    screen.show(report, lambda: _print(screen, found))


def _print(screen: Screen, found: list[Change]) -> None:
    for what, title in WHAT.items():
        rows = [
            ("、".join(KINDS[k] for k in c.kinds), _said(c.what, c.old), _said(c.what, c.new))
            for c in found if c.what == what
        ]  # fmt: skip
        if rows:
            screen.table(("变化", "旧", "新"), rows, title)
    screen.notice(f"{len(found)} 处变化，由机器读出，没有人核对过。" if found else "没有读出变化。")


def _said(what: str, finding: dict[str, Any] | None) -> str:
    if finding is None:
        return "—"
    if what == "meta":
        return "、".join(str(v) for v in finding.values())
    if what == "tasks":
        units = "、".join([*finding["lead_units"], *finding["responsible_units"]])
        return f"{finding['path']} {finding['title']}（{units}）" if units else f"{finding['path']} {finding['title']}"
    words = " ".join(str(finding["text"]).split())
    words = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
    if what == "benefits":
        return f"{finding['path'] or ''} {money_said(finding['amounts'])}｜{words}"
    return f"{finding.get('path') or ''} {words}"
