"""What came of an inspection: each item drawn with its matter, as far as that has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.actions.inspection_records import Inspection
from innocity.engines.inspection.model import Drawn
from innocity.engines.workflow.model import Case


@dataclass(frozen=True, slots=True)
class Checked:
    """An item drawn and its matter (None where that is not in these records)."""

    drawn: Drawn
    title: str
    party: str
    case: Case | None

    @property
    def state(self) -> str:
        """Its result in a word, or that it is not checked yet."""
        if self.case is None or len(self.case.taken) == 1:
            return "待检查"
        return self.case.state

    @property
    def on(self) -> date | None:
        """The day of its latest step after it was drawn."""
        return self.case.taken[-1].taken_on if self.case and len(self.case.taken) > 1 else None


def checked(one: Inspection, found: Mapping[str, Case]) -> list[Checked]:
    """Every item drawn, in the order of the draw; `found` are the matters of the city."""
    by_subject = {case.subject: case for case in found.values() if case.subject}
    return [
        Checked(each, one.names.get(each.item, each.item), one.parties.get(each.item, ""),
                by_subject.get(f"{one.id}/{each.item}"))
        for each in one.drawn
    ]  # fmt: skip


def as_dict(one: Inspection, rows: list[Checked]) -> dict[str, Any]:
    """The record with what came of each item, as JSON."""
    results = [{"item": row.drawn.item, "state": row.state, "on": row.on.isoformat() if row.on else None}
               for row in rows]  # fmt: skip
    return {**one.record(), "state": one.state, "sound": one.sound, "simulated": one.simulated, "results": results}
