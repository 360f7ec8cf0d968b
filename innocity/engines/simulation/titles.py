"""Register `qualification`: high-tech firms, technology-based SMEs, and the other titles."""

from __future__ import annotations

from functools import partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.figures import Title
from innocity.engines.simulation.hightech import FIRST, KINDS, TERM
from innocity.engines.simulation.holders import Holders
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import years_of
from innocity.engines.simulation.tables import Batch, Table

_HNTE_BATCHES = ((11, 28), (12, 12))  # month and day of the two batches of a year
_SME_BATCHES = ((4, 12), (5, 18), (6, 22), (7, 20))
_REVOKED = 0.006
_MOVED_IN = 0.02


def _batch_days(years: Ints, batches: tuple[tuple[int, int], ...], which: Ints) -> Ints:
    """The day of a batch in each year."""
    table = {int(y): [make.day(int(y), *b) for b in batches] for y in np.unique(years)}
    order = np.array(sorted(table))
    days = np.array([table[y] for y in order]).reshape(-1, len(batches))
    return np.asarray(days[np.searchsorted(order, years), which], dtype=np.int64)


def _high_tech(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Recognitions year by year; certificates last three years, a few old ones were revoked early."""
    seats = np.arange(start, stop)
    size = len(seats)
    known = city.high_tech
    years = years_of(known.calendar, seats)
    batch = city.draws.below("hnte_batch", seats, len(_HNTE_BATCHES))
    issued = _batch_days(years, _HNTE_BATCHES, batch)
    expires = _batch_days(years + TERM, _HNTE_BATCHES, batch) - 1
    unit = city.draws.unit
    # Only terms that are over on the published day hold revocations: a count may or may not heed them.
    old = issued + TERM * 366 < min(city.anchor("high_tech_firms"), city.as_of - 366)
    revoked = old & (unit("revoked", seats) < _REVOKED)
    revoked_on = issued + 200 + city.draws.below("revoked_on", seats, 600)
    kind = known.all_kinds[seats]
    moved = (kind == FIRST) & (unit("moved_in", seats) < _MOVED_IN)
    columns = {
        "party_id": city.firm(known.ranks(known.all_seats[seats])),
        "valid_to": make.days(np.where(revoked, revoked_on, expires + 1)),
        "title": city.one_code("qualification_title", "hnte", size),
        "level": city.one_code("level", "national", size),
        "event": city.one_code("administrative_event", "recognition", size),
        "recognition_kind": city.code("recognition_kind", [*KINDS, "moved_in"], kind + moved),
        "certificate_no": make.numbered("MNGR", years * 10**6 + known.calendar.within(seats) + 1, 10),
        "authority": make.same("模拟认定机构", size),
        "approval_doc_no": make.numbered("模拟公告", years * 10 + batch + 1, 5, unit("announced", seats) < 0.15),
        "batch": make.choose(["第一批", "第二批"], batch, unit("batched", seats) < 0.03),
        "issued_on": make.days(issued),
        "expires_on": make.days(expires),
        "revoked_on": make.days(revoked_on, ~revoked),
    }
    return Batch(columns, issued)


def _tech_smes(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Yearly registrations; each lasts to the end of its year."""
    rows = np.arange(start, stop)
    size = len(rows)
    known = city.tech_smes
    years = years_of(known.calendar, rows)
    batch = city.draws.below("sme_batch", rows, len(_SME_BATCHES))
    issued = _batch_days(years, _SME_BATCHES, batch)
    expires = make.year_starts(years + 1) - 1
    columns = {
        "party_id": city.firm(known.ranks(known.numbers(rows))),
        "valid_to": make.days(expires + 1),
        "title": city.one_code("qualification_title", "tech_sme", size),
        "level": city.one_code("level", "national", size),
        "event": city.one_code("administrative_event", "listing", size),
        "certificate_no": make.numbered("MNSM", years * 10**6 + known.calendar.within(rows) + 1, 10),
        "batch": make.choose([f"第{n}批" for n in "一二三四"], batch),
        "issued_on": make.days(issued),
        "expires_on": make.days(expires),
    }
    return Batch(columns, issued)


def _titles(series: Title, holders: Holders, city: SimulatedCity, start: int, stop: int) -> Batch:
    """One series of titles; those of years that the simulated city does not reach are left out."""
    rows, years = holders.told(start, stop)
    name, size = holders.name, len(rows)
    issued = make.year_starts(years) + 60 + city.draws.below(f"{name}_day", rows, 270)
    lasting = series.valid_years
    expires = issued + (lasting or 0) * 365
    forever = np.full(size, lasting is None)
    columns = {
        "party_id": holders.parties(rows),
        "valid_to": make.days(expires + 1, forever),
        "title": city.one_code("qualification_title", series.title, size),
        "level": city.one_code("level", series.level, size),
        "event": city.one_code("administrative_event", series.event, size),
        "recognition_kind": city.one_code("recognition_kind", "first", size),
        "certificate_no": make.numbered(f"MN{name}-", rows + 1, 7, city.draws.unit(f"{name}_no", rows) < 0.1),
        "authority": make.same("模拟认定机构", size),
        "issued_on": make.days(issued),
        "expires_on": make.days(expires, forever),
    }
    if series.project:
        columns["project"] = make.numbered(f"ZS{name}-", rows + 1, 6)
    return Batch(columns, issued)


def tables(city: SimulatedCity) -> list[Table]:
    """Register `qualification`."""
    series = [(Holders(city, one, f"title_{number}", one.only), one) for number, one in enumerate(city.figures.titles)]
    return [
        Table("qualification", city.high_tech.calendar.total, _high_tech, punctual=True),
        Table("qualification", city.tech_smes.calendar.total, _tech_smes, punctual=True),
        *(Table("qualification", who.rows, partial(_titles, one, who), punctual=True) for who, one in series),
    ]
