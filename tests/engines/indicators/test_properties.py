"""A worse figure never gives a better light, and lights in bulk are the lights one by one."""

from __future__ import annotations

import os
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from innocity.core.dates import Period, add_months, parse_period
from innocity.core.errors import InnoCityError
from innocity.engines.indicators.mass import MISSING, Lane, evaluate, straight
from innocity.engines.indicators.model import GRADES, STATUSES, Figure
from innocity.engines.indicators.path import Way, linear, stepped, year_ends
from innocity.engines.indicators.status import standing
from innocity.packs.model import Document, Indicator, Target
from innocity.packs.model_city import Pace

START = date(2020, 12, 31)
DOCUMENT = Document(id="plan", title="方案", territory="town", issued_on=date(2021, 1, 15))
PATHS = ("linear", "compound", "steps", "batches", "yearly_registration", "cumulative")
numbers = st.fractions(min_value=-50, max_value=500, max_denominator=20)


def indicator(kind: str = "stock", path: str = "linear", direction: str = "up") -> Indicator:
    return Indicator(
        id="x",
        name="指标",
        unit="家",
        direction=direction,
        kind=kind,
        frequency="month",
        path=path,
        batches=("06-15", "11-30"),
    )


def figure(day: date, value: Fraction, approx: str | None = None) -> Figure:
    return Figure("x", "city", Period(day, day + timedelta(days=1)), day.isoformat(), value, "家", approx=approx)


@st.composite
def targets(draw: st.DrawFn) -> Target:
    operator = draw(
        st.sampled_from([">=", ">", "<=", "=", "about", "stable_at", "range", "growth", "delta", "increase"])
    )
    value, high = sorted((draw(numbers), draw(numbers)))
    numbers_of: dict[str, object] = {"value": value}
    if operator == "range":
        numbers_of = {"low": value, "high": high}
    if operator == "growth":
        numbers_of = {"value": draw(st.integers(1, 30)), "unit": "%"}
    baseline = {"value": draw(numbers), "period": "2020"} if draw(st.booleans()) else None
    return Target(
        id="t", indicator="x", year=2024, operator=operator, baseline=baseline, article="plan#a1", **numbers_of
    )  # type: ignore[arg-type]


@settings(max_examples=600 if os.environ.get("INNOCITY_THOROUGH") else 250, deadline=None)
@given(
    targets(), st.sampled_from(PATHS), st.sampled_from(["stock", "ratio", "flow", "cumulative"]),
    st.sampled_from(["up", "down"]), st.lists(numbers, max_size=2), st.integers(1, 1460), numbers,
    st.fractions(min_value=0, max_value=100, max_denominator=20), st.booleans(),
    st.sampled_from([None, "余", "不足"]),
)  # fmt: skip
def test_a_worse_figure_never_gives_a_better_light(
    target: Target, path: str, kind: str, direction: str, before: list[Fraction], day: int, value: Fraction,
    worse_by: Fraction, later: bool, approx: str | None,
) -> None:  # fmt: skip
    one = indicator(kind, path, direction)
    on = START + timedelta(days=day)
    earlier = [figure(START - timedelta(days=30 * (len(before) - i) - 1), v) for i, v in enumerate(before)]
    as_of = date(2025, 3, 31) if later else on
    sign = 1 if target.operator in (">=", ">", "stable_at", "growth", "delta", "increase") else -1
    falling = target.operator == "delta" and target.value is not None and target.value < 0
    if falling or target.operator == "<=":
        sign = -1
    elif target.operator in ("=", "about", "range"):
        sign = 1 if direction == "up" else -1
    good = standing(target, one, [*earlier, figure(on, value, approx)], as_of, Pace(), DOCUMENT)
    bad = standing(target, one, [*earlier, figure(on, value - sign * worse_by, approx)], as_of, Pace(), DOCUMENT)
    if bad.status in GRADES:
        assert good.status in GRADES or good.status == bad.status, (good.why, bad.why)
    if good.status in GRADES and bad.status in GRADES:
        assert GRADES.index(bad.status) >= GRADES.index(good.status), (good.why, bad.why)
    assert not (bad.reached and not good.reached)


@st.composite
def ways(draw: st.DrawFn) -> tuple[str, Way]:
    end = date(draw(st.integers(2022, 2026)), 12, 31)
    if draw(st.booleans()):
        return "linear", linear(START, Fraction(0), end, Fraction(1), {})
    return "steps", stepped(START, Fraction(0), end, Fraction(1), {}, year_ends(START, end))


@settings(max_examples=300, deadline=None)
@given(
    ways(), st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 70),
    st.one_of(st.none(), st.integers(-1500, 1500)), st.sampled_from([">=", ">", "<="]),
    st.sampled_from([Pace(), Pace(near=Fraction(19, 20), watch=Fraction(1, 2))]),
)  # fmt: skip
def test_lights_in_bulk_are_those_one_by_one(
    way: tuple[str, Way], base: int, goal: int, months: int, value: int | None, operator: str, pace: Pace
) -> None:
    """The exact path decides the same cell, from a target with the same baseline, goal, path and day."""
    path, lane_way = way
    sign, strict = (-1 if operator == "<=" else 1), operator == ">"
    day = add_months(START, months)
    bulk = evaluate(
        [Lane(lane_way, sign, strict)], [day], np.array([[[MISSING if value is None else value]]]),
        np.array([[base]]), np.array([[goal]]), pace,
    )  # fmt: skip
    if value is None:
        assert STATUSES[bulk[0, 0, 0]] == "not_assessable"
        return
    assume(day <= lane_way.goal[0])
    target = Target(
        id="t", indicator="x", by=lane_way.goal[0], operator=operator, value=Fraction(goal), article="plan#a1",
        baseline={"value": Fraction(base), "period": "2020"},
    )  # fmt: skip
    exact = standing(target, indicator(path=path), [figure(day, Fraction(value))], day, pace, DOCUMENT)
    assert STATUSES[bulk[0, 0, 0]] == exact.status, exact.why


