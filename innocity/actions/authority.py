"""Who may report, confirm, approve and decide: what the pack says of its units, and whom a viewer acts for.

    reporters(pack, "hnte_count", "city", date(2024, 3, 1))    # units by id, in the order of the texts

The names are the pack's: `agency` of an indicator, `units` of its targets, `reporting` of city.yaml, `deciders` of
assessment.yaml. Where a pack names nobody at all, anybody may.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.tasks.units import answerable, place_of
from innocity.packs.model import Pack, Register

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-LEDGER-UNIT": ("不能以这个单位的名义登记", "the viewer may not record in the name of the unit"),
})  # fmt: skip


def overseers(pack: Pack) -> dict[str, None]:
    """The leading group's office and the statistics department: they may report anything, approve and lock."""
    rule = pack.city.reporting
    return dict.fromkeys((*rule.office, *rule.statistics))


def deciders(pack: Pack) -> dict[str, None]:
    """Who decides on closing tasks: the `deciders` of the assessment rules, else the leading group's office."""
    named = dict.fromkeys(name for rule in pack.assessments.values() for name in rule.deciders)
    return named or dict.fromkeys(pack.city.reporting.office)


def answering(pack: Pack, indicator: str, scope: str, day: date) -> dict[str, None]:
    """The units that answer for a figure: its agency, those its targets name and their successors, the county itself.

    A county answers for its own part of the city, and for the whole only where a text names it by itself (not as
    one of 各区市政府).
    """
    found: dict[str, None] = dict.fromkeys(unit for unit in pack.units if place_of(pack, unit) == scope)
    one = pack.indicators[indicator]
    named = [one.agency] if one.agency else []
    named += [name for target in pack.targets.values() if target.indicator == indicator for name in target.units]
    for name in dict.fromkeys(named):
        if name not in pack.units:
            continue
        now = answerable(pack.units, name, day)
        if pack.units[name].collective and now.collective:
            heirs = [unit for unit in now.answer if place_of(pack, unit) in (None, scope)]
            found.update(dict.fromkeys(heirs))
        else:
            found.update(dict.fromkeys((name, *now.answer)))
    return found


def reporters(pack: Pack, indicator: str, scope: str, day: date) -> dict[str, None]:
    """The units that may report a figure: those that answer for it, the leading group's office, statistics.

    Empty where the pack names nobody: then anybody may.
    """
    return answering(pack, indicator, scope, day) | overseers(pack)


def acts_for(pack: Pack, viewer: Viewer | None, unit: str) -> bool:
    """Whether a viewer may write in the name of a unit.

    The operator of the machine for all; an officer for the own unit; a leader for the own unit or, where the
    account names none, for whoever oversees and decides.
    """
    if viewer is None or viewer.role == "operator":
        return True
    if viewer.unit is not None:
        return viewer.role in ("officer", "leader") and viewer.unit == unit
    return viewer.role == "leader" and unit in overseers(pack) | deciders(pack)


def check_acts_for(pack: Pack, viewer: Viewer | None, unit: str) -> None:
    """Error: E-LEDGER-UNIT where `acts_for` does not hold."""
    if acts_for(pack, viewer, unit):
        return
    who = (viewer.name if viewer else "") or "未登录者"
    text = f"{who}不能以{unit_names(pack, [unit])}的名义登记"
    raise InnoCityError("E-LEDGER-UNIT", text, None, "只能以本单位的名义登记；换这个单位的账号")


def check_records_for(pack: Pack, viewer: Viewer | None, register: Register, party: str) -> None:
    """That a viewer may record in the name of a unit, or, in a register that parties write, of the own firm.

    Error: E-LEDGER-UNIT.
    """
    own = viewer is not None and viewer.role == "firm" and viewer.party == party and party not in pack.units
    if not (own and "party" in register.writers):
        check_acts_for(pack, viewer, party)


def unit_names(pack: Pack, units: Iterable[str], most: int = 8) -> str:
    """Names of units for a sentence, the first ones of a long list."""
    names = [pack.units[one].name if one in pack.units else one for one in units]
    listed = "、".join(names[:most])
    return f"{listed}等{len(names)}个单位" if len(names) > most else listed
