"""Facts for the eight shapes: a folder in the project's format, drawn from a fixed seed.

Counts are skewed (a few firms hold thousands of contracts, four in ten hold none), sums are odd fen, some
rows lie in other years, were recorded too late, or lack a value. Written in pieces, so that ten million
firms need no more memory than one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from innocity.packs.facts_columns import arrow_schema
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

CITY = Path(__file__).parent / "city"
YEAR = 2023
AS_OF = date(2024, 3, 31)
PIECE = 1_000_000
ROW_GROUP = 122_880
#: Rows per firm.
ROWS = {
    "contract_payment": 2.5,
    "qualification": 0.3,
    "instrument_lease": 0.2,
    "incubation": 0.05,
    "innovation_platform": 0.02,
}
Columns = dict[str, pa.Array]


class Draw:
    """Draws of one piece of a register; every piece has its own seed."""

    def __init__(self, register: str, piece: int, rows: int) -> None:
        self.random = np.random.default_rng([7, list(ROWS).index(register), piece])
        self.rows = rows

    def party(self, prefix: str, count: int, share: float, skew: float = 1.0) -> pa.Array:
        """Ids: the first `share` of `count` parties hold all rows, the lowest of them most if `skew` > 1."""
        drawn = self.random.random(self.rows) ** skew * count * share
        place = np.minimum(drawn.astype(np.int64), count - 1)
        return ids(prefix, place * 7_368_787 % count)  # a prime: neighbours do not stay neighbours

    def code(self, **shares: float) -> pa.Array:
        """Codes with their shares; what remains to 1 is missing."""
        place = np.searchsorted(np.cumsum(list(shares.values())), self.random.random(self.rows), "right")
        return pa.DictionaryArray.from_arrays(
            pa.array(np.minimum(place, len(shares)), pa.int32()), pa.array([*shares, None], pa.string())
        ).cast(pa.string())

    def day(self, this_year: float, missing: float = 0.0) -> pa.Array:
        """Dates: a share in the fact year, the rest in the year before and the quarter after."""
        first = (date(YEAR, 1, 1) - date(1970, 1, 1)).days
        u = self.random.random(self.rows)
        offset = self.random.integers(0, 365, self.rows)
        offset[u > this_year] -= 365
        late = u > (1 + this_year) / 2
        offset[late] = 365 + offset[late] % 90
        gone = self.random.random(self.rows) < missing
        return pa.array((first + offset).astype(np.int32), pa.int32(), mask=gone).cast(pa.date32())

    def fen(self, median: float, missing: float = 0.0, limit: int = 10**12) -> pa.Array:
        """Odd sums in fen around a median in yuan."""
        drawn = np.exp(self.random.normal(np.log(median * 100), 1.6, self.rows))
        gone = self.random.random(self.rows) < missing
        return pa.array(np.minimum(drawn, limit).astype(np.int64), pa.int64(), mask=gone)

    def flag(self, true: float, missing: float) -> pa.Array:
        u = self.random.random(self.rows)
        return pa.array(u < true, pa.bool_(), mask=u > 1 - missing)


def ids(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Text ids of nine characters or fewer: a letter and a number of eight digits."""
    digits = numbers[:, None] // 10 ** np.arange(7, -1, -1) % 10 + ord("0")
    text = np.concatenate([np.full((len(numbers), 1), ord(prefix)), digits], axis=1).astype(np.uint8)
    offsets = pa.array(np.arange(0, 9 * len(numbers) + 1, 9, dtype=np.int32)).buffers()[1]
    return pa.StringArray.from_buffers(len(numbers), offsets, pa.py_buffer(text.tobytes()))


def contract_payment(d: Draw, firms: int, first: int) -> Columns:
    """Payments under technology contracts, the largest register."""
    return {
        "party_id": d.party("f", firms, 0.6, skew=2.0),
        "registration_no": ids("t", np.arange(first, first + d.rows)),
        "contract_type": d.code(development=0.45, transfer=0.15, licence=0.05, consulting=0.14, service=0.2),
        "filed": d.flag(0.94, 0.02),
        "paid_on": d.day(0.9),
        "amount": d.fen(80_000),
    }


