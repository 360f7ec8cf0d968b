"""The benchmarks of the eight shapes: against NumPy, Polars and OpenFisca; reforms; one firm; ten million."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.data import AS_OF, YEAR, write
from bench.measure import Contender, Result, here, interleaved
from bench.rivals import environment
from bench.rivals.engine import PLAN
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import options_for, registers_read
from innocity.engines.rules.explain import Explainer
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.snapshot import open_snapshot
from innocity.engines.rules.totals_sql import Shared
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import connect, open_facts
from innocity.plan.rows import Facts

#: As its documentation teaches, and with all that we know done past it.
OPENFISCA = {"openfisca": "OpenFisca 46", "openfisca_tuned": "OpenFisca 46, tuned by hand"}
COLUMNS = ["clause", "object", "party", "computed", "after_group", "after_pool"]


class Differ(AssertionError):
    """Two contenders do not give the same awards."""


def against_rivals(scratch: Path, firms: int, rounds: int) -> list[Result]:
    """Parquet in, awards in memory out, against hand-written programs and OpenFisca."""
    folder, results = write(scratch / f"shapes-{firms}", firms), scratch / "results"
    contenders = {"engine": here("engine"), "explained": here("engine", "explain"), "numpy": here("numpy_shapes")}
    python = environment.python()
    if python is not None:
        contenders["polars"] = Contender("polars_shapes", python)
        contenders["openfisca"] = Contender("openfisca_plain", python)
        contenders["openfisca_tuned"] = Contender("openfisca_shapes", python)
    measured = interleaved(contenders, folder, rounds, results)
    tables = {name: pq.read_table(results / f"{name}.parquet") for name in contenders}
    for name in contenders:
        if name not in ("engine", *OPENFISCA) and not tables[name].select(COLUMNS).equals(tables["engine"]):
            raise Differ(f"{name} and the engine differ")
    own, hand = measured["engine"], measured["numpy"]
    note = f"{firms:,} firms, {tables['engine'].num_rows:,} awards, equal to the fen; {own.peak} and {hand.peak} MB;"
    note += f" processor time {own.cpu:.2f} and {hand.cpu:.2f} s"
    found = [_versus("eight shapes", own.seconds, "NumPy by hand", hand.seconds, 1.5, note)]
    explained = measured["explained"].seconds
    found.append(_versus("eight shapes, explained", explained, "NumPy by hand", hand.seconds, None, ""))
    if "polars" in measured:
        found.append(_versus("eight shapes", own.seconds, "Polars by hand", measured["polars"].seconds, None, ""))
    for name in (n for n in OPENFISCA if n in measured):
        other = measured[name]
        slower = other.seconds / own.seconds
        off = f"{off_by_a_fen(tables['engine'], tables[name])}; processor time {other.cpu:.2f} s"
        target = (">= 5 x faster", slower >= 5) if name == "openfisca" else ("", None)
        found.append(Result("eight shapes", own.seconds, "s", OPENFISCA[name], other.seconds, slower, *target, off))
    return found


def _versus(name: str, own: float, rival: str, other: float, most: float | None, note: str) -> Result:
    target, met = (f"<= {most} x", own <= most * other) if most else ("", None)
    return Result(name, own, "s", rival, other, own / other, target, met, note)


def off_by_a_fen(engine: pa.Table, openfisca: pa.Table) -> str:
    """How many of OpenFisca's totals (a firm's sum over all shapes) differ from the engine's."""
    exact = (
        pa.table({"party": engine["party"], "fen": engine["after_pool"]}).group_by("party").aggregate([("fen", "sum")])
    )
    rows = openfisca.join(exact, "party", join_type="left outer")
    shapes = {
        n: np.rint(rows[n].to_numpy().astype(np.float64) * 100) for n in rows.column_names if n.startswith("shape")
    }
    kept = [shapes[n] for n in ("shape_a", "shape_d", "shape_e", "shape_f", "shape_h")]
    c_wins = rows["shape_c"].to_numpy() > rows["shape_b"].to_numpy()  # as it is there, before rounding
    total = sum(kept) + np.where(c_wins, shapes["shape_c"], 0)
    apart = np.abs(total - pc.fill_null(rows["fen_sum"], 0).to_numpy())
    off = int((apart >= 1).sum())
    if apart.max() > 100_00:  # more than floats of 32 bits are off by
        raise Differ(f"OpenFisca: {off:,} of {rows.num_rows:,} totals differ, by up to {apart.max() / 100:,.2f} yuan")
    return (
        f"float32: {off:,} of {rows.num_rows:,} firms' totals off by a fen or more ({off / max(1, rows.num_rows):.1%})"
    )


