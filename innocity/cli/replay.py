"""`innocity replay`: a run, evaluated once more."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import FactsFolder, Json
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.engines.rules.run import Replay


def replay(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="结果文件夹", show_default=False)],
    facts: FactsFolder = None,
    as_json: Json = False,
) -> None:
    """重算一份结果：用当时的条款和事实，应得出同一摘要；不同则以 1 结束。

    Replay a run.
    """
    from innocity.engines.rules.run import replay as again

    screen = Screen(as_json)
    with screen.working("重算"):
        found = again(run, facts)
    report: dict[str, Any] = {"run": str(run), **asdict(found)}
    screen.show(report, lambda: render(screen, found))
    if not found.same:
        raise typer.Exit(1)


def render(screen: Screen, found: Replay) -> None:
    """The two hashes, and whether the program is another one."""
    screen.line(f"当时 {found.hash_then}")
    screen.line(f"现在 {found.hash_now}")
    if found.engine_then != found.engine_now:
        screen.line(f"程序版本不同：当时 {found.engine_then}，现在 {found.engine_now}", "yellow")
    screen.line(
        "相同：每一笔都与当时一样。" if found.same else "不同：结果与当时不一致。", "green" if found.same else "red"
    )
