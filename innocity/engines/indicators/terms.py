"""The term of a target: from where, until when, along which path, and the figures inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from innocity.core.dates import Period, add_days, parse_period, year_end
from innocity.engines.indicators.figures import IN_YEAR_PATHS, usable, whole_year
from innocity.engines.indicators.goals import better, goal_of, rate_of, satisfied
from innocity.engines.indicators.model import Figure
from innocity.engines.indicators.path import Way, batch_days, compound, linear, stepped, year_ends
from innocity.packs.model import Document, Indicator, Target
from innocity.packs.model_city import Pace

#: Why there is no path, as `Term.lack` says it.
FROM_NOUGHT = "累计数自起算日从零计"  # what no document says, but follows from counting
NO_BASE, NO_BASE_DAY, NO_DEADLINE, NO_VALUE, NO_START = "base", "base_day", "deadline", "value", "start"


@dataclass(frozen=True, slots=True)
class Term:
    """All that decides a light except the reading of it.

    `way` is None where a level must be held (`hold`) or where no pace can be told (`lack` says why). `year` is the
    year looked at where figures run within a year; `ends` the last day until which figures are owed.
    """

    target: Target
    indicator: Indicator
    as_of: date
    pace: Pace
    sign: int
    due: date | None
    goal: Fraction | None
    base: Figure | None = None
    marked: bool = False
    way: Way | None = None
    hold: bool = False
    lack: str = ""
    figures: tuple[Figure, ...] = ()
    owed_after: date | None = None
    ends: date | None = None
    year: int | None = None
    yearly: bool = False
    year_goal: Fraction | None = None  # what the path asks of the year looked at, where it is not the last
    later: Figure | None = None  # a figure dated only after the deadline

    @property
    def latest(self) -> Figure | None:
        """The figure by which the light is set."""
        return self.figures[-1] if self.figures else None

    def meets(self, figure: Figure) -> bool:
        """Whether a figure satisfies the target."""
        if self.goal is None:
            return self.target.operator == "increase" and self.base is not None and figure.value > self.base.value
        return satisfied(self.target, self.indicator, figure, self.goal, self.pace.about)


def term_of(target: Target, indicator: Indicator, figures: Sequence[Figure], as_of: date, pace: Pace,
            document: Document | None) -> Term:  # fmt: skip
    """The term of a target with a number; `figures` are current vintages of any indicator and scope."""
    mine = sorted(
        (f for f in figures if f.indicator == indicator.id and f.scope == target.scope and usable(f, indicator)
         and f.on is not None and f.on <= as_of),
        key=_day,
    )  # fmt: skip
    empty = Term(target, indicator, as_of, pace, better(target, indicator), target.due(), None)
    each_year = target.to is None or indicator.kind in ("flow", "ratio", "growth", "rank")
    in_year = indicator.path in IN_YEAR_PATHS and indicator.kind != "cumulative"
    held = target.operator == "stable_at"
    if in_year and held:  # part of a year says nothing about a level to be held
        mine = [f for f in mine if whole_year(f)]
    if target.from_ and target.operator != "delta" and each_year:
        return _yearly(empty, mine, document)
    if in_year and not held:
        return _in_year(empty, mine, document)
    return _level(empty, mine, document)


def _day(figure: Figure) -> date:
    assert figure.on is not None
    return figure.on


def stated_baseline(target: Target, indicator: Indicator, document: Document | None) -> Figure | None:
    """The baseline that the target's text gives, in the indicator's unit."""
    if target.baseline is None:
        return None
    source = f"《{document.title}》" if document else ""
    document_id, _, article = target.article.partition("#")
    return Figure(
        indicator.id, target.scope, parse_period(target.baseline.period) if target.baseline.period else None,
        target.baseline.period, target.baseline.value, indicator.unit, document=document_id, article=article,
        observed_on=document.issued_on if document else None, source=source, place=target.place,
    )  # fmt: skip


def _issued(document: Document | None) -> date | None:
    """When a document was issued; without it nobody can say which figures its targets have owed since."""
    return document.issued_on if document else None


def _years(base: Figure | None, due: date | None) -> int:
    return max(0, due.year - _day(base).year) if base is not None and base.on and due else 0


# --- levels: stocks, shares, ranks, totals since the start ----------------------------------------------------


def _level(term: Term, mine: list[Figure], document: Document | None) -> Term:
    target, indicator = term.target, term.indicator
    inside = [f for f in mine if term.due is None or _day(f) <= term.due]
    later = next((f for f in reversed(mine) if f not in inside), None)
    base = stated_baseline(target, indicator, document)
    marked = False
    if base is None and indicator.kind == "cumulative" and indicator.path == "cumulative":
        base = _zero(term, document)
    elif base is None and inside:
        base, marked = inside[0], True
    if base is not None and base.on is not None:
        start = base.on
        inside = [f for f in inside if _day(f) >= start]
    dated = base.on if base is not None and not marked else _issued(document)
    term = replace(
        term, base=base, marked=marked, figures=tuple(inside), later=later, ends=term.due,
        owed_after=dated or (base.on if base else None), goal=goal_of(target, indicator, base, _years(base, term.due)),
    )  # fmt: skip
    return _with_way(term)


def _zero(term: Term, document: Document | None) -> Figure | None:
    """A total that is counted from the target's start begins at nought."""
    start = term.target.starts() or _issued(document)
    if start is None:
        return None
    day = Period(start, add_days(start, 1))
    return Figure(term.indicator.id, term.target.scope, day, start.isoformat(), Fraction(0), term.indicator.unit,
                  source=FROM_NOUGHT)  # fmt: skip


