"""Weights of components: equal, by entropy, by pairwise comparison (AHP)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from innocity.engines.index.model import Consistency

#: Mean consistency index of random judgements, by size (Saaty 1980, table of random indices).
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
_ROUNDS, _CLOSE = 10_000, 1e-15


def entropy(columns: Sequence[Sequence[float]]) -> list[float]:
    """Weights by how much each component tells those compared apart; `columns` hold shares, not below 0.

    p = x / sum(x); e = -sum(p ln p) / ln n; the weights are proportional to 1 - e. A component in which all are
    alike gets 0; where all components are, all get the same.

    >>> entropy([[0.0, 1.0], [1.0, 1.0]])
    [1.0, 0.0]
    """
    told = []
    for column in columns:
        total, size = math.fsum(column), len(column)
        if total <= 0 or size < 2 or min(column) == max(column):
            told.append(0.0)
            continue
        shares = [value / total for value in column if value > 0]
        told.append(1 + math.fsum(share * math.log(share) for share in shares) / math.log(size))
    whole = math.fsum(told)
    return [value / whole for value in told] if whole > 0 else [1 / len(columns)] * len(columns)


def ahp(matrix: Sequence[Sequence[float]]) -> tuple[list[float], Consistency]:
    """Weights of a matrix of pairwise judgements (a[i][j]: how much more i matters than j), and its consistency.

    The weights are the principal eigenvector, found by power iteration, summing to 1. Errors: ValueError where
    the matrix is not square, positive and reciprocal, or larger than the table of random indices.

    >>> weights, consistency = ahp([[1, 3], [1/3, 1]])
    >>> [round(weight, 9) for weight in weights], round(consistency.ratio, 9)
    ([0.75, 0.25], 0.0)
    """
    size = len(matrix)
    _check(matrix, size)
    weights = [1 / size] * size
    for _ in range(_ROUNDS):
        raw = [math.fsum(row[j] * weights[j] for j in range(size)) for row in matrix]
        total = math.fsum(raw)
        new = [value / total for value in raw]
        moved = max(abs(a - b) for a, b in zip(new, weights, strict=True))
        weights = new
        if moved < _CLOSE:
            break
    image = [math.fsum(row[j] * weights[j] for j in range(size)) for row in matrix]
    lambda_max = math.fsum(a / b for a, b in zip(image, weights, strict=True)) / size
    index = (lambda_max - size) / (size - 1) if size > 1 else 0.0
    ratio = index / RANDOM_INDEX[size] if size > 2 else 0.0
    return weights, Consistency(lambda_max, index, ratio)


def _check(matrix: Sequence[Sequence[float]], size: int) -> None:
    if not 0 < size < len(RANDOM_INDEX) or any(len(row) != size for row in matrix):
        raise ValueError(f"the matrix must be square, up to {len(RANDOM_INDEX) - 1} rows")
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            if value <= 0 or not math.isclose(value * matrix[j][i], 1, rel_tol=1e-9):
                raise ValueError(f"judgements {i + 1},{j + 1} and {j + 1},{i + 1} are not reciprocal")
