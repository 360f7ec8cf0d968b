"""发布日历: when the figures of an indicator are due, where neither its document nor the pack says so.

The leading group's office or statistics sets it for the instance (register `release_calendar`, which only grows); the
latest entry of an indicator stands before the pack's `release` and the city's `pace.lag_days`. Lights read it: whether
a figure is 未到发布期 or 逾期未报.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR, ledger
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack
from innocity.packs.model_targets import Release

REGISTER = "release_calendar"


@dataclass(frozen=True, slots=True)
class Set:
    """What was set for an indicator: days after the end of a period (None: no time any more), on what basis, when."""

    lag_days: int | None
    basis: str
    decided_on: date
    unit: str


def release_dates(
    pack: Pack, var: Path = VAR, known_on: date | None = None, faults: ErrorList | None = None
) -> dict[str, Set]:  # fmt: skip
    """What stands for each indicator that something was set for; `known_on` leaves out what was set later."""
    if REGISTER not in pack.registers:
        return {}
    found: dict[str, Set] = {}
    for row in ledger(pack, REGISTER, var).rows(faults):
        known = max(day for day in (row["decided_on"], row.get("recorded_at")) if day is not None)
        if row["indicator"] in pack.indicators and (known_on is None or known <= known_on):
            found[row["indicator"]] = Set(row.get("lag_days"), row["basis"], row["decided_on"], row["party_id"])
    return found


def with_release_dates(
    pack: Pack, var: Path = VAR, known_on: date | None = None, faults: ErrorList | None = None
) -> Pack:  # fmt: skip
    """The pack, its indicators with what the calendar says; the pack itself where it says nothing."""
    dates = release_dates(pack, var, known_on, faults)
    if not dates:
        return pack
    changed = {
        name: pack.indicators[name].model_copy(
            update={"release": None if one.lag_days is None else Release(lag_days=one.lag_days)}
        )
        for name, one in dates.items()
    }
    return pack.model_copy(update={"indicators": {**pack.indicators, **changed}})
