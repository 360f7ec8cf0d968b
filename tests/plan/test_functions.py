"""Every operator and function on edge values: the databases give what the interpreter gives."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.core.errors import InnoCityError
from innocity.plan.interpret import Run, compile_expression, shifted
from innocity.plan.parse import Scope, parse_expression
from tests.plan.table import SCOPE, Table

EXPRESSIONS = [
    # arithmetic and comparisons
    "a + b", "a - b", "-a", "3 * a", "a * 2 - b", "n + m", "n - m", "year * 12 + n", "n * gone", "a - gone",
    "a * gone + b",
    "2000000000 * 2 + n",
    "a == b", "a != b", "a < b", "a <= b", "a > b", "a >= b", "a > 0", "d == e", "d < e", "d >= '2020-02-29'",
    "s == t",
    "s != t", "s == 'a'", "p == q", "a == None", "n > gone", "n == gone",
    # three-valued logic
    "p and q", "p or q", "not p", "p and not q or q", "(p or q) and (not p or not q)", "p and n > m",
    "not (a > b) or p",
    "p and None", "None or q", "p if q else not p", "n if p else m", "n if p else None", "d if a > b else e",
    # lists
    "n in [1, 2, 3]", "n not in [1, 2]", "n in [1, None]", "n not in [1, None]", "s in ['a', \"o'k\"]", "s not in ['']",
    "d in ['2020-02-29', '2024-02-29']",
    # dates
    "year_of(d)", "days_between(d, e)", "days_between(year_start, d)", "days_between(d, None)", "d > as_of",
    "add_years(d, 1)", "add_years(d, -1)", "add_years(d, 4)", "add_years(d, 0)", "add_years(d, 20000)",
    "add_years(d, n)",
    "add_months(d, 1)", "add_months(d, -1)", "add_months(d, 12)", "add_months(d, -13)", "add_months(d, n)",
    "add_days(d, 1)", "add_days(d, -1)", "add_days(d, 365)", "add_days(d, n)", "add_days(add_months(d, 1), -1)",
    "add_years(None, 1)", "add_years(d, None)", "add_days(d, gone)",
    "months_in_year(d, e)", "months_in_year(d, e, entry_month=False)", "months_in_year(d, e, exit_month=True)",
    "months_in_year(d, e, entry_month=False, exit_month=True)", "months_in_year(d, None)", "months_in_year(None, e)",
    "months_in_year(year_start, e)", "months_in_year(add_days(d, 1), e)",
    # choices
    "lesser(a, b)", "greater(a, b)", "lesser(d, e)", "greater(d, as_of)", "lesser(n, 12)", "greater(0, n)",
    "lesser(a, None)", "greater(None, d)", "coalesce(a, b)", "coalesce(s, t)", "coalesce(p, False)",
    "coalesce(d, None)", "coalesce(a + b, b) > 0", "is_missing(a)", "is_missing(a + b)", "is_missing(s)",
    "not is_missing(p)", "is_missing(gone)",
    "in_force(as_of, until=d)", "in_force(d, until=e, ended=d)", "in_force(e, ended=gone)",
]  # fmt: skip


@pytest.fixture
def differing(table: Table) -> dict[str, object]:
    """Every expression in which database and interpreter differ, with the first rows that do."""
    found: dict[str, object] = {}
    for text in EXPRESSIONS:
        theirs, mine = table.expression(text)
        wrong = [
            (r, t, m) for r, t, m in zip(table.rows, theirs, mine, strict=True) if t != m or type(t) is not type(m)
        ]
        if wrong:
            found[text] = wrong[:2]
    return found


def test_databases_and_interpreter_agree(differing: dict[str, object]) -> None:
    assert differing == {}


@pytest.mark.parametrize(("day", "count", "unit", "moved"), [
    ("2020-02-29", 1, "year", "2021-02-28"), ("2020-02-29", 4, "year", "2024-02-29"),
    ("2023-01-31", 1, "month", "2023-02-28"), ("2024-03-31", -1, "month", "2024-02-29"),
    ("2023-12-31", 1, "day", "2024-01-01"), ("9999-12-31", 1, "day", "9999-12-31"),
    ("9999-12-01", 1, "month", "9999-12-31"), ("9998-12-31", 1, "year", "9999-12-31"),
    ("0001-01-01", -1, "day", "0001-01-01"), ("0001-06-15", -7, "month", "0001-01-01"),
    ("2023-06-15", 10**20, "day", "9999-12-31"),
    ("2023-06-15", -(10**20), "month", "0001-01-01"), ("2023-06-15", -2023, "year", "0001-01-01"),
])  # fmt: skip
def test_dates_move_within_the_calendar(day: str, count: int, unit: str, moved: str) -> None:
    assert shifted(date.fromisoformat(day), count, unit).isoformat() == moved


@pytest.mark.parametrize(("day", "until", "ended", "holds"), [
    ("2024-11-30", "2024-11-30", None, True),
    ("2024-12-01", "2024-11-30", None, False),
    ("2024-05-31", "2024-11-30", "2024-06-01", True),
    ("2024-06-01", "2024-11-30", "2024-06-01", False),
    ("2099-01-01", None, None, True),
])  # fmt: skip
def test_a_title_holds_on_its_last_day_and_not_on_the_day_of_its_withdrawal(
    day: str, until: str | None, ended: str | None, holds: bool
) -> None:
    scope = Scope({"": {name: ("date", None) for name in ("day", "until", "ended")}})
    node = parse_expression("in_force(day, until=until, ended=ended)", scope, "bool")
    row = {name: date.fromisoformat(text) if text else None for name, text in (
        ("day", day), ("until", until), ("ended", ended),
    )}  # fmt: skip
    assert compile_expression(node, Run(2024, date(2024, 12, 31)))(row) is holds


@pytest.mark.parametrize("text", ["in_force(d)", "in_force(until=d)", "in_force(d, to=e)", "in_force(d, e, until=e)"])
def test_a_title_without_a_day_or_an_end_is_refused(text: str) -> None:
    with pytest.raises(InnoCityError) as error:
        parse_expression(text, SCOPE)
    assert error.value.code == "E-EXPR-SYNTAX"
