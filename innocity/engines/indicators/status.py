"""One light: the status of a target as of a date, by its pace.

e is the share of the way that the path asks for at the figure's date, a the share gone. 达标 where the target
holds or a >= e; 接近 from 90% of e, 关注 from 70%, 预警 below, or where the deadline is past and the target unmet.
All in exact fractions: no rounding ever turns a light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from innocity.engines.indicators import words
from innocity.engines.indicators.goals import needed, overshot
from innocity.engines.indicators.model import NAMES, NOT_YET, ON_PACE, Computed, Figure, Standing, Status
from innocity.engines.indicators.path import batch_days, month_ends, year_ends
from innocity.engines.indicators.periods import Owed, owed_periods
from innocity.engines.indicators.phrases import owner
from innocity.engines.indicators.terms import Term, term_of
from innocity.packs.model import Document, Indicator, Target
from innocity.packs.model_city import Pace

_WORST_FIRST: tuple[Status, ...] = ("alert", "watch", "near", "met")


def grade(expected: Fraction, achieved: Fraction, pace: Pace) -> Status:
    """The light of a pace.

    >>> [grade(Fraction(1, 2), Fraction(n, 100), Pace()) for n in (50, 49, 45, 44, 35, 34)]
    ['met', 'near', 'near', 'watch', 'watch', 'alert']
    """
    if achieved >= expected:
        return "met"
    if achieved >= pace.near * expected:
        return "near"
    return "watch" if achieved >= pace.watch * expected else "alert"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a term was read: the status and what the sentence needs to say why.

    `reason` is one of the keys of `innocity.engines.indicators.words.WHY`.
    """

    term: Term
    status: Status
    reason: str
    expected: Fraction | None = None
    achieved: Fraction | None = None
    reached: bool = False
    owed: Owed | None = None  # the latest period overdue, or awaited
    dips: tuple[Figure, ...] = ()


def standing(
    target: Target, indicator: Indicator, figures: Sequence[Figure], as_of: date, pace: Pace,
    document: Document | None = None, computed: Computed | None = None,
) -> Standing:  # fmt: skip
    """The standing of one target; `figures` are current vintages (`figures.current`)."""
    base = Standing(target, indicator, as_of, "not_assessable", computed=computed, due=target.due())
    if target.operator == "milestone":
        return _milestone(base, figures)
    if target.operator == "qualitative" or (target.operator == "order" and target.value is None):
        return replace(base, label=NAMES["not_assessable"], why=words.no_number(target, indicator, figures),
                       next=f"如须考核，请{owner(target)}明确可以衡量的数。")  # fmt: skip
    reading = read(term_of(target, indicator, figures, as_of, pace, document))
    return _fill(base, reading, figures)


def read(term: Term) -> Reading:
    """The light of a term."""
    owed, late = _owed(term)
    latest = term.latest
    if latest is None:
        return _without_figure(term, owed, late)
    reached = term.meets(latest)
    if late:
        return Reading(term, "not_reported", "overdue", reached=reached, owed=owed)
    if term.due is None:
        status: Status = "met" if reached else "not_assessable"
        return Reading(term, status, "reached" if reached else "no_deadline", reached=reached)
    final = latest.on is not None and latest.on >= (min(term.due, term.ends) if term.ends else term.due)
    if final or _overshot(term, latest):
        return _final(term, reached, early=not final)
    if term.as_of > term.due:
        return Reading(term, "met" if reached else "not_due", "awaited_end", reached=reached, owed=owed)
    return _on_the_way(term, latest, reached, owed)


def _overshot(term: Term, latest: Figure) -> bool:
    last_year = term.indicator.kind != "flow" or (latest.on and term.due and latest.on.year >= term.due.year)
    if not last_year:  # a flow begins anew each January
        return False
    return term.goal is not None and overshot(term.target, term.indicator, latest, term.goal, term.pace.about)


def _final(term: Term, reached: bool, early: bool) -> Reading:
    """The deadline's own figure is there, or nothing can bring the value back."""
    dips = _dips(term)
    if reached:
        return Reading(term, "watch" if dips else "met", "dipped" if dips else "reached", reached=True, dips=dips)
    return Reading(term, "alert", "overshot" if early else "unmet", reached=False)


def _on_the_way(term: Term, latest: Figure, reached: bool, owed: Owed | None) -> Reading:
    """Before the deadline."""
    if reached:
        dips = _dips(term)
        return Reading(term, "watch" if dips else "met", "dipped" if dips else "reached", reached=True, dips=dips)
    if term.base is not None and latest.on == term.base.on and not term.yearly and (_relative(term) or not term.hold):
        return Reading(term, "not_due", "only_base", owed=owed)
    if term.lack or (term.way is None and not term.hold):
        return Reading(term, "not_assessable", f"no_{term.lack or 'value'}", owed=owed)
    if term.hold:
        return _held(term, latest, owed)
    assert term.way is not None and latest.on is not None
    expected, achieved = term.way.expected(latest.on), term.way.share(latest.value)
    return Reading(term, grade(expected, achieved, term.pace), "pace", expected, achieved, owed=owed)


def _relative(term: Term) -> bool:
    """Whether the goal is told from the baseline: then the baseline itself says nothing of it."""
    operator = term.target.operator
    return operator in ("delta", "increase") or (operator == "growth" and term.indicator.kind != "growth")


