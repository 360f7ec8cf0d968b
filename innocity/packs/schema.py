"""JSON Schema of the files of a city, for editors: completion and red lines while typing.

    schemas()["fence.clause"]       # a clause fence
    write_schemas(Path("schemas"))  # one <name>.schema.json a file kind

The loader reads every scalar as text, so an editor must accept `2023`, `true` and `200万元` alike: the
schemas check keys, structure and choices, the loader checks values.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from innocity.packs.model import (
    FENCES,
    Assessment,
    City,
    CodeList,
    CompositeIndex,
    Document,
    Exclusion,
    Grading,
    Indicator,
    InspectionPlan,
    MatchKind,
    Procedure,
    Register,
    Roster,
    TechnologyKind,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = ["string", "number", "boolean", "null"]
#: Models that may be written as a single word or amount.
_SHORT = ("Amount", "Param", "Condition")
#: Filled in by the loader, never written.
_LOADED = ("articles", "article", "place")


def schemas() -> dict[str, dict[str, Any]]:
    """All schemas by name: city, codes, register, exclusions, indicators, assessment, indices, matching, rosters,
    technology_kinds, procedures, inspections, document, fence.<kind>.

    >>> schemas()["register"]["required"][:3]
    ['id', 'name', 'source']
    """
    found = {
        "city": _schema(City, "city.yaml"),
        "codes": _schema(CodeList, "codes/<id>.yaml"),
        "register": _schema(Register, "registers/<id>.yaml"),
        "exclusions": _list_of(_schema(Exclusion, "exclusions.yaml")),
        "indicators": _list_of(_schema(Indicator, "indicators.yaml")),
        "assessment": _list_of(_schema(Assessment, "assessment.yaml")),
        "indices": _list_of(_schema(CompositeIndex, "indices.yaml")),
        "matching": _list_of(_schema(MatchKind, "matching.yaml")),
        "gradings": _list_of(_schema(Grading, "gradings.yaml")),
        "rosters": _list_of(_schema(Roster, "rosters.yaml")),
        "technology_kinds": _list_of(_schema(TechnologyKind, "technology_kinds.yaml")),
        "procedures": _list_of(_schema(Procedure, "procedures.yaml")),
        "inspections": _list_of(_schema(InspectionPlan, "inspections.yaml")),
        "document": _schema(Document, "front matter of documents/<id>.md"),
    }
    return found | {f"fence.{kind}": _schema(model, f"```{kind}") for kind, model in FENCES.items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema as `<name>.schema.json`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


class _WithoutDefaults(GenerateJsonSchema):
    """Defaults are left out below anyway; encoding exact fractions would only warn."""

    def encode_default(self, dft: Any) -> Any:
        """No default."""
        return None


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    raw = model.model_json_schema(by_alias=True, schema_generator=_WithoutDefaults, mode="validation")
    definitions = raw.pop("$defs", {})
    if "$ref" in raw:  # a model that contains itself
        raw = definitions[raw["$ref"].rpartition("/")[2]]
    schema: dict[str, Any] = {"$schema": DRAFT, **_loose(raw), "title": title}
    if definitions:
        schema["$defs"] = {name: _definition(name, item) for name, item in definitions.items()}
    return schema


def _definition(name: str, item: dict[str, Any]) -> dict[str, Any]:
    loose = _loose(item)
    return {"anyOf": [{"type": _SCALAR[:3]}, loose]} if name in _SHORT else loose


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema for a list of what the schema describes."""
    keys = [key for key in ("$schema", "$defs", "title") if key in schema]
    top: dict[str, Any] = {key: schema.pop(key) for key in keys}
    return {**top, "type": "array", "items": schema}


def _loose(item: Any) -> Any:
    """The schema with scalars of any kind, lists that may be a single word, and no loader's fields."""
    if isinstance(item, list):
        return [_loose(one) for one in item]
    if not isinstance(item, dict):
        return item
    if "enum" in item or "const" in item or "$ref" in item:
        return {key: value for key, value in item.items() if key not in ("default", "title", "type")}
    kind = item.get("type")
    if kind in ("string", "integer", "number", "boolean", "null"):
        return {"type": _SCALAR}
    if kind == "array":
        return {"anyOf": [{"type": _SCALAR}, {"type": "array", "items": _loose(item.get("items", {}))}]}
    loose = {key: _loose(value) for key, value in item.items() if key not in ("default", "title")}
    if "properties" in item:
        loose["properties"] = {key: _loose(value) for key, value in item["properties"].items() if key not in _LOADED}
    return loose
