"""报送: the unit that reports a figure hands it in for review."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import check_acts_for
from innocity.actions.figure_states import check_step, state_of, step_row
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.observe import reporter
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


def submit_figure(
    pack: Pack, indicator: str, period: str, by: str = "", *, scope: str | None = None, unit: str = "",
    text: str = "", simulated: bool = False, var: Path = VAR, today: date | None = None,
    viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Submit the figure that stands; `unit` defaults to the one that reported it, `by` to the viewer's name.

    Errors: E-REVIEW-*, E-FIGURE-*, E-UNIT-UNKNOWN, E-LEDGER-*.
    """
    book = ledger(pack, "figure_review", var, viewer=viewer)
    with book.locked():
        day = today or date.today()
        one = state_of(pack, indicator, period, scope, day, var, simulated)
        person, errors = by or (viewer.name if viewer else ""), ErrorList()
        check_step(pack, one, "submitted", person, text, errors)
        errors.raise_if_any()
        name = unit or (viewer.unit if viewer else None) or one.unit
        own = reporter(pack, name, one.figure.indicator, one.figure.scope, day)
        check_acts_for(pack, viewer, own)
        return book.append([step_row(one, "submitted", own, person, text, day)], "submit_figure")[0]
