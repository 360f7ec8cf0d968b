"""Registers `organization` and `division`: firms with their dated status, institutions, places."""

from __future__ import annotations

from functools import partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import CHANGES, INDUSTRY, SECTIONS, SimulatedCity
from innocity.engines.simulation.selection import Flags
from innocity.engines.simulation.tables import Batch, Table

_FIRM_CLASSES = {"private": 0.88, "foreign": 0.05, "state": 0.02, "collective": 0.015, "joint": 0.01, "other": 0.025}
_FORMER_BODIES = 50_000_000  # organisation codes: firms from 1, former ones from here, institutions from below
_ACTOR_BODIES = 95_000_000
_ACTOR_BLOCK = 800_000
_IN_ZONE = 0.25
_ELSEWHERE = 0.03  # pays taxes or reports in another division than it is registered in
_WAN = 10**6
#: Kind of institution -> name, start of the credit code, registration class, industry section.
_ACTORS = {
    "university": ("模拟大学", "12", "university", "P"),
    "institute": ("模拟研究院", "12", "institute", "M"),
    "public_institution": ("模拟事业单位", "12", "public_institution", "Q"),
    "bank": ("模拟银行", "91", "bank", "J"),
    "agency": ("模拟科技服务机构", "91", "private", "M"),
    "carrier": ("模拟孵化载体", "91", "private", "L"),
}
SIZES = ("large", "medium", "small", "micro")
#: Section -> (employees, revenue in 万元) from which on a firm is large, medium, small (统计上大中小微型企业
#: 划分办法); None where the standard does not ask. Assets, which no register holds, are left out.
_THRESHOLDS: dict[str, tuple[tuple[int | None, int | None], ...]] = {
    **dict.fromkeys(INDUSTRY, ((1000, 40000), (300, 2000), (20, 300))),
    "A": ((None, 20000), (None, 500), (None, 50)),
    "E": ((None, 80000), (None, 6000), (None, 300)),
    "F": ((200, 40000), (20, 5000), (5, 1000)),
    "G": ((1000, 30000), (300, 3000), (20, 200)),
    "H": ((300, 10000), (100, 2000), (10, 100)),
    "I": ((300, 10000), (100, 1000), (10, 50)),
    "K": ((None, 200000), (None, 1000), (None, 100)),
}
_OTHER_THRESHOLDS = ((300, None), (100, None), (10, None))


def division_of(city: SimulatedCity, ranks: Ints) -> Ints:
    """The division in which these firms are registered, as a place among the city's divisions."""
    return city.draws.below("division", ranks, len(city.pack.city.divisions))


def division_codes(city: SimulatedCity) -> list[str]:
    """The codes of the city's divisions."""
    return [division.code or division.id for division in city.pack.city.divisions]


def size_class(section: Ints, heads: Ints, revenue: Ints) -> Ints:
    """The size of firms, as a place in SIZES; revenue in fen."""
    result = np.full(section.shape, len(SIZES) - 1, dtype=np.int64)
    for place, code in enumerate(SECTIONS):
        rows = section == place
        grades = _THRESHOLDS.get(code, _OTHER_THRESHOLDS)
        for size, (least_heads, least_revenue) in reversed(list(enumerate(grades))):
            reached = heads[rows] >= (least_heads or 0)
            reached &= revenue[rows] >= (least_revenue or 0) * _WAN
            result[rows] = np.where(reached, size, result[rows])
    return result


