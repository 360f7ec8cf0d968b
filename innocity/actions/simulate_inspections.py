"""Put invented inspections into a simulated city: a list of inspectors, one that was carried out, one announced.

Everything goes through the actions that offices use, and says that it is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from innocity.actions.inspect import Announcement, announce, draw_inspection
from innocity.actions.inspection_lists import candidates, years_of
from innocity.actions.inspection_records import Inspection
from innocity.actions.ledger import VAR, ledger
from innocity.actions.procedure_records import open_cases
from innocity.actions.take_step import Step, take_step
from innocity.core.errors import InnoCityError
from innocity.engines.inspection.model import Quota
from innocity.engines.tasks.units import place_of
from innocity.engines.workflow.model import Case
from innocity.packs.model import InspectionPlan, Pack
from innocity.records.viewer import Viewer

PEOPLE = 2  # of each unit that sends any
_UNITS = 4  # units of the city beside those of its districts
_DRAWN = 6  # of each stratum
_ANNOUNCED, _REVEALED, _CHECKED, _AHEAD = 75, 60, 50, 14  # days ago; days to come
_NUMBER = "演示用开奖号码（模拟）"


def simulate_inspections(pack: Pack, viewer: Viewer, var: Path = VAR, *, today: date | None = None) -> int:
    """Write them; gives how many inspections were announced. Errors: those of the actions."""
    day, told = today or date.today(), 0
    plan = next((one for one in pack.inspections.values() if years_of(pack, one, var)), None)
    if plan is None:
        return 0
    years = sorted(years_of(pack, plan, var), reverse=True)
    _people(pack, viewer, plan, years[0], day, var)
    _carried_out(pack, viewer, plan, years[0], day, var)
    told += 1
    for year in years[1:2]:
        announce(pack, _told(plan, year, day - timedelta(2), day + timedelta(_AHEAD)), var, viewer=viewer)
        told += 1
    return told


def senders(pack: Pack, plan: InspectionPlan, year: int, var: Path) -> list[str]:
    """Units that decided nothing of what the plan draws from in a year: those of districts, then some of the city."""
    apart = {unit for one in candidates(pack, plan, year, var) for unit in one.item.apart} | {*plan.apart, *plan.by}
    free = [one for one in pack.units.values()
            if one.id not in apart and not one.collective and not one.successor and one.full_name]  # fmt: skip
    city = [one.id for one in free if one.level != "county"]
    places = [one.id for one in pack.units.values() if place_of(pack, one.id) is not None and one.id not in apart]
    return places + city[-_UNITS:]


def _people(pack: Pack, viewer: Viewer, plan: InspectionPlan, year: int, day: date, var: Path) -> None:
    since = (day - timedelta(_ANNOUNCED + 30)).isoformat()
    rows = [
        {"party_id": unit, "inspector": f"模拟检-{number:02d}{place + 1}", "name": f"模拟检查员{number:02d}{place + 1}",
         "valid_from": since, "source": "模拟"}
        for number, unit in enumerate(senders(pack, plan, year, var), 1) for place in range(PEOPLE)
    ]  # fmt: skip
    ledger(pack, "inspector", var, viewer=viewer).append(rows)


def _told(plan: InspectionPlan, year: int, on: date, reveal: date) -> Announcement:
    return Announcement(plan.id, plan.by[0], year, f"{year}年{plan.name}（模拟）", _NUMBER, reveal, on,
                        rest=Quota(number=_DRAWN), simulated=True)  # fmt: skip


def _carried_out(pack: Pack, viewer: Viewer, plan: InspectionPlan, year: int, day: date, var: Path) -> None:
    """Announced, drawn and checked, all long enough ago: in one of the items something is found and mended."""
    on, reveal = day - timedelta(_ANNOUNCED), day - timedelta(_REVEALED)
    one = announce(pack, _told(plan, year, on, reveal), var, viewer=viewer)
    done = draw_inspection(pack, one.id, f"{reveal:%Y%m%d}", reveal, var, viewer=viewer)
    found = [case for case in open_cases(pack, date.max, var, on=reveal).values()
             if (case.subject or "").startswith(f"{done.id}/")]  # fmt: skip
    for number, case in enumerate(sorted(found, key=lambda case: case.id)):
        _check(pack, viewer, done, case, number, day, var)


def _check(
    pack: Pack, viewer: Viewer, done: Inspection, case: Case, number: int, day: date, var: Path
) -> None:  # fmt: skip
    """What came of an item: clear; of the second, something found and mended."""
    checked = day - timedelta(_CHECKED - number)
    wrong = number == 1
    steps: Sequence[tuple[str, str, date, date | None]] = (
        ("problem", "收款账户与申报时不一致（模拟）", checked, checked + timedelta(10)),
        ("corrected", "已补交账户变更说明（模拟）", checked + timedelta(5), None),
    ) if wrong else (("clear", "证书、账目与申报一致（模拟）", checked, None),)  # fmt: skip
    for name, text, taken, until in steps:
        who = _who(pack, case)
        take_step(pack, Step(case.procedure.id, name, who, taken, case.id, text=text, evidence=["检查记录（模拟）"],
                             until=until, simulated=True), var, today=day, viewer=viewer)  # fmt: skip


def _who(pack: Pack, case: Case) -> str:
    """The first of the units to which the item was handed."""
    named = case.taken[0].named
    if not named:
        raise InnoCityError("E-INSPECT-TEAM", f"{case.id} 没有写由谁检查", None, "先抽取检查人员")
    return named[0]
