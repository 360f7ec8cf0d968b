"""One contender in its own process: reads commands line by line, answers with a line of JSON each.

    run           {"seconds": ..., "cpu": ..., "peak": MB}      one measured run
    check FILE    {"rows": ...}                      the same, its results written in key order

Each contender has a module with `run(folder) -> pyarrow.Table`; nothing else of this project is imported, so
that a rival can live in another virtual environment.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

KEY = ("clause", "object", "party")


def load(module: str) -> Callable[..., pa.Table]:
    """`run` of a module given by its file."""
    spec = importlib.util.spec_from_file_location(Path(module).stem, module)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    found: Callable[..., pa.Table] = loaded.run
    return found


def comparable(table: pa.Table) -> pa.Table:
    """The table in key order, texts as plain texts."""
    fields = []
    for field in table.schema:
        kind = pa.int64() if pa.types.is_integer(field.type) else pa.string()
        fields.append(field if pa.types.is_floating(field.type) else field.with_type(kind))
    keys = [(n, "ascending") for n in KEY if n in table.column_names]
    return table.cast(pa.schema(fields)).sort_by(keys).combine_chunks()


def peak() -> int:
    """The most memory that this process has had, in MB; `ru_maxrss` would be its parent's where that was more."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) // 1024


def main() -> None:
    module, folder, *flags = sys.argv[1:]
    run = load(module)
    options = {"explain": True} if "explain" in flags else {}
    for line in sys.stdin:
        words = line.split(maxsplit=1)
        started, used = time.perf_counter(), time.process_time()
        table = run(Path(folder), **options)
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        if words[0] == "check":
            pq.write_table(comparable(table), words[1].strip())
        answer = {"seconds": seconds, "cpu": cpu, "rows": table.num_rows,
                  "peak": peak()}  # fmt: skip
        del table
        gc.collect()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
