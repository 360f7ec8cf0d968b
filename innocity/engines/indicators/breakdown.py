"""A figure by division or by zone: side by side, never added up.

Divisions and zones overlap, units report at different times, and a city's figure is the city's own: so neither the
parts nor the two kinds of parts are summed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.indicators.model import Computed, Figure
from innocity.packs.model import Indicator, Pack

register_codes({"E-BREAKDOWN": ("指标不按这个分组", "an indicator is not broken down in this way")})

By = Literal["division", "zone"]


@dataclass(frozen=True, slots=True)
class Part:
    """One division's or zone's latest observed figure, and what the registers give for it."""

    id: str
    name: str
    observed: Figure | None
    computed: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        """What the registers give less what was reported, in the indicator's unit; None where either is lacking."""
        if self.observed is None or self.computed is None or self.observed.value is None:
            return None
        return self.computed - self.observed.value


def breakdown(
    pack: Pack, indicator: Indicator, by: By, figures: Iterable[Figure], computed: Computed | None = None,
    *, simulated: bool = False,
) -> list[Part]:  # fmt: skip
    """The parts in the order of the pack, then what belongs to none of them. Error: E-BREAKDOWN.

    Simulated observations are left out, unless `simulated`: then they stand where nothing real was reported. Parts
    without either figure are listed, empty.
    """
    if by not in indicator.breakdowns:
        known = "、".join(indicator.breakdowns) or "没有"
        raise InnoCityError("E-BREAKDOWN", f"{indicator.name}不按 {by} 分组", None, f"它的分组：{known}")
    places = pack.city.divisions if by == "division" else pack.city.zones
    latest: dict[str, Figure] = {}
    for figure in figures:
        if figure.indicator != indicator.id or figure.kind or (figure.simulated and not simulated):
            continue
        known_one = latest.get(figure.scope)
        if known_one is None or (known_one.simulated, figure.order) >= (figure.simulated, known_one.order):
            latest[figure.scope] = figure
    values = dict(computed.groups.get(by, {})) if computed is not None else {}
    parts = [Part(place.id, place.name, latest.get(place.id), values.pop(place.id, None)) for place in places]
    return [*parts, *(Part(key, key or "不在其中", None, value) for key, value in sorted(values.items()))]