def _with_way(term: Term) -> Term:
    """The path of a level, or why there is none."""
    base, goal, due = term.base, term.goal, term.due
    if goal is None and term.target.operator != "increase":
        return replace(term, lack=NO_BASE if term.target.value is not None else NO_VALUE)
    if base is None:
        undated = term.owed_after is None and due is not None
        return replace(term, lack=NO_DEADLINE if due is None else NO_START if undated else NO_BASE)
    if term.target.operator == "stable_at" or (goal is not None and term.meets(base)) or _rate_itself(term):
        return replace(term, hold=True)
    if due is None:
        return replace(term, lack=NO_DEADLINE)
    if base.on is None:
        return replace(term, lack=NO_BASE_DAY)
    if goal is None:
        return replace(term, lack=NO_VALUE)
    if goal == base.value or base.on >= due:
        return replace(term, hold=True)
    return replace(term, way=_way(term, base.on, base.value, due, goal))


def _rate_itself(term: Term) -> bool:
    """A growth rate that is itself what is observed: it must hold each year."""
    return term.target.operator == "growth" and term.indicator.kind == "growth"


def _way(term: Term, start: date, base: Fraction, due: date, goal: Fraction) -> Way:
    stages, path = term.target.stages, term.indicator.path
    if term.target.operator == "growth":
        return compound(start, base, due, goal, rate_of(term.target))
    if path == "compound" and not stages:
        return compound(start, base, due, goal)
    if path == "steps":
        return stepped(start, base, due, goal, stages, year_ends(start, due))
    if path == "batches":
        days = batch_days(term.indicator.batches, start, due) or year_ends(start, due)
        return stepped(start, base, due, goal, stages, days)
    return linear(start, base, due, goal, stages)


# --- within a year: sums since January, registrations made anew ----------------------------------------------


