"""单项解锁: one locked figure is opened again, with a reason; the rest of its period stays locked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.figure_states import check_step, state_of, step_row
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.review_figure import overseer
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


def unlock_figure(
    pack: Pack, indicator: str, period: str, text: str, by: str = "", *, scope: str | None = None, unit: str = "",
    simulated: bool = False, var: Path = VAR, today: date | None = None, viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Unlock one figure; `text` is why. It is then corrected, or submitted again as it is.

    Errors: E-REVIEW-*, E-FIGURE-*, E-UNIT-UNKNOWN, E-LEDGER-*.
    """
    book = ledger(pack, "figure_review", var, viewer=viewer)
    with book.locked():
        day = today or date.today()
        one = state_of(pack, indicator, period, scope, day, var, simulated)
        person, errors = by or (viewer.name if viewer else ""), ErrorList()
        check_step(pack, one, "unlocked", person, text, errors)
        errors.raise_if_any()
        own = overseer(pack, unit, viewer)
        return book.append([step_row(one, "unlocked", own, person, text, day)], "unlock_figure")[0]
