"""Clauses alike are settled together, and nothing of it shows in the results."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.finish_sql import Options, manner
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.ways import Ways
from innocity.packs.load import load_pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import connect
from tests.engines.rules.test_real_packs import made
from tests.engines.rules.world import duck_engine


@pytest.fixture(scope="module", params=["weihai", "liaocheng"])
def plan(request: pytest.FixtureRequest) -> RulesPlan:
    return compile_rules(load_pack(request.param), 2023, date(2023, 12, 31))


def test_clauses_settled_together_give_what_each_gives_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for city in ("weihai", "liaocheng"):
        plan, facts = made(city, 1)
        together = duck_engine(plan, facts)
        with monkeypatch.context() as patch:
            patch.setattr(Ways, "alike", lambda self, clauses: [(c,) for c in clauses])
            assert duck_engine(plan, facts) == together


def ways_of(plan: RulesPlan) -> Ways:
    return Settling(plan, connect(threads=1), DUCKDB, Options()).ways


def test_every_clause_is_settled_once(plan: RulesPlan) -> None:
    clauses = [c for c in plan.clauses if c.source is not None]
    found = [c.id for alike in ways_of(plan).alike(clauses) for c in alike]
    assert sorted(found) == sorted(c.id for c in clauses)


def test_clauses_settled_together_are_finished_alike_and_stand_in_the_same_pools(plan: RulesPlan) -> None:
    ways = ways_of(plan)
    together = [a for a in ways.alike([c for c in plan.clauses if c.source is not None]) if len(a) > 1]
    assert together, "no clauses are alike"
    for alike in together:
        assert len({manner(c, ways.options).kind for c in alike}) == 1
        if alike[0].id in ways.staged:  # they part again when all that compete have been gathered
            assert {c.id for c in alike} <= ways.staged
            continue
        assert len({c.pays for c in alike}) == 1
        assert len({tuple(p.id for p in plan.pools if c.id in p.members) for c in alike}) == 1
        assert len({c.once and (c.once.per, c.once.lifetime) for c in alike}) == 1


def test_clauses_that_build_on_others_keep_their_place_alone(plan: RulesPlan) -> None:
    ways = ways_of(plan)
    tied = {c.id for c in plan.clauses if c.id in ways.followed or c.caps or (c.source and c.source.after)}
    together = {c.id for a in ways.alike([c for c in plan.clauses if c.source is not None]) if len(a) > 1 for c in a}
    assert not tied & together
