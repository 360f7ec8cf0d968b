"""Amounts: worked by hand, the same in databases, exact at every size, and refused where 64 bits do not hold them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.plan.amounts import Bracketed, Choice, Ladder, PerUnit, Plain, Rated, StepTaken, Sum, compile_amount
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import connect
from innocity.plan.interpret import compile_expression
from innocity.plan.nodes import Arith, Col, Lit, Node
from innocity.plan.parse import parse_expression
from innocity.plan.sql import Emitter
from tests.plan.table import RUN, SCOPE, Table

NOTHING = (None, None, "")


def fen(value: int) -> Lit:
    return Lit("money", value)


def node(text: str) -> Node:
    return parse_expression(text, SCOPE)


A, B = Col("money", "", "a"), Col("money", "", "b")
ALL_A, ALL_B = Plain(*NOTHING, A), Plain(*NOTHING, B)
AMOUNTS: dict[str, Sum] = {
    "fixed": Plain(*NOTHING, fen(20_000_000)),
    "assessed, capped": Plain(fen(99), None, "", A),
    "floor above cap": Plain(fen(99), fen(333), "", A),
    "limits unknown": Plain(B, None, "", A),
    "half": Rated(*NOTHING, Fraction(1, 2), A),
    "third": Rated(*NOTHING, Fraction(1, 3), A),
    "one and a half": Rated(*NOTHING, Fraction(3, 2), A),
    "nothing": Rated(*NOTHING, Fraction(0), A),
    "many digits": Rated(*NOTHING, Fraction(123456789012345, 10**17), A),
    "of a sum": Rated(fen(10**6), None, "", Fraction(3, 200), Arith("money", "+", A, B)),
    "of a constant": Rated(*NOTHING, Fraction(999_999, 1_000_000), fen(10**9)),
    "each": PerUnit(fen(10**8), None, "", fen(10**7), node("n")),
    "each of both": PerUnit(*NOTHING, fen(3), node("lesser(n, m)")),
    "ladder": Ladder(*NOTHING, ("x", "y"), (node("s == 'a'"), node("a > b")), (ALL_A, ALL_B), None),
    "ladder, else": Ladder(fen(50), None, "", ("x",), (node("p"),), (Plain(*NOTHING, fen(99)),), ALL_A),
    "lesser": Choice(
        *NOTHING, "lesser", (Rated(*NOTHING, Fraction(1, 10), A), Rated(fen(333), None, "", Fraction(1, 5), B))
    ),
    "greater": Choice(*NOTHING, "greater", (ALL_A, ALL_B, Plain(*NOTHING, fen(50)))),
    "all": Choice(*NOTHING, "all", (ALL_A, ALL_B, Plain(*NOTHING, fen(2**31 - 1)))),
    "brackets": Bracketed(*NOTHING, A, (50, 10**6, None), (Fraction(1), Fraction(1, 3), Fraction(1, 1000))),
    "brackets, closed": Bracketed(fen(10**6), fen(1), "", A, (50, 99), (Fraction(1, 2), Fraction(1, 7))),
}  # fmt: skip
OVERFLOWING: dict[str, Sum] = {
    "product": PerUnit(*NOTHING, A, node("n * 1000000")),
    "sum of sums": Choice(*NOTHING, "all", tuple(Rated(*NOTHING, Fraction(90_000), A) for _ in range(2))),
    "rate above one": Rated(*NOTHING, Fraction(10**6), A),
    "arithmetic": Plain(*NOTHING, node("a * 100000 + b")),
}


def test_amounts_are_the_same_in_databases(table: Table) -> None:
    differing = {}
    for name, amount in AMOUNTS.items():
        theirs, mine = table.amount(amount)
        if theirs != mine:
            differing[name] = [x for x in zip(table.rows, theirs, mine, strict=True) if x[1] != x[2]][:2]
    assert differing == {}


@pytest.mark.parametrize("name", OVERFLOWING)
def test_what_64_bits_do_not_hold_is_refused(table: Table, name: str) -> None:
    assert table.amount(OVERFLOWING[name]) == ("E-OVERFLOW", "E-OVERFLOW")


def test_a_sum_that_64_bits_do_not_hold_is_refused(table: Table) -> None:
    """Every term fits; what they come to does not."""
    theirs, mine = table.amount(Plain(*NOTHING, node("a * 60000")))
    assert theirs == mine
    total = 'SELECT CAST(sum("a" * 60000) AS BIGINT) AS "x" FROM "edges" WHERE "a" > 0'
    with pytest.raises(InnoCityError) as caught:
        table.database.run(f'CREATE TEMP TABLE "total" AS {total}')
    assert caught.value.code == "E-OVERFLOW"


@pytest.mark.parametrize(("amount", "row", "wanted"), [
    (AMOUNTS["half"], {"a": 333}, 167), (AMOUNTS["half"], {"a": -333}, 0), (AMOUNTS["third"], {"a": 50}, 17),
    (AMOUNTS["third"], {"a": None}, None), (AMOUNTS["one and a half"], {"a": 1}, 2),
    (AMOUNTS["of a sum"], {"a": 10**14, "b": 1}, 10**6), (AMOUNTS["of a sum"], {"a": 333, "b": 0}, 5),
    (AMOUNTS["floor above cap"], {"a": 10**14}, 333), (AMOUNTS["limits unknown"], {"a": 5, "b": None}, None),
    (AMOUNTS["each"], {"n": 11}, 10**8), (AMOUNTS["each"], {"n": -1}, -(10**7)),
    (AMOUNTS["ladder"], {"s": None, "a": 2, "b": 1}, 1), (AMOUNTS["ladder"], {"s": "b", "a": 1, "b": 1}, None),
    (AMOUNTS["ladder, else"], {"p": None, "a": 51}, 50), (AMOUNTS["ladder, else"], {"p": True, "a": 1}, 50),
    (AMOUNTS["lesser"], {"a": 10**14, "b": 10**14}, 333), (AMOUNTS["lesser"], {"a": 99, "b": None}, None),
    (AMOUNTS["brackets"], {"a": 51}, 50), (AMOUNTS["brackets"], {"a": 10**6 + 500}, 50 + 333_317 + 1),
    (AMOUNTS["brackets"], {"a": -5}, 0), (AMOUNTS["brackets, closed"], {"a": 10**6}, 25 + 7),
])  # fmt: skip
def test_worked_by_hand(amount: Sum, row: dict[str, Any], wanted: int | None) -> None:
    assert compile_amount(amount, RUN)(row, None) == wanted


def test_steps_say_what_was_done() -> None:
    steps: list[StepTaken] = []
    amount = Rated(fen(100_000), None, "合同额", Fraction(3, 200), A)
    assert compile_amount(amount, RUN)({"a": 10**8}, steps.append) == 100_000
    assert [(s.text, s.fen, s.bound) for s in steps] == [
        ("合同额 100万元 × 1.5% = 1.5万元", 1_500_000, False), ("封顶1000元", 100_000, True),
    ]  # fmt: skip


DATABASE = connect(threads=1)
RATES = st.fractions(min_value=0, max_value=3, max_denominator=10**12)
BASES = st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(RATES, BASES)
def test_rates_are_exact_in_sql(rate: Fraction, bases: list[int]) -> None:
    """Integer arithmetic alone, whatever the digits of the rate: half up to the fen."""
    sql = Emitter(DUCKDB, RUN).amount(Rated(*NOTHING, rate, A))
    values = ", ".join(f"({i}, CAST({b} AS BIGINT))" for i, b in enumerate(bases))
    found = [x for (x,) in DATABASE.rows(f'SELECT {sql} FROM (VALUES {values}) v("i", "a") ORDER BY "i"')]
    exact = [(2 * max(0, b) * rate.numerator + rate.denominator) // (2 * rate.denominator) for b in bases]
    assert found == exact


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.fractions(min_value=0, max_value=1, max_denominator=10**7),
    st.integers(1, 10**13),
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-5, 10**13)), min_size=1, max_size=20),
    st.integers(-2, 2),
)
def test_capped_rates_are_exact_in_sql(rate: Fraction, cap: int, bases: list[int | None], near: int) -> None:
    """The least base that comes to the cap is found beforehand: nothing is off by a fen around it, nor at the ends."""
    if rate:
        bases = [*bases, int((cap - Fraction(1, 2)) / rate) + near]
    capped = Rated(fen(cap), None, "", rate, A)
    values = ", ".join(f"({i}, CAST({'NULL' if b is None else b} AS BIGINT))" for i, b in enumerate(bases))
    query = f'SELECT {Emitter(DUCKDB, RUN).amount(capped)} FROM (VALUES {values}) v("i", "a") ORDER BY "i"'
    evaluate = compile_amount(capped, RUN)
    assert [x for (x,) in DATABASE.rows(query)] == [evaluate({"a": b}, None) for b in bases]


def test_expressions_are_checked_step_by_step() -> None:
    evaluate = compile_expression(node("a * 90000 + b"), RUN)
    assert evaluate({"a": 10**14, "b": 0}) == 9 * 10**18
    with pytest.raises(InnoCityError) as caught:
        evaluate({"a": 10**14, "b": 10**18})
    assert caught.value.code == "E-OVERFLOW"
