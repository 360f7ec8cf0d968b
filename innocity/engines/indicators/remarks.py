"""Remarks behind the sentence of a light: figures that were left aside, and what to know of the one it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from innocity.engines.indicators.figures import comparable
from innocity.engines.indicators.model import Figure, Standing
from innocity.engines.indicators.phrases import day, figure_text

if TYPE_CHECKING:
    from innocity.engines.indicators.status import Reading


def remarks(standing: Standing, reading: Reading, figures: Sequence[Figure]) -> list[str]:
    """What else there is, and why it did not set the light; then what the figure itself says."""
    mine = [f for f in figures if (f.indicator, f.scope) == (standing.indicator.id, standing.target.scope)]
    return [*_since(standing, reading), *_left_aside(standing, reading, mine), *_of_the_figure(standing, reading)]


def _since(standing: Standing, reading: Reading) -> list[str]:
    """Until when the light tells anything, and where its way began."""
    said = []
    if reading.reason == "pace" and reading.owed is not None and standing.latest is not None and standing.latest.on:
        said.append(f"此后{reading.owed.name}的数还没有报，评价只说明到{day(standing.latest.on)}为止。")
    if standing.baseline_marked and reading.reason in ("pace", "not_held", "no_value"):
        said.append("原文没有写基数，以首个观测值代替。")
    return said


def _left_aside(standing: Standing, reading: Reading, mine: Sequence[Figure]) -> list[str]:
    """Figures that there are and that set no light."""
    indicator, latest, said = standing.indicator, standing.latest, []
    later = reading.term.later
    if later is not None and (latest is None or reading.status in ("not_reported", "not_assessable")):
        said.append(f"{figure_text(later, indicator)}，时期在期限之后，不能证明期限前是否达到。")
    short = [f for f in mine if f.on and f.on <= standing.as_of and not f.simulated and not f.kind
             and not comparable(f, indicator)]  # fmt: skip
    if short and short[-1] is not latest:
        said.append(f"{figure_text(short[-1], indicator)}，不是全年的数，不作评价依据。")
    if latest is not None:
        return said
    undated = [f for f in mine if f.on is None and not f.simulated and f.kind is None]
    if undated:
        said.append(f"另有一个没有写时期的数{undated[-1].shown()}，不作评价依据。")
    other = next((f for f in mine if f.kind), None)
    if other is not None:
        said.append(f"{figure_text(other, indicator)}，口径与本指标不同，不作评价依据。")
    if any(f.simulated for f in mine):
        said.append("另有模拟数据，不作评价依据。")
    return said


def _of_the_figure(standing: Standing, reading: Reading) -> list[str]:
    """That it was only said again later, its note, that it is approximate."""
    latest, said = standing.latest, []
    if latest is None:
        return []
    if latest.said_again is not None and latest.said_again.as_said_on is not None:
        again = latest.said_again
        where = f"{again.source}{day(latest.said_again.as_said_on)}"
        said.append(f"{where}说的“目前”仍是这个数，不作新数。")
    if latest.note and reading.reason in ("pace", "not_held", "unmet"):
        said.append(f"数据说明：{latest.note}。")
    if latest.approx and reading.expected is not None:
        said.append("这是约数。")
    return said
