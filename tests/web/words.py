"""The interface's words as templates and code write them: what a catalogue must hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from innocity.engines.indicators.model import LIGHTS, ON_PACE
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.web.finder import AUDIENCES, INDUSTRIES, SIZES

WEB = Path(__file__).resolve().parents[2] / "innocity" / "web"
_TRANS = re.compile(r'{%\s*trans\s+"((?:[^"\\]|\\.)*)"')
_MARKED = re.compile(r'_\("((?:[^"\\]|\\.)*)"\)')
_BLOCK = re.compile(r"{%\s*blocktrans[^%]*%}(.*?){%\s*endblocktrans\s*%}", re.DOTALL)
_NAME = re.compile(r"{{\s*(\w+)\s*}}")
_NOOP = re.compile(r'(?:gettext_noop|(?<![\w.])_)\("((?:[^"\\]|\\.)*)"\)')


def words() -> set[str]:
    """Every text that is looked up in a catalogue."""
    found: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {*_TRANS.findall(text), *_MARKED.findall(text)}
        found |= {_NAME.sub(r"%(\1)s", body.replace("%", "%%")) for body in _BLOCK.findall(text)}
    for path in WEB.rglob("*.py"):
        found |= set(_NOOP.findall(path.read_text(encoding="utf-8")))
    found |= {name for group in (AUDIENCES, INDUSTRIES, SIZES) for name, _ in group.values()}
    return found | set(LIGHTS.values()) | {ON_PACE} | set(STATUS_NAMES.values())


def verdict_words() -> set[str]:
    """The words of the calculator's verdicts."""
    tree = ast.parse((WEB / "calculator.py").read_text(encoding="utf-8"))
    judge = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "verdict_word")
    texts = [n.value for n in ast.walk(judge) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {text for text in texts if not text.isascii() and "\n" not in text and not text.endswith(".")} | {"是", "否"}
