"""Documents of a pack: front matter, articles with their place in the original, and fences.

    ---
    id: opinion-2018
    ---
    ## 高新技术企业 {#a7 path="三、7" span="3480-3990"}
    our digest
    ```clause
    id: hnte_reward
    ```

This module splits the text; `innocity.packs.load` validates what the parts say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.yamltext import Located, read_text, read_utf8

#: Kinds of fences.
FENCE_KINDS = (
    "clause", "rule", "pool", "group", "appropriation", "relation", "statement", "call", "target", "task",
)  # fmt: skip
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")
_ATTRIBUTES = re.compile(r"^(.*?)\s*\{\s*#([A-Za-z0-9][A-Za-z0-9_.-]*)((?:\s+[a-z_]+=\"[^\"]*\")*)\s*\}$")
_ATTRIBUTE = re.compile(r"([a-z_]+)=\"([^\"]*)\"")
_SPAN = re.compile(r"([0-9]+)-([0-9]+)")
_OPEN = re.compile(r"( *)(`{3,})\s*([A-Za-z_-]*)\s*$")


@dataclass(frozen=True, slots=True)
class FenceText:
    """A fence: its kind, its data with lines, and the article in which it stands ("" before the first)."""

    kind: str
    data: Located
    article: str
    line: int


@dataclass(slots=True)
class ArticleText:
    """An article while it is read: attributes of its heading and the lines of its digest."""

    id: str
    title: str
    line: int
    level: int
    path: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The digest without its fences, blank lines at both ends cut off."""
        return "\n".join(self.lines).strip()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document in its parts; `shown` is the file's name in errors and places."""

    front: Located
    articles: tuple[ArticleText, ...]
    fences: tuple[FenceText, ...]
    shown: str


def read_document(path: Path, shown: str | None = None) -> DocumentText:
    """Read and split a document file; all errors of its parts are raised together."""
    name = shown or path.name
    return split_document(read_utf8(path, name), name)


def split_document(text: str, shown: str) -> DocumentText:
    """Split a document's text.

    >>> text = '---\\nid: x\\n---\\n## 甲 {#a1 span="0-5"}\\n文\\n```clause\\nid: c\\n```\\n'
    >>> d = split_document(text, "x.md")
    >>> d.front.data, d.articles[0].spans, d.fences[0].data.data, d.fences[0].line
    ({'id': 'x'}, ((0, 5),), {'id': 'c'}, 6)
    >>> d.fences[0].data.line(("id",))
    7
    """
    lines = text.split("\n")
    end = _front_matter_end(lines, shown)
    front = read_text("\n".join(lines[1:end]), shown, 2)
    if not isinstance(front.data, dict):
        raise InnoCityError("E-DOCUMENT-FRONT-MATTER", "文件开头的说明应是一组“键: 值”", Place(shown, 2))
    splitter = _Splitter(shown)
    splitter.read(lines, end + 1)
    splitter.errors.raise_if_any()
    return DocumentText(front, tuple(splitter.articles), tuple(splitter.fences), shown)


def _front_matter_end(lines: list[str], shown: str) -> int:
    """Index of the line that closes the front matter."""
    if lines and lines[0].rstrip() == "---":
        for index in range(1, len(lines)):
            if lines[index].rstrip() == "---":
                return index
    remedy = "第一行写 ---，随后是 id、title 等，再以一行 --- 结束"
    raise InnoCityError("E-DOCUMENT-FRONT-MATTER", "文件开头没有完整的说明", Place(shown, 1), remedy)


class _Splitter:
    """Walks the lines after the front matter once."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.errors = ErrorList()
        self.articles: list[ArticleText] = []
        self.fences: list[FenceText] = []
        self.ids: dict[str, int] = {}
        self.open: ArticleText | None = None

    def read(self, lines: list[str], start: int) -> None:
        index = start
        while index < len(lines):
            line = lines[index]
            fence = _OPEN.match(line) if "```" in line else None
            if fence:
                index = self._fence(lines, index, fence)
                continue
            heading = _HEADING.match(line) if line.startswith("#") else None
            if heading:
                self._heading(heading, index + 1)
            elif self.open:
                self.open.lines.append(line)
            index += 1

    def _heading(self, match: re.Match[str], line: int) -> None:
        level, text = len(match[1]), match[2]
        attributes = _ATTRIBUTES.match(text)
        if attributes:
            self._article(attributes, level, line)
        elif "{" in text or "}" in text:
            remedy = '写成 ## 标题 {#a7 path="三、7" span="3480-3990"}'
            self.errors.add("E-DOCUMENT-HEADING", f"看不懂标题的属性：{text}", Place(self.shown, line), remedy)
        elif self.open and level > self.open.level:
            self.open.lines.append(match[0])
        else:  # a heading of a chapter: it closes the article and has no digest of its own
            self.open = None

    def _article(self, match: re.Match[str], level: int, line: int) -> None:
        place = Place(self.shown, line)
        given = dict(_ATTRIBUTE.findall(match[3]))
        unknown = sorted(set(given) - {"path", "span"})
        if unknown:
            self.errors.add("E-DOCUMENT-HEADING", f"不认识的属性 {unknown[0]}", place, "只写 path 和 span")
        if match[2] in self.ids:
            text = f"条目编号 {match[2]} 已在第 {self.ids[match[2]]} 行用过"
            self.errors.add("E-PACK-DUPLICATE-ID", text, place, "换一个编号")
        self.ids.setdefault(match[2], line)
        spans = self._spans(given.get("span"), place)
        self.open = ArticleText(match[2], match[1], line, level, given.get("path"), spans)
        self.articles.append(self.open)

    def _spans(self, text: str | None, place: Place) -> tuple[tuple[int, int], ...]:
        spans: list[tuple[int, int]] = []
        for piece in (text or "").split(",") if text is not None else []:
            match = _SPAN.fullmatch(piece.strip())
            if not match or int(match[1]) >= int(match[2]):
                remedy = "写成 起-止（起小于止），几段用逗号隔开，如 10-20,40-60"
                self.errors.add("E-DOCUMENT-SPAN", f"位置区间“{piece}”不对", place, remedy)
                continue
            spans.append((int(match[1]), int(match[2])))
        return tuple(spans)

    def _fence(self, lines: list[str], start: int, match: re.Match[str]) -> int:
        """Read the fence that opens at index `start`; return the index after it."""
        indent, ticks, kind = len(match[1]), match[2], match[3]
        end = next((i for i in range(start + 1, len(lines)) if lines[i].strip() == ticks), None)
        place = Place(self.shown, start + 1)
        if end is None:
            self.errors.add("E-DOCUMENT-FENCE", "围栏没有结束", place, f"以一行 {ticks} 结束")
            return len(lines)
        if kind not in FENCE_KINDS:
            remedy = f"围栏只有 {'、'.join(FENCE_KINDS)}"
            self.errors.add("E-DOCUMENT-FENCE-KIND", f"不认识的围栏“{kind}”", place, remedy)
            return end + 1
        body = [line[indent:] if line[:indent].isspace() else line for line in lines[start + 1 : end]]
        try:
            data = read_text("\n".join(body), self.shown, start + 2)
        except InnoCityError as error:
            self.errors.append(error)
            return end + 1
        if not isinstance(data.data, dict):
            self.errors.add("E-DOCUMENT-FENCE", f"{kind} 围栏里应是一组“键: 值”", place)
            return end + 1
        self.fences.append(FenceText(kind, data, self.open.id if self.open else "", start + 1))
        return end + 1
