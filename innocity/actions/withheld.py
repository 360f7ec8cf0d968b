"""What a city has recorded and does not tell everybody: figures that wait for approval, words not made public.

    kept_back = withheld(load_pack("weihai"))
    overview(pack, day, hidden=kept_back.from_public())

Approval is asked of every figure in the records of a city whose pack names who approves: reported on a page, brought
in from files, or simulated. Figures that a document states are public by nature and never part of it. A figure that
was approved stays told until it is sent back, also while it is unlocked; a correction waits anew, and the figure
before it stands until then. Words of a task's report are told where the unit marked them as public; the opinion on a
closing never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from innocity.actions.authority import overseers
from innocity.actions.ledger import VAR, in_records, ledger
from innocity.actions.task_records import register_rows
from innocity.engines.indicators.figures import current
from innocity.packs.model import Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer


class Hidden(NamedTuple):
    """Fact ids that an overview leaves out: whole figures, and the words of reports and closings of tasks.

    `waiting` are those of the figures that no later one has replaced: what somebody has still to approve.
    """

    figures: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()


NOTHING = Hidden()


@dataclass(frozen=True, slots=True)
class Withheld:
    """`figures`: fact ids of figures that wait for approval, by the unit that reported them; `words` and
    `standing`, those whom no later figure has replaced: as in Hidden."""

    figures: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()

    def from_public(self) -> Hidden:
        """What those see who are not of the city's staff: nothing of it."""
        return self._hidden(self.figures, self.words)

    def hidden_from(self, pack: Pack, viewer: Viewer) -> Hidden:
        """What is kept back from somebody. All words are open to staff; figures to the unit that reported them, to
        whoever oversees, the leading group and auditors."""
        if viewer.role in ("anonymous", "firm"):
            return self.from_public()
        if viewer.role != "officer" or viewer.unit in overseers(pack):
            return NOTHING
        return self._hidden((fact for fact, unit in self.figures.items() if unit != viewer.unit), ())

    def uncounted_for(self, pack: Pack, viewer: Viewer) -> Hidden:
        """What scores, counts and decision sheets leave out for somebody: every figure that waits, whoever may see
        it, and the words that are kept back from that somebody."""
        return self._hidden(self.figures, self.hidden_from(pack, viewer).words)

    def _hidden(self, figures: Iterable[str], words: Iterable[str]) -> Hidden:
        kept = frozenset(figures)
        return Hidden(kept, frozenset(words), kept & self.standing)


def withheld(pack: Pack, var: Path = VAR) -> Withheld:
    """What is kept back of a city's records. Errors: those of ledgers."""
    waiting = pending_figures(pack, var)
    return Withheld(waiting, _own_words(pack, var), _standing(pack, var) if waiting else frozenset())


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
    approved = set()
    for row in ledger(pack, "figure_review", var).rows():
        if row["outcome"] == "approved":
            approved.add(row["figure"])
        elif row["outcome"] == "returned":
            approved.discard(row["figure"])
    rows = ledger(pack, "observation", var).rows()
    return {row["fact_id"]: row["party_id"] for row in rows if row["fact_id"] not in approved}


def _standing(pack: Pack, var: Path) -> frozenset[str]:
    """The recorded figures that no later one has replaced."""
    from innocity.actions.figures import recorded

    return frozenset(one.fact for one in current(recorded(pack, var), indicators=pack.indicators) if one.fact)


def _own_words(pack: Pack, var: Path) -> frozenset[str]:
    """Real reports that the unit did not mark as public, and all real opinions on closings."""
    reports = [row for row in register_rows(pack, "task_progress", var) if not row.get("public")]
    closings = [row for row in register_rows(pack, "task_closure", var) if row["text"]]
    return frozenset(row["fact_id"] for row in (*reports, *closings) if not row["simulated"])
