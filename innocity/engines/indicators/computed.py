"""What the registers give for an indicator: its formula over a folder of facts, beside what is observed.

Nothing computed ever sets a light: the unit's figure does. The two stand side by side with their difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from innocity.core.dates import Period, add_days
from innocity.core.kept import Kept, Same
from innocity.core.measures import base_unit, unit_factor
from innocity.engines.indicators.formula import GROUPS, Plan, compile_formula, group_query, lapsing_query, value_query
from innocity.engines.indicators.model import Computed, Figure
from innocity.packs.facts import read_manifest
from innocity.packs.model import Indicator, Pack
from innocity.plan.duck import DuckDatabase, connect, open_facts


@dataclass(frozen=True, slots=True)
class Raw:
    """What the rows of a register give, before units and divisors: fen or counts.

    `rows` were read for it; `lapsing` holds what still counts on a day to come if nothing is added; `groups` the
    parts by division and by zone.
    """

    plan: Plan
    value: int | None
    rows: int
    lapsing: Mapping[date, int] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


#: Figures come every minute, facts once a month: what facts give is kept by everything that it rests on.
_KEPT: Kept[tuple[Raw, ...]] = Kept(16)


def compute(
    pack: Pack, facts: Path, as_of: date, figures: Iterable[Figure] = (), only: Collection[str] | None = None,
    groups: bool = False, known_on: date | None = None,
) -> dict[tuple[str, str], Computed]:  # fmt: skip
    """Every formula of the pack (or of the indicators in `only`) over a facts folder, as of a date.

    `figures` give the divisors of `per`; where one is lacking the indicator is left out. `groups` breaks values
    down by division and by zone, where the indicator names them; they overlap and are never added. Facts recorded
    after `as_of`, or after `known_on`, are left out. Keys are (indicator, scope). Errors: E-FACTS-FOLDER,
    E-FACTS-MANIFEST, E-EXPR-*, E-OVERFLOW.
    """
    manifest = read_manifest(facts)
    chosen = None if only is None else frozenset(only)
    until = min(as_of, known_on or as_of)
    key = (Same(pack), stamp_of(facts), as_of, until, chosen, groups)
    known = list(figures)
    results: dict[tuple[str, str], Computed] = {}
    for raw in _KEPT.get(key, lambda: tuple(_raws(pack, facts, as_of, until, chosen, groups))):
        one = _computed(pack, raw, as_of, known)
        if one is not None:
            late = "" if manifest.as_of >= as_of else f"登记簿的数据只到{manifest.as_of}。"
            figure = replace(one.figure, simulated=manifest.simulated)
            indicator = raw.plan.indicator
            results[indicator.id, indicator.scope] = replace(one, figure=figure, note=one.note + late)
    return results


def stamp_of(facts: Path) -> tuple[object, ...]:
    """What changes whenever a file of a facts folder does."""
    files = sorted(facts.resolve().iterdir())
    return tuple((str(one), (stat := one.stat()).st_mtime_ns, stat.st_size, stat.st_ino) for one in files)


def _raws(
    pack: Pack, facts: Path, as_of: date, until: date, only: frozenset[str] | None, groups: bool
) -> Iterator[Raw]:
    """Every formula's numbers over the facts, in one database. Indicators whose register is not there are left out."""
    wanted = [one for one in pack.indicators.values() if one.formula and (only is None or one.id in only)]
    plans = [compile_formula(pack, one, as_of) for one in wanted]
    database = connect(threads=2)
    try:
        registers = {plan.register for plan in plans} | ({"organization"} & set(pack.registers))
        found = open_facts(database, pack, facts, until, sorted(registers))
        for plan in plans:
            if plan.register not in found:
                continue
            value, rows = database.rows(value_query(plan))[0]
            parts = _parts(pack, database, plan) if groups else {}
            lapsing = _later(pack, database, plan, as_of) if value is not None else {}
            yield Raw(plan, None if value is None else int(value), rows, lapsing, parts)
    finally:
        database.close()


