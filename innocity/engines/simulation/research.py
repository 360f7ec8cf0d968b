"""Registers `rd_expenditure`, `rd_subsidy_assessment` and `ip_right`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Floats, Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Calendar, Flags, Parts, Selection, rounded, years_of
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_WAN, _YI = 10**6, 10**10
_POOL = 6_500
_REVENUE_GROWTH = 1.06
_EARLIEST_GRANT = 2008
_UNIVERSITY_SHARE = 0.22  # of inventions
_SHARED = 0.06  # of rights that have a second owner
_LOCAL_AGENCY = 0.65
#: Type of right -> how many are granted each year.
_YEARLY = {
    "utility": "utility_models", "design": "designs", "software": "software", "layout": "layouts",
    "plant": "plants",
}  # fmt: skip
_ACQUIRED = {"own": 0.9, "purchased": 0.08, "licensed": 0.02}
_IP_AGENCIES = 0.2  # share of the service agencies that do patents
_STEP = 1 << 17


@dataclass(frozen=True, eq=False)
class Research:
    """What firms and institutions spend on research: rows are a spender and one of the years told."""

    city: SimulatedCity

    @cached_property
    def years(self) -> range:
        """The years told: each is reported in the year after it."""
        return range(self.city.years[0] - 1, self.city.years[1])

    @cached_property
    def _anchor(self) -> int:
        fact = self.city.figures.fact("rd_share")
        return fact.on.year if fact else self.years[-1]

    @cached_property
    def total(self) -> int:
        """What the whole city spends in the published year, in fen."""
        figures = self.city.figures
        published = figures.fact("rd_share")
        whole = published.number * figures.number("gdp") if published else figures.money("rd_total")
        return rounded(whole * self.city.scale)

    @cached_property
    def institutions(self) -> int:
        """How many universities and institutes report."""
        return self.city.actors["university"] + self.city.actors["institute"]

    def year(self, rows: Ints) -> Ints:
        """The year of each row."""
        return self.years[0] + rows % len(self.years)

    def growth(self, rows: Ints) -> Floats:
        """How much larger each row's year is than the published one."""
        growth = float(1 + self.city.figures.rate("rd_growth"))
        return np.asarray(growth ** (self.year(rows) - self._anchor), dtype=np.float64)

    @cached_property
    def factor(self) -> float:
        """What drawn amounts of firms are multiplied by, so that the published year has its total."""
        share = 1 - float(self.city.figures.rate("rd_institution_share"))
        spenders = np.arange(self.city.researching)
        drawn = 0
        for start in range(0, len(spenders), _STEP):
            rows = spenders[start : start + _STEP] * len(self.years) + (self._anchor - self.years[0])
            drawn += int(self._drawn(rows).sum())
        return self.total * share / max(1, drawn)

    def _drawn(self, rows: Ints) -> Ints:
        spender = rows // len(self.years)
        revenue = self.city.revenue(self.city.industrial.member(spender))
        unit = self.city.draws.unit
        intensity = 0.012 + 0.05 * unit("rd_intensity", spender) ** 1.5
        swing = 0.85 + 0.3 * unit("rd_swing", rows)
        # Very large firms spend a smaller share: without this a single firm could be the city's total.
        return (np.minimum(revenue, 100 * _YI) * intensity * swing).astype(np.int64)

    def of_firms(self, rows: Ints) -> Ints:
        """What large industrial firms spend, in fen."""
        return np.maximum(1, (self._drawn(rows) * self.factor * self.growth(rows)).astype(np.int64))

    def of_institutions(self, rows: Ints) -> Ints:
        """What universities and institutes spend, in fen: in even parts, with some swing."""
        share = float(self.city.figures.rate("rd_institution_share")) / self.institutions
        swing = np.where(self.year(rows) == self._anchor, 1.0, 0.9 + 0.2 * self.city.draws.unit("rd_public", rows))
        return (self.total * share * swing * self.growth(rows)).astype(np.int64)


@lru_cache(maxsize=2)
def research(city: SimulatedCity) -> Research:
    """What is spent on research in a city."""
    return Research(city)


