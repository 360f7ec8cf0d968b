"""One folder of a city or a parent, read and validated object by object, before anything is joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.documents import DocumentText, FenceText, read_document
from innocity.packs.invalid import build
from innocity.packs.model import (
    FENCES,
    Article,
    Assessment,
    City,
    CodeList,
    CompositeIndex,
    Document,
    Exclusion,
    Fence,
    Grading,
    Indicator,
    InspectionPlan,
    MatchKind,
    Observation,
    Procedure,
    Register,
    Roster,
    TechnologyKind,
)
from innocity.packs.observations import read_observations
from innocity.packs.yamltext import Located, read_file

Steps = tuple[str | int, ...]
_FENCE_ID = re.compile(r"[a-z][a-z0-9_]*")
_CODE_ID = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an object was written: its file's data and the path inside it."""

    located: Located
    path: Steps = ()

    def place(self, *steps: str | int) -> Place:
        """The place of a part of the object."""
        return self.located.place((*self.path, *steps))


@dataclass(slots=True)
class Layer:
    """What one folder holds. `sources` gives the place of each object by (kind, id)."""

    folder: Path
    shown: str
    errors: ErrorList
    city: City | None = None
    codes: dict[str, CodeList] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    exclusions: dict[str, Exclusion] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    indices: dict[str, CompositeIndex] = field(default_factory=dict)
    matching: dict[str, MatchKind] = field(default_factory=dict)
    gradings: dict[str, Grading] = field(default_factory=dict)
    inspections: dict[str, InspectionPlan] = field(default_factory=dict)
    rosters: dict[str, Roster] = field(default_factory=dict)
    technology_kinds: dict[str, TechnologyKind] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    fences: dict[str, tuple[str, Fence]] = field(default_factory=dict)
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # ids of objects that could not be read


def read_layer(folder: Path, shown: str, errors: ErrorList) -> Layer:
    """Read a folder; errors are collected, and what could be read is there.

    `shown` is the folder's name in errors, such as `cities/weihai`.
    """
    layer = Layer(folder, shown, errors)
    located = _yaml(layer, folder / "city.yaml")
    if located is not None:
        layer.city = build(City, located, errors)
        layer.sources["city", "city"] = Source(located)
        if layer.city:
            _check_city_ids(layer.city, located, errors)
    for path in _files(folder / "codes", "*.yaml"):
        _read_named(layer, path, CodeList, "code_list", layer.codes)
    for path in _files(folder / "registers", "*.yaml"):
        _read_named(layer, path, Register, "register", layer.registers)
    _read_list(layer, "exclusions.yaml", Exclusion, "exclusion", layer.exclusions)
    _read_list(layer, "indicators.yaml", Indicator, "indicator", layer.indicators)
    _read_list(layer, "assessment.yaml", Assessment, "assessment", layer.assessments)
    _read_list(layer, "indices.yaml", CompositeIndex, "index", layer.indices)
    _read_list(layer, "matching.yaml", MatchKind, "matching", layer.matching)
    _read_list(layer, "gradings.yaml", Grading, "grading", layer.gradings)
    _read_list(layer, "inspections.yaml", InspectionPlan, "inspection", layer.inspections)
    _read_list(layer, "rosters.yaml", Roster, "roster", layer.rosters)
    _read_list(layer, "technology_kinds.yaml", TechnologyKind, "technology_kind", layer.technology_kinds)
    _read_list(layer, "procedures.yaml", Procedure, "procedure", layer.procedures)
    _read_observations(layer)
    for path in _files(folder / "documents", "*.md"):
        _read_document(layer, path)
    return layer


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files in bytewise order of their names, so that every machine reads in the same order."""
    return sorted(folder.glob(pattern), key=lambda path: path.name.encode("utf-8"))


def _shown(layer: Layer, path: Path) -> str:
    return f"{layer.shown}/{path.relative_to(layer.folder).as_posix()}"


def _yaml(layer: Layer, path: Path) -> Located | None:
    try:
        return read_file(path, _shown(layer, path))
    except InnoCityError as error:
        layer.errors.append(error)
        return None


def _read_named(layer: Layer, path: Path, cls: type[Any], kind: str, into: dict[str, Any]) -> None:
    """A file that holds one code list or register under its own id."""
    located = _yaml(layer, path)
    thing = build(cls, located, layer.errors) if located is not None else None
    if thing is None or located is None:
        layer.broken.add(path.stem)
        return
    if thing.id != path.stem:
        text = f"文件名是 {path.stem}，编号却是 {thing.id}"
        layer.errors.add("E-PACK-FILE-NAME", text, located.place(("id",)), "改成一样")
    field_name = "codes" if kind == "code_list" else "columns"
    pattern = _CODE_ID if kind == "code_list" else _FENCE_ID
    check_ids(getattr(thing, field_name), located, (field_name,), layer.errors, pattern)
    into[thing.id] = thing
    layer.sources[kind, thing.id] = Source(located)


def check_ids(
    items: Iterable[Any],
    located: Located,
    path: Steps,
    errors: ErrorList,
    pattern: re.Pattern[str] = _FENCE_ID,
) -> None:
    """Ids of a list: well formed and each only once."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        check_id(item.id, item.id in seen, located.place((*path, index, "id")), errors, pattern)
        seen.add(item.id)


