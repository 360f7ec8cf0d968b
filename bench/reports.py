"""Promise: a report is on disk in 5 seconds or less, from typing the command to the file.

Weihai's mid-term report with all annexes as Word, HTML and workbook, each a process of its own; the city has a
folder of simulated facts, so that registers are computed and task progress is read too.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import Result

LIMIT = 5.0  # seconds
PROGRAM = [sys.executable, "-c", "from innocity.cli.main import app; app()"]


def midterm(scratch: Path, firms: int, times: int) -> list[Result]:
    """The median of some runs for each kind of file."""
    folder = scratch / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    _run(folder, "simulate", "weihai", "--firms", str(firms), "--overwrite")
    found = []
    for suffix in ("docx", "html", "xlsx"):
        words = ("report", "weihai", "midterm", "--as-of", "2023-12-31", "--out", f"m.{suffix}", "--overwrite")
        seconds = statistics.median(_run(folder, *words) for _ in range(times))
        note = f"mid-term report of Weihai, {firms:,} simulated firms"
        found.append(
            Result(f"report ({suffix})", round(seconds, 2), "s", target="<= 5 s", met=seconds <= LIMIT, note=note)
        )
    return found


def _run(folder: Path, *words: str) -> float:
    begun = time.perf_counter()
    subprocess.run([*PROGRAM, *words], cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun
