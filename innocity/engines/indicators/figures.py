"""Figures: from the pack's observations, their vintages, and which of them may set a light."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from innocity.core.measures import unit_factor
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Indicator, Observation, Pack

#: Kinds whose value on a day can be set beside one on another day, whatever the period is.
_ANY_DAY = frozenset({"stock", "rank", "milestone", "cumulative", "structural", "demand"})
IN_YEAR_PATHS = frozenset({"cumulative", "yearly_registration"})
_LENGTH = {"year": 360, "half": 178, "quarter": 88, "month": 26, "once": 0}  # days at least


def from_pack(pack: Pack) -> list[Figure]:
    """The figures of `observations.csv`, each in its indicator's unit."""
    return [_figure(pack, row) for row in pack.observations if row.indicator in pack.indicators]


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
    )  # fmt: skip


def current(figures: Iterable[Figure], known_on: date | None = None) -> list[Figure]:
    """The last vintage of each indicator, scope and period, simulated apart; undated figures all.

    `known_on` leaves out what became known later. Of vintages of one day the later row stands.
    """
    latest: dict[tuple[object, ...], Figure] = {}
    undated: list[Figure] = []
    for figure in sorted(figures, key=lambda one: one.observed_on or date.min):
        if known_on is not None and figure.observed_on is not None and figure.observed_on > known_on:
            continue
        if figure.period is None:
            undated.append(figure)
        else:
            latest[figure.indicator, figure.scope, figure.period_text, figure.simulated, figure.kind] = figure
    return [*latest.values(), *undated]


def vintages(figures: Iterable[Figure], indicator: str, scope: str, period: str | None) -> list[Figure]:
    """All figures of one period in the order in which they became known: the history of revisions."""
    alike = [f for f in figures if (f.indicator, f.scope, f.period_text) == (indicator, scope, period)]
    return sorted(alike, key=lambda one: one.observed_on or date.min)


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
