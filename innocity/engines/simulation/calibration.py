"""Published figures beside those of a simulated city, with the difference and the document they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from innocity.engines.simulation.figures import FIRMS, Fact, Figures, Measure, load_figures
from innocity.engines.simulation.world import PREFIX
from innocity.packs.facts import read_manifest
from innocity.packs.model import Pack

_COUNT_SLACK = 2  # at other sizes than scale 1 numbers are rounded group by group
_SHARE_SLACK = Fraction(1, 50)
_ABOUT = Fraction(1, 10)  # how far above a figure given as 余 or 多 the simulation may lie


@dataclass(frozen=True)
class Comparison:
    """A published figure and the simulated one, in base units: fen for money, plain numbers for the rest.

    `published` is the figure as the document has it, `expected` the same at the simulated size.
    `simulated` is missing where the figure's day lies beyond the simulated years. `within` says whether
    the difference keeps to `tolerance`: half a unit of the last printed place at scale 1 (so that whole
    numbers agree exactly), the effect of rounding at other sizes.
    """

    id: str
    name: str
    on: date
    written: str
    document: str
    place: str
    published: Fraction
    expected: Fraction
    simulated: Fraction | None
    tolerance: Fraction
    within: bool | None
    note: str | None = None

    @property
    def difference(self) -> Fraction | None:
        """Simulated less expected."""
        return None if self.simulated is None else self.simulated - self.expected


def calibration(pack: Pack, folder: Path, figures: Figures | None = None) -> list[Comparison]:
    """Compare every published figure that has a measure with the facts of a simulated folder.

    Errors: E-FACTS-FOLDER, E-FACTS-MANIFEST, E-FILE-MISSING, E-PACK-FIELD.
    """
    manifest = read_manifest(folder)
    known = figures or load_figures(Path(pack.root))
    with duckdb.connect() as database:
        meter = _Meter(database, folder, known)
        return [_compare(fact, meter, manifest.as_of) for fact in known.facts if fact.measure]


def _compare(fact: Fact, meter: _Meter, as_of: date) -> Comparison:
    measure = fact.measure
    assert measure is not None
    ratio = bool(measure.per or measure.among or measure.growth_from)
    scale = Fraction(1) if ratio or not fact.scaled else meter.scale
    expected = fact.number * scale
    simulated = meter.value(measure, fact.on) if fact.on <= as_of else None
    tolerance = _tolerance(fact, measure, expected, exact=meter.scale == 1 or not fact.scaled)
    within = None if simulated is None else _within(fact, simulated - expected, expected, tolerance)
    source = meter.figures.documents[fact.document]
    title = f"{source.title}（{source.number}）" if source.number else source.title
    written = (fact.written or fact.value) + (fact.approx or "") + (fact.unit or "" if not fact.written else "")
    return Comparison(
        fact.id, fact.name, fact.on, written, title, fact.place, fact.number, expected, simulated, tolerance,
        within, fact.note,
    )  # fmt: skip


def _tolerance(fact: Fact, measure: Measure, expected: Fraction, *, exact: bool) -> Fraction:
    half = fact.step / 2
    if exact:
        return half
    if measure.per or measure.among or measure.growth_from:
        return max(half, expected * _SHARE_SLACK)
    return Fraction(_COUNT_SLACK) if not measure.take.startswith("sum ") else expected * _SHARE_SLACK


def _within(fact: Fact, difference: Fraction, expected: Fraction, tolerance: Fraction) -> bool:
    if fact.approx == "以上":
        return difference >= -tolerance
    if fact.approx:
        return -tolerance <= difference <= tolerance + expected * _ABOUT
    return abs(difference) <= tolerance


class _Meter:
    """Takes measures from the Parquet files of a folder."""

    def __init__(self, database: duckdb.DuckDBPyConnection, folder: Path, figures: Figures) -> None:
        self.database = database
        self.folder = folder
        self.figures = figures
        firms = self._one(
            f"SELECT count(DISTINCT party_id) FROM {self._table('organization')} WHERE starts_with(party_id, ?)",
            [PREFIX["firm"]],
        )
        self.scale = Fraction(int(firms or 0), FIRMS)

    def value(self, measure: Measure, on: date) -> Fraction:
        """The figure that the facts give for a day."""
        if measure.growth_from is not None:
            return self._growth(measure, on)
        where, values = self._conditions(measure, on)
        found = self._taken(measure, where, values)
        if measure.among:
            other, more = self._conditions(measure.among, on)
            party = f"party_id IN (SELECT party_id FROM {self._table(measure.among.register_)} WHERE {other})"
            both = self._taken(measure, f"{where} AND {party}", [*values, *more])
            return both / found if found else Fraction(0)
        if measure.per:
            base = self.figures.number(measure.per) * self.scale
            return found * measure.times / base if base else Fraction(0)
        return found

    def _growth(self, measure: Measure, on: date) -> Fraction:
        first = measure.growth_from or on.year
        plain = measure.model_copy(update={"growth_from": None})
        before, after = self.value(plain, date(first, 12, 31)), self.value(plain, on)
        if not before or on.year == first:
            return Fraction(0)
        return Fraction(float(after / before) ** (1 / (on.year - first)) - 1).limit_denominator(10**6)

    def _taken(self, measure: Measure, where: str, values: list[Any]) -> Fraction:
        table, (verb, _, column) = self._table(measure.register_), measure.take.partition(" ")
        if verb == "rows":
            query = f"SELECT count(*) FROM {table} WHERE {where}"
        elif verb == "distinct":
            query = f"SELECT count(DISTINCT {_name(column)}) FROM {table} WHERE {where}"
        else:
            once = _name(measure.once or "fact_id")
            each = f"SELECT max({_name(column)}) AS amount FROM {table} WHERE {where} GROUP BY {once}"
            query = f"SELECT sum(amount) FROM ({each})"
        return Fraction(int(self._one(query, values) or 0))

    def _conditions(self, measure: Measure, on: date) -> tuple[str, list[Any]]:
        parts: list[str] = ["TRUE"]
        values: list[Any] = []
        for column, wanted in measure.where.items():
            options = [code for text in wanted for code in self._set(text)]
            parts.append(f"CAST({_name(column)} AS VARCHAR) IN ({', '.join('?' * len(options))})")
            values += options
        for column, least in measure.at_least.items():
            parts.append(f"{_name(column)} >= ?")
            values.append(least)
        days = self._days(measure, on)
        return " AND ".join([*parts, *(text for text, _ in days)]), [*values, *(day for _, day in days)]

    def _days(self, measure: Measure, on: date) -> list[tuple[str, Any]]:
        """Conditions on dates, each with its one value."""
        parts: list[tuple[str, Any]] = []
        if measure.until:
            parts.append((f"{_name(measure.until)} <= ?", on))
        if measure.until and measure.since:
            parts.append((f"{_name(measure.until)} >= ?", measure.since))
        if measure.within:
            parts.append((f"year({_name(measure.within)}) = ?", on.year))
        if measure.valid:
            parts.append((f"{_name(measure.valid.from_)} <= ?", on))
            if measure.valid.to:
                parts.append((f"coalesce({_name(measure.valid.to)} >= ?, TRUE)", on))
            if measure.valid.revoked:
                parts.append((f"coalesce({_name(measure.valid.revoked)} > ?, TRUE)", on))
        return parts

    def _set(self, text: str) -> tuple[str, ...]:
        return self.figures.sets[text[1:]] if text.startswith("@") else (text,)

    def _table(self, register: str) -> str:
        path = str(self.folder / f"{register}.parquet").replace("'", "''")
        return f"read_parquet('{path}')"

    def _one(self, query: str, values: list[Any]) -> Any:
        row = self.database.execute(query, values).fetchone()
        return row[0] if row else None


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
