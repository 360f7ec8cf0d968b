"""`innocity tasks`: the ledger of tasks, whom to ask, and what is recorded about them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli import tasks_record, tasks_screen
from innocity.cli.folders import VAR, told_of_demo
from innocity.cli.options import City, Json, KnownOn, day_of
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.engines.tasks.model import TaskBoard, TaskState
    from innocity.packs.model import Pack

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="日期", help="截止哪一天；默认取 city.yaml 的 as_of", show_default=False),
]
Var = Annotated[Path, typer.Option("--var", metavar="DIR", help="台账放在哪里")]
Real = Annotated[bool, typer.Option("--real", help="不看模拟的进展，只看真实台账")]


def _option(*names: str, metavar: str | None = None, help: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, show_default=False)


Only = Annotated[str | None, _option("--only", metavar="ID", help="只看一项，连同上下级、目标、条款")]
Unit = Annotated[str | None, _option("--unit", metavar="单位", help="只看一个单位；记录时是报送或审核单位")]
Document = Annotated[str | None, _option("--document", metavar="ID", help="只看一份文件；meeting 为会议议定")]
Status = Annotated[str | None, _option("--status", metavar="状态", help="只列一种：overdue、at_risk、done 等")]
Tree = Annotated[bool, _option("--tree", help="按提纲列出全部任务")]
Supervise = Annotated[bool, _option("--supervise", help="按单位列督办事项")]
Report = Annotated[str | None, _option("--report", metavar="ID", help="报送一项任务的进展")]
Close = Annotated[str | None, _option("--close", metavar="ID", help="凭佐证材料销号")]
Return = Annotated[str | None, _option("--return", metavar="ID", help="退回销号申请，要写 --text")]
Reopen = Annotated[str | None, _option("--reopen", metavar="ID", help="已销号的恢复办理，要写 --text")]
Meeting = Annotated[Path | None, _option("--meeting", metavar="FILE", help="登记会议及议定事项（YAML）")]
On = Annotated[str | None, _option("--on", metavar="日期", help="报送或审核的日期；默认今天")]
Progress = Annotated[int | None, _option("--progress", metavar="0-100", help="进展百分比")]
Work = Annotated[str, _option("--work", metavar="情况", help="under_way（默认）、delayed、blocked 或 finished")]
Text = Annotated[str, _option("--text", metavar="文字", help="进展说明或审核意见")]
Problem = Annotated[str, _option("--problem", metavar="文字", help="存在问题")]
NextStep = Annotated[str, _option("--next", metavar="文字", help="下一步")]
Public = Annotated[bool, _option("--public", help="报进展时：文字对外公开；不写只在内部看")]
Papers = Annotated[list[str] | None, _option("--evidence", metavar="材料", help="佐证材料的文件名或文号，可多次")]


def tasks(
    city: City, as_of: AsOf = None, only: Only = None, unit: Unit = None, document: Document = None,
    status: Status = None, tree: Tree = False, supervise: Supervise = False, report: Report = None,
    close: Close = None, send_back: Return = None, reopen: Reopen = None, meeting: Meeting = None, on: On = None,
    progress: Progress = None, work: Work = "under_way", text: Text = "", problem: Problem = "",
    next_step: NextStep = "", evidence: Papers = None, public: Public = False,
    real: Real = False, known_on: KnownOn = None, var: Var = VAR, as_json: Json = False,
) -> None:  # fmt: skip
    """任务台账：各项任务到哪一步、谁负责、督办谁；也在这里报进展、销号、登记会议。

    Tasks: states, who answers, whom to ask; reports, closings and meetings are recorded here.
    """
    from innocity.engines.tasks.units import find_unit
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    writing = {"--report": report, "--close": close, "--return": send_back, "--reopen": reopen, "--meeting": meeting}
    chosen = [name for name, value in writing.items() if value is not None]
    if len(chosen) > 1:
        raise InnoCityError("E-USAGE", f"{'、'.join(chosen)} 一次只能用一个", remedy="分几次做")
    if chosen:
        given = tasks_record.Given(
            unit, day_of(on), progress, work, text, problem, next_step, tuple(evidence or ()), public
        )
        tasks_record.record(screen, pack, chosen[0], writing[chosen[0]], given, var)
        return
    told_of_demo(screen, city, var)
    faults = ErrorList()
    board = _board(pack, day_of(as_of), var, real, day_of(known_on), faults)
    screen.left_out(faults)
    if only is not None:
        tasks_screen.one(screen, pack, board, only)
    elif supervise:
        asked = find_unit(pack.units, unit).id if unit else None
        tasks_screen.supervision(screen, pack, board, _keep(pack, board, unit, document, None), asked)
    else:
        keep = _keep(pack, board, unit, document, status)
        tasks_screen.ledger(screen, pack, board, keep, tree=tree, listing=bool(unit or document or status))


def _board(
    pack: Pack, as_of: date | None, var: Path, real: bool, known_on: date | None, faults: ErrorList
) -> TaskBoard:  # fmt: skip
    from innocity.actions.task_records import tasks_as_of

    day = as_of or pack.city.as_of
    if day is None:
        raise InnoCityError("E-USAGE", "城市没有写 as_of", remedy="加 --as-of 2023-12-31")
    return tasks_as_of(pack, day, var, simulated=not real, known_on=known_on, faults=faults)


def _keep(pack: Pack, board: TaskBoard, unit: str | None, document: str | None, status: str | None) -> Any:
    """Whether a state is among those asked for. Errors: E-UNIT-UNKNOWN, E-USAGE."""
    from innocity.engines.tasks.model import STATUS_NAMES
    from innocity.engines.tasks.units import find_unit
    from innocity.packs.invalid import suggest

    wanted = find_unit(pack.units, unit).id if unit else None
    source = "" if document == "meeting" else document
    if source and source not in pack.documents:
        raise InnoCityError("E-USAGE", f"没有文件 {source}", remedy=suggest(source, set(pack.documents)))
    if status and status not in STATUS_NAMES:
        raise InnoCityError("E-USAGE", f"没有状态 {status}", remedy="可选：" + "、".join(STATUS_NAMES))

    def keep(state: TaskState) -> bool:
        fits = wanted is None or wanted in state.units() or wanted in state.task.lead + state.task.responsible
        return fits and (source is None or state.document == source) and (not status or state.status == status)

    return keep
