"""What changed since a day: lights that moved, tasks closed or newly late, figures that became known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from innocity.actions.overview import Overview, overview
from innocity.core.dates import add_months, parse_date
from innocity.core.errors import InvalidValue
from innocity.engines.indicators.model import Figure, Standing
from innocity.engines.tasks.model import TaskState, TaskStatus
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.kept import per_state
from innocity.web.views import lists
from innocity.web.views.lead import listed

_RANK = {"met": 0, "near": 1, "watch": 2, "alert": 3}
Way = Literal["worse", "better", "other"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A target whose light is another than on the day."""

    one: Standing
    was: Standing
    way: Way


@dataclass(frozen=True, slots=True)
class Turned:
    """A task whose state is another than on the day; `was` is None for one that was set since."""

    one: TaskState
    was: TaskStatus | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed between a day and now."""

    since: date
    moved: tuple[Moved, ...]
    added: tuple[Standing, ...]
    tasks: tuple[Turned, ...]
    set_since: int
    figures: tuple[Figure, ...]

    def rows(self) -> int:
        """How many changes are told one by one."""
        return len(self.moved) + len(self.tasks) + len(self.figures) + len(self.added)

    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.moved or self.added or self.tasks or self.set_since or self.figures)


@per_state(6)
def state_then(state: Overview, day: date) -> Overview:
    """The city as it stood on an earlier day, by what was known then."""
    return overview(
        state.pack, day, state.var, simulated=state.with_simulated, known_on=day, hidden=state.hidden
    )  # fmt: skip


@per_state(6)
def changes_since(state: Overview, day: date) -> Changes:
    """What changed between the day and the state."""
    then = state_then(state, day)
    old = {one.target.id: one for one in then.board.distinct}
    pairs = [(one, old.get(one.target.id)) for one in state.board.distinct]
    moved = [Moved(one, was, _way(one, was)) for one, was in pairs if was is not None and was.status != one.status]
    order: tuple[Way, ...] = ("worse", "better", "other")
    moved.sort(key=lambda one: order.index(one.way))
    turned = [
        Turned(one, then.tasks.states[one.id].status) for one in state.tasks.leaves()
        if one.id in then.tasks.states and then.tasks.states[one.id].status != one.status
    ]  # fmt: skip
    turned.sort(key=lambda one: (one.one.status != "overdue", one.one.status != "done", one.one.simulated))
    known = {figure.key() for figure in then.board.figures}
    fresh = [one for one in state.board.figures if one.key() not in known and not one.simulated]
    return Changes(
        day, tuple(moved), tuple(one for one, was in pairs if was is None), tuple(turned),
        sum(one.id not in then.tasks.states for one in state.tasks.leaves()), tuple(fresh),
    )  # fmt: skip


def _way(one: Standing, was: Standing) -> Way:
    if one.status in _RANK and was.status in _RANK:
        return "worse" if _RANK[one.status] > _RANK[was.status] else "better"
    return "worse" if one.status in ("alert", "not_reported") else "other"


@opens_to("leader", "officer")
def changes(request: HttpRequest, city: str) -> HttpResponse:
    """What changed since the day asked for; by default since the end of last month."""
    state = cities.approved_for(city, viewer_of(request))
    asked = request.GET.get("since", "").strip()
    default = state.as_of.replace(day=1) - timedelta(days=1)
    day, error = _day(asked, default, state.as_of)
    quick = [
        (_("上月末"), default),
        (_("三个月前"), add_months(state.as_of.replace(day=1), -2) - timedelta(days=1)),
        (_("上年末"), date(state.as_of.year - 1, 12, 31)),
    ]
    found = None if error else changes_since(state, day)
    files = [listed.changes(state.pack, found, _places(city), state.as_of)] if found else []
    context = {
        "state": state, "since": day, "asked": asked or day.isoformat(), "error": error, "quick": quick,
        "found": found, "scopes": _places(city), "listed": found.rows() if found else 0,
    }  # fmt: skip
    return lists.page(request, "web/lead/changes.html", context, *files)


def _places(city: str) -> dict[str, str]:
    found = cities.pack_of(city).city
    return {"city": "全市", **{place.id: place.name for place in (*found.divisions, *found.zones)}}


def _day(asked: str, default: date, last: date) -> tuple[date, str]:
    """The day asked for, and what is wrong with it."""
    if not asked:
        return default, ""
    try:
        day = parse_date(asked)
    except InvalidValue:
        return default, _("日期写成 2023-09-30 这样")
    if day >= last:
        return default, _("要早于数据截至的那一天")
    if day.year < last.year - 10:
        return default, _("最早看到十年以前")
    return day, ""
