"""Take a step of a procedure: checked against the procedure and what was done before, then appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from innocity.actions.authority import check_records_for, unit_names
from innocity.actions.award_of_matter import check_decision, check_object
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.matter_papers import check_seen, said_of, send_papers, waiting_for_step
from innocity.actions.procedure_records import REGISTER, actors, free_ids, handling, is_known, open_cases
from innocity.actions.step_terms import ASKED, check_once, check_terms, given_of, terms_of, write_back
from innocity.actions.task_records import written_list
from innocity.core.dates import period_name
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.core.money import format_money, format_yuan
from innocity.engines.workflow.board import may_follow
from innocity.engines.workflow.model import Case, Taken
from innocity.engines.workflow.papers import call_of, stage_of
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_fences import papers_of
from innocity.packs.model_procedure import APPLICANT, greatest
from innocity.records.viewer import Viewer

register_codes({
    "E-STEP-UNKNOWN": ("没有这个流程、步骤或办件", "no such procedure, step or matter"),
    "E-STEP-ORDER": ("现在还不到这一步", "the step may not come now"),
    "E-STEP-ACTOR": ("这一步不由它办", "the step is not for this unit or party"),
    "E-STEP-DATE": ("步骤的日期不对", "the date of a step is wrong"),
    "E-STEP-ASKS": ("这一步缺少要写的内容", "a step lacks what it must be given"),
    "E-STEP-CALL": ("申报通知没有开始受理，或者已经截止", "the call is not open yet, or is over"),
    "E-STEP-CLAUSE": ("申报的条款不对", "what is applied for is no clause of the procedure or of a call"),
    "E-STEP-PARTY": ("涉及的主体不对", "the party of a step is wrong"),
    "E-STEP-SUM": ("金额超出前面定下的数", "a sum is above what was set before"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A step to be taken: `actor` is a unit or, for the applicant's own steps, a party; `case` is empty for the first.

    `sum` is in fen; `party` is whom it concerns: at the first step the applicant; `clause` is what is applied for,
    `object` which of the things it gives for, `subject` the row of a register that the matter is about. `lacking` and
    `promises` name papers, `named` units or parties.
    """

    procedure: str
    step: str
    actor: str
    on: date
    case: str = ""
    title: str = ""
    party: str = ""
    text: str = ""
    evidence: Sequence[str] = ()
    sum: int | None = None
    by: str = ""
    simulated: bool = False
    clause: str = ""
    subject: str = ""
    agrees: bool | None = None
    reason: str = ""
    lacking: Sequence[str] = ()
    promises: Sequence[str] = ()
    until: date | None = None
    scope: str = ""
    named: Sequence[str] = ()
    opens_on: date | None = None
    object: str = ""


