"""Random numbers depend on seed, name and index alone; selections are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.draws import Draws
from innocity.engines.simulation.selection import Parts, Selection, rounded
from innocity.engines.simulation.spreads import Spread


@given(st.integers(0, 500), st.integers(0, 300))
def test_any_stretch_of_a_stream_is_the_same(start: int, length: int) -> None:
    draws = Draws(7)
    whole = draws.stream("x", 0, start + length)
    assert (draws.stream("x", start, start + length) == whole[start:]).all()


def test_seeds_and_names_differ() -> None:
    numbers = [Draws(seed).stream(name, 0, 5).tolist() for seed in (7, 8) for name in ("x", "y")]
    assert len({tuple(n) for n in numbers}) == 4


def test_numbers_are_uniform() -> None:
    for numbers in (Draws(7).stream("x", 0, 100_000), Draws(7).unit("x", np.arange(100_000))):
        counts = np.histogram(numbers, bins=20, range=(0, 1))[0]
        assert numbers.min() >= 0 and numbers.max() < 1
        assert abs(counts - 5_000).max() < 350  # five standard deviations


@given(st.integers(1, 3_000), st.integers(0, 2**32))
def test_a_shuffle_is_a_bijection_both_ways(size: int, seed: int) -> None:
    shuffle, index = Draws(seed).shuffle("x", size), np.arange(size)
    there = shuffle.forward(index)
    assert (np.sort(there) == index).all()
    assert (shuffle.back(there) == index).all()


@given(st.integers(1, 500), st.integers(0, 600))
def test_a_selection_has_so_many_members(pool: int, count: int) -> None:
    chosen = Selection.of(Draws(3), "x", pool, count)
    assert chosen.count == min(pool, count)
    inside = chosen.contains(np.arange(pool + 50))
    assert inside.sum() == chosen.count and not inside[pool:].any()
    assert sorted(chosen.member(np.arange(chosen.count)).tolist()) == np.flatnonzero(inside).tolist()


@given(st.integers(0, 10_000), st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_parts_add_up(total: int, weights: list[int]) -> None:
    if not sum(weights):
        weights[0] = 1
    parts = Parts.shared(total, dict(enumerate(weights)))
    assert parts.total == total
    numbers = np.arange(total)
    assert np.bincount(parts.which(numbers), minlength=len(weights)).tolist() == list(parts.counts)
    assert all(parts.within(numbers)[parts.start(n)] == 0 for n in parts.names if parts.size(n))


def test_rounding_goes_up_at_halves() -> None:
    assert [rounded(Fraction(n, 2)) for n in (1, 2, 3, 5)] == [1, 1, 2, 3]


def test_amounts_keep_to_their_bounds_and_median() -> None:
    spread = Spread(median=8_000_000, sigma=0.6, top=60_000_000, unit=1_000_000)
    amounts = spread.amounts(Draws(7).stream("amount", 0, 50_000))
    assert amounts.min() >= 1_000_000 and amounts.max() <= 60_000_000
    assert (amounts % 1_000_000 == 0).all()
    assert 7_000_000 <= np.median(amounts) <= 9_000_000


def test_large_amounts_are_rare_and_heavy() -> None:
    amounts = Spread(18_000_000, 1.6, 30_000_000_000).amounts(Draws(7).stream("amount", 0, 50_000))
    largest = np.sort(amounts)[-500:]
    assert 0.2 < largest.sum() / amounts.sum() < 0.8, "one contract in a hundred carries much of the total"


@pytest.mark.parametrize("kind", ["91", "12"])
def test_credit_codes_pass_the_check_digit(kind: str) -> None:
    codes = make.credit_codes(kind, np.arange(1, 4_000, 7)).to_pylist()
    assert all(uscc.is_valid(code) and code[:8] == f"{kind}990000" for code in codes)
    assert len(set(codes)) == len(codes)


def test_organisation_codes_inside_are_valid_too() -> None:
    for code in make.credit_codes("91", np.arange(1, 2_000, 13)).to_pylist():
        total = sum(int(c) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert code[16] == "0123456789X"[(11 - total % 11) % 11]
