"""What a unit's token gets and gives: registers, parties, facts, entitlements, runs; figures and progress."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from innocity.web.api.schemas import Column


class RegisterLine(Schema):
    """A register: its authoritative source, its purpose, how fresh it is."""

    id: str
    name: str
    source: str
    purpose: str
    refresh: str
    refreshed_on: date | None
    rows: int
    columns: list[Column]


class PartyView(Schema):
    """Somebody whom facts are about."""

    id: str
    kind: str
    name: str
    code: str
    division: str
    zone: str


class FactView(Schema):
    """A fact: `values` by column, sums in fen; `hidden` names columns kept back from this token."""

    fact_id: str
    register_id: str
    party: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: date | None
    source: str
    values: dict[str, Any]
    hidden: list[str]
    revision: int


class EntitlementView(Schema):
    """One item that a party is owed, or could be: `counts` says whether it is in the total."""

    clause: str
    name: str
    status: str
    fen: int | None
    counts: bool
    citation: str
    amount: str
    stage: str
    missing: list[str]
    outcome: str | None  # applied, refused, granted, issued or paid: then it no longer counts
    matter: str | None  # in which it was applied for, where it was
    decided_fen: int | None
    paid_fen: int


class EntitlementsView(Schema):
    """What a party is owed for the facts of a year: estimates (测算), `total_fen` holds only what can be claimed."""

    party: str
    year: int
    day: date
    simulated: bool
    kind: str = "测算"
    total_fen: int
    run: str | None
    items: list[EntitlementView]


class RunView(Schema):
    """A settled year. Kinds of money stand apart and are never added up."""

    id: int
    year: int
    as_of: date
    hash: str
    simulated: bool
    supposed: bool
    payable_fen: int
    open_fen: int


class NewFigure(Schema):
    """A figure that a unit reports; a corrected one has `revises` and a `note` that says why."""

    indicator: str = Field(max_length=100)
    period: str = Field(max_length=10, examples=["2023"])
    value: str = Field(max_length=40, examples=["1480"])
    unit: str = Field("", max_length=20)
    scope: str = Field("", max_length=64)
    approx: str = Field("", max_length=10)
    observed_on: date | None = None
    revises: bool = False
    note: str = Field("", max_length=2000)
    evidence: list[str] = Field([], max_length=20)


class NewProgress(Schema):
    """How far a task is, as the unit of the token reports it; `public` lets everybody read the words."""

    reported_on: date
    text: str = Field(min_length=1, max_length=4000)
    progress: int | None = Field(None, ge=0, le=100)
    work: str = Field("under_way", pattern="^(under_way|blocked|delayed|finished)$")
    problem: str = Field("", max_length=4000)
    next_step: str = Field("", max_length=4000)
    evidence: list[str] = Field([], max_length=20)
    public: bool = False


class Recorded(Schema):
    """What was recorded: the ledger and the ids of its new rows."""

    ledger: str
    ids: list[str]
