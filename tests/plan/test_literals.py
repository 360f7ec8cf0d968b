"""Literals: what is written is what is meant, exactly."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from innocity.core.errors import InnoCityError
from innocity.packs.yamltext import read_text
from innocity.plan.literals import literal_type, parse_literal
from innocity.plan.nodes import Type


def test_yaml_does_not_get_between_the_writing_and_the_value() -> None:
    """YAML alone would make `1:1` sixty-one, and `3.10` and `3.1` the same number."""
    written = read_text("a: 1:1\nb: 3.10\nc: 3.1\nd: 3.10%\ne: 2023-07-27\nf: true\ng: 010", "f.yaml").data
    values = {name: parse_literal(text).value for name, text in written.items()}
    assert values["a"] == Fraction(1)
    assert values["b"] == "3.10" != values["c"]
    assert values["d"] == Fraction(31, 1000)
    assert values["e"] == date(2023, 7, 27)
    assert values["f"] is True
    assert values["g"] == 10


@pytest.mark.parametrize(("text", "kind", "value"), [
    ("20万元", "money", 20_000_000), ("5000元/月", "money", 500_000), ("0.01元", "money", 1), ("-3元", "money", -300),
    ("1.5%", "rate", Fraction(3, 200)), ("1‰", "rate", Fraction(1, 1000)), ("1/3", "rate", Fraction(1, 3)),
    ("1：0.5", "rate", Fraction(1, 2)), ("0%", "rate", Fraction(0)), ("100％", "rate", Fraction(1)),
    ("-7", "integer", -7), ("2020-02-29", "date", date(2020, 2, 29)), ("false", "bool", False),
    ("highest", "text", "highest"), ("是", "text", "是"), ("2023", "integer", 2023),
])  # fmt: skip
def test_types_follow_from_the_form(text: str, kind: Type, value: Any) -> None:
    assert literal_type(text) == kind
    literal = parse_literal(text, kind)
    assert (literal.type, literal.value) == (kind, value)


@pytest.mark.parametrize(("text", "wanted", "code"), [
    ("20万", "money", "E-MONEY-UNIT"), ("20", "money", "E-MONEY-UNIT"),
    ("20万元", "rate", "E-LITERAL-TYPE"), ("5%", "integer", "E-LITERAL-TYPE"),
    ("150%", None, "E-RATE-ABOVE-ONE"), ("2023-02-29", None, "E-DATE-FORMAT"), ("0.001元", None, "E-MONEY-DECIMALS"),
    ("1000000万亿元", None, "E-OVERFLOW"), ("9223372036854775808", None, "E-OVERFLOW"),
    ("1:0:0", "rate", "E-RATE-FORMAT"), ("多元", None, "E-MONEY-FORMAT"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str, wanted: Type | None, code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        parse_literal(text, wanted)
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_rate_above_one_is_read_where_it_is_said() -> None:
    assert parse_literal("1:2", above_one=True).value == 2


def test_a_text_is_wanted_as_it_stands() -> None:
    assert parse_literal("20万元", "text").value == "20万元"
