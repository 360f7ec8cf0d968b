"""What this engine yields: figures, standings of targets, the board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from innocity.core.dates import Period
from innocity.core.dates import period_name as name_of_period
from innocity.core.measures import format_value
from innocity.packs.model import Indicator, Target

Status = Literal["met", "near", "watch", "alert", "not_due", "not_reported", "not_assessable"]
STATUSES: tuple[Status, ...] = ("met", "near", "watch", "alert", "not_due", "not_reported", "not_assessable")
NAMES: Mapping[Status, str] = {
    "met": "达标", "near": "接近", "watch": "关注", "alert": "预警",
    "not_due": "未到发布期", "not_reported": "逾期未报", "not_assessable": "无法判定",
}  # fmt: skip
NOT_YET = "未到期"  # a milestone before its day: nothing is owed, nothing is missing
ON_PACE = "序时达标"  # pace kept while the goal itself is not reached
#: What people count: the statuses, and a milestone before its day apart from figures that are still to come.
Light = Literal[Status, "to_come"]
LIGHTS: Mapping[Light, str] = {
    "met": "达标", "near": "接近", "watch": "关注", "alert": "预警", "not_due": "未到发布期", "to_come": NOT_YET,
    "not_reported": "逾期未报", "not_assessable": "无法判定",
}  # fmt: skip
#: A confirmed figure: indicator, scope, period as written, value in the indicator's unit with its word of
#: approximation, the fact that recorded it (empty for a document's figure). A value that comes back after a
#: correction is another figure.
Confirmed = tuple[str, str, str, Fraction, str, str]
#: Lights of a target that has a figure to go by, best first.
GRADES: tuple[Status, ...] = ("met", "near", "watch", "alert")
_LOWER = ("余", "多", "超过", "以上")  # the true value lies above what is written


@dataclass(frozen=True, slots=True)
class Figure:
    """One observed (or computed) value of an indicator.

    `value` is in `unit`, which is the indicator's own. `period` is None where the document does not say when;
    `observed_on` is the vintage: the day on which the figure was published or taken; `known_on` the day since which
    it is known here, where that is another (recorded later). `said_again` is a later text that only repeats it, on
    its day `as_said_on`. `simulated` ones never set a light.
    """

    indicator: str
    scope: str
    period: Period | None
    period_text: str | None
    value: Fraction
    unit: str | None
    approx: str | None = None
    observed_on: date | None = None
    document: str | None = None
    article: str | None = None
    source: str = ""  # in Chinese: the document's title, or the unit that reports
    simulated: bool = False
    confirmed: bool = False
    pending: bool = False  # reported, and not approved yet by whoever oversees
    note: str | None = None
    place: str = ""  # `file:line` of the row
    fact: str | None = None  # the fact's id, where it was recorded
    kind: str | None = None  # the row's own kind, where it differs from the indicator's
    known_on: date | None = None
    as_said_on: date | None = None
    said_again: Figure | None = None

    @property
    def on(self) -> date | None:
        """The day for which it holds: the period's last, or the day it was taken where that is earlier."""
        if self.period is None or self.period.end is None:
            return None
        last = self.period.end - timedelta(days=1)
        inside = self.observed_on is not None and self.period.contains(self.observed_on)
        return self.observed_on if inside else last

    def known_by(self, day: date | None) -> bool:
        """Whether it was known on a day; None asks for all that is known. Of no known day hides nothing."""
        since = self.known_on or self.observed_on
        return day is None or since is None or since <= day

    @property
    def order(self) -> tuple[date, date]:
        """By time: the day for which it holds, then the day it was taken; unknown days first."""
        return self.on or date.min, self.observed_on or date.min

    @property
    def leaning(self) -> int:
        """1 where the true value lies above what is written (余, 以上), -1 below (近, 不足), 0 exact."""
        return 0 if not self.approx else 1 if self.approx in _LOWER else -1

    def shown(self) -> str:
        """Value with unit and approximation, as people write it.

        >>> Figure("x", "city", None, None, Fraction(200), "项", "余").shown()
        '200余项'
        >>> Figure("x", "city", None, None, Fraction(50), "%", "不足").shown()
        '不足50%'
        """
        number, unit = format_value(self.value), self.unit or ""
        if self.approx in ("余", "多"):
            return f"{number}{self.approx}{unit}"
        if self.approx == "以上":
            return f"{number}{unit}{self.approx}"
        return f"{self.approx or ''}{number}{unit}"

    def when(self) -> str:
        """The period in Chinese.

        >>> Figure("x", "city", None, "2023-07", Fraction(1), None).when()
        '2023年7月'
        """
        return period_name(self.period_text)

    def key(self) -> Confirmed:
        """How a confirmation names it."""
        return self.indicator, self.scope, self.period_text or "", self.value, self.approx or "", self.fact or ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the value as an exact decimal (or fraction) text."""
        return {
            "indicator": self.indicator, "scope": self.scope, "period": self.period_text, "on": self.on,
            "value": format_value(self.value), "unit": self.unit, "approx": self.approx,
            "observed_on": self.observed_on, "document": self.document, "article": self.article,
            "source": self.source, "simulated": self.simulated, "confirmed": self.confirmed, "note": self.note,
            "place": self.place, "fact": self.fact, "known_on": self.known_on or self.observed_on,
            "as_said_on": self.as_said_on or (self.said_again.as_said_on if self.said_again else None),
        }  # fmt: skip


def period_name(text: str | None) -> str:
    """A period as Chinese text.

    >>> period_name("2022"), period_name("2023-07-27"), period_name("2023Q1"), period_name(None)
    ('2022年', '2023年7月27日', '2023年第一季度', '时期未写明')
    """
    return name_of_period(text) if text else "时期未写明"


@dataclass(frozen=True, slots=True)
class Computed:
    """What the registers give for an indicator, beside what is observed.

    `lapsing` are rows counted now that will no longer count on a day to come (certificates that end), by that
    day; `groups` is the same value by division or zone, which may overlap and is never added up.
    """

    figure: Figure
    lapsing: Mapping[date, int] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One target as of a date: its light, what it rests on, why, and what is needed from now.

    `expected` (e) is the share of the way that the path asks for at the figure's date, `achieved` (a) the share
    gone; both None where the light does not rest on a pace. `reached` says whether the target itself holds,
    which `met` does not: pace may be kept long before the end. `value`, `needed` and `rate` are in the
    indicator's unit; `rate` is `needed` per `rate_unit` (批, 年, 月).
    """

    target: Target
    indicator: Indicator
    as_of: date
    status: Status
    label: str = (
        ""  # the status in Chinese; 未到期 for a milestone not yet due, 序时达标 for pace kept short of the goal
    )
    expected: Fraction | None = None
    achieved: Fraction | None = None
    baseline: Figure | None = None
    baseline_marked: bool = False  # True: no baseline is stated, the first observation serves
    latest: Figure | None = None
    computed: Computed | None = None
    due: date | None = None
    value: Fraction | None = None
    needed: Fraction | None = None
    rate: Fraction | None = None
    rate_unit: str = ""
    slots: int | None = None  # how many of these are left
    reached: bool = False
    why: str = ""
    next: str = ""
    tasks: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    duplicate_of: str | None = None  # the target of another document that says the same
    scope_name: str = ""  # 全市, a division's name, or the scope as the pack words it
    owed_period: str | None = None  # the latest period whose figure is awaited or overdue

    @property
    def name(self) -> str:
        """The indicator's name, with the scope where it is not the whole city."""
        whole = self.target.scope == "city"
        return self.indicator.name if whole else f"{self.indicator.name}（{self.scope_name or self.target.scope}）"

    @property
    def light(self) -> Light:
        """The status as it is counted: a milestone before its day is no missing figure."""
        return "to_come" if self.label == NOT_YET else self.status

    @property
    def links(self) -> tuple[str, ...]:
        """Ids of the tasks that push the target, then of the clauses that do."""
        return (*self.tasks, *self.clauses)

    @property
    def difference(self) -> Fraction | None:
        """Computed less observed; None where one of them is missing."""
        if self.computed is None or self.latest is None:
            return None
        return self.computed.figure.value - self.latest.value

    def as_dict(self) -> dict[str, Any]:
        """For JSON; numbers are exact texts."""
        computed = self.computed
        return {
            "target": self.target.id, "indicator": self.indicator.id, "name": self.name,
            "document": self.target.article, "scope": self.target.scope, "as_of": self.as_of,
            "status": self.status, "label": self.label, "reached": self.reached,
            "expected": _text(self.expected), "achieved": _text(self.achieved), "due": self.due,
            "operator": self.target.operator, "value": _text(self.value), "unit": self.indicator.unit,
            "baseline": self.baseline.as_dict() if self.baseline else None,
            "baseline_marked": self.baseline_marked,
            "latest": self.latest.as_dict() if self.latest else None,
            "computed": computed.figure.as_dict() if computed else None, "difference": _text(self.difference),
            "needed": _text(self.needed), "rate": _text(self.rate), "rate_unit": self.rate_unit,
            "slots": self.slots, "why": self.why, "next": self.next, "tasks": list(self.tasks),
            "clauses": list(self.clauses), "units": list(self.target.units),
            "duplicate_of": self.duplicate_of, "owed_period": self.owed_period,
        }  # fmt: skip


