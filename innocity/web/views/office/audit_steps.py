"""Entries of the log that wrote steps of matters and figures: which, of what, with which sum and result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from innocity.core.dates import period_name
from innocity.core.money import format_money
from innocity.packs.model import Pack
from innocity.records.queries.audit import rows_written
from innocity.records.viewer import Viewer

if TYPE_CHECKING:
    from innocity.records.models import AuditEntry

Line = tuple[str, str, str]  # what it was done to, where that is, in which words
_REGISTERS = {
    "take_step": "procedure_step", "observe": "observation", "submit_figure": "figure_review",
    "review_figure": "figure_review", "lock_figures": "figure_review", "unlock_figure": "figure_review",
}  # fmt: skip


def steps_in_words(pack: Pack, viewer: Viewer, entries: Iterable[AuditEntry]) -> dict[int, list[Line]]:
    """By the number of each entry that wrote such rows, a line for each of the first of them.

    No words that somebody wrote and nobody's name are in it: ids, steps, sums, periods, results.
    """
    told = {one.seq: _REGISTERS[one.action] for one in entries if one.action in _REGISTERS}
    found = rows_written(viewer, told)
    return {seq: [_matter(pack, row) if told[seq] == "procedure_step" else _figure(pack, row) for row in rows]
            for seq, rows in found.items()}  # fmt: skip


def _matter(pack: Pack, row: dict[str, Any]) -> Line:
    """A step: the matter by its id, the step by its name, the end to which it led, the sum."""
    case, procedure = str(row["case"]), pack.procedures.get(str(row["procedure"]))
    step = procedure.step(str(row["step"])) if procedure else None
    clause = pack.clauses.get(str(row.get("clause") or ""))
    said = [clause.name if clause else "", step.name if step else str(row["step"]), (step and step.ends) or ""]
    said += [format_money(int(row["sum"]))] if row.get("sum") is not None else []
    return case, reverse("procedure_case", args=[pack.city.id, case]), "，".join(one for one in said if one)


def _figure(pack: Pack, row: dict[str, Any]) -> Line:
    """A figure: the indicator, its period and value, and what was decided."""
    indicator = pack.indicators.get(str(row["indicator"]))
    outcomes = pack.codes["figure_outcome"].codes if "figure_outcome" in pack.codes else ()
    outcome = next((one.name for one in outcomes if one.id == row.get("outcome")), "")
    said = [period_name(str(row["period"])), f"{row.get('approx') or ''}{row['value']}{row.get('unit') or ''}",
            outcome or _("登记")]  # fmt: skip
    where = reverse("indicator", args=[pack.city.id, indicator.id]) if indicator else ""
    return indicator.name if indicator else str(row["indicator"]), where, "，".join(said)
