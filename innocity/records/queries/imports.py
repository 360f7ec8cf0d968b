"""What an office's table is held against: the parties that its rows name, and the facts that are recorded of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from innocity.core.errors import ErrorList
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.model import Column, Register
from innocity.records.models import Fact, Party
from innocity.records.protect import indices_of
from innocity.records.queries import _facts, _parties
from innocity.records.rows import table_of
from innocity.records.store import batches
from innocity.records.viewer import Viewer

_IN = 10_000  # values of one IN list
_READ = 20_000  # rows held as objects at a time
_PLACE = "__place"
_NUMBER, _REVISION = pa.field("__number", pa.int64()), pa.field("__revision", pa.int64())
_BASE = ("fact_id", "party_id", "valid_from", "valid_to", "recorded_at", "source")
_DAYS = ("valid_from", "valid_to", "recorded_at")


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A party as rows are held against it."""

    id: str
    kind: str
    name: str
    code: str | None
    division: str
    zone: str


@dataclass(frozen=True, slots=True)
class RecordedFacts:
    """Current facts: their table in the register's types, and of each row the database's number and the revision."""

    table: pa.Table
    numbers: tuple[int, ...]
    revisions: tuple[int, ...]

    def like(self, rows: pa.Table, keys: Sequence[str], fact_ids: Collection[str]) -> RecordedFacts:
        """Those that are alike to some of `rows` in the columns `keys`, and those of these numbers.

        Columns that lack values on either side tell nothing here: more facts may be left than are alike, never fewer.
        """
        told = [name for name in keys if not (rows.column(name).null_count or self.table.column(name).null_count)]
        if not told:
            return self
        own = self.table.select(told).append_column(_PLACE, pa.array(range(self.table.num_rows), pa.int64()))
        alike = own.join(rows.select(told), told, join_type="left semi")
        named = pc.is_in(self.table.column("fact_id"), pa.array(sorted(fact_ids), pa.string()))
        kept = sorted({*alike.column(_PLACE).to_pylist(), *pc.indices_nonzero(named).to_pylist()})
        table = self.table.take(pa.array(kept, pa.int64()))
        return RecordedFacts(table, tuple(self.numbers[at] for at in kept), tuple(self.revisions[at] for at in kept))


@dataclass(frozen=True, slots=True)
class Among:
    """Facts that hold one of these texts in a column of theirs, or nothing: no other can be alike to a row of a table
    that has one of them in each."""

    column: Column
    texts: Collection[str]

    def of(self, found: QuerySet[Fact]) -> QuerySet[Fact]:
        """Those of the facts: looked for by the database, as most of a long register is none of them."""
        names = [name for name in (self.column.id, self.column.was) if name]
        if connection.vendor == "postgresql":
            value, listed = "records_fact.data ->> CAST(%s AS TEXT)", "jsonb_array_elements_text(CAST(%s AS JSONB))"
            told = f"coalesce({', '.join([value] * len(names))}, '') IN (SELECT {listed})"
            paths = names
        else:
            value = ", ".join(["json_extract(records_fact.data, %s)"] * len(names))
            told = f"CAST(coalesce({value}, '') AS TEXT) IN (SELECT value FROM json_each(%s))"
            paths = [f'$."{name}"' for name in names]
        return found.extra(where=[told], params=[*paths, json.dumps(["", *self.texts])])


def parties_by_id(viewer: Viewer, ids: Collection[str]) -> dict[str, KnownParty]:
    """Those of the parties that the asker may see."""
    return {one.id: one for one in _found(viewer, "id", ids)}


def parties_by_code(viewer: Viewer, codes: Collection[str]) -> dict[str, KnownParty]:
    """The parties of social credit codes, of those that the asker may see."""
    return {str(one.code): one for one in _found(viewer, "code", codes)}


