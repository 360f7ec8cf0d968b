"""Composite indices: an independent NumPy implementation, published examples, missing data, sensitivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.engines.index.compute import compute_index, ranks_of
from innocity.engines.index.model import Cell, IndexResult
from innocity.engines.index.weigh import ahp, entropy
from innocity.packs.model import CompositeIndex

Matrix = npt.NDArray[np.float64]
CLOSE = 1e-9


def make(values: Matrix, directions: list[str], parts: dict[str, Any] | None = None, **fields: Any) -> CompositeIndex:
    """An index over the columns of a matrix, a row for each of those compared."""
    more = parts or {}
    components = [
        {"id": f"c{n}", "name": f"分项{n}", "indicator": f"i{n}", "direction": up, **more.get(f"c{n}", {})}
        for n, up in enumerate(directions)
    ]
    base = {"id": "x", "name": "指数", "demonstration": "true", "among": [f"u{n}" for n in range(len(values))],
            "weights": "equal", "components": components}  # fmt: skip
    return CompositeIndex.model_validate({**base, **fields})


def cells(values: Matrix) -> dict[str, dict[str, Cell]]:
    return {
        f"u{i}": {f"c{j}": Cell(None if np.isnan(v) else float(v)) for j, v in enumerate(row)}
        for i, row in enumerate(values)
    }


def scores(result: IndexResult) -> Matrix:
    return np.array([one.score for one in sorted(result.ranking, key=lambda one: int(one.unit[1:]))])


# --- an implementation of its own, by matrices ----------------------------------------------------------


def np_normalise(x: Matrix, up: Matrix, how: str, scale: tuple[float, float]) -> Matrix:
    if how == "min_max":
        lo, hi = x.min(axis=0), x.max(axis=0)
        share = (x - lo) / (hi - lo)
        share = np.where(up, share, 1 - share)
        return np.asarray(scale[0] + (scale[1] - scale[0]) * share)
    if how == "z_score":
        return np.asarray(np.where(up, 1, -1) * (x - x.mean(axis=0)) / x.std(axis=0))
    if how == "rank":
        signed = np.where(up, x, -x)
        below = (signed[None, :, :] < signed[:, None, :]).sum(axis=1)
        equal = (signed[None, :, :] == signed[:, None, :]).sum(axis=1)
        return np.asarray(below + (equal + 1) / 2)
    return np.asarray(100 * np.where(up, x / x.max(axis=0), x.min(axis=0) / x))


def np_entropy(x: Matrix, up: Matrix) -> Matrix:
    p = np_normalise(x, up, "min_max", (0, 1))
    p = p / p.sum(axis=0)
    logs = np.where(p > 0, np.log(np.where(p > 0, p, 1)), 0)
    told = 1 + (p * logs).sum(axis=0) / np.log(len(x))
    return np.asarray(told / told.sum())


def np_index(x: Matrix, up: Matrix, w: Matrix, how: str, together: str, scale: tuple[float, float]) -> Matrix:
    y = np_normalise(x, up, how, scale)
    return np.asarray(np.exp(np.log(y) @ w) if together == "geometric" else y @ w)


@st.composite
def tables(draw: Any) -> tuple[Matrix, list[str]]:
    rows, columns = draw(st.integers(3, 8)), draw(st.integers(2, 6))
    number = st.integers(1, 10_000).map(lambda n: n / 8)
    column = st.lists(number, min_size=rows, max_size=rows, unique=True)
    values = np.array([draw(column) for _ in range(columns)]).T
    return values, [draw(st.sampled_from(["up", "down"])) for _ in range(columns)]


@settings(max_examples=120, deadline=None)
@given(
    tables(), st.sampled_from(["min_max", "z_score", "rank", "distance"]), st.sampled_from(["arithmetic", "geometric"]),
    st.sampled_from(["equal", "entropy"]),
)  # fmt: skip
def test_it_agrees_with_numpy(table: tuple[Matrix, list[str]], how: str, together: str, weighing: str) -> None:
    x, directions = table
    if how == "z_score" and together == "geometric":
        return
    scale = (1.0, 100.0) if together == "geometric" else (0.0, 100.0)
    up = np.array([one == "up" for one in directions])
    weights = np.full(x.shape[1], 1 / x.shape[1]) if weighing == "equal" else np_entropy(x, up)
    index = make(x, directions, normalise=how, aggregate=together, weights=weighing, scale=[str(int(v)) for v in scale])
    result = compute_index(index, cells(x), sensitivity=False)
    expected = np_index(x, up, weights, how, together, scale)
    np.testing.assert_allclose(list(result.weights.values()), weights, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(scores(result), expected, rtol=CLOSE, atol=CLOSE)
    places = [1 + int((expected > value + 1e-9).sum()) for value in expected]
    mine = [one.rank for one in sorted(result.ranking, key=lambda one: int(one.unit[1:]))]
    assert mine == places or len(set(np.round(expected, 8))) < len(expected)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(3, 9))
def test_pairwise_weights_agree_with_numpy(data: Any, size: int) -> None:
    matrix = np.ones((size, size))
    for i in range(size):
        for j in range(i + 1, size):
            matrix[i, j] = data.draw(st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5, 9]))
            matrix[j, i] = 1 / matrix[i, j]
    values, vectors = np.linalg.eig(matrix)
    main = int(np.argmax(values.real))
    expected = np.abs(vectors[:, main].real)
    weights, consistency = ahp(matrix.tolist())
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=CLOSE, atol=CLOSE)
    assert consistency.lambda_max == pytest.approx(float(values[main].real), rel=CLOSE)
    assert consistency.index >= -1e-12


# --- published examples ---------------------------------------------------------------------------------


def test_saaty_s_drinks() -> None:
    """T. L. Saaty, Decision making with the analytic hierarchy process, Int. J. Services Sciences 1 (2008) 83-98:
    judgements of how much of seven drinks is consumed, with weights and consistency ratio to three digits."""
    drinks = [
        [1, 9, 5, 2, 1, 1, 1 / 2], [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
        [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9], [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3], [1, 9, 4, 2, 1, 2, 1 / 2],
        [1, 9, 3, 1, 1 / 2, 1, 1 / 3], [2, 9, 9, 3, 2, 3, 1],
    ]  # fmt: skip
    weights, consistency = ahp(drinks)
    assert [round(weight, 3) for weight in weights] == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(consistency.ratio, 3) == 0.022 and consistency.acceptable


#: life expectancy, adult literacy %, enrolment %, real GDP per capita (PPP$)
COUNTRIES = {
    "Germany": (77.2, 99.0, 88.1, 21260),
    "China": (69.8, 82.9, 68.9, 3130),
    "Mozambique": (42.3, 39.5, 32.0, 740),
}


def test_the_human_development_index_of_2000() -> None:
    """UNDP's method of that time, as worked for three countries in the technical notes of the Mozambique Human
    Development Report 2000: goalposts 25-85 years, 0-100 %, log 100 - log 40,000 dollars; two thirds literacy,
    one third enrolment; the mean of three dimensions."""
    x = np.array([[a, b, c, np.log(d)] for a, b, c, d in COUNTRIES.values()])
    posts = {
        "c0": {"low": "25", "high": "85", "weight": "1/3"}, "c1": {"low": "0", "high": "100", "weight": "2/9"},
        "c2": {"low": "0", "high": "100", "weight": "1/9"},
        "c3": {"low": f"{np.log(100):.12f}", "high": f"{np.log(40000):.12f}", "weight": "1/3"},
    }  # fmt: skip
    index = make(x, ["up"] * 4, posts, weights="given", scale=["0", "1"])
    result = compute_index(index, cells(x), sensitivity=False)
    assert [round(score, 3) for score in scores(result)] == [0.906, 0.701, 0.331]
    parts = {one.unit: one.parts for one in result.ranking}
    life = [round(parts[f"u{n}"][0].normalised or 0, 3) for n in range(3)]
    income = [round(parts[f"u{n}"][3].normalised or 0, 3) for n in range(3)]
    assert (life, income) == ([0.870, 0.747, 0.288], [0.895, 0.575, 0.334])


# --- missing data ---------------------------------------------------------------------------------------

HOLES = np.array([[1.0, 10.0, 5.0], [2.0, np.nan, 7.0], [3.0, 30.0, 6.0]])


def test_missing_values_are_refused_unless_the_pack_says_how() -> None:
    with pytest.raises(InnoCityError) as caught:
        compute_index(make(HOLES, ["up"] * 3), cells(HOLES))
    assert caught.value.code == "E-INDEX-MISSING" and "u1" in caught.value.message


def test_a_missing_value_is_left_out_and_its_weight_goes_to_the_others() -> None:
    result = compute_index(make(HOLES, ["up"] * 3, missing="leave_out"), cells(HOLES))
    assert scores(result)[1] == pytest.approx((50 + 100) / 2, rel=CLOSE)
    row = next(one for one in result.ranking if one.unit == "u1")
    assert [part.weight for part in row.parts] == pytest.approx([0.5, 0, 0.5])
    assert row.parts[1].normalised is None and "u1" in result.notes[0]


@pytest.mark.parametrize(
    ("how", "direction", "value"), [("mean", "up", 20.0), ("lowest", "up", 10.0), ("lowest", "down", 30.0)]
)
def test_a_missing_value_is_filled_in_and_marked(how: str, direction: str, value: float) -> None:
    result = compute_index(make(HOLES, ["up", direction, "up"], missing=how), cells(HOLES))
    part = next(one for one in result.ranking if one.unit == "u1").parts[1]
    assert (part.value, part.filled) == (value, True) and result.notes


def test_nothing_known_is_refused_whatever_the_pack_says() -> None:
    empty = np.full((3, 2), np.nan)
    for how in ("mean", "leave_out", "lowest"):
        with pytest.raises(InnoCityError) as caught:
            compute_index(make(empty, ["up"] * 2, missing=how), cells(empty))
        assert caught.value.code == "E-INDEX-MISSING"


def test_alike_values_tell_nothing() -> None:
    same = np.array([[5.0, 1.0], [5.0, 2.0], [5.0, 4.0]])
    result = compute_index(make(same, ["up"] * 2, weights="entropy"), cells(same), sensitivity=False)
    assert result.weights == {"c0": 0.0, "c1": 1.0}
    assert entropy([[1.0, 1.0], [2.0, 2.0]]) == [0.5, 0.5]
    assert ranks_of([1.0, 3.0, 3.0 + 1e-15, 2.0]) == [4, 1, 1, 3]


def test_values_that_do_not_suit_the_method() -> None:
    x = np.array([[-1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(InnoCityError) as caught:
        compute_index(make(x, ["up", "up"], normalise="distance"), cells(x))
    assert caught.value.code == "E-INDEX-VALUE" and caught.value.remedy
    with pytest.raises(InnoCityError) as caught:
        compute_index(make(x, ["up", "up"], weights="ahp", comparisons=[["1", "3"], ["3", "1"]]), cells(x))
    assert caught.value.code == "E-INDEX-COMPARISONS"


def test_inconsistent_judgements_are_told() -> None:
    x = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    comparisons = [["1", "9", "1/9"], ["1/9", "1", "9"], ["9", "1/9", "1"]]
    result = compute_index(make(x, ["up"] * 3, weights="ahp", comparisons=comparisons), cells(x), sensitivity=False)
    assert result.consistency is not None and not result.consistency.acceptable and "0.1" in result.notes[0]


# --- sensitivity ----------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(tables(), st.integers(0, 50))
def test_rank_intervals(table: tuple[Matrix, list[str]], seed: int) -> None:
    x, directions = table
    index = make(x, directions, sensitivity={"draws": "200", "seed": str(seed)})
    robust = compute_index(index, cells(x)).robustness
    again = compute_index(index, cells(x)).robustness
    assert robust is not None and robust == again
    for one in robust.intervals:
        assert 1 <= one.low <= one.median <= one.high <= len(x) and 0 <= one.same_share <= 1
    assert robust.average_shift >= 0


def test_without_anything_that_varies_ranks_stay() -> None:
    x = np.array([[1.0, 9.0], [2.0, 5.0], [4.0, 1.0]])
    index = make(x, ["up", "up"], sensitivity={"draws": "50", "spread": "0%", "vary": []})
    robust = compute_index(index, cells(x)).robustness
    assert robust is not None and robust.average_shift == 0
    assert all(one.low == one.rank == one.high for one in robust.intervals)


def test_a_clear_winner_stays_first() -> None:
    x = np.array([[9.0, 9.0, 9.0], [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    robust = compute_index(make(x, ["up"] * 3), cells(x)).robustness
    assert robust is not None
    first = robust.intervals[0]
    assert (first.rank, first.low, first.high, first.same_share) == (1, 1, 1, 1.0)


def test_an_official_index_is_never_computed() -> None:
    official = CompositeIndex.model_validate({"id": "x", "name": "官方指数", "recorded": "some_rank"})
    with pytest.raises(InnoCityError) as caught:
        compute_index(official, {})
    assert caught.value.code == "E-INDEX-RECORDED"


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_a_better_value_never_lowers_the_score(table: tuple[Matrix, list[str]], data: Any) -> None:
    """With fixed goalposts, which do not move with the value."""
    x, directions = table
    posts = {f"c{n}": {"low": "0", "high": "2000"} for n in range(x.shape[1])}
    i, j = data.draw(st.integers(0, len(x) - 1)), data.draw(st.integers(0, x.shape[1] - 1))
    better = x.copy()
    better[i, j] += data.draw(st.integers(1, 500)) * (1 if directions[j] == "up" else -1)
    first, second = (compute_index(make(x, directions, posts), cells(some), sensitivity=False) for some in (x, better))
    assert scores(second)[i] >= scores(first)[i] - 1e-9