def _firms(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Firms in the order of their numbers; one row for each state of their registration."""
    numbers = np.arange(start, stop)
    ranks = city.order.position(numbers)
    founded = city.established(ranks)
    kind, since, until = city.change(ranks, founded)
    states = np.where(kind == 0, 1, np.where(kind == CHANGES.index("repaired"), 3, 2))
    firm = np.repeat(np.arange(len(numbers)), states)
    state = np.arange(len(firm)) - np.repeat(np.cumsum(states) - states, states)
    begins = np.choose(state, [founded[firm], since[firm], until[firm]])
    last = state == states[firm] - 1
    ends = np.where(state == 0, since[firm], until[firm])
    status = np.where(state == 1, kind[firm], 0)
    columns = {
        "party_id": city.party("firm", numbers[firm]),
        "uscc": make.credit_codes("91", numbers[firm] + 1),
        "name": make.numbered("模拟企业", numbers[firm] + 1, max(7, len(str(city.firms)))),
        "valid_to": make.days(ends, last),
        "status": city.code("organization_status", _STATES, status),
        **_traits(city, ranks[firm], founded[firm]),
    }
    return Batch(columns, begins)


_STATES = ["active", "deregistered", "moved_away", "abnormal", "abnormal"]  # in the order of CHANGES


def _traits(city: SimulatedCity, ranks: Ints, founded: Ints) -> dict[str, Column]:
    """The columns of a firm that its rank decides."""
    unit = city.draws.unit
    section, revenue, heads = city.section(ranks), city.revenue(ranks), city.employees(ranks)
    large = city.industrial.contains(ranks)
    unknown = unit("unknown", ranks)
    slack = np.where(ranks < city.core, 0.4, 1.0)
    former = unit("former", ranks) >= 0.015
    return {
        "former_uscc": make.blank(make.credit_codes("91", _FORMER_BODIES + ranks), former),
        "registration_class": city.weighted("registration_class", _FIRM_CLASSES, unit("class", ranks)),
        "industry_code": city.code("industry", SECTIONS, section, ~large & (unknown < 0.02 * slack)),
        "size_class": city.code("size_class", SIZES, size_class(section, heads, revenue)),
        "size_year": make.whole(np.full(ranks.shape, city.years[1] - 1)),
        **_places(city, ranks),
        "chain": _chain(city, ranks),
        "established_on": make.days(founded, (unknown > 0.2) & (unknown < 0.2 + 0.01 * slack)),
        "employees": make.whole(heads, (unknown > 0.4) & (unknown < 0.4 + 0.06 * slack)),
        "revenue": make.whole(revenue, ~large & (unknown > 0.6) & (unknown < 0.6 + 0.08 * slack)),
    }


def _places(city: SimulatedCity, ranks: Ints) -> dict[str, Column]:
    """Where firms are registered, pay taxes, are counted, and the zone they lie in."""
    codes, home = division_codes(city), division_of(city, ranks)
    unit = city.draws.unit
    other = city.draws.below("other_division", ranks, len(codes))
    tax = np.where(unit("tax_place", ranks) < _ELSEWHERE, other, home)
    counted = np.where(unit("statistical_place", ranks) < _ELSEWHERE, other, home)
    zones = [zone.id for zone in city.pack.city.zones]
    in_zone = unit("in_zone", ranks) < (_IN_ZONE if zones else 0)
    zone = city.draws.below("zone", ranks, max(1, len(zones)))
    return {
        "registered_division": city.code("division", codes, home),
        "tax_division": city.code("division", codes, tax, unit("tax_known", ranks) < 0.02),
        "statistical_division": city.code("division", codes, counted, unit("counted_known", ranks) < 0.01),
        "zone": city.code("zone", zones or city.codes("zone"), zone, ~in_zone),
    }


def _chain(city: SimulatedCity, ranks: Ints) -> Column:
    chains = city.codes("chain")
    absent: Flags = city.draws.unit("chain_known", ranks) < np.where(ranks < city.core, 0.4, 0.85)
    return city.code("chain", chains, city.draws.below("chain", ranks, len(chains)), absent)


def _actors(kind: str, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Universities, institutes, banks and other institutions of one kind."""
    name, authority, group, section = _ACTORS[kind]
    numbers = np.arange(start, stop)
    size = len(numbers)
    founded = make.day(1985) + city.draws.below(f"founded_{kind}", numbers, 30 * 365)
    codes = division_codes(city)
    place = city.draws.below(f"place_{kind}", numbers, len(codes))
    bodies = _ACTOR_BODIES + list(_ACTORS).index(kind) * _ACTOR_BLOCK + numbers
    columns = {
        "party_id": city.party(kind, numbers),
        "uscc": make.credit_codes(authority, bodies),
        "name": make.numbered(name, numbers + 1, 5),
        "registration_class": city.one_code("registration_class", group, size),
        "industry_code": city.one_code("industry", section, size),
        "registered_division": city.code("division", codes, place),
        "tax_division": city.code("division", codes, place),
        "statistical_division": city.code("division", codes, place),
        "status": city.one_code("organization_status", "active", size),
        "established_on": make.days(founded),
        "employees": make.whole(20 + city.draws.below(f"staff_{kind}", numbers, 900)),
    }
    return Batch(columns, founded)


def _divisions(city: SimulatedCity, start: int, stop: int) -> Batch:
    numbers = np.arange(start, stop)
    names = [division.name for division in city.pack.city.divisions]
    codes = division_codes(city)
    columns = {
        "party_id": city.party("division", numbers),
        "name": make.choose(names, numbers),
        "code": city.code("division", codes, numbers),
        "kind": city.one_code("division_kind", "county", len(numbers)),
    }
    return Batch(columns, np.full(len(numbers), make.day(2000)))


def _zones(city: SimulatedCity, start: int, stop: int) -> Batch:
    numbers = np.arange(start, stop)
    columns = {
        "party_id": city.party("zone", numbers),
        "name": make.choose([zone.name for zone in city.pack.city.zones], numbers),
        "kind": city.one_code("division_kind", "zone", len(numbers)),
    }
    return Batch(columns, np.full(len(numbers), make.day(2000)))


def _towns(city: SimulatedCity, start: int, stop: int) -> Batch:
    numbers = np.arange(start, stop)
    columns = {
        "party_id": city.party("town", numbers),
        "name": make.numbered("模拟镇", numbers + 1, 4),
        "kind": city.one_code("division_kind", "town", len(numbers)),
    }
    return Batch(columns, np.full(len(numbers), make.day(2000)))


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `organization` and `division`."""
    return [
        Table("organization", city.firms, _firms),
        *(Table("organization", city.actors[kind], partial(_actors, kind)) for kind in _ACTORS),
        Table("division", len(city.pack.city.divisions), _divisions),
        Table("division", len(city.pack.city.zones), _zones),
        Table("division", city.count("towns"), _towns),
    ]
