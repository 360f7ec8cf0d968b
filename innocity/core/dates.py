"""Dates, years and periods. Periods are half open: the first day belongs to them, the last does not."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from innocity.core.errors import InvalidValue
from innocity.core.money import MOST_DIGITS, clean

FIRST_YEAR, LAST_YEAR = 1900, 2999
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?|Q([1-4])|H([12]))?")
_CHINESE_PERIOD = re.compile(
    r"([0-9]{4})年(?:(?:全年)?|([0-9]{1,2})月(?:([0-9]{1,2})日)?|第?([一二三四1-4])季度|([上下])半年)"
)
_QUARTERS = "一二三四"
_YEARS = re.compile(r"([0-9]{4})(?:[-–—~至到]([0-9]{4}))?年?")


def parse_date(text: str) -> date:
    """Read `2023-07-27`. Error: E-DATE-FORMAT.

    >>> parse_date("2023-07-27")
    datetime.date(2023, 7, 27)
    >>> parse_date("2023-02-29")
    Traceback (most recent call last):
    innocity.core.errors.InvalidValue: [E-DATE-FORMAT] 看不懂日期“2023-02-29”
      怎么办：写成 2023-07-27 的样子，并核对这一天存在
    """
    match = _DATE.fullmatch(clean(text))
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    remedy = "写成 2023-07-27 的样子，并核对这一天存在"
    raise InvalidValue("E-DATE-FORMAT", f"看不懂日期“{text}”", remedy=remedy)


def parse_year(text: str) -> int:
    """Read a year from 1900 to 2999. Error: E-YEAR-FORMAT.

    >>> parse_year("2023")
    2023
    """
    plain = clean(text)
    if re.fullmatch(r"[0-9]{4}", plain) and FIRST_YEAR <= int(plain) <= LAST_YEAR:
        return int(plain)
    raise InvalidValue("E-YEAR-FORMAT", f"看不懂年份“{text}”", remedy="写成四位年份，如 2023")


def parse_years(text: str) -> tuple[int, int]:
    """Read a span of years, both ends included; a single year is a span of one. Error: E-YEARS-FORMAT.

    >>> parse_years("2017-2021"), parse_years("2020")
    ((2017, 2021), (2020, 2020))
    """
    match = _YEARS.fullmatch(clean(text))
    if match:
        first, last = int(match[1]), int(match[2] or match[1])
        if FIRST_YEAR <= first <= last <= LAST_YEAR:
            return first, last
    remedy = "写成 2017-2021，前小后大"
    raise InvalidValue("E-YEARS-FORMAT", f"看不懂年份区间“{text}”", remedy=remedy)


def year_start(year: int) -> date:
    """1 January.

    >>> year_start(2023)
    datetime.date(2023, 1, 1)
    """
    return date(year, 1, 1)


def year_end(year: int) -> date:
    """31 December.

    >>> year_end(2023)
    datetime.date(2023, 12, 31)
    """
    return date(year, 12, 31)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last day of the month where that day does not exist.

    >>> add_months(date(2023, 1, 31), 1), add_months(date(2024, 3, 31), -1)
    (datetime.date(2023, 2, 28), datetime.date(2024, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th in a common year.

    >>> add_years(date(2020, 2, 29), 1)
    datetime.date(2021, 2, 28)
    """
    return add_months(day, 12 * years)


def add_days(day: date, days: int) -> date:
    """Some days later.

    >>> add_days(date(2023, 12, 31), 1)
    datetime.date(2024, 1, 1)
    """
    return day + timedelta(days=days)


def days_between(first: date, second: date) -> int:
    """Days from the first to the second date; below 0 where the second is earlier.

    >>> days_between(date(2023, 1, 1), date(2024, 1, 1))
    365
    """
    return (second - first).days


