"""Who was incubated where and when. So many tenants as published are inside on the published day.

Tenants are numbered: first those inside on that day, then those that had left before, then those that
came after. Every so many of the first two kinds is a firm that was recognised as high-tech, the others
are young firms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from innocity.engines.simulation.columns import year_starts
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.hightech import HighTech
from innocity.engines.simulation.selection import Flags, Parts, Selection
from innocity.engines.simulation.world import World

CORE = 8_000  # young tenants stand behind so many leading ranks (of 60,000 firms)
_YOUNG = 4_500
_YEAR = 365
_LONGEST = int(3.5 * _YEAR)
_NEVER = 10**6  # a day number beyond all dates: has not left

_Kinds = Parts[str]


@dataclass(frozen=True)
class Tenancies:
    """Tenancies by number."""

    world: World
    high_tech: HighTech

    @cached_property
    def kinds(self) -> _Kinds:
        """How many tenants were inside on the published day, gone before, new after it."""
        count = self.world.count
        new = count("tenants_new") if self._anchor < self.world.as_of else 0
        return Parts.given({"inside": count("tenants"), "gone": count("tenants_gone"), "new": new})

    @cached_property
    def _anchor(self) -> int:
        return self.world.anchor("tenants")

    @cached_property
    def _every(self) -> int:
        return max(1, round(1 / float(self.world.figures.rate("tenants_high_tech"))))

    @cached_property
    def _graduates(self) -> Ints:
        """Numbers of the high-tech firms that were tenants: some of those first recognised in these years."""
        years = self.high_tech.first_years
        fit = np.flatnonzero(years >= self.world.years[0])
        wanted = (self.kinds.size("inside") + self.kinds.size("gone") + self._every - 1) // self._every
        order = Selection.of(self.world.draws, "graduates", len(fit), wanted)
        return fit[order.member(np.arange(order.count))] if len(fit) else fit

    @cached_property
    def _tenant_of(self) -> Ints:
        """The tenancy of each high-tech firm, -1 without one."""
        tenancy = np.full(max(1, self.high_tech.firms.count), -1, dtype=np.int64)
        tenancy[self._graduates] = np.arange(len(self._graduates)) * self._every
        return tenancy

    @cached_property
    def _young(self) -> Selection:
        pool = min(self.world.pool(_YOUNG), max(1, self.world.firms - self.world.pool(CORE)))
        return Selection.of(self.world.draws, "young", max(pool, self.kinds.total), self.kinds.total)

    def is_graduate(self, tenants: Ints) -> Flags:
        """Whether these tenants were recognised as high-tech firms."""
        early = tenants < self.kinds.size("inside") + self.kinds.size("gone")
        numbered = (tenants % self._every == 0) & (tenants // self._every < len(self._graduates))
        return np.asarray(early & numbered, dtype=np.bool_)

    def ranks(self, tenants: Ints) -> Ints:
        """The ranks of these tenants."""
        young = self.world.pool(CORE) + self._young.member(tenants)
        ranks = np.minimum(young, self.world.firms - 1)
        graduate = self.is_graduate(tenants)
        chosen = self._graduates[tenants[graduate] // self._every]
        ranks[graduate] = self.high_tech.ranks(chosen)
        return ranks

    def of_ranks(self, ranks: Ints) -> Ints:
        """The tenancy of the firms at these ranks, -1 without one."""
        result = np.full(ranks.shape, -1, dtype=np.int64)
        number = self.high_tech.firms.position(ranks)
        is_high_tech = number < self.high_tech.firms.count
        result[is_high_tech] = self._tenant_of[number[is_high_tech]]
        behind = ranks - self.world.pool(CORE)
        young = self._young.position(np.where(behind >= 0, behind, self._young.pool))
        plain = (young < self._young.count) & (behind >= 0)
        plain[plain] = ~self.is_graduate(young[plain])
        result[plain & ~is_high_tech] = young[plain & ~is_high_tech]
        return result

    def stay(self, tenants: Ints) -> tuple[Ints, Ints]:
        """Entry and exit of these tenants as day numbers; an exit beyond all dates where they are inside."""
        kind = self.kinds.which(tenants)
        uniform = self.world.draws.unit("entered", tenants)
        length = (self.world.draws.unit("stayed", tenants) * _LONGEST).astype(np.int64) + _YEAR // 3
        inside, gone = kind == 0, kind == 1
        new = self._anchor + 1 + (uniform * max(0, self.world.as_of - self._anchor - 1)).astype(np.int64)
        entered = np.where(inside, self._anchor - (uniform * _LONGEST).astype(np.int64), new)
        left = self._anchor - (uniform * 6.5 * _YEAR).astype(np.int64)
        entered = np.where(gone, left - length, entered)
        graduate = self.is_graduate(tenants)
        entered[graduate] = self._before_recognition(tenants[graduate])
        left = np.where(gone, np.minimum(self._anchor, np.maximum(entered + length, left)), entered + length)
        still = (inside & (left <= self._anchor)) | (left > self.world.as_of)
        return entered, np.where(still, _NEVER, left)

    def _before_recognition(self, tenants: Ints) -> Ints:
        """Entry of those that were recognised: half a year to four and a half before the end of that year."""
        years = self.high_tech.first_years[self._graduates[tenants // self._every]]
        before = (self.world.draws.unit("incubated", tenants) * 4 * _YEAR).astype(np.int64) + _YEAR // 2
        latest = self._anchor - 30 - self.world.draws.below("incubated_late", tenants, 300)
        return np.asarray(np.minimum(year_starts(years + 1) - before, latest), dtype=np.int64)


def still_inside(left: Ints) -> Flags:
    """Whether an exit of `Tenancies.stay` has not come yet."""
    return left >= _NEVER
