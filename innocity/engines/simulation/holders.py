"""Who holds the rows of a series (titles, projects, money, honours): parties of one kind, each once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innocity.core.errors import fail
from innocity.engines.simulation import people
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.figures import Series
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Selection

_POOL = 3_000  # firms are found among so many leading ranks (of 60,000 firms)
#: Kinds that a city has a given number of: their series do not grow with the number of firms.
FIXED = ("zone", "division")
_PEOPLE = {"talent": "high_level", "envoy": "envoy", "postdoc": "postdoc"}


@dataclass(frozen=True)
class Holders:
    """The holders of one series, by row number."""

    city: SimulatedCity
    series: Series
    name: str
    only: str | None = None

    @property
    def rows(self) -> int:
        """How many rows the series has at this scale; none before the holders' kind exists in the city."""
        if self.series.holder in FIXED:
            return self.series.total if self._places() else 0
        return min(self.city.sized(self.series.total), self._available())

    def _places(self) -> list[str]:
        city = self.city.pack.city
        if self.series.holder == "zone":
            return [zone.id for zone in city.zones]
        return [division.code or division.id for division in city.divisions]

    def _available(self) -> int:
        kind = self.series.holder
        if kind in ("firm", "high_tech"):
            return self.city.sized(self.series.total)
        if kind in _PEOPLE:
            return self.city.sized(self.series.total) if people.people(self.city).size(_PEOPLE[kind]) else 0
        if kind == "town":
            return self.city.count("towns")
        if kind not in self.city.actors:
            fail("E-PACK-FIELD", f"{self.name} 的 holder“{kind}”不认识", remedy="见 simulation.yaml 中已有的写法")
        return self.city.sized(self.series.total)

    def numbers(self, rows: Ints) -> Ints:
        """The holders' numbers (for firms: ranks) of these rows."""
        kind, city = self.series.holder, self.city
        if kind == "firm":
            pool = max(city.pool(_POOL), min(city.firms, self.rows))
            return self._spread(rows, pool)
        if kind == "high_tech":
            seats = city.high_tech.seats[max(self.series.years[0] - 1, min(city.high_tech.seats))]
            return city.high_tech.ranks(seats[self._spread(rows, max(1, len(seats)))])
        if kind in _PEOPLE:
            return self._spread(rows, people.people(city).size(_PEOPLE[kind]))
        if kind in FIXED:
            places = self._places()
            only = places.index(self.only) if self.only in places else None
            return rows % len(places) if only is None else np.full(rows.shape, only, dtype=np.int64)
        if kind == "town":
            return self._spread(rows, city.count("towns"))
        return self._spread(rows, city.actors[kind])

    def _spread(self, rows: Ints, pool: int) -> Ints:
        """Different numbers below `pool` while there are any, then the same ones again."""
        order = Selection.of(self.city.draws, f"holders_{self.name}", pool, pool)
        return order.member(rows % order.pool)

    def told(self, start: int, stop: int) -> tuple[Ints, Ints]:
        """Of the rows start..stop those of years that the simulated city reaches, and their years."""
        rows = np.arange(start, stop)
        years = self.years(rows)
        reached = years <= self.city.years[1]
        return rows[reached], years[reached]

    def parties(self, rows: Ints) -> Column:
        """The party ids of these rows."""
        kind, numbers = self.series.holder, self.numbers(rows)
        if kind in ("firm", "high_tech"):
            return self.city.firm(numbers)
        if kind in _PEOPLE:
            return people.person(self.city, _PEOPLE[kind], numbers)
        return self.city.party(kind, numbers)

    def years(self, rows: Ints) -> Ints:
        """The year of each row: the series is spread evenly over its years."""
        first, last = self.series.years
        return np.asarray(first + rows * (last - first + 1) // max(1, self.rows), dtype=np.int64)
