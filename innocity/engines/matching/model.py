"""What matching takes and gives: listings, reasons, suggestions, pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from innocity.packs.model import Criterion

Side = Literal["demand", "offer"]
StepName = Literal["proposed", "introduced", "agreed", "fulfilled", "failed"]
#: What may follow each step; a pair begins with one of `FIRST`.
FIRST: tuple[StepName, ...] = ("proposed", "introduced", "agreed")
NEXT: dict[StepName, tuple[StepName, ...]] = {
    "proposed": ("introduced", "agreed", "failed"), "introduced": ("agreed", "failed"),
    "agreed": ("fulfilled", "failed"), "fulfilled": (), "failed": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry of a list as it stands now; `values` are the register's columns (money in fen, codes by id).

    `party` is who recorded it, a unit or a firm; `state` is pending, open, refused or closed.
    """

    id: str
    kind: str
    side: Side
    title: str
    by: str
    party: str
    posted_on: date
    state: str
    until: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    simulated: bool = False
    owner: str = ""  # who recorded it first
    firm: str = ""  # the party that it is of, where a party posted it itself

    def open_on(self, day: date) -> bool:
        """Whether it stands on the list on a day; `until` is the last one."""
        return self.state == "open" and self.posted_on <= day and (self.until is None or day <= self.until)

    def said(self) -> str:
        """All that it says in words."""
        return "\n".join(str(part) for part in (self.title, self.values.get("text") or "", *self.words))


@dataclass(frozen=True, slots=True)
class Reason:
    """How far one criterion holds: `degree` from 0 to 1, None where a side says nothing; `says` tells why."""

    criterion: Criterion
    degree: Fraction | None
    says: str

    @property
    def earned(self) -> Fraction:
        """Its share of the score."""
        return self.criterion.weight * (self.degree or 0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offer for a demand, with its score from 0 to 100 and what it rests on."""

    demand: Listing
    offer: Listing
    score: Fraction
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded step of a pair; `amount` in fen."""

    demand: str
    offer: str
    step: StepName
    on: date
    party: str = ""
    event: str = ""
    amount: int | None = None
    text: str = ""
    evidence: tuple[str, ...] = ()
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class PairState:
    """A demand and an offer that were brought together: the steps in their order, and whether the next is late."""

    demand: str
    offer: str
    steps: tuple[Step, ...]
    silent_days: int
    late: bool
    claim: Step | None = None  # one side says that it agreed; the other has not confirmed it

    @property
    def step(self) -> StepName:
        """Where the pair stands."""
        return self.steps[-1].step

    @property
    def amount(self) -> int | None:
        """The sum last agreed or paid, in fen."""
        told = (one.amount for one in reversed(self.steps) if one.step in ("agreed", "fulfilled"))
        return next((one for one in told if one is not None), None)

    @property
    def simulated(self) -> bool:
        """Whether its steps are simulated: real ones never stand beside simulated ones."""
        return any(one.simulated for one in self.steps)