def _text(value: Fraction | None) -> str | None:
    return None if value is None else format_value(value)


@dataclass(frozen=True, slots=True)
class Board:
    """All targets of a city as of a date, and the indicators that no target names."""

    city: str
    as_of: date
    standings: tuple[Standing, ...]
    untargeted: tuple[Indicator, ...] = ()
    figures: tuple[Figure, ...] = ()  # current vintages, for tables and charts
    computed: Mapping[tuple[str, str], Computed] = field(default_factory=dict)
    known_on: date | None = None  # what became known later was left out; None: all that is known

    @property
    def distinct(self) -> tuple[Standing, ...]:
        """Standings without those that only repeat another document's target."""
        return tuple(one for one in self.standings if one.duplicate_of is None)

    def counts(self, standings: Iterable[Standing] | None = None) -> dict[Status, int]:
        """How many targets have each light; of `distinct` by default, every status present."""
        found = Counter(one.status for one in (self.distinct if standings is None else standings))
        return {status: found[status] for status in STATUSES}

    def words(self, standings: Iterable[Standing] | None = None) -> dict[str, int]:
        """How many targets have each light in words, those that occur; a milestone to come is no missing figure."""
        found = self.lights(standings)
        order = [*NAMES.values(), NOT_YET]
        shown = {LIGHTS[light]: count for light, count in found.items() if count}
        return {word: shown[word] for word in sorted(shown, key=order.index)}

    def lights(self, standings: Iterable[Standing] | None = None) -> dict[Light, int]:
        """As `counts`, with milestones before their day (`to_come`) counted apart; every light present."""
        found = Counter(one.light for one in (self.distinct if standings is None else standings))
        return {light: found[light] for light in LIGHTS}

    def of(self, target: str) -> Standing | None:
        """The standing of a target by its id."""
        return next((one for one in self.standings if one.target.id == target), None)

    def of_indicator(self, indicator: str) -> tuple[Standing, ...]:
        """The standings of an indicator's targets."""
        return tuple(one for one in self.standings if one.indicator.id == indicator)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "city": self.city, "as_of": self.as_of, "known_on": self.known_on,
            "counts": self.counts(), "targets": len(self.standings),
            "distinct": len(self.distinct), "standings": [one.as_dict() for one in self.standings],
            "untargeted": [one.id for one in self.untargeted],
        }  # fmt: skip
