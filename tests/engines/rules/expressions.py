"""Random expressions of the clause language, as text, of every function and aggregate.

`Names` says which leaves there are. Numbers stay small enough that no 64-bit sum of a test's facts
overflows: what happens then has tests of its own. Strategies are made once and shared (`cache`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from hypothesis import strategies as st

from tests.engines.rules.world import CODES, REGISTERS

Text = st.SearchStrategy[str]
COMPARE = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
Kind = Callable[["Names", int], Text]
YEARS = st.sampled_from(["", "", "", ", years='this'", ", years=-1", ", years='before'", ", years='upto'"])


@dataclass(frozen=True)
class Names:
    """Leaves by type; `codes` are (name, code list). `rows` are the leaves inside aggregates, if there are any."""

    money: tuple[str, ...] = ()
    integer: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    boolean: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    rows: Names | None = None
    other_years: bool = field(default=True)  # whether aggregates may look at other years

    def __add__(self, other: Names) -> Names:
        return replace(
            self, money=self.money + other.money, integer=self.integer + other.integer, date=self.date + other.date,
            boolean=self.boolean + other.boolean, text=self.text + other.text, codes=self.codes + other.codes,
        )  # fmt: skip

    def any_column(self) -> tuple[str, ...]:
        """Every leaf, of whatever type."""
        return (*self.money, *self.integer, *self.date, *self.boolean, *self.text, *(name for name, _ in self.codes))


def columns(register: str, alias: str = "") -> Names:
    """The columns of a register as leaves."""
    found: dict[str, list[str]] = {}
    codes = []
    for column, kind in REGISTERS[register].items():
        name = f"{alias}.{column}" if alias else column
        plain, _, listed = kind.partition(":")
        if plain == "code":
            codes.append((name, listed))
        else:
            found.setdefault({"party": "text", "year": "integer"}.get(plain, plain), []).append(name)
    prefix = f"{alias}." if alias else ""
    return Names(
        money=tuple(found.get("money", ())), integer=tuple(found.get("integer", ())),
        date=(*found.get("date", ()), f"{prefix}valid_from"), boolean=tuple(found.get("bool", ())),
        text=(*found.get("text", ()), f"{prefix}party_id"), codes=tuple(codes),
    )  # fmt: skip


AWARDS = Names(money=("amount",), date=("counted_on",), text=("object", "party_id"))
PARAMS = Names(money=("p_money",), integer=("p_integer",), date=("p_date",), boolean=("p_flag",))
VARIABLES = Names(integer=("year",), date=("year_start", "year_end", "as_of"))


@cache
def money(names: Names, depth: int = 2) -> Text:
    """An amount of money in fen."""
    leaves = [st.sampled_from(names.money)] if names.money else [st.just("p_money")]
    if names.rows is not None:
        leaves += [_aggregate("sum", money, names), _aggregate("sum", money, names), _extreme(money, names)]
    if depth <= 0:
        return st.one_of(leaves)
    part = money(names, depth - 1)
    shapes = [
        st.builds("({} + {})".format, part, part), st.builds("({} - {})".format, part, part),
        st.builds("({} * {})".format, part, st.integers(0, 3)), st.builds("(-{})".format, part),
        *_generic(money, names, depth),
    ]  # fmt: skip
    return st.one_of(*leaves, *leaves, *leaves, *shapes)


@cache
def integer(names: Names, depth: int = 2) -> Text:
    """A whole number."""
    literal = st.integers(0, 30).map(str)
    leaves = [literal, *([st.sampled_from(names.integer)] if names.integer else [])]
    if names.rows is not None:
        leaves += [
            st.just("count()"), _condition_aggregate("count", names), _condition_aggregate("count", names),
            _aggregate("sum", integer, names), _extreme(integer, names), _distinct(names),
        ]  # fmt: skip
    if depth <= 0:
        return st.one_of(leaves)
    part, day = integer(names, depth - 1), date(names, depth - 1)
    months = st.sampled_from(["", ", entry_month=False", ", exit_month=True", ", exit_month=p_flag"])
    shapes = [
        st.builds("({} + {})".format, part, part), st.builds("({} - {})".format, part, part),
        st.builds("({} * {})".format, literal, part), st.builds("year_of({})".format, day),
        st.builds("days_between({}, {})".format, day, day),
        st.builds("months_in_year({}, {}{})".format, day, day, months), *_generic(integer, names, depth),
    ]  # fmt: skip
    return st.one_of(*leaves, *leaves, *shapes)


@cache
def date(names: Names, depth: int = 1) -> Text:
    """A day."""
    leaves = [st.sampled_from(names.date)] if names.date else [st.just("year_end")]
    if names.rows is not None:
        leaves += [_extreme(date, names), _extreme(date, names)]
    if depth <= 0:
        return st.one_of(leaves)
    part = date(names, depth - 1)
    step = st.one_of(st.integers(-14, 40).map(str), st.sampled_from(names.integer or ("p_integer",)))
    shift = st.sampled_from(["add_years", "add_months", "add_days"])
    return st.one_of(*leaves, *leaves, st.builds("{}({}, {})".format, shift, part, step), *_generic(date, names, depth))


@cache
def condition(names: Names, depth: int = 2) -> Text:
    """A condition, three-valued."""
    leaves = [
        st.builds("{} {} {}".format, money(names, 0), COMPARE, money(names, 0)),
        st.builds("{} {} p_money".format, money(names, 0), COMPARE), st.builds("{} > 0".format, money(names, 0)),
        st.builds("{} {} {}".format, integer(names, 0), COMPARE, integer(names, 0)),
        st.builds("{} {} {}".format, date(names, 0), COMPARE, date(names, 0)), *_leaf_tests(names),
    ]  # fmt: skip
    if depth <= 0:
        return st.one_of(leaves)
    part = condition(names, depth - 1)
    shapes = [
        st.builds("({} and {})".format, part, part), st.builds("({} or {})".format, part, part),
        st.builds("(not {})".format, part), st.builds("({} if {} else {})".format, part, part, part),
        st.builds("{} {} {}".format, money(names, 1), COMPARE, money(names, 1)),
        st.builds("{} {} {}".format, integer(names, 1), COMPARE, integer(names, 1)),
        st.builds("{} {} {}".format, date(names, 1), COMPARE, date(names, 1)),
        st.builds("coalesce({}, {})".format, part, st.sampled_from(["True", "False"])),
    ]  # fmt: skip
    return st.one_of(*leaves, *shapes)


def _leaf_tests(names: Names) -> list[Text]:
    """Conditions on codes, texts, flags and missing values."""
    tests: list[Text] = [st.sampled_from(["p_flag", "True", "not p_flag"])]
    if names.boolean:
        flag = st.sampled_from(names.boolean)
        tests += [flag, st.builds("{} == {}".format, flag, st.sampled_from(["True", "False"]))]
    for name, listed in names.codes:
        codes = st.lists(st.sampled_from([repr(c) for c in CODES[listed]]), min_size=1, max_size=2, unique=True)
        tests.append(
            st.builds("{} {} {}".format, st.just(name), st.sampled_from(["==", "!="]), codes.map(lambda c: c[0]))
        )
        member = st.sampled_from(["in", "not in"])
        tests.append(st.builds("{} {} [{}]".format, st.just(name), member, codes.map(", ".join)))
    if names.text:
        text = st.sampled_from(names.text)
        tests += [st.builds("{} == {}".format, text, text), st.builds("{} in ['x', 'Y|z', \"o'k\"]".format, text)]
    if names.any_column():
        tests.append(st.builds("is_missing({})".format, st.sampled_from(names.any_column())))
        tests.append(st.builds("{} == None".format, st.sampled_from(names.any_column())))
    if names.rows is not None:
        tests += [_condition_aggregate("any", names), st.builds("count() >= {}".format, st.integers(0, 4))]
    return tests


def _generic(kind: Kind, names: Names, depth: int) -> list[Text]:
    """Functions that take values of any type that has an order, and give the same type."""
    part = kind(names, depth - 1)
    function = st.sampled_from(["lesser", "greater", "coalesce"])
    other = st.one_of(part, part, part, st.just("None"))
    return [
        st.builds("{}({}, {})".format, function, part, other),
        st.builds("({} if {} else {})".format, part, condition(names, depth - 1), other),
    ]


def _inside(names: Names) -> Names:
    assert names.rows is not None
    return names.rows


def _when(names: Names) -> Text:
    when = st.builds(", when={}".format, condition(_inside(names), 1))
    return st.one_of(st.just(""), st.just(""), when)


def _years(names: Names) -> Text:
    return YEARS if names.other_years else st.just("")


def _aggregate(function: str, kind: Kind, names: Names) -> Text:
    return st.builds("{}({}{}{})".format, st.just(function), kind(_inside(names), 1), _when(names), _years(names))


def _extreme(kind: Kind, names: Names) -> Text:
    function = st.sampled_from(["min", "max"])
    return st.builds("{}({}{}{})".format, function, kind(_inside(names), 0), _when(names), _years(names))


def _condition_aggregate(function: str, names: Names) -> Text:
    return st.builds("{}({}{}{})".format, st.just(function), condition(_inside(names), 1), _when(names), _years(names))


def _distinct(names: Names) -> Text:
    column = st.sampled_from(_inside(names).any_column())
    return st.builds("distinct({}{}{})".format, column, _when(names), _years(names))
