"""The part of `innocity tasks` that records: reports, closings, meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.actions.ledger import LedgerRow
    from innocity.packs.model import Pack


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say."""

    unit: str | None
    on: date | None
    progress: int | None
    work: str
    text: str
    problem: str
    next_step: str
    evidence: tuple[str, ...]
    public: bool = False


def record(screen: Screen, pack: Pack, what: str, value: Any, given: Given, var: Path) -> None:
    """Record and show what was written. Errors: those of the actions, E-USAGE."""
    if what == "--meeting":
        _meeting(screen, pack, value, var)
    elif what == "--report":
        _report(screen, pack, value, given, var)
    else:
        _close(screen, pack, what, value, given, var)


def _unit(pack: Pack, given: Given, why: str) -> str:
    from innocity.engines.tasks.units import find_unit

    if not given.unit:
        raise InnoCityError("E-USAGE", f"没有写{why}单位", remedy="加 --unit 市科技局")
    return find_unit(pack.units, given.unit).id


def _report(screen: Screen, pack: Pack, task: str, given: Given, var: Path) -> None:
    from innocity.actions.report_progress import Progress, report_progress

    unit = _unit(pack, given, "报送")
    told = Progress(
        task, unit, given.on or date.today(), given.progress, given.text, given.work, given.problem, given.next_step,
        given.evidence, public=given.public,
    )  # fmt: skip
    row = report_progress(pack, told, var)
    level = f"，进展{row['progress']}%" if row["progress"] is not None else ""
    _told(screen, row, f"已记录：{pack.units[unit].name}于{row['reported_on']}报送 {task}{level}（{row.place}）。")


def _close(screen: Screen, pack: Pack, what: str, task: str, given: Given, var: Path) -> None:
    from innocity.actions.close_task import Closing, close_task
    from innocity.engines.tasks.model import Outcome

    outcomes: dict[str, tuple[Outcome, str]] = {
        "--close": ("closed", "已销号"), "--return": ("returned", "已退回"), "--reopen": ("reopened", "已恢复办理"),
    }  # fmt: skip
    outcome, word = outcomes[what]
    unit = _unit(pack, given, "审核")
    row = close_task(pack, Closing(task, unit, given.on or date.today(), given.evidence, given.text, outcome), var)
    papers = f"，佐证：{row['evidence']}" if row["evidence"] else ""
    _told(screen, row, f"{word}：{task}，{row['decided_on']}{papers}（{row.place}）。")


def _meeting(screen: Screen, pack: Pack, path: Path, var: Path) -> None:
    from innocity.actions.hold_meeting import hold_meeting, read_meeting

    held = read_meeting(pack, path)
    rows = hold_meeting(pack, held, var)

    def render() -> None:
        screen.line(f"已登记：{held.held_on} {held.title}，议定事项{len(rows)}项，成为任务：", "green")
        names = pack.units
        table = (
            (row["task"], row["title"],
             "、".join(names[one].name for one in (row["lead"] or row["responsible"] or "").split("；") if one),
             row["due"] or "无期限")
            for row in rows
        )  # fmt: skip
        if rows:
            screen.table(("编号", "事项", "单位", "期限"), table)

    screen.show({"meeting": held.title, "held_on": held.held_on, "resolutions": [_plain(row) for row in rows]}, render)


def _told(screen: Screen, row: LedgerRow, text: str) -> None:
    screen.show(_plain(row), lambda: screen.line(text, "green"))


def _plain(row: LedgerRow) -> dict[str, Any]:
    return {**row.values, "place": str(row.place)}
