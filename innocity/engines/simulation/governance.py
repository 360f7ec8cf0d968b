"""What offices record about the city's own promises: progress, closings, meetings, and what counties report.

The tasks and indicators are the pack's; all that is said of them here is invented and marked as simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from innocity.core.measures import unit_factor
from innocity.engines.simulation import columns as make
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.tables import Batch, Table
from innocity.packs.facts_columns import ARROW_TYPES
from innocity.packs.model import Pack, Register, Task

Row = dict[str, Any]
_QUARTER = 91
_LAST_REPORTS = 6  # of each task, the latest
#: How a task goes: its share, and the bounds of its pace against the time gone by.
_COURSES = {"quick": (0.08, 2.4, 3.4), "steady": (0.66, 0.8, 1.25), "slow": (0.12, 0.2, 0.6),
            "blocked": (0.05, 0.1, 0.5), "silent": (0.09, 0.0, 0.0)}  # fmt: skip
_DAY = make.day_of


def tables(city: SimulatedCity) -> list[Table]:
    """Those of the registers that the pack has."""
    pack = city.pack
    tasks, figures = followed(pack), _reported(pack)
    meetings = len(_MEETINGS) if tasks else 0
    parts: tuple[tuple[str, int, Callable[[SimulatedCity, int], list[Row]]], ...] = (
        ("task_progress", len(tasks), lambda city, unit: _progress(city, tasks[unit], unit)),
        ("task_closure", len(tasks), lambda city, unit: _closings(city, tasks[unit], unit)),
        ("meeting", meetings, _meetings),
        ("resolution", meetings, lambda city, unit: _resolutions(city, _busiest(tasks), unit)),
        ("observation", len(figures), lambda city, unit: _observations(city, figures[unit], unit)),
    )
    found = []
    for name, units, rows in parts:
        register = pack.registers.get(name)
        if register is not None and units:
            found.append(Table(name, units, _batches(register, rows), punctual=True))
    return found


def _batches(
    register: Register, rows: Callable[[SimulatedCity, int], list[Row]]
) -> Callable[[SimulatedCity, int, int], Batch]:
    """Rows of Python values as columns; a register that has fewer columns gets fewer."""
    kinds = {column.id: ARROW_TYPES[column.type] for column in register.columns} | {"party_id": pa.string()}

    def batch(city: SimulatedCity, start: int, stop: int) -> Batch:
        made = [row for unit in range(start, stop) for row in rows(city, unit)]
        on = np.array([_DAY(row["on"]) for row in made], dtype=np.int64)
        columns = {name: pa.array([row.get(name) for row in made], kind) for name, kind in kinds.items()}
        return Batch(columns, on)

    return batch


# --- tasks ----------------------------------------------------------------------------------------------


def followed(pack: Pack) -> tuple[Task, ...]:
    """Tasks that somebody reports on: owed, not divided further, said for the first time, with a unit."""
    divided = {task.parent for task in pack.tasks.values() if task.owed()}
    return tuple(
        task for task in pack.tasks.values()
        if task.owed() and task.kind != "phase" and task.id not in divided and not task.same_as
        and (task.lead or task.responsible)
    )  # fmt: skip


def _days(city: SimulatedCity, task: Task) -> tuple[date | None, date | None]:
    """First day and deadline, as the board reckons them."""
    phase = city.pack.tasks.get(task.phase or "")
    document = city.pack.document_of(task)
    issued = document.begins() if document else None
    return task.from_ or (phase.from_ if phase else None) or issued, task.due or (phase.due if phase else None)


def _draw(city: SimulatedCity, name: str, unit: int) -> float:
    return float(city.draws.unit(name, np.array([unit]))[0])


def _course(city: SimulatedCity, unit: int) -> tuple[str, float]:
    """How a task goes, and its pace against the time gone by."""
    place = int(make.by_weight([one[0] for one in _COURSES.values()], np.array([_draw(city, "task_course", unit)]))[0])
    name = list(_COURSES)[place]
    _, low, high = _COURSES[name]
    return name, low + (high - low) * _draw(city, "task_pace", unit)


def _at(days: int) -> date:
    return date.fromordinal(days + date(1970, 1, 1).toordinal())


def _progress(city: SimulatedCity, task: Task, unit: int) -> list[Row]:
    course, pace = _course(city, unit)
    start, due = _days(city, task)
    if start is None or course == "silent":
        return []
    first, end = _DAY(start), _closed_on(city, task, unit) or city.as_of
    last = _DAY(due) if due else first + 3 * 365
    days = list(range(first + 45 + int(40 * _draw(city, "task_told", unit)), min(end, last) + 1, _QUARTER))
    return [_report(task, course, pace, _at(day), (day - first) / max(1, last - first))
            for day in days[-_LAST_REPORTS:]]  # fmt: skip


def _report(task: Task, course: str, pace: float, day: date, gone: float) -> Row:
    progress = min(95, int(100 * pace * gone))
    work = "blocked" if course == "blocked" else "delayed" if course == "slow" and gone > 0.5 else "under_way"
    return {
        "party_id": (task.lead or task.responsible)[0], "task": task.id, "reported_on": day, "progress": progress,
        "work": work, "text": f"（模拟）完成约{progress}%", "simulated": True, "on": day,
        "problem": {"blocked": "（模拟）要素保障未落实", "delayed": "（模拟）前期工作滞后"}.get(work),
        "evidence": f"（模拟）进展材料{day:%Y%m}" if progress >= 10 else None,
    }  # fmt: skip


def _closed_on(city: SimulatedCity, task: Task, unit: int) -> int | None:
    """The day on which a task was closed: quick ones when they reach the whole, those past their deadline near it."""
    course, pace = _course(city, unit)
    start, due = _days(city, task)
    if start is None or due is None or course in ("silent", "blocked"):
        return None
    first, last = _DAY(start), _DAY(due)
    if course == "quick":
        day = first + int((last - first) / pace)
    elif course == "steady":
        day = last - 60 + int(120 * _draw(city, "task_closed", unit))
    else:
        day = last + 200 + int(900 * _draw(city, "task_closed", unit))
    return day if day <= city.as_of else None


def _closings(city: SimulatedCity, task: Task, unit: int) -> list[Row]:
    day = _closed_on(city, task, unit)
    if day is None:
        return []
    office = _office(city.pack)
    return [{
        "party_id": office, "task": task.id, "decided_on": _at(day), "outcome": "closed", "on": _at(day),
        "evidence": f"（模拟）验收材料{_at(day):%Y%m}", "by": city.pack.units[office].name, "text": "（模拟）同意销号",
        "simulated": True,
    }]  # fmt: skip


def _office(pack: Pack) -> str:
    """Who closes tasks: a leading group that some task names in the lead, else the first unit."""
    for task in pack.tasks.values():
        for name in task.lead:
            if "领导小组" in pack.units[name].name:
                return name
    return next(iter(pack.units))


# --- meetings -------------------------------------------------------------------------------------------

_MEETINGS = (
    ("leading_group", 40, "（模拟）领导小组会议：调度年度任务", "（模拟）建立重点任务月调度"),
    ("consultation", 20, "（模拟）指标会商：核对年底数据", "（模拟）核对年底指标并附佐证材料"),
)


def _meeting_day(city: SimulatedCity, unit: int) -> date:
    return _at(city.as_of - _MEETINGS[unit][1])


def _meetings(city: SimulatedCity, unit: int) -> list[Row]:
    kind, _, title, _ = _MEETINGS[unit]
    day = _meeting_day(city, unit)
    return [{"party_id": _office(city.pack), "meeting": f"simulated-{unit + 1}", "kind": kind, "title": title,
             "held_on": day, "text": title, "simulated": True, "on": day}]  # fmt: skip


def _resolutions(city: SimulatedCity, lead: str, unit: int) -> list[Row]:
    day = _meeting_day(city, unit)
    return [{"party_id": _office(city.pack), "task": f"simulated_resolution_{unit + 1}",
             "meeting": f"simulated-{unit + 1}", "title": _MEETINGS[unit][3], "lead": lead, "on": day,
             "due": _at(city.as_of + (-5 if unit else 25)), "simulated": True}]  # fmt: skip


def _busiest(tasks: Sequence[Task]) -> str:
    counts: dict[str, int] = {}
    for task in tasks:
        for name in (*task.lead, *task.responsible):
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name])


# --- figures of counties --------------------------------------------------------------------------------


def _reported(pack: Pack) -> list[tuple[str, str, str]]:
    """(indicator, scope, period) that the city's indices need of those they compare, each once."""
    found: dict[tuple[str, str, str], None] = {}
    for index in pack.indices.values():
        for part in index.components:
            for scope in index.among:
                for name in (part.indicator, part.per):
                    if name and index.period:
                        found[(name, scope, index.period)] = None
    return list(found)


