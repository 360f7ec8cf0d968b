"""The DuckDB emitter as an engine: plan and facts in memory -> awards."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import Any

import pyarrow as pa

from innocity.engines.rules.award import Award
from innocity.engines.rules.finish_sql import Named, Options
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import RESULT, Database, Settling
from innocity.plan.dialects import DUCKDB, Dialect
from innocity.plan.duck import TYPES, DuckDatabase, connect, open_facts
from innocity.plan.rows import Fact
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote

ARROW = {"money": pa.int64(), "integer": pa.int64(), "date": pa.date32(), "bool": pa.bool_(), "text": pa.string()}


def arrow_tables(plan: RulesPlan, facts: dict[str, list[Fact]]) -> dict[str, pa.Table]:
    """Typed rows as Arrow tables, by register."""
    tables = {}
    for name, rows in facts.items():
        columns = register_columns(plan.pack.registers[name])
        arrays = {c: pa.array([r.get(c) for r in rows], ARROW[kind]) for c, (kind, _) in columns.items()}
        tables[name] = pa.table(arrays)
    return tables


def registers_read(plan: RulesPlan) -> list[str]:
    """The registers that a plan reads."""
    names = {"award", "decision", *(e.register for e in plan.exclusions)}
    for clause in plan.clauses:
        if clause.source is not None:
            names |= {clause.source.register, *(j.register for j in clause.source.joins)} - {""}
        if clause.before is not None:
            names.add(clause.before.register)
    if "organization" in plan.pack.registers:
        names.add("organization")
    return sorted(names & set(plan.pack.registers))


def options_for(
    found: set[str], plan: RulesPlan, database: Database | None = None, *, explain: bool = True,
    assume_ceilings: bool = False,
) -> Options:  # fmt: skip
    """Leave out the joins that the facts cannot touch; a database with its views is asked which clauses they name, when
    that is first looked at."""
    decisions, history = "decision" in found, "award" in found
    excluding = any(e.register in found for e in plan.exclusions)
    named = None if database is None else cache(partial(_clauses_named, found, plan.year, database))
    return Options(decisions, excluding, history, explain, assume_ceilings, named)


def _clauses_named(found: set[str], year: int, database: Database) -> Named:
    rows = {"decision": f'"year" IS NULL OR "year" = {year}', "award": f'"year" < {year} AND "amount" > 0'}
    asked = [f"SELECT '{n}', \"clause\" FROM {table_name(n)} WHERE {w}" for n, w in rows.items() if n in found]
    named = database.rows(" UNION ".join(asked)) if asked else []
    return Named(*(frozenset(str(clause) for of, clause in named if of == register) for register in rows))


class DuckEngine:
    """Evaluates small plans on one connection; used for cases and tests."""

    def __init__(self) -> None:
        self.database: DuckDatabase = connect(threads=1)

    def __call__(self, plan: RulesPlan, facts: dict[str, list[Fact]]) -> list[Award]:
        """The awards, in key order."""
        names = registers_read(plan)
        tables = arrow_tables(plan, {n: facts[n] for n in names if n in facts})
        found = open_facts(self.database, plan.pack, tables, plan.as_of, names)
        settling = Settling(plan, self.database, DUCKDB, options_for(found, plan, self.database))
        settling.base_facts()
        settling.awards()
        return fetch_awards(self.database)


def fetch_awards(database: Database, dialect: Dialect = DUCKDB) -> list[Award]:
    """All rows of `__awards` in key order."""
    columns = ", ".join(quote(n) for n in RESULT)
    clause, *others = (dialect.text_key.format(x=quote(n)) for n in ("clause", "object", "party"))
    rows = database.rows(f'SELECT {columns} FROM "__awards" ORDER BY {clause}, "year", {", ".join(others)}')
    return [Award(**_named(row)) for row in rows]


def _named(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(RESULT, row, strict=True))


__all__ = ["TYPES", "DuckEngine", "date", "fetch_awards"]
