"""The whole Weihai pack against SQL written by hand, and one firm of it explained."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.measure import Result, alternating
from bench.shapes import Differ, from_disk, interpreted
from innocity.core.errors import InnoCityError
from innocity.engines import simulation
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import options_for, registers_read
from innocity.engines.rules.explain import Explainer
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.snapshot import open_snapshot
from innocity.packs.load import load_pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import connect, open_facts
from innocity.plan.rows import Facts

YEAR = 2023
# One statement in files that belong one behind the other.
BY_HAND = "".join(
    p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "rivals/weihai").glob("*.sql"))
)


def city(scratch: Path, firms: int) -> Path:
    """Facts of a simulated Weihai; a folder that is there already is kept if it fits the registers."""
    folder, pack = scratch / f"weihai-{firms}", load_pack("weihai")
    try:
        open_snapshot(folder, pack)
    except InnoCityError:
        shutil.rmtree(folder, ignore_errors=True)
        simulation.simulate(pack, 1, 7, firms, out=folder)
    return folder


def plan_for(folder: Path) -> RulesPlan:
    """The plan of all clauses at the snapshot's day."""
    pack = load_pack("weihai")
    snapshot = open_snapshot(folder, pack)
    return compile_rules(pack, YEAR, snapshot.as_of, simulated=snapshot.simulated)


def by_hand(folder: Path) -> duckdb.DuckDBPyConnection:
    """The hand-written statement on a fresh connection."""
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    sql = BY_HAND
    for path in folder.glob("*.parquet"):
        known = "recorded_at IS NULL OR recorded_at <= DATE '2023-12-31'"
        sql = sql.replace("{" + path.stem + "}", f"(SELECT * FROM read_parquet('{path}') WHERE {known})")
    connection.execute(sql)
    return connection


def settled(plan: RulesPlan, folder: Path) -> duckdb.DuckDBPyConnection:
    """The engine's results with explanation columns, on a fresh connection."""
    database = connect()
    found = open_facts(database, plan.pack, folder, plan.as_of, registers_read(plan))
    settling = Settling(plan, database, DUCKDB, options_for(found, plan, explain=True))
    settling.base_facts()
    settling.awards()
    return database.connection


def against_sql(scratch: Path, firms: int, rounds: int) -> list[Result]:
    """All clauses with explanations, groups and pools, against those that compute by hand without."""
    folder = city(scratch, firms)
    plan = plan_for(folder)
    note = compare(plan, settled(plan, folder), by_hand(folder))
    seconds = alternating(
        {"engine": lambda: settled(plan, folder).close(), "sql": lambda: by_hand(folder).close()}, rounds
    )
    own, other = seconds["engine"], seconds["sql"]
    name = f"whole Weihai pack ({len(plan.clauses)} clauses), explained, {firms:,} firms"
    rival = f"{len(computing(plan))} computing clauses in SQL by hand"
    return [Result(name, own, "s", rival, other, own / other, "<= 2 x", own <= 2 * other, note)]


def computing(plan: RulesPlan) -> set[str]:
    """The clauses that yield sums: they read a register, and their amount is not missing."""
    return {c.id for c in plan.clauses if c.source is not None and c.amount is not None and not c.missing}


def compare(plan: RulesPlan, engine: duckdb.DuckDBPyConnection, hand: duckdb.DuckDBPyConnection) -> str:
    """Both give the same sums to the fen for all clauses that compute, or Differ with the first rows that do not."""
    unwritten = sorted(c for c in computing(plan) if f"'{c}'" not in BY_HAND)
    if unwritten:
        raise Differ(f"not written by hand: {unwritten}")
    theirs = hand.execute("SELECT clause, object, party, fen FROM by_hand ORDER BY ALL").fetchall()
    ours = engine.execute(
        "SELECT clause, object, party, computed FROM __awards"
        " WHERE status IN ('sum', 'ceiling', 'awaiting_decision') AND computed IS NOT NULL ORDER BY ALL"
    ).fetchall()
    if ours != theirs:
        odd = sorted(set(ours) ^ set(theirs))[:5]
        raise Differ(f"engine {len(ours)} rows, by hand {len(theirs)}; for example {odd}")
    return f"{len(ours):,} sums of {len({r[0] for r in ours})} clauses equal to the fen; the others have none this year"


def one_firm(scratch: Path, firms: int, asked: int = 200) -> list[Result]:
    """One firm through all clauses: facts in memory, and out of a warm snapshot."""
    folder = city(scratch, firms)
    plan = plan_for(folder)
    tables = {p.stem: pq.read_table(p) for p in folder.glob("*.parquet")}
    named = tables["qualification"]["party_id"].unique().to_pylist()
    parties = random.Random(7).sample(sorted(named), min(asked, len(named)))
    chosen = {}
    for name, table in tables.items():
        kept = table.num_rows <= 1000 or table.filter(pc.is_in(table["party_id"], pa.array(parties)))
        chosen[name] = (table if kept is True else kept).to_pylist()
    micro = interpreted(Reference(plan), Facts(chosen, plan.as_of), parties)
    found = [
        Result(
            "explain one firm, whole Weihai pack, facts in memory", micro, "µs", target="<= 1000 µs", met=micro <= 1000
        )
    ]
    explainer = Explainer(plan, open_snapshot(folder, plan.pack))
    milli = from_disk(explainer, parties[:30])
    return [
        *found,
        Result("explain one firm, whole Weihai pack, warm snapshot", milli, "ms", target="<= 50 ms", met=milli <= 50),
    ]
