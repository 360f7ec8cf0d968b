"""What steps may carry beyond words, papers and sums: rows of registers, answers, papers to come, promises, readers.

`take_step` asks here what lacks and what is wrong of these, and what else has to be written with the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import unit_names
from innocity.actions.granted import record_granted, things_of
from innocity.actions.ledger import LedgerRow, in_records, ledger
from innocity.actions.procedure_records import is_known
from innocity.actions.shared_reports import rows_opened
from innocity.actions.subjects import Row, case_about, subject_row
from innocity.actions.task_records import written_list
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.engines.workflow.applied import covers
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import materials_of, year_of
from innocity.packs.model import Pack, Procedure, ProcedureStep

if TYPE_CHECKING:
    from innocity.actions.take_step import Step
    from innocity.records.viewer import Viewer

register_codes({
    "E-STEP-SUBJECT": ("办的不是登记簿里的一条，或者已经有办件", "no row of the register, or a matter about it exists"),
    "E-STEP-GATE": ("不到门槛，没有写破例的理由", "below the threshold, and no reason for an exception"),
    "E-STEP-LACKING": ("容缺的材料或期限不对", "the papers to come, or their day, are wrong"),
    "E-STEP-TWICE": ("同一条已经申报过", "the same clause, object and year was applied for before"),
    "E-STEP-SCOPE": ("共享范围不对", "the scope in which something opens is wrong"),
})  # fmt: skip

#: What is asked for, in words.
ASKED = {
    "clause": "申报哪一条", "text": "说明", "evidence": "佐证材料", "sum": "金额", "party": "涉及的主体",
    "subject": "办的是哪一条登记", "answer": "同意还是不同意", "lacking": "缺哪些材料", "promise": "承诺代替哪些材料",
    "until": "最迟日期", "scope": "共享范围", "named": "点名的单位或主体",
}  # fmt: skip


def given_of(step: Step) -> dict[str, object]:
    """Whether each of these was given, by the word of `asks`."""
    return {
        "subject": step.subject, "answer": step.agrees is not None, "lacking": written_list(step.lacking),
        "promise": written_list(step.promises), "until": step.until, "scope": step.scope,
        "named": written_list(step.named),
    }  # fmt: skip


def terms_of(step: Step) -> dict[str, str]:
    """The same as cells of the register `procedure_step`."""
    agrees = "" if step.agrees is None else "true" if step.agrees else "false"
    return {
        "subject": step.subject, "agrees": agrees, "reason": step.reason.strip(),
        "lacking": written_list(step.lacking), "promises": written_list(step.promises),
        "until": step.until.isoformat() if step.until else "", "scope": step.scope, "named": written_list(step.named),
        "opens_on": step.opens_on.isoformat() if step.opens_on else "",
    }  # fmt: skip


def check_terms(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, case: Case | None, var: Path,
    errors: ErrorList,
) -> None:  # fmt: skip
    """Add what is wrong: E-STEP-SUBJECT, E-STEP-GATE, E-STEP-LACKING, E-STEP-SCOPE."""
    _check_subject(pack, procedure, wanted, step, var, errors)
    _check_gate(pack, procedure, wanted, step, case, var, errors)
    _check_papers(pack, procedure, wanted, step, case, errors)
    _check_scope(pack, wanted, step, var, errors)
    _check_internal(pack, wanted, step, case, var, errors)


def _check_subject(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, var: Path, errors: ErrorList
) -> None:
    """The row is there, about whom the step names, and no other matter of the procedure is about it."""
    if not step.subject or "subject" not in wanted.asks:
        if step.subject:
            errors.add("E-STEP-SUBJECT", f"“{wanted.name}”不写办的是哪一条登记", None, "去掉登记的编号")
        return
    row = subject_row(pack, procedure, step.subject, var)
    if row is None:
        errors.add("E-STEP-SUBJECT", f"登记簿里没有 {step.subject}", None, "先登记，或核对编号")
    elif step.party != row.party:
        errors.add("E-STEP-SUBJECT", f"{step.subject} 登记的是 {row.party}，不是 {step.party}", None, "核对主体编号")
    elif other := case_about(pack, procedure, step.subject, var):
        errors.add("E-STEP-SUBJECT", f"{step.subject} 已经有办件 {other}", None, "在那一件里接着办")


def check_once(
    pack: Pack, procedure: Procedure, step: Step, found: Mapping[str, Case], errors: ErrorList, var: Path
) -> None:
    """The same clause, object and fact year is applied for once, as long as that matter stands: E-STEP-TWICE.

    The error's details hold its `case`.
    """
    if step.case or not step.clause:
        return
    before = standing(pack, procedure, found.values(), step.party, step.clause, step.object, step.on, var)
    if before is not None:
        clause = pack.clauses.get(step.clause)
        name = clause.name if clause else step.clause
        text = f"“{name}”已经申报过：{before.id}，现在是“{before.state}”"
        remedy = f"在 {before.id} 里接着办；那一件撤回或者没有通过以后，才能再申报"
        errors.extend([InnoCityError("E-STEP-TWICE", text, None, remedy, {"case": before.id})])


def standing(
    pack: Pack, procedure: Procedure, found: Iterable[Case], party: str, clause: str, thing: str, day: date, var: Path
) -> Case | None:  # fmt: skip
    """The matter that stands in the way of applying for a clause (`thing`: one of its objects) on a day; else None.

    One that asked for all things stands in the way of each while it is under way; once it was decided, of those that
    it was decided for.
    """
    year = year_of(pack, clause, day)
    return next((
        one for one in found
        if one.stands and (one.procedure.id, one.applicant, one.clause) == (procedure.id, party, clause)
        and year_of(pack, clause, one.taken[0].taken_on) == year
        and (not thing or covers(one, thing, things_of(pack, one, var) if one.decided else ()))
    ), None)  # fmt: skip


def gate_row(pack: Pack, procedure: Procedure, case: Case | None, var: Path) -> Row | None:
    """The row that a matter is about."""
    return subject_row(pack, procedure, case.subject, var) if case and case.subject else None


def _check_gate(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, case: Case | None, var: Path,
    errors: ErrorList,
) -> None:  # fmt: skip
    """What the matter is about reaches the threshold, or a reason says why it passes all the same."""
    if wanted.gate is None or step.reason.strip():
        return
    row = gate_row(pack, procedure, case, var)
    said = row.values.get(wanted.gate.column) if row else None
    if said is None or said < wanted.gate.least:
        register = pack.registers[procedure.subject.register_] if procedure.subject else None
        column = register.column(wanted.gate.column) if register else None
        name = column.name if column else wanted.gate.column
        least = wanted.gate.least
        text = f"{name}没有登记，门槛是 {least}" if said is None else f"{name}是 {said}，不到门槛 {least}"
        errors.add("E-STEP-GATE", text, None, "确需通过的，写明破例的理由；或者先更正登记")


def _check_papers(
    pack: Pack, procedure: Procedure, wanted: ProcedureStep, step: Step, case: Case | None, errors: ErrorList
) -> None:
    """Papers to come are named and have a day ahead; those asked for by name are named so."""
    for what, names in (("lacking", step.lacking), ("promise", step.promises)):
        if names and what not in wanted.asks:
            errors.add("E-STEP-LACKING", f"“{wanted.name}”不写{ASKED[what]}", None, "去掉这一栏")
    if step.until is not None and step.until < step.on:
        errors.add("E-STEP-LACKING", f"最迟日期 {step.until} 早于办理的 {step.on}", None, "写以后的日期")
    first = next((one for one in procedure.steps if not one.after), wanted)
    known = materials_of(pack, procedure, first, case.clause if case else step.clause, step.on)
    unknown = [name for name in (*step.lacking, *step.promises) if known and name not in known]
    if unknown:
        remedy = f"从要交的材料里选：{'、'.join(known)}"
        errors.add("E-STEP-LACKING", f"没有要求过{'、'.join(unknown)}", None, remedy)


def _check_scope(pack: Pack, wanted: ProcedureStep, step: Step, var: Path, errors: ErrorList) -> None:
    """The scope is one of the list; who is named is known, and only named where the scope or the step asks."""
    if step.scope:
        codes = [code.id for code in pack.codes["sharing_scope"].codes]
        if "scope" not in wanted.asks or step.scope not in codes:
            errors.add("E-STEP-SCOPE", f"没有共享范围 {step.scope}", None, f"可选：{'、'.join(codes)}")
        if (step.scope == "named") != bool(step.named):
            errors.add("E-STEP-SCOPE", "“限点名的”要写点了谁，其他范围不写", None, "写单位或主体的编号")
    elif step.opens_on is not None:
        errors.add("E-STEP-SCOPE", "没有共享范围，却写了开放日期", None, "先定共享范围")
    unknown = [one for one in step.named if one not in pack.units and not is_known(pack, one, var)]
    if unknown:
        errors.add("E-STEP-SCOPE", f"没有登记过 {unit_names(pack, unknown)}", None, "写单位或主体的编号")
    if step.opens_on is not None and step.opens_on < step.on:
        errors.add("E-STEP-SCOPE", f"开放日期 {step.opens_on} 早于办理的 {step.on}", None, "写以后的日期，或不写")


def _check_internal(
    pack: Pack, wanted: ProcedureStep, step: Step, case: Case | None, var: Path, errors: ErrorList
) -> None:
    """What is marked as internal opens to units at most."""
    outside = step.scope == "everybody" or any(one not in pack.units for one in step.named)
    if not step.scope or not outside or case is None or not in_records(pack, var):
        return
    from innocity.records.queries.matters import internal_papers
    from innocity.records.viewer import Viewer

    rows = rows_opened(case.taken, wanted.opens)
    if number := internal_papers(Viewer.operator("step"), rows):
        text = f"有 {number} 份标有“内部”，不能对单位以外开放"
        errors.add("E-STEP-SCOPE", text, None, "退回请承担单位交可以公开的一份，或限本市各单位")


# --- what is written with a step -----------------------------------------------------------------------------------


def write_back(
    pack: Pack, step: Step, case: Case | None, row: LedgerRow, var: Path, viewer: Viewer | None, today: date
) -> None:
    """The facts to which a step leads: what was granted or paid, bad credit, the outcome of what a matter is about.

    In the caller's lock; the procedure has allowed it, so that who takes the step need not keep those registers.
    """
    procedure = case.procedure if case else pack.procedures[step.procedure]
    wanted = procedure.step(step.step)
    assert wanted is not None
    applicant, made_up = case.applicant if case else step.party, "true" if step.simulated else ""
    base = {"party_id": applicant, "valid_from": step.on.isoformat()}
    if wanted.integrity and applicant:
        authority = unit_names(pack, [step.actor])
        told = {"list": wanted.integrity, "authority": authority, "decision_no": f"{row['case']} {wanted.name}",
                "starts_on": step.on.isoformat(), "source": f"{procedure.name}办理记录"}  # fmt: skip
        _append(pack, "integrity_record", base | told, var, viewer)
    subject = case.subject if case else step.subject
    if wanted.ends and subject and procedure.subject and procedure.subject.outcome:
        told = {"application": subject, "procedure": procedure.id, "case": row["case"], "outcome": wanted.ends,
                "decided_on": step.on.isoformat(), "reason": step.reason.strip(), "simulated": made_up,
                "source": "办理记录"}  # fmt: skip
        _append(pack, "application_outcome", base | told, var, viewer)
    record_granted(pack, step, wanted, case, var, viewer, today)


def _append(pack: Pack, register: str, row: dict[str, str], var: Path, viewer: Viewer | None) -> None:
    ledger(pack, register, var, viewer=viewer, authorised=True).append([row], "take_step")