def _computed(pack: Pack, raw: Raw, as_of: date, figures: list[Figure]) -> Computed | None:
    plan, indicator = raw.plan, raw.plan.indicator
    if raw.value is None or (raw.rows == 0 and any(one.how == "sum" for _, one in plan.aggregates)):
        return None  # no rows: a sum of nothing is not a figure, while none of something is
    divisor, note = _divisor(pack, indicator, figures, as_of)
    per = indicator.formula.per if indicator.formula else None
    if per is not None and divisor is None:
        return None
    value = _measured(indicator, raw.value, plan.money, divisor)
    period = Period(as_of, add_days(as_of, 1))
    figure = Figure(indicator.id, indicator.scope, period, as_of.isoformat(), value, indicator.unit,
                    observed_on=as_of, source=f"登记簿“{pack.registers[plan.register].name}”")  # fmt: skip
    broken = _groups(pack, raw) if divisor is None else {}
    return Computed(figure, {due: raw.value - left for due, left in raw.lapsing.items()}, broken, note)


def _measured(indicator: Indicator, raw: int, money: bool, divisor: Fraction | None) -> Fraction:
    """A raw value (fen or a count) in the indicator's unit."""
    value = Fraction(raw, 100) if money else Fraction(raw)
    if divisor is not None:
        scale = indicator.formula.per.scale if indicator.formula and indicator.formula.per else Fraction(1)
        return value / divisor * scale
    unit = indicator.unit or ""
    if money:
        return value * (unit_factor("元", unit) or Fraction(1))
    return value / base_unit(unit)[1] if unit else value


def _divisor(pack: Pack, indicator: Indicator, figures: list[Figure], as_of: date) -> tuple[Fraction | None, str]:
    """The other indicator's value in its plain unit (元, 人), and a remark where its year is another."""
    per = indicator.formula.per if indicator.formula else None
    if per is None:
        return None, ""
    other = pack.indicators[per.indicator]
    mine = [f for f in figures if f.indicator == other.id and f.scope == indicator.scope and not f.kind and f.value > 0]
    dated = sorted((f for f in mine if f.on is not None and f.on <= as_of), key=lambda f: f.on or as_of)
    chosen = dated[-1] if dated else mine[-1] if mine else None
    if chosen is None:
        return None, ""
    same = chosen.on is not None and chosen.on.year == as_of.year
    named = f"{other.name}{chosen.when()}"
    note = "" if same else f"除数用的是{named}的{chosen.shown()}。"
    return chosen.value * (base_unit(other.unit)[1] if other.unit else 1), note


def _later(pack: Pack, database: DuckDatabase, plan: Plan, as_of: date) -> dict[date, int]:
    """How much of what counts today still counts at each deadline of the indicator's targets."""
    dues = {due for t in pack.targets.values() if t.indicator == plan.indicator.id and (due := t.due()) and due > as_of}
    queries = ((due, lapsing_query(plan, due)) for due in sorted(dues))
    return {due: int(database.value(query) or 0) for due, query in queries if query is not None}


def _parts(pack: Pack, database: DuckDatabase, plan: Plan) -> dict[str, dict[str, int]]:
    """Numbers by the code of a division or zone; rows that belong to none stand under an empty name."""
    found: dict[str, dict[str, int]] = {}
    for by in GROUPS:
        query = group_query(pack, plan, by) if by in plan.indicator.breakdowns else None
        if query is not None:
            rows = database.rows(query)
            found[by] = {str(code) if code is not None else "": int(raw or 0) for code, raw in rows}
    return found


def _groups(pack: Pack, raw: Raw) -> Mapping[str, Mapping[str, Fraction]]:
    """By division and by zone, each by itself, in the indicator's unit."""
    found: dict[str, dict[str, Fraction]] = {}
    places = {
        "division": {place.code or place.id: place.id for place in pack.city.divisions},
        "zone": {place.id: place.id for place in pack.city.zones},
    }
    for by, parts in raw.groups.items():
        values: dict[str, Fraction] = {}
        for code, part in parts.items():
            name = places[by].get(code, code)
            values[name] = values.get(name, Fraction(0)) + _measured(raw.plan.indicator, part, raw.plan.money, None)
        found[by] = values
    return found
