"""The firms of a simulated city and their traits, each a function of the firm's rank alone.

Rank 0 is the most innovative firm. High-tech firms, SMEs, large industrial firms and those that do
research are exact selections among the leading ranks; tenants of incubators are young firms behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from innocity.engines.simulation.columns import by_weight, day, year_starts
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.hightech import HighTech, TechSmes, high_tech, tech_smes
from innocity.engines.simulation.selection import Flags, Selection
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tenancies import CORE, Tenancies
from innocity.engines.simulation.world import World

_WAN = 10**6  # 1万元 in fen
_YI = 10**10  # 1亿元 in fen
#: Industrial firms from this revenue on are 规模以上.
ABOVE_SCALE = 2_000 * _WAN
_SME_REVENUE = 2 * _YI - 50 * _WAN  # 科技型中小企业: at most 2亿元 and 500 employees
_SME_EMPLOYEES = 500
_MOST_EMPLOYEES = 200_000
_INDUSTRIAL_POOL = 4_000
_BEFORE_ENTRY = 240  # days at least: a firm recognised half a year after it entered must be a year old
_EARLIEST, _LATEST = 1992, 2015  # founding years of established firms

_REVENUE = {
    "industrial": Spread(7_000 * _WAN, 1.0, 600 * _YI),
    "industrial_sme": Spread(4_500 * _WAN, 0.6, _SME_REVENUE),
    "below": Spread(450 * _WAN, 0.9, ABOVE_SCALE - 1),
    "sme": Spread(700 * _WAN, 0.9, _SME_REVENUE),
    "other": Spread(250 * _WAN, 1.3, 50 * _YI),
}
_PER_EMPLOYEE = Spread(60 * _WAN, 0.45, 900 * _WAN)  # revenue a head
#: Sections of GB/T 4754 that make up industry.
INDUSTRY = ("B", "C", "D")
_SECTIONS = {
    "industrial": {"C": 96, "D": 2, "B": 2},
    "core": {"C": 46, "I": 18, "M": 20, "A": 4, "F": 5, "E": 4, "L": 3},
    "other": {
        "F": 33, "C": 13, "L": 11, "E": 9, "M": 6, "I": 5, "H": 5, "G": 4, "O": 5, "A": 4, "K": 2, "R": 2, "Q": 1,
    },
}  # fmt: skip
SECTIONS = tuple(sorted({code for group in _SECTIONS.values() for code in group}))
#: Kinds of dated changes of a firm's registration, with their share among core and other firms.
CHANGES = ("none", "deregistered", "moved_away", "abnormal", "repaired")
_CHANGES_CORE = (0.984, 0.004, 0.002, 0.005, 0.005)
_CHANGES_OTHER = (0.930, 0.040, 0.008, 0.012, 0.010)


@dataclass(frozen=True, eq=False)
class SimulatedCity(World):
    """A world with its firms."""

    @cached_property
    def high_tech(self) -> HighTech:
        """Who is recognised as a high-tech firm, when."""
        return high_tech(self)

    @cached_property
    def tech_smes(self) -> TechSmes:
        """Who registers as a technology-based SME, when."""
        return tech_smes(self)

    @cached_property
    def tenancies(self) -> Tenancies:
        """Who was incubated, when."""
        return Tenancies(self, self.high_tech)

    @cached_property
    def industrial(self) -> Selection:
        """The industrial firms above scale, by rank; the first in position do research."""
        return Selection.of(self.draws, "industrial", self.pool(_INDUSTRIAL_POOL), self.count("industrial_firms"))

    @cached_property
    def researching(self) -> int:
        """How many of the industrial firms above scale do research."""
        share = self.figures.fact("rd_active_share")
        rate = share.number if share else self.figures.rate("rd_active_share")
        return round(self.industrial.count * rate)

    @property
    def core(self) -> int:
        """Ranks below this one are established firms, where nearly all innovation takes place."""
        return self.pool(CORE)

    # --- traits -----------------------------------------------------------------------------------

    def is_sme(self, ranks: Ints) -> Flags:
        """Whether these firms were ever registered as technology-based SMEs."""
        return self.tech_smes.firms.contains(ranks)

    def section(self, ranks: Ints) -> Ints:
        """The industry section of these firms, as a place in SECTIONS."""
        uniform = self.draws.unit("section", ranks)
        result = np.zeros(ranks.shape, dtype=np.int64)
        large = self.industrial.contains(ranks)
        for name, rows in {
            "industrial": large, "core": ~large & (ranks < self.core), "other": ~large & (ranks >= self.core)
        }.items():  # fmt: skip
            weights = _SECTIONS[name]
            places = np.array([SECTIONS.index(code) for code in weights])
            result[rows] = places[by_weight(weights, uniform[rows])]
        return result

    def revenue(self, ranks: Ints) -> Ints:
        """The yearly revenue of these firms in fen. Only industrial firms above scale reach ABOVE_SCALE."""
        uniform = self.draws.unit("revenue", ranks)
        large, sme = self.industrial.contains(ranks), self.is_sme(ranks)
        industry = np.isin(self.section(ranks), [SECTIONS.index(code) for code in INDUSTRY])
        kinds = {
            "industrial": large & ~sme, "industrial_sme": large & sme, "below": ~large & industry,
            "sme": ~large & ~industry & sme, "other": ~large & ~industry & ~sme,
        }  # fmt: skip
        result = np.zeros(ranks.shape, dtype=np.int64)
        for name, rows in kinds.items():
            result[rows] = _REVENUE[name].amounts(uniform[rows])
        floor = ABOVE_SCALE + self.draws.below("floor", ranks, 500 * _WAN)
        return np.where(large, np.maximum(result, floor), result)

    def employees(self, ranks: Ints) -> Ints:
        """The employees of these firms."""
        heads = self.revenue(ranks) // _PER_EMPLOYEE.amounts(self.draws.unit("employees", ranks)) + 1
        most = np.where(self.is_sme(ranks), _SME_EMPLOYEES, _MOST_EMPLOYEES)
        return np.asarray(np.minimum(heads, most), dtype=np.int64)

    def established(self, ranks: Ints) -> Ints:
        """The founding days of these firms: before recognition, before incubation."""
        uniform = self.draws.unit("established", ranks)
        years = _EARLIEST + (uniform * (_LATEST - _EARLIEST + 1)).astype(np.int64)
        founded = year_starts(years) + self.draws.below("founding_day", ranks, 365)
        number = self.high_tech.firms.position(ranks)
        recognised = number < self.high_tech.firms.count
        first = self.high_tech.first_years[number[recognised]]
        founded[recognised] = year_starts(first - 2) - (uniform[recognised] * 12 * 365).astype(np.int64)
        tenants = self.tenancies.of_ranks(ranks)
        inside = tenants >= 0
        entered, _ = self.tenancies.stay(tenants[inside])
        founded[inside] = entered - _BEFORE_ENTRY - (uniform[inside] * 800).astype(np.int64)
        late = (ranks >= self.core) & ~inside
        span = self.as_of - day(1998)
        founded[late] = self.as_of - (uniform[late] ** 1.7 * span).astype(np.int64)
        return founded

    def change(self, ranks: Ints, founded: Ints) -> tuple[Ints, Ints, Ints]:
        """The dated change of these firms: its place in CHANGES, its day, the day on which it was repaired."""
        uniform = self.draws.unit("change", ranks)
        core = ranks < self.core
        kind = np.where(core, by_weight(_CHANGES_CORE, uniform), by_weight(_CHANGES_OTHER, uniform))
        span = self.as_of - self.opening
        since = self.opening + (self.draws.unit("changed_on", ranks) * span).astype(np.int64)
        kind = np.where(founded + 180 < since, kind, 0)
        until = since + 90 + self.draws.below("repaired_after", ranks, 400)
        kind = np.where((kind == CHANGES.index("repaired")) & (until > self.as_of), 3, kind)
        return kind, since, until
