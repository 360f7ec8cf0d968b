"""Registers `innovation_platform`, `platform_evaluation` and `incubation`.

Platforms are numbered group by group: the published totals of national, provincial and all technical
platforms, carriers (incubators, maker spaces) and postdoctoral stations. Some were upgraded: their
earlier row at the lower level has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Floats, Ints
from innocity.engines.simulation.organizations import division_codes
from innocity.engines.simulation.people import postdoc_hosts
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Flags, Parts, Selection
from innocity.engines.simulation.tables import Batch, Table
from innocity.engines.simulation.tenancies import still_inside

_YEAR = 365
_CYCLE = 3  # years between two evaluations
_LONGEST = 1_700  # days after which a platform of the group `gone` has gone at the latest
_POOL = 3_000
_PUBLIC = {"clinical_centre": "public_institution", "key_lab": "university", "research_institute": "institute"}
_UPGRADED, _PARTNERED = {"national": 0.4, "province": 0.3}, {"national": 0.35, "province": 0.05}
_BELOW = {"national": "province", "province": "city"}
_GROUPS = ("national", "province", "city", "gone", "carriers_national", "carriers_other", "brands", "postdoc", "rural")
_TECHNICAL = ("national", "province", "city", "gone")
_RESULTS = {"excellent": 0.18, "good": 0.32, "pass": 0.42, "fail": 0.08}
_LEADERS = ("firm", "public_institution", "government_joint")
_OTHER_LEVELS = ("province", "city", "city")  # of carriers below national level


@dataclass(frozen=True, eq=False)
class Platforms:
    """All platforms by number."""

    city: SimulatedCity

    @cached_property
    def groups(self) -> Parts[str]:
        """How many platforms each group has."""
        city = self.city
        national, province = city.count("platforms_national"), city.count("platforms_province")
        local = max(0, city.count("platforms_all") - national - province)
        gone = round(local * city.figures.rate("platforms_gone"))
        carriers = city.actors["carrier"]
        above = min(city.count("carriers_national"), carriers)
        brands = sum(city.figures.platforms.get("brands", {}).values())
        sizes = (
            national, province, local, gone, above, carriers - above, city.sized(brands),
            city.count("postdoc_platforms"), city.sized(sum(city.figures.platforms["rural"].values())),
        )  # fmt: skip
        return Parts.given(dict(zip(_GROUPS, sizes, strict=True)))

    @cached_property
    def types(self) -> tuple[list[str], Ints]:
        """The types in use, and each platform's place among them: so many of each, in random order."""
        every = self.city.figures.platforms
        names = sorted({name for weights in every.values() for name in weights})
        found = []
        for group, size in zip(self.groups.names, self.groups.counts, strict=True):
            parts = Parts.shared(size, every.get("city" if group == "gone" else group, {}))
            places = np.repeat([names.index(name) for name in parts.names], parts.counts).astype(np.int64)
            order = Selection.of(self.city.draws, f"types_{group}", size, size)
            found.append(places[order.member(np.arange(size))] if size else places)
        return names, np.concatenate(found)

    def group(self, numbers: Ints) -> Ints:
        """The group of each platform as a place in _GROUPS."""
        return self.groups.which(numbers)

    def levels(self, numbers: Ints) -> Ints:
        """The level of each platform as a place in LEVELS."""
        group = self.group(numbers)
        names, types = self.types
        levels = np.array([LEVELS.index(_GROUP_LEVEL.get(name, "city")) for name in _GROUPS])[group]
        spread = np.array([LEVELS.index(level) for level in _OTHER_LEVELS])
        other = group == _GROUPS.index("carriers_other")
        levels[other] = spread[numbers[other] % len(spread)]
        station = [names.index(name) for name in ("postdoc_station",) if name in names]
        return np.where(np.isin(types[numbers], station), LEVELS.index("national"), levels)

    def approved(self, numbers: Ints) -> Ints:
        """The day of approval: never after the published day of the platform's group."""
        city, group = self.city, self.group(numbers)
        ends = np.array([self._last_day(name) for name in _GROUPS])[group]
        uniform = city.draws.unit("approved", numbers)
        span = np.where(group == _GROUPS.index("national"), 15, 11) * _YEAR
        approved = ends - (uniform**1.2 * span).astype(np.int64)
        approved = np.where(group == _GROUPS.index("gone"), approved - _LONGEST, approved)
        within = self.groups.within(numbers)
        early = city.count("platforms_upper_before") - self.groups.size("national")
        late = (group == _GROUPS.index("province")) & (within >= early)
        opening = city.anchor("platforms_upper_before", back=1) + 1
        recent = opening + (uniform * max(1, self._last_day("city") - opening)).astype(np.int64)
        before = (group == _GROUPS.index("province")) & ~late
        return np.where(late, recent, np.where(before, np.minimum(approved, opening - 1), approved))

    def _last_day(self, group: str) -> int:
        facts = {
            "national": "platforms_national", "province": "platforms_upper_before", "postdoc": "postdoc_platforms",
            "carriers_national": "carriers_national", "carriers_other": "carriers",
        }  # fmt: skip
        name = facts.get(group, "platforms_all")
        return self.city.anchor(name, back=int(name == "platforms_upper_before"))

    def leaders(self, numbers: Ints) -> tuple[Column, Flags]:
        """The party that leads each platform, and whether it is a firm."""
        city, (names, types) = self.city, self.types
        group, within = self.group(numbers), self.groups.within(numbers)
        uniform = city.draws.unit("platform_leader", numbers)
        party = city.firm((uniform**1.6 * city.pool(_POOL)).astype(np.int64))
        for name, kind in _PUBLIC.items():
            rows = (types[numbers] == names.index(name)) if name in names else np.zeros(len(numbers), dtype=bool)
            rows &= city.draws.unit("platform_public", numbers) < 0.7
            actor = city.party(kind, city.draws.below("platform_actor", numbers, city.actors[kind]))
            party = make.either(rows, actor, party)
        carrier = np.isin(group, [_GROUPS.index(g) for g in ("carriers_national", "carriers_other", "brands")])
        behind = np.where(group == _GROUPS.index("carriers_other"), self.groups.size("carriers_national"), 0)
        number = within + behind
        party = make.either(carrier, city.party("carrier", number % city.actors["carrier"]), party)
        postdoc = group == _GROUPS.index("postdoc")
        hosts = postdoc_hosts(city)
        party = make.either(postdoc, city.firm(hosts.member(np.where(postdoc, within, 0) % hosts.pool)), party)
        public = np.isin(types[numbers], [names.index(n) for n in _PUBLIC if n in names])
        return party, ~public & ~carrier

    def carrier(self, numbers: Ints) -> Ints:
        """The platform of each carrier, by the carrier's number."""
        size = self.groups.size("carriers_national") + self.groups.size("carriers_other")
        return self.groups.start("carriers_national") + numbers % max(1, size)


