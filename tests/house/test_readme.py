"""What the pages tell people to type exists, and what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.house.tree import ROOT, files

PAGES = [p.relative_to(ROOT).as_posix() for p in files() if p.suffix == ".md" and "cities" not in p.parts]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code(page: str) -> list[str]:
    """What stands as code on a page: lines of its blocks without their comments, and code within a line."""
    text = read(page)
    blocks = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.M | re.S)
    lines = [line.split("  #")[0].removeprefix("$ ").strip() for block in blocks for line in block.splitlines()]
    return lines + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M))


def commands() -> set[str]:
    """Every command of the program, as it is typed: `check`, `cases run`."""
    from innocity.cli.main import app

    found: set[str] = set()

    def walk(group: Any, words: tuple[str, ...]) -> None:
        for name, command in getattr(group, "commands", {}).items():
            found.add(" ".join((*words, name)))
            walk(command, (*words, name))

    walk(typer.main.get_command(app), ())
    assert "cases run" in found
    return found


def test_both_readmes_show_the_two_commands() -> None:
    for page in ("README.md", "README.zh-CN.md"):
        assert {"make demo", "make test"} <= {" ".join(line.split()[:2]) for line in code(page) if line}


@pytest.mark.parametrize("page", PAGES)
def test_make_commands_exist(page: str) -> None:
    typed = [line.split() for line in code(page) if line.startswith("make ")]
    named = {word for words in typed for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)}
    assert named - targets() == set()


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_program_exist(page: str) -> None:
    known = commands()
    for line in code(page):
        words = re.sub(r"^(\.venv/bin/)?innocity ", "", line).split() if "innocity " in line[:20] else []
        if words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
            assert words[0] in known, f"{page}: {line}"
            group = any(name.startswith(f"{words[0]} ") for name in known)
            if group and len(words) > 1 and words[1].islower():
                assert " ".join(words[:2]) in known, f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    here = [target.partition("#")[0] for target in LINK.findall(read(page)) if "://" not in target]
    assert [target for target in here if target and not Path(folder, target).exists()] == []
