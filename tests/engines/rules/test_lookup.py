"""Explaining one party from a snapshot reads few rows, and must come to what the whole city's facts come to."""

from __future__ import annotations

from hypothesis import given

from innocity.engines.rules.award import Award
from innocity.engines.rules.duck import connect, open_facts
from innocity.engines.rules.duck_engine import arrow_tables, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.reference import Reference
from innocity.packs.model import Pack
from innocity.plan.rows import Facts
from tests.engines.rules.cities import PARTIES, cities
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows
from tests.engines.rules.test_equality import assert_equal, examples


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


@examples(15, 200)
@given(packs(), cities())
def test_what_is_looked_up_is_enough(pack: Pack, city: Rows) -> None:
    assert_equal(pack, city, from_what_is_looked_up, from_everything)
