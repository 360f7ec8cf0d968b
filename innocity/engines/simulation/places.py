"""Registers that single cities add: `county_rd` and `envoy_engagement`."""

from __future__ import annotations

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation import people
from innocity.engines.simulation.platforms import platform_id, platforms
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Selection
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_YI = 10**10
_OUTPUT = Spread(300 * _YI, 0.35, 900 * _YI)  # the yearly output of a county
_OUTCOMES = ["模拟成效良好", "模拟成效一般"]
_SERVED = ("agri_station", "star_field")


def _county_rd(city: SimulatedCity, start: int, stop: int) -> Batch:
    """What each division spends on research each year, and its output; released in the autumn after."""
    rows = np.arange(start, stop)
    years_told = city.years[1] - city.years[0] + 1
    division, year = rows // years_told, city.years[0] - 1 + rows % years_told
    unit = city.draws.unit
    growth = 1.06 ** (year - city.years[1])
    output = (_OUTPUT.amounts(unit("county_output", division)) * growth).astype(np.int64)
    share = 0.012 + 0.016 * unit("county_share", division) + 0.002 * unit("county_swing", rows)
    released = make.year_starts(year + 1) + 290 + city.draws.below("county_released", rows, 50)
    columns = {
        "party_id": city.party("division", division),
        "year": make.whole(year),
        "released_on": make.days(released),
        "rd_expenditure": make.whole((output * share).astype(np.int64)),
        "gdp": make.whole(output),
        "large_contribution": make.flags(share > 0.023, unit("county_large", rows) < 0.1),
        "fast_growth": make.flags(unit("county_fast", rows) < 0.3, unit("county_told", rows) < 0.1),
    }
    return Batch(columns, released)


def _engagements(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Envoys and what they serve: stations, fields, firms."""
    rows = np.arange(start, stop)
    unit = city.draws.unit
    envoys = people.people(city).size("envoy")
    every = platforms(city)
    names, types = every.types
    served = np.flatnonzero(np.isin(types, [names.index(name) for name in _SERVED if name in names]))
    at_platform = (unit("engaged_at", rows) < 0.4) & bool(len(served))
    place = served[city.draws.below("engaged_platform", rows, len(served))] if len(served) else np.zeros_like(rows)
    started = city.opening - 365 + city.draws.below("engaged_on", rows, city.as_of - city.opening + 365)
    codes = city.codes("envoy_engagement_kind")
    order = Selection.of(city.draws, "engaged_envoys", envoys, envoys)
    firm = city.firm(city.leading("engaged_firm", start, stop))
    outcome = city.draws.below("engaged_outcome", rows, len(_OUTCOMES))
    columns = {
        "party_id": make.either(at_platform, every.leaders(place)[0], firm),
        "engagement_no": make.numbered("MNTP", rows + 1, 6),
        "envoy": people.person(city, "envoy", order.member(rows % order.pool)),
        "kind": city.code("envoy_engagement_kind", codes, city.draws.below("engaged_as", rows, len(codes))),
        "agricultural": make.flags(unit("engaged_farming", rows) < 0.6, unit("engaged_known", rows) < 0.05),
        "platform_id": make.blank(platform_id(place), ~at_platform),
        "started_on": make.days(started),
        "outcome": make.choose(_OUTCOMES, outcome, unit("engaged_told", rows) < 0.2),
    }
    return Batch(columns, started)


def tables(city: SimulatedCity) -> list[Table]:
    """Those of the two registers that the pack has."""
    registers = city.pack.registers
    years = city.years[1] - city.years[0] + 1
    found = []
    if "county_rd" in registers:
        found.append(Table("county_rd", len(city.pack.city.divisions) * years, _county_rd))
    if "envoy_engagement" in registers and people.people(city).size("envoy"):
        found.append(Table("envoy_engagement", city.count("envoy_engagements"), _engagements))
    return found
