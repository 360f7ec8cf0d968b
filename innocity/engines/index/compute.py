"""A composite index: fill what is missing as the pack says, normalise, weigh, aggregate, rank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.engines.index import normalise as norm
from innocity.engines.index.model import Cell, Consistency, IndexResult, PartScore, Ranked
from innocity.engines.index.weigh import ahp, entropy
from innocity.packs.model import Component, CompositeIndex

register_codes({
    "E-INDEX-MISSING": ("指数缺数据", "an index lacks values"),
    "E-INDEX-VALUE": ("指数的数值不能用所选的方法", "values do not suit the method of an index"),
    "E-INDEX-COMPARISONS": ("判断矩阵不成立", "pairwise judgements are not reciprocal"),
    "E-INDEX-RECORDED": ("官方指数只记录，不重算", "an official index is recorded, never computed"),
})  # fmt: skip

#: values[unit][component]
Cells = Mapping[str, Mapping[str, Cell]]
Column = list[float | None]


def compute_index(
    index: CompositeIndex, cells: Cells, *, sensitivity: bool = True, names: Mapping[str, str] | None = None
) -> IndexResult:
    """Compute an index for `index.among` from their values; components' directions must be set.

    `names` are Chinese names of those compared, for notes and errors.

    Errors: E-INDEX-RECORDED, E-INDEX-MISSING (together, each value), E-INDEX-VALUE, E-INDEX-COMPARISONS.
    """
    if index.recorded is not None:
        raise InnoCityError(
            "E-INDEX-RECORDED", f"{index.name}只记录官方结果", Place.of(index.place), "看 observations.csv"
        )
    filled, notes = fill(index, cells, names or {})
    columns = normalised(index, filled)
    weights, consistency = weights_of(index, filled)
    if consistency is not None and not consistency.acceptable:
        notes.append(f"判断矩阵的一致性比率 {consistency.ratio:.3f} 大于 0.1，权重不可靠，应重新判断")
    scores = aggregate(index, columns, weights)
    ranking = sorted(_ranked(index, filled, columns, weights, scores), key=lambda one: (one.rank, one.unit))
    robustness = None
    if sensitivity:
        from innocity.engines.index.sensitivity import robustness_of

        robustness = robustness_of(index, filled, weights, {one.unit: one.rank for one in ranking})
    named = {part.id: weight for part, weight in zip(index.components, weights, strict=True)}
    simulated = any(one.simulated for one in ranking)
    return IndexResult(index, tuple(ranking), named, consistency, tuple(notes), robustness, simulated)


def fill(index: CompositeIndex, cells: Cells, named: Mapping[str, str]) -> tuple[list[list[Cell]], list[str]]:
    """Cells by component and unit, missing ones treated as `index.missing` says; and what was done, in Chinese."""
    table = [[cells.get(unit, {}).get(part.id, Cell(None)) for unit in index.among] for part in index.components]
    errors, notes = ErrorList(), []
    for part, row in zip(index.components, table, strict=True):
        lacking = [unit for unit, cell in zip(index.among, row, strict=True) if cell.value is None]
        known = [cell.value for cell in row if cell.value is not None]
        if not lacking:
            continue
        names = "、".join(named.get(unit, unit) for unit in lacking)
        if index.missing == "refuse" or not known:
            errors.add("E-INDEX-MISSING", f"{part.name}缺 {names} 的数", Place.of(index.place),
                       "报数（observe），或在 indices.yaml 的 missing 里写明怎样处理")  # fmt: skip
        elif index.missing == "leave_out":
            notes.append(f"{part.name}缺 {names} 的数：这几家不计这一项，权重按比例给其余各项")
        else:
            up = part.direction != "down"
            value = math.fsum(known) / len(known) if index.missing == "mean" else min(known) if up else max(known)
            row[:] = [replace(cell, value=value, filled=True) if cell.value is None else cell for cell in row]
            word = "平均数" if index.missing == "mean" else "最差的数"
            notes.append(f"{part.name}缺 {names} 的数：以{word} {value:g} 代替")
    errors.raise_if_any()
    return table, notes


def normalised(index: CompositeIndex, table: Sequence[Sequence[Cell]], method: str | None = None) -> list[Column]:
    """Normalised columns, one a component. Error: E-INDEX-VALUE."""
    return [
        _normalise(method or index.normalise, part, [cell.value for cell in row], index)
        for part, row in zip(index.components, table, strict=True)
    ]


def _normalise(method: str, part: Component, values: Column, index: CompositeIndex) -> Column:
    up = part.direction != "down"
    if method == "z_score":
        return norm.z_score(values, up=up)
    if method == "rank":
        return norm.rank(values, up=up)
    if method == "distance":
        reference = None if part.reference is None else float(part.reference)
        try:
            return norm.distance(values, up=up, reference=reference)
        except ValueError:
            text = f"{part.name}有不大于 0 的数，不能按与参照值之比折算"
            raise InnoCityError("E-INDEX-VALUE", text, Place.of(index.place), "改用 min_max 或 rank") from None
    low = None if part.low is None else float(part.low)
    high = None if part.high is None else float(part.high)
    scale = (float(index.scale[0]), float(index.scale[1]))
    return norm.min_max(values, up=up, low=low, high=high, scale=scale)


def weights_of(index: CompositeIndex, table: Sequence[Sequence[Cell]]) -> tuple[list[float], Consistency | None]:
    """Weights of the components, summing to 1. Error: E-INDEX-COMPARISONS."""
    size = len(index.components)
    if index.weights == "equal":
        return [1 / size] * size, None
    if index.weights == "entropy":
        shares = [
            norm.min_max([cell.value for cell in row], up=part.direction != "down", scale=(0.0, 1.0))
            for part, row in zip(index.components, table, strict=True)
        ]
        return entropy([[value for value in column if value is not None] for column in shares]), None
    if index.weights == "ahp":
        try:
            return ahp([[float(value) for value in row] for row in index.comparisons])
        except ValueError as error:
            remedy = "对角线写 1，a 对 b 写 3 时 b 对 a 写 1/3"
            text = f"{index.name}的判断矩阵不成立：{error}"
            raise InnoCityError("E-INDEX-COMPARISONS", text, Place.of(index.place), remedy) from None
    return [float(part.weight or 0) for part in index.components], None


def aggregate(index: CompositeIndex, columns: Sequence[Column], weights: Sequence[float]) -> list[float]:
    """One score for each of those compared. Weights of missing components go to the others in proportion.

    Error: E-INDEX-VALUE where a geometric mean meets a value that is not above 0.
    """
    scores = []
    for place, unit in enumerate(index.among):
        here = [(column[place], weight) for column, weight in zip(columns, weights, strict=True)]
        told = [(value, weight) for value, weight in here if value is not None and weight > 0]
        whole = math.fsum(weight for _, weight in told)
        if not whole:
            raise InnoCityError("E-INDEX-MISSING", f"{unit} 一项数据也没有", Place.of(index.place), "从 among 里去掉它")
        if index.aggregate == "geometric":
            if min(value for value, _ in told) <= 0:
                text = f"{unit} 有不大于 0 的分值，不能用几何平均"
                raise InnoCityError(
                    "E-INDEX-VALUE", text, Place.of(index.place), "scale 的低端写 1 以上，或改用算术平均"
                )
            scores.append(math.exp(math.fsum(weight / whole * math.log(value) for value, weight in told)))
        else:
            scores.append(math.fsum(weight / whole * value for value, weight in told))
    return scores


def ranks_of(scores: Sequence[float]) -> list[int]:
    """Ranks, 1 the highest; scores that differ by less than 1e-12 of themselves are equal and share the better one."""

    def better(a: float, b: float) -> bool:
        return a > b and not math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)

    return [1 + sum(better(other, score) for other in scores) for score in scores]


def _ranked(
    index: CompositeIndex, table: Sequence[Sequence[Cell]], columns: Sequence[Column], weights: Sequence[float],
    scores: Sequence[float],
) -> list[Ranked]:  # fmt: skip
    ranks, found = ranks_of(scores), []
    for place, unit in enumerate(index.among):
        there = math.fsum(w for column, w in zip(columns, weights, strict=True) if column[place] is not None)
        parts = []
        for part, row, column, weight in zip(index.components, table, columns, weights, strict=True):
            value, cell = column[place], row[place]
            own = weight / there if value is not None and there else 0.0
            added = None
            if value is not None:
                added = value**own if index.aggregate == "geometric" else own * value
            parts.append(PartScore(part.id, cell.value, value, own, added, cell.filled, cell.simulated))
        simulated = any(one.simulated for one in parts)
        found.append(Ranked(unit, scores[place], ranks[place], tuple(parts), simulated))
    return found
