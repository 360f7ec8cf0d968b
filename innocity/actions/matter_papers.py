"""What the actions about papers of matters share: for which step, by whom, and what goes with it when it is sent."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import acts_for
from innocity.actions.ledger import LedgerRow, in_records
from innocity.actions.procedure_records import actors, open_cases
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.engines.workflow.board import may_follow
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import materials_of, materials_of_matter
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from innocity.records.queries.matters import Papers, PaperView
    from innocity.records.viewer import Viewer

register_codes({
    "E-PAPER-STEP": ("这一步现在不能交材料", "no papers are taken for the step now"),
    "E-STEP-PAPERS": ("要的材料没有齐", "papers that are asked for are missing"),
    "E-PAPER-MATERIAL": ("这一步没有这项材料", "the step asks for no such paper"),
})  # fmt: skip

_ONLINE = re.compile(r"（网上交\d+份）$")  # what `said_of` puts behind a name


def check_towards(
    pack: Pack, viewer: Viewer, towards: Papers, var: Path, day: date
) -> tuple[Procedure, ProcedureStep, str]:
    """Procedure, step and clause for which papers are handed in, where it may come now and the asker may take it.

    Errors: E-PAPER-STEP, those of ledgers.
    """
    case = open_cases(pack, date.max, var, on=day).get(towards.case) if towards.case else None
    procedure = case.procedure if case else pack.procedures.get(towards.procedure)
    if procedure is None or procedure.id != towards.procedure or (towards.case and case is None):
        raise InnoCityError("E-PAPER-STEP", "没有这个流程或办件", None, "从“办事”里重新打开")
    allowed = [one.step for one in case.next] if case else list(may_follow(procedure, [], ()))
    step = procedure.step(towards.step)
    if step is None or step not in allowed:
        raise InnoCityError("E-PAPER-STEP", "现在还不到这一步，或者已经办过", None, "重新打开这一件，看走到哪一步")
    own = viewer.role == "firm" and viewer.party == towards.owner
    applicant = case.applicant if case else towards.owner if own else ""
    mine = own or (towards.owner in pack.units and acts_for(pack, viewer, towards.owner))
    if not mine or towards.owner not in actors(pack, procedure, step, applicant, day, case):
        raise InnoCityError("E-PAPER-STEP", "这一步不由您办", None, "换能办这一步的账号")
    return procedure, step, case.clause if case else towards.clause


def check_material(pack: Pack, procedure: Procedure, step: ProcedureStep, clause: str, name: str, day: date) -> None:
    """That a step asks for a paper of this name (empty: any other). Error: E-PAPER-MATERIAL."""
    known = materials_of(pack, procedure, step, clause, day)
    if name and name not in known:
        remedy = f"从列出的材料里选：{'、'.join(known)}" if known else "作为其他材料交"
        raise InnoCityError("E-PAPER-MATERIAL", f"这一步没有列“{name[:40]}”", None, remedy)


def waiting_for_step(
    pack: Pack, viewer: Viewer | None, var: Path, *, owner: str, procedure: str, step: str, case: str, clause: str
) -> list[PaperView]:  # fmt: skip
    """The files that go with a step if it is taken now; none where the city is not in the records.

    Of the first step `case` is empty and `clause` says what is applied for; later ones name the matter alone.
    """
    if viewer is None or not in_records(pack, var):
        return []
    from innocity.records.queries.matters import Papers, papers_for

    towards = Papers(owner, procedure, step, case, clause)
    return [one for one in papers_for(viewer, towards) if one.state == "waiting"]


def said_of(papers: Sequence[PaperView]) -> list[str]:
    """The papers as the evidence of a step tells them: by name and number; names of files stay with the files."""
    told = Counter(one.material or "其他材料" for one in papers)
    return [f"{name}（网上交{number}份）" for name, number in told.items()]


def send_papers(viewer: Viewer, papers: Sequence[PaperView], row: LedgerRow, party: str) -> None:
    """The files now stand with the step of `row`; `party`: whose papers they are. In the caller's transaction.

    Error: E-PAPER-STEP where one was taken out meanwhile.
    """
    from innocity.records import store
    from innocity.records.models_matters import MatterFile

    store.next_entry()
    found = MatterFile.objects.filter(id__in=[one.id for one in papers], state="waiting")
    if found.update(state="sent", row=row["fact_id"], case=row["case"], party=party) != len(papers):
        raise InnoCityError("E-PAPER-STEP", "材料刚被换掉或撤下", None, "重新打开这一页，核对材料再提交")
    details = {"row": row["fact_id"], "sha256": sorted(one.sha256 for one in papers), "files": len(papers)}
    store.audit(viewer, "send_papers", f"matter/{row['case']}", details)


def missing_of(pack: Pack, case: Case, var: Path) -> list[tuple[str, int, str]]:
    """(name, how many files, state) of each paper that the steps of the applicant so far ask for.

    The state: `sent` on the site, `said` to be handed in on paper, `promised`, brought `later`, or `missing`. A paper
    is said to be handed in where the evidence of a step of the applicant has it as an entry of its own.
    """
    taken = {one.step for one in case.taken}
    steps = [one for one in case.procedure.steps if one.id in taken]
    have = _sent(pack, case, var)
    said = _said(case)
    later = {name for one in case.taken for name in one.lacking if name not in case.lacking}
    found = []
    for name in materials_of_matter(pack, case.procedure, steps, case.clause, case.taken[0].taken_on):
        states = {"sent": have[name], "said": name in said, "promised": name in case.promised,
                  "later": name in later}  # fmt: skip
        found.append((name, have[name], next((state for state, holds in states.items() if holds), "missing")))
    return found


def _said(case: Case) -> set[str]:
    """The papers named by the applicant, or by whoever took its step on its behalf; units bring none of their own."""
    own = [one for one in case.taken if (step := case.procedure.step(one.step)) and APPLICANT in step.by
           and one.actor not in step.by]  # fmt: skip
    return {_ONLINE.sub("", text.strip()) for one in own for text in one.evidence}


def _sent(pack: Pack, case: Case, var: Path) -> Counter[str]:
    """How many files were sent in a matter, by the name of the paper."""
    if not in_records(pack, var):
        return Counter()
    from innocity.records.queries.matters import sent_materials

    return sent_materials(case.id)


def check_seen(
    pack: Pack, wanted: ProcedureStep, reason: str, case: Case | None, var: Path, errors: ErrorList
) -> None:  # fmt: skip
    """Nothing is granted without the papers that the call asks for, but for a reason that is told: E-STEP-PAPERS."""
    if not wanted.decides or case is None or reason.strip():
        return
    lacking = [name for name, _, state in missing_of(pack, case, var) if state == "missing"]
    if lacking:
        remedy = "要求补正，或者容缺受理；不适用、另有凭据的，写明理由"
        errors.add("E-STEP-PAPERS", f"通知列出的材料还缺：{'、'.join(lacking)}", None, remedy)
