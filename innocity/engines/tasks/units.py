"""Units: as a document prints them, and who answers at a date: successors followed, collective names resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Unit

register_codes({"E-UNIT-UNKNOWN": ("没有这个单位，或名称不止指一个", "no unit, or more than one, has this name")})


@dataclass(frozen=True, slots=True)
class Answerable:
    """A unit that a document names, and the units that answer for it at a date.

    `answer` is empty where the unit has ended and nobody is known to have taken over. `dated` is false where
    the succession has no date in the pack. `collective` tells that the name stands for several units.
    """

    unit: str
    answer: tuple[str, ...]
    dated: bool = True
    collective: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether somebody else answers today."""
        return not self.collective and self.answer != (self.unit,)


def answerable(units: Mapping[str, Unit], name: str, as_of: date) -> Answerable:
    """Who answers at `as_of` for the unit of this id.

    A successor answers from the day on which the unit ended; where that day is not known, at every date.
    """
    heirs, dated = _heir(units, name, as_of)
    if heirs is None:
        return Answerable(name, (), dated)
    if not units[heirs].collective:
        return Answerable(name, (heirs,), dated)
    members = _members(units, heirs, as_of)
    return Answerable(name, tuple(members) or (heirs,), dated, collective=True)


def _heir(units: Mapping[str, Unit], name: str, as_of: date) -> tuple[str | None, bool]:
    dated, seen = True, {name}
    while True:
        unit = units[name]
        ended = unit.valid_to is not None and unit.valid_to <= as_of
        if not unit.successor or (unit.valid_to is not None and not ended):
            return (None if ended else name), dated
        dated = dated and unit.valid_to is not None
        if unit.successor in seen or unit.successor not in units:
            return name, dated
        name = unit.successor
        seen.add(name)


def _members(units: Mapping[str, Unit], name: str, as_of: date) -> Iterable[str]:
    """The units below a collective name, those below collective names among them included."""
    found: dict[str, None] = {}
    for unit in units.values():
        if unit.parent != name:
            continue
        if unit.collective:
            found.update(dict.fromkeys(_members(units, unit.id, as_of)))
        else:
            heir, _ = _heir(units, unit.id, as_of)
            if heir is not None:
                found[heir] = None
    return found


def predecessors(units: Mapping[str, Unit], name: str, as_of: date) -> list[str]:
    """Units for which this one answers at the date, itself excluded, collective names included."""
    return [one for one in units if one != name and name in answerable(units, one, as_of).answer]


def place_of(pack: Pack, unit: str) -> str | None:
    """The division or zone that a county's unit governs: the place whose name ends its id; None for all others."""
    own, places = unit.partition("_")[2], (*pack.city.divisions, *pack.city.zones)
    county = unit in pack.units and pack.units[unit].level == "county"
    return own if county and any(own == place.id for place in places) else None


def find_unit(units: Mapping[str, Unit], text: str) -> Unit:
    """A unit by id, name, full name or alias; by a part of a name where only one unit has it. Error: E-UNIT-UNKNOWN."""
    wanted = text.strip()
    if wanted in units:
        return units[wanted]
    ways: tuple[Callable[[Unit], bool], ...] = (
        lambda unit: wanted in _names(unit),
        lambda unit: any(wanted == name.removeprefix("市") for name in _names(unit)),
        lambda unit: any(wanted in name for name in _names(unit)),
    )
    for fits in ways:
        found = [unit for unit in units.values() if wanted and fits(unit)]
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(unit.name for unit in found[:8])
            raise InnoCityError("E-UNIT-UNKNOWN", f"“{text}”不止指一个单位", None, f"写全名：{names}")
    known = {name for unit in units.values() for name in (unit.id, *_names(unit))}
    raise InnoCityError("E-UNIT-UNKNOWN", f"没有单位“{text}”", None, suggest(text, known))


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(name for name in (unit.name, unit.full_name, *unit.aliases) if name)
