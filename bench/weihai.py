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
from innocity.core.dates import year_end, year_start
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
from innocity.plan.duck import DuckDatabase, connect, open_facts
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


def settled(plan: RulesPlan, folder: Path) -> DuckDatabase:
    """The engine's results with explanation columns, in a fresh database."""
    database = connect()
    found = open_facts(database, plan.pack, folder, plan.as_of, registers_read(plan))
    settling = Settling(plan, database, DUCKDB, options_for(found, plan, database, explain=True))
    settling.base_facts()
    settling.awards()
    return database


def against_sql(scratch: Path, firms: int, rounds: int) -> list[Result]:
    """All clauses with explanations, against SQL by hand that says what is computed and what of it is payable."""
    folder = city(scratch, firms)
    plan = plan_for(folder)
    note = compare(plan, settled(plan, folder), by_hand(folder))
    seconds = alternating(
        {"engine": lambda: settled(plan, folder).close(), "sql": lambda: by_hand(folder).close()}, rounds
    )
    own, other = seconds["engine"], seconds["sql"]
    name = f"whole Weihai pack ({len(plan.clauses)} clauses), explained, {firms:,} firms"
    rival = f"{len(computing(plan))} computing clauses in SQL by hand, to what is payable"
    return [Result(name, own, "s", rival, other, own / other, "<= 2 x", own <= 2 * other, note)]


def computing(plan: RulesPlan) -> list[str]:
    """The clauses that can yield a sum this year: in force, with a register and an amount that is not missing."""
    first, last = year_start(plan.year), year_end(plan.year)
    return [
        c.id
        for c in plan.clauses
        if c.source is not None and c.amount is not None and not c.missing and c.in_force
        and (c.valid_from is None or c.valid_from <= last) and (c.valid_to is None or c.valid_to >= first)
    ]  # fmt: skip


def compare(plan: RulesPlan, engine: DuckDatabase, hand: duckdb.DuckDBPyConnection) -> str:
    """Both give the same awards, and the same computed and payable fen of each, or Differ with the first that differ.

    An award has a sum where one was computed or people decided one (without, what only people can judge).
    """
    clauses = computing(plan)
    unwritten = [c for c in clauses if f"'{c}'" not in BY_HAND]
    if unwritten:
        raise Differ(f"not written by hand: {unwritten}")
    theirs = hand.execute("SELECT clause, object, party, computed, payable FROM by_hand ORDER BY ALL").fetchall()
    ours = engine.rows(
        "SELECT clause, object, party, computed, payable FROM __awards"
        " WHERE list_contains(?, clause) AND (computed IS NOT NULL OR decided IS NOT NULL) ORDER BY ALL",
        [clauses],
    )
    if ours != theirs:
        odd = sorted(set(ours) ^ set(theirs), key=repr)[:5]
        raise Differ(f"engine {len(ours)} rows, by hand {len(theirs)}; for example {odd}")
    found = len({r[0] for r in ours})
    return f"{len(ours):,} awards of {found} clauses equal to the fen, computed and payable; the others have none"


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
