"""Explaining one party from a snapshot reads few rows, and must come to what the whole city's facts come to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import arrow_tables, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.reference import Reference
from innocity.packs.model import Pack
from innocity.plan.duck import connect, open_facts
from innocity.plan.rows import Facts
from tests.engines.rules.cities import PARTIES, cities
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows, differences
from tests.engines.rules.test_equality import assert_equal, examples
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

DAY = date(2023, 7, 1)
AGENCY = {"register": "state", "as": "s", "on": {"party_id": "agency"}}
OWN = {"register": "state", "as": "s", "on": {"party_id": "party_id"}}
RIVALS = [
    {"party_id": "B", "agency": "P01", "tech": "t", "amount": 5, "day": DAY},
    {"party_id": "a", "agency": "P02", "tech": "t", "amount": 6, "day": DAY},
]
STATES = [
    {"party_id": "P01", "project": "z", "ok": True, "owner": "B"}, {"party_id": "P02", "project": "z", "ok": True},
    {"party_id": "a", "project": "z", "value": 7}, {"party_id": "B", "owner": "P03", "project": "a", "value": 8},
]  # fmt: skip


def counted(**fields: Any) -> dict[str, Any]:
    return clause("c", **{"register": "event", "counts_on": "day", "amount": {"of": "amount"}, **fields})


def after(**fields: Any) -> list[dict[str, Any]]:
    return [counted(), clause("d", after={"clause": "c"}, **fields)]


CASES = {
    "a join by a join": [
        counted(
            join=[AGENCY, {"register": "state", "as": "t", "on": {"project": "s.project"}}], amount={"of": "t.value"}
        )
    ],
    "a rival that counts by its join": [counted(join=[AGENCY], where="s.ok", distinct={"by": ["tech"]})],
    "rivals alike in a join": [counted(join=[AGENCY], distinct={"by": ["s.project"]})],
    "a window over a join": [counted(join=[AGENCY], amount={"of": "prior_max(amount, by=s.project)"})],
    "awards of others by a join": after(join=[OWN], party="s.owner", amount={"of": "sum(amount)"}),
    "awards with a join": after(
        join=[{"register": "state", "as": "s", "on": {"project": "object"}}], amount={"of": "sum(s.value)"}
    ),
    "one of several awards": after(distinct={"by": ["counted_on"]}, amount={"of": "amount"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_others_have_is_looked_up(name: str) -> None:
    """Each was wrong once: a firm was told a sum that the settlement of its city does not give."""
    pack = pack_of(CASES[name])
    plan, facts = plan_of(pack), facts_of(pack, {"event": RIVALS, "state": STATES})
    expected = from_everything(plan, facts)
    assert expected
    assert differences(from_what_is_looked_up(plan, facts), expected) == []


def from_everything(plan: RulesPlan, facts: Rows) -> list[Award]:
    """Every party alone, with all facts at hand."""
    reference, known = Reference(plan), Facts(facts, plan.as_of)
    return sorted((a for p in PARTIES for a in reference.party(known, p)), key=Award.key)


def from_what_is_looked_up(plan: RulesPlan, facts: Rows) -> list[Award]:
    """Every party alone, with the facts that are looked up for it."""
    database = connect(threads=1)
    names = registers_read(plan)
    tables = arrow_tables(plan, {n: facts[n] for n in names if n in facts})
    lookup = Lookup(plan, database, open_facts(database, plan.pack, tables, plan.as_of, names))
    reference = Reference(plan)
    return sorted((a for p in PARTIES for a in reference.party(lookup.facts_of(p), p)), key=Award.key)


@examples(12, 200)
@given(packs(), cities())
def test_what_is_looked_up_is_enough(pack: Pack, city: Rows) -> None:
    assert_equal(pack, city, from_what_is_looked_up, from_everything)