def parties_by_name(viewer: Viewer, names: Collection[str]) -> dict[str, list[KnownParty]]:
    """The parties that bear a name exactly, of those that the asker may see."""
    found: dict[str, list[KnownParty]] = {}
    for one in _found(viewer, "name", names):
        found.setdefault(one.name, []).append(one)
    return found


def people_by_number(viewer: Viewer, numbers: Collection[str]) -> Mapping[str, str]:
    """The parties of people's id numbers, by number, for whoever keeps the registers that rest on them."""
    wanted = {index: number for number in numbers for index in indices_of(number)}
    found: dict[str, str] = {}
    for batch in batches(sorted(wanted), _IN):
        rows = _parties(viewer).filter(protected_index__in=batch).values_list("protected_index", "id")
        found |= {wanted[index]: party for index, party in rows}
    return found


def taken_codes(viewer: Viewer, codes: Collection[str]) -> set[str]:
    """Which social credit codes some party bears, whoever may see it; a code tells nothing by itself."""
    found: set[str] = set()
    for batch in batches(sorted(codes), _IN):
        found.update(str(code) for code in Party.objects.filter(code__in=batch).values_list("code", flat=True))
    return found


def recorded_facts(
    viewer: Viewer, register: Register, parties: Collection[str], fact_ids: Collection[str], errors: ErrorList,
    among: Among | None = None,
) -> RecordedFacts | None:  # fmt: skip
    """The current facts of these parties (`among`: some of them) and under these ids, of those that the asker may see.

    None with E-FACTS-TYPE in `errors` where they do not fit the register.
    """
    every = _facts(viewer).filter(register=register.id, current=True, withdrawn=False).select_related(None)
    theirs = every if among is None else among.of(every)
    asked = (found.filter(**{f"{field}__in": batch}) for found, field, values in
             ((theirs, "party_id", parties), (every, "fact_id", fact_ids))
             for batch in batches(sorted(values), _IN))  # fmt: skip
    parts = [arrow_schema(register).append(_NUMBER).append(_REVISION).empty_table()]
    for rows in (some for one in asked for some in batches(_rows(one), _READ)):
        numbers, revisions, *base, data = zip(*rows, strict=True)
        table = table_of(base, data, register, errors)
        if table is None:
            return None
        parts.append(table.append_column(_NUMBER, pa.array(numbers)).append_column(_REVISION, pa.array(revisions)))
    return _in_order(pa.concat_tables(parts))


def _in_order(facts: pa.Table) -> RecordedFacts:
    """Facts in order of their numbers, each once: one found by its party may be found by its id too."""
    facts = facts.take(pc.sort_indices(facts.column(_NUMBER.name)))
    first = np.diff(facts.column(_NUMBER.name).to_numpy(), prepend=-1) > 0
    facts = facts.filter(pa.array(first))
    numbers, revisions = (tuple(facts.column(one.name).to_pylist()) for one in (_NUMBER, _REVISION))
    return RecordedFacts(facts.drop_columns([_NUMBER.name, _REVISION.name]), numbers, revisions)


def _rows(found: QuerySet[Fact]) -> Iterable[tuple[Any, ...]]:
    """Days and data as the texts that they are: made into objects only to be read again they cost most of an import."""
    texts = {f"{name}_text": Cast(name, TextField()) for name in (*_DAYS, "data")}
    names = [f"{name}_text" if name in _DAYS else name for name in _BASE]
    return found.annotate(**texts).values_list("id", "revision", *names, "data_text").iterator(chunk_size=5000)


def _found(viewer: Viewer, field: str, values: Collection[str]) -> Iterator[KnownParty]:
    # With every kind named, the index of kinds and names serves.
    every = _parties(viewer).filter(kind__in=list(Party.Kind)) if field == "name" else _parties(viewer)
    for batch in batches(sorted(values), _IN):
        rows = every.filter(**{f"{field}__in": batch})
        yield from (KnownParty(*row) for row in rows.values_list("id", "kind", "name", "code", "division", "zone"))
