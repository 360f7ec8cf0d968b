"""The rows of registers that matters are about: which start one, which have one already, what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innocity.actions.ledger import VAR
from innocity.actions.procedure_records import taken_steps
from innocity.actions.task_records import register_rows
from innocity.packs.model import Pack, Procedure

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its id: whom it is about, what it is called."""

    id: str
    party: str
    title: str
    values: Mapping[str, Any]


def subject_rows(pack: Pack, procedure: Procedure, var: Path = VAR) -> dict[str, Row]:
    """The rows of the register that start matters of a procedure, by id, the latest of each; none without one."""
    subject = procedure.subject
    if subject is None:
        return {}
    found = {}
    for one in register_rows(pack, subject.register_, var):
        if key := str(one[subject.key] or ""):
            found[key] = Row(key, one["party_id"], str(one[subject.title] or key), one)
    return found


def subject_row(pack: Pack, procedure: Procedure, name: str, var: Path = VAR) -> Row | None:
    """One of them; None where there is none."""
    return subject_rows(pack, procedure, var).get(name)


def case_about(pack: Pack, procedure: Procedure, name: str, var: Path = VAR) -> str:
    """The matter of a procedure that is about a row; empty where none."""
    every = taken_steps(pack, var)
    return next((one.case for one in every if one.procedure == procedure.id and one.subject == name), "")


def waiting_subjects(pack: Pack, procedure: Procedure, var: Path = VAR) -> list[Row]:
    """The rows about which no matter has begun, the newest last."""
    begun = {one.subject for one in taken_steps(pack, var) if one.procedure == procedure.id}
    return [row for name, row in subject_rows(pack, procedure, var).items() if name not in begun]


def start_matters(
    pack: Pack, procedure: Procedure, actor: str, var: Path = VAR, *, only: str = "", viewer: Viewer | None = None,
    today: date | None = None,
) -> list[str]:  # fmt: skip
    """Begin a matter for every row that has none, or for `only`; their ids. Errors: E-STEP-*, those of ledgers."""
    from innocity.actions.take_step import Step, take_step

    day = today or date.today()
    first = next(one for one in procedure.steps if "subject" in one.asks)
    begun = []
    for row in waiting_subjects(pack, procedure, var):
        if only in ("", row.id):
            made_up = bool(row.values.get("simulated"))
            told = Step(procedure.id, first.id, actor, day, title=row.title, party=row.party, subject=row.id,
                        text="由登记转入", by=viewer.name if viewer else "", simulated=made_up)  # fmt: skip
            begun.append(str(take_step(pack, told, var, today=day, viewer=viewer)["case"]))
    return begun