LEVELS = ("national", "province", "city")
_GROUP_LEVEL = {"national": "national", "province": "province", "carriers_national": "national",
                "brands": "province", "postdoc": "province", "rural": "province"}  # fmt: skip


@lru_cache(maxsize=2)
def platforms(city: SimulatedCity) -> Platforms:
    """The platforms of a city."""
    return Platforms(city)


def platform_id(numbers: Ints) -> Column:
    """The ids of platforms (not of parties)."""
    return make.numbered("PT", numbers + 1, 7)


def _platform_rows(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Of each platform: the row at the lower level that it had before, its own row, those of participants."""
    numbers = np.arange(start, stop)
    every = platforms(city)
    level, approved = every.levels(numbers), every.approved(numbers)
    group = every.group(numbers)
    technical = np.isin(group, [_GROUPS.index(name) for name in _TECHNICAL])
    upgraded = city.draws.unit("upgraded", numbers) < _share(_UPGRADED, level)
    upgraded &= technical | (group == _GROUPS.index("carriers_national"))
    partners = technical & (city.draws.unit("partnered", numbers) < _share(_PARTNERED, level))
    partners |= _of_type(every, numbers, "national_key_lab")
    rows = 1 + upgraded.astype(np.int64) + partners
    place = np.repeat(np.arange(len(numbers)), rows)
    version = np.arange(len(place)) - np.repeat(np.cumsum(rows) - rows, rows)
    earlier = upgraded[place] & (version == 0)
    partner = version == (upgraded.astype(np.int64) + 1)[place]
    before = approved[place] - 400 - city.draws.below("upgraded_after", numbers[place], 1500)
    on = np.where(earlier, before, approved[place])
    return Batch(_platform_columns(city, numbers[place], on, earlier, partner, upgraded[place]), on)


def _share(shares: dict[str, float], level: Ints) -> Floats:
    return np.array([shares.get(name, 0.0) for name in LEVELS], dtype=np.float64)[level]


def _of_type(every: Platforms, numbers: Ints, name: str) -> Flags:
    names, types = every.types
    return np.asarray(types[numbers] == (names.index(name) if name in names else -1), dtype=np.bool_)


def _platform_columns(
    city: SimulatedCity, numbers: Ints, on: Ints, earlier: Flags, partner: Flags, upgraded: Flags
) -> dict[str, Column]:
    every = platforms(city)
    names, types = every.types
    lead, is_firm = every.leaders(numbers)
    other = city.draws.unit("platform_partner", numbers)
    firm = city.firm((other**1.5 * city.pool(_POOL)).astype(np.int64))
    gone = every.group(numbers) == _GROUPS.index("gone")
    left = on + _LONGEST - city.draws.below("platform_left", numbers, 900)
    ended = earlier | gone
    ends = np.where(earlier, every.approved(numbers), left)
    level = every.levels(numbers) + earlier
    joint = _of_type(every, numbers, "new_rd_institution") & (city.draws.unit("joint", numbers) < 0.3)
    local = level == LEVELS.index("city")
    again = (upgraded & ~earlier).astype(np.int64)
    kind = np.where(joint, 2, np.where(is_firm, 0, 1))
    status = np.where(earlier, 1, np.where(gone, 2, 0))
    return {
        "party_id": make.either(partner, firm, lead),
        "valid_to": make.days(ends, ~ended),
        "platform_id": platform_id(numbers),
        "name": make.numbered("模拟平台", numbers + 1, 6, city.draws.unit("named", numbers) < 0.02),
        "type": city.code("platform_type", names, types[numbers]),
        "level": city.code("level", LEVELS, np.minimum(level, 2)),
        "event": city.code("administrative_event", ["recognition", "filing"], local.astype(np.int64)),
        "role": city.code("platform_role", ["lead", "participant"], partner.astype(np.int64)),
        "lead_kind": city.code("lead_kind", _LEADERS, kind, city.draws.unit("kind_known", numbers) < 0.03),
        "recognition_kind": city.code("recognition_kind", ["first", "upgraded"], again),
        "chain": _chain(city, numbers),
        "division": _division(city, numbers),
        "approval_doc_no": make.numbered("模拟批文", numbers + 1, 6, city.draws.unit("doc_known", numbers) < 0.05),
        "approved_on": make.days(on),
        "status": city.code("platform_status", ["active", "withdrawn", "eliminated"], status),
    }


def _chain(city: SimulatedCity, numbers: Ints) -> Column:
    chains = city.codes("chain")
    which = city.draws.below("platform_chain", numbers, len(chains))
    return city.code("chain", chains, which, city.draws.unit("platform_chained", numbers) < 0.25)


def _division(city: SimulatedCity, numbers: Ints) -> Column:
    codes = division_codes(city)
    return city.code("division", codes, city.draws.below("platform_place", numbers, len(codes)))


# --- register platform_evaluation -----------------------------------------------------------------------


def _evaluations(group: str, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Every third year after approval a platform is evaluated."""
    every = platforms(city)
    numbers = every.groups.start(group) + np.arange(start, stop)
    approved = make.years_on(every.approved(numbers))
    years = np.arange(city.years[0], city.years[1] + 1)
    age = years[None, :] - approved[:, None]
    place, column = np.nonzero((age > 0) & (age % _CYCLE == 0))
    platform, year = numbers[place], years[column]
    names, types = every.types
    key = platform * 100 + year % 100
    on = make.year_starts(year) + 270 + city.draws.below("evaluated_on", key, 80)
    result = make.by_weight(_RESULTS, city.draws.unit("evaluated", key))
    columns = {
        "party_id": every.leaders(platform)[0],
        "platform_id": platform_id(platform),
        "type": city.code("platform_type", names, types[platform]),
        "level": city.code("level", LEVELS, every.levels(platform)),
        "evaluated_on": make.days(on),
        "evaluation_year": make.whole(year),
        "result": city.code("evaluation_result", list(_RESULTS), result),
        "ordinal": make.whole((year - approved[place]) // _CYCLE, city.draws.unit("ordinal", key) < 0.04),
    }
    return Batch(columns, on)


# --- register incubation --------------------------------------------------------------------------------


def _incubation(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Tenancies: the party is the carrier."""
    tenants = np.arange(start, stop)
    entered, left = city.tenancies.stay(tenants)
    inside = still_inside(left)
    host = (city.draws.unit("host", tenants) ** 1.3 * city.actors["carrier"]).astype(np.int64)
    every = platforms(city)
    platform = every.carrier(host)
    names, types = every.types
    untold = city.draws.unit("host_level", tenants) < 0.02
    columns = {
        "party_id": city.party("carrier", host),
        "valid_to": make.days(left, inside),
        "tenant": city.firm(city.tenancies.ranks(tenants)),
        "incubator_type": city.code("platform_type", names, types[platform]),
        "incubator_level": city.code("level", LEVELS, every.levels(platform), untold),
        "entered_on": make.days(entered),
        "left_on": make.days(left, inside),
    }
    return Batch(columns, entered)


_EVALUATED = ("city", "gone", "carriers_national", "carriers_other")


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `innovation_platform`, `platform_evaluation` and `incubation`."""
    groups = platforms(city).groups
    return [
        Table("innovation_platform", groups.total, _platform_rows, punctual=True),
        *(Table("platform_evaluation", groups.size(name), partial(_evaluations, name)) for name in _EVALUATED),
        Table("incubation", city.tenancies.kinds.total, _incubation, punctual=True),
    ]
