"""Announce a random inspection with its frozen list, draw from it once the public number is known, call it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import check_acts_for, unit_names
from innocity.actions.inspection_lists import Candidate, candidates, inspectors
from innocity.actions.inspection_records import LIST, REGISTER, Inspection, find_inspection, find_plan, inspections
from innocity.actions.ledger import VAR, ledger
from innocity.actions.procedure_records import REGISTER as STEPS
from innocity.actions.procedure_records import actors, free_ids, taken_steps
from innocity.actions.task_records import written_list
from innocity.core.canonical import canonical_json
from innocity.core.dates import add_days
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.inspection.draw import draw, seed_of, without_team
from innocity.engines.inspection.model import Drawn, Frozen, Inspector, Quota, result_digest
from innocity.packs.model import DrawRule, InspectionPlan, Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-INSPECT-EMPTY": ("没有可抽的", "nothing to draw from"),
    "E-INSPECT-TEAM": ("能检查的人不够", "too few may check"),
    "E-INSPECT-NUMBER": ("公开数没有写，或日子不对", "the public number is missing, or its day is wrong"),
    "E-INSPECT-STATE": ("这次抽查已经抽过或取消", "the inspection was drawn or called off already"),
    "E-INSPECT-UNIT": ("这个单位不组织这项抽查", "the unit does not run this inspection"),
    "E-INSPECT-BROKEN": ("冻结的名单和摘要对不上", "the frozen list does not have its digest"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Announcement:
    """An inspection to be announced: `number_source` says which public number will be used, known from `reveal_on`.

    `rest` and `quotas` (by stratum) take the place of the plan's; `due` is the last day of checking.
    """

    plan: str
    unit: str
    year: int
    title: str
    number_source: str
    reveal_on: date
    on: date
    rest: Quota | None = None
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    team: int | None = None
    due: date | None = None
    simulated: bool = False


def announce(pack: Pack, told: Announcement, var: Path = VAR, *, viewer: Viewer | None = None) -> Inspection:
    """Freeze the list and record it with its digest, before the number that decides is known.

    Errors: E-INSPECT-*; E-LEDGER-UNIT; those of ledgers.
    """
    plan = find_plan(pack, told.plan)
    _check_unit(pack, plan, told.unit, told.on, viewer)
    if not told.number_source.strip() or told.reveal_on <= told.on:
        source = told.number_source.strip() or "没有写用哪个数"
        text = f"公开数要在公告的 {told.on} 以后才产生，写的是 {told.reveal_on}：{source}"
        raise InnoCityError("E-INSPECT-NUMBER", text, None, "写明用哪个公开数，如某期开奖号码，日期在公告以后")
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        listed = candidates(pack, plan, told.year, var)
        frozen = _frozen(plan, told, listed, inspectors(pack, listed, told.on, var))
        _check_list(pack, plan, told.year, frozen)
        number, known = 1, inspections(pack, var)
        while (name := f"{plan.id}-{told.year}-{number:02d}") in known:
            number += 1
        ledger(pack, LIST, var, viewer=viewer).append(_list_rows(told, name, frozen, listed), "announce_inspection")
        book.append([_announced(plan, told, name, frozen)], "announce_inspection")
        return find_inspection(pack, name, var)


def _check_unit(pack: Pack, plan: InspectionPlan, unit: str, day: date, viewer: Viewer | None) -> None:
    check_acts_for(pack, viewer, unit)
    if unit not in plan.by:
        text = f"“{plan.name}”不由{unit_names(pack, [unit])}组织"
        raise InnoCityError("E-INSPECT-UNIT", text, None, f"可以组织的：{unit_names(pack, plan.by)}")
    procedure = pack.procedures[plan.procedure]
    first = procedure.step(plan.step)
    assert first is not None
    if unit not in actors(pack, procedure, first, "", day):
        text = f"“{procedure.name}”的“{first.name}”不由{unit_names(pack, [unit])}办"
        raise InnoCityError("E-INSPECT-UNIT", text, None, "改 procedures.yaml，或由别的单位组织")


def quota_of(rule: DrawRule) -> Quota:
    """A plan's rule for the draw."""
    return Quota(rule.rate, rule.number)


def _frozen(plan: InspectionPlan, told: Announcement, listed: list[Candidate], who: list[Inspector]) -> Frozen:
    known = {one.item.stratum for one in listed}
    quotas = {name: quota_of(one) for name, one in plan.strata.items()} | dict(told.quotas)
    return Frozen(
        tuple(one.item for one in listed), tuple(who), told.rest or quota_of(plan.rule),
        {name: one for name, one in quotas.items() if name in known}, told.team or plan.team,
    )  # fmt: skip


def _check_list(pack: Pack, plan: InspectionPlan, year: int, frozen: Frozen) -> None:
    if not frozen.items:
        raise InnoCityError("E-INSPECT-EMPTY", f"{year} 年没有可抽的“{plan.name}”", None, "换一个年度，或先登记")
    if lacking := without_team(frozen):
        apart = {unit for one in frozen.items if one.id in set(lacking) for unit in one.apart}
        text = f"有 {len(lacking)} 项找不到 {frozen.team} 名可以检查的人（名录 {len(frozen.inspectors)} 人）"
        remedy = f"在检查人员名录里补别的单位的人；要回避的单位：{unit_names(pack, sorted(apart))}"
        raise InnoCityError("E-INSPECT-TEAM", text, None, remedy)


