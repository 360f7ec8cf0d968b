"""What the clause that was applied for gives the applicant, and whether a sum that is to be decided keeps to it.

    found = award_of(pack, case.applicant, case.taken[0], var)
    found.gives, found.bound        # fen: what the rules give, the most that may be decided

The clause is worked out by the interpreter for the fact year of the call, with what the last run left of its pools,
as the pages of firms are. A decision above its bound is refused by the code by which a run refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR, in_records
from innocity.core.errors import ErrorList, register_codes
from innocity.core.money import format_money
from innocity.engines.rules.award import Award
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.describe import citation, describe_amount
from innocity.engines.rules.ir import STATUS_NAMES
from innocity.engines.rules.most import most_of
from innocity.engines.workflow.model import Case, Taken
from innocity.engines.workflow.papers import year_of
from innocity.packs.model import Clause, Pack, ProcedureStep
from innocity.plan.interpret import checked
from innocity.records.viewer import Viewer

register_codes({
    "E-DECISION-EXCLUDED": ("有排除情形，不能给", "the party is excluded from what would be decided"),
    "E-DECISION-NO-AWARD": ("条款没有算出可以给的", "the clause gives the party nothing that could be decided"),
    "E-DECISION-REASON": ("和测算不同，没有写理由", "a decided sum differs from what was worked out, without a reason"),
})  # fmt: skip

GIVES = ("sum", "ceiling", "awaiting_decision", "in_kind")
_STATES = (*GIVES, "manual", "near", "awaiting_parameter", "excluded", "not_in_force")
_WORDS = {**STATUS_NAMES, "none": "登记簿里查不到能算这一条的事实", "unknown": "没有事实可以测算"}
_CODES = {"not_in_force": "E-DECISION-NOT-IN-FORCE", "excluded": "E-DECISION-EXCLUDED"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a clause gives a party: `status` is that of the award (`none`: none, `unknown`: there are no facts).

    `gives` is what is left after groups, caps and pools, `bound` the most that may be decided; both in fen, None
    where no number stands.
    """

    clause: Clause
    year: int | None
    status: str
    gives: int | None
    bound: int | None
    article: str
    amount: str
    awards: tuple[Award, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The status in words."""
        return _WORDS[self.status]

    @property
    def gap(self) -> bool:
        """Whether the facts name no sum that could be given."""
        return self.status not in (*GIVES, "unknown")


def award_of(
    pack: Pack, applicant: str, first: Taken, var: Path = VAR, *, today: date | None = None
) -> Found | None:  # fmt: skip
    """What a party gets under the clause for which it applied in a first step; None where that names none.

    Errors: those of facts.
    """
    clause = pack.clauses.get(first.clause)
    if clause is None or not applicant:
        return None
    year, amount = year_of(pack, clause.id, first.taken_on), describe_amount(pack, clause)
    every = None if year is None else _awards(pack, applicant, year, var, today or date.today())
    if every is None:
        return Found(clause, year, "unknown", None, _most(pack, clause, year), citation(pack, clause), amount)
    own = [one for one in every if one.clause == clause.id and first.object in ("", one.object)]
    giving = [one for one in own if one.status in GIVES]
    status = min((one.status for one in giving or own), key=_STATES.index, default="none")
    sums = [one.after_pool for one in giving if one.after_pool is not None]
    bounds = [bound for one in giving if (bound := bound_of(one)) is not None]
    bound = checked(sum(bounds)) if len(bounds) == len(giving) and giving else _most(pack, clause, year)
    says = dict.fromkeys(text for one in giving or own for text in _says(pack, one))
    return Found(clause, year, status, checked(sum(sums)) if sums else None, bound, citation(pack, clause), amount,
                 tuple(own), tuple(says))  # fmt: skip


def _most(pack: Pack, clause: Clause, year: int | None) -> int | None:
    """The most that the clause can give by itself, in fen; None where it names no number that bounds it."""
    day = date.today() if year is None else date(year, 12, 31)
    return most_of(compile_rules(pack, day.year, day, only=[clause.id]).clause(clause.id))


def objects_of(pack: Pack, case: Case, var: Path = VAR, *, today: date | None = None) -> frozenset[str]:
    """The things of its clause that a matter asks for: the one it names, else all that its applicant has."""
    if case.object:
        return frozenset({case.object})
    found = award_of(pack, case.applicant, case.taken[0], var, today=today)
    return frozenset(one.object for one in found.awards) if found else frozenset()


def check_object(pack: Pack, first: Taken, var: Path, today: date, errors: ErrorList) -> None:
    """What is applied for is a thing for which the registers know the clause to give: E-STEP-CLAUSE.

    Without this a second name for one thing would be a second award.
    """
    if not first.object:
        return
    found = award_of(pack, first.party, replace(first, object=""), var, today=today)
    if found is None or found.status == "unknown":
        return
    known = [one.object for one in found.awards]
    if first.object not in known:
        remedy = f"从登记的事项里选：{'、'.join(known)}" if known else "不写事项；应有而没有登记的，先申请补登"
        errors.add("E-STEP-CLAUSE", f"“{found.clause.name}”没有登记“{first.object}”这个事项", None, remedy)


def bound_of(award: Award) -> int | None:
    """The most that may be decided of one award: what the clause gives, after its own caps; of a service nothing."""
    if award.status == "in_kind":
        return 0
    return award.after_group if award.group_by in ("once", "cap") else award.computed


def _says(pack: Pack, award: Award) -> Iterator[str]:
    """Why less is left than the clause names by itself, or nothing."""
    if award.excluded_by:
        name = next((one.name for one in pack.exclusions if one.id == award.excluded_by), award.excluded_by)
        yield f"登记有{name}"
    if award.group_by:
        group = pack.groups.get(award.group_by)
        words = {"once": "同一事项只给一次", "cap": "触及本条款的合计上限"}
        yield words.get(award.group_by) or f"与“{(group and group.name) or award.group_by}”各条择一"
    if award.pool_by:
        pool = pack.pools[award.pool_by]
        yield f"资金池“{pool.name or pool.id}”不足"


def _awards(pack: Pack, party: str, year: int, var: Path, today: date) -> tuple[Award, ...] | None:
    """All awards of a party as its facts stand; None where nobody's facts are kept."""
    if in_records(pack, var):
        from innocity.actions.view_entitlements import day_of, view_entitlements

        viewer = Viewer.operator("award_of_matter")
        day, simulated = day_of(pack, viewer, today)
        items = view_entitlements(pack, viewer, party, year, day, simulated=simulated).items
        return tuple(one.award for one in items)
    folder = var / pack.city.id / "facts"
    return _in_folder(pack, party, year, folder) if (folder / "manifest.json").is_file() else None


def _in_folder(pack: Pack, party: str, year: int, folder: Path) -> tuple[Award, ...]:
    from innocity.engines.rules.compile import compile_rules
    from innocity.engines.rules.explain import Explainer
    from innocity.engines.rules.reference import Sharing
    from innocity.engines.rules.snapshot import open_snapshot

    snapshot = open_snapshot(folder, pack)
    plan = compile_rules(pack, year, snapshot.as_of, simulated=snapshot.simulated)
    explainer = Explainer(plan, snapshot)
    facts = explainer.lookup.facts_of(party)
    if not any(facts.registers.values()):
        return ()
    awards = explainer.reference.party(facts, party)
    Sharing(replace(plan, pools=()), facts, assume_ceilings=False).apply(awards)  # a pool is shared by everybody
    return tuple(awards)


def check_decision(
    pack: Pack, wanted: ProcedureStep, total: int | None, reason: str, case: Case | None, var: Path, today: date,
    errors: ErrorList, cases: Iterable[Case] = (),
) -> None:  # fmt: skip
    """Add what speaks against a sum (fen) that a step decides: E-DECISION-*; `cases` are all matters."""
    if not wanted.decides or case is None or total is None:
        return
    found = award_of(pack, case.applicant, case.taken[0], var, today=today)
    if found is None:
        return
    given = _given_already(pack, found, case, cases, var, today) if total else None
    if given is not None:
        text = f"“{found.clause.name}”同一事项只给一次，{given.id} 已经给了"
        errors.add("E-DECISION-ABOVE-CEILING", text, None, "不予通过；应给这一家的，先了结那一件", case=given.id)
        return
    clause, year = found.clause.name, found.year  # a gap is known of a year alone
    name = f"“{clause}”{year}年度" if year else f"“{clause}”"
    if found.gap and (found.bound is None or found.status not in wanted.despite):
        remedy = "不予通过；登记有误的，先更正登记再办"
        code = _CODES.get(found.status, "E-DECISION-NO-AWARD")
        errors.add(code, f"“{clause}”{year}年度{found.word}，不能定金额", None, remedy)
    elif found.bound is not None and total > found.bound:
        text = f"{name}最多给{format_money(found.bound)}，不能定{format_money(total)}（依据{found.article}）"
        errors.add("E-DECISION-ABOVE-CEILING", text, None, "把金额改到上限以内；登记有误的，先更正登记再办")
    elif not reason.strip() and (found.gap or (found.status == "sum" and total != found.gives)):
        text = f"{name}测算是{format_money(found.gives or 0)}，定的是{format_money(total)}，没有写理由"
        text = f"“{clause}”{year}年度{found.word}，没有写理由" if found.gap else text
        errors.add("E-DECISION-REASON", text, None, "按测算定，或者写明理由")


def _given_already(
    pack: Pack, found: Found, case: Case, cases: Iterable[Case], var: Path, today: date
) -> Case | None:  # fmt: skip
    """The matter of anybody by which the same thing was granted, where a clause gives for a thing once only."""
    once = found.clause.once
    if once is None or once.per != "object":
        return None
    own = objects_of(pack, case, var, today=today)
    return next((
        one for one in cases
        if one.id != case.id and one.clause == found.clause.id and one.stands and one.decided
        and (once.span == "lifetime" or year_of(pack, one.clause, one.taken[0].taken_on) == found.year)
        and own & objects_of(pack, one, var, today=today)
    ), None)  # fmt: skip
