"""Registers `innovation_consortium`, `rd_institution`, `event_hosting`, `competition_entry`, `ranking` and
`integrity_record`."""

from __future__ import annotations

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Selection, years_of
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_WAN = 10**6
_PRIZE = Spread(20 * _WAN, 0.5, 60 * _WAN, _WAN)
_LIST_LENGTH = 80  # the provincial list of firms by patents granted
_ZONE_HISTORY = 4  # years of a zone's ranking before the first simulated one
_LISTS = {
    "serious_dishonesty": 0.08, "judgment_defaulter": 0.3, "abnormal_operation": 0.42, "tax_violation": 0.06,
    "research_misconduct": 0.02, "accident": 0.12,
}  # fmt: skip
_PLACES = {"outside_city": 0.45, "local_university": 0.35, "overseas": 0.2}
_RESULTS = {"excellent": 0.25, "good": 0.35, "pass": 0.34, "fail": 0.06}
_MODES = {"own": 0.5, "merger": 0.15, "joint": 0.35}
_FORMS = {"rd_centre": 0.5, "talent_enclave": 0.25, "joint_lab": 0.25}
_EVENT_LEVELS = {"city": 0.6, "province": 0.25, "national": 0.07, "county": 0.08}
_EVENT_ROLES = {"host": 0.6, "lead": 0.2, "assist": 0.2}
_STAGES = {"city": 0.45, "province": 0.3, "national_final": 0.25}


