"""`innocity figures`: how far each recorded figure is, and the steps from 报送 to 锁定."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.actions.figure_states import FigureState
    from innocity.actions.ledger import LedgerRow
    from innocity.packs.model import Pack


def _option(*names: str, metavar: str | None = None, help: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, show_default=False)


Submit = Annotated[str | None, _option("--submit", metavar="指标", help="报送现行的数")]
Approve = Annotated[str | None, _option("--approve", metavar="指标", help="审核通过")]
Return = Annotated[str | None, _option("--return", metavar="指标", help="退回修改，要写 --text")]
Lock = Annotated[bool, _option("--lock", help="锁定 --period 这一时期已审核的数")]
Unlock = Annotated[str | None, _option("--unlock", metavar="指标", help="单项解锁，要写 --text")]
Period = Annotated[str | None, _option("--period", metavar="时期", help="如 2023、2023-09；查看时只列这一时期")]
Scope = Annotated[str | None, _option("--scope", metavar="范围", help="区市或功能区；默认指标自己的范围")]
Unit = Annotated[str | None, _option("--unit", metavar="单位", help="办理的单位；查看时只列它报的数")]
By = Annotated[str, _option("--by", metavar="姓名", help="经办人")]
Text = Annotated[str, _option("--text", metavar="文字", help="意见；退回和解锁必须写理由")]
StateOnly = Annotated[str | None, _option("--state", metavar="状态", help="只列一种，如 submitted 或 待审核")]
Simulated = Annotated[bool, _option("--simulated", help="办理的是模拟数据")]


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say of one step."""

    period: str
    scope: str | None
    unit: str
    by: str
    text: str
    simulated: bool
    var: Path


def figures(
    city: City, submit: Submit = None, approve: Approve = None, send_back: Return = None, lock: Lock = False,
    unlock: Unlock = None, period: Period = None, scope: Scope = None, unit: Unit = None, by: By = "",
    text: Text = "", state: StateOnly = None, simulated: Simulated = False,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="台账放在哪里")] = VAR, as_json: Json = False,
) -> None:  # fmt: skip
    """数据审核：登记的每个数到哪一步；也在这里报送、审核、退回、锁定、单项解锁。

    Figures: submitted, sent back, approved, locked; each step is recorded here.
    """
    from innocity.packs.load import load_pack

    screen, pack = Screen(as_json), load_pack(city)
    steps = {"--submit": submit, "--approve": approve, "--return": send_back, "--lock": lock or None,
             "--unlock": unlock}  # fmt: skip
    chosen = [name for name, value in steps.items() if value is not None]
    if len(chosen) > 1:
        raise InnoCityError("E-USAGE", f"{'、'.join(chosen)} 一次只能用一个", remedy="分几次做")
    if not chosen:
        _list(screen, pack, var, period, unit, state)
        return
    if period is None:
        raise InnoCityError("E-USAGE", f"{chosen[0]} 要写是哪个时期的数", remedy="加 --period 2023")
    given = Given(period, scope, unit or "", by, text, simulated, var)
    _step(screen, pack, chosen[0], str(steps[chosen[0]]), given)


def _step(screen: Screen, pack: Pack, what: str, indicator: str, given: Given) -> None:
    """Take one step and say what was recorded."""
    from innocity.actions.review_figure import review_figure
    from innocity.actions.submit_figure import submit_figure
    from innocity.actions.unlock_figure import unlock_figure

    if what == "--lock":
        _lock(screen, pack, given)
        return
    same = {"scope": given.scope, "unit": given.unit, "simulated": given.simulated, "var": given.var}
    if what == "--submit":
        row = submit_figure(pack, indicator, given.period, given.by, text=given.text, **same)  # type: ignore[arg-type]
    elif what == "--unlock":
        row = unlock_figure(pack, indicator, given.period, given.text, given.by, **same)  # type: ignore[arg-type]
    else:
        outcome: Any = "approved" if what == "--approve" else "returned"
        row = review_figure(pack, indicator, given.period, outcome, given.by, text=given.text, **same)  # type: ignore[arg-type]
    screen.show({"recorded": [_plain(row)]}, lambda: screen.line(_said(pack, row), "green"))


def _lock(screen: Screen, pack: Pack, given: Given) -> None:
    from innocity.actions.figure_states import STATE_NAMES
    from innocity.actions.lock_figures import lock_figures

    done = lock_figures(pack, given.period, given.by, unit=given.unit, text=given.text, var=given.var)

    def render() -> None:
        for row in done.rows:
            screen.line(_said(pack, row), "green")
        if done.open:
            names = "、".join(
                f"{pack.indicators[o.figure.indicator].name}（{STATE_NAMES[o.state]}）" for o in done.open
            )
            screen.line(f"没有锁定的{len(done.open)}项：{names}", "yellow")

    data = {"recorded": [_plain(row) for row in done.rows], "open": [_data(pack, one) for one in done.open]}
    screen.show(data, render)


def _said(pack: Pack, row: LedgerRow) -> str:
    words = {code.id: code.name for code in pack.codes["figure_outcome"].codes}
    name, unit = pack.indicators[row["indicator"]].name, pack.units[row["party_id"]].name
    fake = "（模拟数据）" if row["simulated"] else ""
    return (
        f"{words[row['outcome']]}：{name} {row['period']} {row['value']}{row['unit'] or ''}{fake}，{unit} {row['by']}"
    )


def _plain(row: LedgerRow) -> dict[str, Any]:
    return {**row.values, "place": str(row.place)}


def _list(screen: Screen, pack: Pack, var: Path, period: str | None, unit: str | None, state: str | None) -> None:
    """The figures and their states, those asked for."""
    from innocity.actions.figure_states import STATE_NAMES, figure_states
    from innocity.engines.tasks.units import find_unit

    names = {str(key): name for key, name in STATE_NAMES.items()}
    wanted = next((key for key, name in names.items() if state in (key, name)), None)
    if state is not None and wanted is None:
        raise InnoCityError("E-USAGE", f"没有状态 {state}", remedy="可选：" + "、".join(names.values()))
    own = find_unit(pack.units, unit).id if unit else None
    found = [
        one for one in figure_states(pack, var)
        if (period is None or one.figure.period_text == period) and own in (None, one.unit)
        and wanted in (None, one.state)
    ]  # fmt: skip
    screen.show({"city": pack.city.id, "figures": [_data(pack, one) for one in found]},
                lambda: _table(screen, pack, found))  # fmt: skip


def _table(screen: Screen, pack: Pack, found: list[FigureState]) -> None:
    from innocity.actions.figure_states import STATE_NAMES

    if not found:
        screen.line("没有登记的数。先用 innocity observe 登记。")
        return
    rows = (
        (STATE_NAMES[one.state], pack.indicators[one.figure.indicator].name, one.figure.when(), one.figure.shown()
         + ("（模拟）" if one.figure.simulated else ""), _unit_name(pack, one.unit),
         one.last["decided_on"] if one.last else "", one.reason)
        for one in found
    )  # fmt: skip
    screen.table(("状态", "指标", "时期", ">数值", "报数单位", "日期", "意见"), rows)


def _unit_name(pack: Pack, unit: str) -> str:
    return pack.units[unit].name if unit in pack.units else unit


def _data(pack: Pack, one: FigureState) -> dict[str, Any]:
    return {
        "indicator": one.figure.indicator, "name": pack.indicators[one.figure.indicator].name, "state": one.state,
        "unit": one.unit, "figure": one.figure.as_dict(), "reason": one.reason,
        "history": [_plain(row) for row in one.history],
    }  # fmt: skip
