"""Fields of a step's form beyond words, papers and sums: what they offer, and what was entered in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from innocity.actions.subjects import Row, subject_row, waiting_subjects
from innocity.actions.task_records import read_list
from innocity.core.dates import parse_date
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import materials_of
from innocity.packs.model import Pack, Procedure
from innocity.records.queries import find_party
from innocity.records.viewer import Viewer
from innocity.web.access import viewer_of
from innocity.web.views.office.common import var

_LONG, _ROWS = 500, 500
#: Ids of the fields that errors of steps are about.
ABOUT = {
    "E-STEP-SUBJECT": "f-subject", "E-STEP-GATE": "f-reason", "E-STEP-LACKING": "f-lacking", "E-STEP-SCOPE": "f-scope",
    "E-DECISION-REASON": "f-reason", "E-STEP-PAPERS": "f-reason",
}  # fmt: skip


def entered(request: HttpRequest, pack: Pack, procedure: Procedure) -> dict[str, Any]:
    """What was entered, as `Step` takes it. Error: E-DATE-FORMAT."""
    data, viewer = request.POST, viewer_of(request)
    agrees = {"yes": True, "no": False}.get(data.get("agrees", ""))
    found: dict[str, Any] = {
        "agrees": agrees, "reason": data.get("reason", "").strip()[:_LONG], "scope": data.get("scope", "")[:20],
        "lacking": _names(data.getlist("lacking")), "promises": _names(data.getlist("promises")),
        "until": _day(data.get("until", "")), "opens_on": _day(data.get("opens_on", "")),
        "named": tuple(_known(pack, viewer, one) for one in read_list(data.get("named", "")[:_LONG])),
    }  # fmt: skip
    subject = data.get("subject", "").strip()[:80]
    row = subject_row(pack, procedure, subject, var()) if subject else None
    if subject:
        found["subject"] = subject
    if row is not None and viewer.role != "firm":
        found["party"] = row.party
    if row is not None and not data.get("title", "").strip():
        found["title"] = row.title
    return found


def _names(written: list[str]) -> tuple[str, ...]:
    """Papers that were ticked or typed."""
    return tuple(dict.fromkeys(name for one in written for name in read_list(one[:_LONG])))


def _day(text: str) -> date | None:
    return parse_date(text.strip()) if text.strip() else None


def _known(pack: Pack, viewer: Viewer, text: str) -> str:
    """A unit by its name, a party by its credit code; else what was typed."""
    unit = next((one.id for one in pack.units.values() if text in (one.id, one.name, one.full_name)), None)
    if unit is not None:
        return unit
    party = find_party(viewer, text)
    return party.id if party is not None else text


def offered(
    pack: Pack, viewer: Viewer, procedure: Procedure, case: Case | None, clause: str, day: date
) -> dict[str, Any]:
    """What the fields offer: rows about which no matter began, the papers asked for, the scopes."""
    rows: list[Row] = []
    if procedure.subject is not None and case is None:
        rows = waiting_subjects(pack, procedure, var())[:_ROWS]
        rows = [one for one in rows if one.party == viewer.party] if viewer.role == "firm" else rows
    first = next((one for one in procedure.steps if not one.after), procedure.steps[0])
    known = materials_of(pack, procedure, first, case.clause if case else clause, day)
    codes = pack.codes["sharing_scope"].codes if "sharing_scope" in pack.codes else ()
    scopes = [(code.id, code.name) for code in codes]
    opening = {name for step in procedure.steps for name in step.opens}
    return {"subjects": rows, "known_papers": known, "scopes": scopes, "opening": opening,
            "measured": _measured(pack, procedure, case)}  # fmt: skip


def _measured(pack: Pack, procedure: Procedure, case: Case | None) -> list[tuple[str, int | None, int, bool]]:
    """(name, what the row says, threshold, whether for demonstration) of each threshold that a matter has to reach."""
    gates = {step.gate.column: step.gate for step in procedure.steps if step.gate}
    row = subject_row(pack, procedure, case.subject, var()) if gates and case and case.subject else None
    if row is None or procedure.subject is None:
        return []
    register, found = pack.registers[procedure.subject.register_], []
    for name, gate in gates.items():
        column = register.column(name)
        found.append((column.name if column else name, row.values.get(name), gate.least, gate.demonstration))
    return found
