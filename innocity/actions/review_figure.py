"""审核: the leading group's office or statistics approves a figure that was submitted, or sends it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from innocity.actions.authority import check_acts_for, overseers, unit_names
from innocity.actions.figure_states import check_step, state_of, step_row
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.core.errors import ErrorList, InnoCityError
from innocity.engines.tasks.units import find_unit
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


def review_figure(
    pack: Pack, indicator: str, period: str, outcome: Literal["approved", "returned"], by: str = "", *,
    scope: str | None = None, unit: str = "", text: str = "", simulated: bool = False, var: Path = VAR,
    today: date | None = None, viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Approve the figure that stands, or send it back with a reason (`text`).

    `unit` reviews (default: the viewer's, or the first of the city's office); nobody reviews what they submitted
    themselves. Errors: E-REVIEW-*, E-FIGURE-*, E-UNIT-UNKNOWN, E-LEDGER-*.
    """
    book = ledger(pack, "figure_review", var, viewer=viewer)
    with book.locked():
        day = today or date.today()
        one = state_of(pack, indicator, period, scope, day, var, simulated)
        person, errors = by or (viewer.name if viewer else ""), ErrorList()
        check_step(pack, one, outcome, person, text, errors)
        errors.raise_if_any()
        own = overseer(pack, unit, viewer)
        return book.append([step_row(one, outcome, own, person, text, day)], "review_figure")[0]


def overseer(pack: Pack, unit: str, viewer: Viewer | None) -> str:
    """The unit that approves, locks and unlocks: one of the city's `reporting`; any unit where it names none.

    Errors: E-REVIEW-UNIT, E-UNIT-UNKNOWN, E-LEDGER-UNIT.
    """
    may = overseers(pack)
    name = unit or (viewer.unit if viewer else None) or next(iter(may), "")
    if not name:
        raise InnoCityError(
            "E-REVIEW-UNIT", "没有写审核单位", None, "写上单位（命令行用 --unit），或在 city.yaml 的 reporting 里写明"
        )
    own = find_unit(pack.units, name)
    if may and own.id not in may:
        text = f"{own.name}不能审核、锁定或解锁数据"
        raise InnoCityError("E-REVIEW-UNIT", text, None, f"由这些单位办理：{unit_names(pack, may)}")
    check_acts_for(pack, viewer, own.id)
    return own.id
