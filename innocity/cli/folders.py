"""Where commands look and write if nothing is said: var/<city>/facts and var/<city>/runs, or below INNOCITY_VAR."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.cli.screen import Screen

VAR = Path(os.environ.get("INNOCITY_VAR", "").strip() or "var")  # the site reads the same variable


def facts_folder(city: str, given: Path | None = None) -> Path:
    """The facts of a city. Error: E-FACTS-FOLDER, saying how to get some."""
    folder = given or VAR / city / "facts"
    if not (folder / "manifest.json").is_file():
        if folder.is_dir() and any(folder.iterdir()):
            from innocity.packs.facts import not_facts

            raise not_facts(folder, city)
        remedy = f"用 --facts 给出事实文件夹，或先运行 innocity simulate {city}" + beside_demo(
            city, "facts/manifest.json"
        )
        raise InnoCityError("E-FACTS-FOLDER", f"“{folder}”不是事实文件夹", remedy=remedy)
    return folder


def then_settle(city: str, pack: str, facts: Path) -> str:
    """What to type next where facts were written: the city as it was typed, and the folder unless `settle` looks there.

    >>> then_settle("weihai", "weihai", Path("var/weihai/facts")), then_settle("weihai", "weihai", Path("my facts"))
    ('下一步：innocity settle weihai', "下一步：innocity settle weihai --facts 'my facts'")
    """
    there = "" if facts == Path("var", pack, "facts") else f" --facts {shlex.quote(str(facts))}"
    return f"下一步：innocity settle {shlex.quote(city)}{there}"


def beside_demo(city: str, file: str) -> str:
    """What to add to a remedy where nothing is here yet but the demo left its own: how to look at that."""
    demo = VAR / "demo"
    if not (demo / city / file).is_file():
        return ""
    return f"；演示的数据在 {demo}，要看它就在命令前加 INNOCITY_VAR={demo}"


def told_of_demo(screen: Screen, city: str, var: Path) -> None:
    """Say on stderr that nothing of the city is here, where only the demo has something."""
    if var == VAR and not (var / city).exists() and (hint := beside_demo(city, "run/run.json")):
        screen.notice(f"{var / city} 还没有任何登记{hint}")


def runs_folder(city: str) -> Path:
    """Where runs of a city are kept."""
    return VAR / city / "runs"


def latest_run(city: str, year: int | None = None) -> Path | None:
    """The newest run of a city (`*`: of any), or of one of its years; None where there is none."""
    found = []
    for report in (*VAR.glob(f"{city}/runs/*/run.json"), *VAR.glob(f"{city}/run/run.json")):
        if year is None or _year(report) == year:
            found.append((report.stat().st_mtime_ns, report.parent))
    return max(found)[1] if found else None


def run_folder(city: str, given: Path | None = None, year: int | None = None) -> Path:
    """The run that a command is about. Error: E-RUN-FOLDER, saying how to get one."""
    folder = given or latest_run(city, year)
    if folder is None or not (folder / "run.json").is_file():
        text = f"“{folder}”不是结果文件夹" if folder else f"{runs_folder(city)} 下还没有结果"
        remedy = f"用 --run 给出结果文件夹，或先运行 innocity settle {city}" + beside_demo(city, "run/run.json")
        raise InnoCityError("E-RUN-FOLDER", text, remedy=remedy)
    return folder


def _year(report: Path) -> int | None:
    try:
        return int(json.loads(report.read_text(encoding="utf-8"))["year"])
    except (ValueError, KeyError, TypeError):
        return None
