"""锁定: what was approved of a period is locked, so that nobody corrects it any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.figure_states import FigureState, check_step, figure_states, step_row
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.review_figure import overseer
from innocity.core.dates import normal_period, parse_period
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Locked:
    """What was locked, and what of the period was left open because it is not approved."""

    rows: tuple[LedgerRow, ...]
    open: tuple[FigureState, ...]


def lock_figures(
    pack: Pack, period: str, by: str = "", *, indicators: Collection[str] = (), unit: str = "", text: str = "",
    var: Path = VAR, today: date | None = None, viewer: Viewer | None = None,
) -> Locked:  # fmt: skip
    """Lock every approved figure of a period (as written: 2023, 2023-09), or of some of its indicators (by id).

    What is not approved stays open and is told. Errors: E-REVIEW-*, E-PERIOD-FORMAT, E-UNIT-UNKNOWN, E-LEDGER-*.
    """
    parse_period(period)
    period = normal_period(period)
    book = ledger(pack, "figure_review", var, viewer=viewer)
    with book.locked():
        own = overseer(pack, unit, viewer)
        day, person = today or date.today(), by or (viewer.name if viewer else "")
        mine = [one for one in figure_states(pack, var) if one.figure.period_text == period
                and (not indicators or one.figure.indicator in indicators)]  # fmt: skip
        ready = [one for one in mine if one.state == "approved"]
        real = [one for one in ready if not one.figure.simulated]
        ready = real or ready  # simulated figures are never formal: they are not locked along with real ones
        if not ready:
            text = f"{period} 没有已审核、可锁定的数"
            raise InnoCityError(
                "E-REVIEW-NONE", text, None, "先审核报送的数（命令行如 innocity figures … --approve 指标）"
            )
        errors = ErrorList()
        for one in ready:
            check_step(pack, one, "locked", person, text, errors)
        errors.raise_if_any()
        rows = book.append([step_row(one, "locked", own, person, text, day) for one in ready], "lock_figures")
        return Locked(tuple(rows), tuple(one for one in mine if one.state not in ("approved", "locked")))
