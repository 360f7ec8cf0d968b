"""Promise: 10,000 indicators x 40 periods x 20 divisions have their lights in 2 seconds or less.

    python -m bench.indicators        # prints seconds, cells a second and the lights found

Eight million figures, each judged against its own baseline, goal and path (linear, by steps, by batches), exactly.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from fractions import Fraction

import numpy as np

from bench.measure import Result
from innocity.core.dates import add_months
from innocity.engines.indicators.mass import Lane, evaluate
from innocity.engines.indicators.model import STATUSES
from innocity.engines.indicators.path import linear, stepped, year_ends

LIMIT = 2.0  # seconds
START, DUE = date(2020, 12, 31), date(2030, 12, 31)


def world(indicators: int, periods: int, divisions: int, seed: int = 7):
    """Lanes, days and whole-number values that stray around their paths, with some figures missing."""
    random = np.random.default_rng(seed)
    ways = [
        linear(START, Fraction(0), DUE, Fraction(1), {}),
        stepped(START, Fraction(0), DUE, Fraction(1), {}, year_ends(START, DUE)),
        stepped(START, Fraction(0), DUE, Fraction(1), {}, [date(y, m, 15) for y in range(2021, 2031) for m in (6, 11)]),
    ]
    lanes = [Lane(ways[i % 3], sign=1 if i % 5 else -1, strict=i % 7 == 0) for i in range(indicators)]
    days = [add_months(START, 3 * (n + 1)) for n in range(periods)]
    bases = random.integers(1_000, 1_000_000, (indicators, divisions))
    gains = random.integers(1, 500_000, (indicators, divisions))
    signs = np.array([lane.sign for lane in lanes])[:, None]
    goals = bases + gains * signs
    gone = np.linspace(0, 1, periods)[None, :, None] * random.uniform(0.5, 1.1, (indicators, 1, divisions))
    values = (bases[:, None, :] + (gains * signs)[:, None, :] * gone).astype(np.int64)
    values[random.random(values.shape) < 0.02] = np.iinfo(np.int64).min
    return lanes, days, values, bases, goals


def measure(indicators: int = 10_000, periods: int = 40, divisions: int = 20, times: int = 3) -> dict[str, object]:
    """The best of some evaluations, in seconds."""
    lanes, days, values, bases, goals = world(indicators, periods, divisions)
    best = float("inf")
    found = None
    for _ in range(times):
        started = time.perf_counter()
        found = evaluate(lanes, days, values, bases, goals)
        best = min(best, time.perf_counter() - started)
    counts = np.bincount(found.ravel(), minlength=len(STATUSES))
    return {
        "indicators": indicators, "periods": periods, "divisions": divisions, "seconds": round(best, 3),
        "cells_per_second": round(values.size / best), "limit_seconds": LIMIT,
        "lights": dict(zip(STATUSES, map(int, counts), strict=True)),
    }  # fmt: skip


def lights(indicators: int = 10_000, times: int = 3) -> list[Result]:
    """The measurement as `python -m bench` lists it."""
    found = measure(indicators, times=times)
    seconds = float(str(found["seconds"]))
    rate = int(str(found["cells_per_second"]))
    note = f"{indicators:,} indicators x 40 periods x 20 divisions, {rate:,} lights a second"
    return [Result("lights of indicators", seconds, "s", target="<= 2 s", met=seconds <= LIMIT, note=note)]


if __name__ == "__main__":
    report = measure()
    json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
    print()
    sys.exit(0 if float(str(report["seconds"])) <= LIMIT else 1)