def qualification(d: Draw, firms: int, first: int) -> Columns:
    """Titles; some firms hold two in a year, which fold into the later."""
    return {
        "party_id": d.party("f", firms, 0.5),
        "title": d.code(hnte=0.55, tech_sme=0.4, gazelle=0.05),
        "recognition_kind": d.code(first=0.45, again=0.5, resumed=0.02, moved_in=0.01),
        "issued_on": d.day(0.7),
    }


def instrument_lease(d: Draw, firms: int, first: int) -> Columns:
    """Leases; rent or fee may be missing."""
    return {
        "party_id": d.party("f", firms, 0.2, skew=1.5),
        "instrument": ids("i", np.arange(first, first + d.rows)),
        "settled_on": d.day(0.9),
        "rent": d.fen(60_000, 0.03),
        "service_fee": d.fen(40_000, 0.03),
    }


def incubation(d: Draw, firms: int, first: int) -> Columns:
    """Tenants of incubators; the party is the incubator."""
    return {
        "party_id": d.party("k", max(1, firms // 500), 1.0, skew=1.5),
        "tenant": d.party("f", firms, 0.6),
        "entered_on": pa.array(np.full(d.rows, 18_000, np.int32)).cast(pa.date32()),
        "left_on": d.day(0.8, 0.4),
    }


def innovation_platform(d: Draw, firms: int, first: int) -> Columns:
    """Platforms, each its own object."""
    return {
        "party_id": d.party("f", firms, 0.3),
        "platform_id": ids("p", np.arange(first, first + d.rows)),
        "type": d.code(tech_centre=0.6, key_lab=0.4),
        "level": d.code(national=0.15, province=0.45, city=0.4),
        "approved_on": d.day(0.8),
    }


MAKERS = {
    "contract_payment": contract_payment,
    "qualification": qualification,
    "instrument_lease": instrument_lease,
    "incubation": incubation,
    "innovation_platform": innovation_platform,
}


def pieces(register: str, firms: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """The register's rows, a million at a time, with the standard columns and empty optional ones."""
    total = max(1, round(ROWS[register] * firms))
    for piece, first in enumerate(range(0, total, PIECE)):
        draw = Draw(register, piece, min(PIECE, total - first))
        own = MAKERS[register](draw, firms, first)
        own["fact_id"] = ids("r", np.arange(first, first + draw.rows))
        day = own["paid_on" if "paid_on" in own else next(n for n in own if n.endswith("ed_on"))]
        own["valid_from"] = day
        lag = np.where(draw.random.random(draw.rows) < 0.005, 500, 20).astype(np.int32)
        known = day.cast(pa.int32()).fill_null(19_000).to_numpy()
        own["recorded_at"] = pa.array(known + lag).cast(pa.date32())
        yield pa.table([own.get(f.name, pa.nulls(draw.rows, f.type)) for f in schema], schema=schema)


def write(folder: Path, firms: int) -> Path:
    """A facts folder of `firms` firms; one that is there already is kept."""
    if (folder / "manifest.json").is_file():
        return folder
    pack: Pack = load_pack(CITY)
    folder.mkdir(parents=True, exist_ok=True)
    registers = {}
    for name in ROWS:
        schema = arrow_schema(pack.registers[name])
        count = 0
        with pq.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
            for table in pieces(name, firms, schema):
                writer.write_table(table, ROW_GROUP)
                count += table.num_rows
        registers[name] = {"rows": count, "hash": None, "revision": pack.registers[name].revision}
    manifest = {"format": 1, "city": "bench", "simulated": True, "as_of": AS_OF.isoformat(), "pack": pack.hash,
                "registers": registers, "hash": None}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
