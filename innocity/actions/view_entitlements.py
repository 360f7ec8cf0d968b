"""What a party is owed as its facts stand today: evaluated by the reference interpreter, shared by the latest run.

    found = view_entitlements(pack, viewer, "F000123", 2023, day)
    found.total, [item.name for item in found.items if item.counts]

Everything is 测算: an estimate until an authority has decided. Pages and letters of firms read this.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from innocity.actions.held_by_others import OnceForAll, held_by_others, once_for_all
from innocity.actions.outcomes import Beyond, Outcome, Outcomes
from innocity.engines.rules.award import Award
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.describe import citation, describe_amount
from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.rules.explain import call_for, near_of
from innocity.engines.rules.ir import PoolPlan, RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.reference import Reference, Sharing
from innocity.engines.rules.shares import payer_shares
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import stage_of
from innocity.packs.model import Call, Clause, Pack
from innocity.records import queries
from innocity.records.queries.entitlements import PartyRows, last_rounds, simulated_day
from innocity.records.viewer import Viewer

#: A row by column id, base columns too; None for a fact that is taken away.
Instead = dict[str, Any] | None
Stage = Literal["open", "upcoming", "closed", "none"]
_ANYBODY = Viewer.operator("entitlements")  # other holders of the same thing are looked at, and not shown
_PLANS = 6  # plans kept ready: a few years of a day or two
_ORDER = ("sum", "ceiling", "awaiting_decision", "manual", "near", "in_kind", "awaiting_parameter", "excluded",
          "not_in_force")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One award as it stands: `fen` is what the rules give after groups, caps and pools; None where no sum is named.

    `counts` says whether it is in the total: a sum that can be claimed under a call that is open or to come, and that
    nobody has asked for or decided yet: else `outcome` says what has become of it.
    """

    clause: Clause
    award: Award
    article: str
    amount: str
    fen: int | None
    counts: bool
    call: Call | None
    stage: Stage
    near: Mapping[str, Any] | None
    missing: tuple[str, ...]
    payers: Mapping[str, int]
    pool: str
    last: Mapping[str, Any] | None
    outcome: Outcome | None = None

    @property
    def applied(self) -> Case | None:
        """The matter in which it was applied for, under way or granted."""
        return self.outcome.matter if self.outcome else None

    def until(self, day: date) -> int | None:
        """Days until the call opens (`upcoming`) or closes (`open`)."""
        if self.call is None or self.stage not in ("open", "upcoming"):
            return None
        return ((self.call.closes if self.stage == "open" else self.call.opens) - day).days


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What a party is owed for the facts of a year, as of a day. Sums in fen; `total` holds only what counts."""

    party: str
    year: int
    day: date
    simulated: bool
    run: Any
    items: tuple[Item, ...]
    others: tuple[Clause, ...]
    beyond: tuple[Beyond, ...] = ()

    @property
    def total(self) -> int:
        """What can be claimed."""
        return sum(item.fen or 0 for item in self.items if item.counts)

    def settled(self) -> dict[str, int]:
        """How many items are applied for and not decided, and the sums (fen) that were granted and paid."""
        found = [item.outcome for item in self.items if item.outcome is not None]
        found += [one.outcome for one in self.beyond]
        return {
            "applied": sum(one.state == "applied" for one in found),
            "granted": sum(one.decided or 0 for one in found), "paid": sum(one.paid for one in found),
        }  # fmt: skip

    def apart(self) -> dict[str, int]:
        """Sums outside the total, by why: no call yet, a ceiling, a decision to come."""
        found = {"estimate": 0, "ceiling": 0, "review": 0}
        names = {"sum": "estimate", "ceiling": "ceiling", "awaiting_decision": "review"}
        for item in self.items:
            if not item.counts and item.outcome is None and item.award.status in names:
                found[names[item.award.status]] += item.fen or 0
        return found


def day_of(pack: Pack, viewer: Viewer, today: date) -> tuple[date, bool]:
    """The day as of which facts hold, and whether they are simulated: a simulated city stands still on its own day."""
    still = simulated_day()
    return (today, False) if still is None else (still, True)


def years_of(pack: Pack, run_year: int | None) -> list[int]:
    """The fact years worth asking about: those with a call, the city's own, the latest run's; the latest first."""
    every = {call.fact_year for call in pack.calls.values()} | {pack.city.default_year}
    every |= {run_year} if run_year else set()
    return sorted({year for one in every for year in (one - 1, one, one + 1)}, reverse=True)


def ways_of(pack: Pack) -> set[tuple[str, str]]:
    """The columns, by register, by which clauses find rows of others: worth an index of their own."""
    plan = compile_rules(pack, pack.city.default_year, date(pack.city.default_year, 12, 31))
    return set(Lookup(plan, None, set(registers_read(plan)), _Nothing()).used()) | once_for_all(plan).columns()


def view_entitlements(
    pack: Pack, viewer: Viewer, party: str, year: int, day: date, *, simulated: bool,
    instead: Mapping[tuple[str, str], Instead] | None = None, matters: Iterable[Case] = (),
) -> Entitlements:  # fmt: skip
    """Everything that the clauses of a year say of a party; `matters` are those of the city, to see what it asked for.

    `instead` holds rows that stand for recorded ones, by register and fact id, to see what they would do: none for a
    fact that is taken away, and one of an id that is not recorded is added.
    Clauses whose rows are found by an expression are left to runs. Error: E-RECORDS-FORBIDDEN.
    """
    ready = _ready(pack, year, day, simulated)
    run = queries.latest_run(viewer, year)
    since = run.entry if run else 0
    recorded = PartyRows(viewer, pack, party, day, since)
    rows = AsIf(recorded, instead) if instead else recorded
    facts = Lookup(ready.plan, None, ready.registers, rows).facts_of(party)
    context = ready.reference.context(facts)
    awards = ready.reference.party(facts, party, context)
    lost = held_by_others(
        ready.once, party, awards, facts, ready.registers,
        lambda one: recorded if one == party else PartyRows(_ANYBODY, pack, one, day, since), day,
    )  # fmt: skip
    for award in awards:
        if (award.clause, award.object) in lost:
            award.value, award.group_by = 0, "once"
    Sharing(ready.alone, facts, False).apply(awards)
    pools = _pooled(ready.plan.pools, awards, run.report["pools"] if run else ())
    stages = {call.id: stage_of(call, day) for call in pack.calls.values()}
    known = last_rounds_of(viewer)
    became = Outcomes(pack, party, year, context.decisions, facts.all("award"), matters)
    items = [_item(pack, ready.plan, award, stages, pools, known, became.of(award)) for award in awards]
    items.sort(key=lambda i: (not i.counts, _ORDER.index(i.award.status), -(i.fen or 0), i.clause.id))
    concerned = {award.clause for award in awards}
    others = tuple(c.clause for c in ready.plan.clauses if c.clause.force == "entitlement" and c.id not in concerned)
    return Entitlements(party, year, day, simulated, run, tuple(items), others, tuple(became.rest()))


def _item(
    pack: Pack, plan: RulesPlan, award: Award, stages: Mapping[str, Stage], pools: Mapping[int, str],
    known: Mapping[str, Mapping[str, Any]], outcome: Outcome | None,
) -> Item:  # fmt: skip
    own = plan.clause(award.clause)
    call = call_for(pack, award.clause, plan.year)
    stage = stages[call.id] if call else "none"
    named = award.status in ("sum", "ceiling", "awaiting_decision")
    fen = award.after_pool if named else None
    pool = pools.get(id(award), "")
    open_ = stage in ("open", "upcoming") and pool != "waits" and outcome is None
    counts = award.status == "sum" and own.pays and bool(fen) and open_
    missing = tuple(own.missing) if award.status == "awaiting_parameter" else ()
    return Item(
        own.clause, award, citation(pack, own.clause), describe_amount(pack, own.clause), fen, counts, call, stage,
        near_of(own, award), missing, payer_shares(own, fen) if fen and own.pays else {}, pool, known.get(award.clause),
        outcome,
    )  # fmt: skip


def _pooled(pools: Iterable[PoolPlan], awards: list[Award], report: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Share sums by the factors that the run found; by award, `cut` or, where a turn decides, `waits`."""
    found: dict[int, str] = {}
    factors = {one["pool"]: one for one in report}
    for pool in pools:
        one = factors.get(pool.id)
        if one is None or one["asked"] <= one["available"]:
            continue
        for award in awards:
            if award.clause in pool.members and award.status == "sum" and award.value and award.decided is None:
                found[id(award)] = "waits"
                if one["share"] == "pro_rata":
                    award.value = award.value * one["available"] // one["asked"]
                    found[id(award)] = "cut"
                award.after_pool, award.pool_by = award.value, pool.id
    return found


