"""What queries give: plain values, from which nothing hidden can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as it is shown; `code` is empty where there is none."""

    id: str
    kind: str
    name: str
    code: str
    division: str
    zone: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as it is shown. `values` holds the columns that the asker may see (money in fen, days as `date`);
    `hidden` names those that are kept back."""

    id: int
    register: str
    fact_id: str
    party: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: date | None
    source: str
    values: Mapping[str, Any]
    hidden: tuple[str, ...]
    revision: int
    current: bool
    withdrawn: bool
    reason: str
    published_on: date | None
    entry: int


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of a list, and how long the list is."""

    items: tuple[Any, ...]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))