def _held(term: Term, latest: Figure, owed: Owed | None) -> Reading:
    """A level that must be held and is not: by how much of it is there. Never better than 接近."""
    goal = term.year_goal if term.year_goal is not None else term.goal
    share = Fraction(0)
    if goal is not None and goal > 0 and latest.value > 0:
        share = latest.value / goal if term.sign >= 0 else goal / latest.value
    status = grade(Fraction(1), share, term.pace)
    status = "near" if status == "met" else status
    if term.target.operator == "stable_at":
        # a level that dips is at best 关注 when it is back, so a dip itself cannot be better
        status = min(status, "watch", key=_WORST_FIRST.index)
    return Reading(term, status, "not_held", Fraction(1), share, owed=owed)


def _dips(term: Term) -> tuple[Figure, ...]:
    """Figures at which a level that should be stable did not hold."""
    if term.target.operator != "stable_at":
        return ()
    return tuple(figure for figure in term.figures if not term.meets(figure))


def _owed(term: Term) -> tuple[Owed | None, bool]:
    """The latest period whose figure is overdue (True), else the first awaited (False), else None."""
    if term.owed_after is None:
        return None, False
    until = min(term.as_of, term.ends) if term.ends else term.as_of
    since = term.latest.on if term.latest and term.latest.on and term.latest.on > term.owed_after else term.owed_after
    owed = owed_periods(term.indicator, term.pace.lag_days, since, until, term.ends)
    late = [one for one in owed if term.as_of > one.late_after]
    if late:
        return late[-1], True
    return (owed[0], False) if owed else (None, False)


def _without_figure(term: Term, owed: Owed | None, late: bool) -> Reading:
    if term.due is None or term.lack == "deadline":
        return Reading(term, "not_assessable", "nothing_no_deadline")
    if term.owed_after is None:
        return Reading(term, "not_assessable", "nothing_no_start", owed=owed)
    return Reading(term, "not_reported" if late else "not_due", "nothing", owed=owed)


def _fill(base: Standing, reading: Reading, figures: Sequence[Figure]) -> Standing:
    """The standing of a reading, with its sentences."""
    term = reading.term
    goal, latest = term.goal, term.latest
    left, count, unit = remaining(term, reading)
    filled = replace(
        base, status=reading.status, label=_label(reading), expected=reading.expected, achieved=reading.achieved,
        baseline=term.base, baseline_marked=term.marked, latest=latest, due=term.due, value=goal, needed=left,
        rate=left / count if left and count else None, rate_unit=unit if count else "", slots=count,
        reached=reading.reached, owed_period=reading.owed.name if reading.owed else None,
    )  # fmt: skip
    filled = replace(filled, why=words.why(filled, reading, figures))
    return replace(filled, next=words.next_step(filled, reading))


def _label(reading: Reading) -> str:
    """The status in Chinese; pace kept without the target being reached yet is said."""
    return ON_PACE if reading.status == "met" and not reading.reached else NAMES[reading.status]


def remaining(term: Term, reading: Reading) -> tuple[Fraction | None, int | None, str]:
    """What is still to go, in how many batches, years or months, and which of these.

    Batches and years are those that the latest figure does not hold yet; months run from the date of the board.
    """
    goal, due, latest = term.goal, term.due, term.latest
    if goal is None or (term.sign < 0 and latest is None):
        return None, None, ""
    in_year = term.year is not None and term.indicator.path in ("cumulative", "yearly_registration")
    if in_year and due is not None:
        this_year = latest is not None and latest.on is not None and latest.on.year == due.year
        value = latest.value if this_year and latest is not None else Fraction(0)
        start = max(term.as_of, due.replace(year=due.year - 1, month=12, day=31))
        return needed(term.sign, goal, value), month_ends(start, due) or None, "月"
    value_now = latest if latest is not None else term.base
    if value_now is None:
        return None, None, ""
    left = needed(term.sign, goal, value_now.value)
    if due is None or value_now.on is None or value_now.on >= due:
        return left, None, ""
    if term.indicator.path == "batches":
        days = batch_days(term.indicator.batches, value_now.on, due) or year_ends(value_now.on, due)
        return left, len(days) or None, "批"
    if term.indicator.path == "steps" or term.indicator.kind in ("ratio", "rank", "growth", "flow"):
        return left, len(year_ends(value_now.on, due)) or None, "年"
    return left, month_ends(term.as_of, due) or None, "月"


# --- milestones ----------------------------------------------------------------------------------------------


def _milestone(base: Standing, figures: Sequence[Figure]) -> Standing:
    """Done or not: 达标 once done, 预警 once overdue; without a deadline nobody can say until it is done."""
    target, as_of = base.target, base.as_of
    goal = target.value or Fraction(1)
    mine = [
        f for f in figures if f.indicator == target.indicator and f.scope == target.scope
        and not f.simulated and f.kind is None and (day := f.on or f.observed_on) is not None and day <= as_of
    ]  # fmt: skip
    done = min((f for f in mine if f.value >= goal), key=lambda f: f.on or f.observed_on or date.max, default=None)
    status: Status = "not_assessable"
    if done is not None:
        status = "met"
    elif base.due is not None:
        status = "alert" if as_of > base.due else "not_due"
    label = NOT_YET if status == "not_due" else NAMES[status]
    found = replace(base, status=status, label=label, latest=done, reached=done is not None, value=goal)
    found = replace(found, why=words.milestone(found, figures))
    return replace(found, next=words.milestone_next(found))