# --- reforms -------------------------------------------------------------------------------------------------


def reforms(scratch: Path, firms: int, count: int = 20) -> list[Result]:
    """Variants of amounts evaluated on base facts that were summed once."""
    folder = write(scratch / f"shapes-{firms}", firms)
    database = connect()
    found = open_facts(database, PLAN.pack, folder, PLAN.as_of, registers_read(PLAN))
    shared = Shared()
    first = Settling(PLAN, database, DUCKDB, options_for(found, PLAN, explain=False), shared=shared)
    first.base_facts()
    first.keep_rows()
    database.ended()
    changes = [{"shape_a.first": f"{20 + i}万元", "shape_b.rate": f"{50 + i}‰", "shape_f.cap": f"{50 + i}万元"}
               for i in range(count)]  # fmt: skip
    tables = len(shared.bases)
    started = time.perf_counter()
    totals = []
    for changed in changes:
        plan = compile_rules(PLAN.pack, YEAR, AS_OF, changed)
        settling = Settling(plan, database, DUCKDB, options_for(found, plan, explain=False), shared=shared)
        settling.base_facts()
        totals.append(settling.totals())
    seconds = time.perf_counter() - started
    first.awards()
    exact = {c: (n, int(fen)) for c, n, fen in database.rows(
        'SELECT "clause", count(*), sum("payable") FROM "__awards" GROUP BY 1')}  # fmt: skip
    if len(shared.bases) != tables or len({str(t) for t in totals}) != count or totals[0] != exact:
        raise Differ(
            "reforms did not share base facts, had no effect, or the unchanged one differs from the settlement"
        )
    note = f"{firms:,} firms; cost and number of awards by clause, groups and pools applied"
    found, name = [], f"{count} reforms on shared base facts"
    for module, rival in (("openfisca_plain", "openfisca"), ("openfisca_shapes", "openfisca_tuned")):
        other = _openfisca_reforms(module, folder, count)
        against = (f"{OPENFISCA[rival]}, inputs prepared", other, seconds / other) if other else ("", None, None)
        found.append(Result(name, seconds, "s", *against, "<= 1 s", seconds <= 1, note))
    return found


_REFORMS = """
import importlib, json, sys
from pathlib import Path
reforms = importlib.import_module(f"bench.rivals.{sys.argv[3]}").reforms
count = int(sys.argv[2])
changed = [{"first": 200_000 + 10_000 * i, "rate": (50 + i) / 1000, "lease_cap": 500_000 + 10_000 * i}
           for i in range(count)]
seconds, totals = reforms(Path(sys.argv[1]), changed)
assert len({one["shape_a"] for one in totals}) == count, "the reforms had no effect"
print(json.dumps(seconds))
"""


def _openfisca_reforms(module: str, folder: Path, count: int) -> float | None:
    """Seconds of the same reforms in OpenFisca; None where it cannot be had."""
    python = environment.python()
    if python is None:
        return None
    root = Path(__file__).parents[1]
    command = [str(python), "-c", _REFORMS, str(folder), str(count), module]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    return float(json.loads(answer.stdout.splitlines()[-1]))


# --- one firm ------------------------------------------------------------------------------------------------


