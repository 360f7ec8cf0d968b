"""One award as the reference holds it: the columns of `awards.parquet` and the steps behind the sum."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from innocity.plan.amounts import StepTaken


@dataclass(slots=True)
class Award:
    """A row of the results; fen columns are None where there is no amount."""

    clause: str
    year: int
    object: str
    party: str
    status: str
    counted_on: date | None = None
    computed: int | None = None
    decided: int | None = None
    value: int | None = None  # what the passes work on
    after_group: int | None = None
    after_pool: int | None = None
    payable: int = 0
    flags: str = ""
    excluded_by: str | None = None
    group_by: str | None = None
    pool_by: str | None = None
    near_condition: str | None = None
    near_have: int | None = None
    near_need: int | None = None
    near_gap: int | None = None
    near_unit: str | None = None
    x_base: int | None = None
    x_uncapped: int | None = None
    x_case: str | None = None
    prefer: int = 0
    rank: int | None = None
    steps: list[StepTaken] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)  # what others pay beside it (reference only)

    def key(self) -> tuple[bytes, int, bytes, bytes]:
        """The award key in bytewise order: clause, year, object, party."""
        return self.clause.encode(), self.year, self.object.encode(), self.party.encode()

    def hashed(self) -> list[Any]:
        """The columns that a run's hash is taken over."""
        return [
            self.clause,
            self.year,
            self.object,
            self.party,
            self.status,
            self.computed,
            self.after_group,
            self.after_pool,
            self.decided,
            self.payable,
            self.near_condition,
            self.near_have,
            self.near_need,
            self.near_gap,
            self.near_unit,
        ]
