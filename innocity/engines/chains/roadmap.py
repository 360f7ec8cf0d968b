"""Roadmaps as of a day: the steps of each with their years, what they wait for, the projects that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from innocity.engines.chains.standing import Tables, split, standing

#: `behind`: its last year is over and it is not done; `waiting`: it should have begun and has not, or what it depends
#: on is not done; `due`: it ends this year; `ahead`: there is time.
StepState = Literal["done", "behind", "waiting", "due", "ahead"]
#: Each state as a light of the site.
LIGHTS: dict[StepState, tuple[str, str]] = {
    "done": ("met", "完成"), "behind": ("alert", "已过期"), "waiting": ("watch", "受阻"), "due": ("near", "今年到期"),
    "ahead": ("near", "按期"),
}  # fmt: skip
REGISTERS = ("technology_roadmap", "roadmap_project", "reserve_technology", "key_technology", "st_project")


@dataclass(frozen=True, slots=True)
class RoadProject:
    """A project that carries a step: its number, whose it is; if the register of projects knows it, if it is over."""

    number: str
    party: str
    known: bool
    done: bool


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One step of a roadmap; `first` and `last` are years, `needs` the steps it depends on, `open` those not done."""

    id: str
    name: str
    goal: str
    first: int
    last: int
    answers: str
    stage: str
    needs: tuple[str, ...]
    open: tuple[str, ...]
    state: StepState
    projects: tuple[RoadProject, ...]
    years_late: int = 0

    @property
    def light(self) -> str:
        """The light of its state."""
        return LIGHTS[self.state][0]

    @property
    def word(self) -> str:
        """The state as it is told."""
        return f"晚了 {self.years_late} 年" if self.years_late else LIGHTS[self.state][1]


@dataclass(frozen=True, slots=True)
class Roadmap:
    """A roadmap: the cluster, chain and field of its first step that says so (codes), its steps by year."""

    name: str
    cluster: str | None
    chain: str | None
    field: str | None
    steps: tuple[RoadStep, ...]

    @property
    def years(self) -> range:
        """From its first year to its last."""
        return range(min(one.first for one in self.steps), max(one.last for one in self.steps) + 1)

    @property
    def behind(self) -> tuple[RoadStep, ...]:
        """The steps whose year is over."""
        return tuple(one for one in self.steps if one.state == "behind")


@dataclass(frozen=True, slots=True)
class Reserve:
    """A technology held in reserve; codes by id, `readiness` from 1 to 9."""

    id: str
    name: str
    cluster: str | None
    chain: str | None
    field: str | None
    readiness: int | None
    needed_by: int | None
    roadmap: str
    holder: str


def roadmaps(tables: Tables, as_of: date) -> list[Roadmap]:
    """Every roadmap as of a day, those with most steps behind first."""
    rows = standing(tables, "technology_roadmap", as_of, "as_on", ("roadmap", "step"))
    carried: dict[tuple[str, str], list[RoadProject]] = {}
    projects = {one["project_no"]: one for one in standing(tables, "st_project", as_of, "approved_on", ("project_no",))}
    for one in standing(tables, "roadmap_project", as_of, "since", ("roadmap", "step", "project_no")):
        if one["until"] is None or one["until"] > as_of:
            carried.setdefault((one["roadmap"], one["step"]), []).append(_project(one, projects, as_of))
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["roadmap"], []).append(row)
    found = [_roadmap(name, own, carried, as_of) for name, own in by_name.items()]
    return sorted(found, key=lambda one: (-len(one.behind), one.name))


def _project(row: Mapping[str, Any], known: Mapping[str, Any], as_of: date) -> RoadProject:
    one = known.get(row["project_no"])
    accepted = one["accepted_on"] if one else None
    party = one["party_id"] if one else row["party_id"]
    return RoadProject(row["project_no"], party, one is not None, accepted is not None and accepted <= as_of)


def _roadmap(
    name: str, rows: list[Mapping[str, Any]], carried: Mapping[tuple[str, str], list[RoadProject]], as_of: date
) -> Roadmap:  # fmt: skip
    done = {row["step"] for row in rows if row["stage"] == "done"}
    known = {row["step"] for row in rows}
    steps = []
    for row in rows:
        first, needs = row["from_year"] or row["year"], tuple(split(row["depends_on"]))
        open_ = tuple(one for one in needs if one not in done)
        state = _state(row["stage"], min(first, row["year"]), row["year"], bool(set(open_) & known), as_of.year)
        steps.append(RoadStep(
            row["step"], row["name"], row["goal"], min(first, row["year"]), row["year"], row["answers"] or "",
            row["stage"], needs, open_, state, tuple(carried.get((name, row["step"]), ())),
            as_of.year - row["year"] if state == "behind" else 0,
        ))  # fmt: skip

    def said(column: str) -> Any:
        return next((row[column] for row in rows if row[column]), None)

    steps.sort(key=lambda one: (one.first, one.last, one.id))
    return Roadmap(name, said("cluster"), said("chain"), said("field"), tuple(steps))


def _state(stage: str, first: int, last: int, blocked: bool, year: int) -> StepState:
    """How a step stands in a year; a step that is due this year is not yet behind."""
    if stage == "done":
        return "done"
    if last < year:
        return "behind"
    if first <= year and (blocked or (stage == "planned" and first < year)):
        return "waiting"
    return "due" if last == year else "ahead"


def reserves(tables: Tables, as_of: date) -> list[Reserve]:
    """The technologies on the list of a day, those needed soonest first."""
    rows = standing(tables, "reserve_technology", as_of, "listed_on", ("technology",))
    found = [
        Reserve(row["technology"], row["name"], row["cluster"], row["chain"], row["field"], row["readiness"],
                row["needed_by"], row["roadmap"] or "", row["holder"] or "")
        for row in rows if row["withdrawn_on"] is None or row["withdrawn_on"] > as_of
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.needed_by or 9999, one.id))
