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
ENGINES = {"rules", "reading", "indicators", "grading", "matching", "workflow", "reports"}


def systems(city: str) -> list[dict[str, Any]]:
    text = (ROOT / "cities" / city / "systems.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=yaml.CBaseLoader)
    assert isinstance(rows, list) and rows
    return rows


def promises(city: str) -> set[str]:
    """The promise ids that fences of the city's documents carry."""
    found: set[str] = set()
    for path in (ROOT / "cities" / city / "documents").glob("*.md"):
        for fence in re.findall(r"^```\w+\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S):
            for document in yaml.load_all(fence, Loader=yaml.CBaseLoader):
                found.update(document.get("promise") or [] if isinstance(document, dict) else [])
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
    there = {"promise": promises(city), "register": registers(city), "engine": ENGINES}
    missing = []
    for row in systems(city):
        for reference in row["carried_by"]:
            kind, _, name = reference.partition(":")
            if name not in there.get(kind, set()):
                missing.append(f"{row['id']}: {reference}")
    assert missing == []
