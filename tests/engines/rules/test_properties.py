"""What holds of every pack and city, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.duck_engine import arrow_tables, fetch_awards, options_for, registers_read
from innocity.engines.rules.finish_sql import VALUED
from innocity.engines.rules.ir import CapPlan, PoolPlan, RulesPlan
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.results import payers_table
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.shares import payee_parts, payer_shares
from innocity.packs.model import Pack
from innocity.plan.amounts import Sum
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from innocity.plan.nodes import Lit
from innocity.plan.rows import Facts
from tests.engines.rules.cities import cities, decided
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows, differences, evaluate, hash_of
from tests.engines.rules.test_equality import examples
from tests.engines.rules.world import AS_OF, clause, duck_engine, facts_of, pack_of, plan_of


def settled(plan: RulesPlan, facts: Rows) -> list[Award]:
    """The reference's awards; none where the decisions drawn are not allowed."""
    found = evaluate(reference_engine, plan, facts)
    return [] if isinstance(found, str) else found


# --- sharing out -------------------------------------------------------------------------------------------------


@examples(30, 500)
@given(packs(), cities(), st.data())
def test_sharing_conserves_every_fen(pack: Pack, city: Rows, data: st.DataObject) -> None:
    plan = plan_of(pack)
    awards = settled(plan, decided(data.draw, plan, city))
    for pool in plan.pools:
        assert_pool(pool, awards)
    for one in plan.clauses:
        own = [a for a in awards if a.clause == one.id]
        for cap in one.caps:
            assert_cap(cap, own)
    for award in awards:
        assert award.payable >= 0
        assert award.status in VALUED or award.payable == 0
        if award.after_pool is not None and award.after_group is not None:
            assert 0 <= award.after_pool <= award.after_group


def assert_pool(pool: PoolPlan, awards: list[Award]) -> None:
    """A pool never gives more than it holds; where it cuts, all of it is given, unless an outer one cuts again."""
    members = [a for a in awards if a.clause in pool.members and a.status == "sum"]
    given_out = sum(a.after_pool or 0 for a in members)
    assert given_out <= pool.fen or not any(a.pool_by == pool.id for a in members)
    if any(a.pool_by == pool.id for a in members) and all(a.pool_by in (pool.id, None) for a in members):
        assert given_out == pool.fen
    asked = sum(a.after_group or 0 for a in members)
    if asked <= pool.fen:
        assert not any(a.pool_by == pool.id for a in members)


def assert_cap(cap: CapPlan, awards: list[Award]) -> None:
    """No party, or not all of them together, comes to more than the cap."""
    totals: dict[str, int] = {}
    for award in awards:
        scope = award.party if cap.per == "party" else ""
        totals[scope] = totals.get(scope, 0) + (award.after_group or 0)
    assert all(total <= cap.fen for total in totals.values())


SHARES = st.lists(st.integers(0, 100), min_size=1, max_size=4).filter(sum)


@examples(30, 500)
@given(SHARES, st.lists(st.integers(0, 10**12), min_size=1, max_size=8))
def test_payers_carry_the_whole_award(weights: list[int], sums: list[int]) -> None:
    """In Python and in SQL, an odd fen on the first."""
    payers = {f"payer{i}": f"{w}/{sum(weights)}" for i, w in enumerate(weights)}
    given_ = clause("c", register="event", counts_on="day", object="tech", amount={"of": "amount"}, payers=payers)
    pack = pack_of([given_])
    plan = plan_of(pack)
    rows = [{"party_id": "A", "tech": f"t{i}", "day": plan.as_of, "amount": fen} for i, fen in enumerate(sums)]
    database = run_in_duckdb(plan, facts_of(pack, {"event": rows}))
    found: dict[str, dict[str, int]] = {}
    for row in payers_table(database, plan).to_pylist():
        found.setdefault(row["object"], {})[row["to"]] = row["fen"]
    for i, fen in enumerate(sums):
        shares = payer_shares(plan.clause("c"), fen)
        assert sum(shares.values()) == fen
        assert found.get(f"t{i}", {}) == (shares if fen else {})


