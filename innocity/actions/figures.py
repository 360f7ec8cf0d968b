"""What a city has recorded of its indicators, as the engine reads it; and the board of it all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.core.errors import ErrorList, InnoCityError
from innocity.engines.indicators.board import board, from_pack
from innocity.engines.indicators.computed import compute
from innocity.engines.indicators.entry import checked_figure
from innocity.engines.indicators.model import Board, Computed, Confirmed, Figure
from innocity.packs.model import Pack


def recorded(pack: Pack, var: Path = VAR) -> list[Figure]:
    """The figures of `var/<city>/observation.csv`, checked as when they were recorded. Errors: those of entry."""
    errors = ErrorList()
    found = []
    for row in ledger(pack, "observation", var).rows():
        cells = {name: _text(value) for name, value in row.values.items()}
        try:
            figure = checked_figure(pack, cells, row.get("recorded_at") or date.max, row.place)
        except InnoCityError as error:
            errors.append(error)
            continue
        found.append(_sourced(pack, row, figure))
    errors.raise_if_any()
    return found


def known_figures(pack: Pack, var: Path = VAR) -> list[Figure]:
    """All figures of a city: those of its documents, then those it has recorded."""
    return [*from_pack(pack), *recorded(pack, var)]


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sourced(pack: Pack, row: LedgerRow, figure: Figure) -> Figure:
    """With the unit that reported it, and its place."""
    unit = pack.units.get(row["party_id"])
    name = unit.name if unit else row["party_id"]
    return replace(figure, source=f"{name}报数", place=f"{row.file}:{row.line}", fact=row["fact_id"])


def confirmations(pack: Pack, var: Path = VAR) -> frozenset[Confirmed]:
    """What units have confirmed: indicator, scope, period, value in the indicator's unit, fact."""
    found = set()
    for row in ledger(pack, "figure_confirmation", var).rows():
        found.add(replace(_as_figure(pack, row), fact=row.get("confirms")).key())
    return frozenset(found)


def _as_figure(pack: Pack, row: LedgerRow) -> Figure:
    cells = {name: _text(row.get(name)) for name in ("indicator", "scope", "period", "value", "unit")}
    return checked_figure(pack, cells, row.get("recorded_at") or date.max, row.place)


def facts_of(pack: Pack, var: Path, given: Path | None = None) -> Path | None:
    """The city's folder of facts; None where there is none."""
    folder = given or var / pack.city.id / "facts"
    return folder if given or (folder / "manifest.json").is_file() else None


def computed_values(
    pack: Pack, facts: Path, as_of: date, var: Path = VAR, only: Collection[str] | None = None
) -> dict[tuple[str, str], Computed]:
    """What the registers of a facts folder give, by (indicator, scope); parts by place where one is asked for."""
    return compute(pack, facts, as_of, known_figures(pack, var), only, groups=only is not None)


def city_board(
    pack: Pack, as_of: date, var: Path = VAR, computed: Mapping[tuple[str, str], Computed] | None = None,
    known_on: date | None = None,
) -> Board:  # fmt: skip
    """The board of a city from its pack and what it has recorded under `var`."""
    return board(pack, as_of, recorded(pack, var), computed, known_on, confirmations(pack, var))
