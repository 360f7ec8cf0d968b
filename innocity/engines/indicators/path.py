"""The path from where a target starts to where it wants to be: what it asks for on a day.

A path is a row of knots (day, value). Between knots it rises evenly, or holds the last one (`hold`) where
results come in steps: at year ends, or with batches of recognition.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from innocity.core.dates import add_years, parse_date, year_end

_DIGITS = 10**12  # roots of compound growth are cut to twelve decimals


@dataclass(frozen=True, slots=True)
class Way:
    """Knots in order of days, at least two, the first the baseline and the last the goal; their values differ."""

    knots: tuple[tuple[date, Fraction], ...]
    hold: bool = False
    slots: tuple[date, ...] = ()  # the days on which results come, where they come in steps

    @property
    def start(self) -> tuple[date, Fraction]:
        """Where the way begins."""
        return self.knots[0]

    @property
    def goal(self) -> tuple[date, Fraction]:
        """Where it must end."""
        return self.knots[-1]

    def asked(self, day: date) -> Fraction:
        """The value that the path asks for on a day.

        >>> way = Way(((date(2022, 12, 31), Fraction(100)), (date(2024, 12, 31), Fraction(200))))
        >>> way.asked(date(2023, 12, 31))
        Fraction(109600, 731)
        """
        index = bisect_right([knot for knot, _ in self.knots], day)
        if index == 0:
            return self.knots[0][1]
        low_day, low = self.knots[index - 1]
        if index == len(self.knots) or self.hold:
            return low
        high_day, high = self.knots[index]
        return low + (high - low) * Fraction((day - low_day).days, (high_day - low_day).days)

    def expected(self, day: date) -> Fraction:
        """e: the share of the whole way that the path asks for on a day."""
        return self.share(self.asked(day))

    def share(self, value: Fraction) -> Fraction:
        """a: the share of the whole way that a value has gone; below 0 where it went back."""
        base, goal = self.knots[0][1], self.knots[-1][1]
        return (value - base) / (goal - base)


def linear(start: date, base: Fraction, due: date, goal: Fraction, stages: Mapping[int, Fraction]) -> Way:
    """Evenly by days, through the stages."""
    return Way(_knots(start, base, due, goal, stages))


def stepped(start: date, base: Fraction, due: date, goal: Fraction, stages: Mapping[int, Fraction],
            days: Sequence[date]) -> Way:  # fmt: skip
    """In equal steps on the days given (year ends, batches), from stage to stage; nothing is asked between.

    >>> way = stepped(date(2022, 12, 31), Fraction(0), date(2024, 12, 31), Fraction(10), {}, [date(2023, 12, 1)])
    >>> [str(way.expected(day)) for day in (date(2023, 11, 30), date(2023, 12, 1), date(2024, 12, 30))]
    ['0', '1', '1']
    """
    anchors = _knots(start, base, due, goal, stages)
    knots = [anchors[0]]
    slots: list[date] = []
    for (low_day, low), (high_day, high) in pairwise(anchors):
        inside = [day for day in days if low_day < day <= high_day] or [high_day]
        slots += inside
        knots += [(day, low + (high - low) * Fraction(i + 1, len(inside))) for i, day in enumerate(inside)]
    return Way(tuple(knots), hold=True, slots=tuple(slots))


def compound(start: date, base: Fraction, due: date, goal: Fraction, growth: Fraction | None = None) -> Way:
    """Growing at an even rate a year, evenly by days within a year.

    `growth` is the rate where the target states it (knots are then exact); otherwise the root that leads to the
    goal, cut to twelve decimals. Values that are not positive have no rate: the way is linear.

    >>> way = compound(date(2021, 12, 31), Fraction(100), date(2023, 12, 31), Fraction(121))
    >>> way.asked(date(2022, 12, 31))
    Fraction(110, 1)
    """
    years = [add_years(start, n) for n in range(1, due.year - start.year + 1) if add_years(start, n) < due]
    if base <= 0 or goal <= 0 or not years:
        return Way(((start, base), (due, goal)))
    if growth is not None:
        knots = [(day, base * (1 + growth) ** (i + 1)) for i, day in enumerate(years)]
    else:
        whole = due.year - start.year
        knots = [(day, base * root(goal / base, i + 1, whole)) for i, day in enumerate(years)]
    return Way(((start, base), *knots, (due, goal)))


def root(ratio: Fraction, power: int, of: int) -> Fraction:
    """`ratio` to the power `power / of`, cut to twelve decimals, by whole numbers alone.

    >>> root(Fraction(121, 100), 1, 2), root(Fraction(2), 1, 2)
    (Fraction(11, 10), Fraction(1414213562373, 1000000000000))
    """
    whole = ratio**power * _DIGITS**of
    number = whole.numerator // whole.denominator
    return Fraction(_whole_root(number, of), _DIGITS)


def _whole_root(number: int, degree: int) -> int:
    """The largest whole number whose power is not above `number`."""
    if number < 2 or degree == 1:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def year_ends(after: date, until: date) -> list[date]:
    """The last days of years after a day, up to another.

    >>> year_ends(date(2022, 12, 31), date(2024, 12, 31))
    [datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)]
    """
    return [day for year in range(after.year, until.year + 1) if after < (day := year_end(year)) <= until]


def month_ends(after: date, until: date) -> int:
    """How many ends of months lie after a day, up to another.

    >>> month_ends(date(2023, 12, 31), date(2024, 12, 31)), month_ends(date(2024, 6, 15), date(2024, 6, 30))
    (12, 1)
    """
    return max(0, _months(until) - _months(after))


def _months(day: date) -> int:
    """Ends of months up to and with a day, counted from year 0."""
    last = date.fromordinal(day.toordinal() + 1).day == 1 if day != date.max else True
    return day.year * 12 + day.month - (0 if last else 1)


def batch_days(written: Sequence[str], after: date, until: date) -> list[date]:
    """The days of batches after a day, up to another; `11-30` stands for that day of every year.

    >>> batch_days(["11-30", "2023-07-01"], date(2022, 12, 31), date(2023, 12, 31))
    [datetime.date(2023, 7, 1), datetime.date(2023, 11, 30)]
    """
    days = set()
    for text in written:
        if len(text) > 5:
            days.add(parse_date(text))
            continue
        month, day = (int(part) for part in text.split("-"))
        days |= {
            date(year, month, 28 if (month, day) == (2, 29) else day) for year in range(after.year, until.year + 1)
        }
    return sorted(day for day in days if after < day <= until)


def _knots(start: date, base: Fraction, due: date, goal: Fraction,
           stages: Mapping[int, Fraction]) -> tuple[tuple[date, Fraction], ...]:  # fmt: skip
    """Start, stages on the way (at their years' ends) and goal."""
    between = [(year_end(year), value) for year, value in sorted(stages.items()) if start < year_end(year) < due]
    return ((start, base), *between, (due, goal))
