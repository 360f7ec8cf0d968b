"""What waits for one unit: figures, tasks, supervision, calls; the soonest first, each with why it is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from innocity.actions.authority import answering, overseers
from innocity.actions.overview import Overview
from innocity.core.kept import Kept, Same
from innocity.engines.indicators.model import Standing
from innocity.engines.tasks.model import TaskState
from innocity.engines.tasks.supervision import LEVEL_NAMES, SupervisionItem
from innocity.engines.tasks.units import place_of
from innocity.packs.model import Call, Pack

SOON = 45  # days before a deadline from which a task or a call stands in the inbox
#: Kinds of what waits, in Chinese, in the order in which they are listed and filtered.
KINDS = {
    "figure": gettext_noop("指标"), "task": gettext_noop("任务"), "call": gettext_noop("申报窗口"),
    "correction": gettext_noop("更正申请"), "message": gettext_noop("留言"),
    "matter": gettext_noop("办事"), "exchange": gettext_noop("供需"), "publication": gettext_noop("公开"),
}  # fmt: skip
#: Words of lights and buttons, for the catalogue.
WORDS = (
    gettext_noop("逾期未报"), gettext_noop("将到期"), gettext_noop("即将截止"), gettext_noop("正在受理"),
    gettext_noop("将要开始"), gettext_noop("待答复"), gettext_noop("待审核"), gettext_noop("报数"),
    gettext_noop("报进展"), gettext_noop("看通知"), gettext_noop("去看"), gettext_noop("去办"),
    gettext_noop("指定"), gettext_noop("待重新公开"),
)  # fmt: skip
ROLES = {"lead": "牵头", "responsible": "责任", "cooperating": "配合"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do. `due` is its deadline (None: none is set), `why` says why it is this unit's."""

    kind: str
    title: str
    address: str
    light: str  # met, near, watch, alert, none
    word: str
    why: str
    due: date | None
    days: int | None = None  # days left; negative: days past
    action: str = ""
    simulated: bool = False
    since: date | None = None  # from when on it waits

    @property
    def order(self) -> tuple[date, bool, date, str, str]:
        """Soonest first; what has no deadline last: what is made up after all else, then who waits longest."""
        return self.due or date.max, self.simulated, self.since or date.max, self.kind, self.title


def waiting(view: Overview, unit: str, city: str) -> list[Waiting]:
    """All that waits for a unit as of the view's day."""
    found = [*_figures(view, unit, city), *_tasks(view, unit, city), *_calls(view, unit, city)]
    if unit in view.pack.city.reporting.office:
        found += _nobodys(view, city)
    return sorted(found, key=lambda one: one.order)


def _nobodys(view: Overview, city: str) -> Iterator[Waiting]:
    """What is late, at risk or soon due and names nobody: the leading group's office has to name a unit."""
    light = {"overdue": "alert", "at_risk": "watch"}
    for item in view.supervision:
        one = item.state
        if not (item.units or any(view.tasks.states[name].units() for name in one.below)):  # or a meeting named one
            yield Waiting("task", one.task.title, reverse("office_task", args=[city, one.id]),
                          light.get(item.level, "near"), LEVEL_NAMES[item.level],
                          f"没写责任单位，请本单位指定。{one.why}", one.due, _days(one.due, view.as_of), "指定",
                          one.simulated)  # fmt: skip
    for aim in view.board.distinct:
        coming = aim.due is not None and view.as_of <= aim.due <= view.as_of + timedelta(days=SOON)
        if coming and aim.target.operator == "milestone" and not (aim.reached or aim.target.units):
            where = f"{reverse('report_figure', args=[city])}?indicator={aim.indicator.id}"
            yield Waiting("figure", aim.name, where, "near", "将到期", f"没写责任单位，由本单位牵头或指定。{aim.why}",
                          aim.due, _days(aim.due, view.as_of), "去办")  # fmt: skip


def reviewed(rows: Iterable[dict[str, Any]], city: str) -> Iterator[Waiting]:
    """Figures that wait for a step: `review.pending` as lines of the inbox."""
    for row in rows:
        figure, unit, says = row["figure"], row["unit"], row["says"]
        title = f"{row['indicator'].name}：{figure.when()}{figure.shown()}"
        where = f"{reverse('report_figure', args=[city])}?indicator={figure.indicator}"
        why = {
            "recorded": f"{unit}报。数已登记，还没有报送审核。{says}",
            "returned": f"{unit}报。审核退回，请更正或说明后重报。{says}",
            "unlocked": f"{unit}报。已单项解锁，请更正后重报。{says}",
            "submitted": f"{unit}报。责任单位已报送，请审核。{says}",
        }[row["state"]]
        simulated = figure.simulated
        yield Waiting("figure", title, where, row["light"], row["word"], why, None, None, "去办", simulated)


