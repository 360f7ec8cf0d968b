"""A small city made in code: units with successors and collective names, a plan with phases and a tree."""

from __future__ import annotations

from typing import Any

import pytest

from innocity.packs.load import load_pack
from innocity.packs.model import City, Document, Pack, Task, Unit

UNITS: list[dict[str, Any]] = [
    {"id": "group", "name": "领导小组"},
    {"id": "science", "name": "市科技局", "full_name": "某市科学技术局", "aliases": ["科技局"]},
    {"id": "finance", "name": "市财政局"},
    {"id": "old_it", "name": "市经信委", "successor": "industry"},
    {"id": "industry", "name": "市工信局"},
    {"id": "bank", "name": "中心支行", "valid_to": "2023-08-18", "successor": "branch"},
    {"id": "branch", "name": "市分行", "valid_from": "2023-08-18"},
    {"id": "gone", "name": "撤销局", "valid_to": "2020-01-01"},
    {"id": "all", "name": "各区市政府〔管委〕", "collective": "true"},
    {"id": "counties", "name": "各区市政府", "parent": "all", "collective": "true"},
    {"id": "east", "name": "东区政府", "parent": "counties"},
    {"id": "west", "name": "西区政府", "parent": "counties"},
    {"id": "zone", "name": "高区管委", "parent": "all"},
]


def make_pack(tasks: list[dict[str, Any]], **documents: dict[str, Any]) -> Pack:
    """A pack with these tasks; their article is `plan#a1` unless they say otherwise."""
    papers: dict[str, dict[str, Any]] = {"plan": {"issued_on": "2023-01-01"}, **documents}
    made = [Task.model_validate({"title": f"任务{one['id']}", "article": "plan#a1", **one}) for one in tasks]
    return Pack(
        city=City(id="town", name="某市", code="000001"), codes={}, registers={},
        units={one["id"]: Unit.model_validate(one) for one in UNITS},
        documents={name: Document.model_validate({"id": name, "title": name, "territory": "town", **data})
                   for name, data in papers.items()},
        tasks={task.id: task for task in made},
    )  # fmt: skip


@pytest.fixture(scope="session")
def weihai() -> Pack:
    return load_pack("weihai")
