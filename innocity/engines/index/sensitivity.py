"""How much a ranking depends on choices: Monte Carlo over weights and methods, by one seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from innocity.engines.index.compute import normalised
from innocity.engines.index.model import Cell, RankInterval, Robustness
from innocity.packs.model import CompositeIndex

Floats = npt.NDArray[np.float64]
_POSITIVE = (1.0, 100.0)  # the scale on which geometric means are taken


def robustness_of(
    index: CompositeIndex, table: Sequence[Sequence[Cell]], weights: Sequence[float], ranks: Mapping[str, int]
) -> Robustness:
    """Rank intervals over the draws of `index.sensitivity`.

    Each draw moves every weight by up to `spread` of itself (uniformly, then to a sum of 1) and picks, with equal
    chance, one of the methods that fit: `normalise` among min-max, z-score and rank, `aggregate` between
    arithmetic and geometric (not with z-scores). What is not in `vary` stays as the index has it.
    """
    options, sizes = index.sensitivity, (len(index.among), len(index.components))
    random = np.random.Generator(np.random.PCG64(options.seed))
    drawn = _weights(random, np.array(weights), options.draws, float(options.spread), "weights" in options.vary)
    methods = _methods(index)
    picked = random.integers(len(methods), size=options.draws)
    places = np.empty((options.draws, sizes[0]), dtype=np.int64)
    for number, (how, together) in enumerate(methods):
        rows = np.flatnonzero(picked == number)
        if rows.size:
            places[rows] = _ranks(_scores(_matrix(index, table, how, together), drawn[rows], together))
    base = np.array([ranks[unit] for unit in index.among])
    intervals = tuple(_interval(unit, int(base[i]), places[:, i]) for i, unit in enumerate(index.among))
    return Robustness(
        options.draws, options.seed, float(options.spread), tuple(options.vary), intervals,
        float(np.abs(places - base).mean()),
    )  # fmt: skip


def _weights(random: np.random.Generator, base: Floats, draws: int, spread: float, vary: bool) -> Floats:
    moved = random.uniform(1 - spread, 1 + spread, size=(draws, base.size)) if vary else np.ones((draws, base.size))
    drawn = base * moved
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True), dtype=np.float64)


def _methods(index: CompositeIndex) -> list[tuple[str, str]]:
    vary = index.sensitivity.vary
    hows = dict.fromkeys((index.normalise, "min_max", "z_score", "rank")) if "normalise" in vary else [index.normalise]
    together = ("arithmetic", "geometric") if "aggregate" in vary else (index.aggregate,)
    return [(how, mean) for how in hows for mean in together if not (how == "z_score" and mean == "geometric")]


def _matrix(index: CompositeIndex, table: Sequence[Sequence[Cell]], how: str, together: str) -> Floats:
    """Normalised values, a row for each of those compared, NaN where missing; above 0 for geometric means."""
    columns: Any = normalised(index, table, how)
    matrix = np.array([[np.nan if v is None else v for v in column] for column in columns], dtype=np.float64).T
    if together == "geometric":
        low, high = _POSITIVE
        if how == "min_max":
            first, last = (float(x) for x in index.scale)
            matrix = low + (high - low) * (matrix - first) / (last - first)
        matrix = np.maximum(matrix, low if how == "min_max" else 1e-9)
    return np.asarray(matrix, dtype=np.float64)


def _scores(matrix: Floats, weights: Floats, together: str) -> Floats:
    """Scores, a row a draw; weights of missing components go to the others."""
    known = (~np.isnan(matrix)).astype(np.float64)
    values = np.log(np.nan_to_num(matrix, nan=1.0)) if together == "geometric" else np.nan_to_num(matrix, nan=0.0)
    return np.asarray((weights @ (values * known).T) / (weights @ known.T), dtype=np.float64)


def _ranks(scores: Floats) -> npt.NDArray[np.int64]:
    """Ranks in each row, 1 the highest, equal scores sharing the better rank."""
    near = 1e-12 * np.maximum(1.0, np.abs(scores))
    better = scores[:, None, :] > (scores + near)[:, :, None]
    return np.asarray(1 + better.sum(axis=2), dtype=np.int64)


def _interval(unit: str, rank: int, places: npt.NDArray[np.int64]) -> RankInterval:
    low, high = np.quantile(places, [0.05, 0.95], method="inverted_cdf")
    return RankInterval(unit, rank, float(np.median(places)), int(low), int(high), float((places == rank).mean()))
