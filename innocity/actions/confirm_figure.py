"""数据确认: a unit says that a figure is its own. Only then does it enter a formal table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from innocity.actions.figures import confirmations, known_figures
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.observe import reporter
from innocity.core.errors import InnoCityError, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.entry import checked_figure
from innocity.engines.indicators.figures import current
from innocity.engines.indicators.model import Figure
from innocity.engines.tasks.units import answerable
from innocity.packs.model import Pack

register_codes({
    "E-CONFIRM-NONE": ("没有可以确认的数", "there is no figure to confirm"),
    "E-CONFIRM-VALUE": ("要确认的不是现行的数", "what is confirmed is not the figure that stands"),
    "E-CONFIRM-SIMULATED": ("模拟数据不能确认", "simulated figures cannot be confirmed"),
    "E-CONFIRM-UNIT": ("不是这个指标的责任单位", "the unit does not answer for the indicator"),
    "E-CONFIRM-DONE": ("这个数已经确认过", "the figure is confirmed already"),
})  # fmt: skip


def confirm_figure(
    pack: Pack, indicator: str, period: str, value: str, by: str, *, unit: str | None = None,
    scope: str | None = None, party: str = "", note: str | None = None, var: Path = VAR, today: date | None = None,
) -> LedgerRow:  # fmt: skip
    """Record that `by` (a person) confirms a figure for the unit `party`; the value must be the one that stands.

    A later correction is a new figure and needs a new confirmation. Errors: E-CONFIRM-*, E-FIGURE-*.
    """
    book = ledger(pack, "figure_confirmation", var)
    with book.locked():
        day = today or date.today()
        return book.append([_row(pack, indicator, period, value, by, unit, scope, party, note, var, day)])[0]


def _row(
    pack: Pack, indicator: str, period: str, value: str, by: str, unit: str | None, scope: str | None, party: str,
    note: str | None, var: Path, day: date,
) -> dict[str, str]:  # fmt: skip
    """The confirmation as it will stand, after all checks."""
    cells = {"indicator": indicator, "period": period, "value": value, "unit": unit, "scope": scope}
    asked = checked_figure(pack, cells, day)
    if not by.strip():
        raise InnoCityError("E-CONFIRM-NONE", "没有写确认人", None, "写上确认人：--confirm 张三")
    key = (asked.indicator, asked.scope, asked.period_text)
    standing = [f for f in current(known_figures(pack, var))
                if (f.indicator, f.scope, f.period_text) == key and f.kind is None]  # fmt: skip
    real = [f for f in standing if not f.simulated]
    if not real and standing:
        raise InnoCityError("E-CONFIRM-SIMULATED", f"{asked.when()}只有模拟数据", None, "先登记真实的数")
    if not real:
        raise InnoCityError("E-CONFIRM-NONE", f"{asked.when()}还没有登记数", None, "先用 innocity observe 登记")
    if real[0].value != asked.value:
        text = f"{asked.when()}现行的数是{real[0].shown()}，不是{asked.shown()}"
        raise InnoCityError("E-CONFIRM-VALUE", text, None, "核对后再确认；数有误就先更正")
    if real[0].key() in confirmations(pack, var):
        raise InnoCityError("E-CONFIRM-DONE", f"{asked.when()}的{asked.shown()}已经确认过", None, "不必再确认")
    return {
        "party_id": _own_unit(pack, party, asked, day), "indicator": asked.indicator, "scope": asked.scope,
        "period": asked.period_text or "", "value": format_value(asked.value), "unit": asked.unit or "",
        "confirms": real[0].fact or "",
        "confirmed_on": day.isoformat(), "recorded_at": day.isoformat(), "by": by.strip(), "note": note or "",
    }  # fmt: skip


def _own_unit(pack: Pack, party: str, figure: Figure, day: date) -> str:
    """The unit that confirms: the indicator's agency, or one that answers today for a target of it.

    Anybody may where the texts name nobody, and for parts of the city, whose own units report. Error: E-CONFIRM-UNIT.
    """
    unit = reporter(pack, party, figure.indicator)
    indicator = pack.indicators[figure.indicator]
    named = {one for target in pack.targets.values() if target.indicator == indicator.id for one in target.units}
    named |= {indicator.agency} if indicator.agency else set()
    own = named | {answer for one in named if one in pack.units for answer in answerable(pack.units, one, day).answer}
    if own and figure.scope == indicator.scope and unit not in own:
        names = "、".join(pack.units[one].name for one in sorted(own)[:8] if one in pack.units)
        text = f"{pack.units[unit].name}不是“{indicator.name}”的责任单位"
        raise InnoCityError("E-CONFIRM-UNIT", text, None, f"由责任单位确认：{names}")
    return unit
