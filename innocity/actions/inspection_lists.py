"""The lists from which an inspection draws: what may be checked, and who may check, as the registers say now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from innocity.actions.ledger import VAR
from innocity.actions.procedure_records import open_cases
from innocity.actions.task_records import read_list, register_rows
from innocity.engines.inspection.model import Inspector, Item
from innocity.engines.tasks.units import answerable
from innocity.packs.model import InspectionPlan, Pack


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be drawn, and for whoever publishes it its title and whom it concerns."""

    item: Item
    title: str
    party: str


def candidates(pack: Pack, plan: InspectionPlan, year: int, var: Path = VAR) -> list[Candidate]:
    """What a plan draws from in a year. Errors: those of ledgers."""
    return _rows(pack, plan, year, var) if plan.register_ else _matters(pack, plan, year, var)


def years_of(pack: Pack, plan: InspectionPlan, var: Path = VAR) -> dict[int, int]:
    """How many a plan could draw from in each year that has any. Errors: those of ledgers."""
    found: dict[int, int] = {}
    for year in _dated(pack, plan, var):
        found[year] = found.get(year, 0) + 1
    return found


def _dated(pack: Pack, plan: InspectionPlan, var: Path) -> Iterable[int]:
    """The year of each thing that a plan could draw, in any order."""
    if plan.register_:
        days = {row["fact_id"]: row[plan.dated or ""] for row in register_rows(pack, plan.register_, var)}
        return [day.year if isinstance(day, date) else int(day) for day in days.values() if day is not None]
    done = [case for case in open_cases(pack, date.max, var).values()
            if case.procedure.id in plan.procedures and not case.open]  # fmt: skip
    return [case.taken[-1].taken_on.year for case in done]


def _rows(pack: Pack, plan: InspectionPlan, year: int, var: Path) -> list[Candidate]:
    found = {}
    for row in register_rows(pack, plan.register_ or "", var):
        dated = row[plan.dated or ""]
        if (dated.year if isinstance(dated, date) else dated) != year:
            continue
        clause = pack.clauses.get(row[plan.clause] or "") if plan.clause else None
        apart = _units(pack, (*plan.apart, *(clause.responsible if clause else ())), year)
        title = str(row[plan.title] or "") if plan.title else ""
        title = "" if title == row["party_id"] else title  # whom it concerns stands by name beside it
        told = "：".join(one for one in (clause.name if clause else "", title) if one)
        item = Item(row["fact_id"], str(row[plan.stratum or ""] or ""), apart)
        found[item.id] = Candidate(item, told or item.id, row["party_id"])
    return list(found.values())


def _matters(pack: Pack, plan: InspectionPlan, year: int, var: Path) -> list[Candidate]:
    found = []
    for case in open_cases(pack, date.max, var, on=date(year, 12, 31)).values():
        if case.procedure.id in plan.procedures and not case.open and case.taken[-1].taken_on.year == year:
            units = [one.actor for one in case.taken if one.actor in pack.units]
            item = Item(case.id, case.procedure.id, _units(pack, (*plan.apart, *units), year))
            found.append(Candidate(item, case.title, case.applicant))
    return found


def _units(pack: Pack, names: Iterable[str], year: int) -> tuple[str, ...]:
    """Units and whoever answers for them at the end of a year."""
    found: dict[str, None] = {}
    for name in names:
        if name in pack.units:
            found[name] = None
            found |= dict.fromkeys(answerable(pack.units, name, date(year, 12, 31)).answer)
    return tuple(sorted(found))


def inspectors(pack: Pack, listed: Iterable[Candidate], day: date, var: Path = VAR) -> list[Inspector]:
    """Who may check on a day, each barred from what concerns the own unit or a party to be avoided."""
    items: dict[str, list[str]] = {}
    for one in listed:
        items.setdefault(one.party, []).append(one.item.id)
    found: dict[str, Inspector] = {}
    for row in register_rows(pack, "inspector", var):
        number = row["inspector"]
        gone = row["left_on"] or row["valid_to"]
        if gone is not None and gone <= day:
            found.pop(number, None)
            continue
        barred = [item for party in (row["party_id"], *read_list(row["avoids"])) for item in items.get(party, ())]
        found[number] = Inspector(number, row["party_id"], tuple(sorted(barred)))
    return list(found.values())


def strata_of(pack: Pack, plan: InspectionPlan, listed: Iterable[Candidate]) -> list[tuple[str, str, int]]:
    """(stratum, what it is called, how many) in order of their ids."""
    sizes: dict[str, int] = {}
    for one in listed:
        sizes[one.item.stratum] = sizes.get(one.item.stratum, 0) + 1
    return [(name, stratum_name(pack, plan, name), sizes[name]) for name in sorted(sizes)]


def stratum_name(pack: Pack, plan: InspectionPlan | None, name: str) -> str:
    """What a stratum is called: a clause, a procedure, a code, or as it stands."""
    if name in pack.clauses:
        return pack.clauses[name].name
    if name in pack.procedures:
        return pack.procedures[name].name
    register = pack.registers.get(plan.register_ or "") if plan else None
    column = register.column(plan.stratum or "") if register and plan else None
    codes = pack.codes.get(column.codes or "") if column is not None else None
    return next((code.name for code in codes.codes if code.id == name), name) if codes else name or "（没有分层）"
