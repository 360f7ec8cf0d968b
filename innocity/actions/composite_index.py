"""Compute the composite indices of a city from what was observed; official ones are only shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from innocity.actions.figures import CityFigures, city_figures, known_since
from innocity.actions.ledger import VAR
from innocity.actions.task_records import Row, fact_rows
from innocity.core.dates import Period, normal_period, parse_period
from innocity.core.errors import InnoCityError, InvalidValue, Place, register_codes
from innocity.core.measures import parse_decimal, unit_factor
from innocity.engines.index.compute import compute_index
from innocity.engines.index.model import Cell, IndexResult
from innocity.engines.indicators.figures import by_last_day, current, from_pack
from innocity.engines.indicators.model import Figure
from innocity.packs.invalid import suggest
from innocity.packs.model import Component, CompositeIndex, Indicator, Observation, Pack

register_codes({
    "E-INDEX-UNKNOWN": ("没有这个指数", "no such index"),
    "E-INDEX-UNIT": ("数值的单位不能换算", "the unit of a value cannot be converted"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An official index: what documents say it was, the newest last. It is never computed."""

    index: CompositeIndex
    figures: tuple[Observation, ...]


def indices(
    pack: Pack, as_of: date, var: Path = VAR, facts: Path | None = None, *, simulated: bool = True,
    known_on: date | None = None, figures: CityFigures | None = None, without: Collection[str] = (),
) -> dict[str, IndexResult | Recorded | InnoCityError]:  # fmt: skip
    """All indices of a city; one that cannot be computed gives its error. `figures` spares reading the ledgers.

    `without` names figures that are not to be counted, by their facts' ids, in the folder of facts too.
    """
    known = figures or city_figures(pack, var)
    found: dict[str, IndexResult | Recorded | InnoCityError] = {}
    for name in pack.indices:
        try:
            found[name] = city_index(
                pack,
                name,
                as_of,
                var,
                facts,
                simulated=simulated,
                known_on=known_on,
                figures=known,
                without=without,
            )
        except InnoCityError as error:
            found[name] = error
    return found


def city_index(
    pack: Pack,
    name: str,
    as_of: date,
    var: Path = VAR,
    facts: Path | None = None,
    *,
    simulated: bool = True,
    values: Iterable[Figure] = (),
    known_on: date | None = None,
    figures: CityFigures | None = None,
    without: Collection[str] = (),
) -> IndexResult | Recorded:
    """One index as of a date, from `observations.csv`, the ledger `observation`, a folder of facts, and `values`.

    A value holds for the last day of its period, as on the board: what was reported in February for the year before
    counts at the end of that year. Of several values the real stand before simulated ones, then the one that became
    known last; `known_on` leaves out what became known later, `without` facts by their ids. Errors: E-INDEX-*, those
    of ledgers and of entry.
    """
    index = pack.indices.get(name)
    if index is None:
        raise InnoCityError("E-INDEX-UNKNOWN", f"没有指数“{name}”", None, suggest(name, set(pack.indices)))
    if index.recorded is not None:
        return _recorded(pack, index, as_of, known_on)
    folder = var / pack.city.id / "facts" if facts is None else facts
    recorded = (figures or city_figures(pack, var)).recorded
    found = current(
        [*from_pack(pack), *_of_facts(pack, folder, without), *recorded, *values], known_on, pack.indicators
    )
    usable = [one for one in found if (simulated or not one.simulated) and one.kind is None and _past(one, as_of)]
    directed = tuple(_directed(pack, part) for part in index.components)
    names = {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}
    whole = index.model_copy(update={"components": directed})
    return compute_index(whole, _cells(pack, index, as_of, usable), names=names)


def _recorded(pack: Pack, index: CompositeIndex, as_of: date, known_on: date | None) -> Recorded:
    """What documents say of an official index for periods that are over."""
    own = (one for one in from_pack(pack) if one.indicator == index.recorded and one.kind is None)
    places = {one.place for one in own if one.known_by(known_on) and (one.on is None or _past(one, as_of))}
    rows = [one for one in pack.observations if one.indicator == index.recorded and one.place in places]
    return Recorded(index, tuple(sorted(rows, key=_by_time)))


def _past(one: Figure, as_of: date) -> bool:
    return one.on is not None and one.on <= as_of


def _by_time(one: Observation) -> date:
    """The end of its period; one without a period stands first."""
    return (parse_period(one.period).end if one.period else None) or date.min


def _directed(pack: Pack, part: Component) -> Component:
    """The component with its direction: the indicator's where it has none of its own."""
    direction = part.direction or pack.indicators[part.indicator].direction
    return part.model_copy(update={"direction": direction})


def _cells(
    pack: Pack, index: CompositeIndex, as_of: date, values: Iterable[Figure]
) -> Mapping[str, Mapping[str, Cell]]:
    period = parse_period(index.period or str(as_of.year))
    best: dict[tuple[str, str], Figure] = {}
    for one in sorted(values, key=lambda one: not one.simulated):  # the real stand last and win
        if _of_period(one, pack.indicators.get(one.indicator), period):
            best[one.indicator, one.scope] = one

    def cell(part: Component, scope: str) -> Cell:
        top, bottom = best.get((part.indicator, scope)), best.get((part.per or "", scope))
        if top is None or (part.per is not None and (bottom is None or not bottom.value)):
            return Cell(None)
        value = _value(pack, top) / (_value(pack, bottom) if bottom is not None else 1)
        simulated = top.simulated or (bottom is not None and bottom.simulated)
        return Cell(float(value), simulated=simulated, source=top.document or top.source.removesuffix("报数"))

    return {scope: {part.id: cell(part, scope) for part in index.components} for scope in index.among}


def _of_period(one: Figure, indicator: Indicator | None, period: Period) -> bool:
    """Whether a figure is of the period; of levels the last day decides, so that 2023-12 is that of 2023."""
    if one.period is None or indicator is None:
        return False
    return one.period.end == period.end if by_last_day(indicator) else one.period == period


def _value(pack: Pack, one: Figure) -> Fraction:
    """The value in the indicator's unit. Error: E-INDEX-UNIT."""
    unit, own = pack.indicators[one.indicator].unit, one.unit
    if own and unit and own != unit:
        place = Place.of(one.place) if one.place else None
        raise InnoCityError("E-INDEX-UNIT", f"单位“{own}”不能换算成“{unit}”", place, "改用指标的单位")
    return one.value


def _of_facts(pack: Pack, facts: Path, without: Collection[str]) -> Iterable[Figure]:
    """The figures of a folder of facts, but for some by their ids."""
    for row in fact_rows(pack, "observation", facts):
        indicator = pack.indicators.get(row["indicator"])
        if indicator is None or row["fact_id"] in without:
            continue
        factor = unit_factor(row["unit"], indicator.unit) if row["unit"] and indicator.unit else Fraction(1)
        text = normal_period(row["period"])
        value = _number(row)
        yield Figure(
            row["indicator"], row["scope"] or indicator.scope, parse_period(text), text,
            value if factor is None else value * factor, row["unit"] if factor is None else indicator.unit,
            observed_on=row["observed_on"] or row["recorded_at"], source=row["party_id"], place=str(row["place"]),
            simulated=bool(row["simulated"]), known_on=known_since(row["observed_on"], row["recorded_at"]),
        )  # fmt: skip


def _number(row: Row) -> Fraction:
    """The value of a row; what cannot be read is told with file and line."""
    try:
        return parse_decimal(row["value"])
    except InvalidValue as error:
        raise error.at(row["place"]) from None
