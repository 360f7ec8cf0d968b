"""Where an indicator should be, is heading and has been: paths, forecasts, revisions, parts, for pages and charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from innocity.actions.figures import computed_values
from innocity.actions.overview import Overview
from innocity.engines.indicators.board import from_pack
from innocity.engines.indicators.breakdown import By, Part, breakdown
from innocity.engines.indicators.figures import vintages
from innocity.engines.indicators.forecast import Forecast, forecast
from innocity.engines.indicators.goals import better
from innocity.engines.indicators.model import Computed, Figure, Standing
from innocity.engines.indicators.path import Way
from innocity.engines.indicators.terms import term_of
from innocity.packs.model import Indicator
from innocity.web.kept import per_state

_NUMBERED = frozenset({"milestone", "qualitative"})


@per_state(512)
def outlook(state: Overview, indicator: str, scope: str, due: date | None, goal: float | None, sign: int) -> Forecast:
    """`innocity.engines.indicators.forecast` over the figures that were known on the day of the state."""
    mine = [
        one for one in state.board.figures
        if (one.indicator, one.scope) == (indicator, scope) and one.on is not None and one.on <= state.as_of
    ]  # fmt: skip
    return forecast(mine, state.pack.indicators[indicator], scope, due, goal, sign)


def outlook_of(state: Overview, one: Standing) -> Forecast | None:
    """The forecast for a target's deadline; None where the target has no number or no deadline to come."""
    if one.due is None or one.value is None or one.due <= state.as_of:
        return None
    goal = float(one.value)
    return outlook(state, one.indicator.id, one.target.scope, one.due, goal, better(one.target, one.indicator))


@dataclass(frozen=True, slots=True)
class PathPoint:
    """What a path asks for on a day."""

    on: date
    value: Fraction


def path_of(state: Overview, one: Standing) -> tuple[PathPoint, ...]:
    """The knots of a target's path from its baseline to its goal; of steps both edges. Empty where it has none."""
    if one.target.operator in _NUMBERED or one.value is None:
        return ()
    pack = state.pack
    mine = [figure for figure in state.board.figures if figure.indicator == one.indicator.id]
    way = term_of(one.target, one.indicator, mine, state.as_of, pack.city.pace, pack.document_of(one.target)).way
    return tuple(_edges(way)) if way is not None else ()


def _edges(way: Way) -> list[PathPoint]:
    """The knots; where nothing is asked between two of them, the level is held up to the later day."""
    found = [PathPoint(*way.knots[0])]
    for on, value in way.knots[1:]:
        if way.hold:
            found.append(PathPoint(on, found[-1].value))
        found.append(PathPoint(on, value))
    return found


@per_state(8)
def _known(state: Overview) -> tuple[Figure, ...]:
    """All figures that the state rests on, those that were corrected later included."""
    return (*from_pack(state.pack), *state.figures.recorded)


def revisions(state: Overview, indicator: str) -> list[tuple[Figure, ...]]:
    """The figures of each period that was told more than once with different values, in the order of becoming known."""
    one = state.pack.indicators[indicator]
    mine = [figure for figure in _known(state) if figure.indicator == indicator and figure.period_text]
    told = dict.fromkeys(tuple(vintages(mine, figure, one)) for figure in mine if not figure.simulated)
    return [rows for rows in told if len({row.value for row in rows}) > 1]


@per_state(256)
def computed_parts(state: Overview, indicator: str) -> Computed | None:
    """What the registers give for an indicator, with its parts by place; None without facts."""
    if state.facts is None or not state.pack.indicators[indicator].formula:
        return None
    found = computed_values(state.pack, state.facts, state.as_of, state.var, {indicator}, state.figures)
    one = next((value for (name, _), value in found.items() if name == indicator), None)
    return one if one is None or state.with_simulated or not one.figure.simulated else None


def parts(state: Overview, indicator: Indicator) -> list[tuple[By, list[Part]]]:
    """The parts by division and by zone, where the indicator names them and at least one part has a figure."""
    found: list[tuple[By, list[Part]]] = []
    ways: tuple[By, ...] = ("division", "zone")
    for by in ways:
        if by in indicator.breakdowns:
            rows = breakdown(state.pack, indicator, by, state.board.figures, computed_parts(state, indicator.id),
                             simulated=state.with_simulated)  # fmt: skip
            if any(row.observed or row.computed for row in rows):
                found.append((by, rows))
    return found


@dataclass(frozen=True, slots=True)
class Apart:
    """In how many parts reports and registers differ, where they differ most, whether the registers are simulated."""

    count: int
    most: Part
    simulated: bool


def apart(state: Overview, indicator: Indicator, found: list[tuple[By, list[Part]]]) -> Apart | None:
    """How far reports and registers are apart in the parts; None where no part has both, or all agree."""
    differing = [(abs(gap), row) for _, rows in found for row in rows if (gap := row.difference)]
    if not differing:
        return None
    computed = computed_parts(state, indicator.id)
    most = max(differing, key=lambda one: one[0])[1]
    return Apart(len(differing), most, bool(computed and computed.figure.simulated))
