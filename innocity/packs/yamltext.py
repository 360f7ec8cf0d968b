"""YAML as text: every scalar is a string, an empty one is None, and every path knows its line.

Reading is done with PyYAML's C composer, so that a whole city loads in a fraction of a second.
Duplicate keys, tags, runaway aliases and deep nesting are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from innocity.core.errors import InnoCityError, Place

Path_ = tuple[str | int, ...]

MAX_BYTES = 16 << 20
MAX_NODES = 500_000
MAX_DEPTH = 50
_SUSPICIOUS = 2000
_OPENERS = re.compile(r"[\[{]|[-?][ \t]")
_TAGS: dict[type[yaml.Node], str] = {
    kind: f"tag:yaml.org,2002:{name}"
    for kind, name in ((yaml.ScalarNode, "str"), (yaml.SequenceNode, "seq"), (yaml.MappingNode, "map"))
}
_PLAIN_TAGS = frozenset(_TAGS.values())
_NULLS = ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Located:
    """Data of a YAML text with the line (from 1) of every path."""

    data: Any
    file: str
    lines: dict[Path_, int]
    first_line: int = 1

    def line(self, path: Sequence[str | int]) -> int:
        """Line of a path; steps that are not in the data (of a validator, say) are passed over.

        >>> text = read_text("a: {b: x}\\nc:\\n  - d: 1\\n", "f.yaml")
        >>> text.line(("c", 0, "d")), text.line(("c", "function-before", 0, "nothing")), text.line(())
        (3, 3, 1)
        """
        here: Path_ = ()
        for step in path:
            if (*here, step) in self.lines:
                here = (*here, step)
        return self.lines.get(here, self.first_line)

    def place(self, path: Sequence[str | int] = ()) -> Place:
        """The place of a path, for an error."""
        return Place(self.file, self.line(path), path=show_path(path) or None)


def show_path(path: Sequence[str | int]) -> str:
    """A path as people read it.

    >>> show_path(("columns", 2, "type"))
    'columns[2].type'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def read_text(text: str, file: str, first_line: int = 1) -> Located:
    """Parse YAML text that starts at line `first_line` of `file`.

    >>> read_text("a: 1:1\\nb: 3.10\\nc:\\nd: 'x'", "f.yaml").data
    {'a': '1:1', 'b': '3.10', 'c': None, 'd': 'x'}
    >>> read_text("a: 1\\na: 2", "f.yaml")
    Traceback (most recent call last):
    innocity.core.errors.InnoCityError: f.yaml:2（a） [E-YAML-DUPLICATE-KEY] 键 a 写了两次
      怎么办：合并或删去一处
    """
    if len(text) > MAX_BYTES:
        raise InnoCityError("E-FILE-TOO-LARGE", f"{file} 超过 {MAX_BYTES >> 20} MB", Place(file))
    try:
        if len(_OPENERS.findall(text)) > _SUSPICIOUS:
            _check_depth(text, file, first_line)
        node = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        raise _syntax(error, text, file, first_line) from None
    reader = _Reader(file, first_line)
    data = reader.value(node, (), 0) if node is not None else None
    return Located(data, file, reader.lines, first_line)


def read_file(path: Path, shown: str | None = None) -> Located:
    """Parse a YAML file (UTF-8); `shown` is its name in errors.

    Errors: E-FILE-MISSING, E-FILE-ENCODING, E-FILE-TOO-LARGE and those of `read_text`.
    """
    return read_text(read_utf8(path, shown), shown or path.name)


def read_utf8(path: Path, shown: str | None = None) -> str:
    """The text of a file, its line ends as LF. Errors: E-FILE-MISSING, E-FILE-ENCODING, E-FILE-TOO-LARGE."""
    name = shown or path.name
    try:
        raw = path.read_bytes()
    except OSError:
        raise InnoCityError("E-FILE-MISSING", f"读不到文件 {name}", Place(name)) from None
    if len(raw) > MAX_BYTES:
        raise InnoCityError("E-FILE-TOO-LARGE", f"{name} 超过 {MAX_BYTES >> 20} MB", Place(name))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        remedy = "另存为 UTF-8 编码"
        raise InnoCityError("E-FILE-ENCODING", f"{name} 不是 UTF-8", Place(name, line), remedy) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_empty(data: Any) -> Any:
    """The data without mapping entries that are empty: an empty value is "not given".

    >>> without_empty({"a": None, "b": {"c": None, "d": "1"}, "e": [None]})
    {'b': {'d': '1'}, 'e': [None]}
    """
    if isinstance(data, dict):
        return {key: without_empty(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [without_empty(value) for value in data]
    return data


class _Composer(yaml.CBaseLoader):
    """Composes nodes whose tags nobody has to guess: all that is not tagged is text, a list or a mapping."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return _TAGS[kind]


class _Reader:
    """Turns composed nodes into data, remembering lines and counting what aliases repeat."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.lines: dict[Path_, int] = {}
        self.nodes = 0

    def value(self, node: yaml.Node, path: Path_, depth: int) -> Any:
        self.nodes += 1
        line = node.start_mark.line + self.first_line
        self.lines.setdefault(path, line)
        if depth > MAX_DEPTH:
            raise InnoCityError("E-YAML-DEPTH", f"嵌套超过 {MAX_DEPTH} 层", Place(self.file, line))
        if self.nodes > MAX_NODES:
            place = Place(self.file, line)
            raise InnoCityError("E-YAML-ALIAS", "锚点与别名展开后过大", place, "直接写出内容")
        if node.tag not in _PLAIN_TAGS:
            raise InnoCityError("E-YAML-TAG", f"不接受标签 {node.tag}", Place(self.file, line), "删去标签")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        return self._mapping(node, path, depth)

    @staticmethod
    def _scalar(node: yaml.ScalarNode) -> str | None:
        plain = not node.style
        value: str = node.value
        return None if value == "" or (plain and value in _NULLS) else value

    def _mapping(self, node: yaml.Node, path: Path_, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, item in node.value:
            line = key_node.start_mark.line + self.first_line
            if not isinstance(key_node, yaml.ScalarNode):
                raise InnoCityError("E-YAML-SYNTAX", "键只能是一个词", Place(self.file, line))
            key = key_node.value
            here = (*path, key)
            if key in result:
                place = Place(self.file, line, path=show_path(here))
                raise InnoCityError("E-YAML-DUPLICATE-KEY", f"键 {key} 写了两次", place, "合并或删去一处")
            self.lines.setdefault(here, line)
            result[key] = self.value(item, here, depth + 1)
        return result


def _check_depth(text: str, file: str, first_line: int) -> None:
    """Walk the event stream, which never recurses: the C composer would overrun its stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                place = Place(file, (mark.line if mark else 0) + first_line)
                raise InnoCityError("E-YAML-DEPTH", f"嵌套超过 {MAX_DEPTH} 层", place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _syntax(error: yaml.YAMLError, text: str, file: str, first_line: int) -> InnoCityError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    place = Place(file, first_line)
    if mark:  # what is missing at the end is reported behind the last line
        last = max(len(text.splitlines()) - 1, 0)
        place = Place(file, min(mark.line, last) + first_line, mark.column + 1)
    remedy = "检查缩进、冒号后的空格、引号和括号是否成对；含有“: ”或“#”的文字要加引号"
    return InnoCityError("E-YAML-SYNTAX", f"YAML 语法错误：{problem}", place, remedy)
