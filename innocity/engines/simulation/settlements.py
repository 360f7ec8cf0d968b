"""Registers `appropriation_use`, `award` and `decision`: what has been spent, paid and decided before."""

from __future__ import annotations

from functools import partial

import numpy as np

from innocity.core.rates import share_out
from innocity.engines.simulation import columns as make
from innocity.engines.simulation import people
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.figures import Appropriation, PastAward, PastDecision
from innocity.engines.simulation.grants import project_days, project_no, project_series
from innocity.engines.simulation.hightech import FIRST
from innocity.engines.simulation.holders import Holders
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Flags
from innocity.engines.simulation.tables import Batch, Table

_WAN = 10**6
_SELECTED = 0.7
_DECIDED = 0.6  # of the objects that qualify so many have been decided on
_REASONS = ["综合评审未入选", "绩效未达到要求"]


def _uses(series: Appropriation, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Uses of an appropriation: the amount of each year, shared out to the fen."""
    rows = np.arange(start, stop)
    years = np.array(sorted(series.years), dtype=np.int64)[rows // series.rows]
    name = f"use_{series.appropriation}"
    amounts = [fen for year in sorted(series.years) for fen in _year_parts(series, year, city, name)]
    used = make.year_starts(years) + 20 + city.draws.below(f"{name}_day", rows, 340)
    columns = {
        "party_id": city.party("institute", rows % city.actors["institute"]),
        "appropriation": make.same(series.appropriation, len(rows)),
        "amount": make.whole(np.array(amounts, dtype=np.int64)[rows]),
        "used_on": make.days(used),
        "mode": make.choose(["无偿资助", "拨投结合", "直接投资"], rows % 3),
    }
    return Batch(columns, used)


def _year_parts(series: Appropriation, year: int, city: SimulatedCity, name: str) -> list[int]:
    uniform = city.draws.unit(f"{name}_part", year * 1000 + np.arange(series.rows))
    weights = [int(1000 + 9000 * part) for part in uniform.tolist()]
    return share_out(series.years[year], weights, [f"{n:04d}" for n in range(series.rows)])


def _award_rows(award: PastAward, city: SimulatedCity) -> Ints:
    """The recognitions whose reward has been paid."""
    known = city.high_tech
    seats = np.arange(known.calendar.total)
    years = np.repeat(known.calendar.names, known.calendar.counts)
    return seats[(years >= award.years[0]) & (years <= award.years[1])]


def _awards(award: PastAward, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Rewards of recognitions of earlier years, paid in the year after."""
    known = city.high_tech
    seats = _award_rows(award, city)[start:stop]
    year = np.repeat(known.calendar.names, known.calendar.counts)[seats]
    sums = np.where(known.all_kinds[seats] == FIRST, award.cases["first"], award.cases["again"])
    paid = make.year_starts(year + 1) + 180 + city.draws.below("award_paid", seats, 120)
    party = city.firm(known.ranks(known.all_seats[seats]))
    money = make.whole(sums)
    columns = {
        "party_id": party,
        "clause": make.same(award.clause, len(seats)),
        "object": party,
        "year": make.whole(year),
        "application_year": make.whole(year + 1),
        "budget_year": make.whole(year + 1),
        "payment_year": make.whole(year + 1),
        **dict.fromkeys(("estimated", "approved", "issued", "paid", "amount"), money),
        "minutes_no": make.numbered("模拟纪要", year, 4),
        "quota_doc_no": make.numbered("模拟指标", year, 4),
        "voucher_no": make.numbered("MNPZ9", seats + 1, 7),
    }
    return Batch(columns, paid)


# --- register decision ----------------------------------------------------------------------------------


def _project_decisions(one: PastDecision, who: Holders, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Decisions on projects that were approved or accepted early enough."""
    rows, years = who.told(start, stop)
    approved, accepted = project_days(city, who.name, rows, years)
    happened = approved if one.on == "approved" else accepted
    decided = happened + 60
    kept = _in_force(one, city, happened)
    rows, decided = rows[kept], decided[kept]
    return _decisions(one, city, rows, project_no(who.name, rows), who.parties(rows), decided)


def _residence_decisions(one: PastDecision, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Decisions on postdocs in key industries whose project has been opened."""
    numbers = np.arange(start, stop)
    opened, unopened = people.opened(city, numbers)
    kept = ~unopened & people.key_industry(city, numbers) & _in_force(one, city, opened)
    numbers, opened = numbers[kept], opened[kept]
    party = people.person(city, "postdoc", numbers)
    return _decisions(one, city, numbers, people.postdoc_project(numbers), party, opened + 90)


def _in_force(one: PastDecision, city: SimulatedCity, days: Ints) -> Flags:
    """Whether the clause was in force on these days: nobody decides under one that was not."""
    clause = city.pack.clauses[one.clause]
    document = city.pack.document_of(clause)
    since = clause.valid.from_ or (document.valid_from if document else None)
    until = clause.valid.to or (document.valid_to if document else None)
    result = np.full(days.shape, True)
    if since:
        result &= days >= make.day_of(since)
    if until:
        result &= days <= make.day_of(until)
    return result


def _decisions(
    one: PastDecision, city: SimulatedCity, rows: Ints, objects: Column, party: Column, decided: Ints
) -> Batch:
    """Most are selected, with a sum of whole 万元 up to the ceiling."""
    unit = city.draws.unit
    selected = unit(f"{one.clause}_selected", rows) < _SELECTED
    steps = max(1, one.ceiling // _WAN)
    sums = (1 + city.draws.below(f"{one.clause}_sum", rows, steps)) * min(_WAN, one.ceiling)
    columns = {
        "party_id": party,
        "clause": make.same(one.clause, len(rows)),
        "object": objects,
        "selected": make.flags(selected),
        "sum": make.whole(sums, ~selected),
        "by": make.same(one.by, len(rows)),
        "decided_on": make.days(decided),
        "reason": make.choose(_REASONS, city.draws.below(f"{one.clause}_reason", rows, 2), selected),
    }
    told = unit(f"{one.clause}_decided", rows) < _DECIDED
    return Batch(columns, decided).only(told)


def _decision_tables(one: PastDecision, city: SimulatedCity) -> list[Table]:
    if one.of == "residence":
        return [Table("decision", people.residences(city).total, partial(_residence_decisions, one))]
    return [
        Table("decision", who.rows, partial(_project_decisions, one, who))
        for series, who in project_series(city)
        if series.program == one.program and series.event == "project_approval"
    ]


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `appropriation_use`, `award` and `decision`; clauses that the pack lacks are passed over."""
    figures, known = city.figures, city.pack.clauses
    return [
        *(
            Table("appropriation_use", s.rows * len(s.years), partial(_uses, s), punctual=True)
            for s in figures.appropriations
        ),
        *(Table("award", len(_award_rows(a, city)), partial(_awards, a)) for a in figures.awards if a.clause in known),
        *(table for one in figures.decisions if one.clause in known for table in _decision_tables(one, city)),
    ]
