"""Word templates of a city, in place of our page and head: filled in by docxtpl inside a sandbox.

A template is an ordinary `.docx`. Where a paragraph holds only `{{ content }}`, the report's blocks are put;
`{{ title }}`, `{{ city }}`, `{{ as_of }}`, `{{ issuer }}`, `{{ counts.met }}` and the lists `targets` and `tasks`
may stand anywhere, with `if` and `for`. Styles that the template defines win over ours.

A template is somebody's file: it may read the plain values given to it and nothing else. It calls nothing, reads
no attribute of any object, repeats no text without bound, and brings in no other file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.reports.blocks import Break, Head, Report, Title
from innocity.engines.reports.charts import Pictures
from innocity.engines.reports.model import STATES, ReportInput, lights
from innocity.engines.reports.word import Writer, blank, install_styles, packed
from innocity.engines.reports.words import SIMULATED, day

register_codes({
    "E-REPORT-TEMPLATE": ("报告模板用不了", "a report template cannot be used"),
})  # fmt: skip

CONTENT = "content"
LISTS = ("targets", "tasks")  # what loops may go through
INFLATED_MAX = 50 * 2**20  # bytes of a template when unpacked
STEPS_MAX = 100_000  # rows that all loops of a template may go through together
_FETCHES = re.compile(r"INCLUDE(?:PICTURE|TEXT)|\bDDE(?:AUTO)?\b|\bLINK\b|\bIMPORT\b|\bRD\b", re.IGNORECASE)
_MARK = "\ue000content\ue000"  # private characters: no text of a report has them
_NOT_TEXT = "整张表不能直接打印"
_FILTERS = ("default", "d", "e", "escape", "length", "count", "upper", "lower", "trim", "first", "last")


def fill(path: Path, report: Report, data: ReportInput, pictures: Pictures | None = None) -> bytes:
    """The report in a city's template, as the bytes of a `.docx`. Error: E-REPORT-TEMPLATE."""
    raw = _checked(path)
    document = _rendered(raw, path, _values(report, data))
    place = _place(document, path)
    install_styles(document)
    writer = Writer(document, pictures or Pictures(), before=place)
    section = document.element.body.sectPr
    if section is not None:
        writer.adopt(section)
    for block in report.blocks:
        if not isinstance(block, (Head, Title)):
            writer.block(block)
    if writer.landscape:
        writer.block(Break())
    place.getparent().remove(place)
    return packed(document)


def starter(report: Report) -> bytes:
    """A template to begin with: our page and styles, with the places to fill in."""
    document = blank(report)
    writer = Writer(document, Pictures(None))
    title = Title(("{{ title }}",))
    plain = Report(report.kind, "{{ title }}", report.city, report.as_of, (Head(), title))
    writer.write(plain)
    paragraph = document.add_paragraph("{{ " + CONTENT + " }}")
    section = document.element.body.sectPr
    section.addprevious(paragraph._element)
    return packed(document)


def _checked(path: Path) -> bytes:
    """The bytes of a template that is what it says, holds no program and points to nothing outside."""
    try:
        raw = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > INFLATED_MAX:
                raise _refused(path, f"解开后超过 {INFLATED_MAX >> 20} MB")
            names = [info.filename.lower() for info in infos]
            if any("vbaproject" in name or "activex" in name or "embeddings/" in name for name in names):
                raise _refused(path, "含有宏或嵌入的程序")
            for info in infos:
                if info.filename.lower().endswith((".rels", ".xml")) and _points_outside(archive.read(info)):
                    raise _refused(path, "引用了外部文件或网址")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise _refused(path, "不是 .docx 文件") from None
    return raw


def _points_outside(part: bytes) -> bool:
    """Whether a part has a relationship that leads out, or a field that fetches something when Word opens it."""
    from lxml import etree  # type: ignore[import-untyped]

    try:
        tree = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False  # what no parser reads leads nowhere
    fields = []
    for element in tree.iter():
        if element.get("TargetMode") == "External":
            return True
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        fields += [element.text or ""] if name == "instrText" else []
        fields += [text for key, text in element.attrib.items() if etree.QName(key).localname == "instr"]
    return _FETCHES.search("".join(fields)) is not None


def _rendered(raw: bytes, path: Path, values: Mapping[str, Any]) -> Any:
    import docxtpl
    import jinja2

    template = docxtpl.DocxTemplate(io.BytesIO(raw))
    try:
        template.render(dict(values), jinja_env=sandbox(), autoescape=True)
    except InnoCityError as error:
        raise error.at(Place(path.name)) from None
    except jinja2.exceptions.SecurityError as error:
        raise _refused(path, f"模板想做不许做的事：{error}") from None
    except jinja2.exceptions.TemplateError as error:
        raise _refused(path, f"模板写法不对：{error}") from None
    except Exception as error:  # docxtpl hands on whatever a broken file makes its parser raise
        raise _refused(path, f"读不成模板：{type(error).__name__}") from None
    return template.docx