def test_bulk_refuses_what_would_overflow() -> None:
    lane = Lane(linear(START, Fraction(0), date(2024, 12, 31), Fraction(1), {}))
    with pytest.raises(InnoCityError) as refused:
        evaluate([lane], [date(2022, 1, 1)], np.array([[[2**60]]]), np.array([[0]]), np.array([[1]]))
    assert refused.value.code == "E-MASS-RANGE"


def test_a_path_from_nought_to_one_has_the_same_shares() -> None:
    way = stepped(
        START, Fraction(7), date(2024, 12, 31), Fraction(21), {2022: Fraction(9)}, year_ends(START, date(2024, 12, 31))
    )
    plain = straight(way)
    for days in range(0, 1600, 37):
        day = START + timedelta(days=days)
        assert plain.expected(day) == way.expected(day)
    assert (plain.start[1], plain.goal[1]) == (0, 1)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("value", [40, 50, 51])
def test_a_baseline_that_is_the_goal_itself_leaves_no_way(path: str, value: int) -> None:
    """超过50家, from 50: there is nothing to go, and it is not reached."""
    one = indicator("flow", path).model_copy(update={"frequency": "year"})
    target = Target(
        id="t", indicator="x", year=2024, operator=">", value=50, baseline={"value": 50, "period": "2022"},
        article="plan#a1",
    )  # type: ignore[arg-type]  # fmt: skip
    found = standing(target, one, [_year(2023, value)], date(2023, 12, 31), Pace(), DOCUMENT)
    assert found.status == ("met" if value > 50 else "near" if value == 50 else "watch") and found.why


def _year(year: int, value: int) -> Figure:
    return Figure("x", "city", parse_period(str(year)), str(year), Fraction(value), "家")


@pytest.mark.parametrize(("year", "says"), [(2023, False), (2024, True)])
def test_a_flow_beyond_its_cap_is_beyond_it_for_its_own_year(year: int, says: bool) -> None:
    """不超过100 in 2024: 120 spent in 2023 does not tell that 2024 cannot keep to it."""
    one = indicator("flow", "steps", "none").model_copy(update={"frequency": "month"})
    target = Target(id="t", indicator="x", year=2024, operator="<=", value=100, article="plan#a1")  # type: ignore[arg-type]
    day = date(year, 6, 30)
    found = standing(target, one, [Figure("x", "city", Period(date(year, 6, 1), date(year, 7, 1)), f"{year}-06",
                                          Fraction(120), "家")], day, Pace(), DOCUMENT)  # fmt: skip
    assert ("不会再降回来" in found.why) == says


@pytest.mark.parametrize("path", ["linear", "cumulative"])
def test_the_first_figure_is_no_news_of_a_change_from_it(path: str) -> None:
    one = indicator("flow", path).model_copy(update={"frequency": "year"})
    target = Target(id="t", indicator="x", year=2024, operator="delta", value=-5, article="plan#a1")  # type: ignore[arg-type]
    found = [standing(target, one, [_year(2023, v)], date(2024, 2, 1), Pace(), DOCUMENT) for v in (12, 90)]
    assert [one.status for one in found] == ["not_due", "not_due"]
    assert all("首个观测值" in one.why for one in found)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_an_increase_is_an_increase_whichever_way_is_better(direction: str) -> None:
    target = Target(
        id="t", indicator="x", year=2024, operator="increase", article="plan#a1",
        baseline={"value": 100, "period": "2022"},
    )  # type: ignore[arg-type]  # fmt: skip

    def light(value: int) -> str:
        figures = [figure(date(2024, 12, 31), Fraction(value))]
        return standing(target, indicator(direction=direction), figures, date(2025, 3, 1), Pace(), DOCUMENT).status

    assert [light(value) for value in (101, 100, 61)] == ["met", "alert", "alert"]


@pytest.mark.parametrize("path", ["yearly_registration", "cumulative"])
def test_a_level_that_dipped_is_no_better_where_it_has_not_come_back(path: str) -> None:
    """Counted within a year or not: what must be held is held or not, no pace excuses it."""
    one = indicator("flow", path).model_copy(update={"frequency": "year"})
    target = Target(id="t", indicator="x", year=2024, operator="stable_at", value="120", article="plan#a1")  # type: ignore[arg-type]
    low = figure(date(2022, 12, 31), Fraction(60))

    def light(value: int, day: date = date(2023, 12, 31)) -> str:
        return standing(target, one, [low, figure(day, Fraction(value))], date(2024, 2, 1), Pace(), DOCUMENT).status

    assert [light(value) for value in (143, 119, 90, 10)] == ["watch", "watch", "watch", "alert"]
    assert light(119, date(2024, 1, 31)) == light(10, date(2024, 1, 31)), "part of a year says nothing about a level"