def check_id(one: str, taken: bool, place: Place, errors: ErrorList, pattern: re.Pattern[str] = _FENCE_ID) -> None:
    """An id of a list: well formed, and not taken by another of the list."""
    if not pattern.fullmatch(one):
        errors.add("E-PACK-ID", f"编号“{one}”的写法不对", place, "用英文小写字母、数字和下划线")
    if taken:
        errors.add("E-PACK-DUPLICATE-ID", f"编号 {one} 在同一列表里写了两次", place, "删去或改名")


def _check_city_ids(city: City, located: Located, errors: ErrorList) -> None:
    for name in ("divisions", "zones", "units", "payers"):
        check_ids(getattr(city, name), located, (name,), errors)


def _read_list(layer: Layer, name: str, cls: type[Any], kind: str, into: dict[str, Any]) -> None:
    """A file that holds a list of things with ids; one that is not there holds none."""
    path = layer.folder / name
    located = _yaml(layer, path) if path.exists() else None
    if located is None or located.data is None:
        return
    if not isinstance(located.data, list):
        layer.errors.add("E-YAML-TOP", f"{name} 应是列表", located.place(), "每项以 - 开头")
        return
    placed = "place" in cls.model_fields
    for index, data in enumerate(located.data):
        extra = {"place": f"{located.file}:{located.line((index,))}"} if placed else None
        item = build(cls, located, layer.errors, (index,), extra)
        if item is None:
            layer.broken.add(str(data.get("id")) if isinstance(data, dict) else "")
            continue
        check_id(item.id, item.id in into, located.place((index, "id")), layer.errors)
        into.setdefault(item.id, item)
        layer.sources.setdefault((kind, item.id), Source(located, (index,)))


def _read_observations(layer: Layer) -> None:
    path = layer.folder / "observations.csv"
    if path.exists():
        for item, located in read_observations(path, _shown(layer, path), layer.errors):
            layer.observations.append(item)
            layer.sources["observation", item.place] = Source(located)


def _read_document(layer: Layer, path: Path) -> None:
    try:
        text = read_document(path, _shown(layer, path))
    except InnoCityError as error:
        layer.errors.append(error)
        return
    document = build(Document, text.front, layer.errors, (), _filled_document(text))
    if document is None:
        layer.broken.add(str(text.front.data.get("id")))
        return
    if document.id != path.stem:
        message = f"文件名是 {path.stem}，编号却是 {document.id}"
        layer.errors.warn("W-PACK-FILE-NAME", message, text.front.place(("id",)), "最好改成一样")
    layer.documents[document.id] = document
    layer.sources["document", document.id] = Source(text.front)
    _check_spans(document, text, layer.errors)
    for fence in text.fences:
        _read_fence(layer, document, fence)


def _filled_document(text: DocumentText) -> dict[str, Any]:
    articles = tuple(
        Article(id=a.id, title=a.title, path=a.path, spans=a.spans, text=a.text, place=f"{text.shown}:{a.line}")
        for a in text.articles
    )
    return {"articles": articles, "place": f"{text.shown}:1"}


def _check_spans(document: Document, text: DocumentText, errors: ErrorList) -> None:
    if document.original is None:
        return
    chars = document.original.chars
    for article in text.articles:
        for first, last in article.spans:
            if last > chars:
                message = f"位置 {first}-{last} 超出原文的 {chars} 字"
                errors.add("E-DOCUMENT-SPAN", message, Place(text.shown, article.line), "核对 span 与 chars")


def _read_fence(layer: Layer, document: Document, fence: FenceText) -> None:
    article = f"{document.id}#{fence.article}" if fence.article else document.id
    extra = {"article": article, "place": f"{fence.data.file}:{fence.line}"}
    thing = build(FENCES[fence.kind], fence.data, layer.errors, (), extra)
    if thing is None:
        layer.broken.add(str(fence.data.data.get("id")))
        return
    place = fence.data.place(("id",))
    if not _FENCE_ID.fullmatch(thing.id):
        layer.errors.add("E-PACK-ID", f"编号“{thing.id}”的写法不对", place, "用英文小写字母、数字和下划线")
    if thing.id in layer.fences:
        first = layer.fences[thing.id][1].place
        layer.errors.add("E-PACK-DUPLICATE-ID", f"编号 {thing.id} 已用于 {first}", place, "换一个编号")
        return
    layer.fences[thing.id] = (fence.kind, thing)
    layer.sources["fence", thing.id] = Source(fence.data)
