"""`innocity replay`: a run, evaluated once more."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import latest_run, runs_folder
from innocity.cli.options import FactsFolder, Json, RunFolder
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.engines.rules.run import Replay


def replay(
    place: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="结果文件夹，或城市（取它最新的一份结果）", show_default=False),
    ] = None,
    run: RunFolder = None,
    facts: FactsFolder = None,
    as_json: Json = False,
) -> None:
    """重算一份结果：用当时的条款和事实，应得出同一摘要；不同则以 1 结束。

    不说是哪一份，就重算最新的一份。

    Replay a run.
    """
    from innocity.engines.rules.run import replay as again

    screen, folder = Screen(as_json), run_of(place, run)
    with screen.working("重算"):
        found = again(folder, facts)
    report: dict[str, Any] = {"run": str(folder), **asdict(found)}
    screen.show(report, lambda: render(screen, found))
    if not found.same:
        raise typer.Exit(1)


def run_of(place: str | None, run: Path | None) -> Path:
    """The run that is meant: a folder, a city's latest, or the latest of all. Errors: E-USAGE, E-RUN-FOLDER."""
    if place is not None and run is not None:
        raise InnoCityError("E-USAGE", "结果文件夹说了两次", remedy="只写 RUN 或只写 --run")
    if run is not None:
        return run
    if place is not None and ((Path(place) / "run.json").is_file() or not runs_folder(place).is_dir()):
        return Path(place)
    found = latest_run(place or "*")
    if found is None:
        text = f"{runs_folder(place or '<城市>')} 下还没有结果"
        raise InnoCityError("E-RUN-FOLDER", text, remedy="给出结果文件夹，或先运行 innocity settle")
    return found


def render(screen: Screen, found: Replay) -> None:
    """The two hashes, and whether the program is another one."""
    screen.line(f"当时 {found.hash_then}")
    screen.line(f"现在 {found.hash_now}")
    if found.engine_then != found.engine_now:
        screen.line(f"程序版本不同：当时 {found.engine_then}，现在 {found.engine_now}", "yellow")
    screen.line(
        "相同：每一笔都与当时一样。" if found.same else "不同：结果与当时不一致。", "green" if found.same else "red"
    )
