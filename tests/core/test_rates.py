"""Rates are exact; rounding is half up once; sharing neither makes nor loses a fen."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError, InvalidValue
from innocity.core.rates import (
    apply_rate,
    divide_half_up,
    format_rate,
    parse_rate,
    share_out,
    split_by_rates,
    split_equally,
)

RATES = st.fractions(min_value=0, max_value=1, max_denominator=10_000)
WEIGHTS = st.lists(st.integers(0, 10**16), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1.5%", Fraction(3, 200)),
        ("1‰", Fraction(1, 1000)),
        ("１．５％", Fraction(3, 200)),
        ("1:1", Fraction(1)),
        ("1∶1", Fraction(1)),
        ("1：0.5", Fraction(1, 2)),
        ("60 %", Fraction(3, 5)),
        ("1/3", Fraction(1, 3)),
        ("1", Fraction(1)),
        ("3.10%", Fraction(31, 1000)),
    ],
)
def test_rates_as_documents_write_them(text: str, rate: Fraction) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "1.5", "0.5", "5", "0:1", "1:1:1", "1/0", "-5%", "百分之五", "1e2%"])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_rate(text)
    assert caught.value.code == "E-RATE-FORMAT"


def test_above_one_only_where_it_is_said() -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_rate("150%")
    assert caught.value.code == "E-RATE-ABOVE-ONE"
    assert parse_rate("150%", above_one=True) == Fraction(3, 2)
    assert parse_rate("1:2", above_one=True) == 2


@given(RATES)
def test_printing_is_exact(rate: Fraction) -> None:
    assert parse_rate(format_rate(rate)) == rate


@given(st.integers(-(10**30), 10**30), RATES)
def test_rounding_is_to_the_nearest_fen_halves_up(base: int, rate: Fraction) -> None:
    exact = base * rate
    rounded = apply_rate(base, rate)
    assert abs(rounded - exact) <= Fraction(1, 2)
    assert rounded - exact != Fraction(-1, 2)  # a half always goes up


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_half_up_moves_with_whole_numbers(number: int, divisor: int) -> None:
    assert divide_half_up(number + divisor, divisor) == divide_half_up(number, divisor) + 1


def test_known_roundings() -> None:
    assert [apply_rate(n, Fraction(1, 2)) for n in (1, 3, -1, -3)] == [1, 2, 0, -1]
    assert apply_rate(20010_00, Fraction(1, 100)) == 20010  # a division in floating point pays 20011
    with pytest.raises(ValueError):
        divide_half_up(1, 0)


@given(st.integers(0, 10**18), WEIGHTS)
def test_sharing_conserves_the_total(total: int, weights: list[int]) -> None:
    assume(sum(weights))
    keys = [f"k{i}" for i in range(len(weights))]
    shares = share_out(total, weights, keys)
    assert sum(shares) == total
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert total * weight // whole <= share <= -(-total * weight // whole)
        if total <= whole:
            assert share <= weight


@given(st.integers(0, 10**9), WEIGHTS, st.randoms())
def test_sharing_does_not_depend_on_the_order_of_rows(total: int, weights: list[int], random: Random) -> None:
    assume(sum(weights))
    keys = [f"企业{i}" for i in range(len(weights))]
    rows = list(zip(keys, weights, strict=True))
    shares = dict(zip(keys, share_out(total, weights, keys), strict=True))
    random.shuffle(rows)
    again = share_out(total, [w for _, w in rows], [k for k, _ in rows])
    assert dict(zip([k for k, _ in rows], again, strict=True)) == shares


def test_ties_go_by_the_bytes_of_the_key() -> None:
    assert share_out(2, [1, 1, 1], ["乙", "a", "B"]) == [0, 1, 1]


@pytest.mark.parametrize(
    ("total", "weights", "keys"),
    [
        (-1, [1], ["a"]),
        (1, [-1, 2], ["a", "b"]),
        (1, [0, 0], ["a", "b"]),
        (1, [1, 1], ["a", "a"]),
        (1, [1], []),
        (1, [], []),
    ],
)
def test_unusable_weights_are_refused(total: int, weights: list[int], keys: list[str]) -> None:
    with pytest.raises(InnoCityError) as caught:
        share_out(total, weights, keys)
    assert caught.value.code == "E-SHARE-WEIGHTS"


@given(st.integers(0, 10**18), st.integers(1, 9), st.integers(0, 8))
def test_equal_parts_differ_by_a_fen_at_most(total: int, count: int, first: int) -> None:
    names = [f"n{i}" for i in range(count)]
    leftover = names[first % count]
    shares = split_equally(total, names, leftover)
    assert sum(shares.values()) == total
    assert max(shares.values()) - min(shares.values()) <= 1
    assert shares[leftover] == max(shares.values())


def test_leftover_goes_on_backwards() -> None:
    assert split_equally(8, ["a", "b", "c"], "b") == {"a": 3, "b": 3, "c": 2}
    assert split_equally(8, ["a", "b", "c"], "a") == {"a": 3, "b": 2, "c": 3}


@given(st.integers(0, 10**18), st.integers(1, 99))
def test_payers_bear_the_whole(total: int, percent: int) -> None:
    rates = {"city": Fraction(percent, 100), "county": Fraction(100 - percent, 100)}
    shares = split_by_rates(total, rates)
    assert sum(shares.values()) == total
    assert 0 <= shares["city"] - total * rates["city"] < 1


def test_odd_fen_falls_on_the_first_payer() -> None:
    half = Fraction(1, 2)
    assert split_by_rates(1, {"city": half, "county": half}) == {"city": 1, "county": 0}
    with pytest.raises(InnoCityError) as caught:
        split_by_rates(1, {"city": half})
    assert caught.value.code == "E-SHARE-SUM"