def _spending(
    city: SimulatedCity, rows: Ints, caliber: Column, party: Column, amount: Ints, ranks: Ints | None
) -> Batch:
    """Rows of `rd_expenditure`; reported in spring of the year after."""
    year = research(city).year(rows)
    unit = city.draws.unit
    reported = make.year_starts(year + 1) + 70 + city.draws.below("rd_reported", rows, 40)
    abroad = unit("rd_abroad", rows)
    domestic = np.where(abroad < 0.7, amount, (amount * (0.5 + 0.5 * unit("rd_domestic", rows))).astype(np.int64))
    columns = {
        "party_id": party,
        "year": make.whole(year),
        "reported_on": make.days(reported),
        "caliber": caliber,
        "amount": make.whole(amount),
        "domestic": make.whole(domestic, abroad > 0.92),
    }
    if ranks is not None:
        revenue = (city.revenue(ranks) * _REVENUE_GROWTH ** (year - city.years[1])).astype(np.int64)
        columns["revenue"] = make.whole(revenue, unit("rd_revenue", rows) < 0.05)
    return Batch(columns, reported)


def _industrial(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    ranks = city.industrial.member(rows // len(research(city).years))
    caliber = city.one_code("rd_caliber", "statistics", len(rows))
    return _spending(city, rows, caliber, city.firm(ranks), research(city).of_firms(rows), ranks)


def _institutions(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    number = rows // len(research(city).years)
    universities = city.actors["university"]
    institute = number >= universities
    party = make.either(
        institute, city.party("institute", np.maximum(0, number - universities)), city.party("university", number)
    )
    caliber = city.one_code("rd_caliber", "statistics", len(rows))
    return _spending(city, rows, caliber, party, research(city).of_institutions(rows), None)


@lru_cache(maxsize=2)
def _deducting(city: SimulatedCity) -> Selection:
    return Selection.of(city.draws, "deducting", city.pool(_POOL), city.count("deduction_firms"))


def _deductions(city: SimulatedCity, start: int, stop: int) -> Batch:
    """What smaller firms claim for tax deduction; not every firm claims every year."""
    rows = np.arange(start, stop)
    rows = rows[city.draws.unit("deducted", rows) < 0.88]
    ranks = _deducting(city).member(rows // len(research(city).years))
    unit = city.draws.unit
    share = 0.01 + 0.09 * unit("deduction_share", rows) ** 2
    spent = np.minimum(city.revenue(ranks), 100 * _YI) * share * research(city).growth(rows)
    amount = np.maximum(1, spent.astype(np.int64))
    caliber = city.weighted("rd_caliber", {"deduction": 0.94, "accounting": 0.06}, unit("deduction_kind", rows))
    return _spending(city, rows, caliber, city.firm(ranks), amount, ranks)


_ASSESSED = Spread(5 * _WAN, 1.2, 1_500 * _WAN)


def _assessments(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Assessed research subsidies of the three levels together: each firm once a year."""
    rows = np.arange(start, stop)
    calendar = city.calendar("rd_assessments")
    years = years_of(calendar, rows)
    order = _deducting(city)
    ranks = order.member((calendar.within(rows) + years % 100 * 37) % max(1, order.count))
    on = make.year_starts(years) + 150 + city.draws.below("assessed_on", rows, 90)
    columns = {
        "party_id": city.firm(ranks),
        "year": make.whole(years),
        "assessed_on": make.days(on),
        "rule_doc_no": make.numbered("模拟文号", years, 4, city.draws.unit("assessed_by", rows) < 0.1),
        "assessed": make.whole(_ASSESSED.amounts(city.draws.stream("assessed", start, stop))),
    }
    return Batch(columns, on)


# --- register ip_right ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Rights:
    """Rights of one type by number: `calendar` gives the years of grant."""

    type: str
    calendar: Calendar
    status: str = "valid"


@lru_cache(maxsize=2)
def rights(city: SimulatedCity) -> tuple[Rights, ...]:
    """The kinds of rights of a city. Inventions valid on the published day are the published number."""
    published = city.figures.fact("patents_per_10k")
    number = city.figures.number
    per_head = published.number * number("population") / 10_000 if published else number("inventions")
    anchor = published.on.year if published else city.years[1]
    growth = 1 + city.figures.rate("inventions_growth")
    weights = {year: rounded(growth ** (year - _EARLIEST_GRANT) * 1000) for year in range(_EARLIEST_GRANT, anchor + 1)}
    valid = Parts.shared(rounded(per_head * city.scale), weights)
    lapsed = rounded(valid.total * city.figures.rate("inventions_lapsed"))
    later = {year: city.count("inventions_after") for year in range(anchor + 1, city.years[1] + 1)}
    counts = {y: n for y, n in zip(valid.names, valid.counts, strict=True) if y <= city.years[1]}
    early = {year: weight for year, weight in weights.items() if year <= anchor - 3}
    some = [Rights("invention", Parts.given(counts)), Rights("invention", Parts.shared(lapsed, early), "lapsed")]
    if later:
        some.append(Rights("invention", Parts.given(later)))
    return (*some, *(Rights(name, city.calendar(key)) for name, key in _YEARLY.items()))


def _owners(city: SimulatedCity, name: str, numbers: Ints, second: Flags) -> Column:
    """Firms, the strongest far oftener, and universities; second owners are drawn anew."""
    key = numbers * 2 + second
    uniform = city.draws.unit(f"{name}_owner", key)
    firm = city.firm((uniform**3 * city.pool(6_000)).astype(np.int64))
    university = city.party("university", (uniform**1.5 * city.actors["university"]).astype(np.int64))
    share = _UNIVERSITY_SHARE if name.startswith("invention") else 0.08
    return make.either(city.draws.unit(f"{name}_public", key) < share, university, firm)


def _rights(place: int, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Rights of one kind, some with a second owner."""
    kind = rights(city)[place]
    name, numbers = f"{kind.type}_{place}", np.arange(start, stop)
    unit = city.draws.unit
    owners = 1 + (unit(f"{name}_shared", numbers) < _SHARED)
    at = np.repeat(numbers, owners)
    second = np.concatenate([np.zeros(1, dtype=bool), at[1:] == at[:-1]])[: len(at)]
    granted = make.year_starts(years_of(kind.calendar, at)) + city.draws.below(f"{name}_day", at, 365)
    ends = granted + 400 + city.draws.below(f"{name}_lapse", at, 600)
    lapsed = kind.status == "lapsed"
    local = unit(f"{name}_local", at) < _LOCAL_AGENCY
    agencies = max(1, int(city.actors["agency"] * _IP_AGENCIES))
    agency = (unit(f"{name}_agency", at) ** 2.5 * agencies).astype(np.int64)
    columns = {
        "party_id": _owners(city, name, at, second),
        "valid_to": make.days(ends, np.full(len(at), not lapsed)),
        "type": city.one_code("ip_type", kind.type, len(at)),
        "application_no": make.numbered(f"MNSQ{place}", at + 1, 8, unit(f"{name}_applied", at) < 0.05),
        "grant_no": make.numbered(f"MNSQH{place}", at + 1, 8),
        "granted_on": make.days(granted),
        "owner_rank": make.whole(1 + second.astype(np.int64)),
        "legal_status": city.one_code("ip_status", kind.status, len(at)),
        "acquisition": city.weighted("ip_acquisition", _ACQUIRED, unit(f"{name}_own", at)),
        "agency": city.party("agency", agency, ~local),
        "local_owner": make.flags(unit(f"{name}_here", at) < 0.97, unit(f"{name}_known", at) < 0.02),
    }
    return Batch(columns, granted)


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `rd_expenditure`, `rd_subsidy_assessment` and `ip_right`."""
    spending, years = research(city), len(research(city).years)
    return [
        Table("rd_expenditure", city.researching * years, _industrial, punctual=True),
        Table("rd_expenditure", spending.institutions * years, _institutions, punctual=True),
        Table("rd_expenditure", _deducting(city).count * years, _deductions),
        Table("rd_subsidy_assessment", city.calendar("rd_assessments").total, _assessments),
        *(
            Table("ip_right", kind.calendar.total, partial(_rights, place), punctual=True)
            for place, kind in enumerate(rights(city))
        ),
    ]
