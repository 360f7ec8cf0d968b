"""Golden cases of standings: cities/<city>/standings/*.yaml, one readable sentence and one decision each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import yaml

from innocity.core.dates import parse_date, parse_period
from innocity.core.measures import parse_decimal, unit_factor
from innocity.engines.indicators.board import board
from innocity.engines.indicators.model import Figure, Standing
from innocity.packs.load import cities_root
from innocity.packs.model import Pack

FIELDS = {
    "status", "label", "reached", "expected", "achieved", "baseline_marked", "value", "needed", "rate", "rate_unit",
    "slots", "owed_period", "duplicate_of", "latest",
}  # fmt: skip
_EXACT = {"expected", "achieved", "value", "needed", "rate", "latest"}


@dataclass(frozen=True)
class Case:
    """One case: a target on a day, with figures besides the pack's, and what must come out."""

    city: str
    says: str
    target: str
    as_of: date
    figures: tuple[Mapping[str, str], ...]
    expect: Mapping[str, Any]

    def standing(self, pack: Pack) -> Standing:
        """What the engine says."""
        found = board(pack, self.as_of, [self._figure(pack, row) for row in self.figures]).of(self.target)
        assert found is not None, self.target
        return found

    def _figure(self, pack: Pack, row: Mapping[str, str]) -> Figure:
        target = pack.targets[self.target]
        indicator = pack.indicators[target.indicator]
        unit = row.get("unit", indicator.unit)
        factor = unit_factor(unit, indicator.unit) if unit and indicator.unit else Fraction(1)
        assert factor is not None
        value = parse_decimal(row["value"]) * factor
        return Figure(
            indicator.id, target.scope, parse_period(row["period"]), row["period"], value, indicator.unit,
            approx=row.get("approx"), observed_on=parse_date(row["on"]) if "on" in row else None,
            simulated=row.get("simulated") == "true", source="假设",
        )  # fmt: skip


def cases() -> Iterator[Case]:
    """All cases of all cities."""
    for path in sorted(cities_root().glob("*/standings/*.yaml")):
        for item in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
            assert set(item["expect"]) <= FIELDS, set(item["expect"]) - FIELDS
            yield Case(
                path.parent.parent.name, item["says"], item["target"], parse_date(item["as_of"]),
                tuple(item.get("figures", ())), item["expect"],
            )  # fmt: skip


def actual(standing: Standing, field: str) -> str:
    """A field of a standing as the cases write it."""
    value = standing.latest.value if field == "latest" and standing.latest else getattr(standing, field)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def wanted(field: str, text: str) -> str:
    """A field of a case in the same form: decimals become fractions."""
    return str(Fraction(text)) if field in _EXACT else text
