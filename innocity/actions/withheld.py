"""What a city has recorded and does not tell everybody: figures that wait for approval, words not made public.

    kept_back = withheld(load_pack("weihai"))
    overview(pack, day, hidden=kept_back.from_public())

Approval is asked of what units report to the records: of a city whose pack names who approves. Figures of documents,
simulated ones and what the operator brought in as history (`import_ledgers`, facts) were never part of it. A figure
that was approved stays told until it is sent back, also while it is unlocked; a correction waits anew, and the figure
before it stands until then. Words of a task's report are told where the unit marked them as public; the opinion on a
closing never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from innocity.actions.authority import overseers
from innocity.actions.ledger import VAR, in_records, ledger
from innocity.actions.task_records import register_rows
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


class Hidden(NamedTuple):
    """Fact ids that an overview leaves out: whole figures, and the words of reports and closings of tasks."""

    figures: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


NOTHING = Hidden()


@dataclass(frozen=True, slots=True)
class Withheld:
    """`figures`: fact ids of figures that wait for approval, by the unit that reported them; `words`: as in Hidden."""

    figures: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def from_public(self) -> Hidden:
        """What those see who are not of the city's staff: nothing of it."""
        return Hidden(frozenset(self.figures), self.words)

    def hidden_from(self, pack: Pack, viewer: Viewer) -> Hidden:
        """What is kept back from somebody. All words are open to staff; figures to the unit that reported them, to
        whoever oversees, the leading group and auditors."""
        if viewer.role in ("anonymous", "firm"):
            return self.from_public()
        if viewer.role != "officer" or viewer.unit in overseers(pack):
            return NOTHING
        return Hidden(frozenset(fact for fact, unit in self.figures.items() if unit != viewer.unit))

    def uncounted_for(self, pack: Pack, viewer: Viewer) -> Hidden:
        """What scores, counts and decision sheets leave out for somebody: every figure that waits, whoever may see
        it, and the words that are kept back from that somebody."""
        return Hidden(frozenset(self.figures), self.hidden_from(pack, viewer).words)


def withheld(pack: Pack, var: Path = VAR) -> Withheld:
    """What is kept back of a city's records. Errors: those of ledgers."""
    return Withheld(pending_figures(pack, var), _own_words(pack, var))


def uncounted(pack: Pack, var: Path = VAR) -> Hidden:
    """What scores and reports leave out for whoever runs the machine, who may see everything: the figures that wait.
    Errors: those of ledgers."""
    return Hidden(frozenset(pending_figures(pack, var)))


def hidden_facts(pack: Pack, viewer: Viewer, register: str, var: Path = VAR) -> frozenset[str]:
    """The fact ids of a register that its raw rows keep back from somebody, as pages of figures do. Errors: those of
    ledgers."""
    if register != "observation":
        return frozenset()
    return Withheld(pending_figures(pack, var)).hidden_from(pack, viewer).figures


def pending_figures(pack: Pack, var: Path = VAR) -> dict[str, str]:
    """The units that reported, by the fact ids of their figures that are not (or no longer) approved."""
    if not {"observation", "figure_review"} <= set(pack.registers) or not overseers(pack) or not in_records(pack, var):
        return {}
    from innocity.actions.ledger_records import reported

    approved = set()
    for row in ledger(pack, "figure_review", var).rows():
        if row["outcome"] == "approved":
            approved.add(row["figure"])
        elif row["outcome"] == "returned":
            approved.discard(row["figure"])
    asked = reported("observation", "observe") - approved
    if not asked:
        return {}
    rows = ledger(pack, "observation", var).rows()
    return {row["fact_id"]: row["party_id"] for row in rows if row["fact_id"] in asked and not row["simulated"]}


def _own_words(pack: Pack, var: Path) -> frozenset[str]:
    """Real reports that the unit did not mark as public, and all real opinions on closings."""
    reports = [row for row in register_rows(pack, "task_progress", var) if not row.get("public")]
    closings = [row for row in register_rows(pack, "task_closure", var) if row["text"]]
    return frozenset(row["fact_id"] for row in (*reports, *closings) if not row["simulated"])