def take_step(
    pack: Pack, step: Step, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> LedgerRow:
    """Record a step in the city's ledger `procedure_step` and return its row; `viewer` is who writes.

    Nothing is written unless all holds: the procedure lets the step come now, whoever takes it may, the day is
    neither to come nor before the last step, what is applied for stands under a call that was open on the day, what
    the step asks for is given, parties and sums fit what was done before. The files that were handed in for the step
    go with it. Errors, together: E-STEP-*; those of ledgers; E-LEDGER-UNIT.
    """
    book, now = ledger(pack, REGISTER, var, viewer=viewer), today or date.today()
    with book.locked():
        found = open_cases(pack, date.max, var, on=step.on)
        case = found.get(step.case)
        papers = waiting_for_step(
            pack, viewer, var, owner=step.actor, procedure=case.procedure.id if case else step.procedure,
            step=step.step, case=step.case, clause="" if case else step.clause,
        )  # fmt: skip
        row = _row(pack, replace(step, evidence=(*step.evidence, *said_of(papers))), found, now, var, viewer)
        check_records_for(pack, viewer, book.register, row["party_id"])
        done = book.append([row], "take_step")[0]
        if papers and viewer is not None:
            send_papers(viewer, papers, done, _whose(pack, step, case))
        write_back(pack, step, case, done, var, viewer, now)
        return done


def _whose(pack: Pack, step: Step, case: Case | None) -> str:
    """Whose papers go with a step: the applicant's, where it is a step of its own; else nobody's but the units'."""
    procedure = case.procedure if case else pack.procedures[step.procedure]
    wanted = procedure.step(step.step)
    own = wanted is not None and APPLICANT in wanted.by
    return (case.applicant if case else step.party) if own else ""


def _row(
    pack: Pack, step: Step, found: dict[str, Case], today: date, var: Path, viewer: Viewer | None
) -> dict[str, str]:  # fmt: skip
    """The step as it will stand, after all checks."""
    procedure, wanted, case = _known(pack, step, found)
    step, errors = replace(step, object=_thing(pack, step)), ErrorList()
    own = viewer is not None and viewer.role == "firm"
    _check_order(procedure, wanted, case, errors)
    _check_actor(pack, procedure, wanted, step, case, errors)
    _check_day(step, case, today, errors, own=own)
    _check_asked(wanted, step, case, errors)
    _check_clause(pack, procedure, wanted, step, errors)
    fault = call_fault(pack, procedure, step.clause, day_of_pages(pack, viewer, today) if viewer and own else step.on)
    errors.extend([fault] if fault else [])
    _check_party(wanted, step, case, errors)
    _check_known(pack, procedure, wanted, step, case, var, errors)
    _check_payment(wanted, step, case, errors)
    _check_sum(wanted, step, case, errors)
    _check_cap(pack, wanted, step, case, errors)
    check_terms(pack, procedure, wanted, step, case, var, errors)
    if case is None and not errors:
        first = Taken("", procedure.id, wanted.id, step.actor, step.on, party=step.party, clause=step.clause,
                      object=step.object)  # fmt: skip
        check_object(pack, first, var, today, errors)
    check_once(pack, procedure, step, found, errors, var)
    check_seen(pack, wanted, step.reason, case, var, errors)
    if all(one.code == "E-STEP-PAPERS" for one in errors):
        check_decision(pack, wanted, step.sum, step.reason, case, var, today, errors, found.values())
    errors.raise_if_any()
    return {
        "party_id": step.actor, "case": case.id if case else next(free_ids(procedure.id, step.on.year, found)),
        "procedure": procedure.id, "step": wanted.id, "title": "" if case else step.title.strip(),
        "concerns": step.party, "taken_on": step.on.isoformat(), "by": step.by, "text": step.text.strip(),
        "clause": step.clause, "object": step.object, "sum": "" if step.sum is None else format_yuan(step.sum),
        "evidence": written_list(step.evidence),
        "simulated": "true" if step.simulated else "", "valid_from": step.on.isoformat(), "source": "办理记录",
        **terms_of(step),
    }  # fmt: skip


def _thing(pack: Pack, step: Step) -> str:
    """Which of a clause's things is applied for; empty where the clause gives to the party itself."""
    clause = pack.clauses.get(step.clause)
    return "" if clause is not None and clause.object == ("party",) else step.object


def _known(pack: Pack, step: Step, found: dict[str, Case]) -> tuple[Procedure, ProcedureStep, Case | None]:
    """The procedure, its step, and the matter, if it has begun. Error: E-STEP-UNKNOWN."""
    case = found.get(step.case) if step.case else None
    if step.case and case is None:
        raise InnoCityError("E-STEP-UNKNOWN", f"没有办件 {step.case}", None, suggest(step.case, set(found)))
    name = case.procedure.id if case else step.procedure
    procedure = pack.procedures.get(name)
    if procedure is None:
        raise InnoCityError("E-STEP-UNKNOWN", f"没有流程 {name}", None, suggest(name, set(pack.procedures)))
    wanted = procedure.step(step.step)
    if wanted is None:
        known = {one.id for one in procedure.steps}
        raise InnoCityError(
            "E-STEP-UNKNOWN", f"“{procedure.name}”没有步骤 {step.step}", None, suggest(step.step, known)
        )
    return procedure, wanted, case


def _check_order(procedure: Procedure, wanted: ProcedureStep, case: Case | None, errors: ErrorList) -> None:
    allowed = [one.step for one in case.next] if case else list(may_follow(procedure, [], ()))
    if wanted in allowed:
        return
    if case is None:
        text = f"还没有开始，不能办“{wanted.name}”"
    elif case.lacking:
        lacking = "、".join(case.lacking)
        text = f"“{case.title}”现在是“{case.state}”，缺的材料没有补齐：{lacking}，不能办“{wanted.name}”"
    else:
        text = f"“{case.title}”现在是“{case.state}”，不能办“{wanted.name}”"
    remedy = f"现在可以办：{'、'.join(one.name for one in allowed)}" if allowed else "这一件已经办结"
    errors.add("E-STEP-ORDER", text, None, remedy)


def _check_actor(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList
) -> None:
    applicant = case.applicant if case else step.party
    allowed = actors(pack, procedure, wanted, applicant, step.on, case)
    if step.actor not in allowed:
        units = unit_names(pack, [one for one in allowed if one in pack.units])
        errors.add("E-STEP-ACTOR", f"“{wanted.name}”不由{unit_names(pack, [step.actor])}办", None, f"可以办的：{units}")


def _check_day(step: Step, case: Case | None, today: date, errors: ErrorList, *, own: bool) -> None:
    """Neither to come nor before the last step; what a party does by itself stands on the day on which it does."""
    if step.on > today:
        errors.add("E-STEP-DATE", f"日期 {step.on} 还没有到", None, "写实际办理的日期")
    elif own and step.on != today:
        errors.add("E-STEP-DATE", f"自己办的步骤记在办的当天，不能写成 {step.on}", None, f"写 {today}")
    if case and step.on < case.taken[-1].taken_on:
        errors.add("E-STEP-DATE", f"日期 {step.on} 早于上一步的 {case.taken[-1].taken_on}", None, "核对日期")


def _check_asked(wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList) -> None:
    given = {"text": step.text.strip(), "evidence": written_list(step.evidence), "sum": step.sum is not None,
             "party": step.party.strip(), "clause": step.clause, **given_of(step)}  # fmt: skip
    asked = dict.fromkeys(wanted.asks)
    if APPLICANT in wanted.by:
        asked |= {"party": None} if case is None else {}
        if step.actor not in (step.party, case.applicant if case else "", *wanted.by):
            asked["evidence"] = None  # recorded for it: the papers it handed in
    lacking = [ASKED[one] for one in asked if not given[one]]
    if case is None and not step.title.strip():
        lacking.insert(0, "办件名称")
    if lacking:
        errors.add("E-STEP-ASKS", f"“{wanted.name}”还要写{'、'.join(lacking)}", None, "补上再登记")
    if step.sum is not None and step.sum < 0:
        errors.add("E-STEP-SUM", "金额是负的", None, "写不小于零的金额")


def _check_clause(pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, errors: ErrorList) -> None:
    """What is applied for is a clause of the procedure, or where it names none, of a call."""
    if not step.clause:
        return
    called = [name for call in pack.calls.values() for name in call.clauses]
    allowed = set(procedure.clauses or called or pack.clauses) & set(pack.clauses)
    if "clause" not in wanted.asks:
        errors.add("E-STEP-CLAUSE", f"“{wanted.name}”不写申报哪一条", None, "去掉条款")
    elif step.clause not in allowed:
        text = f"“{step.clause}”不是可以申报的条款"
        errors.add("E-STEP-CLAUSE", text, None, suggest(step.clause, allowed) or "从申报通知列出的条款里选")


def call_fault(pack: Pack, procedure: Procedure, clause: str, day: date) -> InnoCityError | None:
    """Why a clause cannot be applied for on a day (E-STEP-CALL): its call opens later, or is over; else None.

    The day is that of sending it, or, for papers that somebody brought to a unit, that of their arrival.
    """
    call = call_of(pack, clause, day) if clause and not procedure.clauses else None
    if call is None or stage_of(call, day) == "open":
        return None
    now = period_name(day.isoformat())
    opens, closes = period_name(call.opens.isoformat()), period_name(call.closes.isoformat())
    if stage_of(call, day) == "upcoming":
        text = f"“{call.name}”{opens}才开始受理，{now}还不能申报"
        papers = papers_of(pack.clauses[clause], call) if clause in pack.clauses else call.materials
        remedy = f"{opens}到{closes}之间再来；先备齐材料"
        remedy = f"{opens}到{closes}之间再来；先备齐材料：{'、'.join(papers)}" if papers else remedy
    else:
        text = f"“{call.name}”已于{closes}截止，{now}不再受理"
        asked = call.contact
        where = unit_names(pack, [asked.unit]) + (asked.section or "") + (asked.telephone or "") if asked else ""
        remedy = f"受理时间是{opens}到{closes}；等下一次申报通知"
        remedy = f"受理时间是{opens}到{closes}；等下一次申报通知，有疑问问{where}" if where else remedy
    return InnoCityError("E-STEP-CALL", text, None, remedy)


def day_of_pages(pack: Pack, viewer: Viewer, today: date) -> date:
    """The day by which a call is open to a party: today, or in a simulated city the day on which it stands still."""
    from innocity.actions.view_entitlements import day_of

    return day_of(pack, viewer, today)[0]


def _check_party(wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList) -> None:
    """Whom the step concerns joins, leaves or is one of those of the matter."""
    members = case.members if case else ()
    if wanted.party is None:
        return
    if not step.party:
        errors.add("E-STEP-PARTY", f"“{wanted.name}”没有写是谁", None, "写主体编号")
    elif wanted.party == "joins" and step.party in members:
        errors.add("E-STEP-PARTY", f"{step.party} 已经在内", None, "核对主体编号")
    elif wanted.party != "joins" and step.party not in members:
        errors.add("E-STEP-PARTY", f"{step.party} 不在其中", None, f"现在在内的：{'、'.join(members)}")


def _check_known(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, case: Case | None, var: Path, errors: ErrorList
) -> None:
    """Whom the step names is registered, and is no unit that has a hand in the procedure where it asks or joins."""
    if not step.party:
        return
    if not is_known(pack, step.party, var):
        errors.add("E-STEP-PARTY", f"没有编号为 {step.party} 的主体", None, "先登记这个主体，或核对主体编号")
    if (case is None or wanted.party == "joins") and step.party in handling(pack, procedure, step.on):
        text = f"{unit_names(pack, [step.party])}自己经办“{procedure.name}”，不能又是申请或参加的一方"
        errors.add("E-STEP-PARTY", text, None, "写申请人或参加者的主体编号")


def _check_payment(wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList) -> None:
    """Public money goes to somebody of the matter, by a unit that did nothing else before in it."""
    if not wanted.pays or case is None:
        return
    inside = [one for one in (case.applicant, *case.members) if one]
    if not inside or (step.party and step.party not in inside):
        text = f"“{wanted.name}”没有付给的人" if not inside else f"{step.party} 不是这一件的申请人，也不在内"
        errors.add(
            "E-STEP-PARTY", text, None, f"在内的：{'、'.join(inside)}" if inside else "这一件没有申请人，另办一件"
        )
    pays = {one.id for one in case.procedure.steps if one.pays}
    if any(one.actor == step.actor and one.step not in pays for one in case.taken):
        errors.add("E-STEP-ACTOR", "办过前面步骤的单位不能又付款", None, "由另一个单位付款")


def _check_cap(pack: Pack, wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList) -> None:
    """The sums of a year under a clause that says at most how much."""
    clause = pack.clauses.get(wanted.capped or "")
    limit = greatest(clause) if clause else None
    if clause is None or limit is None or step.sum is None:
        return
    taken = case.taken if case else ()
    total = step.sum + sum(one.sum or 0 for one in taken if one.step == wanted.id and one.taken_on.year == step.on.year)
    if total > limit:
        text = f"合计{format_money(total)}，超过“{clause.name}”的限额{format_money(limit)}"
        errors.add("E-STEP-SUM", text, None, "核对金额；限额以条款为准")


def _check_sum(wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList) -> None:
    if wanted.upto is None or step.sum is None or case is None:
        return
    limit, before = case.sum_of(wanted.upto), case.sum_under(wanted.upto)
    if before + step.sum > limit:
        text = f"合计{format_money(before + step.sum)}，超过定下的{format_money(limit)}"
        errors.add("E-STEP-SUM", text, None, "核对金额；确需增加，先重新决定")