# --- figures -------------------------------------------------------------------------------------------------


_ANSWERS: Kept[frozenset[str]] = Kept(256)


def answers_for(pack: Pack, unit: str, day: date) -> frozenset[str]:
    """The indicators for which a unit answers: of a county also what indices compare the counties by."""

    def asked() -> frozenset[str]:
        own = {name for name, one in pack.indicators.items() if unit in answering(pack, name, one.scope, day)}
        return frozenset(own | _compared(pack, place_of(pack, unit)))

    return _ANSWERS.get((Same(pack), unit, day), asked)


def _compared(pack: Pack, place: str | None) -> set[str]:
    """The indicators whose figures an index needs of a place."""
    parts = [part for one in pack.indices.values() if place in one.among for part in one.components]
    named = {name for part in parts for name in (part.indicator, part.per) if name}
    return named & set(pack.indicators)


def _figures(view: Overview, unit: str, city: str) -> Iterator[Waiting]:
    mine = answers_for(view.pack, unit, view.as_of)
    passed: set[tuple[str, str]] = set()
    for one in view.board.distinct:
        key = (one.indicator.id, one.target.scope)
        if one.status == "not_reported" and one.indicator.id in mine and key not in passed:
            passed.add(key)
            yield _figure(view, one, unit, city)


def _figure(view: Overview, one: Standing, unit: str, city: str) -> Waiting:
    named = unit in one.target.units or unit == one.indicator.agency
    why = f"目标里写明由本单位负责。{one.why}" if named else f"本单位承接了文件里写的责任单位。{one.why}"
    return Waiting(
        "figure", one.name, f"{reverse('report_figure', args=[city])}?indicator={one.indicator.id}", "watch",
        "逾期未报", why, one.due, _days(one.due, view.as_of), "报数",
    )  # fmt: skip


# --- tasks ---------------------------------------------------------------------------------------------------


def _tasks(view: Overview, unit: str, city: str) -> Iterator[Waiting]:
    listed = {item.state.id: item for item in view.supervision}
    for state in view.tasks.leaves():
        role = state.units().get(unit)
        if role is None or not state.open:
            continue
        item = listed.get(state.id)
        if item is not None and unit in item.units:
            yield _supervised(view, item, role, city)
        elif state.due is not None and view.as_of <= state.due <= view.as_of + timedelta(days=SOON):
            yield _task(view, state, role, city, "near", "将到期")


def _supervised(view: Overview, item: SupervisionItem, role: str, city: str) -> Waiting:
    light = {"overdue": "alert", "at_risk": "watch"}.get(item.level, "near")
    return _task(view, item.state, role, city, light, LEVEL_NAMES[item.level], supervised=True)


def _task(
    view: Overview, state: TaskState, role: str, city: str, light: str, word: str, supervised: bool = False
) -> Waiting:
    document = view.pack.documents.get(state.document)
    where = f"《{document.title}》" if document else "会议议定"
    told = f"{where}，本单位{ROLES[role]}。{state.why}"
    why = f"列入督办。{told}" if supervised else told
    return Waiting(
        "task", state.task.title, reverse("office_task", args=[city, state.id]), light, word, why, state.due,
        _days(state.due, view.as_of), "报进展", state.simulated,
    )  # fmt: skip


# --- calls ---------------------------------------------------------------------------------------------------


def _calls(view: Overview, unit: str, city: str) -> Iterator[Waiting]:
    pack = view.pack
    for call in pack.calls.values():
        takes = call.contact is not None and call.contact.unit == unit
        responsible = any(unit in pack.clauses[name].responsible for name in call.clauses if name in pack.clauses)
        if not (takes or responsible) or call.closes < view.as_of or call.opens > view.as_of + timedelta(days=92):
            continue
        yield _call(view, call, takes, city)


def _call(view: Overview, call: Call, takes: bool, city: str) -> Waiting:
    running = call.opens <= view.as_of
    soon = running and call.closes <= view.as_of + timedelta(days=SOON)
    due, word = (call.closes, "即将截止" if soon else "正在受理") if running else (call.opens, "将要开始")
    why = "本单位受理申报" if takes else "本单位负责其中的条款"
    article = call.article.partition("#")
    where = reverse("document", args=[city, article[0]]) + f"#{article[2]}"
    window = f"{why}，窗口 {call.opens} 至 {call.closes}"
    told = f"{window}；通知为演示而设。" if call.demonstration else f"{window}。"
    return Waiting(
        "call", call.name, where, "watch" if soon else "near", word, told, due, _days(due, view.as_of), "看通知",
    )  # fmt: skip


def _days(due: date | None, today: date) -> int | None:
    return (due - today).days if due else None


def oversees(pack: Pack, unit: str) -> bool:
    """Whether a unit receives the figures of all: the leading group's office, statistics."""
    return unit in overseers(pack)