def _list_rows(told: Announcement, name: str, frozen: Frozen, listed: list[Candidate]) -> list[dict[str, str]]:
    base = {"party_id": told.unit, "inspection": name, "valid_from": told.on.isoformat(), "source": "抽查记录",
            "simulated": "true" if told.simulated else ""}  # fmt: skip
    rows = [
        base | {"entry": one.item.id, "stratum": one.item.stratum, "concerns": one.party, "title": one.title,
                "apart": written_list(one.item.apart)} for one in listed
    ]  # fmt: skip
    return rows + [
        base | {"entry": one.id, "unit": one.unit, "barred": written_list(one.barred)} for one in frozen.inspectors
    ]


def _announced(plan: InspectionPlan, told: Announcement, name: str, frozen: Frozen) -> dict[str, str]:
    rules = {"rest": frozen.rest.as_dict(), "quotas": {key: one.as_dict() for key, one in frozen.quotas.items()}}
    due = told.due or (add_days(told.reveal_on, plan.within) if plan.within else None)
    return {
        "party_id": told.unit, "inspection": name, "plan": plan.id, "event": "announced",
        "taken_on": told.on.isoformat(), "title": told.title.strip() or f"{told.year}年{plan.name}",
        "year": str(told.year), "rules": canonical_json(rules), "team": str(frozen.team),
        "list_hash": frozen.digest(), "number_source": told.number_source.strip(),
        "reveal_on": told.reveal_on.isoformat(), "due": due.isoformat() if due else "",
        "simulated": "true" if told.simulated else "", "valid_from": told.on.isoformat(), "source": "抽查记录",
    }  # fmt: skip


# --- the draw ------------------------------------------------------------------------------------------------------


def draw_inspection(
    pack: Pack, name: str, number: str, on: date, var: Path = VAR, *, viewer: Viewer | None = None
) -> Inspection:
    """Draw with the public number, and begin a matter for each item drawn. Once: what was drawn stands.

    Errors: E-INSPECT-*; E-LEDGER-UNIT; those of ledgers.
    """
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        one = _waiting(pack, name, var)
        check_acts_for(pack, viewer, one.unit)
        if not number.strip() or on < one.reveal_on:
            text = f"公开数 {one.reveal_on} 才产生" if on < one.reveal_on else "没有写公开数"
            raise InnoCityError("E-INSPECT-NUMBER", text, None, f"等{one.number_source}产生以后再抽")
        if one.frozen.digest() != one.list_hash:
            text = f"{name} 冻结的名单被改动过，摘要不是公告的 {one.list_hash[:12]}"
            raise InnoCityError("E-INSPECT-BROKEN", text, None, "取消这次抽查，重新公告；用 innocity verify 查是谁改的")
        seed = seed_of(one.list_hash, number)
        drawn = draw(one.frozen, seed)
        row = {"number": number.strip(), "seed": seed, "result_hash": result_digest(drawn)}
        book.append([_event(one, "drawn", on) | row], "draw_inspection")
        _begin(pack, one, drawn, on, var, viewer)
        return find_inspection(pack, name, var)


def cancel_inspection(
    pack: Pack, name: str, reason: str, on: date, var: Path = VAR, *, viewer: Viewer | None = None
) -> Inspection:
    """Call an inspection off before it is drawn; its list and the reason stay. Errors: as of the draw."""
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        one = _waiting(pack, name, var)
        check_acts_for(pack, viewer, one.unit)
        if not reason.strip():
            raise InnoCityError("E-INSPECT-STATE", "没有写为什么取消", None, "写明理由，理由会公开")
        book.append([_event(one, "cancelled", on) | {"text": reason.strip()}], "cancel_inspection")
        return find_inspection(pack, name, var)


def _waiting(pack: Pack, name: str, var: Path) -> Inspection:
    one = find_inspection(pack, name, var)
    if one.state != "announced":
        text = f"{one.title} 已于 {one.drawn_on} 抽过" if one.drawn_on else f"{one.title} 已经取消"
        raise InnoCityError("E-INSPECT-STATE", text, None, "抽过不能再抽；另行公告一次")
    return one


def _event(one: Inspection, event: str, on: date) -> dict[str, str]:
    return {"party_id": one.unit, "inspection": one.id, "plan": one.plan, "event": event, "taken_on": on.isoformat(),
            "valid_from": on.isoformat(), "source": "抽查记录",
            "simulated": "true" if one.simulated else ""}  # fmt: skip


def _begin(pack: Pack, one: Inspection, drawn: tuple[Drawn, ...], on: date, var: Path, viewer: Viewer | None) -> None:
    """A matter for each item drawn, all at once: it waits for the units of those who check."""
    plan = find_plan(pack, one.plan)
    units = {each.id: each.unit for each in one.frozen.inspectors}
    known, rows = {each.case for each in taken_steps(pack, var)}, []
    for each, case in zip(drawn, free_ids(plan.procedure, on.year, known), strict=False):
        rows.append({
            "party_id": one.unit, "case": case, "procedure": plan.procedure, "step": plan.step,
            "title": f"抽查：{one.names[each.item]}", "concerns": one.parties[each.item], "taken_on": on.isoformat(),
            "by": viewer.name if viewer else "", "text": f"{one.title}抽中，检查人员 {'、'.join(each.inspectors)}",
            "subject": f"{one.id}/{each.item}", "until": one.due.isoformat() if one.due else "",
            "named": written_list(dict.fromkeys(units[name] for name in each.inspectors)),
            "simulated": "true" if one.simulated else "", "valid_from": on.isoformat(), "source": "办理记录",
        })  # fmt: skip
    ledger(pack, STEPS, var, viewer=viewer).append(rows, "draw_inspection")
