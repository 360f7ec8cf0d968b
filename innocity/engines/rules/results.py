"""Awards as tables: their hash, their files, payers and payees."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from innocity.engines.rules.award import Award
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import HASHED, RESULT
from innocity.engines.rules.shares import payee_parts, payer_shares
from innocity.packs.facts_columns import json_lines_hash
from innocity.plan.duck import DuckDatabase
from innocity.plan.sql import quote, text_literal

TEXTS = {"clause", "object", "party", "status", "flags", "excluded_by", "group_by", "pool_by", "near_condition",
         "near_unit", "x_case"}  # fmt: skip
SCHEMA = pa.schema([
    (n, pa.string() if n in TEXTS else pa.date32() if n == "counted_on" else pa.int64()) for n in RESULT
])  # fmt: skip
SHARE_SCHEMA = pa.schema([
    ("clause", pa.string()), ("year", pa.int64()), ("object", pa.string()), ("party", pa.string()),
    ("to", pa.string()), ("fen", pa.int64()),
])  # fmt: skip


def awards_table(database: DuckDatabase) -> pa.Table:
    """All awards of a settled run in key order."""
    names = ", ".join(quote(n) for n in RESULT)
    table = database.table(f'SELECT {names} FROM "__awards" ORDER BY "clause", "year", "object", "party"')
    return table.cast(SCHEMA)


def table_of(awards: Iterable[Award]) -> pa.Table:
    """Awards of the reference as the same table, in key order."""
    rows = sorted(awards, key=Award.key)
    return pa.table({n: pa.array([getattr(a, n) for a in rows], SCHEMA.field(n).type) for n in RESULT}, SCHEMA)


def awards_hash(table: pa.Table) -> str:
    """SHA-256 over the awards in key order: key, status, fen and near columns as JSON lines."""
    return json_lines_hash(table.select(list(HASHED)))


def payers_table(database: DuckDatabase, plan: RulesPlan) -> pa.Table:
    """Who pays how much of each payable award; an odd fen falls on the first payer."""
    parts = []
    for clause in plan.clauses:
        others = [(p, f"{_share('payable', s.numerator, s.denominator)}") for p, s in clause.payers[1:]]
        first = " - ".join(["payable", *(sql for _, sql in others)])
        for payer, sql in [(clause.payers[0][0], first), *others]:
            parts.append(
                f'SELECT clause, year, object, party, {text_literal(payer)} AS "to", {sql} AS fen'
                f" FROM paid WHERE clause = {text_literal(clause.id)}"
            )
    if not parts:
        return SHARE_SCHEMA.empty_table()
    union = " UNION ALL ".join(parts)
    paid = 'SELECT clause, year, object, party, payable FROM "__awards" WHERE payable > 0'
    query = f'WITH paid AS MATERIALIZED ({paid}) SELECT * FROM ({union}) ORDER BY clause, year, object, party, "to"'
    return database.table(query).cast(SHARE_SCHEMA)


def _share(column: str, numerator: int, denominator: int) -> str:
    return f"CAST((CAST({column} AS HUGEINT) * {numerator}) // {denominator} AS BIGINT)"


def parts_table(awards: pa.Table, plan: RulesPlan) -> pa.Table:
    """Among whom each payable award is divided, for the clauses that divide theirs."""
    divided = {c.id: c for c in plan.clauses if c.parts}
    rows: dict[str, list[object]] = {n: [] for n in SHARE_SCHEMA.names}
    keys = awards.select(["clause", "year", "object", "party", "payable"])
    for batch in keys.to_batches():
        for row in batch.to_pylist():
            if row["payable"] <= 0 or row["clause"] not in divided:
                continue
            for to, fen in payee_parts(divided[row["clause"]], row["payable"]).items():
                for name in ("clause", "year", "object", "party"):
                    rows[name].append(row[name])
                rows["to"].append(to)
                rows["fen"].append(fen)
    return pa.table(rows, SHARE_SCHEMA)


def write_parquet(table: pa.Table, path: object) -> None:
    """Parquet with zstd, small row groups so that one party is found quickly."""
    pq.write_table(table, path, compression="zstd", row_group_size=122_880)


__all__ = ["awards_hash", "awards_table", "parts_table", "payer_shares", "payers_table", "table_of", "write_parquet"]
