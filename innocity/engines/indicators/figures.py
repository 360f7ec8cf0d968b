"""Figures: from the pack's observations, their vintages, and which of them may set a light."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from innocity.core.kept import Kept, Same
from innocity.core.measures import unit_factor
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Indicator, Observation, Pack

#: Kinds whose value on a day can be set beside one on another day, whatever the period is.
_ANY_DAY = frozenset({"stock", "rank", "milestone", "cumulative", "structural", "demand"})
IN_YEAR_PATHS = frozenset({"cumulative", "yearly_registration"})
_LENGTH = {"year": 360, "half": 178, "quarter": 88, "month": 26, "once": 0}  # days at least


#: A pack does not change once it is read, and every board begins with its figures.
_KEPT: Kept[tuple[Figure, ...]] = Kept(8)


def from_pack(pack: Pack) -> tuple[Figure, ...]:
    """The figures of `observations.csv`, each in its indicator's unit."""
    rows = (row for row in pack.observations if row.indicator in pack.indicators)
    return _KEPT.get(Same(pack), lambda: tuple(_figure(pack, row) for row in rows))


def _figure(pack: Pack, row: Observation) -> Figure:
    indicator = pack.indicators[row.indicator]
    own_kind = row.kind if row.kind != indicator.kind else None
    factor = None if own_kind else unit_factor(row.unit, indicator.unit) if row.unit and indicator.unit else None
    document = pack.documents.get(row.document)
    return Figure(
        indicator=row.indicator, scope=row.scope, period=row.days(), period_text=row.period,
        value=row.value * factor if factor is not None else row.value,
        unit=indicator.unit if factor is not None else row.unit or indicator.unit,
        approx=row.approx, observed_on=row.observed_on, document=row.document, article=row.article,
        source=f"《{document.title}》" if document else row.document, note=row.note, place=row.place, kind=own_kind,
        known_on=row.observed_on or (document.since() if document else None), as_said_on=row.as_said_on,
    )  # fmt: skip


def current(
    figures: Iterable[Figure], known_on: date | None = None, indicators: Mapping[str, Indicator] | None = None
) -> list[Figure]:
    """The last vintage of each indicator, scope and period, simulated apart; undated figures all.

    `known_on` leaves out what became known later. Of vintages of one day the later row stands. A text that only
    repeats a figure is no revision: the first stands and keeps the other as `said_again`. With `indicators`,
    periods that mean the same for an indicator are one, however they are written.
    """
    latest: dict[tuple[object, ...], Figure] = {}
    undated: list[Figure] = []
    for figure in _by_vintage(one for one in figures if one.known_by(known_on)):
        if figure.period is None:
            undated.append(figure)
            continue
        key = series_key(figure, (indicators or {}).get(figure.indicator))
        before = latest.get(key)
        repeats = before is not None and figure.document is not None and _same_value(before, figure)
        latest[key] = replace(before, said_again=figure) if before is not None and repeats else figure
    return [*latest.values(), *undated]


def series_key(figure: Figure, indicator: Indicator | None = None) -> tuple[object, ...]:
    """What the vintages of one figure share. For a level, 2023, 2023-12 and 2023-12-31 are one point in time."""
    when: object = figure.period
    if indicator is not None and figure.period is not None and by_last_day(indicator):
        when = figure.period.end
    return figure.indicator, figure.scope, when, figure.simulated, figure.kind


def vintages(figures: Iterable[Figure], of: Figure, indicator: Indicator | None = None) -> list[Figure]:
    """All figures for the period of one, in the order in which they became known: the history of its revisions."""
    key = series_key(of, indicator)
    return _by_vintage(one for one in figures if series_key(one, indicator) == key)


def _by_vintage(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda one: one.observed_on or date.min)


def _same_value(one: Figure, other: Figure) -> bool:
    return (one.value, one.approx, one.unit) == (other.value, other.approx, other.unit)


def usable(figure: Figure, indicator: Indicator) -> bool:
    """Whether a figure may set a light: dated, of the indicator's kind, not simulated, and of a whole period."""
    return figure.on is not None and figure.kind is None and not figure.simulated and comparable(figure, indicator)


def by_last_day(indicator: Indicator) -> bool:
    """Whether the last day of a period says it all: levels on a day, sums since January."""
    return indicator.kind in _ANY_DAY or indicator.path in IN_YEAR_PATHS


def comparable(figure: Figure, indicator: Indicator) -> bool:
    """Whether the period is as long as the indicator's: a quarter's share does not stand for a year's."""
    if by_last_day(indicator) or figure.period is None:
        return True
    if figure.period.start is None or figure.period.end is None:
        return False
    return (figure.period.end - figure.period.start).days >= _LENGTH[indicator.frequency]


def whole_year(figure: Figure) -> int | None:
    """The year that a figure covers to its end; None where it stops before.

    >>> from fractions import Fraction
    >>> from innocity.core.dates import parse_period
    >>> def of(text): return whole_year(Figure("x", "city", parse_period(text), text, Fraction(1), None))
    >>> of("2023"), of("2023-12"), of("2023-11")
    (2023, 2023, None)
    """
    on = figure.on
    return on.year if on is not None and (on.month, on.day) == (12, 31) else None
