"""Writes the registers of a simulated city: Parquet row group by row group, then the manifest.

Rows come in the order of their ids and are hashed as they pass (the bytes of
`innocity.core.canonical.rows_hash`), so no register is ever held whole. Row groups have a fixed
size: the files are the same whatever the size of the batches.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from innocity.core.canonical import canonical_json, combine_hashes
from innocity.core.errors import fail
from innocity.engines.simulation import columns as make
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.tables import Batch
from innocity.packs.facts import ROW_GROUP, Manifest, RegisterEntry
from innocity.packs.facts_columns import arrow_schema, json_lines
from innocity.packs.model import Register
from innocity.packs.registers import all_columns

#: The two letters that a register's fact ids begin with.
FACT_PREFIX = {
    "appropriation_use": "AU", "award": "AW", "competition_entry": "CE", "contract_payment": "CP",
    "county_rd": "CR", "decision": "DE", "division": "DV", "envoy_engagement": "EE",
    "event_hosting": "EH", "meeting": "ME", "observation": "OB", "resolution": "RS", "task_closure": "TK",
    "task_progress": "TP", "incubation": "IN",
    "innovation_consortium": "IC", "innovation_platform": "PL", "instrument_lease": "IL",
    "insurance_premium": "IP", "integrity_record": "IR", "ip_right": "RT", "loan_loss": "LL",
    "loan_stock": "LS", "organization": "OR", "person": "PE", "platform_evaluation": "PV",
    "postdoc_residence": "PR", "qualification": "QU", "ranking": "RK", "rd_expenditure": "RD",
    "rd_institution": "RN", "rd_subsidy_assessment": "RA", "service_expense": "SE",
    "service_income": "SI", "st_award": "SA", "st_project": "SP", "tax_growth": "TG",
    "technology_contract": "TC", "upper_level_fund": "UF",
}  # fmt: skip
_FACT_DIGITS = 8
_USUAL_LAG, _LATE_LAG, _LATE_SHARE = 18, 150, 0.006


class RegisterWriter:
    """The file of one register. Use as a context manager; `entry` is what the manifest says of it."""

    def __init__(self, folder: Path, register: Register, city: SimulatedCity) -> None:
        self.register = register
        self.city = city
        self.rows = 0
        self._schema = arrow_schema(register)
        self._waiting: list[Any] = []
        self._waiting_rows = 0
        self._digest = hashlib.sha256()
        self._digest.update(canonical_json(self._schema.names).encode() + b"\n")
        path = folder / f"{register.id}.parquet"
        repeated = ["source", *(column.id for column in register.columns if column.type == "code")]
        self._file = pq.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=1, use_dictionary=repeated
        )

    def __enter__(self) -> RegisterWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush(everything=True)
        self._file.close()

    @property
    def entry(self) -> RegisterEntry:
        """Rows, hash and revision, once all is written."""
        return RegisterEntry(self.rows, self._digest.hexdigest(), self.register.revision)

    def write(self, batch: Batch, *, punctual: bool) -> None:
        """Append the rows of a batch, but for events after the last simulated day.

        Errors: E-FACTS-COLUMN-MISSING, E-FACTS-COLUMN-EXTRA.
        """
        happened = batch.on <= self.city.as_of
        if not happened.all():
            batch = batch.only(happened)
        size = len(batch.on)
        if not size:
            return
        given = {**self._base(batch, size, punctual), **batch.columns}
        unknown = set(given) - set(self._schema.names)
        if unknown:
            fail("E-FACTS-COLUMN-EXTRA", f"登记簿 {self.register.id} 没有列 {'、'.join(sorted(unknown))}")
        arrays = []
        for column in all_columns(self.register):
            if column.required and column.id not in given:
                text = f"模拟没有给出登记簿 {self.register.id} 的必填列 {column.id}"
                fail("E-FACTS-COLUMN-MISSING", text, remedy="把这一列改为选填，或让模拟给出它")
            kind = self._schema.field(column.id).type
            arrays.append(given.get(column.id, pa.nulls(size, kind)))
        self._waiting.append(pa.table(arrays, schema=self._schema))
        self._waiting_rows += size
        self.rows += size
        self._flush(everything=False)

    def _base(self, batch: Batch, size: int, punctual: bool) -> dict[str, make.Column]:
        """The columns that every register has; a batch may bring its own."""
        numbers = np.arange(self.rows, self.rows + size) + 1
        return {
            "fact_id": make.numbered(FACT_PREFIX.get(self.register.id, "XX"), numbers, _FACT_DIGITS),
            "valid_from": make.days(batch.on),
            "recorded_at": make.days(batch.on + self._lag(size, punctual)),
            "source": make.same(f"模拟：{self.register.source}", size),
        }

    def _lag(self, size: int, punctual: bool) -> Ints:
        """Days from the event to its record; a few rows are late by months."""
        uniform = self.city.draws.stream(f"recorded_{self.register.id}", self.rows, self.rows + size)
        lag = 1 + (uniform * 997 % 1 * _USUAL_LAG).astype(np.int64)
        late = (uniform < (0 if punctual else _LATE_SHARE)).astype(np.int64)
        return lag + late * (60 + (uniform * 31_337 % 1 * _LATE_LAG).astype(np.int64))

    def _flush(self, *, everything: bool) -> None:
        if not self._waiting_rows or (self._waiting_rows < ROW_GROUP and not everything):
            return
        table = pa.concat_tables(self._waiting)
        whole = table.num_rows if everything else table.num_rows // ROW_GROUP * ROW_GROUP
        for start in range(0, whole, ROW_GROUP):
            group = table.slice(start, min(ROW_GROUP, whole - start)).combine_chunks()
            self._file.write_table(group, row_group_size=ROW_GROUP)
            self._digest.update(json_lines(group))
        self._waiting = [table.slice(whole)] if whole < table.num_rows else []
        self._waiting_rows = table.num_rows - whole


def write_manifest(folder: Path, city: SimulatedCity, entries: dict[str, RegisterEntry]) -> Manifest:
    """Write `manifest.json`: it says that the facts are simulated."""
    total = combine_hashes({name: entry.hash or "" for name, entry in entries.items()})
    pack = city.pack
    manifest = Manifest(pack.city.id, True, city.closing, pack.hash or None, entries, total)
    (folder / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
    return manifest