def months_in_year(start: date, end: date | None, year: int, entry_month: bool = True, exit_month: bool = False) -> int:
    """Months of the calendar year `year` from the month of `start` to the month of `end`.

    The month of `start` counts where `entry_month`, that of `end` where `exit_month`; `end=None`
    means still going on. Someone who comes and goes in one month counts only where both do.

    >>> months_in_year(date(2022, 11, 30), date(2023, 3, 1), 2022)
    2
    >>> months_in_year(date(2022, 11, 30), date(2023, 3, 1), 2023)
    2
    >>> months_in_year(date(2022, 11, 30), None, 2023)
    12
    """
    first = start.year * 12 + start.month + (0 if entry_month else 1)
    low = max(first, year * 12 + 1)
    high = year * 12 + 12
    if end is not None:
        if end < start:
            return 0
        high = min(high, end.year * 12 + end.month - (0 if exit_month else 1))
    return max(0, high - low + 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` (first day inside) to `end` (first day outside); None is open on that side.

    >>> Period(date(2023, 1, 1), date(2024, 1, 1)).contains(date(2023, 12, 31))
    True
    >>> Period(None, date(2024, 1, 1)).contains(date(2024, 1, 1))
    False
    """

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise InvalidValue("E-PERIOD-ORDER", f"止期 {self.end} 早于起期 {self.start}")

    def contains(self, day: date) -> bool:
        """Whether the day lies inside."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day.

        >>> Period(None, date(2024, 1, 1)).overlaps(Period(date(2024, 1, 1), None))
        False
        """
        return _before(self.start, other.end) and _before(other.start, self.end)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


def normal_period(text: str) -> str:
    """The one spelling of a period: `2023`, `2023H1`, `2023Q3`, `2023-07`, `2023-07-27`, also from Chinese words.

    What is no period is given back as it is.

    >>> [normal_period(text) for text in ("2023q3", "2023年第三季度", "2023年1季度", "2023年上半年")]
    ['2023Q3', '2023Q3', '2023Q1', '2023H1']
    >>> [normal_period(text) for text in ("2023年", "2023年7月", "2023年7月6日", "去年", "20x3")]
    ['2023', '2023-07', '2023-07-06', '去年', '20x3']
    """
    plain = clean(text).upper()
    match = _CHINESE_PERIOD.fullmatch(plain)
    if match is None:
        return plain if _PERIOD.fullmatch(plain) else clean(text)
    year, month, day, quarter, half = match.groups()
    if quarter:
        return f"{year}Q{quarter if quarter.isdigit() else _QUARTERS.index(quarter) + 1}"
    if half:
        return f"{year}H{1 if half == '上' else 2}"
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def parse_period(text: str) -> Period:
    """Read a year, a half, a quarter, a month or a day as the days it covers. Error: E-PERIOD-FORMAT.

    >>> parse_period("2023-12")
    Period(start=datetime.date(2023, 12, 1), end=datetime.date(2024, 1, 1))
    >>> [parse_period(text).end.isoformat() for text in ("2023", "2023-07-27", "2023Q3", "2023H1")]
    ['2024-01-01', '2023-07-28', '2023-10-01', '2023-07-01']
    """
    match = _PERIOD.fullmatch(normal_period(text))
    try:
        if match:
            year = parse_year(match[1])
            if match[4] or match[5]:
                months = 3 if match[4] else 6
                first = date(year, (int(match[4] or match[5]) - 1) * months + 1, 1)
                return Period(first, add_months(first, months))
            first = date(year, int(match[2] or 1), int(match[3] or 1))
            after = add_days(first, 1) if match[3] else add_months(first, 1 if match[2] else 12)
            return Period(first, after)
    except ValueError:
        pass
    remedy = "写成 2023（年）、2023H1（上半年）、2023Q3（第三季度）、2023-07（月）或 2023-07-27（日）"
    raise InvalidValue("E-PERIOD-FORMAT", f"看不懂时期“{text}”", remedy=remedy)


def period_name(text: str) -> str:
    """A period in Chinese.

    >>> [period_name(text) for text in ("2022", "2023-07-06", "2023Q3", "2023H1")]
    ['2022年', '2023年7月6日', '2023年第三季度', '2023年上半年']
    """
    match = _PERIOD.fullmatch(normal_period(text))
    if match is None:
        return text
    year, month, day, quarter, half = match.groups()
    if quarter:
        return f"{year}年第{_QUARTERS[int(quarter) - 1]}季度"
    if half:
        return f"{year}年{'上' if half == '1' else '下'}半年"
    return "".join(f"{int(part)}{word}" for part, word in zip((year, month, day), "年月日", strict=True) if part)


def parse_boolean(text: str) -> bool:
    """Read `true` or `false` (also 是 否, as tables hold them). Error: E-BOOLEAN-FORMAT.

    >>> parse_boolean("true"), parse_boolean("否")
    (True, False)
    """
    plain = clean(text).lower()
    if plain in ("true", "是"):
        return True
    if plain in ("false", "否"):
        return False
    raise InvalidValue("E-BOOLEAN-FORMAT", f"看不懂“{text}”", remedy="写 true 或 false")


def parse_integer(text: str) -> int:
    """Read a whole number, thousands separators and a following 万 or 亿 allowed. Error: E-INTEGER-FORMAT.

    >>> parse_integer("1,200"), parse_integer("-3"), parse_integer("10亿")
    (1200, -3, 1000000000)
    """
    match = re.fullmatch(r"(-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))([万亿]?)", clean(text))
    if not match:
        raise InvalidValue("E-INTEGER-FORMAT", f"看不懂整数“{text}”", remedy="写成 1200 的样子")
    if len(match[1]) > MOST_DIGITS:
        raise InvalidValue("E-INTEGER-FORMAT", f"整数超过{MOST_DIGITS}位", remedy="写成 1200 的样子")
    return int(match[1].replace(",", "")) * {"": 1, "万": 10**4, "亿": 10**8}[match[2]]
