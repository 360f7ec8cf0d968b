"""`innocity draft`: what a document would look like as files of a city's pack, as a diff; `--write` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from innocity.cli.options import Json
from innocity.cli.read import Ocr, text_from
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.actions.draft_pack import Draft


def draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="txt、html、docx 或带文字的 pdf", show_default=False)],
    city: Annotated[
        Path, typer.Option("--city", metavar="DIR", help="城市文件夹；还没有就新建一个", show_default=False)
    ],
    write: Annotated[bool, typer.Option("--write", help="看过差异之后，写进城市文件夹")] = False,
    sources: Annotated[
        Path | None, typer.Option("--sources", metavar="DIR", help="与 --write 合用：把原文文字也存到这个文件夹")
    ] = None,
    ocr: Ocr = False,
    as_json: Json = False,
) -> None:
    """读一份文件，起草城市包的条款、目标、任务和用例；先显示差异，不改已写好的内容。

    Draft pack files from a document.
    """
    from innocity.actions.draft_pack import draft_pack, write_draft

    screen = Screen(as_json)
    with screen.working("读文件，起草，试载入"):
        made = draft_pack(text_from(file, ocr), file.name, city)
    done = [str(path) for path in write_draft(made, sources)] if write else []
    report = {
        "document": made.document, "folder": str(made.folder), "new": made.new, "counts": made.counts,
        "files": [{"path": f.path, "new": f.before is None, "diff": f.diff()} for f in made.files], "written": done,
    }  # fmt: skip
    screen.show(report, lambda: _print(screen, made, done))


def _print(screen: Screen, made: Draft, done: list[str]) -> None:
    for line in made.diff().splitlines():
        screen.line(line, "green" if line[:1] == "+" else "red" if line[:1] == "-" else "")
    c = made.counts
    said = f"{c['clauses']} 个条款、{c['targets']} 个目标、{c['tasks']} 项任务，都标着待核对。"
    if done:
        screen.notice(f"写了 {len(done)} 个文件：{said}接着运行 innocity check {made.folder}，再逐条改。")
    else:
        screen.notice(f"以上是差异，还没有写：{said}看过之后加 --write。")
