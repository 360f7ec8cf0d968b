"""Adopt a pack: the units and divisions it knows become parties, its registers may be written.

A pack that would invalidate recorded facts is refused, with a list of what does not fit any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from innocity.actions.adopt_check import check_facts, columns_of
from innocity.actions.view_entitlements import ways_of
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.model import Pack, Register
from innocity.records import store
from innocity.records.models import Instance, Party, RegisterState
from innocity.records.queries.entitlements import index_columns
from innocity.records.viewer import Viewer


def adopt_pack(pack: Pack, viewer: Viewer) -> bool:
    """Make `pack` the one that this database's facts fit; False where it is already.

    Errors: E-RECORDS-CITY, E-RECORDS-DENIED, and together those of `check_facts`, where recorded facts do not fit it:
    nothing is written then.
    """
    if viewer.role != "operator":
        remedy = "在服务器上运行 innocity records adopt"
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以换城市包", None, remedy)
    with transaction.atomic():
        store.next_entry()
        instance = Instance.objects.filter(id=1).first()
        if instance is not None and instance.city != pack.city.id:
            text = f"库属于 {instance.city}，城市包是 {pack.city.id}"
            raise InnoCityError("E-RECORDS-CITY", text, None, "一个库只装一座城市：改 INNOCITY_DATABASE_URL")
        if instance is not None and instance.pack == pack.hash and _same_units(pack):
            return False
        errors = ErrorList()
        changed = check_facts(pack, viewer, errors)
        errors.raise_if_any()
        _write_units(pack)
        for register in pack.registers.values():
            _write_state(register, register.id in changed)
        RegisterState.objects.exclude(register__in=pack.registers).delete()
        index_columns(ways_of(pack))
        Instance.objects.update_or_create(id=1, defaults={"city": pack.city.id, "pack": pack.hash})
        store.audit(viewer, "adopt_pack", pack.city.id, {"pack": pack.hash, "before": instance and instance.pack})
    return True


def _write_state(register: Register, changed: bool) -> None:
    state, _ = RegisterState.objects.update_or_create(
        register=register.id,
        defaults={
            "name": register.name, "source": register.source, "purpose": register.purpose,
            "refresh": register.refresh, "revision": register.revision, "columns": columns_of(register),
        },
    )  # fmt: skip
    if changed and state.version:
        RegisterState.objects.filter(register=register.id).update(version=state.version + 1)


def _units(pack: Pack) -> Iterator[dict[str, Any]]:
    """Units, divisions and zones as parties. A county's unit is bound to the place whose name ends its id."""
    places = {one.id: "division" for one in pack.city.divisions} | {one.id: "zone" for one in pack.city.zones}
    for unit in pack.units.values():
        own = unit.id.partition("_")[2]
        bound = {places[own]: own} if unit.level == "county" and own in places else {}
        yield {"id": unit.id, "kind": Party.Kind.UNIT, "name": unit.name, **bound}
    for one in pack.city.divisions:
        yield {"id": one.id, "kind": Party.Kind.DIVISION, "name": one.name, "division": one.id}
    for one in pack.city.zones:
        yield {"id": one.id, "kind": Party.Kind.ZONE, "name": one.name, "zone": one.id}


def _same_units(pack: Pack) -> bool:
    known = {p.id: (p.name, p.parent_id) for p in Party.objects.filter(kind__in=("unit", "division", "zone"))}
    return all(known.get(one["id"], ("",))[0] == one["name"] for one in _units(pack)) and all(
        known[unit.id][1] == _parent(pack, unit.parent) for unit in pack.units.values()
    )


def _parent(pack: Pack, parent: str | None) -> str | None:
    return parent if parent in pack.units else None


def _write_units(pack: Pack) -> None:
    store.upsert_parties(list(_units(pack)))
    for unit in pack.units.values():
        Party.objects.filter(id=unit.id).update(parent=_parent(pack, unit.parent))
