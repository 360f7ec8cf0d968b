"""Dates, spans of years and months of stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.dates import (
    Period,
    add_days,
    add_months,
    add_years,
    days_between,
    months_in_year,
    parse_boolean,
    parse_date,
    parse_integer,
    parse_year,
    parse_years,
    year_end,
    year_start,
)
from innocity.core.errors import InvalidValue

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("text", ["2023-2-1", "2023/02/01", "20230201", "2023-02-30", "", "0000-01-01"])
def test_dates_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_date(text)
    assert caught.value.code == "E-DATE-FORMAT"


@given(DAYS)
def test_dates_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day


def test_years_and_spans() -> None:
    assert parse_year("2023") == 2023
    assert parse_years("2017—2021年") == (2017, 2021)
    for text in ("23", "1800", ""):
        with pytest.raises(InvalidValue):
            parse_year(text)
    for text in ("2021-2017", "2017-21", ""):
        with pytest.raises(InvalidValue):
            parse_years(text)


def test_booleans_and_integers() -> None:
    assert [parse_boolean(t) for t in ("true", "False", "是", "否")] == [True, False, True, False]
    assert [parse_integer(t) for t in ("0", "-12", "1,000", "10亿", "３")] == [0, -12, 1000, 10**9, 3]
    for text in ("yes", "1", ""):
        with pytest.raises(InvalidValue):
            parse_boolean(text)
    for text in ("1.0", "1,00", "", "一"):
        with pytest.raises(InvalidValue):
            parse_integer(text)


def test_month_ends_are_clamped() -> None:
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert add_months(date(2023, 3, 31), -1) == date(2023, 2, 28)
    assert add_years(date(2020, 2, 29), 3) == date(2023, 2, 28)
    assert add_years(date(2020, 2, 29), 4) == date(2024, 2, 29)


@given(DAYS, st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_ends_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day == day.day or (later + timedelta(1)).day == 1


@given(DAYS, st.integers(-10_000, 10_000))
def test_days_between_undoes_add_days(day: date, days: int) -> None:
    assert days_between(day, add_days(day, days)) == days


@given(DAYS, DAYS, st.booleans(), st.booleans())
def test_months_of_all_years_are_the_months_of_the_stay(start: date, end: date, entry: bool, exit_month: bool) -> None:
    if end < start:
        assert months_in_year(start, end, start.year, entry, exit_month) == 0
        return
    months = sum(months_in_year(start, end, year, entry, exit_month) for year in range(start.year, end.year + 1))
    touched = (end.year - start.year) * 12 + end.month - start.month + 1
    assert months == max(0, touched - (not entry) - (not exit_month))


def test_months_of_a_year() -> None:
    assert months_in_year(date(2021, 12, 1), None, 2021) == 1
    assert months_in_year(date(2021, 12, 31), date(2023, 1, 1), 2022) == 12
    assert months_in_year(date(2022, 5, 1), date(2022, 5, 31), 2022) == 0
    assert months_in_year(date(2022, 5, 1), date(2022, 5, 31), 2022, True, True) == 1
    assert months_in_year(date(2022, 5, 1), date(2022, 8, 1), 2022, False, False) == 2
    assert months_in_year(date(2022, 5, 1), None, 2021) == 0


def test_periods() -> None:
    year = Period(year_start(2023), year_start(2024))
    assert year.contains(year_end(2023)) and not year.contains(date(2024, 1, 1))
    assert year.overlaps(Period(year_end(2023), None))
    assert not year.overlaps(Period(date(2024, 1, 1), None))
    assert Period().contains(date(1900, 1, 1))
    with pytest.raises(InvalidValue) as caught:
        Period(date(2023, 1, 2), date(2023, 1, 1))
    assert caught.value.code == "E-PERIOD-ORDER"
