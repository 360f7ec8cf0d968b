"""Near misses of a run: who lacks one condition, and how much of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow.parquet as pq

from innocity.core.errors import InnoCityError, Place
from innocity.engines.rules.award import Award
from innocity.engines.rules.explain import near_of
from innocity.engines.rules.parties import Parties
from innocity.engines.rules.past import PastRun

COLUMNS = [
    "clause", "year", "object", "party", "status", "near_condition", "near_have", "near_need", "near_gap", "near_unit",
]  # fmt: skip


def near_misses(
    run: PastRun,
    parties: Parties,
    party: str | None = None,
    clause: str | None = None,
    limit: int = 50,
    spread: bool = False,
) -> dict[str, Any]:
    """Near misses of a party, of a clause or of all, the nearest of each clause first; at most `limit` rows.

    With `spread` the nearest of every clause come before the second nearest of any.

    Error: E-PACK-CLAUSE for a clause that the run did not evaluate.
    """
    known = {c.id: c for c in run.plan.clauses}
    if clause is not None and clause not in known:
        raise InnoCityError(
            "E-PACK-CLAUSE", f"没有条款“{clause}”", Place(path=clause), "条款的 id 见 innocity describe"
        )
    wanted = {"status": "near", "party": party, "clause": clause}
    filters = [(name, "=", value) for name, value in wanted.items() if value is not None]
    table = pq.read_table(run.folder / "awards.parquet", columns=COLUMNS, filters=filters)
    awards = [Award(**row) for row in table.to_pylist()]
    awards.sort(key=lambda a: (a.clause, _distance(a), a.party, a.object))
    if spread:
        awards = [a for _, a in sorted(zip(_ranks(awards), awards, strict=True), key=lambda pair: pair[0])]
    shown = awards[:limit]
    names = parties.names(a.party for a in shown)
    counts = Counter(a.clause for a in awards)
    rows = [
        {
            "clause": a.clause,
            "name": known[a.clause].clause.name,
            "party": a.party,
            "party_name": names.get(a.party),
            "object": a.object,
            **(near_of(known[a.clause], a) or {}),
        }
        for a in shown
    ]
    clauses = [{"clause": c, "name": known[c].clause.name, "count": n} for c, n in sorted(counts.items())]
    return {"year": run.plan.year, "total": len(awards), "clauses": clauses, "rows": rows}


def _ranks(awards: list[Award]) -> list[int]:
    """The place of each award within its clause, in the order given."""
    seen: Counter[str] = Counter()
    ranks = []
    for award in awards:
        ranks.append(seen[award.clause])
        seen[award.clause] += 1
    return ranks


def _distance(award: Award) -> float:
    """How far away, for the order alone: the gap as a share of what is needed, or of a year."""
    if award.near_gap is None:
        return 0.0
    return award.near_gap / (365 if award.near_unit == "day" else max(1, abs(award.near_need or 0)))
