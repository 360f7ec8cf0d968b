"""Registers `st_project`, `upper_level_fund` and `st_award`."""

from __future__ import annotations

from functools import partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation import people
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.figures import Fund, Honour, Project
from innocity.engines.simulation.holders import Holders
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Selection
from innocity.engines.simulation.tables import Batch, Table

_RESULTS = {"excellent": 0.15, "good": 0.3, "pass": 0.5, "fail": 0.05}
_ISSUERS = ["模拟科技主管部门", "模拟财政部门"]


def _leaders(city: SimulatedCity, kind: str | None, name: str, rows: Ints) -> Column:
    """Who leads a project: a person of the kind given, else a high-level talent where one is known."""
    category = kind or "high_level"
    number = people.people(city).size(category)
    missing = city.draws.unit(f"{name}_led", rows) < (0.0 if kind else 0.6)
    if not number:
        missing = np.full(len(rows), True)
    order = Selection.of(city.draws, f"{name}_leaders", number, number)
    return make.blank(people.person(city, category, order.member(rows % order.pool)), missing)


def project_no(name: str, rows: Ints) -> Column:
    """The numbers of a series' projects."""
    return make.numbered(f"MN{name}-", rows + 1, 7)


def project_days(city: SimulatedCity, name: str, rows: Ints, years: Ints) -> tuple[Ints, Ints]:
    """When projects of a series are approved and when they are, or will be, accepted."""
    approved = make.year_starts(years) + 45 + city.draws.below(f"{name}_day", rows, 300)
    return approved, approved + 500 + city.draws.below(f"{name}_accepted", rows, 700)


def _projects(series: Project, holders: Holders, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Projects of one programme; some have been accepted, the others go on."""
    rows, years = holders.told(start, stop)
    name, size, unit = holders.name, len(rows), city.draws.unit
    approved, accepted = project_days(city, name, rows, years)
    running = accepted > city.as_of
    fiscal = series.fiscal.spread().amounts(unit(f"{name}_fiscal", rows))
    own = (fiscal * (0.5 + 2.5 * unit(f"{name}_own", rows))).astype(np.int64)
    chains = city.codes("chain")
    chain = city.draws.below(f"{name}_chain", rows, len(chains))
    issuer = city.draws.below(f"{name}_issuer", rows, len(_ISSUERS))
    columns = {
        "party_id": holders.parties(rows),
        "project_no": project_no(name, rows),
        "program": city.one_code("program", series.program, size),
        "mode": city.one_code("project_mode", series.mode, size),
        "level": city.one_code("level", series.level, size),
        "event": city.one_code("administrative_event", series.event, size),
        "issuer": make.choose(_ISSUERS, issuer, unit(f"{name}_issued", rows) < 0.05),
        "leader": _leaders(city, series.leader, name, rows),
        "chain": city.code("chain", chains, chain, unit(f"{name}_chained", rows) < 0.2),
        "approved_on": make.days(approved),
        "accepted_on": make.days(accepted, running),
        "fiscal": make.whole(fiscal),
        "own": make.whole(own, unit(f"{name}_owned", rows) < 0.1),
        "result": city.weighted("evaluation_result", _RESULTS, unit(f"{name}_result", rows), running),
    }
    return Batch(columns, approved)


def _funds(series: Fund, holders: Holders, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Money received from an upper level; that of postdocs names the project of their residence."""
    rows, years = holders.told(start, stop)
    name, size, unit = holders.name, len(rows), city.draws.unit
    received = make.year_starts(years) + 30 + city.draws.below(f"{name}_day", rows, 330)
    postdoc = series.holder == "postdoc"
    project = people.postdoc_project(holders.numbers(rows)) if postdoc else project_no(name, rows)
    columns = {
        "party_id": holders.parties(rows),
        "receipt_no": make.numbered(f"DZ{name}-", rows + 1, 7),
        "program": city.one_code("program", series.program, size),
        "project_no": project,
        "source_level": city.one_code("level", series.source, size),
        "doc_no": make.numbered("模拟下达", years * 1000 + rows % 1000, 7, unit(f"{name}_doc", rows) < 0.05),
        "amount": make.whole(series.amount.spread().amounts(unit(f"{name}_amount", rows))),
        "received_on": make.days(received),
    }
    if series.title:
        columns["title"] = city.one_code("qualification_title", series.title, size)
    if series.leader:
        columns["leader"] = _leaders(city, series.leader, name, rows)
    return Batch(columns, received)


def _honours(series: Honour, holders: Holders, city: SimulatedCity, start: int, stop: int) -> Batch:
    """Awards; every third project of a firm has a second body that completed it."""
    rows, years = holders.told(start, stop)
    name, unit = holders.name, city.draws.unit
    bodies = 1 + ((rows % 3 == 2) & (series.holder == "firm"))
    place = np.repeat(np.arange(len(rows)), bodies)
    second = np.arange(len(place)) != np.repeat(np.cumsum(bodies) - bodies, bodies)
    at = rows[place]
    partner = city.party("university", city.draws.below(f"{name}_partner", at, city.actors["university"]))
    awarded = make.year_starts(years[place]) + 60 + city.draws.below(f"{name}_day", at, 270)
    columns = {
        "party_id": make.either(second, partner, holders.parties(at)),
        "award_name": city.one_code("st_award_name", series.award_name, len(at)),
        "level": city.one_code("level", series.level, len(at)),
        "grade": city.code("award_grade", series.grades, at % len(series.grades)),
        "project": make.numbered(f"HJ{name}-", at + 1, 7),
        "completion_order": make.whole(1 + second.astype(np.int64), unit(f"{name}_order", at) < 0.02),
        "awarded_on": make.days(awarded),
    }
    if series.prize:
        columns["prize"] = make.whole(series.prize.spread().amounts(unit(f"{name}_prize", at)))
    return Batch(columns, awarded)


def project_series(city: SimulatedCity) -> list[tuple[Project, Holders]]:
    """The series of projects with their holders."""
    return [(series, Holders(city, series, f"XM{n:02d}")) for n, series in enumerate(city.figures.projects)]


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `st_project`, `upper_level_fund` and `st_award`."""
    funds = [(s, Holders(city, s, f"ZJ{n:02d}")) for n, s in enumerate(city.figures.funds)]
    honours = [(s, Holders(city, s, f"JL{n:02d}")) for n, s in enumerate(city.figures.honours)]
    projects = project_series(city)
    return [
        *(Table("st_project", who.rows, partial(_projects, s, who), punctual=True) for s, who in projects),
        *(Table("upper_level_fund", who.rows, partial(_funds, s, who)) for s, who in funds),
        *(Table("st_award", who.rows, partial(_honours, s, who), punctual=True) for s, who in honours),
    ]