def _observations(city: SimulatedCity, figure: tuple[str, str, str], unit: int) -> list[Row]:
    """A county's figure, near its share of the city's published one: invented, whole where the city's is."""
    name, scope, period = figure
    indicator = city.pack.indicators[name]
    published = [
        (one.value, one.unit or indicator.unit or "") for one in city.pack.observations
        if one.indicator == name and one.scope == "city" and one.kind in (None, indicator.kind)
    ]  # fmt: skip
    value, unit_name = published[-1] if published else (Fraction(100), indicator.unit or "")
    factor = unit_factor(unit_name, indicator.unit or "") if indicator.unit else None
    whole = value * (factor or 1)
    lean = 0.5 + _draw(city, "county_figure", unit)
    spread = indicator.kind not in ("ratio", "rank", "growth") and "per_10k" not in name
    places = 2 if (indicator.unit in ("%", "亿元")) or whole.denominator != 1 else 0
    shares = max(1, len(city.pack.city.divisions)) if spread else 1
    text = f"{float(whole) / shares * lean:.{places}f}"
    day = date(int(period[:4]), 12, 31) if period[:4].isdigit() else city.closing
    return [{"party_id": _county_unit(city.pack, scope), "indicator": name, "period": period, "scope": scope,
             "value": text, "unit": indicator.unit, "observed_on": day, "note": "（模拟）", "simulated": True,
             "on": day}]  # fmt: skip


def _county_unit(pack: Pack, scope: str) -> str:
    """The unit that reports for a county: the one whose name begins with the county's."""
    names = {one.id: one.name for one in (*pack.city.divisions, *pack.city.zones)}
    for unit in pack.units.values():
        if unit.name.startswith(names.get(scope, scope)):
            return unit.id
    return next(iter(pack.units), scope)
