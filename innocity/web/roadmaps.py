"""A roadmap as a drawing: bars by year, as attributes of SVG; the table beside it says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from innocity.engines.chains.roadmap import Roadmap, RoadStep

YEAR, LINE, NAMES, TOP = 120, 40, 300, 34  # widths and heights in units of the drawing
_LONG = 17  # characters of a name that fit before the bars


@dataclass(frozen=True, slots=True)
class Bar:
    """A step: where its bar begins, how wide it is, which line; a name that fits."""

    step: RoadStep
    x: int
    y: int
    width: int
    name: str

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.y + LINE // 2 + 5


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing of a roadmap: its size, its years with where each begins, the bars, where the day stands."""

    width: int
    height: int
    years: tuple[tuple[int, int], ...]
    bars: tuple[Bar, ...]
    now: int | None


def timeline(one: Roadmap, day: date) -> Timeline:
    """A roadmap as it is drawn; `now` is None where the day is outside its years."""
    years = list(one.years)
    width, height = NAMES + YEAR * len(years), TOP + LINE * len(one.steps)
    bars = tuple(
        Bar(step, NAMES + (step.first - years[0]) * YEAR + 4, TOP + at * LINE, (step.last - step.first + 1) * YEAR - 8,
            step.name if len(step.name) <= _LONG else f"{step.name[: _LONG - 1]}…")
        for at, step in enumerate(one.steps)
    )  # fmt: skip
    inside = years[0] <= day.year <= years[-1]
    part = (day - date(day.year, 1, 1)).days * YEAR // 366
    now = NAMES + (day.year - years[0]) * YEAR + part if inside else None
    return Timeline(width, height, tuple((year, NAMES + at * YEAR) for at, year in enumerate(years)), bars, now)
