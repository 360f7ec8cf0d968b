"""What was recorded of demand and supply: lists, steps of pairs, events; from the ledgers and a folder of facts.

exchange = exchange_records(load_pack("weihai"))
[one.title for one in exchange.on_list("results", "demand", date(2024, 3, 1))]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR, in_records
from innocity.actions.task_records import Row, read_list, register_rows
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.engines.matching.follow import pairs
from innocity.engines.matching.model import Listing, PairState, Side, Step, Suggestion
from innocity.engines.matching.suggest import suggestions
from innocity.packs.invalid import suggest
from innocity.packs.model import MatchKind, Pack

register_codes({
    "E-EXCHANGE-KIND": ("没有这种对接类别", "no such kind of exchange"),
    "E-EXCHANGE-UNKNOWN": ("清单里没有这一项", "nothing on the lists has this id"),
})  # fmt: skip

REGISTER = "exchange_listing"


@dataclass(frozen=True, slots=True)
class ExchangeEvent:
    """A visit, a fair, a diagnosis: planned, and once held what came of it."""

    id: str
    kind: str
    form: str
    title: str
    planned_on: date
    unit: str
    held_on: date | None = None
    host: str = ""
    guests: tuple[str, ...] = ()
    text: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """All that was recorded: listings and events as they stand now, by id, and every step."""

    pack: Pack
    listings: Mapping[str, Listing] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    events: Mapping[str, ExchangeEvent] = field(default_factory=dict)

    def on_list(self, kind: str, side: Side, day: date) -> list[Listing]:
        """What stands on one list on a day, the latest first."""
        own = [one for one in self.listings.values() if (one.kind, one.side) == (kind, side) and one.open_on(day)]
        return sorted(own, key=lambda one: (one.posted_on, one.id), reverse=True)

    def offers_for(self, demand: Listing, day: date) -> list[Suggestion]:
        """The offers that answer a demand, best first."""
        kind = kind_of(self.pack, demand.kind)
        register = self.pack.registers[REGISTER]
        return suggestions(kind, register, self.pack.codes, demand, self.listings.values(), day)

    def demands_for(self, offer: Listing, day: date) -> list[Suggestion]:
        """The demands that an offer answers, best first."""
        kind, register = kind_of(self.pack, offer.kind), self.pack.registers[REGISTER]
        wanted = self.on_list(offer.kind, "demand", day)
        found = [one for demand in wanted
                 for one in suggestions(kind, register, self.pack.codes, demand, (offer,), day)]  # fmt: skip
        return sorted(found, key=lambda one: (-one.score, one.demand.id))

    def pairs(self, kind: str, day: date) -> list[PairState]:
        """The pairs of a kind as of a day."""
        own = [one for one in self.steps if one.demand in self.listings and self.listings[one.demand].kind == kind]
        return self._pairs(own, kind, day)

    def pairs_of(self, listing: Listing, day: date) -> list[PairState]:
        """Those that a listing is part of."""
        own = [one for one in self.steps if listing.id in (one.demand, one.offer)]
        return self._pairs(own, listing.kind, day)

    def _pairs(self, steps: list[Step], kind: str, day: date) -> list[PairState]:
        rule = kind_of(self.pack, kind)
        return pairs(steps, day, rule.reply_days, rule.office)


def kind_of(pack: Pack, name: str) -> MatchKind:
    """A kind of `matching.yaml`. Error: E-EXCHANGE-KIND."""
    kind = pack.matching.get(name)
    if kind is None:
        raise InnoCityError("E-EXCHANGE-KIND", f"没有对接类别“{name}”", None, suggest(name, set(pack.matching)))
    return kind


def listing_of(exchange: Exchange, name: str) -> Listing:
    """A listing by its id. Error: E-EXCHANGE-UNKNOWN."""
    found = exchange.listings.get(name.strip())
    if found is None:
        remedy = suggest(name, set(exchange.listings))
        raise InnoCityError("E-EXCHANGE-UNKNOWN", f"清单里没有“{name}”", None, remedy)
    return found


def exchange_records(
    pack: Pack, var: Path = VAR, facts: Path | None = None, faults: ErrorList | None = None
) -> Exchange:  # fmt: skip
    """Everything of a city; rows recorded later stand in place of earlier ones of the same id.

    What stands in records that are simulated is simulated, whatever it says itself. Errors: those of ledgers and
    facts; with `faults` those of the ledgers go there.
    """
    all_simulated = _simulated(pack, var)
    listings: dict[str, Listing] = {}
    for row in register_rows(pack, REGISTER, var, facts, faults):
        one = _listing(row)
        before = listings.get(one.id)
        owner = before.owner if before else one.party
        firm = row.get("firm") or ("" if owner in pack.units else owner)
        listings[one.id] = replace(one, owner=owner, firm=firm, simulated=one.simulated or all_simulated)
    steps = [_step(row) for row in register_rows(pack, "exchange_step", var, facts, faults)]
    events = [_event(row) for row in register_rows(pack, "exchange_event", var, facts, faults)]
    if all_simulated:
        steps = [replace(one, simulated=True) for one in steps]
        events = [replace(one, simulated=True) for one in events]
    return Exchange(pack, listings, tuple(steps), {one.id: one for one in events})


def _simulated(pack: Pack, var: Path) -> bool:
    """Whether the records hold a simulated city."""
    if not in_records(pack, var):
        return False
    from innocity.records import queries
    from innocity.records.viewer import Viewer

    instance = queries.instance(Viewer())
    return instance is not None and instance.simulated


def _listing(row: Row) -> Listing:
    return Listing(
        row["listing"], row["kind"], row["side"], row["title"], row["by"], row["party_id"], row["posted_on"],
        row["state"], row["until"], dict(row), read_list(row["words"]), bool(row["simulated"]),
    )  # fmt: skip


def _step(row: Row) -> Step:
    return Step(
        row["demand"], row["offer"], row["step"], row["on"], row["party_id"], row["event"] or "", row["amount"],
        row["text"] or "", read_list(row["evidence"]), bool(row["simulated"]),
    )  # fmt: skip


def _event(row: Row) -> ExchangeEvent:
    return ExchangeEvent(
        row["event"], row["kind"], row["form"], row["title"], row["planned_on"], row["party_id"], row["held_on"],
        row["host"] or "", read_list(row["guests"]), row["text"] or "", bool(row["simulated"]),
    )  # fmt: skip
