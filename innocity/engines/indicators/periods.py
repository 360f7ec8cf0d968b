"""Which figures are owed by when: 未到发布期 and 逾期未报.

A figure is owed `lag_days` after its period's end. Where no release calendar is known, it counts as overdue only
once a whole further period has gone by: before that nobody can say that it is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from innocity.core.dates import add_days, add_months, period_name, year_start
from innocity.packs.model import Indicator

_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Owed:
    """A period whose figure is owed: its last day, the day after which it is late."""

    name: str
    last: date
    late_after: date
    known: bool  # whether a release calendar says so


def owed_periods(indicator: Indicator, lag: int | None, after: date, until: date, end: date | None) -> list[Owed]:
    """Periods of the indicator's frequency that end after one day and up to another, in order.

    `end` is the target's deadline: an indicator measured once owes one figure, at its deadline. `lag` is the
    city's own; the indicator's release comes first.
    """
    days = indicator.release.lag_days if indicator.release else lag
    months = _MONTHS.get(indicator.frequency)
    if months is None:
        if end is None or not after < end <= until:
            return []
        return [Owed(f"{end.isoformat()}的期限", end, add_days(end, days or 0), days is not None)]
    found = []
    start = year_start(after.year)
    while (after_end := add_months(start, months)) <= until + timedelta(days=1):
        last = add_days(after_end, -1)
        if last > after:
            late = add_days(last, days) if days is not None else add_days(add_months(after_end, months), -1)
            found.append(Owed(_name(start, months), last, late, days is not None))
        start = after_end
    return found


def _name(start: date, months: int) -> str:
    """A period in Chinese.

    >>> _name(date(2023, 7, 1), 6), _name(date(2023, 7, 1), 3), _name(date(2023, 7, 1), 1)
    ('2023年下半年', '2023年第三季度', '2023年7月')
    """
    part = {12: "", 6: f"H{(start.month + 5) // 6}", 3: f"Q{(start.month + 2) // 3}", 1: f"-{start.month:02}"}
    return period_name(f"{start.year}{part[months]}")
