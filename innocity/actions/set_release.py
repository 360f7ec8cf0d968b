"""Set when the figures of an indicator are due: the leading group's office or statistics, for this instance."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.release_dates import REGISTER, release_dates
from innocity.actions.review_figure import overseer
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-RELEASE-DAYS": ("期末以后的天数不对", "days after the end of a period are no whole number from 0 to 730"),
    "E-RELEASE-BASIS": ("没有写依据", "nothing is said of what a release date rests on"),
    "E-RELEASE-SAME": ("与现在定的相同", "the release date is set so already"),
})  # fmt: skip

LONGEST = 730  # days


def set_release(
    pack: Pack, indicator: str, lag_days: str, basis: str, *, unit: str = "", var: Path = VAR,
    today: date | None = None, viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Set when an indicator's figures are due (`lag_days` empty: no time any more), by a unit that oversees.

    Errors: E-FIGURE-INDICATOR, E-RELEASE-*, E-REVIEW-UNIT, E-UNIT-UNKNOWN, E-LEDGER-*.
    """
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        one = pack.indicators.get(indicator)
        if one is None:
            raise InnoCityError("E-FIGURE-INDICATOR", f"没有指标“{indicator[:40]}”", None,
                                suggest(indicator, set(pack.indicators)))  # fmt: skip
        days, reason = _days(lag_days), basis.strip()
        if not reason:
            raise InnoCityError("E-RELEASE-BASIS", "没有写依据", None, "写发布日程、统计报表制度或会议纪要的名称")
        own = overseer(pack, unit, viewer)
        before = release_dates(pack, var).get(indicator)
        if before is not None and (before.lag_days, before.basis) == (days, reason):
            raise InnoCityError("E-RELEASE-SAME", f"“{one.name}”已经是这样定的", None, "改天数或依据")
        day = (today or date.today()).isoformat()
        row = {
            "party_id": own, "indicator": indicator, "lag_days": "" if days is None else str(days),
            "basis": reason[:300], "decided_on": day, "recorded_at": day,
        }  # fmt: skip
        return book.append([row], "set_release")[0]


def _days(text: str) -> int | None:
    plain = text.strip().removesuffix("天").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 5 and int(plain) <= LONGEST):
        raise InnoCityError("E-RELEASE-DAYS", f"看不懂“{text.strip()[:20]}”", None, f"写 0 到 {LONGEST} 的整数")
    return int(plain)
