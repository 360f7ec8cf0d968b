"""Compute the composite indices of a city from what was observed; official ones are only shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from innocity.actions.ledger import VAR
from innocity.actions.task_records import Row, register_rows
from innocity.core.errors import InnoCityError, InvalidValue, Place, register_codes
from innocity.core.measures import parse_decimal, unit_factor
from innocity.engines.index.compute import compute_index
from innocity.engines.index.model import Cell, IndexResult
from innocity.packs.invalid import suggest
from innocity.packs.model import Component, CompositeIndex, Observation, Pack

register_codes({
    "E-INDEX-UNKNOWN": ("没有这个指数", "no such index"),
    "E-INDEX-UNIT": ("数值的单位不能换算", "the unit of a value cannot be converted"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An official index: what documents say it was, the newest last. It is never computed."""

    index: CompositeIndex
    figures: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an indicator for a scope and a period, in the indicator's unit."""

    indicator: str
    scope: str
    period: str
    value: Fraction
    known_on: date | None
    simulated: bool
    source: str


def indices(
    pack: Pack, as_of: date, var: Path = VAR, facts: Path | None = None, *, simulated: bool = True
) -> dict[str, IndexResult | Recorded | InnoCityError]:
    """All indices of a city; one that cannot be computed gives its error."""
    found: dict[str, IndexResult | Recorded | InnoCityError] = {}
    for name in pack.indices:
        try:
            found[name] = city_index(pack, name, as_of, var, facts, simulated=simulated)
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
    values: Iterable[Value] = (),
) -> IndexResult | Recorded:
    """One index as of a date, from `observations.csv`, the ledger `observation`, a folder of facts, and `values`.

    Of several values the real stand before simulated ones, then the one known last by `as_of`. Errors:
    E-INDEX-*, those of ledgers.
    """
    index = pack.indices.get(name)
    if index is None:
        raise InnoCityError("E-INDEX-UNKNOWN", f"没有指数“{name}”", None, suggest(name, set(pack.indices)))
    if index.recorded is not None:
        rows = [one for one in pack.observations if one.indicator == index.recorded and one.kind is None]
        known = [one for one in rows if one.observed_on is None or one.observed_on <= as_of]
        return Recorded(index, tuple(sorted(known, key=lambda one: one.period or "")))
    found = [*_of_pack(pack), *_recorded(pack, var, facts), *values]
    usable = [
        one for one in found
        if (simulated or not one.simulated) and (one.known_on is None or one.known_on <= as_of)
    ]  # fmt: skip
    directed = tuple(_directed(pack, part) for part in index.components)
    names = {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}
    whole = index.model_copy(update={"components": directed})
    return compute_index(whole, _cells(index, as_of, usable), names=names)


def _directed(pack: Pack, part: Component) -> Component:
    """The component with its direction: the indicator's where it has none of its own."""
    direction = part.direction or pack.indicators[part.indicator].direction
    return part.model_copy(update={"direction": direction})


def _cells(index: CompositeIndex, as_of: date, values: Sequence[Value]) -> Mapping[str, Mapping[str, Cell]]:
    period = index.period or str(as_of.year)
    best: dict[tuple[str, str], Value] = {}
    order = sorted(values, key=lambda one: (not one.simulated, one.known_on or date.min))
    for one in order:
        if one.period == period:
            best[one.indicator, one.scope] = one

    def cell(part: Component, scope: str) -> Cell:
        top, bottom = best.get((part.indicator, scope)), best.get((part.per or "", scope))
        if top is None or (part.per is not None and (bottom is None or not bottom.value)):
            return Cell(None)
        value = top.value / bottom.value if bottom is not None else top.value
        simulated = top.simulated or (bottom is not None and bottom.simulated)
        return Cell(float(value), simulated=simulated, source=top.source)

    return {scope: {part.id: cell(part, scope) for part in index.components} for scope in index.among}


def _of_pack(pack: Pack) -> Iterable[Value]:
    for one in pack.observations:
        indicator = pack.indicators.get(one.indicator)
        if indicator is None or one.period is None or one.kind not in (None, indicator.kind):
            continue
        value = _converted(one.value, one.unit, indicator.unit, Place.of(one.place))
        yield Value(one.indicator, one.scope, one.period, value, one.observed_on, False, one.document)


def _recorded(pack: Pack, var: Path, facts: Path | None) -> Iterable[Value]:
    for row in register_rows(pack, "observation", var, facts):
        indicator = pack.indicators.get(row["indicator"])
        if indicator is None:
            continue
        value = _converted(_number(row), row["unit"], indicator.unit, row["place"])
        day = row["observed_on"] or row["recorded_at"]
        yield Value(
            row["indicator"], row["scope"] or indicator.scope, row["period"], value, day, bool(row["simulated"]),
            row["party_id"],
        )  # fmt: skip


def _number(row: Row) -> Fraction:
    """The value of a row; what cannot be read is told with file and line."""
    try:
        return parse_decimal(row["value"])
    except InvalidValue as error:
        raise error.at(row["place"]) from None


def _converted(value: Fraction, unit: str | None, to: str | None, place: Place) -> Fraction:
    if unit is None or to is None or unit == to:
        return value
    factor = unit_factor(unit, to)
    if factor is None:
        raise InnoCityError("E-INDEX-UNIT", f"单位“{unit}”不能换算成“{to}”", place, "改用指标的单位")
    return value * factor
