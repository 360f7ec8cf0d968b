"""How far each recorded figure is: to be submitted, submitted, sent back, approved, locked, unlocked.

    states = figure_states(pack)
    [(one.figure.indicator, STATE_NAMES[one.state]) for one in states]

The states follow from two registers that only grow, `observation` and `figure_review`: nothing else is kept. A
corrected figure is a new one, which is submitted anew. Whether the unit has confirmed a figure is another matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from innocity.actions.figures import recorded
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.entry import checked_figure
from innocity.engines.indicators.figures import current, series_key
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Pack

register_codes({
    "E-REVIEW-NONE": ("没有可以审核的数", "there is no figure to review"),
    "E-REVIEW-STATE": ("这个数现在不能这样办", "a figure in this state does not allow the step"),
    "E-REVIEW-UNIT": ("这个单位不能办这一步", "the unit may not take this step"),
    "E-REVIEW-PERSON": ("没有写经办人，或自己审自己报的数", "nobody is named, or somebody reviews an own figure"),
    "E-REVIEW-TEXT": ("没有写理由", "a reason is missing"),
    "E-FIGURE-LOCKED": ("这个数已经锁定", "the figure is locked"),
})  # fmt: skip

State = Literal["recorded", "submitted", "returned", "approved", "locked", "unlocked"]
Outcome = Literal["submitted", "returned", "approved", "locked", "unlocked"]
STATE_NAMES: dict[State, str] = {
    "recorded": "待报送", "submitted": "待审核", "returned": "已退回", "approved": "已审核", "locked": "已锁定",
    "unlocked": "已解锁",
}  # fmt: skip
#: From which states each step may be taken.
_FROM: dict[Outcome, tuple[State, ...]] = {
    "submitted": ("recorded", "returned", "unlocked"), "returned": ("submitted", "approved"),
    "approved": ("submitted",), "locked": ("approved",), "unlocked": ("locked",),
}  # fmt: skip
_STANDS: dict[State, str] = {
    "recorded": "“{name}”{when}的{shown}待报送", "submitted": "“{name}”{when}的{shown}待审核",
    "returned": "“{name}”{when}的{shown}已退回", "approved": "“{name}”{when}的{shown}已审核",
    "locked": "“{name}”{when}的{shown}已锁定", "unlocked": "“{name}”{when}的{shown}已解锁",
}  # fmt: skip
_NEXT: dict[State, str] = {
    "recorded": "先由报数单位报送", "submitted": "等候审核", "returned": "由报数单位更正或说明后重新报送",
    "approved": "已经审核，可以锁定；要改先退回", "locked": "要改先申请单项解锁", "unlocked": "更正或重新报送",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureState:
    """The figure that stands for an indicator, scope and period, and how far it is.

    `unit` reported it (id). `last` is the latest step about this very figure, `history` all steps about the
    indicator, scope and period, earlier figures included.
    """

    figure: Figure
    state: State
    unit: str
    last: LedgerRow | None = None
    history: tuple[LedgerRow, ...] = ()

    @property
    def submitted_by(self) -> str:
        """Who handed in this very figure last; empty where nobody did."""
        own = [row["by"] for row in self.history if row["figure"] == self.figure.fact and row["outcome"] == "submitted"]
        return str(own[-1]) if own else ""

    @property
    def reason(self) -> str:
        """What was written with the latest step."""
        return str(self.last.get("text", "")) if self.last else ""


def figure_states(pack: Pack, var: Path = VAR) -> list[FigureState]:
    """The states of all figures that the city has recorded, in the order of the pack's indicators, then by time.

    Figures of documents are published already and have none. Errors: those of ledgers and figures.
    """
    rows = _reviews(pack, var)
    by_figure: dict[str, LedgerRow] = {row["figure"]: row for row in rows}
    histories = _by_series(pack, rows)
    reporters = {row["fact_id"]: row["party_id"] for row in ledger(pack, "observation", var).rows()}
    order = {name: number for number, name in enumerate(pack.indicators)}
    found = []
    for figure in current(recorded(pack, var), indicators=pack.indicators):
        last = by_figure.get(figure.fact or "")
        state: State = last["outcome"] if last else "recorded"
        history = histories.get(series_key(figure, pack.indicators[figure.indicator]), ())
        found.append(FigureState(figure, state, reporters.get(figure.fact or "", ""), last, tuple(history)))
    return sorted(found, key=lambda one: (order[one.figure.indicator], one.figure.scope, *one.figure.order))


def _reviews(pack: Pack, var: Path) -> list[LedgerRow]:
    return ledger(pack, "figure_review", var).rows() if "figure_review" in pack.registers else []


def _by_series(pack: Pack, rows: Sequence[LedgerRow]) -> dict[tuple[object, ...], list[LedgerRow]]:
    """Steps by the series that their figures belong to."""
    found: dict[tuple[object, ...], list[LedgerRow]] = {}
    for row in rows:
        if row["indicator"] in pack.indicators:
            found.setdefault(series_key(_named(pack, row), pack.indicators[row["indicator"]]), []).append(row)
    return found


def _named(pack: Pack, row: LedgerRow) -> Figure:
    cells = {name: row.get(name) for name in ("indicator", "period", "scope", "value", "unit")}
    cells["simulated"] = "true" if row["simulated"] else None
    return checked_figure(pack, cells, row["decided_on"], row.place)


def locks(pack: Pack, var: Path = VAR) -> dict[tuple[object, ...], LedgerRow]:
    """The step that locked each series of figures that is locked now: nobody adds to it or corrects it."""
    series = _by_series(pack, _reviews(pack, var))
    return {key: rows[-1] for key, rows in series.items() if rows[-1]["outcome"] == "locked"}


def check_unlocked(pack: Pack, figure: Figure, locked: Mapping[tuple[object, ...], LedgerRow]) -> None:
    """Error: E-FIGURE-LOCKED where a new figure would change one that is locked."""
    row = locked.get(series_key(figure, pack.indicators[figure.indicator]))
    if row is None:
        return
    unit = pack.units[row["party_id"]].name if row["party_id"] in pack.units else row["party_id"]
    name = pack.indicators[figure.indicator].name
    shown = f"{row['value']}{row['unit'] or ''}"
    text = f"“{name}”{figure.when()}的数（{shown}）已由{unit}于 {row['decided_on']} 锁定"
    raise InnoCityError("E-FIGURE-LOCKED", text, None, f"确需更正的，写明理由请{unit}单项解锁，再更正、重新报送")


def state_of(
    pack: Pack, indicator: str, period: str, scope: str | None, day: date, var: Path, simulated: bool = False
) -> FigureState:  # fmt: skip
    """The state of one figure; indicator and scope by id or name. Errors: E-FIGURE-*, E-REVIEW-NONE."""
    cells = {"indicator": indicator, "period": period, "scope": scope, "value": "1"}
    asked = checked_figure(pack, cells | {"simulated": "true" if simulated else None}, day)
    wanted = series_key(asked, pack.indicators[asked.indicator])
    for one in figure_states(pack, var):
        if series_key(one.figure, pack.indicators[one.figure.indicator]) == wanted:
            return one
    text = f"“{pack.indicators[asked.indicator].name}”{asked.when()}还没有登记数"
    remedy = "先登记这个数（命令行用 innocity observe）；文件里公布的数不用报送"
    raise InnoCityError("E-REVIEW-NONE", text, None, remedy)


def check_step(pack: Pack, one: FigureState, outcome: Outcome, by: str, text: str, errors: ErrorList) -> None:
    """Whether a figure's state allows the step, whoever takes it. Codes: E-REVIEW-STATE, -PERSON, -TEXT."""
    name, when, shown = pack.indicators[one.figure.indicator].name, one.figure.when(), one.figure.shown()
    if one.state not in _FROM[outcome]:
        stands = _STANDS[one.state].format(name=name, when=when, shown=shown)
        errors.add("E-REVIEW-STATE", stands, None, _NEXT[one.state])
    if not by.strip():
        errors.add("E-REVIEW-PERSON", "没有写经办人", None, "写上经办人（命令行如 --by 张三）")
    if outcome in ("returned", "unlocked") and not text.strip():
        lacking = f"“{name}”{when}的{shown}没有写理由"
        errors.add("E-REVIEW-TEXT", lacking, None, "写明退回或解锁的理由（命令行用 --text）")
    if outcome in ("approved", "returned") and by.strip() and one.submitted_by == by.strip():
        text = f"“{name}”{when}的{shown}是{by.strip()}报送的，不能由本人审核"
        errors.add("E-REVIEW-PERSON", text, None, "换一个人审核")


def step_row(one: FigureState, outcome: Outcome, unit: str, by: str, text: str, day: date) -> dict[str, str]:
    """The step as it will stand in the register."""
    figure = one.figure
    return {
        "party_id": unit, "figure": figure.fact or "", "indicator": figure.indicator, "scope": figure.scope,
        "period": figure.period_text or "", "value": format_value(figure.value), "approx": figure.approx or "",
        "unit": figure.unit or "", "outcome": outcome, "decided_on": day.isoformat(), "by": by.strip(),
        "text": text.strip(), "simulated": "true" if figure.simulated else "", "valid_from": day.isoformat(),
        "recorded_at": day.isoformat(),
    }  # fmt: skip
