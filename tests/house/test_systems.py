"""The systems that the documents name: none is forgotten, and none is said to work that nothing shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT

CITIES = ["weihai", "liaocheng"]
ORIGINS = {f"s{number:03}" for number in range(1, 146)}
FIELDS = {"id", "origin", "name", "tier", "must", "carried_by", "status", "shown_by"}
ENGINES = {
    "rules", "indicators", "tasks", "index", "performance", "reports", "reading", "grading", "matching", "workflow",
    "rosters", "chains", "inspection",
}  # fmt: skip


def systems(city: str) -> list[dict[str, Any]]:
    text = (ROOT / "cities" / city / "systems.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=yaml.CBaseLoader)
    assert isinstance(rows, list) and rows
    return rows


def fences(city: str) -> list[tuple[str, dict[str, Any]]]:
    """(kind, data) of every fence of the city's documents."""
    return [
        (kind, data)
        for path in sorted((ROOT / "cities" / city / "documents").glob("*.md"))
        for kind, text in re.findall(r"^```(\w+)\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
        for data in yaml.load_all(text, Loader=yaml.CBaseLoader)
        if isinstance(data, dict)
    ]


def documents(city: str) -> set[str]:
    """The ids of the city's documents, from their front matter."""
    paths = (ROOT / "cities" / city / "documents").glob("*.md")
    return {name for path in paths for name in re.findall(r"\A---\nid: (\S+)", path.read_text("utf-8"))}


def carriers(city: str) -> set[str]:
    """What a system may name in carried_by: promises and fences of its city, registers, documents, engines."""
    found = {f"engine:{name}" for name in ENGINES}
    found |= {f"register:{name}" for name in registers(city)}
    found |= {f"document:{name}" for name in documents(city)}
    for kind, data in fences(city):
        found.add(f"{kind}:{data.get('id')}")
        found |= {f"promise:{name}" for name in data.get("promise") or []}
    return found


def registers(city: str) -> set[str]:
    folders = [ROOT / "cities" / folder / "registers" for folder in ("base/cn", "base/shandong", city)]
    return {path.stem for folder in folders for path in folder.glob("*.yaml")}


def shown(reference: str, city: str) -> bool:
    """Is there such a test (`tests/path.py::name`) or such a case file (`cases/name.yaml` of the city)?"""
    name, _, test = reference.partition("::")
    path: Path = ROOT / name if name.startswith("tests/") else ROOT / "cities" / city / name
    if not path.is_file():
        return False
    return not test or re.search(rf"^\s*def {re.escape(test)}\(", path.read_text("utf-8"), re.M) is not None


def test_every_system_of_the_documents_is_there() -> None:
    found = [str(row["origin"]) for city in CITIES for row in systems(city)]
    assert ORIGINS - set(found) == set()
    assert set(found) - ORIGINS == set()


@pytest.mark.parametrize("city", CITIES)
def test_rows_are_whole(city: str) -> None:
    rows = systems(city)
    for row in rows:
        assert set(row) >= FIELDS, row["id"]
        assert row["status"] in {"works", "partly", "not yet"}, row["id"]
        assert row["tier"] in {"core", "support", "peripheral"}, row["id"]
        assert row["must"], row["id"]
    for field in ("id", "origin"):
        values = [row[field] for row in rows]
        assert len(values) == len(set(values)), f"{field} is given twice"


@pytest.mark.parametrize("city", CITIES)
def test_a_system_that_works_is_shown(city: str) -> None:
    for row in systems(city):
        assert row["status"] != "works" or row["shown_by"], f"{row['id']} works, and nothing shows it"
        for reference in row["shown_by"]:
            assert shown(reference, city), f"{row['id']}: there is no {reference}"


@pytest.mark.parametrize("city", CITIES)
def test_what_carries_a_system_exists(city: str) -> None:
    there = carriers(city)
    named = {row["id"]: set(row["carried_by"]) for row in systems(city)}
    assert {name: missing for name, refs in named.items() if (missing := refs - there)} == {}
