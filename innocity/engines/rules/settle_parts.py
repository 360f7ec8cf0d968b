"""What settling in a database is made of: the database, the columns of results, groups tied together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from innocity.engines.rules.finish_sql import KINDS
from innocity.engines.rules.ir import GroupPlan
from innocity.plan.nodes import Type
from innocity.plan.sql import quote

RESULT = (
    "clause", "year", "object", "party", "status", "counted_on", "computed", "after_group", "after_pool", "decided",
    "payable", "flags", "excluded_by", "group_by", "pool_by", "near_condition", "near_have", "near_need",
    "near_gap", "near_unit", "x_base", "x_uncapped", "x_case",
)  # fmt: skip
HASHED = (
    "clause", "year", "object", "party", "status", "computed", "after_group", "after_pool", "decided", "payable",
    "near_condition", "near_have", "near_need", "near_gap", "near_unit",
)  # fmt: skip


class Database(Protocol):
    """A connection that runs SQL."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Of registers, in any unit, as far as they are known."""

    def run(self, sql: str) -> None:
        """Execute a statement."""

    def define(self, sql: str) -> None:
        """Execute a statement that reads no rows, at once: it waits for nobody that fills what it names."""

    def soon(self, sql: str, makes: str = ..., done: Callable[[], None] | None = ..., urgent: int = ...) -> None:
        """Execute a statement as soon as all stands that it reads of what others make; `makes` is the table that it
        fills, `done` is called after it. Errors are raised by `ended`, or by whatever is asked next."""

    def ended(self) -> None:
        """Wait for all of `soon`; the error of the first that failed is raised."""

    def give_up(self) -> None:
        """Forget all of `soon` that has not begun, as something else has failed."""

    def spread(self, statements: int) -> bool:
        """Say how many statements will go side by side; whether they are many, each on one core."""

    def whole(self) -> None:
        """Let each statement have all that the database can give it."""

    def value(self, sql: str) -> Any:
        """The single value of a query."""

    def small_sums(self, columns: Iterable[tuple[str, str]]) -> Collection[tuple[str, str]]:
        """Which columns, as (register, column), come to less than 2**63 whichever of their rows are summed; those
        for which it is not worth finding out are left out."""

    def full(self, register: str, column: str) -> bool:
        """Whether a column is known to have a value in every row."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a (small) query."""


@dataclass(frozen=True, slots=True)
class PoolFactor:
    """How a pool was shared: asked for and available fen; None of it is needed to share again."""

    pool: str
    asked: int
    available: int
    share: str


def drop(table: str) -> str:
    """The statement that takes a table away, if it is there."""
    return f"DROP TABLE IF EXISTS {quote(table)}"


def tied_groups(groups: Iterable[GroupPlan]) -> list[list[GroupPlan]]:
    """Groups that share members, together and in their order."""
    tied: list[list[GroupPlan]] = []
    for group in groups:
        touching = [t for t in tied if any(set(g.members) & set(group.members) for g in t)]
        tied = [t for t in tied if t not in touching]
        tied.append([*(g for t in touching for g in t), group])
    return tied


def kind_of(column: str) -> Type:
    """The type of a column of the results."""
    return "text" if column == "pool_by" else KINDS.get(column, "integer")