def sandbox() -> Any:
    """An environment of Jinja in which a template sees plain values and can do next to nothing with them."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Closed(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**", "%", "+", "-", "/", "//"))

        def _parse(self, source: str, name: str | None, filename: str | None) -> Any:
            tree = super()._parse(source, name, filename)
            _check_tree(tree)
            return tree

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return isinstance(obj, LoopContext) and attr in ("index", "index0", "first", "last", "length")

        def is_safe_callable(self, obj: Any) -> bool:
            return False

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if isinstance(left, int) and isinstance(right, int) and operator in ("+", "-") and abs(left) < 10**9:
                return super().call_binop(context, operator, left, right)
            raise SecurityError(f"不支持运算 {operator}")

    environment = Closed(undefined=StrictUndefined, autoescape=True, finalize=_printable)
    environment.globals.clear()
    environment.tests = {name: environment.tests[name] for name in ("defined", "undefined", "none")}
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    return environment


def _check_tree(tree: Any) -> None:
    """Refuse what makes much of little (texts doubled, lists of lists) and loops over anything but the lists."""
    from jinja2 import nodes
    from jinja2.exceptions import SecurityError

    growing = (
        nodes.Concat, nodes.Assign, nodes.AssignBlock, nodes.List, nodes.Dict, nodes.Macro, nodes.CallBlock,
        nodes.FilterBlock, nodes.With,
    )  # fmt: skip
    for node in tree.find_all(growing):
        raise SecurityError(f"不支持 {type(node).__name__}（第 {node.lineno} 行）")
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.iter, nodes.Name) or loop.iter.name not in LISTS or loop.recursive:
            raise SecurityError("循环只能逐项列 targets 或 tasks")
    for named in tree.find_all(nodes.Name):
        if named.ctx != "load" and named.name in LISTS:
            raise SecurityError(f"{named.name} 不能另作他用（第 {named.lineno} 行）")


def _printable(value: Any) -> Any:
    """What a template prints must be a text or a whole number: a list printed whole is nobody's intent."""
    from jinja2.exceptions import SecurityError
    from jinja2.runtime import Undefined

    if value is None or isinstance(value, (str, int, Undefined)):
        return "" if value is None else value
    raise SecurityError(_NOT_TEXT)


class Row(dict[str, Any]):
    """A mapping that a template may read by name; it is no text itself."""

    def __str__(self) -> str:
        raise InnoCityError("E-REPORT-TEMPLATE", _NOT_TEXT, remedy="写明要哪一项，如 {{ t.name }}、{{ counts.met }}")


class Rows(Sequence[Any]):
    """A list that a template may go through; all loops share one number of steps. It is no text itself."""

    def __str__(self) -> str:
        raise InnoCityError("E-REPORT-TEMPLATE", _NOT_TEXT, remedy="用 {% for t in targets %} 逐项列出")

    def __init__(self, rows: Sequence[Any], budget: list[int]) -> None:
        self._rows, self._budget = rows, budget

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self._budget[0] -= 1
            if self._budget[0] < 0:
                raise InnoCityError("E-REPORT-TEMPLATE", f"模板的循环超过 {STEPS_MAX} 步", remedy="减少嵌套的循环")
            yield row


def _values(report: Report, data: ReportInput) -> dict[str, Any]:
    """What a template may print: texts and whole numbers, in mappings and lists."""
    budget = [STEPS_MAX]
    targets = [
        Row({"id": one.id, "name": one.name, "aim": one.aim, "light": one.word, "why": one.why, "next": one.next,
         "latest": f"{one.latest.text}{one.latest.mark}" if one.latest else "", "units": "、".join(one.unit_names)})
        for one in data.in_main()
    ]  # fmt: skip
    tasks = [
        Row({"id": one.id, "title": one.title, "state": STATES[one.state], "due": day(one.due),
             "units": "、".join(one.who)})
        for one in data.tasks_in_main()
    ]  # fmt: skip
    return {
        CONTENT: _MARK, "title": report.title, "city": data.city, "as_of": day(data.as_of), "issuer": data.issuer,
        "document": data.main.quoted(), "simulated": SIMULATED if data.simulated else "",
        "counts": Row({str(light): count for light, count in lights(data.in_main()).items()}),
        "targets": Rows(targets, budget), "tasks": Rows(tasks, budget),
    }  # fmt: skip


def _place(document: Any, path: Path) -> Any:
    """The paragraph in the body where the content goes."""
    found = [paragraph._element for paragraph in document.paragraphs if _MARK in paragraph.text]
    if len(found) != 1:
        raise _refused(path, "正文里要有且只有一段写 {{ content }}")
    return found[0]


def _refused(path: Path, why: str) -> InnoCityError:
    return InnoCityError(
        "E-REPORT-TEMPLATE",
        f"模板 {path.name} 用不了：{why}",
        Place(path.name),
        "从 innocity report --starter 的模板改起",
    )