def one_firm(scratch: Path, firms: int, asked: int = 600) -> list[Result]:
    """The reference interpreter, with its steps, for random firms: facts in memory, and from the snapshot."""
    folder = write(scratch / f"shapes-{firms}", firms)
    tables = {p.stem: pq.read_table(p) for p in folder.glob("*.parquet")}
    parties = random.Random(7).sample(sorted(tables["contract_payment"]["party_id"].unique().to_pylist()), asked)
    chosen = {name: t.filter(pc.is_in(t["party_id"], pa.array(parties))).to_pylist() for name, t in tables.items()}
    del tables
    micro = interpreted(Reference(PLAN), Facts(chosen, AS_OF), parties)
    found = [
        Result("explain one firm, eight shapes, facts in memory", micro, "µs", target="<= 100 µs", met=micro <= 100)
    ]
    explainer = Explainer(PLAN, open_snapshot(folder, PLAN.pack))
    milli = from_disk(explainer, parties[:30])
    return [
        *found,
        Result("explain one firm, eight shapes, warm snapshot", milli, "ms", target="<= 50 ms", met=milli <= 50),
    ]


def interpreted(reference: Reference, facts: Facts, parties: list[str]) -> float:
    """Median microseconds for one party's awards with all steps."""
    context = reference.context(facts)
    half = len(parties) // 2
    for party in parties[:half]:  # the first builds the indexes of the facts
        reference.party(facts, party, context)
    times = []
    for party in parties[half:]:
        started = time.perf_counter()
        reference.party(facts, party, context)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def from_disk(explainer: Explainer, parties: list[str]) -> float:
    """Median milliseconds to read one party's facts from the snapshot and evaluate them."""
    times = []
    for party in parties:
        started = time.perf_counter()
        explainer.awards(party)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


# --- ten million ---------------------------------------------------------------------------------------------

_WRITE = """
import json, sys, time
from pathlib import Path
from bench.rivals.engine import write
folder, out, memory, scratch = sys.argv[1:]
started = time.perf_counter()
count = write(Path(folder), Path(out), memory, Path(scratch))
status = Path("/proc/self/status").read_text()  # ru_maxrss would be the parent's where that was larger
peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024
print()  # the database may have left a progress bar on the line
print(json.dumps([time.perf_counter() - started, peak, count]))
"""


def _written(folder: Path, scratch: Path, memory: str) -> tuple[float, float, int]:
    """One run in a process of its own: seconds, the most memory in MB, how many awards."""
    out, spill = scratch / "awards.parquet", scratch / "spill"
    command = [sys.executable, "-c", _WRITE, *map(str, (folder, out, memory, spill))]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    seconds, peak, count = json.loads(answer.stdout.splitlines()[-1])
    if pq.ParquetFile(out).metadata.num_rows != count:
        raise Differ("the awards written are not all")
    out.unlink()
    shutil.rmtree(spill, ignore_errors=True)
    return seconds, peak, count


def large(
    scratch: Path, small: int, factor: int = 10, memory: str = "1300MB", rounds: int = 3
) -> list[Result]:  # fmt: skip
    """Parquet to Parquet with explanation columns: memory, and whether time grows in step with the city.

    In turns, after one that is not counted: what was just written is still on its way to the disk.
    """
    big = small * factor
    folders = {firms: write(scratch / f"shapes-{firms}", firms) for firms in (small, big)}
    runs: dict[int, list[tuple[float, float, int]]] = {small: [], big: []}
    for _ in range(rounds + 1):
        for firms, folder in folders.items():
            runs[firms].append(_written(folder, scratch, memory))
    seconds = {firms: statistics.median(s for s, _, _ in found[1:]) for firms, found in runs.items()}
    peaks = {firms: max(peak for _, peak, _ in found) for firms, found in runs.items()}
    count = runs[big][0][2]
    shutil.rmtree(folders[big])
    growth = seconds[big] / seconds[small] / factor
    note = f"{count:,} awards in {seconds[big]:.1f} s; {small:,} firms: {seconds[small]:.1f} s, {peaks[small]:.0f} MB"
    return [
        Result(f"{big:,} firms, Parquet to Parquet: memory", peaks[big], "MB", target="<= 1536 MB",
               met=peaks[big] <= 1536, note=note),
        Result(f"{big:,} firms, Parquet to Parquet: time", seconds[big], "s", f"{factor} x {small:,} firms",
               seconds[small] * factor, growth, "<= 1.1 x", growth <= 1.1),
    ]  # fmt: skip