class AsIf:
    """Recorded rows, some of them otherwise: what a finder of rows finds if those stood there."""

    def __init__(self, recorded: PartyRows, instead: Mapping[tuple[str, str], Instead]) -> None:
        self.recorded, self.instead = recorded, instead

    def prepare(self, ways: Iterable[tuple[str, str]], progress: object = None) -> None:
        """Nothing to build."""

    def find(self, register: str, column: str, values: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """Rows of a register whose column has one of these values."""
        wanted = list(values)
        yield from self._kept(register, self.recorded.find(register, column, wanted))
        yield from (row for row in self._own(register) if row.get(column) in wanted)

    def everything(self, register: str) -> Iterator[dict[str, Any]]:
        """All rows of a register."""
        yield from self._kept(register, self.recorded.everything(register))
        yield from self._own(register)

    def _kept(self, register: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return (row for row in rows if (register, row["fact_id"]) not in self.instead)

    def _own(self, register: str) -> Iterator[dict[str, Any]]:
        return (row for (name, _), row in self.instead.items() if name == register and row is not None)


# --- what is kept between requests -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ready:
    plan: RulesPlan
    alone: RulesPlan  # without pools, which other parties share
    reference: Reference
    registers: set[str]
    once: OnceForAll


class _Nothing:
    """A finder of no rows: to ask a plan by which columns it would look."""

    def prepare(self, ways: Iterable[tuple[str, str]], progress: object = None) -> None:
        """Nothing to do."""

    def find(self, register: str, column: str, values: Iterable[Any]) -> Any:
        """No rows."""
        return iter(())

    def everything(self, register: str) -> Any:
        """No rows."""
        return iter(())


_plans: OrderedDict[tuple[str, int, date, bool], _Ready] = OrderedDict()
_rounds: dict[int, Mapping[str, Mapping[str, Any]]] = {}


def prepare_year(pack: Pack, year: int, day: date, *, simulated: bool) -> None:
    """Compile a year's clauses beforehand, so that the first who asks need not wait for it."""
    _ready(pack, year, day, simulated)


def _ready(pack: Pack, year: int, day: date, simulated: bool) -> _Ready:
    key = (pack.hash, year, day, simulated)
    found = _plans.get(key)
    if found is None:
        plan = compile_rules(pack, year, day, simulated=simulated)
        registers = set(registers_read(plan)) & set(pack.registers)
        lacking = Lookup(plan, None, registers, _Nothing()).needs_database()
        if lacking:
            names = [c.id for c in plan.clauses if c.id not in lacking and not (c.source and c.source.after in lacking)]
            plan = compile_rules(pack, year, day, simulated=simulated, only=names)
        found = _plans[key] = _Ready(plan, replace(plan, pools=()), Reference(plan), registers, once_for_all(plan))
        while len(_plans) > _PLANS:
            _plans.popitem(last=False)
    return found


def last_rounds_of(viewer: Viewer) -> Mapping[str, Mapping[str, Any]]:
    """What earlier rounds paid, by clause; read again when the register of awards changes."""
    version = next((one.version for one in queries.registers(viewer) if one.register == "award"), 0)
    if version not in _rounds:
        _rounds.clear()
        _rounds[version] = last_rounds(viewer)
    return _rounds[version]
