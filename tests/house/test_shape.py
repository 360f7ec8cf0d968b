"""Limits of shape: short functions, short files (CONTRIBUTING.md, "Limits of shape")."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

from tests.house.tree import ROOT, files

LONGEST_FUNCTION = 50
P90_FUNCTION = 30
LONGEST_FILE = 400


def modules() -> list[Path]:
    return [p for p in files() if p.suffix == ".py" and p.is_relative_to(ROOT / "innocity")]


def functions(path: Path) -> list[tuple[int, str]]:
    """(lines, "file:line name") of every function, from `def` to its last line, docstring and all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT).as_posix()
    return [
        (node.end_lineno - node.lineno + 1, f"{name}:{node.lineno} {node.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def test_no_function_is_too_long() -> None:
    measured = [found for path in modules() for found in functions(path)]
    assert measured, "no functions found: does the test still look in the right place?"
    assert [f"{where}: {lines} lines" for lines, where in measured if lines > LONGEST_FUNCTION] == []


def test_nine_functions_of_ten_are_short() -> None:
    lengths = [lines for path in modules() for lines, _ in functions(path)]
    assert statistics.quantiles(lengths, n=10)[-1] <= P90_FUNCTION


def test_no_file_is_too_long() -> None:
    lengths = {p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for p in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}
