"""The plan of a city's clauses: what the compiler yields and interpreter and emitters read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from innocity.packs.model import Clause, Pack, Part
from innocity.plan.amounts import Sum, expressions
from innocity.plan.nodes import Aggregate, Node, Ref, walk
from innocity.plan.scan import Source
from innocity.plan.scan_sql import Reach

Take = Literal["all", "highest", "net"]
Share = Literal["pro_rata", "rank", "first_come"]
Status = Literal[
    "manual", "not_in_force", "excluded", "awaiting_parameter", "awaiting_decision", "ceiling", "sum", "in_kind", "near"
]
STATUSES: tuple[Status, ...] = (
    "manual", "not_in_force", "excluded", "awaiting_parameter", "awaiting_decision", "ceiling", "sum", "in_kind", "near"
)  # fmt: skip
STATUS_NAMES: dict[str, str] = {
    "manual": "转人工", "not_in_force": "条款不在有效期", "excluded": "有排除情形",
    "awaiting_parameter": "待定标准", "awaiting_decision": "待评审决定", "ceiling": "上限（待核定）",
    "sum": "测算金额", "in_kind": "服务事项", "near": "尚缺条件",
}  # fmt: skip
CLASS_PARTY = "*"  # the party of a row that stands for a whole class


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to fulfil a condition by a number or a date: `have op need`."""

    have: Node
    need: Node
    op: Literal[">=", ">", "<=", "<", "=="]
    unit: str  # fen, day, or the unit that the pack names


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """A condition that must hold, with the branches along which a miss can be near."""

    node: Node
    says: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The step before a missing event."""

    register: str
    where: Node
    says: str


@dataclass(frozen=True, slots=True)
class OncePlan:
    """Given once per object (over all parties) or party."""

    per: Literal["object", "party"]
    lifetime: bool
    prefer: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class CapPlan:
    """A cap over several awards of the clause."""

    fen: int
    per: Literal["party", "all"]


@dataclass(frozen=True)
class ClausePlan:
    """One clause, ready for a year."""

    id: str
    index: int
    clause: Clause
    source: Source | None
    reach: Reach
    grouped: bool
    object: tuple[Node, ...] | None  # None: the party itself
    aggregates: tuple[tuple[str, Aggregate], ...]
    subject: Node | None
    conditions: tuple[ConditionPlan, ...]
    manual: Node | None
    amount: Sum | None
    missing: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    in_force: bool
    once: OncePlan | None
    caps: tuple[CapPlan, ...]
    before: StepPlan | None
    payers: tuple[tuple[str, Fraction], ...]
    others: tuple[tuple[str, Sum], ...]
    parts: tuple[Part, ...]
    part_shares: tuple[Fraction | None, ...]
    near_within: Fraction
    flags: tuple[str, ...]

    @cached_property
    def asked(self) -> tuple[tuple[str, Aggregate], ...]:
        """The aggregates that evaluating it asks for: not those of an amount of which something is missing."""
        if not self.missing:
            return self.aggregates
        nodes = [c.node for c in self.conditions]
        nodes += [n for c in self.conditions for b in c.branches for n in (b.have, b.need)]
        nodes += [self.manual] if self.manual is not None else []
        nodes += [n for _, other in self.others for n in expressions(other)]
        named = {part.name for node in nodes for part in walk(node) if isinstance(part, Ref)}
        return tuple((name, node) for name, node in self.aggregates if name in named)

    @property
    def pays(self) -> bool:
        """Whether its sums count in totals: only what is promised does."""
        return self.clause.force == "entitlement"

    @property
    def value_status(self) -> Status:
        """The status of a row whose conditions hold, before decisions."""
        if self.missing:
            return "awaiting_parameter"
        if self.clause.gate is not None:
            return "awaiting_decision"
        return self.chosen_status

    @property
    def chosen_status(self) -> Status:
        """The status of a row that was selected, or needs no selection, before a sum is decided."""
        if self.clause.amount.none == "in_kind":
            return "in_kind"
        if self.clause.amount.none == "undecided":
            return "awaiting_parameter" if self.clause.gate is None else "awaiting_decision"
        return "ceiling" if self.clause.bound == "upto" else "sum"


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Clauses of which the highest is paid (`net`: less what the group paid before)."""

    id: str
    members: tuple[str, ...]
    take: Take
    scope: Literal["object", "party"]


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """A yearly amount shared by clauses; inner pools stand before the pool around them."""

    id: str
    fen: int
    members: tuple[str, ...]  # those of inner pools included
    share: Share


@dataclass(frozen=True, slots=True)
class ExclusionPlan:
    """A dated fact that stops every sum of its party."""

    id: str
    name: str
    register: str
    where: Node
    start: str
    end: str | None
    repaired: str | None


@dataclass(frozen=True)
class RulesPlan:
    """Everything a run needs: the resolved pack and its compiled clauses."""

    pack: Pack
    year: int
    as_of: date
    overrides: tuple[tuple[str, str], ...]
    clauses: tuple[ClausePlan, ...]
    groups: tuple[GroupPlan, ...]
    pools: tuple[PoolPlan, ...]
    exclusions: tuple[ExclusionPlan, ...]

    def clause(self, name: str) -> ClausePlan:
        """The plan of a clause."""
        return next(c for c in self.clauses if c.id == name)
