"""What every register of a simulated city draws on: the pack, the figures, the size, who the parties are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from innocity.core.errors import fail
from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Draws, Floats, Ints
from innocity.engines.simulation.figures import FIRMS, Figures
from innocity.engines.simulation.selection import Calendar, Flags, Parts, Selection, rounded
from innocity.packs.model import Pack

#: Fewer firms cannot hold a city's kinds; more would run out of simulated credit codes.
LEAST_FIRMS, MOST_FIRMS = 100, 14_000_000

#: The letter that a party's id begins with; divisions append their code.
PREFIX = {
    "firm": "F", "university": "U", "institute": "I", "public_institution": "S", "bank": "B", "agency": "A",
    "carrier": "K", "person": "P", "division": "D", "zone": "Z", "town": "T",
}  # fmt: skip
_ID_WIDTH = 7
_ACTORS = {
    "university": "universities", "institute": "institutes", "public_institution": "public_institutions",
    "bank": "banks", "agency": "agencies", "carrier": "carriers",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class World:
    """A simulated city before any row is written. `years` are those of its facts, both ends included."""

    pack: Pack
    figures: Figures
    draws: Draws
    firms: int
    years: tuple[int, int]

    def __post_init__(self) -> None:
        if not LEAST_FIRMS <= self.firms <= MOST_FIRMS:
            remedy = f"给出 {LEAST_FIRMS} 到 {MOST_FIRMS} 之间的企业数"
            fail("E-FACTS-VALUE", f"不能模拟 {self.firms} 家企业", remedy=remedy)

    # --- size -----------------------------------------------------------------------------------

    @property
    def scale(self) -> Fraction:
        """1 for 60,000 firms."""
        return Fraction(self.firms, FIRMS)

    def count(self, name: str) -> int:
        """A published or assumed number, at this scale."""
        return rounded(self.figures.number(name) * self.scale)

    def sized(self, number: int, *, least: int = 0) -> int:
        """A number given for 60,000 firms, at this scale."""
        return max(least, rounded(number * self.scale))

    def calendar(self, name: str, first: int | None = None, last: int | None = None) -> Calendar:
        """How many rows of an assumed yearly number each year has, at this scale."""
        years = range(first or self.years[0], (last or self.years[1]) + 1)
        return Parts.given({year: rounded(self.figures.yearly(name, year) * self.scale) for year in years})

    # --- time -----------------------------------------------------------------------------------

    @property
    def closing(self) -> date:
        """The last day of the last year: what the simulated city knows, it knows as of this day."""
        return date(self.years[1], 12, 31)

    @property
    def as_of(self) -> int:
        """`closing` as a day number."""
        return make.day_of(self.closing)

    @property
    def opening(self) -> int:
        """The first day of the first year as a day number."""
        return make.day(self.years[0])

    def anchor(self, name: str, *, back: int = 0) -> int:
        """The day of a published figure (not after `as_of`), else the end of the last year, or some years `back`."""
        fact = self.figures.fact(name)
        return min(make.day_of(fact.on), self.as_of) if fact else make.day(self.years[1] - back, 12, 31)

    def some_day(self, stream: str, start: int, years: Ints, last_day: int = 365) -> Ints:
        """A day within each of these years, for the rows from `start` on of a stream."""
        uniform = self.draws.stream(stream, start, start + len(years))
        return make.year_starts(years) + (uniform * last_day).astype(np.int64)

    # --- codes ----------------------------------------------------------------------------------

    def codes(self, name: str) -> list[str]:
        """The ids of a code list."""
        return [code.id for code in self.pack.codes[name].codes]

    def _known(self, name: str, ids: Sequence[str]) -> list[str]:
        unknown = set(ids) - set(self.codes(name))
        if unknown:
            remedy = f"在 codes/{name}.yaml 中补上，或改 simulation.yaml"
            fail("E-PACK-CODE", f"代码表 {name} 中没有 {'、'.join(sorted(unknown))}", remedy=remedy)
        return list(ids)

    def code(self, name: str, ids: Sequence[str], which: Ints, missing: Flags | None = None) -> Column:
        """Of these codes the one at each place. Error: E-PACK-CODE."""
        return make.choose(self._known(name, ids), which, missing)

    def one_code(self, name: str, code: str, size: int) -> Column:
        """One code in every row. Error: E-PACK-CODE."""
        return make.same(self._known(name, [code])[0], size)

    def weighted(
        self, name: str, weights: Mapping[str, float], uniform: Floats, missing: Flags | None = None
    ) -> Column:
        """Codes drawn by weight. Error: E-PACK-CODE."""
        return self.code(name, list(weights), make.by_weight(weights, uniform), missing)

    # --- parties --------------------------------------------------------------------------------

    @cached_property
    def actors(self) -> dict[str, int]:
        """How many parties of each kind other than firms and persons stand in register `organization`."""
        return {kind: max(1, self.count(name)) for kind, name in _ACTORS.items()}

    def party(self, kind: str, numbers: Ints, missing: Flags | None = None) -> Column:
        """Party ids of one kind; numbers count from 0."""
        if kind == "division":
            codes = [PREFIX[kind] + (d.code or d.id) for d in self.pack.city.divisions]
            return make.choose(codes, numbers % len(codes), missing)
        width = max(_ID_WIDTH, len(str(self.firms))) if kind == "firm" else _ID_WIDTH
        return make.numbered(PREFIX[kind], numbers + 1, width, missing)

    def some(self, kind: str, stream: str, start: int, stop: int, skew: float = 1.0) -> Ints:
        """Parties of a kind, drawn for the rows start..stop of a stream; the first ones oftener with `skew`."""
        uniform = self.draws.stream(stream, start, stop)
        return np.asarray(uniform**skew * self.actors[kind], dtype=np.int64)

    @cached_property
    def order(self) -> Selection:
        """Firms in the order of their innovative strength: position is the rank, member the firm."""
        return Selection.of(self.draws, "firms", self.firms, self.firms)

    def pool(self, number: int) -> int:
        """So many leading ranks of 60,000, at this scale."""
        return max(1, min(self.firms, self.sized(number)))

    def firm(self, ranks: Ints, missing: Flags | None = None) -> Column:
        """Party ids of the firms at these ranks."""
        return self.party("firm", self.order.member(ranks), missing)

    def leading(self, stream: str, start: int, stop: int, pool: int = 6000, skew: float = 3.0) -> Ints:
        """Ranks of firms drawn for the rows start..stop of a stream, the strongest far oftener."""
        uniform = self.draws.stream(stream, start, stop)
        return np.asarray(uniform**skew * self.pool(pool), dtype=np.int64)
