"""The sentences that the program itself writes, read from its source: what the English phrases must hold.

A sentence is a text or f-string with Chinese in it; its places keep names: `f"还有{days}天"` is `还有{days}天`.
Run as `python -m tests.web.phrases [MODULE...]` it prints the entries that are missing, ready to be translated.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from innocity.web.messages import read_language

ROOT = Path(__file__).resolve().parents[2] / "innocity"
HAN = re.compile(r"[\u4e00-\u9fff]")
_FILLED = re.compile(r"(?:[^{}]|\{[a-z_]*\})*")  # its braces are places for str.format

#: What never reaches a page: the command line, made-up data, patterns that read Chinese, Chinese documents and tables
#: that are files, and the catalogues' own words.
ELSEWHERE = (
    "cli/", "engines/simulation/", "engines/reading/", "engines/reports/", "records/migrations/", "actions/simulate_",
    "actions/keep_corpus.py", "actions/sheet_template.py", "actions/draft_", "engines/rules/run_files.py",
    "engines/rules/cases.py", "engines/rules/template.py", "engines/rules/summary.py",
    "web/figures.py", "web/speaker.py", "web/finder.py", "web/environment.py", "web/settings.py", "web/matrix.py",
    "web/messages.py", "web/apps.py", "core/error_codes.py", "core/canonical.py", "core/errors.py",
    "records/apps.py",
)  # fmt: skip
#: Of these only errors are told: their other texts are read or written in files.
ERRORS_ONLY = (
    "core/", "packs/", "plan/", "records/", "engines/reading/", "engines/reports/", "actions/sheet", "actions/draft_",
    "actions/paper_guard.py", "actions/workbook_guard.py", "actions/spreadsheet.py", "actions/ledger_c",
    "actions/amounts_said.py", "engines/rules/template.py", "web/environment.py",
)  # fmt: skip
#: And of those, these say all that they say to readers.
SPOKEN = (
    "packs/invalid.py", "packs/model_procedure.py", "plan/amounts.py", "plan/literals.py", "records/chain.py",
)  # fmt: skip
#: Single texts that no page shows, each with its module and why: `module<TAB>text<TAB>why`.
NOT_SHOWN = Path(__file__).parent / "phrases_not_shown.tsv"
_LOOKED_UP = frozenset({"register_codes", "_", "gettext", "gettext_noop", "gettext_lazy"})
_ERRORS = frozenset({
    "InnoCityError", "InvalidValue", "ValueError", "fail", "add", "warn", "invalid", "too_large", "need", "each",
    "circles", "_error", "_refused",
})  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    """Every module by its path below the package."""
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path


def told(only: tuple[str, ...] = ()) -> dict[str, str]:
    """Every sentence that may reach a page, with the first module that says it."""
    found: dict[str, str] = {}
    silent = not_shown()
    for name, path in modules():
        if only and not name.startswith(only):
            continue
        errors = name.startswith(ERRORS_ONLY) and name not in SPOKEN
        if not errors and name.startswith(ELSEWHERE):
            continue
        for text in _of(ast.parse(path.read_text(encoding="utf-8")), errors):
            if (name, text) not in silent:
                found.setdefault(text, name)
    return found


def not_shown() -> dict[tuple[str, str], str]:
    """(module, text) of what no page shows, with the reason."""
    rows = [line.split("\t") for line in NOT_SHOWN.read_text(encoding="utf-8").splitlines() if line]
    return {(name, text.replace("\\n", "\n")): why for name, text, why in rows}


def _of(tree: ast.Module, errors: bool) -> Iterator[str]:
    """The sentences of a module; with `errors` those alone that its errors tell, by whatever name they come there."""
    if not errors:
        yield from _texts(tree)
        return
    values, seen = _given(tree), set[int]()

    def reached(node: ast.expr) -> Iterator[str]:
        if id(node) in seen:
            return
        seen.add(id(node))
        yield from _texts(node)
        for one in ast.walk(node):
            name = one.id if isinstance(one, ast.Name) else _name(one.func) if isinstance(one, ast.Call) else ""
            for value in values.get(name, ()):
                yield from reached(value)

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _ERRORS:
            yield from reached(node)


def _given(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What a module's names are set to and its functions return."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            found.setdefault(node.name, []).extend(filter(None, returned))
        elif isinstance(node, ast.Assign):
            for name, value in (pair for target in node.targets for pair in _set(target, node.value)):
                found.setdefault(name, []).append(value)
    return found


def _set(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names that an assignment sets, each with its value."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, each in zip(target.elts, value.elts, strict=False):
            yield from _set(one, each)


def _texts(node: ast.AST) -> Iterator[str]:
    """The sentences of a tree, those within the places of another among them."""
    if isinstance(node, ast.Call) and _name(node.func) in _LOOKED_UP:
        return
    if isinstance(node, ast.JoinedStr):
        if HAN.search(text := template(node)):
            yield text
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _texts(value.value)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and HAN.search(node.value):
            yield node.value if _FILLED.fullmatch(node.value) else _as_written(node.value)
        return
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    for child in ast.iter_child_nodes(node):
        if documented and isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        yield from _texts(child)


def template(node: ast.JoinedStr) -> str:
    """An f-string with its places by name.

    >>> def of(text): return template(ast.parse(text, mode="eval").body)
    >>> of('f"{plan.name}还有{days}天，{_day(plan.day)}到{days + 1}"')
    '{name}还有{days}天，{day}到{days2}'
    >>> of('f"写 {{id: {one}}}"')
    '写 {{id: {one}}}'
    """
    taken: list[str] = []
    parts: list[str] = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(_as_written(str(value.value)))
        elif isinstance(value, ast.FormattedValue):
            name = _named(value.value)
            taken.append(name)
            again = taken.count(name)
            parts.append(f"{{{name}{again if again > 1 else ''}}}")
    return "".join(parts)


def _as_written(text: str) -> str:
    """A text whose braces stand for themselves."""
    return text.replace("{", "{{").replace("}", "}}")


def _named(node: ast.expr) -> str:
    """A name for the value of a place: that of the innermost thing it is made of."""
    if isinstance(node, ast.Name):
        return node.id.strip("_") or "value"
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Call):
        return _named(node.args[0]) if node.args else _named(node.func)
    if isinstance(node, ast.Subscript | ast.Starred):
        return _named(node.value)
    if isinstance(node, ast.BinOp):
        return _named(node.left)
    if isinstance(node, ast.IfExp):
        return _named(node.body)
    if isinstance(node, ast.BoolOp):
        return _named(node.values[0])
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return _named(node.elt)
    return "value"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def catalogue() -> dict[str, str]:
    """The English phrases, by their Chinese templates."""
    return read_language(ROOT / "web" / "locale" / "en" / "phrases")


def looked_up() -> dict[str, str]:
    """The words of the pages' own catalogue, which phrases find too."""
    return read_language(ROOT / "web" / "locale" / "en" / "LC_MESSAGES")


def missing(only: tuple[str, ...] = ()) -> dict[str, str]:
    """What nobody has put into English yet."""
    known = catalogue() | looked_up()
    return {text: name for text, name in told(only).items() if text not in known}


def main() -> None:
    """Print what is missing as entries of a catalogue."""
    before = ""
    for text, name in missing(tuple(sys.argv[1:])).items():
        if name != before:
            print(f"# {name}\n")
            before = name
        written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        print(f'msgid "{written}"\nmsgstr ""\n')


if __name__ == "__main__":
    main()
