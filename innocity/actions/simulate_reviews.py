"""Hand in and approve what counties of a simulated city are said to have reported: nothing counts before approval.

Every step is invented and says so, as the figures do. Figures that somebody reported are left alone.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from innocity.actions.authority import overseers
from innocity.actions.figure_states import figure_states, step_row
from innocity.actions.ledger import VAR, ledger
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer

_REPORTER, _REVIEWER, _NOTE = "模拟报数人", "模拟审核人", "（模拟）"


def simulate_reviews(pack: Pack, viewer: Viewer, var: Path = VAR) -> int:
    """Steps for every simulated figure that has none yet; gives how many. Errors: those of ledgers and figures."""
    office = next(iter(overseers(pack)), "")
    if not office or "figure_review" not in pack.registers:
        return 0
    rows = []
    for one in figure_states(pack, var):
        if one.figure.simulated and one.state == "recorded" and one.unit:
            day = one.figure.observed_on or date.today()
            rows.append(step_row(one, "submitted", one.unit, _REPORTER, _NOTE, day))
            rows.append(step_row(one, "approved", office, _REVIEWER, _NOTE, day))
    ledger(pack, "figure_review", var, viewer=viewer).append(rows, "review_figure")
    return len(rows)