def _in_year(term: Term, mine: list[Figure], document: Document | None) -> Term:
    """One year's target for what starts from nought each January; earlier years lead up to it."""
    target, indicator, due = term.target, term.indicator, term.due
    base = stated_baseline(target, indicator, document)
    marked = False
    if due is None:
        lack = NO_DEADLINE if goal_of(target, indicator, base, 0) is not None else NO_VALUE
        return replace(term, base=base, lack=lack, figures=tuple(f for f in mine if whole_year(f)),
                       goal=goal_of(target, indicator, base, 0))  # fmt: skip
    inside = [f for f in mine if _day(f).year <= due.year]
    later = next((f for f in reversed(mine) if f not in inside), None)
    if base is None:
        base = next((f for f in inside if whole_year(f) and _day(f).year < due.year), None)
        marked = base is not None
    goal = goal_of(target, indicator, base, _years(base, due))
    term = replace(
        term, base=base, marked=marked, goal=goal, later=later, ends=due,
        owed_after=base.on if base is not None and base.on
        else year_end(due.year - 1) if inside or _issued(document) else None,
    )  # fmt: skip
    if goal is None:
        return replace(term, lack=NO_BASE if target.value is not None else NO_VALUE)
    if base is None or base.on is None:
        inside = [f for f in inside if _day(f).year == due.year]
    else:
        since = base.on
        inside = [f for f in inside if _day(f) >= since]
    term = replace(term, figures=tuple(inside))
    return _year_way(term, due.year)


def _year_way(term: Term, last: int) -> Term:
    """The path by which the latest figure is read: through the years, or within its own year."""
    latest, base, goal = term.latest, term.base, term.goal
    assert goal is not None
    if term.sign < 0:
        return replace(term, hold=True, year=_day(latest).year if latest else last)
    year = _day(latest).year if latest else last
    asked = _asked_of(term, year, last)
    if asked <= 0:  # nothing to be gathered within a year
        return replace(term, hold=True, year=year, year_goal=asked)
    full = whole_year(latest) if latest else None
    leads = base is not None and base.on is not None and not term.meets(base) and base.on.year < last
    leads = leads and base is not None and base.value != goal  # 超过50 from 50: no way to go
    if full is not None and leads and base is not None and base.on is not None and year > base.on.year:
        way = Way(tuple((year_end(y), _asked_of(term, y, last)) for y in range(base.on.year, last + 1)))
        return replace(term, way=way, year=year, year_goal=asked)
    if full is not None and not leads and year < last:
        return replace(term, hold=True, year=year, year_goal=asked)
    way = Way(((year_end(year - 1), Fraction(0)), (year_end(year), asked)))
    return replace(term, way=way, year=year, year_goal=asked)


def _asked_of(term: Term, year: int, last: int) -> Fraction:
    """What the path asks of a whole year: even steps, or compound growth; the goal where the baseline has it."""
    base, goal = term.base, term.goal
    assert goal is not None
    if base is None or base.on is None or term.meets(base) or year >= last:
        return goal
    first = base.on.year
    if term.target.operator == "growth":
        return base.value * (1 + rate_of(term.target)) ** (year - first)
    stage = term.target.stages.get(year)
    return stage if stage is not None else base.value + (goal - base.value) * Fraction(year - first, last - first)


# --- every year anew -----------------------------------------------------------------------------------------


def _yearly(term: Term, mine: list[Figure], document: Document | None) -> Term:
    """A target for each year of a span: the latest year with a figure is looked at."""
    target, indicator = term.target, term.indicator
    first = target.starts()
    assert first is not None
    end = parse_period(target.to).end if target.to else None
    last = add_days(end, -1) if end else None
    inside = [f for f in mine if _day(f).year >= first.year and (last is None or _day(f) <= last)]
    until = min(term.as_of, last) if last else term.as_of
    year = _day(inside[-1]).year if inside else max(first.year, until.year)
    goal = goal_of(target, indicator, None, 0)
    flows = (indicator.kind == "flow" or indicator.path in IN_YEAR_PATHS) and target.operator != "stable_at"
    way = (
        Way(((year_end(year - 1), Fraction(0)), (year_end(year), goal)))
        if flows and goal and goal > 0 and term.sign >= 0
        else None
    )
    return replace(
        term, yearly=True, year=year, due=year_end(year), goal=goal, way=way, hold=way is None and goal is not None,
        lack="" if goal is not None else NO_VALUE, ends=last,
        owed_after=year_end(first.year - 1) if inside or _issued(document) else None,
        figures=tuple(f for f in inside if _day(f).year == year),
    )  # fmt: skip
