"""Record facts: whole tables, or a few rows of text as a form sends them. Together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from innocity.actions.recording import (
    check_may_write,
    checked_table,
    highest_number,
    instance_of,
    table_from,
    typed_row,
)
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Register
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models import Document, Fact, Instance, Party, RegisterState
from innocity.records.rows import base_texts, data_texts, fact_line
from innocity.records.viewer import Viewer

register_codes({
    "E-FACT-EXISTS": ("这个编号已登记了不同的内容", "another content is recorded under this id"),
    "E-PARTY-CODE": ("统一社会信用代码已属于另一主体", "the social credit code belongs to another party"),
    "E-RECORDS-EVIDENCE": ("没有这份材料", "no such document"),
})  # fmt: skip

_PLACES = ("statistical_division", "registered_division")  # where an organisation belongs: the first that is known
_MANY = 5_000  # so many new rows change which index serves best
EVIDENCE_ROWS = 1000  # so many facts may rest on the same papers at once


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it, by register: rows added, and rows that were there already, word for word.

    `entry` is the number of the audit entry; None where nothing was new.
    """

    entry: int | None
    added: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    ids: tuple[str, ...] = ()


def record_facts(
    pack: Pack, viewer: Viewer, tables: Mapping[str, pa.Table], *, simulated: bool = False, as_of: date | None = None,
    evidence: Sequence[int] = (), action: str = "record_facts", authorised: bool = False,
) -> Recorded:  # fmt: skip
    """Record tables by register, with the columns and types of a facts folder (money in fen).

    What is recorded already with the same content is passed over, so that a load can be repeated. `as_of` is the
    day to which the facts tell; `authorised` says that the caller has checked itself who may. Errors, together:
    E-FACTS-*, E-FACT-EXISTS, E-RECORDS-*, E-PARTY-CODE.
    """
    with transaction.atomic():
        store.next_entry()
        instance = instance_of(pack)
        _check_simulated(instance, simulated)
        ready = _checked(pack, viewer, tables, authorised)
        fresh, same = _new_only(pack, ready)
        if not sum(table.num_rows for table in fresh.values()):
            return Recorded(None, {}, same)
        entry = _written(pack, viewer, fresh, evidence, action)
        if simulated or as_of:
            instance.simulated = instance.simulated or simulated
            instance.as_of = max(filter(None, (instance.as_of, as_of)), default=None)
            instance.save()
        if sum(table.num_rows for table in fresh.values()) >= _MANY:
            store.weigh()
    ids = tuple(one for table in fresh.values() if table.num_rows <= EVIDENCE_ROWS
                for one in table.column("fact_id").to_pylist())  # fmt: skip
    return Recorded(entry, {name: table.num_rows for name, table in fresh.items()}, same, ids)


def record_rows(
    pack: Pack, viewer: Viewer, register: str, rows: Sequence[Mapping[str, str | None]], *,
    evidence: Sequence[int] = (), today: date | None = None,
) -> Recorded:  # fmt: skip
    """Record rows of text by column id, as a form or a sheet sends them; numbers and days are filled in.

    Errors: those of `record_facts`, E-FACTS-TYPE with the row.
    """
    known = find_register(pack, register)
    errors = ErrorList()
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        state = RegisterState.objects.get(register=register)
        day = today or store.today()
        typed = []
        for number, row in enumerate(rows, 1):
            values = typed_row(row, known, Place(register, path=f"第 {number} 行"), errors)
            values.setdefault("fact_id", f"{register}-r{state.last_number + number:06d}")
            values.setdefault("recorded_at", day)
            values.setdefault("source", known.source)
            typed.append(values)
        errors.raise_if_any()
        RegisterState.objects.filter(register=register).update(last_number=state.last_number + len(rows))
        return record_facts(pack, viewer, {register: table_from(typed, known)}, evidence=evidence)


def _check_simulated(instance: Instance, simulated: bool) -> None:
    """Simulated facts go into an empty or a simulated database; what is added to one is never taken for real."""
    if simulated and not instance.simulated and Fact.objects.exists():
        remedy = "模拟数据另用一个库：改 INNOCITY_DATABASE_URL"
        raise InnoCityError("E-RECORDS-SIMULATED", "库里已有真实数据，不能再装模拟数据", None, remedy)


def _checked(
    pack: Pack, viewer: Viewer, tables: Mapping[str, pa.Table], authorised: bool
) -> dict[str, pa.Table]:  # fmt: skip
    errors = ErrorList()
    ready: dict[str, pa.Table] = {}
    for name, table in tables.items():
        register = pack.registers.get(name)
        if register is None:
            errors.add("E-FACTS-REGISTER", f"没有登记簿 {name}", None, suggest(name, set(pack.registers)))
            continue
        typed = checked_table(table, register, pack, errors)
        if typed is not None:
            parties = [] if viewer.role == "operator" else pc.unique(typed.column("party_id")).to_pylist()
            if not authorised:
                check_may_write(viewer, register, parties, errors)
            ready[name] = typed
    errors.raise_if_any()
    return ready


