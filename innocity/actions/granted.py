"""What was granted and paid in a matter, as facts: clauses, runs and firms know it from then on.

A step that decides writes the register `decision`, one that pays the register `award`: one row for each of the
things that the matter asks for, which together are the step's sum. Their source names the matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import unit_names
from innocity.actions.award_of_matter import GIVES, Found, award_of, bound_of
from innocity.actions.ledger import ledger
from innocity.core.money import format_yuan
from innocity.core.rates import share_out
from innocity.engines.rules.award import Award
from innocity.engines.workflow.applied import came_of, source_of
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import call_of
from innocity.packs.model import Pack, ProcedureStep
from innocity.records.viewer import Viewer

if TYPE_CHECKING:
    from innocity.actions.take_step import Step


def record_granted(
    pack: Pack, step: Step, wanted: ProcedureStep, case: Case | None, var: Path, viewer: Viewer | None, today: date
) -> None:
    """Write what a step decides or pays for a clause that was applied for; else nothing.

    In the caller's lock, after its checks. Errors: those of ledgers and facts.
    """
    if case is None or not case.clause or step.sum is None or not (wanted.decides or wanted.pays):
        return
    found = award_of(pack, case.applicant, case.taken[0], var, today=today)
    if found is None:
        return
    parts = parts_of(found, case, step.sum, paying=wanted.pays)
    base = {"party_id": case.applicant, "clause": case.clause, "valid_from": step.on.isoformat(),
            "source": source_of(case, simulated=step.simulated)}  # fmt: skip
    if wanted.pays:
        register, rows = "award", _paid_rows(pack, found, case, parts, step.on)
    else:
        base |= {"by": unit_names(pack, [step.actor]), "reason": step.reason.strip()}
        register, rows = "decision", decided_rows(found, parts, step.on)
    ledger(pack, register, var, viewer=viewer, authorised=True).append([base | row for row in rows], "take_step")


def things_of(pack: Pack, case: Case, var: Path) -> frozenset[str]:
    """The things for which a matter granted or paid something, as its facts say; none where it left no facts."""
    found: set[str] = set()
    for register in ("decision", "award"):
        rows = ledger(pack, register, var).rows() if register in pack.registers else []
        found |= {str(row["object"]) for row in rows if came_of(row["source"], case)}
    return frozenset(found)


def parts_of(found: Found, case: Case, total: int, *, paying: bool = False) -> dict[str, int]:
    """A sum (fen) by the things that a matter asks for; the parts add up to it.

    What is decided is shared as the clause gives or, where it is less, in proportion to what the clause gives at
    most, so that no part is above it; what is paid as was decided.
    """
    giving = [one for one in found.awards if one.status in GIVES]
    known = giving or [one for one in found.awards if one.status == found.status]
    if not known:
        return {_only(found, case): total}
    weights = next((one for one in _weights(known, total, paying) if sum(one) > 0), [1] * len(known))
    keys = [one.object for one in known]
    parts = dict(zip(keys, share_out(total, weights, keys), strict=True))
    return {key: fen for key, fen in parts.items() if fen} or parts


def _weights(known: list[Award], total: int, paying: bool) -> Iterator[list[int]]:
    if paying:
        yield [one.decided or 0 for one in known]
    gives = [one.after_pool or 0 for one in known]
    if sum(gives) == total:
        yield gives
    bounds = [bound_of(one) for one in known]
    yield [one or 0 for one in bounds] if None not in bounds else [0]
    yield gives


def _only(found: Found, case: Case) -> str:
    """The thing of a clause of which the registers know nothing: the party itself, else the matter stands for it."""
    return case.object or (case.applicant if found.clause.object == ("party",) else case.id)


def decided_rows(found: Found, parts: dict[str, int], on: date) -> list[dict[str, str]]:
    """Parts that were decided, as cells of the register `decision`; a service is granted without a sum."""
    kind = {one.object: one.status for one in found.awards}
    return [
        {"object": key, "year": str(found.year or ""), "decided_on": on.isoformat(),
         "selected": "true" if fen or kind.get(key) == "in_kind" else "false",
         "sum": "" if kind.get(key) == "in_kind" else format_yuan(fen)}
        for key, fen in parts.items()
    ]  # fmt: skip


def _paid_rows(pack: Pack, found: Found, case: Case, parts: dict[str, int], on: date) -> list[dict[str, str]]:
    first, again = case.taken[0], case.paid > 0  # what was estimated and approved stands with the first instalment
    whole = case.granted if len(parts) == 1 else None
    call = call_of(pack, case.clause, first.taken_on)
    by_object = {one.object: one for one in found.awards}
    rows = []
    for key, fen in parts.items():
        one, sum_ = by_object.get(key), format_yuan(fen)
        granted = None if again else one.decided if one and one.decided is not None else whole
        estimated = None if again else one.computed if one else None
        rows.append({
            "object": key, "year": str(found.year or on.year), "call": call.id if call else "",
            "application_year": str(first.taken_on.year), "payment_year": str(on.year),
            "estimated": "" if estimated is None else format_yuan(estimated),
            "approved": "" if granted is None else format_yuan(granted), "paid": sum_, "amount": sum_,
        })  # fmt: skip
    return rows
