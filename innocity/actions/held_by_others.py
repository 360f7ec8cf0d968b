"""Things for which a clause gives once, whoever holds them: whether another party's award stands before one's own.

A run sees everybody. A page evaluates one party, so the other holders of its things are evaluated beside it, by
these clauses alone; what was paid for a thing in earlier years counts whoever got it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from innocity.engines.rules.award import Award
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.reference import Reference, Sharing
from innocity.plan.nodes import Col
from innocity.plan.rows import Facts
from innocity.records.queries.entitlements import PartyRows

_MOST = 200  # other holders of one's things that are evaluated
Way = tuple[str, str, str]  # register, the column that names the thing, the column of its party


@dataclass(frozen=True, slots=True)
class OnceForAll:
    """The clauses that give once for a thing, ready to evaluate; `ways` says where each finds its holders."""

    plan: RulesPlan
    reference: Reference
    ways: dict[str, Way]

    def columns(self) -> set[tuple[str, str]]:
        """(register, column) by which holders and earlier awards are found: worth an index."""
        return {(register, column) for register, column, _ in self.ways.values()} | {("award", "object")}


def once_for_all(plan: RulesPlan) -> OnceForAll:
    """Those of a plan whose things a column of their register names."""
    ways = {clause.id: way for clause in plan.clauses if (way := _way(clause)) is not None}
    own = replace(plan, clauses=tuple(one for one in plan.clauses if one.id in ways), groups=(), pools=())
    return OnceForAll(own, Reference(own), ways)


def _way(clause: ClausePlan) -> Way | None:
    source = clause.source
    if clause.once is None or clause.once.per != "object" or source is None or source.after or source.party.alias:
        return None
    first = (clause.object or (None,))[0]
    return (source.register, first.name, source.party.name) if isinstance(first, Col) and not first.alias else None


def held_by_others(
    ready: OnceForAll, party: str, awards: list[Award], facts: Facts, registers: set[str],
    rows_of: Callable[[str], PartyRows], as_of: date,
) -> set[tuple[str, str]]:  # fmt: skip
    """(clause, thing) of the party's awards that go to somebody else, or went there in an earlier year."""
    # What somebody has decided stands, whatever the order of holders.
    own = [replace(one) for one in awards if one.clause in ready.ways and one.value and one.decided is None]
    if not own:
        return set()
    rows = rows_of(party)
    wanted = {(one.clause, one.object) for one in own}
    paid = list(rows.find("award", "object", {one.object for one in own})) if "award" in registers else []
    gone = {
        (row["clause"], row["object"]) for row in paid
        if row["year"] == ready.plan.year and row["party_id"] != party and (row["amount"] or 0) > 0
    }  # fmt: skip
    rivals: list[Award] = []
    for other in sorted(_holders(ready, party, {one.clause for one in own}, facts, rows))[:_MOST]:
        theirs = Lookup(ready.plan, None, registers, rows_of(other)).facts_of(other)
        rivals += [one for one in ready.reference.party(theirs, other) if (one.clause, one.object) in wanted]
    Sharing(ready.plan, Facts({"award": paid}, as_of), False).once([*own, *rivals])
    return {(one.clause, one.object) for one in own if not one.value} | (gone & wanted)


def _holders(ready: OnceForAll, party: str, clauses: set[str], facts: Facts, rows: PartyRows) -> set[str]:
    found: set[str] = set()
    for register, column, holder in sorted({ready.ways[name] for name in clauses}):
        things: set[Any] = {row[column] for row in facts.all(register) if row[holder] == party}
        found |= {str(row[holder]) for row in rows.find(register, column, things) if row[holder] not in (None, party)}
    return found
