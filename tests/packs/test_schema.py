"""The editor's schemas accept every file of the repository and refuse what the loader refuses."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from innocity.packs.documents import read_document
from innocity.packs.schema import schemas, write_schemas

jsonschema = pytest.importorskip("jsonschema")
CITIES = Path(__file__).resolve().parents[2] / "cities"


@cache
def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(schemas()[name])


def problems(name: str, data: Any) -> list[str]:
    return [f"{list(e.path)}: {e.message[:80]}" for e in validator(name).iter_errors(data)]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("city", "**/city.yaml"),
        ("codes", "**/codes/*.yaml"),
        ("register", "**/registers/*.yaml"),
        ("exclusions", "**/exclusions.yaml"),
        ("indicators", "**/indicators.yaml"),
    ],
)
def test_yaml_files_of_the_repository(name: str, pattern: str) -> None:
    files = sorted(CITIES.glob(pattern))
    assert files
    for path in files:
        # An editor reads plain YAML 1.2, whose scalars have types.
        data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
        assert problems(name, data) == [], path.name


def test_documents_and_fences_of_the_repository() -> None:
    known = schemas()
    checked = 0
    for path in sorted(CITIES.glob("**/documents/*.md")):
        text = read_document(path)
        assert problems("document", text.front.data) == []
        for fence in text.fences:
            if f"fence.{fence.kind}" in known:
                assert problems(f"fence.{fence.kind}", fence.data.data) == [], fence.line
                checked += 1
    assert checked


def test_what_an_editor_underlines() -> None:
    register = {"id": "r", "name": "登记簿", "source": "s", "purpose": "p", "refresh": "r"}
    column = {"id": "c", "name": "列", "type": "money"}
    assert problems("register", register | {"columns": [column]}) == []
    assert problems("register", register)
    assert problems("register", register | {"columns": [column | {"type": "float"}]})
    assert problems("register", register | {"columns": [column], "colour": "red"})
    assert problems("register", register | {"columns": [column], "place": "x"}) != []
    clause = {"id": "c", "name": "n", "topic": "t", "who": "w", "what": "x", "amount": "20万元"}
    assert problems("fence.clause", clause) == []
    assert problems("fence.clause", clause | {"bound": "about"})
    assert problems("fence.clause", clause | {"article": "x"})
    target = {"id": "t", "indicator": "i", "operator": ">=", "value": 1600, "core": True, "baseline": {"value": 2.5}}
    assert problems("fence.target", target) == []
    assert problems("fence.target", target | {"operator": "≥"})
    assert problems("fence.target", target | {"baseline": {"worth": 1}})
    assert problems("fence.task", {"id": "t", "title": "事", "kind": "chore"})
    indicator = {"id": "i", "name": "n", "direction": "up", "kind": "stock", "frequency": "year"}
    assert problems("indicators", [indicator | {"release": {"lag_days": 60}}]) == []
    assert problems("indicators", [indicator | {"place": "x"}])


def test_files_are_written(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schemas")
    assert {p.name for p in written} >= {"city.schema.json", "fence.clause.schema.json"}
    for path in written:
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
