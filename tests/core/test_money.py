"""Amounts: reading what documents write, printing what they would write, never losing a fen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.errors import InvalidValue
from innocity.core.money import format_money, format_yuan, parse_money, parse_yuan

FEN = st.integers(min_value=-(10**18), max_value=10**18)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("200万元", 200_000_000),
        ("200 万元", 200_000_000),
        ("200\u00a0万\u00a0元", 200_000_000),
        ("２００万元", 200_000_000),
        ("1亿元", 10_000_000_000),
        ("1.5亿元", 15_000_000_000),
        ("1亿2000万元", 12_000_000_000),
        ("3万5千元", 3_500_000),
        ("5百元", 50_000),
        ("1万亿元", 10**14),
        ("12345.67元", 1_234_567),
        ("12,345.67元", 1_234_567),
        ("1，000元", 100_000),
        ("0.01元", 1),
        ("1.2345万元", 1_234_500),
        ("1.234567万元", 1_234_567),
        ("100元整", 10_000),
        ("-3元", -300),
        ("0元", 0),
    ],
)
def test_amounts_as_documents_write_them(text: str, fen: int) -> None:
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("200", "E-MONEY-UNIT"),
        ("20万", "E-MONEY-UNIT"),
        ("0.001元", "E-MONEY-DECIMALS"),
        ("1.2345678万元", "E-MONEY-DECIMALS"),
        ("元", "E-MONEY-FORMAT"),
        ("", "E-MONEY-FORMAT"),
        ("5000元/月", "E-MONEY-FORMAT"),
        ("二百万元", "E-MONEY-FORMAT"),
        ("1,00元", "E-MONEY-FORMAT"),
        ("1.5亿3万元", "E-MONEY-FORMAT"),
        ("3万5亿元", "E-MONEY-FORMAT"),
        ("1e3元", "E-MONEY-FORMAT"),
        ("nan元", "E-MONEY-FORMAT"),
        ("1.元", "E-MONEY-FORMAT"),
        ("约20万元", "E-MONEY-FORMAT"),
        ("20万元左右", "E-MONEY-FORMAT"),
        ("1" * 5000 + "x元", "E-MONEY-FORMAT"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_money(text)
    assert caught.value.code == code
    assert caught.value.remedy


def test_monthly_amounts_say_so() -> None:
    assert parse_money("5000元/月", monthly=True) == 500_000
    assert parse_money("5000元每月", monthly=True) == 500_000
    with pytest.raises(InvalidValue):
        parse_money("5000元", monthly=True)


@given(FEN)
def test_printing_is_exact(fen: int) -> None:
    assert parse_money(format_money(fen)) == fen
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_money(format_money(fen, monthly=True), monthly=True) == fen


@given(FEN)
def test_no_unit_would_print_shorter(fen: int) -> None:
    shown = format_money(fen)
    for unit, scale in (("元", 100), ("万元", 10**6), ("亿元", 10**10), ("万亿元", 10**14)):
        whole, rest = divmod(abs(fen), scale)
        if rest == 0 and whole:
            assert len(shown.lstrip("-")) <= len(f"{whole}{unit}")


@given(st.integers(0, 10**15), st.sampled_from(["", " ", "\u00a0", "\u3000"]))
def test_spaces_and_wide_digits_do_not_matter(fen: int, space: str) -> None:
    wide = format_money(fen).translate({ord("0") + i: ord("０") + i for i in range(10)})
    assert parse_money(space.join(wide)) == fen


@given(st.text(alphabet="0123456789.,千百万亿元-/月 约", max_size=30))
def test_any_text_is_read_or_refused_with_a_code(text: str) -> None:
    try:
        assert isinstance(parse_money(text), int)
    except InvalidValue as error:
        assert error.code.startswith("E-MONEY-")
