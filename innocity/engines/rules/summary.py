"""What a run comes to: by clause, payer, division, zone, size and industry. Fen everywhere.

Divisions and zones overlap: each is a breakdown of the whole, and they are never added together.
"""

from __future__ import annotations

from typing import Any

from innocity.core.dates import year_end
from innocity.engines.rules.ir import STATUSES, RulesPlan
from innocity.plan.duck import DuckDatabase
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote

BREAKDOWNS = {
    "division": "statistical_division", "zone": "zone", "size": "size_class", "industry": "industry_code",
    "chain": "chain",
}  # fmt: skip
UNKNOWN = "未登记"


def by_clause(database: DuckDatabase, table: str = "__awards") -> list[dict[str, Any]]:
    """One row a clause: awards by status, payable fen, ceilings and sums awaiting a decision."""
    counts = ", ".join(f"count(*) FILTER (WHERE status = '{s}') AS {quote(s)}" for s in STATUSES)
    rows = database.table(
        f"SELECT clause, {counts}, count(DISTINCT party) FILTER (WHERE payable > 0) AS parties,"
        " CAST(sum(payable) AS BIGINT) AS payable,"
        " CAST(coalesce(sum(after_pool) FILTER (WHERE status IN ('ceiling', 'awaiting_decision')), 0) AS BIGINT)"
        " AS open"
        f" FROM {quote(table)} GROUP BY clause ORDER BY payable DESC, clause"
    )
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def by_payer(payers: Any, database: DuckDatabase) -> dict[str, int]:
    """Fen by payer, largest first."""
    database.connection.register("p_payers", payers)
    rows = database.rows('SELECT "to", CAST(sum(fen) AS BIGINT) FROM p_payers GROUP BY 1 ORDER BY 2 DESC, 1')
    return {to: fen for to, fen in rows}


def breakdowns(database: DuckDatabase, plan: RulesPlan, table: str = "__awards") -> dict[str, list[dict[str, Any]]]:
    """Payable fen, awards and parties by division, zone, size, industry and chain of the beneficiary."""
    told = "count(*) AS awards, count(DISTINCT a.party) AS parties, CAST(sum(a.payable) AS BIGINT) AS payable"
    return by_group(database, plan, f"SELECT * FROM {quote(table)} WHERE payable > 0", told, "payable")


def by_group(
    database: DuckDatabase, plan: RulesPlan, rows: str, told: str, most: str
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """What is `told` (SQL) of rows `a` of a `party` each, by division, zone, size, industry and chain of the party; the
    groups with `most` (SQL) first.

    The place is that of the organisation's row as at the end of the fact year; a zone's row counts only
    parties inside zones.
    """
    register = plan.pack.registers.get("organization")
    if register is None:
        return {}
    known = {c.id: c for c in register.columns}
    found: dict[str, list[dict[str, Any]]] = {}
    last = f"DATE '{year_end(plan.year).isoformat()}'"
    for name, column in BREAKDOWNS.items():
        if column not in known:
            continue
        groups = database.table(
            f"SELECT coalesce(o.{quote(column)}, '{UNKNOWN}') AS key, {told} FROM ({rows}) a LEFT JOIN"
            f" (SELECT party_id, arg_max({quote(column)}, valid_from) AS {quote(column)}"
            f" FROM {table_name('organization')}"
            f" WHERE valid_from <= {last} AND (valid_to IS NULL OR valid_to > {last}) GROUP BY party_id) o"
            f" ON o.party_id = a.party GROUP BY 1 ORDER BY {most} DESC, key"
        ).to_pylist()
        found[name] = [_named(row, plan, known[column].codes) for row in groups]
    return found


def _named(row: dict[str, Any], plan: RulesPlan, codes: str | None) -> dict[str, Any]:
    """The row with the Chinese name of its code."""
    names = {c.id: c.name for c in plan.pack.codes[codes].codes} if codes in plan.pack.codes else {}
    return {**row, "name": names.get(row["key"], row["key"])}


def totals(clauses: list[dict[str, Any]]) -> dict[str, int]:
    """Sums over clauses: payable and open fen, awards by status."""
    result = {"payable": sum(c["payable"] or 0 for c in clauses), "open": sum(c["open"] for c in clauses)}
    return result | {s: sum(c[s] for c in clauses) for s in STATUSES}
