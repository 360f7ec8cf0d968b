"""What a city has recorded of its indicators, as the engine reads it; and the board of it all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.release_dates import with_release_dates
from innocity.actions.task_records import read_list
from innocity.actions.withheld import pending_figures
from innocity.core.errors import ErrorList, InnoCityError
from innocity.engines.indicators.board import board, from_pack
from innocity.engines.indicators.computed import compute
from innocity.engines.indicators.entry import checked_figure
from innocity.engines.indicators.model import Board, Computed, Confirmed, Figure
from innocity.packs.model import Pack


@dataclass(frozen=True, slots=True)
class CityFigures:
    """What a city has recorded of its indicators, read once: figures, their papers by fact, their confirmations.

    `confirmed` holds the days on which each figure's confirmations became known.
    """

    recorded: tuple[Figure, ...] = ()
    papers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confirmed: Mapping[Confirmed, tuple[date, ...]] = field(default_factory=dict)

    def without(self, facts: Collection[str]) -> CityFigures:
        """The same without some recorded figures, by their facts' ids."""
        return replace(self, recorded=tuple(one for one in self.recorded if one.fact not in facts)) if facts else self

    def confirmed_by(self, known_on: date | None) -> frozenset[Confirmed]:
        """The figures that were known to be confirmed on a day; without one, all that are."""
        return frozenset(
            key for key, days in self.confirmed.items() if known_on is None or any(day <= known_on for day in days)
        )


def city_figures(pack: Pack, var: Path = VAR, faults: ErrorList | None = None) -> CityFigures:
    """Read both ledgers of figures. Errors: those of ledgers and of entry.

    With `faults`, rows that cannot be read are left out and told there.
    """
    rows = ledger(pack, "observation", var).rows(faults) if "observation" in pack.registers else []
    papers = {row["fact_id"]: read_list(row.get("evidence")) for row in rows}
    waiting = pending_figures(pack, var)
    found = (replace(one, pending=True) if one.fact in waiting else one for one in _figures(pack, rows, faults))
    return CityFigures(tuple(found), papers, _confirmed(pack, var, faults))


def recorded(pack: Pack, var: Path = VAR) -> list[Figure]:
    """The figures of the ledger `observation`, checked as when they were recorded. Errors: those of entry."""
    return _figures(pack, ledger(pack, "observation", var).rows())


def known_figures(pack: Pack, var: Path = VAR) -> list[Figure]:
    """All figures of a city: those of its documents, then those it has recorded."""
    return [*from_pack(pack), *recorded(pack, var)]


def _figures(pack: Pack, rows: Iterable[LedgerRow], faults: ErrorList | None = None) -> list[Figure]:
    errors = ErrorList() if faults is None else faults
    found = []
    for row in rows:
        cells = {name: _text(value) for name, value in row.values.items()}
        try:
            figure = checked_figure(pack, cells, row.get("recorded_at") or date.max, row.place)
        except InnoCityError as error:
            errors.append(error)
            continue
        found.append(_sourced(pack, row, figure))
    if faults is None:
        errors.raise_if_any()
    return found


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sourced(pack: Pack, row: LedgerRow, figure: Figure) -> Figure:
    """With the unit that reported it, the day since which it is known, and its place."""
    unit = pack.units.get(row["party_id"])
    name = unit.name if unit else row["party_id"]
    known = known_since(row.get("observed_on"), row.get("recorded_at"))
    return replace(
        figure, source=f"{name}报数", place=str(row.place), fact=row["fact_id"],
        observed_on=row.get("observed_on") or row.get("recorded_at"), known_on=known,
    )  # fmt: skip


def known_since(*days: date | None) -> date | None:
    """Since when a record is known: the last of its days, those on which it happened and was recorded.

    >>> known_since(date(2023, 12, 30), date(2024, 3, 1), None)
    datetime.date(2024, 3, 1)
    """
    return max((day for day in days if day is not None), default=None)


def confirmations(pack: Pack, var: Path = VAR) -> frozenset[Confirmed]:
    """What units have confirmed: indicator, scope, period, value in the indicator's unit, fact."""
    return frozenset(_confirmed(pack, var))


def _confirmed(pack: Pack, var: Path, faults: ErrorList | None = None) -> dict[Confirmed, tuple[date, ...]]:
    found: dict[Confirmed, tuple[date, ...]] = {}
    rows = ledger(pack, "figure_confirmation", var).rows(faults) if "figure_confirmation" in pack.registers else []
    for row in rows:
        try:
            key = replace(_as_figure(pack, row), fact=row.get("confirms")).key()
        except InnoCityError as error:
            if faults is None:
                raise
            faults.append(error)
            continue
        day = known_since(row.get("confirmed_on"), row.get("recorded_at")) or date.min
        found[key] = (*found.get(key, ()), day)
    return found


def _as_figure(pack: Pack, row: LedgerRow) -> Figure:
    cells = {name: _text(row.get(name)) for name in ("indicator", "scope", "period", "value", "unit", "approx")}
    return checked_figure(pack, cells, row.get("recorded_at") or date.max, row.place)


def facts_of(pack: Pack, var: Path, given: Path | None = None) -> Path | None:
    """The city's folder of facts; None where there is none."""
    folder = given or var / pack.city.id / "facts"
    return folder if given or (folder / "manifest.json").is_file() else None


def computed_values(
    pack: Pack, facts: Path, as_of: date, var: Path = VAR, only: Collection[str] | None = None,
    figures: CityFigures | None = None, known_on: date | None = None,
) -> dict[tuple[str, str], Computed]:  # fmt: skip
    """What the registers of a facts folder give, by (indicator, scope); parts by place where one is asked for.

    Facts recorded after `as_of`, or after `known_on`, are not looked at. `figures` spares reading the ledgers again.
    """
    known = figures or city_figures(pack, var)
    every = [one for one in (*from_pack(pack), *known.recorded) if one.known_by(known_on)]
    return compute(pack, facts, as_of, every, only, groups=only is not None, known_on=known_on)


def city_board(
    pack: Pack, as_of: date, var: Path = VAR, computed: Mapping[tuple[str, str], Computed] | None = None,
    known_on: date | None = None, figures: CityFigures | None = None,
) -> Board:  # fmt: skip
    """The board of a city from its pack and what it has recorded under `var`; `figures` spares reading it again."""
    known = figures or city_figures(pack, var)
    dated = with_release_dates(pack, var, known_on)
    return board(dated, as_of, known.recorded, computed, known_on, known.confirmed_by(known_on))
