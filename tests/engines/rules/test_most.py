"""The most that an award can come to: no award of any city comes to more, and the number is the one that is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.most import most_of
from innocity.packs.load import load_pack
from tests.engines.rules.cities import cities
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows, evaluate
from tests.engines.rules.test_equality import examples
from tests.engines.rules.world import clause, duck_engine, pack_of, plan_of

YUAN = 100
WAN = 10_000 * YUAN


@pytest.mark.parametrize(("amount", "most"), [
    ({"fixed": "20万元"}, 20 * WAN),
    ({"rate": "5%", "of": "sum(amount)"}, None),
    ({"rate": "5%", "of": "sum(amount)", "cap": "30万元"}, 30 * WAN),
    ({"all": [{"rate": "5%", "of": "sum(amount)", "cap": "50万元"}, {"fixed": "20万元"}]}, 70 * WAN),
    ({"greater": [{"fixed": "3万元"}, {"fixed": "20万元"}]}, 20 * WAN),
    ({"greater": [{"of": "sum(amount)"}, {"fixed": "20万元"}]}, None),
    ({"lesser": [{"of": "sum(amount)"}, {"fixed": "20万元"}]}, 20 * WAN),
])  # fmt: skip
def test_the_most_is_what_the_amount_names(amount: dict[str, object], most: int | None) -> None:
    one = clause("c", register="event", counts_on="day", amount=amount)
    assert most_of(plan_of(pack_of([one])).clause("c")) == most


def test_a_cap_over_all_awards_is_not_the_most_of_one_and_a_cap_of_a_party_is() -> None:
    for caps, most in (
        ([{"per": "all", "sum": "3000万元"}], 30 * WAN),
        ([{"per": "party", "sum": "10万元"}], 10 * WAN),
    ):
        amount = {"rate": "5%", "of": "amount", "cap": "30万元"}
        one = clause("c", register="event", counts_on="day", object="tech", amount=amount, caps=caps)
        assert most_of(plan_of(pack_of([one])).clause("c")) == most


@examples(30, 500)
@given(packs(), cities())
def test_no_award_comes_to_more(pack: object, city: Rows) -> None:
    plan = plan_of(pack)  # type: ignore[arg-type]
    found = evaluate(duck_engine, plan, city)
    for award in [] if isinstance(found, str) else found:
        most = most_of(plan.clause(award.clause))
        assert most is None or (award.after_group or 0) <= most


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_every_clause_has_a_most_or_none(city: str) -> None:
    plan = compile_rules(load_pack(city), 2023, date(2023, 12, 31))
    known = {c.id: most_of(c) for c in plan.clauses}
    assert sum(fen is not None for fen in known.values()) > 10 and min(fen for fen in known.values() if fen) > 0
