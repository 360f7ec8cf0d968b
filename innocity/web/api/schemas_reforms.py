"""What units read by their tokens of the drafts of the reform lab. Sums are fen; kinds of money are never added up."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema


class ReformLine(Schema):
    """A draft: who kept it when, over which facts, and what it comes to for clauses as they are and as changed."""

    name: str
    by: str
    saved_on: date | None
    year: int
    as_of: date | None
    facts: str
    simulated: bool
    stale: bool
    payable_before_fen: int
    payable_after_fen: int
    open_before_fen: int
    open_after_fen: int
    winners: int
    losers: int
    gained_fen: int
    lost_fen: int


class ReformClause(Schema):
    """A clause whose result differs."""

    clause: str
    name: str
    payable_before_fen: int
    payable_after_fen: int
    open_before_fen: int
    open_after_fen: int
    parties_before: int
    parties_after: int


class ReformSum(Schema):
    """Payable sums of a payer, a place, a size, an industry or a chain."""

    key: str
    name: str
    before_fen: int
    after_fen: int


class ReformSpan(Schema):
    """How many parties get so much: above the end of the span before, up to this one; null where it is open."""

    upto_fen: int | None
    before: int
    after: int
    gained: int
    lost: int


class ReformParty(Schema):
    """One of those that gain or lose most; empty where the unit may not see the party."""

    party: str
    name: str
    before_fen: int
    after_fen: int


class ReformView(ReformLine):
    """A draft whole: `changes` is the overlay that gives it, each breakdown is all of the money anew."""

    changes: dict[str, Any]
    clauses: list[ReformClause]
    payers: list[ReformSum]
    breakdowns: dict[str, list[ReformSum]]
    spread: list[ReformSpan]
    most_gained: list[ReformParty]
    most_lost: list[ReformParty]