def _consortia(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Consortia: a leading firm, three to six participants."""
    numbers = np.arange(start, stop)
    unit, below = city.draws.unit, city.draws.below
    members = 4 + below("consortium_size", numbers, 4)
    at = np.repeat(numbers, members)
    turn = np.arange(len(at)) - np.repeat(np.cumsum(members) - members, members)
    key = at * 10 + turn
    formed = city.anchor("consortia") - below("formed", at, 400)
    firm = city.firm((unit("consortium_firm", key) ** 2 * city.pool(2_000)).astype(np.int64))
    university = city.party("university", below("consortium_university", key, city.actors["university"]))
    local = unit("consortium_local", at) < 0.8
    columns = {
        "party_id": make.either((turn == 1) & local, university, firm),
        "consortium": make.numbered("MNLHT", at + 1, 6),
        "role": city.code("platform_role", ["lead", "participant"], (turn > 0).astype(np.int64)),
        "task_based": make.flags(np.full(len(at), True)),
        "leader_is_chain_head": make.flags(unit("chain_head", at) < 0.8, unit("chain_head_known", at) < 0.05),
        "with_local_university": make.flags(local),
        "formed_on": make.days(formed),
    }
    return Batch(columns, formed)


def _institutions(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Research institutions of firms outside the city, abroad or at local universities."""
    rows = np.arange(start, stop)
    unit = city.draws.unit
    filed = city.some_day("institution_day", start, years_of(city.calendar("rd_institutions"), rows))
    columns = {
        "party_id": city.firm(city.leading("institution_firm", start, stop, pool=3_000, skew=1.5)),
        "institution": _institution_no(rows),
        "place": city.weighted("institution_place", _PLACES, unit("institution_place", rows)),
        "mode": city.weighted("institution_mode", _MODES, unit("institution_mode", rows)),
        "form": city.weighted("institution_form", _FORMS, unit("institution_form", rows)),
        "local_host": make.flags(unit("local_host", rows) < 0.95, unit("local_host_known", rows) < 0.03),
        "filed_on": make.days(filed),
    }
    return Batch(columns, filed)


def _institution_evaluations(city: SimulatedCity, start: int, stop: int) -> Batch:
    """The year after it was filed, an institution is evaluated."""
    rows = np.arange(start, stop)
    years = years_of(city.calendar("rd_institutions"), rows) + 1
    on = make.year_starts(years) + 270 + city.draws.below("institution_evaluated", rows, 80)
    columns = {
        "party_id": city.firm(city.leading("institution_firm", start, stop, pool=3_000, skew=1.5)),
        "platform_id": _institution_no(rows),
        "type": city.one_code("platform_type", "enterprise_rd_institution", len(rows)),
        "evaluated_on": make.days(on),
        "evaluation_year": make.whole(years),
        "result": city.weighted("evaluation_result", _RESULTS, city.draws.unit("institution_result", rows)),
        "ordinal": make.whole(np.ones(len(rows), dtype=np.int64)),
    }
    return Batch(columns, on)


def _institution_no(rows: Ints) -> Column:
    return make.numbered("MNJG", rows + 1, 6)


def _events(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    unit = city.draws.unit
    held = city.some_day("event_day", start, years_of(city.calendar("events"), rows))
    firm = city.firm(city.leading("event_firm", start, stop, skew=1.5))
    carrier = city.party("carrier", city.some("carrier", "event_carrier", start, stop))
    division = city.party("division", city.draws.below("event_division", rows, len(city.pack.city.divisions)))
    kind = unit("event_host", rows)
    columns = {
        "party_id": make.either(kind < 0.3, division, make.either(kind < 0.6, carrier, firm)),
        "event_name": make.numbered("模拟活动", rows + 1, 6),
        "level": city.weighted("level", _EVENT_LEVELS, unit("event_level", rows)),
        "role": city.weighted("hosting_role", _EVENT_ROLES, unit("event_role", rows), kind > 0.97),
        "held_on": make.days(held),
    }
    return Batch(columns, held)


def _entries(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Entries of the innovation contest; half of those in a national final win a prize."""
    rows = np.arange(start, stop)
    unit = city.draws.unit
    held = city.some_day("entry_day", start, years_of(city.calendar("entries"), rows))
    stage = make.by_weight(_STAGES, unit("entry_stage", rows))
    won = (stage == list(_STAGES).index("national_final")) & (unit("entry_won", rows) < 0.5)
    columns = {
        "party_id": city.firm(city.leading("entry_firm", start, stop, skew=1.3)),
        "entry": make.numbered("MNCS", rows + 1, 6),
        "competition": city.one_code("competition", "china_innovation", len(rows)),
        "stage": city.code("competition_stage", list(_STAGES), stage),
        "national_prize": make.whole(_PRIZE.amounts(city.draws.stream("entry_prize", start, stop)), ~won),
        "held_on": make.days(held),
    }
    return Batch(columns, held)


def _ranked(city: SimulatedCity) -> int:
    """How many firms stand in the provincial list each year; the list does not grow with the city."""
    return min(city.count("ranked_firms"), _LIST_LENGTH)


def _firm_ranks(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    each = max(1, _ranked(city))
    year, place = city.years[0] + rows // each, rows % each
    order = Selection.of(city.draws, "province_list", _LIST_LENGTH, each)
    rank = (order.member(place) + (year % 7) * 5) % _LIST_LENGTH + 1
    published = make.year_starts(year + 1) - 1 - city.draws.below("list_day", year, 20)
    columns = {
        "party_id": city.firm(place * 3),
        "list": city.one_code("ranking_list", "province_patent_top", len(rows)),
        "year": make.whole(year),
        "published_on": make.days(published),
        "rank": make.whole(rank),
    }
    return Batch(columns, published)


def _zone_ranks(city: SimulatedCity, start: int, stop: int) -> Batch:
    """The yearly ranking of the city's first zone among the national ones: mostly forward, now and then back."""
    rows = np.arange(start, stop)
    year = city.years[0] - _ZONE_HISTORY + rows
    rank = 62 - rows + city.draws.below("zone_rank", year, 5)
    published = make.year_starts(year) + 290 + city.draws.below("zone_day", year, 40)
    columns = {
        "party_id": city.party("zone", np.zeros(len(rows), dtype=np.int64)),
        "list": city.one_code("ranking_list", "national_zone", len(rows)),
        "year": make.whole(year),
        "published_on": make.days(published),
        "rank": make.whole(rank),
    }
    return Batch(columns, published)


def _integrity(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Records against firms of all kinds; part of them were repaired, part have ended."""
    rows = np.arange(start, stop)
    unit = city.draws.unit
    firms = Selection.of(city.draws, "dishonest", city.firms, stop)
    since = city.opening + city.draws.below("integrity_day", rows, city.as_of - city.opening)
    ends = since + 365 + city.draws.below("integrity_end", rows, 730)
    repaired = since + 60 + city.draws.below("integrity_repair", rows, 400)
    never = (unit("integrity_repaired", rows) > 0.45) | (repaired > city.as_of)
    columns = {
        "party_id": city.firm(firms.member(rows)),
        "valid_to": make.days(ends + 1, unit("integrity_open", rows) < 0.5),
        "list": city.weighted("integrity_list", _LISTS, unit("integrity_list", rows)),
        "authority": make.same("模拟认定机关", len(rows)),
        "decision_no": make.numbered("模拟决定", rows + 1, 6, unit("integrity_no", rows) < 0.05),
        "starts_on": make.days(since),
        "ends_on": make.days(ends, unit("integrity_open", rows) < 0.5),
        "repaired_on": make.days(repaired, never),
    }
    return Batch(columns, since)


def tables(city: SimulatedCity) -> list[Table]:
    """The registers of this module."""
    years = city.years[1] - city.years[0] + 1
    zoned = bool(city.pack.city.zones) and "national_zone" in city.figures.assumed
    return [
        Table("innovation_consortium", city.count("consortia"), _consortia, punctual=True),
        Table("rd_institution", city.calendar("rd_institutions").total, _institutions),
        Table("platform_evaluation", city.calendar("rd_institutions").total, _institution_evaluations),
        Table("event_hosting", city.calendar("events").total, _events),
        Table("competition_entry", city.calendar("entries").total, _entries),
        Table("ranking", _ranked(city) * years, _firm_ranks),
        Table("ranking", years + _ZONE_HISTORY if zoned else 0, _zone_ranks),
        Table("integrity_record", city.count("integrity_records"), _integrity),
    ]
