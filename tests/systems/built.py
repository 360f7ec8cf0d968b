"""What the tests of systems that were built share: the packs, read once, and records as officers and firms make them.

The verbs are those that the command line and the site call; `tests/cli/test_match.py` and `tests/web` show both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from innocity.actions.exchange_records import Exchange, ExchangeEvent, exchange_records
from innocity.actions.post_listing import Posting, decide_listing, post_listings
from innocity.actions.procedure_records import open_cases
from innocity.actions.record_exchange import Stepped, known_step, record_event, record_step
from innocity.actions.take_step import Step, take_step
from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.core.money import parse_money
from innocity.engines.matching.model import PairState
from innocity.engines.rosters.read import read_roster
from innocity.engines.workflow.model import Case
from innocity.packs.facts_text import case_table
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

VAR = Path("var")  # of the test's own folder
DAY = date(2024, 3, 1)
Rows = list[dict[str, str]]


@lru_cache(maxsize=2)
def pack_of(city: str = "weihai") -> Pack:
    """The real city folder, read once."""
    return load_pack(city)


def post(
    unit: str, kind: str, side: Any, title: str, by: str, *, on: str = "2024-01-02", city: str = "weihai", **values: str
) -> str:
    """Put something on a list; its id."""
    posting = Posting(kind, side, title, by, unit, date.fromisoformat(on), values)
    return str(post_listings(pack_of(city), [posting], VAR)[0]["listing"])


def decide(listing: str, state: str, party: str, note: str = "") -> None:
    """Let a listing be seen, refuse it, take it off."""
    decide_listing(pack_of(), listing, state, party, note, VAR)


def step(
    name: str, demand: str, offer: str, party: str, on: str, *, amount: str = "", city: str = "weihai", **more: Any
) -> None:
    """Record a step of a pair."""
    fen = parse_money(amount) if amount else None
    if name == "agreed" and party in pack_of(city).units:
        more.setdefault("evidence", ("合同",))  # what the office says rests on a paper
    told = Stepped(demand, offer, known_step(name), date.fromisoformat(on), party, amount=fen, **more)
    record_step(pack_of(city), told, VAR)


def event(unit: str, kind: str, form: str, title: str, planned: str, **more: Any) -> str:
    """Plan an event, or record it; its id."""
    told = ExchangeEvent(more.pop("id", ""), kind, form, title, date.fromisoformat(planned), unit, **more)
    return str(record_event(pack_of(), told, VAR)["event"])


def records(city: str = "weihai") -> Exchange:
    """All that was recorded."""
    return exchange_records(pack_of(city), VAR)


def answers(listing: str, day: date = DAY, city: str = "weihai") -> dict[str, float]:
    """Who answers a demand, with the score, best first."""
    exchange = records(city)
    return {one.offer.by: float(one.score) for one in exchange.offers_for(exchange.listings[listing], day)}


def pair(demand: str, offer: str, day: date = DAY) -> PairState:
    """How far a pair has come."""
    exchange = records()
    return next(one for one in exchange.pairs_of(exchange.listings[demand], day) if one.offer == offer)


def tables(city: str = "weihai", /, **registers: Rows) -> dict[str, pa.Table]:
    """Facts in memory, as text."""
    pack = pack_of(city)
    return {name: case_table(rows, pack.registers[name], pack.codes) for name, rows in registers.items()}


def roster(name: str, facts: dict[str, pa.Table], day: date = DAY, city: str = "weihai") -> Any:
    """A roster over such facts, as the command gives it to programs."""
    pack = pack_of(city)
    return read_roster(pack, pack.rosters[name], facts, day).as_dict()


def totals(found: Any, table: str, value: str = "") -> dict[str, Any]:
    """The lines of a table of totals that are not empty: by name their first value, or the one named."""
    [one] = [each for each in found["tables"] if each["name"] == table]
    return {
        group["name"]: group["values"][value] if value else next(iter(group["values"].values()))
        for group in one["groups"] if not group["empty"]
    }  # fmt: skip


def gaps(found: Any, table: str) -> list[str]:
    """The lines on which there is nothing."""
    return next(list(each["gaps"]) for each in found["tables"] if each["name"] == table)


def lines(found: Any, table: str) -> dict[str, list[Any]]:
    """A table of totals: by name all values of a line, empty lines too."""
    [one] = [each for each in found["tables"] if each["name"] == table]
    return {group["name"]: list(group["values"].values()) for group in one["groups"]}


def column(found: Any, *names: str) -> list[tuple[str, ...]]:
    """The rows of a roster in the order in which they stand, some columns of them in words."""
    return [tuple(row[name] for name in names) for row in found["rows"]]


def platform(number: str, kind: str, **more: str) -> dict[str, str]:
    """A platform as it is registered."""
    return {"party_id": f"F{number}", "platform_id": number, "name": f"{number}号", "type": kind, "level": "city",
            "approved_on": "2020-01-01"} | more  # fmt: skip


class Matter:
    """A matter of a procedure; steps are taken on days that follow each other."""

    def __init__(self, procedure: str, city: str = "weihai", year: int = 2023, month: int = 1) -> None:
        self.procedure, self.city, self.year, self.month, self.case, self.day = procedure, city, year, month, "", 0

    def take(
        self, name: str, actor: str, *, party: str = "", text: str = "", evidence: Sequence[str] = (), sum: str = "",
        clause: str = "", **more: Any,
    ) -> Matter:  # fmt: skip
        """Take a step."""
        self.day += 1
        on = date(self.year, self.month, self.day)
        told = Step(self.procedure, name, actor, on, self.case, "一件事", party, text, evidence,
                    parse_money(sum) if sum else None, clause=clause, **more)  # fmt: skip
        self.case = str(take_step(pack_of(self.city), told, VAR)["case"])
        return self

    def refuses(self, name: str, actor: str, code: str = "E-STEP-ORDER", **more: Any) -> None:
        """The step may not be taken now, or not by this one, or not for so much."""
        with pytest.raises(InnoCityError) as error:
            self.take(name, actor, **more)
        told = error.value.errors if isinstance(error.value, InnoCityErrors) else [error.value]
        assert code in [one.code for one in told]

    def now(self) -> Case:
        """Where it stands."""
        return open_cases(pack_of(self.city), date(2026, 1, 1), VAR)[self.case]
