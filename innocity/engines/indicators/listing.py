"""Every indicator with its newest figure and what the registers give: also those that no target names."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from innocity.core.measures import format_value
from innocity.engines.indicators.board import scope_name
from innocity.engines.indicators.model import Board, Computed, Figure
from innocity.packs.model import Indicator, Pack


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator in one scope as of the board's day; `targets` are those that name it there."""

    indicator: Indicator
    scope: str
    scope_name: str
    newest: Figure | None
    computed: Computed | None
    targets: tuple[str, ...] = ()

    @property
    def difference(self) -> Fraction | None:
        """Computed less observed, in the indicator's unit; None where one of them is missing."""
        if self.computed is None or self.newest is None or self.newest.unit != self.indicator.unit:
            return None
        return self.computed.figure.value - self.newest.value

    def as_dict(self) -> dict[str, Any]:
        """For JSON; numbers are exact texts."""
        return {
            "indicator": self.indicator.id, "name": self.indicator.name, "unit": self.indicator.unit,
            "scope": self.scope, "newest": self.newest.as_dict() if self.newest else None,
            "computed": self.computed.figure.as_dict() if self.computed else None,
            "difference": format_value(self.difference) if self.difference is not None else None,
            "targets": list(self.targets),
        }  # fmt: skip


def indicator_lines(pack: Pack, board: Board) -> list[IndicatorLine]:
    """All indicators in the order of the pack: each in its own scope, and where else it has a figure or a target."""
    return [line for one in pack.indicators.values() for line in lines_of(pack, board, one)]


def lines_of(pack: Pack, board: Board, indicator: Indicator) -> list[IndicatorLine]:
    """The lines of one indicator: its own scope first."""
    figures = [one for one in board.figures if one.indicator == indicator.id]
    standings = board.of_indicator(indicator.id)
    scopes = dict.fromkeys([indicator.scope, *(one.scope for one in figures), *(one.target.scope for one in standings)])
    return [
        IndicatorLine(
            indicator, scope, scope_name(pack, scope), newest(board, indicator, scope),
            board.computed.get((indicator.id, scope)),
            tuple(one.target.id for one in standings if one.target.scope == scope),
        )
        for scope in scopes
    ]  # fmt: skip


def newest(board: Board, indicator: Indicator, scope: str) -> Figure | None:
    """The newest figure of the indicator's own kind by the board's day: real before simulated, dated before undated."""
    found = [
        one for one in board.figures
        if (one.indicator, one.scope, one.kind) == (indicator.id, scope, None)
        and (one.on is None or one.on <= board.as_of)
    ]  # fmt: skip
    return max(found, key=lambda one: (not one.simulated, one.on is not None, one.order), default=None)
