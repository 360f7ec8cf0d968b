"""Expressions: read, typed, folded, or refused with a code and a remedy."""

from __future__ import annotations

import pytest

from innocity.core.errors import InnoCityError
from innocity.plan.nodes import (
    Aggregate,
    Arith,
    Call,
    Col,
    Compare,
    If,
    In,
    Lit,
    Logic,
    Node,
    Not,
    Prior,
    Type,
)
from innocity.plan.parse import Scope, parse_expression

COLUMNS: dict[str, tuple[Type, str | None]] = {
    "amount": ("money", None), "n": ("integer", None), "day": ("date", None), "flag": ("bool", None),
    "kind": ("text", "kinds"), "name": ("text", None),
}  # fmt: skip
PARAMS = {"floor": Lit("money", 100), "yes": Lit("bool", True), "open": Lit("missing", None), "word": Lit("text", "a")}
SCOPE = Scope(
    {"": COLUMNS, "host": COLUMNS, "party": COLUMNS}, {"kinds": frozenset({"first", "again"})}, PARAMS, "pack.md:7"
)


def parse(text: str, wanted: Type | None = None) -> Node:
    return parse_expression(text, SCOPE, wanted)


REFUSED = {
    "E-EXPR-SYNTAX": [
        "", "1 +", "n = 1", "n; n", "0.5", "b'x' == name", "[n]", "n[0]", "lambda: 1", "f'{n}'", "(n := 1)",
        "1 < n < 3",
        "n is None", "n in name", "n in [n]", "n in []", "sum()", "sum(*name)",
        "sum(n, n)", "count(by=n)", "sum(n, years=7)",
        "months_in_year(day, day, leap=True)", "months_in_year(day, day, exit_month=flag)", "prior_max(n)",
        "9223372036854775808 > n", "(" * 300 + "n" + ")" * 300, "not " * 5000 + "flag",
    ],
    "E-EXPR-NAME": [
        "nmae == 1", "guest.n == 1", "host.m == 1", "host.n.real", "exec('x')", "n.bit_length()", "__import__('os')",
    ],
    "E-EXPR-TYPE": [
        "n + amount", "amount * amount", "n / 2", "-name", "+n", "day + 1", "amount >= 3", "n == 'a'", "name < 'b'",
        "flag > flag", "n and flag", "not n", "n if flag else amount", "n if n else n", "year_of(n) == 1",
        "add_years(day) > day", "lesser(n, amount) > n", "greater(name, 'a') == 'a'", "coalesce(n, day) == n",
        "sum(day) > day", "max(name) == 'a'", "count(n) > 1", "prior_max(day, by=n) > day", "n in ['a']",
    ],
    "E-EXPR-CODE": ["kind == 'third'", "kind in ['first', 'third']", "'third' != host.kind"],
    "E-EXPR-PLACE": ["sum(count())", "count(party.flag)", "prior_max(sum(n), by=n) > 1"],
    "E-DATE-FORMAT": ["day > '2023-02-30'"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [(text, code) for code, texts in REFUSED.items() for text in texts])
def test_refused(text: str, code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        parse(text)
    error = caught.value
    assert error.code == code
    assert error.remedy
    assert error.place is not None
    assert (error.place.file, error.place.line) == ("pack.md", 7)


def test_the_result_has_the_type_that_is_wanted() -> None:
    assert parse("amount", "money").type == "money"
    assert parse("None", "money").type == "missing"
    with pytest.raises(InnoCityError) as caught:
        parse("amount", "bool")
    assert caught.value.code == "E-EXPR-TYPE"


def test_conditions_on_rows_hold_no_sums() -> None:
    with pytest.raises(InnoCityError) as caught:
        parse_expression("any(flag)", SCOPE.of_rows())
    assert caught.value.code == "E-EXPR-PLACE"
    with pytest.raises(InnoCityError) as caught:
        parse_expression("party.flag", SCOPE.of_rows())
    assert caught.value.code == "E-EXPR-NAME"


N, DAY, FLAG = Col("integer", "", "n"), Col("date", "", "day"), Col("bool", "", "flag")


@pytest.mark.parametrize(("text", "node"), [
    ("n", N),
    ("host.kind", Col("text", "host", "kind", "kinds")),
    ("-n", Arith("integer", "-", Lit("integer", 0), N)),
    ("3 * amount", Arith("money", "*", Lit("integer", 3), Col("money", "", "amount"))),
    ("amount > 0", Compare("bool", ">", Col("money", "", "amount"), Lit("money", 0))),
    ("n == None", Compare("bool", "==", N, Lit("integer", None))),
    ("n == open", Compare("bool", "==", N, Lit("integer", None))),
    ("n not in [1, 2]", Not("bool", In("bool", N, (1, 2)))),
    ("lesser(None, n)", Call("integer", "lesser", (Lit("integer", None), N))),
    ("n if flag else None", If("integer", FLAG, N, Lit("missing", None))),
    ("count(flag, when=n > 1)", Aggregate("integer", "count", None, Logic("bool", "and", (
        FLAG, Compare("bool", ">", N, Lit("integer", 1)))), "this")),
    ("max(day, years=-1)", Aggregate("date", "max", DAY, None, "last")),
    ("open * amount", Arith("money", "*", Lit("integer", None), Col("money", "", "amount"))),
    ("amount + open", Arith("money", "+", Col("money", "", "amount"), Lit("money", None))),
    ("prior_last(n, by=name)", Prior("integer", "last", N, Col("text", "", "name"))),
])  # fmt: skip
def test_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(("text", "node"), [
    ("flag and yes", FLAG), ("flag or yes", Lit("bool", True)), ("yes and True", Lit("bool", True)),
    ("word == 'a'", Lit("bool", True)), ("word != 'a'", Lit("bool", False)),
    ("n if yes else 0", N), ("n if not yes else 0", Lit("integer", 0)),
    ("not (open == 3)", Not("bool", Lit("bool", None))),
    ("n if word == 'b' else 0", Lit("integer", 0)), ("n if word == 'b' else None", Lit("integer", None)),
    ("n if open else 0", Lit("integer", None)), ("open == 3", Lit("bool", None)),
    ("flag and open == 3", Logic("bool", "and", (FLAG, Lit("bool", None)))),
])  # fmt: skip
def test_choices_between_readings_are_made_when_read(text: str, node: Node) -> None:
    assert parse(text) == node


def test_a_parameter_hides_a_column_and_a_column_a_variable() -> None:
    scope = Scope({"": {"year": ("integer", None), "n": ("integer", None)}}, params={"n": Lit("integer", 5)})
    assert parse_expression("n", scope) == Lit("integer", 5)
    assert parse_expression("year", scope) == Col("integer", "", "year")
