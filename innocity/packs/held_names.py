"""Names of what text columns hold by id: clauses, units, procedures and their steps, indicators, tasks.

A register says of a column that it holds text; by its id we know which things of the pack the text names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from innocity.core.kept import Kept, Same
from innocity.packs.model import Column, Pack, Register

#: Text columns that hold an id of a thing of the pack, by the column's id; lists are parted by semicolons.
_HOLDS = {
    "clause": "clause", "indicator": "indicator", "task": "task", "scope": "scope", "procedure": "procedure",
    "step": "step", "by": "unit", "answers": "unit", "responsible": "unit", "named": "unit", "provider": "unit",
    "recommended_by": "unit", "unit": "unit",
}  # fmt: skip
#: Text columns that may hold the id of a party (beside other things: an award's object is a party or a fact).
_PARTIES = frozenset(("object", "concerns", "named", "by", "firm", "avoids", "host", "guests"))
#: Here a kind of matching stands in a column that elsewhere holds other kinds.
_MATCHING = frozenset(("exchange_listing", "exchange_event"))
#: Registers whose `step` is no step of a procedure.
_OTHER_STEPS = frozenset(("technology_roadmap", "roadmap_project", "exchange_step"))


def kind_held(register: str, column: Column) -> str:
    """What a text column's values name: `clause`, `unit`, `step` …; "" where they are words of their own."""
    if column.type != "text":
        return ""
    if column.id == "kind" and register in _MATCHING:
        return "matching"
    if column.id == "step" and register in _OTHER_STEPS:
        return ""
    return _HOLDS.get(column.id, "party" if column.id in _PARTIES else "")


def may_hold_parties(column: Column) -> bool:
    """Whether a column's values may be ids of parties."""
    return column.type == "party" or (column.type == "text" and column.id in _PARTIES)


def holders_of_parties(register: Register) -> list[str]:
    """The columns of a register whose values may be ids of parties."""
    return [column.id for column in register.columns if may_hold_parties(column)]


_NAMES: Kept[dict[str, dict[str, str]]] = Kept(8)


def names_held(pack: Pack) -> dict[str, dict[str, str]]:
    """Names by kind and id; a step is named under `procedure/step`."""
    return _NAMES.get(Same(pack), lambda: _collected(pack))


def _collected(pack: Pack) -> dict[str, dict[str, str]]:
    places = (*pack.city.divisions, *pack.city.zones)
    return {
        "clause": {key: one.name or key for key, one in pack.clauses.items()},
        "indicator": {key: one.name for key, one in pack.indicators.items()},
        "task": {key: one.title for key, one in pack.tasks.items()},
        "scope": {"city": "全市", **{one.id: one.name for one in places}},
        "procedure": {key: one.name for key, one in pack.procedures.items()},
        "matching": {key: one.name for key, one in pack.matching.items()},
        "unit": {**{key: one.name for key, one in pack.units.items()}, **{one.id: one.name for one in places}},
        "step": {f"{key}/{step.id}": step.name for key, one in pack.procedures.items() for step in one.steps},
        "party": {},
    }


def held_word(pack: Pack, kind: str, value: str, parties: Mapping[str, str], procedures: Collection[str] = ()) -> str:
    """A value of a column that holds ids, in words; parts of a list are parted by `、`, what is unknown stays.

    `procedures` are those whose step it may be: of several with other names the first that has it.
    """
    names = names_held(pack)[kind]
    if kind == "step":
        return next((names[key] for one in procedures if (key := f"{one}/{value}") in names), value)
    if value in names:
        return names[value]
    parts = [part for part in value.replace("；", ";").split(";") if part]
    return "、".join(names.get(one) or parties.get(one, one) for one in parts) or value
