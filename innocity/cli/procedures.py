"""`innocity procedures`: how matters go step by step, where each stands, and taking a step."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json, day_of
from innocity.cli.procedure_terms import KEYS, start, terms
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.engines.workflow.model import Case
    from innocity.packs.model import Pack, Procedure


def procedures(
    city: City,
    only: Annotated[str | None, typer.Option("--only", metavar="X", help="看一个流程：编号")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="N", help="看一件：办件编号")] = None,
    take: Annotated[str | None, typer.Option("--take", metavar="步骤", help="办一步：步骤编号")] = None,
    by: Annotated[str, typer.Option("--by", metavar="谁", help="谁办的：单位，或申请人的主体编号")] = "",
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天办的；默认今天")] = None,
    title: Annotated[str, typer.Option("--title", help="办件名称（第一步写）")] = "",
    party: Annotated[str, typer.Option("--party", metavar="主体", help="涉及的主体；第一步是申请人")] = "",
    clause: Annotated[str, typer.Option("--clause", metavar="X", help="申报哪一条：条款编号（问到的第一步写）")] = "",
    text: Annotated[str, typer.Option("--text", help="说明")] = "",
    evidence: Annotated[list[str] | None, typer.Option("--evidence", metavar="材料", help="佐证材料，可多次")] = None,
    amount: Annotated[str | None, typer.Option("--sum", metavar="金额", help="如 20万元")] = None,
    more: Annotated[
        list[str] | None, typer.Option("--with", metavar="名=值", help="这一步另问的，可多次：" + "、".join(KEYS))
    ] = None,
    start_all: Annotated[
        bool, typer.Option("--start", help="把登记簿里还没有办件的都转成办件，配合 --only、--by")
    ] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截至哪一天；默认今天")] = None,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="记录所在的文件夹", show_default=False)] = VAR,
    as_json: Json = False,
) -> None:
    """办事流程：每件事走到哪一步、谁办的、接着由谁办。

    How matters go step by step, and where each stands.
    """
    from innocity.actions.procedure_records import open_cases
    from innocity.core.errors import ErrorList
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    day = day_of(as_of) or date.today()
    if start_all:
        only = start(pack, only, by, day_of(on) or date.today(), var)
    if take is not None:
        row = _take(pack, var, procedure=only or "", step=take, case=case or "", by=by, on=day_of(on) or date.today(),
                    title=title, party=party, text=text, evidence=evidence or [], amount=amount,
                    clause=clause, more=terms(pack, more or []))  # fmt: skip
        case, only = row["case"], None
    faults = ErrorList()
    found = open_cases(pack, day, var, faults=faults)
    screen.left_out(faults)
    _check_known(pack, found, only, case)
    if case is not None:
        screen.show(found[case].as_dict(), lambda: _show_case(screen, pack, found[case]))
        return
    wanted = [pack.procedures[only]] if only else list(pack.procedures.values())
    screen.show(_listed(wanted, found), lambda: _show(screen, pack, wanted, found))


def _check_known(pack: Pack, found: dict[str, Case], only: str | None, case: str | None) -> None:
    """That there are such a procedure and such a matter. Error: E-STEP-UNKNOWN."""
    from innocity.core.errors import InnoCityError

    if case is not None and case not in found:
        raise InnoCityError("E-STEP-UNKNOWN", f"没有办件 {case}", None, "用 innocity procedures 看有哪些")
    if only is not None and only not in pack.procedures:
        raise InnoCityError("E-STEP-UNKNOWN", f"没有流程 {only}", None, "可用的：" + "、".join(pack.procedures))


def _take(
    pack: Pack, var: Path, *, procedure: str, step: str, case: str, by: str, on: date, title: str, party: str,
    text: str, evidence: list[str], amount: str | None, clause: str, more: dict[str, Any],
) -> Any:  # fmt: skip
    """Record a step; gives its row."""
    from innocity.actions.take_step import Step, take_step
    from innocity.core.errors import InnoCityError
    from innocity.core.money import parse_money
    from innocity.engines.tasks.units import find_unit

    try:
        actor = find_unit(pack.units, by).id
    except InnoCityError:
        actor = by  # an applicant
    total = parse_money(amount) if amount else None
    taken = Step(procedure, step, actor, on, case, title, party, text, evidence, total, clause=clause, **more)
    return take_step(pack, taken, var)


def _listed(wanted: list[Procedure], found: dict[str, Case]) -> dict[str, Any]:
    return {"procedures": [
        {"id": one.id, "name": one.name, "document": one.document, "clauses": list(one.clauses), "note": one.note,
         "steps": [{"id": step.id, "name": step.name, "by": list(step.by), "after": list(step.after)}
                   for step in one.steps],
         "cases": [case.as_dict() for case in found.values() if case.procedure.id == one.id]}
        for one in wanted
    ]}  # fmt: skip


def _show(screen: Screen, pack: Pack, wanted: list[Procedure], found: dict[str, Case]) -> None:
    for one in wanted:
        own = [case for case in found.values() if case.procedure.id == one.id]
        screen.title(
            f"{one.name}（{one.id}）　在办 {sum(case.open for case in own)}，办结 {sum(not c.open for c in own)}"
        )
        if one.note:
            screen.line(one.note)
        if len(wanted) == 1:
            rows = [(step.name, step.id, _names(pack, step.by), step.ends or "") for step in one.steps]
            screen.table(("步骤", "编号", "谁办", "办结"), rows)
        if own:
            rows = [
                (case.title + _mark(case.simulated), case.id, case.state, "、".join(s.step.name for s in case.next))
                for case in own
            ]
            screen.table(("办件", "编号", "走到", "接着"), rows)


def _show_case(screen: Screen, pack: Pack, case: Case) -> None:
    from innocity.core.money import format_money

    screen.title(f"{case.title}（{case.id}）　{case.procedure.name}：{case.state}")
    if case.clause:
        name = pack.clauses[case.clause].name if case.clause in pack.clauses else ""
        screen.line(f"申报的条款：{name}（{case.clause}）")
    names = {step.id: step.name for step in case.procedure.steps}
    rows = [
        (one.taken_on, names[one.step],
         _names(pack, [one.actor]) + ("（代申请人登记）" if case.on_behalf(one) else ""), one.party,
         "" if one.sum is None else format_money(one.sum), one.text + _mark(one.simulated),
         "；".join(one.evidence))
        for one in case.taken
    ]  # fmt: skip
    screen.table(("日期", "步骤", "谁办", "涉及", ">金额", "说明", "佐证"), rows)
    if case.members:
        screen.line("在内：" + "、".join(case.members))
    for coming in case.next:
        until = f"，{coming.due} 前" if coming.due else ""
        screen.line(f"接着：{coming.step.name}（{coming.step.id}），{_names(pack, coming.step.by)}{until}")


def _mark(simulated: bool) -> str:
    return "（模拟）" if simulated else ""


def _names(pack: Pack, ids: Any) -> str:
    return "、".join(
        "申请人" if one == "applicant" else pack.units[one].name if one in pack.units else one for one in ids
    )
