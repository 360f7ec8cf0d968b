"""The engine itself, from Parquet to awards in memory, with or without explanation columns."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from bench.data import AS_OF, CITY, YEAR
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import options_for, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import RESULT, Settling
from innocity.packs.load import load_pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from innocity.plan.sql import quote, text_literal

COLUMNS = ("clause", "object", "party", "computed", "after_group", "after_pool")

PLAN = compile_rules(load_pack(CITY), YEAR, AS_OF)  # of the eight shapes


def settled(
    plan: RulesPlan, folder: Path, explain: bool, memory: str | None = None, scratch: Path | None = None
) -> DuckDatabase:
    """A connection that holds the view `__awards`."""
    database = connect(memory=memory, folder=scratch)
    found = open_facts(database, plan.pack, folder, plan.as_of, registers_read(plan))
    settling = Settling(plan, database, DUCKDB, options_for(found, plan, database, explain=explain))
    settling.base_facts()
    settling.awards()
    return database


def run(folder: Path, explain: bool = False) -> pa.Table:
    """The awards as one table, in no order; with `explain` all columns of the results."""
    database = settled(PLAN, folder, explain)
    names = ", ".join(map(quote, RESULT if explain else COLUMNS))
    table = database.table(f'SELECT {names} FROM "__awards"')
    database.close()
    return table


def write(folder: Path, out: Path, memory: str, scratch: Path) -> int:
    """From Parquet to Parquet, explanation columns and all; gives the number of awards."""
    database = settled(PLAN, folder, True, memory, scratch)
    names = ", ".join(map(quote, RESULT))
    target = text_literal(str(out))
    database.run(f'COPY (SELECT {names} FROM "__awards") TO {target} (FORMAT parquet, COMPRESSION zstd)')
    count = int(database.value('SELECT count(*) FROM "__awards"'))
    database.close()
    return count
