"""数据确认: a unit says that a figure is its own. Only then does it enter a formal table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import answering, check_acts_for, unit_names
from innocity.actions.figures import confirmations, known_figures
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.observe import reporter
from innocity.core.errors import InnoCityError, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.entry import checked_figure
from innocity.engines.indicators.figures import current
from innocity.engines.indicators.model import Figure
from innocity.engines.tasks.units import find_unit
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-CONFIRM-NONE": ("没有可以确认的数", "there is no figure to confirm"),
    "E-CONFIRM-VALUE": ("要确认的不是现行的数", "what is confirmed is not the figure that stands"),
    "E-CONFIRM-SIMULATED": ("模拟数据不能确认", "simulated figures cannot be confirmed"),
    "E-CONFIRM-UNIT": ("不是这个指标的责任单位", "the unit does not answer for the indicator"),
    "E-CONFIRM-DONE": ("这个数已经确认过", "the figure is confirmed already"),
})  # fmt: skip


def confirm_figure(
    pack: Pack, indicator: str, period: str, value: str, by: str, *, unit: str | None = None,
    scope: str | None = None, party: str = "", note: str | None = None, approx: str | None = None, var: Path = VAR,
    today: date | None = None, viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Record that `by` (a person) confirms a figure for the unit `party`; the value must be the one that stands.

    `approx` is the word of an approximation (余, 以上 ...): to confirm 200 is not to confirm 200余. A later
    correction is a new figure and needs a new confirmation. `viewer` is who writes. Errors: E-CONFIRM-*,
    E-FIGURE-*, E-UNIT-UNKNOWN, those of ledgers; E-LEDGER-UNIT.
    """
    book = ledger(pack, "figure_confirmation", var, viewer=viewer)
    cells = {"indicator": indicator, "period": period, "value": value, "unit": unit, "scope": scope, "approx": approx}
    with book.locked():
        day = today or date.today()
        row = _row(pack, cells, by, party or (viewer.unit if viewer else None) or "", note, var, day)
        check_acts_for(pack, viewer, row["party_id"])
        return book.append([row], "confirm_figure")[0]


def _row(
    pack: Pack, cells: Mapping[str, str | None], by: str, party: str, note: str | None, var: Path, day: date
) -> dict[str, str]:  # fmt: skip
    """The confirmation as it will stand, after all checks."""
    asked = checked_figure(pack, cells, day)
    if not by.strip():
        raise InnoCityError("E-CONFIRM-NONE", "没有写确认人", None, "写上确认人（命令行如 --confirm 张三）")
    real = standing_figure(pack, asked, var)
    if (real.value, real.approx) != (asked.value, asked.approx):
        text = f"{asked.when()}现行的数是{real.shown()}，不是{asked.shown()}"
        remedy = "核对后再确认；数有误就先更正；是约数的，约数的字（余、以上等）也要写明"
        raise InnoCityError("E-CONFIRM-VALUE", text, None, remedy)
    if real.key() in confirmations(pack, var):
        raise InnoCityError("E-CONFIRM-DONE", f"{asked.when()}的{asked.shown()}已经确认过", None, "不必再确认")
    return {
        "party_id": _own_unit(pack, party, asked, day), "indicator": asked.indicator, "scope": asked.scope,
        "period": asked.period_text or "", "value": format_value(asked.value), "unit": asked.unit or "",
        "approx": asked.approx or "", "confirms": real.fact or "",
        "confirmed_on": day.isoformat(), "recorded_at": day.isoformat(), "by": by.strip(), "note": note or "",
    }  # fmt: skip


def standing_figure(pack: Pack, asked: Figure, var: Path) -> Figure:
    """The figure that stands for the indicator, scope and period of another one.

    Errors: E-CONFIRM-NONE, E-CONFIRM-SIMULATED.
    """
    key = (asked.indicator, asked.scope, asked.period_text)
    standing = [f for f in current(known_figures(pack, var))
                if (f.indicator, f.scope, f.period_text) == key and f.kind is None]  # fmt: skip
    real = [f for f in standing if not f.simulated]
    if not real and standing:
        raise InnoCityError("E-CONFIRM-SIMULATED", f"{asked.when()}只有模拟数据", None, "先登记真实的数")
    if not real:
        raise InnoCityError(
            "E-CONFIRM-NONE", f"{asked.when()}还没有登记数", None, "先登记这个数（命令行用 innocity observe）"
        )
    return real[0]


def _own_unit(pack: Pack, party: str, figure: Figure, day: date) -> str:
    """The unit that confirms: one that answers for the figure; where the texts name nobody, whoever may report it.

    Errors: E-CONFIRM-UNIT, E-FIGURE-REPORTER, E-UNIT-UNKNOWN.
    """
    own = answering(pack, figure.indicator, figure.scope, day)
    unit = find_unit(pack.units, party) if party else None
    if unit is not None and own and unit.id not in own:
        text = f"{unit.name}不是“{pack.indicators[figure.indicator].name}”的责任单位"
        raise InnoCityError("E-CONFIRM-UNIT", text, None, f"由责任单位确认：{unit_names(pack, own)}")
    return reporter(pack, party, figure.indicator, figure.scope, day)
