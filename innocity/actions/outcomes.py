"""What has become of a party's awards: applied for, decided, paid. The rules say what it is owed; this is the rest.

Read off matters and off the registers `decision` and `award`, whoever wrote them: steps of matters, or files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from innocity.engines.rules.award import Award
from innocity.engines.workflow.applied import applied, for_award
from innocity.engines.workflow.model import Case
from innocity.packs.model import Pack

State = Literal["applied", "refused", "granted", "issued", "paid"]
Decisions = Mapping[tuple[str, str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one award has come; sums in fen, `decided` None where no sum was decided.

    `by`, `on` and `reason` are those of the decision, `year` is when money was paid.
    """

    state: State
    decided: int | None = None
    issued: int = 0
    paid: int = 0
    year: int | None = None
    by: str = ""
    on: date | None = None
    reason: str = ""
    matter: Case | None = None

    @property
    def settled(self) -> bool:
        """Whether somebody has decided: the rules' sum is an estimate no longer."""
        return self.state != "applied"


class Outcomes:
    """Those of one party for one fact year."""

    def __init__(
        self, pack: Pack, party: str, year: int, decisions: Decisions, paid: Iterable[Mapping[str, Any]],
        matters: Iterable[Case],
    ) -> None:  # fmt: skip
        self.party, self.decisions = party, decisions
        self.matters = applied(pack, matters, party, year)
        self.money: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in paid:
            if row["party_id"] == party and row["year"] == year:
                self.money.setdefault((row["clause"], row["object"]), []).append(row)

    def of(self, award: Award) -> Outcome | None:
        """What has become of an award; None while nobody has asked for it or decided."""
        decision = self.decisions.get((award.clause, award.object, self.party))
        money = self.money.get((award.clause, award.object), [])
        matter = for_award(self.matters, award.clause, award.object)
        sums = {name: sum(row[name] or 0 for row in money) for name in ("approved", "issued", "paid")}
        refused = decision is not None and decision["selected"] is False
        granted = award.decided is not None or sums["approved"] > 0 or (matter is not None and matter.decided)
        state: State | None = (
            "paid" if sums["paid"] or (matter and matter.paid) else "issued" if sums["issued"]
            else "refused" if refused else "granted" if granted else "applied" if matter else None
        )  # fmt: skip
        if state is None:
            return None
        told = decision or {}
        decided = award.decided if award.decided is not None else sums["approved"] or None
        years = [row["payment_year"] for row in money if row["paid"] and row["payment_year"]]
        return Outcome(
            state, None if refused else decided, sums["issued"], sums["paid"], max(years, default=None),
            told.get("by") or "", told.get("decided_on"), told.get("reason") or "", matter,
        )  # fmt: skip
