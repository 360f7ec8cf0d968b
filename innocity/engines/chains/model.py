"""A chain as of a day: its nodes with what stands there, duties, tasks, and what stands at no node."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

#: How well a node is held: nobody there; something lacks; firm, project and platform are there.
Strength = Literal["gap", "weak", "strong"]
WORDS: dict[Strength, str] = {"gap": "缺口", "weak": "薄弱", "strong": "较强"}
#: What a node needs to be strong, as it is told.
NEEDED = ("企业", "项目", "平台")
#: Money by kind, never added up across kinds.
MONEY = {"fiscal": "项目财政资金", "loan": "贷款", "equity": "股权投资", "fund": "基金资助"}


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm: its id, its name, its yearly revenue in fen where the register holds one."""

    party: str
    name: str
    revenue: int | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A project or a platform: its number, what it is called, whose it is, since when, `done` where it is over."""

    key: str
    name: str
    party: str
    whose: str
    since: date
    done: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What stands together: firms by revenue, projects, platforms; people counted; money by kind as (number, fen)."""

    firms: tuple[Firm, ...] = ()
    projects: tuple[Thing, ...] = ()
    platforms: tuple[Thing, ...] = ()
    people: int = 0
    money: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Which of firm, project and platform is not there."""
        there = (self.firms, self.projects, self.platforms)
        return tuple(word for word, own in zip(NEEDED, there, strict=True) if not own)

    def counts(self) -> dict[str, Any]:
        """As numbers: what there is of each, money in fen by kind."""
        return {
            "firms": len(self.firms), "projects": len(self.projects), "platforms": len(self.platforms),
            "people": self.people,
            "money": {kind: {"number": number, "fen": fen} for kind, (number, fen) in self.money.items()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the map. A `step` is a product or a technology; a firm or a platform may be a node of its own.

    `told` is the strength with what lacks, where it is not seen from what is `held` because others' is kept back.
    """

    id: str
    name: str
    kind: str
    upstream: tuple[str, ...]
    local: bool | None
    held: Held
    told: tuple[Strength, tuple[str, ...]] | None = None

    @property
    def step(self) -> bool:
        """Whether others work at it, so that it can be a gap."""
        return self.kind in ("product", "technology")

    @property
    def strength(self) -> Strength:
        """`gap` without firm and platform, `strong` with firm, project and platform, else `weak`."""
        if self.told is not None:
            return self.told[0]
        if not self.held.firms and not self.held.platforms:
            return "gap"
        return "weak" if self.held.lacks else "strong"

    @property
    def lacks(self) -> tuple[str, ...]:
        """Which of firm, project and platform is not there."""
        return self.held.lacks if self.told is None else self.told[1]

    @property
    def word(self) -> str:
        """The strength as it is told."""
        return WORDS[self.strength]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for what of a chain; `role` is a code of `chain_role`."""

    role: str
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class ChainTask:
    """A task of a chain; `late` past its day and not done."""

    id: str
    kind: str
    name: str
    answers: str
    node: str
    due: date | None
    stage: str
    late: bool


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain as of a day. `whole` is all of it, each thing once; `loose` what stands at no node."""

    chain: str
    name: str
    as_of: date
    nodes: tuple[Node, ...]
    whole: Held
    loose: Held
    duties: tuple[Duty, ...]
    tasks: tuple[ChainTask, ...]

    @property
    def steps(self) -> tuple[Node, ...]:
        """The products and technologies."""
        return tuple(one for one in self.nodes if one.step)

    @property
    def gaps(self) -> tuple[Node, ...]:
        """The steps at which something lacks, those without anybody first."""
        lacking = [one for one in self.steps if one.lacks]
        return tuple(sorted(lacking, key=lambda one: (one.strength != "gap", len(one.held.firms))))

    def without(self, word: str) -> int:
        """At how many steps a thing lacks (`企业`, `项目`, `平台`)."""
        return sum(word in one.lacks for one in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """As JSON: counts, ids and codes; sums in fen."""
        return {
            "id": self.chain, "name": self.name, "as_of": self.as_of, "whole": self.whole.counts(),
            "loose": self.loose.counts(),
            "nodes": [
                {"id": one.id, "name": one.name, "kind": one.kind, "upstream": list(one.upstream), "local": one.local,
                 "strength": one.strength if one.step else None, "lacks": list(one.lacks) if one.step else [],
                 **one.held.counts()}
                for one in self.nodes
            ],
            "duties": [{"role": one.role, "name": one.name, "since": one.since} for one in self.duties],
            "tasks": [
                {"id": one.id, "kind": one.kind, "name": one.name, "answers": one.answers, "node": one.node,
                 "due": one.due, "stage": one.stage, "late": one.late}
                for one in self.tasks
            ],
        }  # fmt: skip
