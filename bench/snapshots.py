"""Promise: of a city of a million firms with some five million facts a snapshot is taken within 75 s, on SQLite.

The rival reads the same rows by a plain cursor, five columns of each, parses the data with orjson and writes a
Parquet file a register: no typing of columns, no hashes, no manifest, nothing in order.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Result
from bench.weihai import city

NAMES = ["fact_id", "party_id", "valid_from", "recorded_at", "own"]
MOST = 75  # seconds for a million firms
_LOAD = """
import sys
from pathlib import Path
from innocity.records.prepare import prepare
prepare(migrate=True)
from innocity.actions.adopt_pack import adopt_pack
from innocity.actions.record_facts import record_facts
from innocity.packs.facts import read_facts
from innocity.packs.load import load_pack
from innocity.records.viewer import Viewer
pack, viewer = load_pack("weihai"), Viewer.operator("bench")
read = read_facts(Path(sys.argv[1]), pack)
adopt_pack(pack, viewer)
record_facts(pack, viewer, read.tables, simulated=True, as_of=read.manifest.as_of)
"""
_TAKE = """
import sys, time
from pathlib import Path
from innocity.records.prepare import prepare
prepare()
from innocity.actions.take_snapshot import take_snapshot
from innocity.packs.load import load_pack
from innocity.records.viewer import Viewer
pack, begun = load_pack("weihai"), time.perf_counter()
taken = take_snapshot(pack, Viewer.operator("bench"), Path(sys.argv[1]))
print(time.perf_counter() - begun, taken.rows)
"""


def whole(scratch: Path, firms: int) -> list[Result]:
    """A first snapshot of everything, each in a process of its own."""
    facts, folder = city(scratch, firms), scratch / f"snapshot-{firms}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _process(_LOAD, folder, facts)
    seconds, rows = _process(_TAKE, folder, folder / "taken").split()
    rival = _plain(folder / "x.sqlite3", folder / "plain")
    taken, most = float(seconds), MOST * firms / 1_000_000
    note = f"{firms:,} firms, {int(rows):,} facts, {int(rows) / taken:,.0f} a second; typed, in order, hashed"
    shutil.rmtree(folder)
    return [Result("snapshot of everything (SQLite)", taken, "s", "a plain cursor and orjson, 5 columns", rival,
                   taken / rival, f"<= {most:g} s", taken <= most, note)]  # fmt: skip


def _process(code: str, folder: Path, argument: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOCITY_")}
    own = {"INNOCITY_VAR": str(folder), "INNOCITY_DATABASE_URL": f"sqlite:///{folder}/x.sqlite3"}
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", code, str(argument)], cwd=root, env=kept | own, check=True,
                          stdout=subprocess.PIPE, text=True)  # fmt: skip
    return done.stdout


def _plain(database: Path, folder: Path) -> float:
    """Seconds of the rival."""
    begun = time.perf_counter()
    folder.mkdir()
    connection = sqlite3.connect(database)
    registers = [name for (name,) in connection.execute("SELECT DISTINCT register FROM records_fact")]
    for register in registers:
        asked = connection.execute(
            "SELECT fact_id, party_id, valid_from, recorded_at, data FROM records_fact"
            " WHERE register = ? AND current AND NOT withdrawn", [register],
        )  # fmt: skip
        writer = None
        while rows := asked.fetchmany(100_000):
            columns = list(zip(*rows, strict=True))
            data = [orjson.loads(text) for text in columns[4]]
            first = [None if not one else str(next(iter(one.values()))) for one in data]
            table = pa.table([pa.array(column, pa.string()) for column in (*columns[:4], first)], names=NAMES)
            writer = writer or pq.ParquetWriter(folder / f"{register}.parquet", table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()
    connection.close()
    return time.perf_counter() - begun
