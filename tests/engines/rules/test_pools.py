"""Pools shared in proportion: the last fen falls where it falls when all remainders are sorted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from innocity.engines.rules import pool_sql
from innocity.engines.rules.award import Award
from tests.engines.rules.world import clause

DAY = date(2023, 7, 1)
PAID = {"register": "event", "counts_on": "day", "amount": {"of": "sum(amount)"}}
Asks = dict[str, dict[str, int]]  # fen by clause and party


@pytest.mark.parametrize("seed", range(8))
def test_remainders_counted_in_parts_and_one_by_one_give_the_same(
    seed: int, awards_of: Callable[..., list[Award]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many of a kind, all different, and products beyond 64 bits; each with parts narrowed once or often."""
    random = Random(seed)
    most = random.choice([3, 10**4, 10**9, 10**15])
    events = [
        {"party_id": f"P{i}", "day": DAY, "amount": random.randint(1, most)} for i in range(random.randint(2, 60))
    ]
    asked = sum(int(e["amount"]) for e in events)
    pool = {
        "id": "q", "sum": f"{max(1, asked // random.randint(101, 400))}元", "share": "pro_rata", "members": ["c"],
    }  # fmt: skip
    found = []
    for few, parts in ((0, 2), (1, 3), (5, 7), (2_000, 1_000)):
        monkeypatch.setattr(pool_sql, "FEW", few)
        monkeypatch.setattr(pool_sql, "PARTS", parts)
        found.append([a.after_pool for a in awards_of([clause("c", **PAID)], {"event": events}, pools=[pool])])
    assert all(fen == found[0] for fen in found)


def test_of_those_that_tie_for_the_last_fen_the_first_by_name_get_it(awards_of: Callable[..., list[Award]]) -> None:
    events = [{"party_id": p, "day": DAY, "amount": 100} for p in "EDCBA"]
    pool = {"id": "q", "sum": "3.03元", "share": "pro_rata", "members": ["c"]}
    found = awards_of([clause("c", **PAID)], {"event": events}, pools=[pool])
    assert {a.party: a.after_pool for a in found} == {"A": 61, "B": 61, "C": 61, "D": 60, "E": 60}


def test_an_outer_pool_shares_out_what_an_inner_one_has_left(awards_of: Callable[..., list[Award]]) -> None:
    """c asks for 300 fen, of which the inner pool has 200; then c and d ask the outer one for 300, which has 150."""
    clauses = [clause("c", **PAID), clause("d", **{**PAID, "amount": "1元"})]
    events = [{"party_id": p, "day": DAY, "amount": 300} for p in "A"]
    inner = {"id": "inner", "sum": "2元", "share": "pro_rata", "members": ["c"], "within": "outer"}
    outer = {"id": "outer", "sum": "1.50元", "share": "pro_rata", "members": ["d"]}
    found = awards_of(clauses, {"event": events}, pools=[inner, outer])
    assert {a.clause: (a.after_group, a.after_pool, a.pool_by) for a in found} == {
        "c": (300, 100, "outer"),
        "d": (100, 50, "outer"),
    }