@example(4279, [(37, 1), (60, 3), (3, 2)], False)  # each rounded down: a fen was lost
@examples(100, 1000)
@given(st.integers(0, 10**15), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3)), max_size=3), st.booleans())
def test_parts_add_up(fen: int, shares: list[tuple[int, int]], rest: bool) -> None:
    parts = [
        {"to": [f"p{i}_{k}" for k in range(count)], "share": f"{percent}%"} for i, (percent, count) in enumerate(shares)
    ]
    parts += [{"to": ["one", "other"], "rest": "true"}] if rest else []
    plan = plan_of(pack_of([clause("c", register="event", counts_on="day", amount="1元", parts=parts)]))
    found = payee_parts(plan.clause("c"), fen)
    total = sum(Fraction(percent, 100) for percent, _ in shares)
    assert min(found.values(), default=0) >= 0
    if rest or total == 1:
        assert sum(found.values()) == (fen if found else 0)
    else:
        assert sum(found.values()) <= fen


@examples(20, 400)
@given(packs(), cities())
def test_a_higher_cap_never_pays_less(pack: Pack, city: Rows) -> None:
    """Every amount with its caps raised comes to as much or more, for each award."""
    plan = plan_of(pack)
    raised = replace(plan, clauses=tuple(replace(c, amount=_raised(c.amount)) for c in plan.clauses))
    awards = settled(plan, city)
    more = {a.key(): a for a in settled(raised, city)}
    follows = {c.id for c in plan.clauses if c.source is not None and c.source.after}
    for award in awards:
        if award.computed is not None and award.clause not in follows:
            higher = more[award.key()].computed
            assert higher is not None and higher >= award.computed


def _raised(amount: Sum | None) -> Sum | None:
    """An amount whose own cap is twice as high."""
    if amount is not None and isinstance(amount.cap, Lit) and isinstance(amount.cap.value, int):
        return replace(amount, cap=replace(amount.cap, value=2 * amount.cap.value))
    return amount


# --- what must not matter ---------------------------------------------------------------------------------------


@examples(20, 500)
@given(packs(), cities(), st.data(), st.integers(0, 2**32))
def test_the_order_of_facts_does_not_matter(pack: Pack, city: Rows, data: st.DataObject, seed: int) -> None:
    plan = plan_of(pack)
    facts = decided(data.draw, plan, city)
    random = Random(seed)
    mixed = {name: random.sample(rows, len(rows)) for name, rows in facts.items()}
    assert differences(evaluate(reference_engine, plan, facts), evaluate(reference_engine, plan, mixed)) == []


@examples(15, 500)
@given(packs(), cities(), st.data())
def test_one_party_alone_is_evaluated_as_within_the_city(pack: Pack, city: Rows, data: st.DataObject) -> None:
    """Before groups and pools, which only a whole city knows."""
    plan = plan_of(pack)
    facts = decided(data.draw, plan, city)
    whole = settled(plan, facts)
    reference, known = Reference(plan), Facts(facts, plan.as_of)
    for party in sorted({a.party for a in whole} - {"*"}):
        alone = reference.party(known, party, trace=True)
        assert {a.key(): _alone(a) for a in alone} == {a.key(): _alone(a) for a in whole if a.party == party}


def _alone(award: Award) -> tuple[object, ...]:
    near = (award.near_condition, award.near_have, award.near_need, award.near_gap, award.near_unit)
    explained = (award.x_base, award.x_uncapped, award.x_case)
    return (
        award.status,
        award.counted_on,
        award.computed,
        award.decided,
        award.excluded_by,
        award.flags,
        near,
        explained,
    )


@examples(6, 150)
@given(packs(), cities(), st.data())
def test_settling_twice_gives_the_same_hash(pack: Pack, city: Rows, data: st.DataObject) -> None:
    """On one connection, with what the first run left there; and with ceilings assumed, as the reference does."""
    plan = plan_of(pack)
    facts = decided(data.draw, plan, city)
    first = evaluate(duck_engine, plan, facts)
    assert differences(first, evaluate(duck_engine, plan, facts)) == []
    if isinstance(first, str):
        return
    assert hash_of(first) == hash_of(settled(plan, facts))
    assuming = Reference(plan).city(Facts(facts, plan.as_of), assume_ceilings=True)
    assert differences(assuming, fetch_awards(run_in_duckdb(plan, facts, assume_ceilings=True))) == []


