"""What a part of a register is made of: units, and the rows of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from innocity.engines.simulation.columns import Column, flags
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Flags


@dataclass(frozen=True)
class Batch:
    """Rows of one register.

    `columns` holds `party_id` and the register's columns, by id; columns that are left out have no
    values. `on` is the day of each row's event: the row is valid from it and recorded some days after it
    unless `columns` has a `valid_from` or a `recorded_at`.
    """

    columns: dict[str, Column]
    on: Ints

    def only(self, rows: Flags) -> Batch:
        """The rows of these."""
        kept = flags(rows)
        return Batch({name: column.filter(kept) for name, column in self.columns.items()}, self.on[rows])


@dataclass(frozen=True)
class Table:
    """A part of a register: `rows(city, start, stop)` makes those of the units start..stop of `units`.

    Rows depend on the units' numbers only, never on how they are cut into chunks. `punctual` rows are
    never recorded long after the event: published totals rest on them.
    """

    register: str
    units: int
    rows: Callable[[SimulatedCity, int, int], Batch]
    punctual: bool = field(default=False, kw_only=True)
