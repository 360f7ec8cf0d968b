"""Contenders side by side: each in its own process, their runs interleaved, medians compared.

A machine that is busy with other things slows all contenders alike; that is why ratios of interleaved medians
are reported, not best times of separate runs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """One promise of speed, what came of it, and the rival's number. `met` is None where nothing was promised."""

    name: str
    value: float
    unit: str
    rival: str = ""
    rival_value: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For results.json."""
        return asdict(self)


@dataclass(frozen=True)
class Contender:
    """A module with `run(folder)`, the Python that runs it, and flags."""

    module: str
    python: Path
    flags: tuple[str, ...] = ()


class Worker:
    """A contender's process."""

    def __init__(self, contender: Contender, folder: Path) -> None:
        command = [contender.python, HERE / "worker.py", HERE / "rivals" / f"{contender.module}.py", folder]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        self.process = subprocess.Popen(
            [*map(str, command), *contender.flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment,
        )  # fmt: skip

    def ask(self, command: str) -> dict[str, Any]:
        """Send a command, wait for its answer; a worker that died raises."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a benchmark's process ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@dataclass(frozen=True)
class Measured:
    """Median seconds on the clock and of processor time, peak megabytes."""

    seconds: float
    cpu: float
    peak: int


def interleaved(contenders: Mapping[str, Contender], folder: Path, rounds: int, results: Path) -> dict[str, Measured]:
    """Each contender's median over `rounds`; their results stand in `results/<name>.parquet` for comparing."""
    results.mkdir(parents=True, exist_ok=True)
    workers = {name: Worker(contender, folder) for name, contender in contenders.items()}
    try:
        for name, worker in workers.items():  # also warms up
            worker.ask(f"check {results / name}.parquet")
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                found[name].append(worker.ask("run"))
    finally:
        for worker in workers.values():
            worker.close()
    return {
        name: Measured(
            statistics.median(a["seconds"] for a in answers),
            statistics.median(a["cpu"] for a in answers),
            max(a["peak"] for a in answers),
        )
        for name, answers in found.items()
    }


def alternating(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of functions of this process, taken in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in seconds.items()}


def here(module: str, *flags: str) -> Contender:
    """A contender that runs in this project's environment."""
    return Contender(module, Path(sys.executable), flags)