def test_a_clause_open_to_a_class_is_counted_though_it_competes_and_stands_in_a_pool() -> None:
    by_row = clause("d", register="event", counts_on="day", amount={"fixed": "1元"})
    clauses = [clause("c", amount="undecided", gate={"method": "择优"}), by_row]
    group = {"id": "g", "take": "highest", "scope": "party", "members": ["c", "d"]}
    pool = {"id": "q", "sum": "1元", "share": "pro_rata", "members": ["c", "d"]}
    plan = plan_of(pack_of(clauses, [group], [pool]))
    assert counted(plan, {}) == summed(settled_awards(plan, {})) == {"c": (1, 0)}


@examples(8, 500)
@given(packs(), cities(), st.booleans())
def test_a_variant_comes_to_what_its_awards_do(pack: Pack, city: Rows, ceilings: bool) -> None:
    plan = plan_of(pack)
    assert counted(plan, city, ceilings) == summed(settled_awards(plan, city, ceilings))


@examples(30, 500)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 10**10)), max_size=8), st.integers(1, 200),
    st.booleans(), st.integers(0, 10**9),
)  # fmt: skip
def test_members_of_a_group_in_one_row_are_counted_together(
    rows: list[tuple[str, int]], rate: int, barred: bool, pool: int
) -> None:
    both = {"register": "event", "counts_on": "day", "exclusions": "common"}
    first = clause("b", **both, amount={"rate": f"{rate}‰", "of": "sum(amount)", "cap": "100万元"})
    second = clause(
        "c", **both, params={"floor": "50万元"}, when=["sum(fee) > floor"], amount={"rate": "5%", "of": "sum(fee)"}
    )
    group = {"id": "one", "members": ["b", "c"], "scope": "party", "take": "highest"}
    pools = [{"id": "q", "sum": f"{pool}元", "share": "pro_rata", "members": ["b"]}] if pool else []
    pack = pack_of([first, second], [group], pools)
    events = [{"party_id": p, "day": AS_OF, "amount": fen, "fee": fen // 2} for p, fen in rows]
    out = [{"party_id": "A", "list": "court", "starts_on": date(2020, 1, 1)}] if barred else []
    plan, facts = plan_of(pack), facts_of(pack, {"event": events, "integrity_record": out})
    assert counted(plan, facts) == summed(settled_awards(plan, facts))


def settled_awards(plan: RulesPlan, facts: Rows, ceilings: bool = False) -> list[Award]:
    return fetch_awards(run_in_duckdb(plan, facts, assume_ceilings=ceilings))


def summed(awards: list[Award]) -> dict[str, tuple[int, int]]:
    """Awards and payable fen by clause."""
    found: dict[str, tuple[int, int]] = {}
    for award in awards:
        count, fen = found.get(award.clause, (0, 0))
        found[award.clause] = count + 1, fen + award.payable
    return found


def counted(plan: RulesPlan, facts: Rows, ceilings: bool = False) -> dict[str, tuple[int, int]]:
    """The same without writing an award down."""
    settling = settling_of(plan, facts, assume_ceilings=ceilings)
    settling.base_facts()
    return settling.totals()


def run_in_duckdb(plan: RulesPlan, facts: Rows, **settings: bool) -> DuckDatabase:
    """A database in which a plan has been settled."""
    settling = settling_of(plan, facts, **settings)
    settling.base_facts()
    settling.awards()
    database: DuckDatabase = settling.database  # type: ignore[assignment]
    return database


def settling_of(plan: RulesPlan, facts: Rows, **settings: bool) -> Settling:
    """An evaluation in a database of its own."""
    database = connect(threads=1)
    names = registers_read(plan)
    tables = arrow_tables(plan, {n: facts[n] for n in names if n in facts})
    found = open_facts(database, plan.pack, tables, plan.as_of, names)
    return Settling(plan, database, DUCKDB, options_for(found, plan, **settings))
