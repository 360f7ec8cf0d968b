"""What was recorded of procedures: the ledger `procedure_step`, and a folder of facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq

from innocity.actions.authority import acts_for
from innocity.actions.ledger import VAR, in_records
from innocity.actions.task_records import Row, known_by, read_list, register_rows
from innocity.core.errors import ErrorList
from innocity.engines.tasks.units import answerable
from innocity.engines.workflow.board import cases
from innocity.engines.workflow.model import Case, Taken
from innocity.engines.workflow.papers import units_of
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.packs.model_procedure import APPLICANT, CALL, NAMED
from innocity.records.viewer import Viewer

REGISTER = "procedure_step"


def taken_steps(
    pack: Pack, var: Path = VAR, *, known_on: date | None = None, faults: ErrorList | None = None
) -> tuple[Taken, ...]:
    """All steps that were recorded, in the order of recording. Errors: those of ledgers (with `faults`, there)."""
    rows = register_rows(pack, REGISTER, var, None, faults)
    return tuple(_taken(row) for row in rows if known_by(row, known_on))


def open_cases(
    pack: Pack, as_of: date, var: Path = VAR, *, known_on: date | None = None, faults: ErrorList | None = None,
    on: date | None = None,
) -> dict[str, Case]:  # fmt: skip
    """Every matter of the city as of a day, by its id, those that have ended included; `on`: see `cases`."""
    taken = taken_steps(pack, var, known_on=known_on, faults=faults)
    return cases(pack, taken, as_of, on, lambda unit, day: _units(pack, (unit,), day))


def free_ids(procedure: str, year: int, known: Collection[str]) -> Iterator[str]:
    """Ids for new matters of a procedure, one after the other: its id, the year, the next number that none has.

    >>> ids = free_ids("voucher", 2024, {"voucher-2024-0002"})
    >>> next(ids), next(ids)
    ('voucher-2024-0001', 'voucher-2024-0003')
    """
    return (name for number in count(1) if (name := f"{procedure}-{year}-{number:04d}") not in known)


def actors(pack: Pack, procedure: Procedure, step: ProcedureStep, applicant: str, day: date,
           case: Case | None = None) -> dict[str, None]:  # fmt: skip
    """Who may take a step: its units and those that answer for them; for the applicant's steps the applicant, and
    whoever takes applications (`intake`) on its behalf; of a matter those that were named in it, and of a step that
    units take side by side those that have not answered."""
    own = APPLICANT in step.by
    found: dict[str, None] = {applicant: None} if own and applicant else {}
    by = case.left if case and case.left and step.each else step.by
    named = case.named if case and NAMED in step.by else ()
    called = _called(pack, case) if case and CALL in step.by else ()
    return found | _units(pack, (*by, *named, *called, *(procedure.intake if own else ())), day)


def actors_in(pack: Pack, case: Case, step: ProcedureStep, day: date) -> dict[str, None]:
    """Who may take a step of a matter now."""
    return actors(pack, case.procedure, step, case.applicant, day, case)


def handling(pack: Pack, procedure: Procedure, day: date) -> dict[str, None]:
    """All units that have a part in a procedure, and those that answer for them."""
    named = (unit for one in procedure.steps for unit in (*one.by, *(_any_called(pack, day) if CALL in one.by else ())))
    return _units(pack, (*procedure.intake, *named), day)


def deciding(pack: Pack, day: date) -> dict[str, frozenset[str]]:
    """The units that decide in each procedure, by its id: those of its steps and those that answer for them now.

    Not among them: whoever only takes applications, and whoever only pays.
    """
    every = _any_called(pack, day)
    return {one.id: _deciding(pack, one, every, day) for one in pack.procedures.values()}


def deciding_in(pack: Pack, case: Case, day: date) -> frozenset[str]:
    """The units that decide in a matter: of an application only those to which it goes."""
    return _deciding(pack, case.procedure, _called(pack, case), day)


def _deciding(pack: Pack, procedure: Procedure, called: Iterable[str], day: date) -> frozenset[str]:
    steps = [step for step in procedure.steps if not step.pays]
    units = [unit for step in steps for unit in (*step.by, *(called if CALL in step.by else ()))]
    return frozenset(_units(pack, units, day))


def _called(pack: Pack, case: Case) -> tuple[str, ...]:
    """The units to which an application goes."""
    return units_of(pack, case.clause, case.taken[0].taken_on)


def _any_called(pack: Pack, day: date) -> tuple[str, ...]:
    """The units to which applications under any call go."""
    named = {clause for call in pack.calls.values() for clause in call.clauses}
    return tuple(dict.fromkeys(unit for clause in sorted(named) for unit in units_of(pack, clause, day)))


def _units(pack: Pack, names: Iterable[str], day: date) -> dict[str, None]:
    found: dict[str, None] = {}
    for name in names:
        if name in pack.units:
            found[name] = None
            found |= dict.fromkeys(answerable(pack.units, name, day).answer)
    return found


def is_known(pack: Pack, party: str, var: Path = VAR) -> bool:
    """Whether a party is one that is registered: in the records, or among the organisations and persons of the facts.

    Where nobody at all is registered, in a folder without records and without such facts, nothing can be said: then
    every id stands.
    """
    if party in pack.units:
        return True
    if in_records(pack, var):
        from innocity.records.queries.ledgers import has_party

        return has_party(Viewer.operator(REGISTER), party)
    folder = var / pack.city.id / "facts"
    given = [
        pq.ParquetFile(path) for name in ("organization", "person") if (path := folder / f"{name}.parquet").is_file()
    ]
    return not given or any(party in one.read(["party_id"])["party_id"].to_pylist() for one in given)


def own_view(case: Case, party: str) -> Case | None:
    """What a firm sees of a matter: the first step, and those that concern it or nobody; None where it has no part.

    Once it has left, or another was chosen and it was not, only what concerns itself.
    """
    if all(party not in (one.party, one.actor) for one in case.taken):
        return None
    until = len(case.taken) if party == case.applicant else _in_until(case, party)
    mine = tuple(
        one for number, one in enumerate(case.taken)
        if number == 0 or party in (one.party, one.actor) or (not one.party and number < until)
    )  # fmt: skip
    members = tuple(one for one in case.members if one == party)
    return replace(case, taken=mine, members=members)


def _in_until(case: Case, party: str) -> int:
    """The number of the step at which a party left, or others were chosen and it never was; else behind the last."""
    steps = {step.id: step.party for step in case.procedure.steps}
    chosen = [(number, one.party) for number, one in enumerate(case.taken) if steps[one.step] == "member"]
    left = [number for number, one in enumerate(case.taken) if steps[one.step] == "leaves" and one.party == party]
    if party not in case.members and left:
        return left[-1]
    return chosen[0][0] if chosen and all(one != party for _, one in chosen) else len(case.taken)


def waiting_for(pack: Pack, viewer: Viewer, found: Iterable[Case], day: date) -> list[Case]:
    """The open matters in which the viewer may take the next step, the earliest term first."""
    mine = [
        case for case in found
        if case.open and any(acts_for(pack, viewer, actor) for one in case.next
                             for actor in actors_in(pack, case, one.step, day))
    ]  # fmt: skip
    return sorted(mine, key=lambda case: min((one.due or date.max for one in case.next), default=date.max))


def _taken(row: Row) -> Taken:
    return Taken(
        row["case"], row["procedure"], row["step"], row["party_id"], row["taken_on"], row["title"] or "",
        row["concerns"] or "", row["text"] or "", read_list(row["evidence"]), row["sum"], row["by"] or "",
        bool(row["simulated"]), row.get("clause") or "", row["fact_id"], row.get("subject") or "", row.get("agrees"),
        row.get("reason") or "", read_list(row.get("lacking")), read_list(row.get("promises")), row.get("until"),
        row.get("scope") or "", read_list(row.get("named")), row.get("opens_on"), row.get("object") or "",
    )  # fmt: skip