def _new_only(pack: Pack, tables: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """The rows that are not recorded yet, and how many are, by register. Error: E-FACT-EXISTS."""
    filled = set(RegisterState.objects.filter(version__gt=0).values_list("register", flat=True))
    errors = ErrorList()
    fresh, same = {}, {}
    for name, table in tables.items():
        register = pack.registers[name]
        known = store.known_lines(name, table.column("fact_id").to_pylist()) if name in filled else {}
        if not known:
            fresh[name] = table
            continue
        keep = []
        data = data_texts(table, register).to_pylist()
        for *cells, own in zip(*base_texts(table), data, strict=True):
            before = known.get(cells[0] or "")
            keep.append(before is None)
            if before is not None and before != fact_line(cells, own):
                text = f"{register.name} {cells[0]} 已登记，内容不同"
                errors.add("E-FACT-EXISTS", text, Place(name), "更正用更正功能，原来的一版会保留")
        fresh[name] = table.filter(pa.array(keep, pa.bool_()))
        same[name] = len(keep) - sum(keep)
    errors.raise_if_any()
    return {name: table for name, table in fresh.items() if table.num_rows}, same


def _written(
    pack: Pack, viewer: Viewer, tables: Mapping[str, pa.Table], evidence: Sequence[int], action: str
) -> int:  # fmt: skip
    """Parties, facts, register states, then the audit entry that the facts already name."""
    entry = store.next_entry()
    hashes = {}
    for name in sorted(tables, key=lambda name: (name not in ("organization", "person"), name)):
        register, table = pack.registers[name], tables[name]
        write_parties(pack, register, table)
        hashes[name] = {"rows": table.num_rows, "hash": store.insert_facts(table, register, entry)}
        RegisterState.objects.filter(register=name).update(
            version=F("version") + 1, rows=F("rows") + table.num_rows, refreshed_on=store.today(),
            last_number=Greatest("last_number", highest_number(register, table.column("fact_id"))),
        )  # fmt: skip
    if evidence:
        attach_evidence(entry, evidence)
    written = store.audit(viewer, action, "、".join(sorted(tables)), {"registers": hashes, "evidence": list(evidence)})
    assert written == entry
    return entry


def attach_evidence(entry: int, evidence: Sequence[int]) -> None:
    """The documents on which the facts of an entry rest. Error: E-RECORDS-EVIDENCE."""
    documents = set(Document.objects.filter(id__in=evidence).values_list("id", flat=True))
    if missing := set(evidence) - documents:
        text = f"没有材料 {'、'.join(map(str, sorted(missing)))}"
        raise InnoCityError("E-RECORDS-EVIDENCE", text, None, "先上传材料")
    facts = list(Fact.objects.filter(entry=entry).values_list("id", flat=True)[: EVIDENCE_ROWS + 1])
    if len(facts) > EVIDENCE_ROWS:
        raise InnoCityError("E-RECORDS-EVIDENCE", f"一份材料一次最多佐证 {EVIDENCE_ROWS} 行", None, "分批登记")
    through = Fact.evidence.through
    through.objects.bulk_create([through(fact_id=f, document_id=d) for f in facts for d in sorted(documents)])


def _name_places(table: pa.Table) -> None:
    """Towns and zones that stand in a register of places get its name, where they have none: a list shows names."""
    if "name" not in table.column_names:
        return
    names = dict(zip(table.column("party_id").to_pylist(), table.column("name").to_pylist(), strict=True))
    for one in Party.objects.filter(id__in=list(names), name=""):
        if name := names[one.id]:
            Party.objects.filter(id=one.id).update(name=str(name)[:200])


def write_parties(pack: Pack, register: Register, table: pa.Table) -> None:
    """The parties of the rows; what an organisation is called and where it is comes from its latest fact."""
    about = {"organization": "organization", "person": "person"}
    ids = pc.unique(table.column("party_id")).to_pylist()
    if register.id != "organization":
        store.add_parties(ids, about.get(register.id, about.get(register.about, "other")))
        if register.about == "division":
            _name_places(table)
        return
    fixed = set(Party.objects.filter(kind__in=("unit", "division", "zone")).values_list("id", flat=True))
    rows = store.latest_organizations(ids, table, ("name", "uscc", "zone", *_PLACES))
    places = {key: one.id for one in pack.city.divisions for key in (one.id, one.code) if key}
    parties = [
        {"id": one, "kind": Party.Kind.ORGANIZATION, "name": (row.get("name") or "")[:200],
         "code": (row.get("uscc") or "")[:18] or None, "zone": row.get("zone") or "",
         "division": next((places[row[c]] for c in _PLACES if row.get(c) in places), "")}
        for one, row in rows.items() if one not in fixed
    ]  # fmt: skip
    try:
        with transaction.atomic():
            store.upsert_parties(parties)
    except IntegrityError:
        text = "有统一社会信用代码出现在两个主体上"
        raise InnoCityError("E-PARTY-CODE", text, Place(register.id), "核对代码；更名的主体沿用原主体编号") from None
