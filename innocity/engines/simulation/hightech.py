"""Who is recognised as a high-tech firm in which year, and who registers as a technology-based SME.

A certificate lasts three years, so the recognitions of three years in a row make the firms that are
valid; their sum at the published day is the published figure. Of each year's firms some lapse after
three years, the others are recognised again, new ones take the free seats; a few of those that lapsed
come back a year later. Firms are numbered in the order in which they first appear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.selection import Calendar, Parts, Selection, rounded
from innocity.engines.simulation.world import World

#: Kinds of recognition: again, again after an interruption, for the first time.
KINDS = ("again", "resumed", "first")
FIRST = KINDS.index("first")
TERM = 3  # years that a certificate lasts
_HISTORY = 5  # years before the first that are told, so that "again" has its "first"
_POOL = 4_500  # high-tech firms are found among so many leading ranks (of 60,000 firms)
_SME_POOL = 6_500


@dataclass(frozen=True)
class HighTech:
    """Recognitions by year: `seats[year]` the firms' numbers, `kinds[year]` their places in KINDS."""

    seats: dict[int, Ints]
    kinds: dict[int, Ints]
    firms: Selection

    @cached_property
    def calendar(self) -> Calendar:
        """All recognitions in order."""
        return Parts.given({year: len(seats) for year, seats in self.seats.items()})

    @cached_property
    def first_years(self) -> Ints:
        """The year in which each firm first appears."""
        years = np.zeros(self.firms.count, dtype=np.int64)
        for year, seats in self.seats.items():
            years[seats[self.kinds[year] == FIRST]] = year
        return years

    @cached_property
    def all_seats(self) -> Ints:
        """The firms' numbers of all recognitions in order."""
        return np.concatenate(list(self.seats.values()))

    @cached_property
    def all_kinds(self) -> Ints:
        """The kinds of all recognitions in order, as places in KINDS."""
        return np.concatenate(list(self.kinds.values()))

    def ranks(self, numbers: Ints) -> Ints:
        """The ranks of firms, by number."""
        return self.firms.member(numbers)


def high_tech(world: World) -> HighTech:
    """The recognitions of a simulated city."""
    sizes = _cohorts(world)
    lapse, comeback = world.figures.rate("high_tech_lapse"), world.figures.rate("high_tech_return")
    seats: dict[int, Ints] = {}
    kinds: dict[int, Ints] = {}
    gone: Ints = np.zeros(0, dtype=np.int64)  # those that lapsed the year before
    known = 0
    for year, size in sizes.items():
        before = seats.get(year - TERM, np.zeros(0, dtype=np.int64))
        leaving = max(rounded(len(before) * lapse), len(before) - size)
        stay = before[leaving:]
        free = size - len(stay)
        back = gone[: min(len(gone), rounded(free * comeback))]
        new = np.arange(known, known + free - len(back), dtype=np.int64)
        known += len(new)
        seats[year] = np.concatenate([stay, back, new])
        kinds[year] = np.repeat(np.arange(len(KINDS)), [len(stay), len(back), len(new)])
        gone = before[:leaving]
    pool = max(world.pool(_POOL), min(world.firms, known))
    return HighTech(seats, kinds, Selection.of(world.draws, "high_tech", pool, known))


def _cohorts(world: World) -> dict[int, int]:
    """How many recognitions each year has."""
    fact = world.figures.fact("high_tech_firms")
    anchor = fact.on.year if fact else world.years[1]
    growth = 1 + world.figures.rate("high_tech_growth")
    weights = {anchor - 2 + k: rounded(growth**k * 10**6) for k in range(TERM)}
    shared = Parts.shared(world.count("high_tech_firms"), weights)
    sizes = dict(zip(shared.names, shared.counts, strict=True))
    for year in range(anchor - TERM, world.years[0] - _HISTORY - 1, -1):
        sizes[year] = rounded(sizes[year + TERM] / growth**TERM)
    for year in range(anchor + 1, world.years[1] + 1):
        sizes[year] = sizes[year - TERM]
    return {year: sizes[year] for year in sorted(sizes) if year <= world.years[1]}


@dataclass(frozen=True)
class TechSmes:
    """Yearly registrations of technology-based SMEs: a window that moves along a list of firms."""

    calendar: Calendar
    starts: Mapping[int, int]
    firms: Selection

    def numbers(self, index: Ints) -> Ints:
        """The firms' numbers of registrations in order."""
        starts = np.array([self.starts[year] for year in self.calendar.names], dtype=np.int64)
        return np.asarray(starts[self.calendar.which(index)] + self.calendar.within(index), dtype=np.int64)

    def ranks(self, numbers: Ints) -> Ints:
        """The ranks of firms, by number."""
        return self.firms.member(numbers)


def tech_smes(world: World) -> TechSmes:
    """The registrations of a simulated city."""
    fact = world.figures.fact("tech_smes")
    anchor = fact.on.year if fact else world.years[1]
    growth, turnover = 1 + world.figures.rate("tech_sme_growth"), world.figures.rate("tech_sme_turnover")
    total = world.count("tech_smes")
    sizes, starts, start = {}, {}, 0
    for year in range(world.years[0], world.years[1] + 1):
        sizes[year] = rounded(total / growth ** max(0, anchor - year)) if year != anchor else total
        starts[year] = start
        start += rounded(Fraction(sizes[year]) * turnover)
    known = max(starts[year] + sizes[year] for year in sizes)
    pool = max(world.pool(_SME_POOL), min(world.firms, known))
    return TechSmes(Parts.given(sizes), starts, Selection.of(world.draws, "tech_smes", pool, known))
