"""Key technologies by kind: how each is organised, and which otherwise than the city's rule for its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.engines.chains.standing import Tables, standing
from innocity.packs.model import TechnologyKind


@dataclass(frozen=True, slots=True)
class KeyTechnology:
    """A key technology: `form` its kind, `mode` how it is organised (codes, None where nobody said), what is amiss.

    `otherwise`: it is organised in a way that its kind does not have. `says` are sentences for people.
    """

    id: str
    name: str
    form: str
    mode: str | None
    posed_by: str
    answered_by: str
    chain: str | None
    field: str | None
    project: str
    done: bool
    otherwise: bool
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind with its technologies by mode; `otherwise` and `unsaid` of them, and how many are done."""

    kind: str
    total: int
    modes: Mapping[str, int]
    otherwise: int
    unsaid: int
    done: int


def key_technologies(tables: Tables, kinds: Mapping[str, TechnologyKind], names: Mapping[str, str],
                     as_of: date) -> list[KeyTechnology]:  # fmt: skip
    """The key technologies of a day, those organised otherwise first.

    `names` are the modes by code. A technology that says no mode has that of its project, where there is one.
    """
    projects = {one["project_no"]: one["mode"]
                for one in standing(tables, "st_project", as_of, "approved_on", ("project_no",))}  # fmt: skip
    rows = standing(tables, "key_technology", as_of, "listed_on", ("technology",))
    found = [_technology(row, kinds, names, projects, as_of) for row in rows]
    return sorted(found, key=lambda one: (not one.otherwise, not one.says, one.id))


def _technology(
    row: Mapping[str, Any], kinds: Mapping[str, TechnologyKind], names: Mapping[str, str],
    projects: Mapping[str, str | None], as_of: date,
) -> KeyTechnology:  # fmt: skip
    of_project = projects.get(row["project_no"] or "")
    mode = row["mode"] or (of_project if of_project in names else None)
    rule = kinds.get(row["form"])
    otherwise = rule is not None and mode is not None and mode not in rule.modes
    says = []
    if otherwise and rule is not None and mode is not None:
        wanted = "、".join(names.get(one, one) for one in rule.modes)
        says.append(f"{rule.name}类用{wanted}，这里是{names.get(mode, mode)}")
    if mode is None:
        says.append("没有写组织方式")
    if row["mode"] and of_project and of_project in names and of_project != row["mode"]:
        says.append(f"项目 {row['project_no']} 立项写的是{names[of_project]}")
    if row["project_no"] and row["project_no"] not in projects:
        says.append(f"科技计划项目里没有 {row['project_no']}")
    if not row["posed_by"]:
        says.append("没有写哪家企业出的题")
    done = row["closed_on"] is not None and row["closed_on"] <= as_of
    return KeyTechnology(
        row["technology"], row["name"], row["form"], mode, row["posed_by"] or "", row["answered_by"] or "",
        row["chain"], row["field"], row["project_no"] or "", done, otherwise, tuple(says),
    )  # fmt: skip


def counts(found: list[KeyTechnology], kinds: Mapping[str, TechnologyKind]) -> list[KindCount]:
    """A line for each kind of the city, those without technologies too."""
    lines = []
    for kind in dict.fromkeys([*kinds, *(one.form for one in found)]):
        own = [one for one in found if one.form == kind]
        modes = Counter(one.mode for one in own if one.mode)
        lines.append(KindCount(
            kind, len(own), dict(modes), sum(one.otherwise for one in own), sum(one.mode is None for one in own),
            sum(one.done for one in own),
        ))  # fmt: skip
    return lines
