"""What has become of a party's awards: applied for, decided, paid. The rules say what it is owed; this is the rest.

Read off matters and off the registers `decision` and `award`, whoever wrote them: steps of matters, or files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from innocity.engines.rules.award import Award
from innocity.engines.workflow.applied import applied, came_of, covers
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


@dataclass(frozen=True, slots=True)
class Beyond:
    """What was asked for or decided, where the rules find no award: a clause, one of its things, what became of it."""

    clause: str
    thing: str
    outcome: Outcome


class Outcomes:
    """Those of one party for one fact year."""

    def __init__(
        self, pack: Pack, party: str, year: int, decisions: Decisions, paid: Iterable[Mapping[str, Any]],
        matters: Iterable[Case],
    ) -> None:  # fmt: skip
        self.clauses = pack.clauses
        self.decisions = {(clause, thing): row for (clause, thing, whose), row in decisions.items() if whose == party}
        self.matters = applied(pack, matters, party, year)
        self.money: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in paid:
            if row["party_id"] == party and row["year"] == year:
                self.money.setdefault((row["clause"], row["object"]), []).append(row)
        self.things = {one.id: self._things(one) for one in self.matters}
        self.told: set[tuple[str, str]] = set()
        self.shown: set[str] = set()

    def _things(self, matter: Case) -> frozenset[str]:
        """The things for which a matter left facts; none where it left none."""
        rows = [*self.decisions.items(), *((key, row) for key, every in self.money.items() for row in every)]
        return frozenset(
            thing for (clause, thing), row in rows
            if clause == matter.clause and came_of(row.get("source"), matter)
        )  # fmt: skip

    def _matter(self, clause: str, thing: str) -> Case | None:
        """The matter that is for a thing of a clause."""
        found = (one for one in self.matters if one.clause == clause and covers(one, thing, self.things[one.id]))
        return next(found, None)

    def of(self, award: Award) -> Outcome | None:
        """What has become of an award; None while nobody has asked for it or decided."""
        return self._of(award.clause, award.object, award.decided, served=award.status == "in_kind")

    def _of(self, clause: str, thing: str, sum_: int | None, *, served: bool = False) -> Outcome | None:
        self.told.add((clause, thing))
        decision, money = self.decisions.get((clause, thing)) or {}, self.money.get((clause, thing), [])
        matter = self._matter(clause, thing)
        # A matter that left no facts, as an old one, is counted with the first of its things.
        own = matter if matter and not self.things[matter.id] and matter.id not in self.shown else None
        if matter is not None:
            self.shown.add(matter.id)
        approved = max((row["approved"] or 0 for row in money), default=0)
        issued, paid = (sum(row[name] or 0 for row in money) for name in ("issued", "paid"))
        refused, chosen = decision.get("selected") is False, decision.get("selected") is True
        told = (sum_, decision.get("sum") if chosen else None, approved or None, own.granted if own else None)
        decided = None if refused else next((one for one in told if one is not None), None)
        paid = paid or (own.paid if own else 0)
        granted = decided is not None or (chosen and served) or (matter is not None and matter.decided)
        state: State | None = (
            "paid" if paid or (matter and matter.paid) else "issued" if issued else "refused" if refused
            else "granted" if granted else "applied" if matter else None
        )  # fmt: skip
        years = [row["payment_year"] for row in money if row["paid"] and row["payment_year"]]
        return None if state is None else Outcome(
            state, decided, issued, paid, max(years, default=None), decision.get("by") or "",
            decision.get("decided_on"), decision.get("reason") or "", matter,
        )  # fmt: skip

    def rest(self) -> list[Beyond]:
        """What no award was asked about: decisions, payments and matters of which the rules know nothing (any more).

        Ask after all awards.
        """
        keys = [key for key in dict.fromkeys((*self.decisions, *self.money)) if key not in self.told]
        keys += [(one.clause, one.object) for one in self.matters if one.id not in self.shown]
        found = []
        for clause, thing in dict.fromkeys(keys):
            outcome = self._of(clause, thing, None) if clause in self.clauses else None
            if outcome is not None:
                named = "" if outcome.matter is not None and thing == outcome.matter.id else thing
                found.append(Beyond(clause, named, outcome))
        return found
